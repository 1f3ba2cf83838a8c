"""The payer's rules, which keep her from a loss."""

from dataclasses import replace

import pytest

from penstock.channel.safe.agreement.chains import BSV_REGTEST, BTC_REGTEST, Network
from penstock.channel.safe.messages.kinds import (
    Chunk,
    Close,
    Get,
    Key,
    Quote,
    Update,
)
from penstock.channel.safe.messages.wire import from_wire
from penstock.channel.safe.protocol.events import Finish, Received
from penstock.channel.safe.protocol.states import Phase
from penstock.channel.safe.transactions.outputs import State
from penstock.channel.safe.transactions.payment import most_amount, payment
from penstock.channel.sealed.fraud import FraudProof
from tests.support.channels.safe_machines import PRICE, Stage
from tests.support.channels.safe_streams import BSV_BASE, NETWORKS, payee_got, phases, streaming


def test_she_signs_nothing_for_a_chunk_that_is_not_what_was_promised() -> None:
    stage = streaming(BSV_REGTEST, 1)
    stage.ask(1)
    stage.tell_payee(Received(from_wire(stage.to_payee.popleft())))
    good = from_wire(stage.to_payer.popleft())
    assert isinstance(good, Chunk)
    other = stage.movie
    for wrong in (
        replace(good, ciphertext=good.ciphertext[:-1] + b"\x00"),
        replace(good, leaf=other.leaves[2].to_bytes()),
        replace(good, leaf=replace(other.leaves[1], key=bytes(32)).to_bytes()),
        replace(good, leaf=b""),
        replace(good, path=good.path[:-1]),
        replace(good, path=()),
        replace(good, channel=bytes(32)),
    ):
        stage.tell_payer(Received(wrong))
        assert stage.a.newest == 1
    stage.tell_payer(Received(good))
    assert stage.a.newest == 2


def test_no_chunk_and_no_key_is_paid_for_twice() -> None:
    stage = streaming(BSV_REGTEST, 1)
    stage.ask(0)
    assert stage.alice.refused[-1] == "chunk 0 has been bought"
    stage.a = replace(stage.a, digests=stage.a.digests.added(stage.movie.leaves[1].key))
    stage.buy(1)
    assert (stage.a.newest, stage.alice.refused[-1]) == (1, "the key of chunk 1 has been bought before")


def test_she_is_one_state_ahead_at_most_and_settles_for_what_she_holds() -> None:
    stage = streaming(BTC_REGTEST)
    stage.ask(3)
    stage.tell_payee(Received(from_wire(stage.to_payee.popleft())))
    stage.tell_payer(Received(from_wire(stage.to_payer.popleft())))
    assert (stage.a.newest, stage.a.held) == (4, 3)
    stage.ask(4)
    assert stage.alice.refused[-1] == "the key of state 4 has not come"
    stage.tell_payer(Received(Close(stage.a.channel, 4)))
    assert phases(stage)[0] is Phase.OPEN, "not for a key that she does not hold"
    stage.to_payee.clear()  # the update is lost
    stage.tell_payer(Finish())
    stage.run()
    assert stage.publish() == []
    stage.mine()
    assert payee_got(stage) == stage.base + 3 * PRICE


@pytest.mark.parametrize("budget", [BSV_BASE + 2 * PRICE, BSV_BASE + 3 * PRICE - 1])
def test_the_budget_and_the_capacity_are_bounds(budget: int) -> None:
    stage = streaming(BSV_REGTEST, 3, budget=budget)
    assert stage.a.newest == 2
    assert "or than the budget" in stage.alice.refused[-1]
    small = streaming(BSV_REGTEST, 3, capacity=280)
    assert small.a.newest == (most_amount(small.a.terms) - BSV_BASE) // PRICE == 2


def test_a_wrong_key_is_refused_and_a_cheating_publisher_accused() -> None:
    stage = streaming(BSV_REGTEST, 1)
    stage.ask(1)
    stage.tell_payee(Received(from_wire(stage.to_payee.popleft())))
    stage.tell_payer(Received(from_wire(stage.to_payer.popleft())))
    for wrong in (Key(stage.a.channel, 2, bytes(32)), Key(stage.a.channel, 1, stage.movie.key(1))):
        stage.tell_payer(Received(wrong))
        assert stage.a.held == 1
    wanted = stage.a.wanted
    assert wanted is not None
    assert wanted.offered is not None
    rubbish = replace(wanted.offered.leaf, plaintext=bytes(32))
    stage.a = replace(stage.a, wanted=replace(wanted, offered=replace(wanted.offered, leaf=rubbish)))
    stage.tell_payer(Received(Key(stage.a.channel, 2, stage.movie.key(1))))
    (accused,) = stage.accused
    assert isinstance(accused.proof, FraudProof)
    stage.ask(2)
    assert stage.alice.refused[-1].startswith("no chunk can be bought")


def test_prices_change_from_a_state_on_and_never_for_the_past() -> None:
    stage = streaming(BSV_REGTEST, 2)
    stage.quote(price=250)
    stage.buy(2)
    assert stage.a.signed is not None
    assert stage.a.signed.state.amount == stage.base + 2 * PRICE + 250
    quotes = [each for each in stage.bob.sent if isinstance(each, Quote)]
    past = stage.payee._signed(replace(quotes[-1], state=1))
    before = stage.a
    for wrong in (
        past,
        replace(quotes[-1], state=4),
        replace(quotes[-1], price=1, state=4),
        replace(quotes[-1], channel=bytes(32)),
    ):
        stage.tell_payer(Received(wrong))
        assert stage.a == before, "not signed, or for the past"
    stage.quote(price=1, until=stage.ledger.height - 1)
    stage.buy(3)
    assert stage.b.best is not None
    assert stage.b.best.state.amount == stage.base + 2 * PRICE + 2 * 250, "a quote that is over does not count"


@NETWORKS
def test_a_price_that_rises_after_a_chunk_was_asked_for_is_not_paid(network: Network) -> None:
    stage = streaming(network, 2)
    stage.ask(2)
    stage.payee_quotes(price=90_000)
    stage.run()
    assert stage.a.newest == 2
    assert stage.alice.refused[-1] == "the price of chunk 2 rose from 100 to 90,000 satoshis after it was asked for"
    stage.payee_quotes(price=50)
    stage.buy(2)
    assert (stage.a.newest, stage.a.paid) == (3, stage.base + 2 * PRICE + 50)


@NETWORKS
@pytest.mark.parametrize("price", [250, 30])
@pytest.mark.parametrize("is_lost", [False, True])
def test_a_chunk_on_its_way_is_paid_at_the_price_before(network: Network, price: int, is_lost: bool) -> None:
    """She signs for the chunk before she reads the quote; with the new price alone he would refuse her for ever."""
    stage = streaming(network, 1)
    stage.ask(1)
    stage.tell_payee(Received(from_wire(stage.to_payee.popleft())))
    stage.payee_quotes(price=price)
    if is_lost:
        stage.to_payer.pop()
        stage.tell_payer(Received(from_wire(stage.to_payer.popleft())))
        stage.connect()
    stage.run()
    assert (stage.a.held, stage.b.newest, stage.a.paid) == (2, 2, stage.base + 2 * PRICE)
    stage.buy(2)
    assert (stage.a.held, stage.b.newest, stage.a.paid) == (3, 3, stage.base + 2 * PRICE + price)
    assert not stage.alice.refused + stage.bob.refused


def test_the_price_before_is_for_the_chunk_on_its_way_alone() -> None:
    """A payer who asks after the rise, or for another chunk, does not get it at the price before."""
    stage = streaming(BSV_REGTEST, 1)
    stage.ask(1)
    stage.tell_payee(Received(from_wire(stage.to_payee.popleft())))
    stage.payee_quotes(price=250)
    before = stage.b
    assert before.before == PRICE
    assert before.best is not None
    for chunk, price in ((2, PRICE), (1, PRICE - 1), (1, 249)):
        state = State(2, before.best.state.amount + price, stage.movie.leaves[chunk].key)
        signature = payment(before.terms, before.funding, state).sign(stage.payer.keys.funding)  # type: ignore[arg-type] # funded
        stage.tell_payee(Received(Update(before.channel, 2, stage.movie.manifest.movie, chunk, signature)))
        assert (stage.b, stage.bob.refused[-1][:15]) == (before, "wrong signature")
    stage.tell_payee(Received(Get(before.channel, stage.movie.manifest.movie, 1)))
    assert stage.b.before is None, "asked for anew"


def test_a_chunk_without_a_price_is_not_asked_for() -> None:
    stage = Stage(BSV_REGTEST)
    stage.fund()
    stage.ask(0)
    assert stage.alice.refused == ["no quote holds for this movie"]
    assert not [each for each in stage.alice.sent if isinstance(each, Get)]


def test_a_quote_for_nothing_is_not_made() -> None:
    stage = streaming(BSV_REGTEST, 0)
    stage.quote(price=0)
    assert stage.bob.refused == ["a price of less than a satoshi: no state could be paid for"]
