"""A claim with coins pays for its payment too, in blocks of Core's engine; how many coins closes at once need."""

from dataclasses import replace
from pathlib import Path

import pytest

from penstock.channel.safe.agreement.errors import ChannelTermsError
from penstock.channel.safe.agreement.terms import ChannelTerms
from penstock.channel.safe.transactions.bumping import bumped_claim, close_cost, missing_fee, reserve, shortfall
from penstock.channel.safe.transactions.claim import claim_size, claimed, with_coins_signed
from penstock.channel.safe.transactions.outputs import State, funding_output, key_script, least_output
from penstock.channel.safe.transactions.payment import payment_output, payment_size
from penstock.contract.spend import Spend
from penstock.ledger.coins import Coin
from penstock.ledger.fees import FeeRate
from penstock.tx.keys import PrivateKey
from penstock.tx.transaction import OutPoint, Transaction, TxOut
from penstock.vm.judging.verify import check_transaction
from tests.support.channels.safe_stage import (
    FORMS,
    FUNDING,
    MALLORY,
    PAYEE,
    every_form,
    item_of,
    judged,
    signed_payment,
    state_of,
)
from tests.support.engines.kernel_chain import KernelChain

BTC = pytest.mark.parametrize("terms", [FORMS["btc v3"], FORMS["btc v2"]], ids=["v3", "v2"])
RESERVE = PrivateKey(b"\x31" * 32)
"""The key of the coins that the payee holds back: one for all channels."""


def coin(terms: ChannelTerms, value: int, number: int = 1) -> Coin:
    return Coin(OutPoint(bytes((number,)) * 32, 1), TxOut(value, key_script(terms, RESERVE.public_key)))


def unlocked(terms: ChannelTerms, spend: Spend, key: PrivateKey = RESERVE) -> Transaction:
    return with_coins_signed(claimed(terms, spend, item_of(terms), spend.sign(PAYEE.claim)), spend, key)


def size_of(transaction: Transaction) -> int:
    return (3 * len(transaction.serialize(witness=False)) + len(transaction.serialize()) + 3) // 4


def first_state(terms: ChannelTerms) -> State:
    """The one whose payment has the least."""
    return replace(state_of(terms), index=1, amount=terms.base + 1)


@every_form
@pytest.mark.parametrize("times", [1, 3, 40])
def test_both_together_pay_the_rate(terms: ChannelTerms, times: int) -> None:
    rate, state = FeeRate(times * terms.payment_rate), first_state(terms)
    paid = signed_payment(terms, state).tx
    value, shown = close_cost(terms, rate), len(item_of(terms))
    spend = bumped_claim(terms, payment_output(paid), state, [coin(terms, value)] if value else [], rate, shown=shown)
    tx = unlocked(terms, spend)
    assert judged(spend, tx)
    assert check_transaction(tx, spend.spent_outputs, terms.rules.chain)
    fees = terms.capacity - sum(each.value for each in paid.outputs)
    fees += sum(each.value for each in spend.spent_outputs) - tx.outputs[0].value
    size = size_of(paid) + size_of(tx)
    assert rate.fee(size) <= fees <= rate.fee(size + 8) + 2
    assert tx.outputs == (TxOut(tx.outputs[0].value, key_script(terms, PAYEE.public.payout)),)


@every_form
def test_a_satoshi_less_is_not_enough(terms: ChannelTerms) -> None:
    """The cost of a close is exact, for a payment with the base alone."""
    rate = FeeRate(50 * terms.payment_rate)
    cost, shown = close_cost(terms, rate), terms.largest_item
    state = replace(state_of(terms), amount=terms.base)
    spend = bumped_claim(terms, FUNDING, state, [coin(terms, cost)], rate, shown=shown)
    assert (spend.outputs or ())[0][0] == least_output(terms, key_script(terms, PAYEE.public.payout))
    with pytest.raises(ChannelTermsError, match="rate is so high"):
        bumped_claim(terms, FUNDING, state, [coin(terms, cost - 1)], rate, shown=shown)


@BTC
def test_as_few_coins_as_do_the_largest_first(terms: ChannelTerms) -> None:
    rate = FeeRate(90_000)
    coins = [coin(terms, value, number) for number, value in enumerate((5_000, 30_000, 9_000, 12_000), start=1)]
    spend = bumped_claim(terms, FUNDING, state_of(terms), coins, rate)
    assert [each.spent.value for each in spend.other_inputs] == [30_000, 12_000]
    rich = replace(state_of(terms), amount=90_000)
    assert bumped_claim(terms, FUNDING, rich, coins, rate).other_inputs == ()
    with pytest.raises(ChannelTermsError, match="rate is so high"):
        bumped_claim(terms, FUNDING, state_of(terms), coins, FeeRate(1_000_000))


def test_a_claim_that_nodes_do_not_relay_is_not_made() -> None:
    terms, rate = FORMS["btc v3"], FeeRate(60_000)
    assert claim_size(terms, 72, 12) <= 1_000 < claim_size(terms, 72, 13)
    coins = [coin(terms, 5_000, number) for number in range(1, 31)]
    with pytest.raises(ChannelTermsError, match="few enough for 1,000 bytes"):
        bumped_claim(terms, FUNDING, state_of(terms), coins, rate)
    assert len(bumped_claim(FORMS["btc v2"], FUNDING, state_of(terms), coins, rate).other_inputs) > 12


@BTC
def test_in_blocks(tmp_path: Path, terms: ChannelTerms) -> None:
    chain, rate = KernelChain(tmp_path), FeeRate(80_000)
    terms = replace(terms, expiry=1_000)
    value = close_cost(terms, rate)
    own = chain.fund(TxOut(value, key_script(terms, RESERVE.public_key)))
    paid = signed_payment(terms, funding=chain.fund(funding_output(terms))).tx
    coins = [Coin(own, TxOut(value, key_script(terms, RESERVE.public_key)))]
    spend = bumped_claim(terms, payment_output(paid), state_of(terms), coins, rate, shown=32)
    good = unlocked(terms, spend)
    rich = replace(spend, outputs=((sum(each.value for each in spend.spent_outputs) + 1, good.outputs[0].script),))
    for forged in (
        unlocked(terms, spend, MALLORY),  # the coin by another key
        with_coins_signed(
            claimed(terms, spend, bytes(32), spend.sign(PAYEE.claim)), spend, RESERVE
        ),  # another key shown
        with_coins_signed(claimed(terms, spend, item_of(terms), spend.sign(MALLORY)), spend, RESERVE),
        claimed(terms, spend, item_of(terms), spend.sign(PAYEE.claim)),  # the coin is not signed
        unlocked(terms, rich),
    ):
        assert not chain.accepts(paid, forged)
    assert not chain.accepts(good)  # its payment is not there
    assert chain.accepts(paid, good)


# The reserve ----------------------------------------------------------------------------------------------------------


@BTC
def test_the_cost_of_a_close(terms: ChannelTerms) -> None:
    assert close_cost(terms, FeeRate(1_000)) == 0 == missing_fee(terms, FeeRate(5_000))
    rate = FeeRate(20_000)
    assert missing_fee(terms, rate) == rate.fee(payment_size(terms)) - FeeRate(5_000).fee(payment_size(terms))
    left = terms.base - least_output(terms, key_script(terms, PAYEE.public.payout))
    assert close_cost(terms, rate) == rate.fee(claim_size(terms, 32, 1)) + missing_fee(terms, rate) - left
    assert close_cost(replace(terms, base=30_000), rate) == 0


def test_the_reserve_is_a_coin_for_each_of_the_dearest_closes() -> None:
    terms, rate = FORMS["btc v3"], FeeRate(20_000)
    channels = [replace(terms, base=base) for base in (1_100, 30_000, 2_000, 1_500)]
    costs = [close_cost(each, rate) for each in channels]
    assert reserve(channels, 2, rate) == (costs[0], costs[3])
    assert reserve(channels, 9, rate) == (costs[0], costs[3], costs[2])
    assert reserve(channels, 0, rate) == () == reserve([], 5, rate) == reserve(channels, 9, FeeRate(1_000))


def test_what_a_reserve_lacks() -> None:
    assert shortfall((), []) == 0
    assert shortfall((50, 40), [40, 50]) == 0
    assert shortfall((50, 40), [1_000]) == 1, "a coin is for one close"
    assert shortfall((50, 40), [49, 49]) == 1
    assert shortfall((50, 40), [39, 39]) == 2 == shortfall((50, 40), [])
