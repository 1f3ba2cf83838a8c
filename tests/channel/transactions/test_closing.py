"""Costs of a claim before it is made: sizes, fees, warnings, coins added for the fee."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.channel.agreement.terms import Terms, TermsError
from penstock.channel.protocol.actions import Broadcast, Warn
from penstock.channel.protocol.bob import Closed
from penstock.channel.simulation.conversation import Effect, Party
from penstock.channel.transactions import claim, payment
from penstock.channel.transactions.closing import ClaimCostsMore, Closing, plan_claim
from penstock.ledger.fees import FeeRate
from tests.support.channels.channel_stage import ALICE, BOB, agreement_on, coin_of, movie_of, stage


@given(st.integers(1, 300), st.integers(2, 400), st.integers(0, 500), st.sampled_from(Closing), st.integers(0, 2))
def test_the_planned_size_is_the_real_one(price: int, chunk_size: int, rate: int, closing: Closing, coins: int) -> None:
    movie = movie_of(3, chunk_size=max(chunk_size, 16))
    agreement = agreement_on(movie, terms=Terms(price, FeeRate(rate)), funds=100_000)
    fee_coins = tuple(coin_of(BOB, 50_000, number) for number in range(coins))
    plan = plan_claim(agreement, 2, closing, fee_coins)
    if not plan.possible:
        return
    paid = payment.sign(agreement, 2, movie.leaf(2), ALICE)
    made = claim.sign(agreement, paid, plan, movie.chunk(2), BOB)
    if closing is Closing.TWO_WAY:
        made = claim.countersign(agreement, paid, made, ALICE)
    # each signature can be shorter: a number with n leading zero bytes, once in 256^n, takes n bytes less
    slack = 6 * (1 + (closing is Closing.TWO_WAY) + len(plan.fee_coins))
    assert made.size() <= plan.size <= made.size() + slack
    assert plan.fee == FeeRate(rate).fee(plan.size)
    assert made.outputs[0].value == plan.payout == 2 * price + 50_000 * len(plan.fee_coins) - plan.fee


def test_a_claim_that_costs_more_than_was_earned_is_warned_of() -> None:
    agreement = agreement_on(movie_of(3, chunk_size=200_000))
    plan = plan_claim(agreement, 1, Closing.ONE_WAY)
    assert plan.warning == ClaimCostsMore(Closing.ONE_WAY, 201, 100)
    assert not plan.possible
    assert "costs a fee of 201 satoshis, the channel earned 100" in str(plan.warning)


def test_one_that_eats_everything_is_warned_of_too() -> None:
    movie = movie_of(3, chunk_size=99_000)
    fee = plan_claim(agreement_on(movie), 1, Closing.ONE_WAY).fee
    assert plan_claim(agreement_on(movie, terms=Terms(price=fee)), 1, Closing.ONE_WAY).warning is not None
    assert plan_claim(agreement_on(movie, terms=Terms(price=fee + 1)), 1, Closing.ONE_WAY).warning is None


def test_together_it_costs_less() -> None:
    agreement = agreement_on(movie_of(3, chunk_size=200_000))
    plan = plan_claim(agreement, 1, Closing.TWO_WAY)
    assert (plan.warning, plan.fee, plan.payout) == (None, 1, 99)


def test_a_coin_is_added_only_when_it_is_needed() -> None:
    coin = coin_of(BOB, 1000)
    dear, cheap = agreement_on(movie_of(3, chunk_size=200_000)), agreement_on(movie_of(3))
    assert plan_claim(cheap, 1, Closing.ONE_WAY, (coin,)).fee_coins == ()
    plan = plan_claim(dear, 1, Closing.ONE_WAY, (coin,))
    assert plan.fee_coins == (coin,)
    assert plan.possible
    assert plan.warning is not None
    assert plan.warning.added == 1000


@pytest.mark.parametrize("closing", Closing)
def test_every_warning_names_a_way_out(closing: Closing) -> None:
    alone, helped, short = (str(ClaimCostsMore(closing, 9, 5, added)) for added in (0, 5, 4))
    assert "add a coin for the fee" in alone
    assert ("close 2-way" in alone) == (closing is Closing.ONE_WAY)
    assert "the coin that Bob adds pays it" in helped
    assert "the 4 satoshis that Bob could add will not pay it" in short


DEAR = Terms(price=1, fee_rate=FeeRate(20))


def test_bob_does_not_claim_at_a_loss() -> None:
    """Alice stops before the channel has earned the fee."""
    play = stage(12, closing=Closing.ONE_WAY, terms=DEAR, wanted=3)
    ended = play.run(play.players.begin())
    assert isinstance(ended.bob, Closed)
    assert ended.bob.claim is None
    assert play.ledger.transactions == ()
    warnings = [event.action for event in play.events if isinstance(event, Effect) and isinstance(event.action, Warn)]
    assert [str(warning.warning.closing) for warning in warnings] == ["1-way"]


def test_bob_claims_when_he_adds_a_coin() -> None:
    play = stage(4, closing=Closing.ONE_WAY, terms=DEAR, fee_coin=500)
    ended = play.run(play.players.begin())
    assert isinstance(ended.bob, Closed)
    assert ended.bob.claim is not None
    assert len(ended.bob.claim.inputs) == 2
    assert [transaction.txid for transaction in play.ledger.transactions] == [
        event.action.transaction.txid
        for event in play.events
        if isinstance(event, Effect) and isinstance(event.action, Broadcast) and event.party is Party.BOB
    ]
    assert len(play.ledger.transactions) == 2


@pytest.mark.parametrize("closing", Closing)
@pytest.mark.parametrize("fee_coin", [0, 3, 5, 500])
def test_bob_streams_if_the_last_state_pays(closing: Closing, fee_coin: int) -> None:
    """The message gives the least price that he takes, and he does claim then."""
    with pytest.raises(TermsError) as caught:
        stage(3, closing=closing, terms=Terms(1, FeeRate(100)), fee_coin=min(fee_coin, 5)).players.begin()
    told = re.search(r"Raise the price to ([\d,]+),", str(caught.value))
    assert told is not None
    least = int(told[1])
    with pytest.raises(TermsError, match=f"^the price of {least - 1} satoshis is too small"):
        stage(3, closing=closing, terms=Terms(least - 1, FeeRate(100)), fee_coin=min(fee_coin, 5)).players.begin()
    play = stage(3, closing=closing, terms=Terms(least, FeeRate(100)), fee_coin=fee_coin)
    play.run(play.players.begin())
    assert len(play.ledger.transactions) == 2


def test_terms_that_cannot_be_claimed_are_named() -> None:
    """Before anything is sent."""
    told = {}
    for closing, coin in ((Closing.ONE_WAY, 0), (Closing.TWO_WAY, 0), (Closing.TWO_WAY, 2)):
        with pytest.raises(TermsError) as caught:
            stage(4, closing=closing, terms=DEAR, fee_coin=coin).players.begin()
        told[closing, coin] = str(caught.value)
    assert told[Closing.ONE_WAY, 0] == (
        "the price of 1 satoshi is too small: Alice pays at most 3 for 3 chunks, and the 1-way claim costs a fee of 4."
        " Raise the price to 2, lower the fee rate, close 2-way, or add a coin for the fee"
    )
    assert told[Closing.TWO_WAY, 0].endswith("Raise the price to 2, lower the fee rate, or add a coin for the fee")
    assert told[Closing.TWO_WAY, 2].endswith("or add a larger coin for the fee")


def test_a_free_movie_needs_no_claim() -> None:
    play = stage(1, terms=DEAR)
    play.run(play.players.begin())
    assert play.ledger.transactions == ()
