"""Bob as a state machine: nothing leaves him unpaid, and he claims the best that he has."""

from dataclasses import replace

import pytest

from penstock.channel.agreement.movie import MovieError
from penstock.channel.agreement.refusals import OutOfTurn, Refusal, ScriptFails, Unreadable, WrongTransaction
from penstock.channel.agreement.terms import LeafDelivery, Terms
from penstock.channel.protocol.actions import BobActions, Broadcast, Refuse, Send
from penstock.channel.protocol.bob import AwaitingCountersignature, Bob, BobState, Closed, Ready, Streaming
from penstock.channel.protocol.messages import (
    Chunk,
    Claim,
    Countersigned,
    FromAlice,
    LeafMessage,
    Leaves,
    Payment,
    Stop,
)
from penstock.channel.transactions import claim, payment
from penstock.channel.transactions.closing import Closing
from penstock.channel.transactions.payment import SignedPayment
from penstock.tx.transaction import Transaction
from tests.support.channels.channel_stage import ALICE, BOB, MALLORY, agreement_on, movie_of, other_contract

CHUNKS = 5
MOVIE = movie_of(CHUNKS)
AGREEMENT = agreement_on(MOVIE)
WITH_LEAVES = Bob(AGREEMENT, MOVIE, BOB)
WITH_PROOFS = Bob(agreement_on(MOVIE, terms=Terms(delivery=LeafDelivery.PROOFS)), MOVIE, BOB)


def signed(index: int) -> SignedPayment:
    return payment.sign(AGREEMENT, index, MOVIE.leaf(index), ALICE)


def pay(index: int) -> Payment:
    return Payment(index, signed(index).transaction.serialize())


def tell(bob: Bob, *messages: FromAlice) -> tuple[BobState, BobActions]:
    state, actions = bob.start()
    for message in messages:
        state, actions = bob.receive(state, message)
    return state, actions


def sent(actions: BobActions) -> list[object]:
    return [action.message for action in actions if isinstance(action, Send)]


def broadcast(actions: BobActions) -> list[Transaction]:
    return [action.transaction for action in actions if isinstance(action, Broadcast)]


def refusal(actions: BobActions) -> Refusal:
    assert not any(isinstance(message, Chunk) for message in sent(actions))
    return next(action.refusal for action in actions if isinstance(action, Refuse))


def test_he_begins_with_all_leaves_and_a_free_chunk() -> None:
    state, actions = WITH_LEAVES.start()
    assert state == Streaming(0)
    assert sent(actions) == [Leaves(MOVIE.leaves), Chunk(0, MOVIE.chunk(0))]


def test_or_with_one_leaf_before_each_chunk() -> None:
    state, actions = WITH_PROOFS.start()
    leaves = [LeafMessage(index, MOVIE.leaf(index), MOVIE.proof(index)) for index in range(CHUNKS)]
    assert sent(actions) == [leaves[0], Chunk(0, MOVIE.chunk(0)), leaves[1]]
    for index in range(1, CHUNKS):
        state, actions = WITH_PROOFS.receive(state, pay(index))
        expected = [Chunk(index, MOVIE.chunk(index)), *leaves[index + 1 : index + 2]]
        assert sent(actions) == expected


def test_a_payment_buys_its_chunk() -> None:
    state, actions = tell(WITH_LEAVES, pay(1), pay(2))
    assert state == Streaming(2, signed(2))
    assert sent(actions) == [Chunk(2, MOVIE.chunk(2))]


@pytest.mark.parametrize(
    ("before", "message"),
    [
        pytest.param([], pay(2), id="a state skipped"),
        pytest.param([pay(1)], pay(1), id="a state twice"),
        pytest.param([], Payment(0, b""), id="state 0"),
        pytest.param([pay(index) for index in range(1, CHUNKS)], Payment(CHUNKS, b""), id="beyond the movie"),
        pytest.param([], Countersigned(b""), id="a claim that he never made"),
    ],
)
def test_what_comes_out_of_turn_is_refused(before: list[FromAlice], message: FromAlice) -> None:
    state, actions = tell(WITH_LEAVES, *before, message)
    assert isinstance(refusal(actions), OutOfTurn)
    assert isinstance(state, Closed)
    assert (state.claim is None) == (not before)


def test_before_he_has_begun_he_takes_nothing() -> None:
    state, actions = WITH_LEAVES.receive(Ready(), pay(1))
    assert isinstance(refusal(actions), OutOfTurn)
    assert state == Ready()


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        pytest.param(b"rubbish", Unreadable, id="rubbish"),
        pytest.param(pay(1).transaction, WrongTransaction, id="the state before"),
        pytest.param(
            payment.build(AGREEMENT, 2, MOVIE.leaf(2)).with_input_script(0, b"\x01\x41").serialize(),
            ScriptFails,
            id="unsigned",
        ),
        pytest.param(
            payment.sign(AGREEMENT, 2, MOVIE.leaf(2), MALLORY).transaction.serialize(), ScriptFails, id="not by Alice"
        ),
    ],
)
def test_for_a_bad_payment_no_chunk_is_sent_and_the_best_is_claimed(raw: bytes, kind: type) -> None:
    state, actions = tell(WITH_LEAVES, pay(1), Payment(2, raw))
    assert isinstance(refusal(actions), kind)
    assert isinstance(state, Closed)
    assert state.best == signed(1)
    assert broadcast(actions) == [signed(1).transaction, state.claim]


def test_he_claims_alone() -> None:
    bob = replace(WITH_LEAVES, closing=Closing.ONE_WAY)
    state, actions = tell(bob, pay(1), pay(2), Stop(2))
    assert isinstance(state, Closed)
    assert broadcast(actions) == [signed(2).transaction, state.claim]
    assert state.claim is not None
    assert claim.chunk_in(signed(2), state.claim) == MOVIE.chunk(2)
    assert sent(actions) == [Stop(2)]


def test_he_claims_together() -> None:
    state, actions = tell(WITH_LEAVES, pay(1), pay(2), Stop(2))
    assert isinstance(state, AwaitingCountersignature)
    assert sent(actions) == [Claim(state.claim.serialize())]
    assert broadcast(actions) == []
    hers = claim.countersign(AGREEMENT, signed(2), state.claim, ALICE)
    closed, actions = WITH_LEAVES.receive(state, Countersigned(hers.serialize()))
    assert closed == Closed(signed(2), hers)
    assert broadcast(actions) == [signed(2).transaction, hers]


def test_when_alice_does_not_answer_he_claims_alone() -> None:
    state, _ = tell(WITH_LEAVES, pay(1), pay(2), Stop(2))
    closed, actions = WITH_LEAVES.close(state, Closing.ONE_WAY)
    assert isinstance(closed, Closed)
    assert broadcast(actions) == [signed(2).transaction, closed.claim]


def test_when_alice_answers_badly_he_claims_alone() -> None:
    state, _ = tell(WITH_LEAVES, pay(1), Stop(1))
    closed, actions = WITH_LEAVES.receive(state, Countersigned(b"rubbish"))
    assert isinstance(refusal(actions), Unreadable)
    assert isinstance(closed, Closed)
    assert broadcast(actions) == [signed(1).transaction, closed.claim]


def test_with_nothing_paid_there_is_nothing_to_claim() -> None:
    for state in (Ready(), Streaming(0)):
        closed, actions = WITH_LEAVES.stop(state)
        assert closed == Closed()
        assert sent(actions) == [Stop(0)]
        assert broadcast(actions) == []


def test_what_was_on_its_way_when_he_stopped_is_no_fault() -> None:
    waiting, _ = WITH_LEAVES.stop(tell(WITH_LEAVES, pay(1))[0])
    closed, _ = WITH_LEAVES.close(waiting, Closing.ONE_WAY)
    assert WITH_LEAVES.stop(waiting) == (waiting, ())
    for state in (waiting, closed):
        for message in (pay(2), Stop(1)):
            assert WITH_LEAVES.receive(state, message) == (state, ())


def test_the_end_is_the_end() -> None:
    closed = Closed(signed(1))
    assert WITH_LEAVES.stop(closed) == (closed, ())
    state, actions = WITH_LEAVES.receive(closed, Countersigned(b""))
    assert isinstance(refusal(actions), OutOfTurn)
    assert state == closed
    assert broadcast(actions) == []


def test_he_notices_that_his_file_changed() -> None:
    movie = movie_of(CHUNKS)
    bob = replace(WITH_LEAVES, movie=movie)
    state, _ = bob.start()
    movie.source.seek(MOVIE.title.chunk_size)
    movie.source.write(b"something else")
    with pytest.raises(MovieError, match="chunk 1"):
        bob.receive(state, pay(1))


def test_his_key_is_not_shown() -> None:
    assert repr(BOB.secret) not in repr(WITH_LEAVES)


def test_he_claims_on_the_machine_before_he_sends() -> None:
    """With a contract that does not open for the chunk, the right payment buys nothing."""
    agreement = replace(AGREEMENT, artifact=other_contract())
    bob = replace(WITH_LEAVES, agreement=agreement)
    paid = payment.sign(agreement, 1, MOVIE.leaf(1), ALICE)
    state, actions = tell(bob, Payment(1, paid.transaction.serialize()))
    assert isinstance(refusal(actions), ScriptFails)
    assert state == Closed()
