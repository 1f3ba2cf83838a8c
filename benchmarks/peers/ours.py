"""Penstock's own machine, asked through its public call."""

from typing import Final

import penstock
from benchmarks.orders import Order
from benchmarks.peers.peer import Build, Judge, Peer
from benchmarks.spends import Form, Spend
from penstock.script.pushes import push
from penstock.tx.transaction import OutPoint, Transaction, TxIn, TxOut
from penstock.vm.rules import RuleSet

_BTC: Final = RuleSet.named("btc").scripts_only  # a bare script is not relayed
_RULES: Final[dict[Form, RuleSet | str]] = {Form.FORKID: "bsv", Form.LEGACY: _BTC, Form.TAPSCRIPT: _BTC}


def judge(spend: Spend, rules: RuleSet | str, transaction: Transaction | bytes) -> Judge:
    """The public call on `spend`, under a rule set of that name; `transaction` is the spend's, parsed or raw."""
    unlocking, locking, value = spend.unlocking, spend.locking, spend.value
    spent = [(value, locking)] if spend.form is Form.TAPSCRIPT else None

    def verify() -> bool:
        return bool(
            penstock.verify(
                unlocking, locking, tx=transaction, input_index=0, value=value, rules=rules, spent_outputs=spent
            )
        )

    return verify


def parsed(spend: Spend) -> Transaction:
    """The spend's transaction, as `penstock.verify` takes it."""
    return Transaction.parse(spend.transaction, segwit=spend.form is not Form.FORKID)


def _parsed(spend: Spend) -> Judge:
    return judge(spend, _RULES[spend.form], parsed(spend))


def _raw(spend: Spend) -> Judge:
    return judge(spend, _RULES[spend.form], spend.transaction)


def _builder(order: Order) -> Build:
    key, public_key = penstock.PrivateKey.from_bytes(order.secret), order.public_key
    txid, locking, value, outputs = order.txid, order.locking, order.value, order.outputs

    def build() -> bytes:
        paid = tuple([TxOut(satoshis, script) for satoshis, script in outputs])
        tx = Transaction(1, (TxIn(OutPoint(txid, 0)),), paid)
        signature = penstock.sign(tx, 0, locking, value, key, "ALL", rules="bsv")
        return tx.with_input_script(0, push(signature) + push(public_key)).serialize()

    return build


PEER: Final = Peer("penstock", frozenset(Form), _parsed, _raw, _builder)
