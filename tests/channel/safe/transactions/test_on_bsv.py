"""Whole lives of a channel on bsv, on the ledger; bsv-sdk judges the scripts.

No node of bsv comes as a package. The ledger by `bsv` stands for nodes that relay, by `bsv-consensus` for a miner, who
may put in a block what nodes do not relay.
"""

from dataclasses import dataclass, replace

import pytest

from penstock import Spend
from penstock.channel.safe.agreement.terms import ChannelTerms
from penstock.channel.safe.transactions.claim import claim, claimed
from penstock.channel.safe.transactions.outputs import funding_output, key_script
from penstock.channel.safe.transactions.payment import payment, payment_output, settlement, signed_by_both
from penstock.channel.safe.transactions.refunds import funding_refund, refunded
from penstock.ledger.coins import pay_to_key
from penstock.ledger.fees import FeeRate
from penstock.ledger.ledger import Ledger
from penstock.script.opcodes import Op
from penstock.script.pushes import push
from penstock.tx.keys import sign
from penstock.tx.transaction import OutPoint, Transaction, TxIn
from tests.support.channels.safe_stage import (
    FORMS,
    PAYEE,
    PAYER,
    item_of,
    judged,
    one_way,
    refunded_funding,
    refunded_payment,
    signed_payment,
    state_of,
    two_way,
)
from tests.support.engines.bsv_judges import bitcoinx_verdict
from tests.support.engines.outside_judges import bsv_sdk_accepts
from tests.support.generators.random_spends import RandomSpend

EXPIRY, DELAY = 130, 12
both_forms = pytest.mark.parametrize(
    "terms", [replace(FORMS[name], expiry=EXPIRY, delay=DELAY) for name in ("bsv key", "bsv chunk")]
)


def funded(terms: ChannelTerms, rules: str = "bsv") -> tuple[Ledger, OutPoint]:
    ledger = Ledger(rules, FeeRate(1))
    output = funding_output(terms)
    return ledger, ledger.fund(output.script, output.value).outpoint


def reason(ledger: Ledger, tx: Transaction) -> str | None:
    refused = ledger.submit(tx).reason
    return None if refused is None else type(refused).__name__


@both_forms
def test_the_payer_alone(terms: ChannelTerms) -> None:
    ledger, funding = funded(terms)
    spend = replace(settlement(terms, funding, 0), outputs=((90_000, key_script(terms, PAYER.public.payout)),))
    mine = spend.sign(PAYER.funding)
    for signatures in ((mine, b""), (mine, mine), (mine, spend.sign(PAYER.claim))):
        tx = signed_by_both(spend, *signatures)
        assert not judged(spend, tx)
        assert reason(ledger, tx) == "ScriptRefused"


@both_forms
def test_the_payee_is_away(terms: ChannelTerms) -> None:
    ledger, funding = funded(terms)
    refund = refunded_funding(terms, funding)
    assert judged(refund.spend, refund.tx)
    ledger.mine(EXPIRY - 1 - ledger.height)
    assert reason(ledger, refund.tx) == "NotFinal"
    ledger.mine()
    assert reason(ledger, refund.tx) is None
    ledger.mine()
    assert ledger.height == EXPIRY + 1


@both_forms
def test_a_payment_is_final_and_has_one_input_and_a_refund_is_not(terms: ChannelTerms) -> None:
    """Nodes keep transactions that are not final apart, and let one with the same inputs, all final, displace them."""
    paid = signed_payment(terms).tx
    assert [(each.sequence, len(paid.inputs)) for each in paid.inputs] == [(0xFFFF_FFFF, 1)]
    assert refunded_funding(terms).tx.inputs[0].sequence == 0xFFFF_FFFE


@both_forms
def test_a_forced_close(terms: ChannelTerms) -> None:
    ledger, funding = funded(terms)
    paid = signed_payment(terms, funding=funding)
    claim = one_way(terms, payment_output(paid.tx))
    assert reason(ledger, claim.tx) == "MissingCoin"
    assert judged(paid.spend, paid.tx)
    assert reason(ledger, paid.tx) is None
    assert judged(claim.spend, claim.tx)
    assert reason(ledger, claim.tx) is None
    assert reason(ledger, refunded_payment(terms, payment_output(paid.tx)).tx) == "DoubleSpend"


@both_forms
def test_a_close_2_way(terms: ChannelTerms) -> None:
    ledger, funding = funded(terms)
    paid = signed_payment(terms, funding=funding).tx
    claim = two_way(terms, payment_output(paid))
    assert reason(ledger, paid) is None
    assert reason(ledger, claim.tx) is None
    assert reason(ledger, one_way(terms, payment_output(paid)).tx) == "DoubleSpend"


@both_forms
def test_a_payment_that_is_not_claimed(terms: ChannelTerms) -> None:
    ledger, funding = funded(terms)
    paid = signed_payment(terms, funding=funding).tx
    assert reason(ledger, paid) is None
    refund = refunded_payment(terms, payment_output(paid)).tx
    ledger.mine(EXPIRY + DELAY - 1 - ledger.height)
    assert reason(ledger, refund) == "NotFinal"
    ledger.mine()
    assert reason(ledger, refund) is None


@both_forms
def test_a_settlement(terms: ChannelTerms) -> None:
    ledger, funding = funded(terms)
    spend = settlement(terms, funding, state_of(terms).amount)
    tx = signed_by_both(spend, spend.sign(PAYER.funding), spend.sign(PAYEE.funding))
    assert reason(ledger, tx) is None
    assert reason(ledger, signed_payment(terms, funding=funding).tx) == "DoubleSpend"


# Changed ids ----------------------------------------------------------------------------------------------------------


def pushed_longer(tx: Transaction, items: tuple[bytes, ...]) -> Transaction:
    """Return the transaction with its first item pushed by OP_PUSHDATA1: the same meaning, another id."""
    first, *others = items
    script = bytes((Op.OP_PUSHDATA1, len(first))) + first + b"".join(map(push, others))
    return tx.with_input_script(0, script)


@dataclass(frozen=True)
class Malleated:
    """A payment as it was signed, and as a miner changed it."""

    spend: Spend
    plain: Transaction
    changed: Transaction


def malleated(terms: ChannelTerms, funding: OutPoint) -> Malleated:
    spend = payment(terms, funding, state_of(terms))
    call = spend.call("spend", spend.sign(PAYER.funding), spend.sign(PAYEE.funding))
    plain = spend.transaction(call)
    return Malleated(spend, plain, pushed_longer(plain, call.items))


@both_forms
def test_strangers_cannot_change_an_id_but_a_miner_can(terms: ChannelTerms) -> None:
    ledger, funding = funded(terms)
    pair = malleated(terms, funding)
    assert pair.plain.txid != pair.changed.txid
    assert pair.spend.judge_in(pair.changed).error == "MINIMALDATA"
    assert not bsv_sdk_accepts(pair.changed.serialize(), 0, pair.spend.locking_script, pair.spend.value)
    assert reason(ledger, pair.changed) == "ScriptRefused"
    assert pair.spend.judge_in(pair.changed, rules="bsv-consensus")
    case = RandomSpend(pair.changed, 0, pair.spend.spent_outputs)
    assert bitcoinx_verdict(case, "before genesis")  # the flags without MINIMALDATA


@both_forms
def test_a_claim_that_was_signed_beforehand_is_void_and_one_by_the_claim_key_is_not(terms: ChannelTerms) -> None:
    miner, funding = funded(terms, "bsv-consensus")
    pair = malleated(terms, funding)
    beforehand = one_way(terms, payment_output(pair.plain)).tx
    assert reason(miner, pair.changed) is None
    assert reason(miner, pair.plain) == "DoubleSpend"
    assert reason(miner, beforehand) == "MissingCoin"
    again = claim(terms, payment_output(pair.changed), state_of(terms), shown=max(72, terms.largest_item))
    assert reason(miner, claimed(terms, again, item_of(terms), again.sign(PAYEE.claim))) is None


@both_forms
def test_without_the_claim_key_the_payer_takes_the_payment(terms: ChannelTerms) -> None:
    """The loss of a payee whose watcher has finished transactions alone."""
    miner, funding = funded(terms, "bsv-consensus")
    pair = malleated(terms, funding)
    assert reason(miner, pair.changed) is None
    miner.mine(EXPIRY + DELAY - miner.height)
    assert reason(miner, one_way(terms, payment_output(pair.plain)).tx) == "MissingCoin"
    assert reason(miner, refunded_payment(terms, payment_output(pair.changed)).tx) is None


@both_forms
def test_a_refund_that_was_signed_beforehand_is_void(terms: ChannelTerms) -> None:
    """The funding transaction itself gets another id: the payer's whole capacity would wait for the payee's good will.

    The refund in the script is built for the output as it was mined, so it is not touched.
    """
    miner = Ledger("bsv-consensus", FeeRate(1))
    coin = miner.fund(pay_to_key(PAYER.public.payout), terms.capacity + 10)
    bare = Transaction(1, (TxIn(coin.outpoint),), (funding_output(terms),))
    signature = sign(bare, 0, coin.script, coin.value, PAYER.payout, "ALL", terms.rules.chain)
    items = signature, PAYER.public.payout
    plain = bare.with_input_script(0, b"".join(map(push, items)))
    changed = pushed_longer(bare, items)
    beforehand = settlement(terms, OutPoint(plain.txid, 0), 0)
    beforehand = replace(beforehand, lock_time=EXPIRY, sequence=0xFFFF_FFFE)
    agreed = signed_by_both(beforehand, beforehand.sign(PAYER.funding), beforehand.sign(PAYEE.funding))
    assert judged(beforehand, agreed)
    assert reason(miner, changed) is None
    miner.mine(EXPIRY - miner.height)
    assert reason(miner, agreed) == "MissingCoin"
    assert reason(miner, refunded(funding_refund(terms, OutPoint(changed.txid, 0)), PAYER.funding)) is None
