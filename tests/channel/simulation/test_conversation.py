"""The whole conversation: figure 7 in order, both endings, and every stop at every step."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from penstock.channel.agreement.terms import LeafDelivery
from penstock.channel.protocol.actions import Keep, Refuse
from penstock.channel.protocol.bob import AwaitingCountersignature, Closed
from penstock.channel.protocol.messages import (
    Chunk,
    Claim,
    Countersigned,
    FromAlice,
    FromBob,
    LeafMessage,
    Leaves,
    Payment,
    Stop,
    describe,
    number,
)
from penstock.channel.simulation.accounts import Accounts, settle
from penstock.channel.simulation.conversation import Effect, Event, Moment, Party, ToAlice, ToBob
from penstock.channel.transactions.checks import pushes_of
from penstock.channel.transactions.closing import Closing
from penstock.ledger.coins import pay_to_key
from penstock.ledger.ledger import Receipt
from tests.support.channels.channel_stage import ALICE, BOB, Stage, file_of, stage
from tests.support.channels.losses import alice_loss, claimed, stuck, unpaid_chunks

CHUNKS = 5
LAST = CHUNKS - 1
PRICE = 100

BOTH_WAYS = pytest.mark.parametrize("closing", Closing)
BOTH_MODES = pytest.mark.parametrize("delivery", LeafDelivery)


def messages(events: list[Event]) -> list[FromAlice | FromBob]:
    return [event.message for event in events if isinstance(event, ToAlice | ToBob)]


def kept(events: list[Event]) -> list[Keep]:
    return [event.action for event in events if isinstance(event, Effect) and isinstance(event.action, Keep)]


def faults(events: list[Event]) -> list[object]:
    refused = [event for event in events if isinstance(event, Effect) and isinstance(event.action, Refuse)]
    return [*refused, *(event for event in events if isinstance(event, Receipt) and not event)]


def accounts_of(play: Stage, moment: Moment) -> Accounts:
    return settle(play.agreement, play.ledger, moment.alice.progress.chunks)


@BOTH_MODES
def test_the_messages_are_those_of_figure_7(delivery: LeafDelivery) -> None:
    play = stage(CHUNKS, delivery=delivery)
    play.run(play.players.begin())
    said = [message for message in messages(play.events) if not isinstance(message, Leaves | LeafMessage)]
    kinds: list[type] = [Chunk, *[Payment, Chunk] * LAST, Stop, Claim, Countersigned]
    assert [type(message) for message in said] == kinds
    assert [number(message, LAST) for message in said] == list(range(1, 2 * LAST + 5))
    assert [isinstance(event, ToBob) for event in play.events if isinstance(event, ToAlice | ToBob)] == [
        isinstance(message, Payment | Countersigned | Stop) for message in messages(play.events)
    ]
    assert len({describe(message) for message in messages(play.events)}) == len(messages(play.events))


@BOTH_MODES
def test_leaves_come_at_once_or_one_by_one(delivery: LeafDelivery) -> None:
    play = stage(CHUNKS, delivery=delivery)
    play.run(play.players.begin())
    shown = [message for message in messages(play.events) if isinstance(message, Leaves | LeafMessage)]
    if delivery is LeafDelivery.LEAVES:
        assert shown == [Leaves(play.movie.leaves)]
    else:
        assert shown == [LeafMessage(index, play.movie.leaf(index), play.movie.proof(index)) for index in range(CHUNKS)]


@BOTH_WAYS
@BOTH_MODES
def test_after_the_close_two_transactions_are_on_the_ledger(closing: Closing, delivery: LeafDelivery) -> None:
    play = stage(CHUNKS, delivery=delivery, closing=closing)
    ended = play.run(play.players.begin())
    play.ledger.mine()
    assert faults(play.events) == []
    assert b"".join(keep.data for keep in kept(play.events)) == file_of(CHUNKS)
    accounts = accounts_of(play, ended)
    assert play.ledger.transactions == (accounts.payment, accounts.claim)
    assert play.ledger.blocks[-1].transactions[1:] == play.ledger.transactions
    assert {transaction.version for transaction in play.ledger.transactions} == {1}
    assert (accounts.locked, claimed(accounts), stuck(accounts)) == (LAST * PRICE, LAST * PRICE, 0)
    assert (alice_loss(accounts), unpaid_chunks(accounts)) == (0, 1)  # D_0 was free


@BOTH_WAYS
def test_who_has_what_in_the_end(closing: Closing) -> None:
    play = stage(CHUNKS, closing=closing)
    play.run(play.players.begin())
    payment, claim = play.ledger.transactions
    hers = [output.value for output in payment.outputs if output.script == pay_to_key(ALICE.public_key)]
    his = [output.value for output in claim.outputs if output.script == pay_to_key(BOB.public_key)]
    fee = play.agreement.terms.fee_rate.fee(claim.size())
    assert hers == [10_000 - LAST * PRICE - play.agreement.payment_fee]
    assert his == [LAST * PRICE - fee]


def test_the_two_endings_differ_only_in_what_is_shown() -> None:
    """One moment, two futures: the same TX_n, and a TX_p that shows the chunk or her signature."""
    play = stage(CHUNKS)
    moment = play.run(play.players.begin(), before_stop=True)
    ends = {}
    for closing in Closing:
        twin = play.twin()
        twin.players = replace(play.players, bob=replace(play.players.bob, closing=closing))
        twin.run(moment)
        ends[closing] = twin.ledger.transactions
    (first, alone), (second, together) = ends[Closing.ONE_WAY], ends[Closing.TWO_WAY]
    assert first == second
    shown = [pushes_of(claim.inputs[0].script) for claim in (alone, together)]
    assert shown[0] is not None
    assert shown[1] is not None
    assert shown[0][0] == play.movie.chunk(LAST)
    assert shown[0][1] == shown[1][1]  # the fee is the same here, and so is Bob's signature
    assert alone.txid != together.txid


def test_2_way_bobs_signature_is_the_one_he_made_and_the_txid_is_another() -> None:
    play = stage(CHUNKS)
    play.run(play.players.begin())
    offered = next(message for message in messages(play.events) if isinstance(message, Claim))
    answered = next(message for message in messages(play.events) if isinstance(message, Countersigned))
    mined = play.ledger.transactions[1]
    assert mined.serialize() == answered.transaction != offered.transaction
    assert pushes_of(mined.inputs[0].script) != ()
    before = type(mined).parse(offered.transaction, segwit=False)
    assert before.txid != mined.txid
    old, new = pushes_of(before.inputs[0].script), pushes_of(mined.inputs[0].script)
    assert old is not None
    assert new is not None
    assert old[1] == new[1]
    assert old[0] == play.movie.chunk(LAST) != new[0]


@BOTH_WAYS
def test_a_movie_of_one_chunk_is_free(closing: Closing) -> None:
    play = stage(1, closing=closing)
    ended = play.run(play.players.begin())
    assert ended.bob == Closed()
    assert play.ledger.transactions == ()
    assert len(kept(play.events)) == 1


def test_bob_keeps_waiting_for_nobody() -> None:
    """Alice never answers his claim: he closes alone, and she reads the chunk off the chain."""
    play = stage(CHUNKS)
    moment = play.run(play.players.begin(), before_stop=True)
    while not isinstance(moment.bob, AwaitingCountersignature):
        moment = play.players.deliver(moment)
    silent = replace(moment, mail=())
    ended = play.run(play.players.close(silent, Closing.ONE_WAY))
    assert isinstance(ended.bob, Closed)
    assert len(play.ledger.transactions) == 2
    assert alice_loss(accounts_of(play, ended)) == 0


# Every stop at every step


def moments(play: Stage) -> Iterator[Moment]:
    """Every moment of an honest stream, from before the first letter is read to after the last, on `play`'s ledger."""
    moment = play.players.begin()
    yield moment
    while moment.mail:
        moment = play.world.carry_out(play.players, play.players.deliver(moment))
        yield moment


def end(play: Stage, moment: Moment, *, alice_answers: bool) -> tuple[Stage, Moment]:
    """Let a stopped stream end: messages in transit arrive, Bob claims the paid state, alone if necessary."""
    twin = play.twin()
    ended = twin.run(moment) if alice_answers else twin.run(replace(moment, mail=()))
    if not isinstance(ended.bob, Closed):
        ended = twin.run(twin.players.close(replace(ended, mail=()), Closing.ONE_WAY))
    twin.ledger.mine()
    return twin, ended


@pytest.mark.parametrize("alice_answers", [True, False], ids=["letters arrive", "letters are lost"])
@pytest.mark.parametrize("party", Party)
@BOTH_WAYS
@BOTH_MODES
def test_whoever_stops_whenever_nobody_loses_more_than_one_chunk(
    delivery: LeafDelivery, closing: Closing, party: Party, *, alice_answers: bool
) -> None:
    play = stage(CHUNKS, delivery=delivery, closing=closing)
    checked = 0
    for moment in moments(play):
        assert 0 <= moment.alice.progress.chunks - moment.alice.progress.paid <= 1  # she owes one at most
        twin, ended = end(play, play.players.stop(moment, party), alice_answers=alice_answers)
        accounts = accounts_of(twin, ended)
        assert faults(twin.events) == []
        assert unpaid_chunks(accounts) <= 1, "Bob lost more than one chunk"
        assert alice_loss(accounts) == 0, "Alice paid for a chunk that she does not have"
        assert stuck(accounts) == 0
        assert len(twin.ledger.transactions) in {0, 2}
        checked += 1
    assert checked >= 2 * CHUNKS


@BOTH_MODES
def test_alice_never_owes_more_than_one_chunk_even_if_bob_claims_nothing(delivery: LeafDelivery) -> None:
    """Both only stop, and nothing at all reaches the ledger: she has one chunk more than she signed for, at most."""
    for moment in moments(stage(CHUNKS, delivery=delivery)):
        progress = moment.alice.progress
        assert progress.chunks - progress.paid in {0, 1}


@BOTH_MODES
def test_bob_never_sends_more_than_one_chunk_that_he_has_no_payment_for(delivery: LeafDelivery) -> None:
    play = stage(CHUNKS, delivery=delivery)
    moment = play.players.begin()
    sent = paid = 0
    while moment.mail:
        sent += sum(isinstance(letter.message, Chunk) for letter in moment.mail[:1])
        moment = play.players.deliver(moment)
        best = getattr(moment.bob, "best", None)
        paid = best.index if best else paid
        assert sent - paid <= 1


@settings(max_examples=60)
@given(
    st.integers(1, 9),
    st.sampled_from(LeafDelivery),
    st.sampled_from(Closing),
    st.lists(st.tuples(st.integers(0, 25), st.sampled_from(Party)), max_size=3),
    st.integers(0, 9),
)
def test_any_number_of_stops_at_any_steps(
    chunks: int, delivery: LeafDelivery, closing: Closing, stops: list[tuple[int, Party]], wanted: int
) -> None:
    play = stage(chunks, delivery=delivery, closing=closing, wanted=wanted)
    moment, step = play.players.begin(), 0
    while moment.mail:
        for when, party in stops:
            if when == step:
                moment = play.world.carry_out(play.players, play.players.stop(moment, party))
        if moment.mail:
            moment = play.world.carry_out(play.players, play.players.deliver(moment))
        step += 1
    if not isinstance(moment.bob, Closed):
        moment = play.run(play.players.close(moment, Closing.ONE_WAY))
    accounts = accounts_of(play, moment)
    assert faults(play.events) == []
    assert unpaid_chunks(accounts) <= 1
    assert alice_loss(accounts) == 0
    assert [keep.index for keep in kept(play.events)] == list(range(accounts.chunks))
