"""Whole lives of a channel in blocks of Bitcoin Core's engine: each cheat is refused, each honest way is mined."""

from dataclasses import replace
from pathlib import Path

import pytest

from penstock.channel.safe.agreement.terms import ChannelTerms
from penstock.channel.safe.transactions.outputs import funding_output, key_script
from penstock.channel.safe.transactions.payment import payment, payment_output, settlement, signed_by_both
from penstock.channel.safe.transactions.refunds import delayed_change, funding_refund, refunded
from penstock.channel.safe.transactions.signatures import signature_fault
from penstock.tx.transaction import OutPoint, TxOut
from tests.support.channels.safe_stage import (
    FORMS,
    PAYEE,
    PAYER,
    one_way,
    refunded_funding,
    refunded_payment,
    signed_payment,
    state_of,
    two_way,
)
from tests.support.engines.kernel_chain import KernelChain
from tests.support.spending.signing import high_s

EXPIRY, DELAY = 130, 12
both_versions = pytest.mark.parametrize(
    "terms", [replace(FORMS[name], expiry=EXPIRY, delay=DELAY) for name in FORMS][:2]
)


@pytest.fixture
def chain(tmp_path: Path) -> KernelChain:
    return KernelChain(tmp_path)


def funded(chain: KernelChain, terms: ChannelTerms) -> OutPoint:
    return chain.fund(funding_output(terms))


@both_versions
def test_the_payer_spends_the_funding_elsewhere(chain: KernelChain, terms: ChannelTerms) -> None:
    funding = funded(chain, terms)
    spend = replace(settlement(terms, funding, 0), outputs=((90_000, key_script(terms, PAYER.public.payout)),))
    mine = spend.sign(PAYER.funding)
    for signatures in ((mine, b""), (mine, mine), (mine, spend.sign(PAYER.claim))):
        assert not chain.accepts(signed_by_both(spend, *signatures))
    assert not chain.accepts(refunded(funding_refund(terms, funding), PAYER.funding))


@both_versions
def test_the_payer_publishes_an_older_payment(chain: KernelChain, terms: ChannelTerms) -> None:
    funding = funded(chain, terms)
    older = payment(terms, funding, state_of(terms, 1))
    newer = payment(terms, funding, state_of(terms, 9))
    stolen = newer.sign(PAYEE.funding)
    for payee in (b"", stolen, older.sign(PAYER.funding)):
        assert not chain.accepts(signed_by_both(older, older.sign(PAYER.funding), payee))
    assert chain.accepts(signed_by_both(newer, newer.sign(PAYER.funding), stolen))
    assert not chain.accepts(signed_payment(terms, state_of(terms, 1), funding).tx)


@both_versions
def test_the_payee_is_away(chain: KernelChain, terms: ChannelTerms) -> None:
    """The refund is mined in the block after the height T, not in the block of that height."""
    refund = refunded_funding(terms, funded(chain, terms)).tx
    chain.at(EXPIRY - 1)
    assert not chain.accepts(refund)
    chain.at(EXPIRY)
    assert chain.accepts(refund)
    assert chain.height == EXPIRY + 1


@both_versions
def test_a_forced_close(chain: KernelChain, terms: ChannelTerms) -> None:
    paid = signed_payment(terms, funding=funded(chain, terms)).tx
    claim = one_way(terms, payment_output(paid)).tx
    assert not chain.accepts(claim)
    assert chain.accepts(paid, claim)  # in one block
    assert not chain.accepts(refunded_payment(terms, payment_output(paid)).tx)


@both_versions
def test_a_close_2_way(chain: KernelChain, terms: ChannelTerms) -> None:
    paid = signed_payment(terms, funding=funded(chain, terms)).tx
    assert chain.accepts(paid)
    one, two = one_way(terms, payment_output(paid)).tx, two_way(terms, payment_output(paid)).tx
    assert one.txid == two.txid
    assert chain.accepts(two)
    assert not chain.accepts(one)


@both_versions
def test_a_payment_that_is_not_claimed(chain: KernelChain, terms: ChannelTerms) -> None:
    paid = signed_payment(terms, funding=funded(chain, terms)).tx
    assert chain.accepts(paid)
    refund = refunded_payment(terms, payment_output(paid)).tx
    chain.mine(DELAY - 2)
    assert not chain.accepts(refund)
    chain.mine()
    assert chain.accepts(refund)
    assert not chain.accepts(one_way(terms, payment_output(paid)).tx)


@both_versions
def test_a_settlement(chain: KernelChain, terms: ChannelTerms) -> None:
    funding = funded(chain, terms)
    spend = settlement(terms, funding, state_of(terms).amount)
    assert chain.accepts(signed_by_both(spend, spend.sign(PAYER.funding), spend.sign(PAYEE.funding)))
    assert not chain.accepts(signed_payment(terms, funding=funding).tx)


def test_change_cannot_be_spent_on_top_of_a_payment_that_is_not_mined(chain: KernelChain) -> None:
    terms = replace(FORMS["btc v2"], expiry=EXPIRY)
    paid = signed_payment(terms, funding=funded(chain, terms)).tx
    spend = delayed_change(terms, OutPoint(paid.txid, 1), paid.outputs[1].value)
    change = refunded(spend, PAYER.payout)
    ageless = refunded(replace(spend, sequence=0xFFFFFFFD), PAYER.payout)
    assert not chain.accepts(paid, change)
    assert not chain.accepts(paid, ageless)
    assert chain.accepts(paid)
    assert chain.accepts(change)


@both_versions
def test_a_reorganisation_gives_a_late_claim_to_the_refund(chain: KernelChain, terms: ChannelTerms) -> None:
    """Past T the payer's refund may win what was mined already: that is why the payee closes before T - M."""
    funding = funded(chain, terms)
    paid = signed_payment(terms, funding=funding).tx
    claim = one_way(terms, payment_output(paid)).tx
    chain.at(EXPIRY)
    assert chain.accepts(paid, claim)
    assert chain.reorganize(1, refunded_funding(terms, funding).tx)
    assert not chain.accepts(paid)


@both_versions
def test_a_claim_before_the_margin_survives_a_reorganisation(chain: KernelChain, terms: ChannelTerms) -> None:
    funding = funded(chain, terms)
    paid = signed_payment(terms, funding=funding).tx
    claim = one_way(terms, payment_output(paid)).tx
    chain.at(EXPIRY - 6)
    assert chain.accepts(paid, claim)
    assert not chain.reorganize(2, refunded_funding(terms, funding).tx)
    assert chain.reorganize(1, paid, claim)


@both_versions
@pytest.mark.parametrize(("hash_type", "outputs"), [(0x02, "all"), (0x03, "change"), (0x82, "all"), (0x83, "change")])
def test_a_payer_who_signs_another_type_loses_her_change(
    chain: KernelChain, terms: ChannelTerms, hash_type: int, outputs: str
) -> None:
    """The payee moves it to himself; the check of received signatures, and a signer without a choice, prevent it."""
    funding = funded(chain, terms)
    agreed = payment(terms, funding, state_of(terms))
    signature = agreed.sign(PAYER.funding, hash_type)
    paid, change = agreed.outputs or ()
    mine = (change[0], key_script(terms, PAYEE.public.payout))
    theft = replace(agreed, outputs=(mine, mine)[1:] if outputs == "all" else (paid, mine))
    assert chain.accepts(signed_by_both(theft, signature, theft.sign(PAYEE.funding)))
    assert signature_fault(agreed, PAYER.public.funding, signature) is not None


@both_versions
@pytest.mark.parametrize("number", [0x00, 0x04, 0x41])
def test_a_signature_that_only_a_block_takes(chain: KernelChain, terms: ChannelTerms, number: int) -> None:
    """The payee would hold a payment that nodes do not relay."""
    spend = payment(terms, funded(chain, terms), state_of(terms))
    signature = spend.sign(PAYER.funding, number)
    tx = signed_by_both(spend, signature, spend.sign(PAYEE.funding))
    assert spend.judge_in(tx).error == "SIG_HASHTYPE"
    assert signature_fault(spend, PAYER.public.funding, signature) is not None
    assert chain.accepts(tx)


@both_versions
def test_a_stranger_changes_a_signature_and_not_the_id(chain: KernelChain, terms: ChannelTerms) -> None:
    """So the claim that was signed beforehand stays good: on btc a watcher needs no key."""
    spend = payment(terms, funded(chain, terms), state_of(terms))
    pair = spend.sign(PAYER.funding), spend.sign(PAYEE.funding)
    plain = signed_by_both(spend, *pair)
    changed = signed_by_both(spend, high_s(pair[0]), pair[1])
    assert spend.judge_in(changed).error == "SIG_HIGH_S"
    assert plain.txid == changed.txid
    claim = one_way(terms, payment_output(plain)).tx
    assert chain.accepts(changed)
    assert chain.accepts(claim)


@both_versions
def test_values_are_checked(chain: KernelChain, terms: ChannelTerms) -> None:
    """The engine is asked about whole transactions: a satoshi too much is refused."""
    spend = payment(terms, funded(chain, terms), state_of(terms))
    paid, change = spend.outputs or ()
    rich = replace(spend, outputs=(paid, (terms.capacity - paid[0] + 1, change[1])))
    assert not chain.accepts(signed_by_both(rich, rich.sign(PAYER.funding), rich.sign(PAYEE.funding)))
    exact = replace(spend, outputs=(paid, TxOut(terms.capacity - paid[0], change[1])))
    assert chain.accepts(signed_by_both(exact, exact.sign(PAYER.funding), exact.sign(PAYEE.funding)))
