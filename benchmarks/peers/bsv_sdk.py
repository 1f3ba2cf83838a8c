"""bsv-sdk: the rules of BSV after Chronicle, by a machine in C behind `Spend.validate` and by one in Python.

`Spend` keeps the state of its run, so one is made for each verdict, as its users must; scripts and transaction are
parsed before, and scripts keep their chunks between verdicts.
"""

from collections.abc import Callable
from functools import partial
from typing import Final

import bsv
from bsv.script.spend import Spend as Run

from benchmarks.orders import Order
from benchmarks.peers.peer import Build, Judge, Peer
from benchmarks.spends import Form, Spend


def _parsed(validate: Callable[[Run], bool], spend: Spend) -> Judge:
    transaction, locking = bsv.Transaction.from_hex(spend.transaction), bsv.Script(spend.locking)
    return lambda: _verify(validate, transaction, locking, spend.value)


def _raw(validate: Callable[[Run], bool], spend: Spend) -> Judge:
    raw, locking, value = spend.transaction, spend.locking, spend.value
    return lambda: _verify(validate, bsv.Transaction.from_hex(raw), bsv.Script(locking), value)


def _verify(validate: Callable[[Run], bool], transaction: bsv.Transaction, locking: bsv.Script, value: int) -> bool:
    spent = transaction.inputs[0]
    run = Run(
        {
            "sourceTXID": spent.source_txid,
            "sourceOutputIndex": spent.source_output_index,
            "sourceSatoshis": value,
            "lockingScript": locking,
            "transactionVersion": transaction.version,
            "otherInputs": [],
            "outputs": transaction.outputs,
            "inputIndex": 0,
            "unlockingScript": spent.unlocking_script,
            "inputSequence": spent.sequence,
            "lockTime": transaction.locktime,
        }
    )
    try:
        return validate(run)
    except RuntimeError:  # how it says no
        return False


def _builder(order: Order) -> Build:
    unlocking = bsv.P2PKH().unlock(bsv.PrivateKey(order.secret))
    txid, value, locking = order.txid[::-1].hex(), order.value, bsv.Script(order.locking)
    outputs = [(satoshis, bsv.Script(script)) for satoshis, script in order.outputs]

    def build() -> bytes:
        spent = bsv.TransactionInput(source_txid=txid, unlocking_script_template=unlocking)
        spent.satoshis, spent.locking_script = value, locking
        paid = [bsv.TransactionOutput(script, satoshis) for satoshis, script in outputs]
        return bytes(bsv.Transaction([spent], paid, version=1).sign().serialize())

    return build


def _peer(name: str, validate: Callable[[Run], bool], builder: Callable[[Order], Build] | None) -> Peer:
    return Peer(name, frozenset({Form.FORKID}), partial(_parsed, validate), partial(_raw, validate), builder)


IN_C: Final = _peer("bsv-sdk (C)", Run.validate, _builder)
# without its C part, `validate` takes this way
IN_PYTHON: Final = _peer("bsv-sdk (Python)", Run._validate_python, None)  # noqa: SLF001 - the same, chosen by hand
