"""A settlement is never the worse choice: for either side, for every amount, at every fee rate."""

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from penstock.channel.safe.agreement.errors import ChannelTermsError
from penstock.channel.safe.agreement.terms import ChannelTerms
from penstock.channel.safe.transactions.claim import claim
from penstock.channel.safe.transactions.outputs import State, change_script, key_script, least_output
from penstock.channel.safe.transactions.payment import (
    check_amounts,
    least_base,
    most_amount,
    payment,
    payment_fee,
    settlement,
)
from penstock.contract.spend import Spend
from penstock.ledger.fees import FeeRate
from penstock.tx.transaction import OutPoint
from tests.support.channels.safe_stage import FORMS, FUNDING, PAYEE, SOLD


def paid_to(spend: Spend, script: bytes) -> int:
    return sum(value for value, locking in spend.outputs or () if locking == script)


def fits(terms: ChannelTerms) -> bool:
    try:
        check_amounts(terms)
    except ChannelTermsError:
        return False
    return True


@pytest.mark.parametrize("name", FORMS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_both_prefer_a_settlement(name: str, data: st.DataObject) -> None:
    some = FORMS[name]
    least_rate = some.rules.least_fee_rate
    rates = st.integers(least_rate, 300 * least_rate)
    terms = replace(
        some,
        payment_rate=data.draw(rates, "payment_rate"),
        claim_rate=data.draw(rates, "claim_rate"),
        capacity=data.draw(st.integers(50_000, 400_000), "capacity"),
    )
    least = least_base(terms)
    terms = replace(terms, base=data.draw(st.integers(least, 2 * least + 20_000), "base"))
    assume(fits(terms))
    amount = data.draw(st.integers(terms.base + 1, most_amount(terms)), "amount")
    forced, agreed = payment(terms, FUNDING, State(1, amount, SOLD)), settlement(terms, FUNDING, amount)
    payers, payees = change_script(terms), key_script(terms, PAYEE.public.payout)
    assert paid_to(agreed, payees) == amount
    assert paid_to(agreed, payers) >= paid_to(forced, payers)
    rate = FeeRate(data.draw(st.integers(least_rate, 100_000), "rate now"))
    try:
        claimed = claim(terms, OutPoint(bytes(32), 0), State(1, amount, SOLD), rate=rate)
    except ChannelTermsError:
        return  # the claim would cost more than it brings
    assert paid_to(claimed, payees) < amount


@pytest.mark.parametrize("name", FORMS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_nothing_is_created_and_every_output_is_relayed(name: str, data: st.DataObject) -> None:
    """amount + change + fee = capacity; every output has what nodes relay; the agreed claim is paid by the base."""
    terms = FORMS[name]
    amount = data.draw(st.integers(terms.base + 1, most_amount(terms)), "amount")
    spend = payment(terms, FUNDING, State(1, amount, SOLD))
    values = [value for value, _ in spend.outputs or ()]
    fee = terms.capacity - sum(values)
    assert fee >= payment_fee(terms)
    assert (fee == payment_fee(terms)) == (len(values) == 2 or amount == most_amount(terms))
    assert all(value >= least_output(terms, script) for value, script in spend.outputs or ())
    claimed = claim(terms, FUNDING, State(1, amount, SOLD), shown=max(72, terms.largest_item))
    assert all(value >= least_output(terms, script) for value, script in claimed.outputs or ())
