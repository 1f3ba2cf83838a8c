"""The rows of the table are the sizes of real transactions, with signatures of full length."""

from dataclasses import replace
from hashlib import sha256

import pytest

import penstock
from penstock import PREIMAGE, Spend
from penstock.channel.safe.agreement.chains import BSV_MAIN, BTC_MAIN, Network
from penstock.channel.safe.costs import CostRow, cost_rows, example_terms, usual_rates
from penstock.channel.safe.transactions.claim import claim, claimed
from penstock.channel.safe.transactions.outputs import State, funding_output, key_script
from penstock.channel.safe.transactions.payment import payment, settlement, signed_by_both
from penstock.channel.safe.transactions.refunds import delayed_change, funding_refund, payment_refund, refunded
from penstock.ledger.coins import pay_to_key
from penstock.ledger.fees import FeeRate
from penstock.script.hashes import hash160
from penstock.script.pushes import push
from penstock.tx.keys import PrivateKey, sign
from penstock.tx.transaction import OutPoint, Transaction, TxIn, TxOut

CHUNK = bytes(range(256)) * 20
KEY = sha256(b"the key of chunk 1").digest()
SECRETS = [PrivateKey(bytes((number,)) * 32) for number in range(1, 9)]
PAYER, PAYEE = SECRETS[:4], SECRETS[4:]
FUNDING = OutPoint(b"\x77" * 32, 0)
OTHERS = {name: penstock.compile_file(penstock.bundled(name)) for name in ("streaming", "paid_key_open")}
BOTH_SIGN = """
contract BothSign {
    PubKey payer;
    PubKey payee;
    public function spend(Sig payerSig, Sig payeeSig) {
        require(checkSig(payerSig, this.payer));
        require(checkSig(payeeSig, this.payee));
    }
}
"""
SHORTER = 2
"""Bytes by which a signature may be shorter than the longest; shorter ones are rare, and none of these keys' is."""


def rows(network: Network) -> dict[str, CostRow]:
    others = OTHERS if network is BSV_MAIN else {}
    return {row.name: row for row in cost_rows(network, len(CHUNK), others)}


def signed(spend: Spend) -> Transaction:
    tx = signed_by_both(spend, spend.sign(PAYER[1]), spend.sign(PAYEE[1]))
    assert spend.judge_in(tx)
    return tx


def key_spend(network: Network, output: TxOut) -> Transaction:
    """Return a transaction from a coin of a key to an output and change, signed."""
    terms, key, value = example_terms(network), PAYER[3], 20_000_000
    script = key_script(terms, key.public_key)
    tx = Transaction(1, (TxIn(FUNDING),), (output, TxOut(1_000, script)))
    code, chain = pay_to_key(key.public_key), terms.rules.chain
    if chain.has_witness:
        signature = sign(tx, 0, code, value, key, "ALL", chain, "segwit_v0")
        return tx.with_witness(0, (signature, key.public_key))
    return tx.with_input_script(0, push(sign(tx, 0, code, value, key, "ALL", chain)) + push(key.public_key))


def real(network: Network) -> dict[str, Transaction]:
    """Return the transactions of most rows, really signed, by the name of the row."""
    terms = example_terms(network)
    state = State(1, 5_000_000, sha256(KEY).digest())
    spend = claim(terms, FUNDING, state)
    mine = spend.sign(PAYEE[2])
    found = {
        "funding, with change": key_spend(network, funding_output(terms)),
        "payment TX_n": signed(payment(terms, FUNDING, state)),
        "settlement": signed(settlement(terms, FUNDING, state.amount)),
        "claim with the key": claimed(terms, spend, KEY, mine),
        "claim 2-way": claimed(terms, spend, spend.sign(PAYER[2]), mine),
        "refund of the funding": refunded(funding_refund(terms, FUNDING), PAYER[1]),
        "refund of a payment": refunded(payment_refund(terms, FUNDING, state), PAYER[2]),
    }
    return found | (_btc_only(network) if network is BTC_MAIN else _bsv_only(network))


def _btc_only(network: Network) -> dict[str, Transaction]:
    terms = example_terms(network, version=2)
    return {
        "payment TX_n, change waits": signed(payment(terms, FUNDING, State(1, 5_000_000, KEY))),
        "change that has waited": refunded(delayed_change(terms, FUNDING, 5_000_000), PAYER[3]),
    }


def _bsv_only(network: Network) -> dict[str, Transaction]:
    terms = example_terms(network, largest_chunk=len(CHUNK))
    state = State(1, 5_000_000, sha256(CHUNK).digest())
    spend = claim(terms, FUNDING, state, shown=len(CHUNK))
    keys, payee = (PAYER[2].public_key, PAYEE[2].public_key), hash160(PAYEE[3].public_key)
    opened = OTHERS["paid_key_open"].instantiate(keys[0], payee, sha256(KEY).digest(), 1, terms.paid_key_expiry)
    opening = Spend(opened, 5_000_000, ((5_000_000, pay_to_key(PAYEE[3].public_key)),))
    paying = payment(terms, FUNDING, state)
    article = OTHERS["streaming"].instantiate(*keys, sha256(CHUNK).digest())
    selling = Spend(article, 5_000_000, ((4_000_000, pay_to_key(PAYEE[3].public_key)),))
    bobs, size = selling.sign(PAYEE[2]), f"{len(CHUNK):,}"
    plain = penstock.compile_source(BOTH_SIGN).instantiate(PAYER[1].public_key, PAYEE[1].public_key)
    agreed = Spend(plain, 5_000_000, ((4_000_000, pay_to_key(PAYER[3].public_key)),))
    return {
        "funding, if a refund were signed beforehand": key_spend(network, TxOut(5_000_000, plain.locking_script)),
        "refund of the funding, signed beforehand": agreed.transaction(
            agreed.call("spend", agreed.sign(PAYER[1]), agreed.sign(PAYEE[1]))
        ),
        "payment TX_n for a chunk": signed(paying),
        f"claim with a chunk of {size} bytes": claimed(terms, spend, CHUNK, spend.sign(PAYEE[2])),
        "claim 2-way of a chunk": claimed(terms, spend, spend.sign(PAYER[2]), spend.sign(PAYEE[2])),
        "refund of a payment for a chunk": refunded(payment_refund(terms, FUNDING, state), PAYER[2]),
        "payment TX_n, claim open": signed(
            replace(paying, outputs=((5_000_000, opened.locking_script), *(paying.outputs or ())[1:]))
        ),
        "claim, open, with the key": opening.transaction(opening.call("claim", KEY, 0, PREIMAGE)),
        "the article's payment TX_n": key_spend(network, TxOut(5_000_000, article.locking_script)),
        f"the article's claim with a chunk of {size} bytes": selling.transaction(selling.call("unlock", CHUNK, bobs)),
        "the article's claim 2-way": selling.transaction(selling.call("unlock", selling.sign(PAYER[2]), bobs)),
    }


@pytest.mark.parametrize("network", [BTC_MAIN, BSV_MAIN], ids=["btc", "bsv"])
def test_each_row_is_the_size_of_a_real_transaction(network: Network) -> None:
    table, transactions = rows(network), real(network)
    for name, tx in transactions.items():
        assert table[name].size - 2 * SHORTER <= tx.virtual_size <= table[name].size, name
    assert set(table) == set(transactions) | {"forced close: payment, claim with the key"}


def test_a_forced_close_is_two_transactions() -> None:
    for network in (BTC_MAIN, BSV_MAIN):
        table = rows(network)
        close = table["forced close: payment, claim with the key"]
        assert close.sizes == (table["payment TX_n"].size, table["claim with the key"].size)
    assert table["funding, if a refund were signed beforehand"].size < table["funding, with change"].size


def test_fees() -> None:
    row = CostRow("two", (1001, 999))
    assert (row.size, row.fee(FeeRate(1)), row.fee(FeeRate(1000))) == (2000, 3, 2000)
    assert [rate.satoshis for rate in usual_rates(BTC_MAIN.rules)] == [1_000, 5_000, 20_000]
    assert [rate.satoshis for rate in usual_rates(BSV_MAIN.rules)] == [1]
