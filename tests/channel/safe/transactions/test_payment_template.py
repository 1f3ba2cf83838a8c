"""The template of payments: the digest and the signatures of every state are those of the payment built in full."""

from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from penstock.channel.safe.agreement.errors import ChannelTermsError
from penstock.channel.safe.agreement.terms import ChannelTerms
from penstock.channel.safe.transactions.outputs import State
from penstock.channel.safe.transactions.payment import most_amount, payment
from penstock.channel.safe.transactions.payment_template import (
    PaymentTemplate,
    payment_fault,
    payment_template,
    sign_payment,
)
from penstock.channel.safe.transactions.signatures import signature_fault
from penstock.tx.transaction import OutPoint
from tests.support.channels.safe_stage import FORMS, FUNDING, MALLORY, PAYER, SOLD, every_form, state_of


@pytest.mark.parametrize("name", FORMS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_each_digest_is_that_of_the_payment(name: str, data: st.DataObject) -> None:
    terms = replace(FORMS[name], capacity=data.draw(st.integers(50_000, 60_000), "capacity"))
    funding = OutPoint(data.draw(st.binary(min_size=32, max_size=32)), data.draw(st.integers(0, 2**32 - 1)))
    amount = data.draw(st.integers(terms.base + 1, most_amount(terms)), "amount")
    state = State(data.draw(st.integers(1, 2**32)), amount, data.draw(st.binary(min_size=32, max_size=32)))
    template, built = payment_template(terms, funding), payment(terms, funding, state)
    assert template.digest(state) == built.sighash("ALL")
    assert template.locking_script(state.digest) == built.transaction().outputs[0].script


def test_a_template_that_would_sign_for_another_payment_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    terms = FORMS["bsv key"]
    monkeypatch.setattr(PaymentTemplate, "digest", lambda *_: bytes(32))
    with pytest.raises(ChannelTermsError, match="the template of payments"):
        payment_template(terms, OutPoint(bytes([5]) * 32, 5))


@every_form
def test_change_that_is_left_out(terms: ChannelTerms) -> None:
    """All of the last satoshis of a channel, at which the change becomes fee."""
    for amount in range(most_amount(terms) - 700, most_amount(terms) + 1, 50):
        state = State(1, amount, SOLD)
        assert payment_template(terms, FUNDING).digest(state) == payment(terms, FUNDING, state).sighash("ALL")


@every_form
def test_signatures_are_the_same(terms: ChannelTerms) -> None:
    state = state_of(terms)
    spend = payment(terms, FUNDING, state)
    signature = sign_payment(terms, FUNDING, state, PAYER.funding)
    assert signature == spend.sign(PAYER.funding)
    assert payment_fault(terms, FUNDING, state, signature) is None
    wrong = [b"", signature[:-1], signature[:-1] + b"\x02", signature[1:], spend.sign(MALLORY), spend.sign(PAYER.claim)]
    wrong += [spend.sign(PAYER.funding, name) for name in ("NONE", "SINGLE", "ALL|ANYONECANPAY")]
    for each in wrong:
        fault = payment_fault(terms, FUNDING, state, each)
        assert fault is not None
        assert str(fault) == str(signature_fault(spend, PAYER.funding.public_key, each))


@every_form
def test_a_signature_is_for_one_state_of_one_channel(terms: ChannelTerms) -> None:
    state = state_of(terms)
    signature = sign_payment(terms, FUNDING, state, PAYER.funding)
    for other in (replace(state, amount=state.amount + 1), replace(state, digest=sha256(b"another").digest())):
        assert payment_fault(terms, FUNDING, other, signature) is not None
    for funding in (OutPoint(FUNDING.txid, 1), OutPoint(bytes(32), 0)):
        assert payment_fault(terms, funding, state, signature) is not None
    for other_terms in (
        replace(terms, capacity=terms.capacity + 1),
        replace(terms, expiry=terms.expiry + 1),
        replace(terms, delay=terms.delay + 1),
    ):
        assert payment_fault(other_terms, FUNDING, state, signature) is not None


@every_form
def test_an_amount_that_is_not_one_of_a_payment(terms: ChannelTerms) -> None:
    for amount in (0, terms.base, most_amount(terms) + 1):
        state = State(1, amount, SOLD)
        with pytest.raises(ChannelTermsError, match="amount"):
            sign_payment(terms, FUNDING, state, PAYER.funding)
        with pytest.raises(ChannelTermsError, match="amount"):
            payment_fault(terms, FUNDING, state, b"")


@every_form
def test_terms_that_hash_alike_are_still_told_apart(terms: ChannelTerms) -> None:
    other = replace(terms, delay=terms.delay + 1)
    assert hash(other) == hash(terms)
    assert other != terms
    assert payment_template(other, FUNDING) != payment_template(terms, FUNDING)
