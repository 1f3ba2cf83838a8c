"""Every transaction of a channel, in each form: who opens it and who does not, by the outside engines too."""

from dataclasses import replace
from typing import Any

import pytest

from penstock import Spend
from penstock.channel.safe.agreement.errors import ChannelTermsError
from penstock.channel.safe.agreement.margins import BTC_MARGINS
from penstock.channel.safe.agreement.terms import ChannelTerms
from penstock.channel.safe.transactions.claim import claim, claim_fee, claimed, with_coins_signed
from penstock.channel.safe.transactions.funding import check_terms, funding_outpoint
from penstock.channel.safe.transactions.outputs import State, change_script, funding_output, key_script, least_output
from penstock.channel.safe.transactions.payment import (
    check_amounts,
    least_base,
    most_amount,
    payment,
    payment_fee,
    payment_output,
    settlement,
    settlement_fee,
    signed_by_both,
)
from penstock.channel.safe.transactions.refunds import delayed_change, funding_refund, payment_refund, refunded
from penstock.ledger.coins import Coin
from penstock.ledger.fees import FeeRate
from penstock.tx.keys import PrivateKey
from penstock.tx.transaction import OutPoint, Transaction, TxIn, TxOut
from penstock.vm.judging.verify import check_transaction
from tests.support.channels.safe_stage import (
    CHUNK,
    DELAY,
    EXPIRY,
    FORMS,
    FUNDING,
    MALLORY,
    PAYEE,
    PAYER,
    SOLD,
    Signed,
    every_form,
    item_of,
    judged,
    one_way,
    refunded_funding,
    refunded_payment,
    signed_payment,
    signed_settlement,
    state_of,
    two_way,
)

FINAL = 0xFFFF_FFFF


def size_of(tx: Transaction) -> int:
    return tx.virtual_size


def check_fee(signed: Signed, rate: int) -> None:
    """The fee is that of the size with signatures of full length: they may be two bytes shorter each."""
    paid = sum(output.value for output in signed.spend.spent_outputs)
    fee = paid - sum(output.value for output in signed.tx.outputs)
    size = size_of(signed.tx)
    assert FeeRate(rate).fee(size) <= fee <= FeeRate(rate).fee(size + 4)


# Payment and settlement -----------------------------------------------------------------------------------------------


@every_form
def test_one_signature_of_two(terms: ChannelTerms) -> None:
    for spend in (payment(terms, FUNDING, state_of(terms)), settlement(terms, FUNDING, state_of(terms).amount)):
        both = [spend.sign(PAYER.funding), spend.sign(PAYEE.funding)]
        for payer, payee in (
            (both[0], b""),
            (b"", both[1]),
            (both[1], both[0]),
            (both[0], both[0]),
            (both[0], spend.sign(MALLORY)),
            (both[0], spend.sign(PAYEE.claim)),
            (both[0], spend.sign(PAYEE.authentication)),
            (spend.sign(PAYER.claim), both[1]),
        ):
            assert not judged(spend, signed_by_both(spend, payer, payee))


@every_form
def test_signatures_of_another_state(terms: ChannelTerms) -> None:
    older, newer = (payment(terms, FUNDING, state_of(terms, index)) for index in (8, 9))
    signatures = older.sign(PAYER.funding), newer.sign(PAYEE.funding)
    assert not judged(newer, signed_by_both(newer, *signatures))
    assert not judged(older, signed_by_both(older, *signatures))


@every_form
def test_a_payment(terms: ChannelTerms) -> None:
    signed = signed_payment(terms)
    assert judged(signed.spend, signed.tx)
    check_fee(signed, terms.payment_rate)
    paid, change = signed.tx.outputs
    assert (paid.value, change.script) == (state_of(terms).amount, change_script(terms))
    assert change.value == terms.capacity - paid.value - payment_fee(terms)


@every_form
def test_numbers_of_the_transactions_that_both_sign(terms: ChannelTerms) -> None:
    sequence = FINAL - 2 if terms.rules.chain.has_witness else FINAL
    for signed in (signed_payment(terms), signed_settlement(terms, 0), one_way(terms)):
        assert len(signed.tx.inputs) == 1
        assert (signed.tx.version, signed.tx.lock_time) == (terms.payment_version, 0)
        assert signed.tx.inputs[0].sequence == sequence


@every_form
def test_change_that_is_too_small_becomes_fee(terms: ChannelTerms) -> None:
    least = least_output(terms, change_script(terms))
    for left, outputs in ((0, 1), (least - 1, 1), (least, 2)):
        state = replace(state_of(terms), amount=most_amount(terms) - left)
        signed = signed_payment(terms, state)
        assert judged(signed.spend, signed.tx)
        assert [output.value for output in signed.tx.outputs] == [state.amount, left][:outputs]


@every_form
def test_an_amount_that_the_channel_does_not_have(terms: ChannelTerms) -> None:
    for amount in (-1, 1, terms.base, most_amount(terms) + 1):
        with pytest.raises(ChannelTermsError, match=f"amount is {amount}"):
            payment(terms, FUNDING, replace(state_of(terms), amount=amount))
        with pytest.raises(ChannelTermsError, match=f"amount is {amount}"):
            settlement(terms, FUNDING, amount)


@pytest.mark.parametrize(("index", "digest"), [(0, SOLD), (-1, SOLD), (1, b""), (1, SOLD[1:])])
def test_a_state_that_is_not_one(index: int, digest: bytes) -> None:
    with pytest.raises(ChannelTermsError):
        State(index, 2_000, digest)


@every_form
def test_a_settlement(terms: ChannelTerms) -> None:
    amount = state_of(terms).amount
    signed = signed_settlement(terms, amount)
    assert judged(signed.spend, signed.tx)
    check_fee(signed, terms.payment_rate)
    earned, change = signed.tx.outputs
    assert earned == TxOut(amount, key_script(terms, PAYEE.public.payout))
    assert change == TxOut(terms.capacity - amount - settlement_fee(terms), change_script(terms))


@every_form
def test_a_settlement_before_anything_is_sold(terms: ChannelTerms) -> None:
    signed = signed_settlement(terms, 0)
    assert judged(signed.spend, signed.tx)
    assert signed.tx.outputs == (TxOut(terms.capacity - settlement_fee(terms), change_script(terms)),)


@every_form
def test_the_fee_of_a_settlement_goes_up_to_that_of_the_payment(terms: ChannelTerms) -> None:
    least, most, amount = settlement_fee(terms), payment_fee(terms), state_of(terms).amount
    assert least <= most
    for fee in (least, most):
        assert sum(output.value for output in signed_settlement(terms, amount, fee).tx.outputs) == 100_000 - fee
    for fee in (least - 1, most + 1, -1):
        with pytest.raises(ChannelTermsError, match=f"fee is {fee}"):
            settlement(terms, FUNDING, amount, fee)


# Claim ----------------------------------------------------------------------------------------------------------------


@every_form
def test_a_claim_with_something_else(terms: ChannelTerms) -> None:
    spend = one_way(terms).spend
    mine, item = spend.sign(PAYEE.claim), item_of(terms)
    for shown, signature in (
        (b"", mine),
        (item[::-1], mine),
        (item + b"\x00", mine),
        (item[:-1], mine),
        (mine, mine),
        (spend.sign(PAYER.funding), mine),
        (spend.sign(PAYER.payout), mine),
        (item, b""),
        (item, spend.sign(PAYER.claim)),
        (item, spend.sign(PAYEE.funding)),
        (item, spend.sign(MALLORY)),
    ):
        assert not judged(spend, claimed(terms, spend, shown, signature))


@every_form
def test_a_claim_1_way_and_2_way(terms: ChannelTerms) -> None:
    for signed in (one_way(terms), two_way(terms)):
        assert judged(signed.spend, signed.tx)
        (earned,) = signed.tx.outputs
        assert earned.script == key_script(terms, PAYEE.public.payout)
    check_fee(two_way(terms), terms.claim_rate)
    if terms.sells_chunks:
        check_fee(one_way(terms), terms.claim_rate)
        assert len(one_way(terms).tx.serialize()) > len(CHUNK) + 100 > len(two_way(terms).tx.serialize()) + 60_000


@pytest.mark.parametrize("terms", [FORMS["btc v3"], FORMS["btc v2"], FORMS["bsv key"]], ids=["v3", "v2", "bsv"])
def test_the_payees_signature_is_the_same_both_ways(terms: ChannelTerms) -> None:
    one, two = one_way(terms), two_way(terms)
    assert one.spend == two.spend
    assert (one.tx.txid == two.tx.txid) == terms.rules.chain.has_witness


@every_form
def test_the_base_pays_the_claim_of_the_first_state(terms: ChannelTerms) -> None:
    least = claim_fee(terms, terms.largest_item) + least_output(terms, key_script(terms, PAYEE.public.payout))
    cheapest = replace(terms, base=max(least, least_output(terms, b"\x00\x20" + bytes(32))))
    check_amounts(cheapest)
    with pytest.raises(ChannelTermsError, match="base is"):
        check_amounts(replace(cheapest, base=cheapest.base - 1))
    assert least_base(cheapest) == cheapest.base
    spend = claim(cheapest, FUNDING, State(1, cheapest.base + 1, SOLD), shown=max(72, terms.largest_item))
    assert spend.outputs is not None
    assert spend.outputs[0][0] >= least_output(terms, key_script(terms, PAYEE.public.payout))


@every_form
def test_coins_for_a_higher_fee(terms: ChannelTerms) -> None:
    script = key_script(terms, PAYEE.public.payout)
    coins = tuple(Coin(OutPoint(bytes((number,)) * 32, 1), TxOut(50_000, script)) for number in (1, 2))
    rate = FeeRate(20 * terms.claim_rate)
    spend = claim(terms, FUNDING, state_of(terms), shown=len(item_of(terms)), coins=coins, rate=rate)
    bare = claimed(terms, spend, item_of(terms), spend.sign(PAYEE.claim))
    signed = Signed(spend, with_coins_signed(bare, spend, PAYEE.payout))
    assert judged(spend, signed.tx)
    for index in (1, 2):
        verdict = signed_input(signed, index)
        assert verdict, verdict
    paid = sum(output.value for output in spend.spent_outputs) - signed.tx.outputs[0].value
    assert rate.fee(size_of(signed.tx)) <= paid <= rate.fee(size_of(signed.tx) + 8)


def signed_input(signed: Signed, index: int) -> bool:
    """Whether all inputs of a transaction open what they spend."""
    rules = signed.spend.contract.artifact.chain
    return bool(check_transaction(signed.tx, signed.spend.spent_outputs, rules)[index])


@every_form
def test_coins_of_another_form(terms: ChannelTerms) -> None:
    other = FORMS["bsv key" if terms.rules.chain.has_witness else "btc v3"]
    good = key_script(terms, MALLORY.public_key)
    claim(terms, FUNDING, state_of(terms), coins=(Coin(FUNDING, TxOut(5_000, good)),))
    for script in (key_script(other, MALLORY.public_key), good + b"\x00", good[:-1], b"", bytes(len(good))):
        with pytest.raises(ChannelTermsError, match="coins that pay to the hash of a key"):
            claim(terms, FUNDING, state_of(terms), coins=(Coin(FUNDING, TxOut(5_000, script)),))


def test_too_many_coins() -> None:
    terms = FORMS["btc v3"]
    coin = Coin(FUNDING, TxOut(5_000, key_script(terms, PAYEE.public.payout)))
    claim(terms, FUNDING, state_of(terms), coins=(coin,) * 12)
    with pytest.raises(ChannelTermsError, match=r"coins is 13 of them, 1,0\d\d bytes; it must be few enough for 1,000"):
        claim(terms, FUNDING, state_of(terms), coins=(coin,) * 13)
    claim(FORMS["btc v2"], FUNDING, state_of(terms), coins=(coin,) * 13)


@every_form
def test_a_rate_that_leaves_nothing(terms: ChannelTerms) -> None:
    rate = FeeRate(10_000_000)
    with pytest.raises(ChannelTermsError, match="rate is so high"):
        claim(terms, FUNDING, state_of(terms), rate=rate)
    with pytest.raises(ChannelTermsError, match="rate is so high"):
        payment_refund(terms, FUNDING, state_of(terms), rate)
    with pytest.raises(ChannelTermsError, match="rate is so high"):
        funding_refund(terms, FUNDING, FeeRate(1_000_000_000))


# Refunds --------------------------------------------------------------------------------------------------------------


def with_key(spend: Spend, key: PrivateKey) -> bool:
    return bool(judged(spend, refunded(spend, key)))


@every_form
def test_a_refund_by_another_key(terms: ChannelTerms) -> None:
    for key in (PAYEE.funding, PAYEE.claim, PAYER.claim, PAYER.payout, MALLORY):
        assert not with_key(refunded_funding(terms).spend, key)
    for key in (PAYEE.funding, PAYEE.claim, PAYER.funding, PAYER.payout, MALLORY):
        assert not with_key(refunded_payment(terms).spend, key)


@every_form
def test_a_refund_of_the_funding_before_the_height(terms: ChannelTerms) -> None:
    good = refunded_funding(terms).spend
    changes: list[dict[str, Any]] = [{"lock_time": number} for number in (EXPIRY - 1, 0, 500_000_001)]
    for change in (*changes, {"sequence": FINAL}):
        assert not with_key(replace(good, **change), PAYER.funding)


@every_form
def test_a_refund_of_the_funding(terms: ChannelTerms) -> None:
    signed = refunded_funding(terms)
    assert judged(signed.spend, signed.tx)
    check_fee(signed, terms.payment_rate)
    assert (signed.tx.lock_time, signed.tx.inputs[0].sequence) == (EXPIRY, FINAL - 1)
    assert signed.tx.outputs[0].script == key_script(terms, PAYER.public.payout)


@every_form
def test_a_refund_of_a_payment_before_its_delay(terms: ChannelTerms) -> None:
    good = refunded_payment(terms).spend
    changes: list[dict[str, Any]] = [{"sequence": FINAL}]
    if terms.rules.chain.has_witness:
        changes += [{"sequence": number} for number in (DELAY - 1, 0, 1 << 22 | DELAY)] + [{"version": 1}]
    else:
        changes += [{"lock_time": number} for number in (EXPIRY + DELAY - 1, EXPIRY, 1 << 30)]
    for change in changes:
        assert not with_key(replace(good, **change), PAYER.claim)


@every_form
def test_a_refund_of_a_payment(terms: ChannelTerms) -> None:
    signed = refunded_payment(terms)
    assert judged(signed.spend, signed.tx)
    check_fee(signed, terms.payment_rate)
    by_age = (0, DELAY) if terms.rules.chain.has_witness else (EXPIRY + DELAY, FINAL - 1)
    assert (signed.tx.lock_time, signed.tx.inputs[0].sequence) == by_age


def test_change_that_waits_for_a_block() -> None:
    terms = FORMS["btc v2"]
    payment = signed_payment(terms).tx
    spend = delayed_change(terms, OutPoint(payment.txid, 1), payment.outputs[1].value)
    assert spend.locking_script == payment.outputs[1].script
    for key in (MALLORY, PAYEE.payout, PAYER.claim):
        assert not with_key(spend, key)
    assert not with_key(replace(spend, sequence=0), PAYER.payout)
    assert with_key(spend, PAYER.payout)
    check_fee(Signed(spend, refunded(spend, PAYER.payout)), terms.payment_rate)


@pytest.mark.parametrize("name", ["btc v3", "bsv key"])
def test_change_that_does_not_wait(name: str) -> None:
    with pytest.raises(ChannelTermsError, match="payment_version"):
        delayed_change(FORMS[name], FUNDING, 5_000)


# Funding --------------------------------------------------------------------------------------------------------------


@every_form
def test_the_funding_output(terms: ChannelTerms) -> None:
    output = funding_output(terms)
    good = Transaction(1, (TxIn(FUNDING),), (TxOut(5, b""), output))
    assert funding_outpoint(terms, good) == OutPoint(good.txid, 1)
    for outputs in (
        (),
        (output._replace(value=terms.capacity - 1),),
        (output._replace(value=terms.capacity + 1),),
        (output._replace(script=output.script[:-1]),),
        (output, output),
        (funding_output(replace(terms, expiry=terms.expiry + 1)),),
    ):
        with pytest.raises(ChannelTermsError, match="the funding output is in"):
            funding_outpoint(terms, good._replace(outputs=outputs))


@every_form
def test_terms_are_checked_as_a_whole(terms: ChannelTerms) -> None:
    check_terms(terms, BTC_MARGINS, EXPIRY - 500)
    with pytest.raises(ChannelTermsError, match="expiry"):
        check_terms(terms, BTC_MARGINS, EXPIRY)
    with pytest.raises(ChannelTermsError, match="capacity"):
        check_terms(replace(terms, capacity=terms.base + 1), BTC_MARGINS, EXPIRY - 500)


@every_form
def test_the_payment_is_the_first_output(terms: ChannelTerms) -> None:
    signed = signed_payment(terms)
    assert payment_output(signed.tx) == OutPoint(signed.tx.txid, 0)
    assert one_way(terms).spend.locking_script == signed.tx.outputs[0].script
