"""State machine of Alice: payments, kept chunks, refusals."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.channel.agreement.merkle import MerkleTree, Proof, inner_node, leaf_node
from penstock.channel.agreement.refusals import (
    OutOfTurn,
    Refusal,
    ScriptFails,
    WrongChunk,
    WrongLeaves,
    WrongProof,
    WrongTransaction,
)
from penstock.channel.agreement.terms import LeafDelivery, Terms
from penstock.channel.protocol.actions import AliceActions, Keep, Refuse, Send
from penstock.channel.protocol.alice import (
    Alice,
    AliceState,
    AwaitingChunk,
    AwaitingLeaf,
    AwaitingLeaves,
    HandedBack,
    Progress,
    Stopped,
)
from penstock.channel.protocol.messages import Chunk, Claim, Countersigned, FromBob, LeafMessage, Leaves, Payment, Stop
from penstock.channel.transactions import claim, payment
from penstock.channel.transactions.closing import Closing, plan_claim
from penstock.script.hashes import sha256
from tests.support.channels.channel_stage import ALICE, BOB, agreement_on, movie_of, other_contract

CHUNKS = 6
MOVIE = movie_of(CHUNKS)
WITH_LEAVES = Alice(agreement_on(MOVIE), ALICE)
WITH_PROOFS = Alice(agreement_on(MOVIE, terms=Terms(delivery=LeafDelivery.PROOFS)), ALICE)


def leaf(index: int) -> LeafMessage:
    return LeafMessage(index, MOVIE.leaf(index), MOVIE.proof(index))


def chunk(index: int) -> Chunk:
    return Chunk(index, MOVIE.chunk(index))


def tell(alice: Alice, *messages: FromBob) -> tuple[AliceState, AliceActions]:
    """Play messages from the start; return the last state and the last actions."""
    state: AliceState = alice.start()
    actions: AliceActions = ()
    for message in messages:
        state, actions = alice.receive(state, message)
    return state, actions


def up_to(alice: Alice, index: int) -> list[FromBob]:
    """Return the messages of an honest Bob until Alice has chunk `index`."""
    if alice is WITH_LEAVES:
        return [Leaves(MOVIE.leaves), *(chunk(place) for place in range(index + 1))]
    return [message for place in range(index + 1) for message in (leaf(place), chunk(place))]


def paid(actions: AliceActions) -> list[Payment]:
    return [action.message for action in actions if isinstance(action, Send) and isinstance(action.message, Payment)]


def refusal(actions: AliceActions) -> Refusal:
    assert paid(actions) == []
    assert not any(isinstance(action, Keep) for action in actions)
    return next(action.refusal for action in actions if isinstance(action, Refuse))


BOTH = pytest.mark.parametrize("alice", [WITH_LEAVES, WITH_PROOFS], ids=["leaves", "proofs"])


@BOTH
def test_she_pays_for_the_next_chunk_and_no_further(alice: Alice) -> None:
    state, actions = tell(alice, *up_to(alice, 2), *([leaf(3)] if alice is WITH_PROOFS else []))
    assert isinstance(state, AwaitingChunk)
    assert state.leaf == MOVIE.leaf(3)
    assert (state.progress.chunks, state.progress.paid) == (3, 3)
    assert [payment_.index for payment_ in paid(actions)] == [3]
    expected = payment.sign(alice.agreement, 3, MOVIE.leaf(3), ALICE).transaction.serialize()
    assert paid(actions)[0].transaction == expected


@BOTH
def test_she_keeps_every_chunk(alice: Alice) -> None:
    kept, state = [], alice.start()
    for message in up_to(alice, CHUNKS - 1):
        state, actions = alice.receive(state, message)
        kept += [action for action in actions if isinstance(action, Keep)]
    assert kept == [Keep(index, MOVIE.chunk(index)) for index in range(CHUNKS)]
    assert isinstance(state, Stopped)
    assert Send(Stop(CHUNKS - 1)) in actions


@BOTH
@pytest.mark.parametrize("wanted", [0, 1, 3])
def test_she_stops_when_she_has_what_she_wants(alice: Alice, wanted: int) -> None:
    modest = replace(alice, wanted=wanted)
    state, actions = tell(modest, *up_to(alice, wanted))
    assert isinstance(state, Stopped)
    assert actions[-1] == Send(Stop(wanted))
    assert state.progress.paid == wanted


@BOTH
@pytest.mark.parametrize("wanted", [CHUNKS - 2, CHUNKS - 1, CHUNKS, CHUNKS + 1, 10**9])
def test_she_never_waits_for_more_than_the_movie_has(alice: Alice, wanted: int) -> None:
    last = min(wanted, CHUNKS - 1)
    greedy = replace(alice, wanted=wanted)
    state, actions = tell(greedy, *up_to(alice, last))
    assert isinstance(state, Stopped)
    assert actions[-1] == Send(Stop(last))
    assert state.progress.paid == last


def test_she_never_pays_for_more_than_her_money_reaches() -> None:
    poor = Alice(agreement_on(MOVIE, funds=350), ALICE, wanted=5)
    state, actions = tell(poor, *up_to(WITH_LEAVES, 3))
    assert isinstance(state, Stopped)
    assert actions[-1] == Send(Stop(3))


def test_she_stops_when_her_money_ends() -> None:
    poor = Alice(agreement_on(MOVIE, funds=350), ALICE)
    state, actions = tell(poor, *up_to(WITH_LEAVES, 3))
    assert isinstance(state, Stopped)
    assert actions[-1] == Send(Stop(3))


def test_d_0_is_free() -> None:
    state, actions = tell(WITH_PROOFS, leaf(0), chunk(0))
    assert isinstance(state, AwaitingLeaf)
    assert actions == (Keep(0, MOVIE.chunk(0)),)
    assert state.progress.paid == 0


# Forged leaves: refused before anything is paid

FORGED_LEAF = sha256(b"another movie")


@pytest.mark.parametrize(
    "leaves",
    [
        pytest.param((*MOVIE.leaves[:-1], FORGED_LEAF), id="the last forged"),
        pytest.param((FORGED_LEAF, *MOVIE.leaves[1:]), id="the first forged"),
        pytest.param(MOVIE.leaves[::-1], id="another order"),
        pytest.param(MOVIE.leaves[:-1], id="one missing"),
        pytest.param((*MOVIE.leaves, MOVIE.leaves[-1]), id="the last twice"),
        pytest.param((), id="none"),
        pytest.param((b"short", *MOVIE.leaves[1:]), id="one too short"),
        pytest.param(MOVIE.tree.levels[1], id="inner nodes"),
    ],
)
def test_forged_leaves_are_refused(leaves: tuple[bytes, ...]) -> None:
    state, actions = tell(WITH_LEAVES, Leaves(leaves))
    assert isinstance(refusal(actions), WrongLeaves)
    assert isinstance(state, Stopped)


@pytest.mark.parametrize("index", [0, 1, 3, CHUNKS - 1])
@given(data=st.data())
def test_a_leaf_with_a_forged_proof_is_refused(index: int, data: st.DataObject) -> None:
    good = leaf(index)
    path = list(good.proof.path)
    place = data.draw(st.integers(0, len(path) - 1))
    other = data.draw(st.binary(min_size=32, max_size=32).filter(lambda node: node != path[place]))
    forged = data.draw(
        st.sampled_from(
            [
                replace(good, leaf=FORGED_LEAF),
                replace(good, leaf=MOVIE.leaf((index + 1) % CHUNKS)),
                replace(good, proof=MOVIE.proof((index + 1) % CHUNKS)),
                replace(good, proof=Proof(index, CHUNKS, (*path[:place], other, *path[place + 1 :]))),
                replace(good, proof=Proof(index, CHUNKS, tuple(path[:-1]))),
                replace(good, proof=Proof(index, CHUNKS, (*path, other))),
                replace(good, proof=Proof(index, CHUNKS + 1, tuple(path))),
                replace(good, proof=Proof(index, 1 << 40, tuple(path))),
            ]
        )
    )
    before = up_to(WITH_PROOFS, index - 1) if index else []
    state, actions = tell(WITH_PROOFS, *before, forged)
    assert refusal(actions) == WrongProof(index)
    assert isinstance(state, Stopped)


def test_an_inner_node_never_passes_for_a_leaf() -> None:
    """A tree of two leaves whose first leaf would be the node over the movie's first two."""
    pair = inner_node(leaf_node(MOVIE.leaf(0)), leaf_node(MOVIE.leaf(1)))
    forged = LeafMessage(0, pair, Proof(0, CHUNKS, MOVIE.proof(0).path))
    assert refusal(tell(WITH_PROOFS, forged)[1]) == WrongProof(0)
    assert MerkleTree.from_leaves([pair]).root != MOVIE.title.root


# Forged chunks: never kept, nothing paid for the next


@BOTH
@pytest.mark.parametrize("index", [0, 1, 4])
@given(data=st.data())
def test_a_forged_chunk_is_refused(alice: Alice, index: int, data: st.DataObject) -> None:
    real = MOVIE.chunk(index)
    other = MOVIE.chunk((index + 1) % CHUNKS)
    forged = data.draw(st.sampled_from([b"", other, real[:-1], real + b"!", real[::-1]]) | st.binary(max_size=64))
    before = up_to(alice, index)[:-1]
    state, actions = tell(alice, *before, Chunk(index, forged))
    assert refusal(actions) == WrongChunk(index, MOVIE.leaf(index), sha256(forged))
    assert isinstance(state, Stopped)
    assert state.progress.paid == index


# Out of turn


@pytest.mark.parametrize(
    ("before", "message"),
    [
        pytest.param([], chunk(0), id="a chunk before the leaves"),
        pytest.param([], leaf(0), id="a single leaf instead of all"),
        pytest.param([Leaves(MOVIE.leaves)], Leaves(MOVIE.leaves), id="leaves twice"),
        pytest.param([Leaves(MOVIE.leaves)], chunk(1), id="a chunk skipped"),
        pytest.param([Leaves(MOVIE.leaves), chunk(0)], chunk(0), id="a chunk twice"),
        pytest.param([Leaves(MOVIE.leaves), chunk(0)], Claim(b""), id="no claim"),
        pytest.param([], Claim(b""), id="a claim before the leaves"),
    ],
)
def test_what_comes_out_of_turn_is_refused(before: list[FromBob], message: FromBob) -> None:
    state, actions = tell(WITH_LEAVES, *before, message)
    if message == Claim(b"") and before:
        assert not isinstance(refusal(actions), OutOfTurn)
    else:
        assert isinstance(refusal(actions), OutOfTurn)
    assert isinstance(state, Stopped)


def test_a_leaf_out_of_its_place_is_refused() -> None:
    assert refusal(tell(WITH_PROOFS, leaf(1))[1]) == OutOfTurn("H_1 with its proof", "H_0 with its proof")


def test_what_was_on_its_way_when_she_stopped_is_no_fault() -> None:
    for messages in ([], up_to(WITH_LEAVES, 2)):
        state, _ = tell(WITH_LEAVES, *messages)
        stopped, actions = WITH_LEAVES.stop(state)
        assert actions == (Send(Stop(state.progress.paid)),)
        for message in (Leaves(MOVIE.leaves), leaf(1), Chunk(0, b"late"), Stop(3)):
            assert WITH_LEAVES.receive(stopped, message) == (stopped, ())


def test_a_chunk_that_she_paid_for_is_kept_after_she_stopped() -> None:
    state, _ = tell(WITH_LEAVES, *up_to(WITH_LEAVES, 2))
    stopped, _ = WITH_LEAVES.stop(state)
    after, actions = WITH_LEAVES.receive(stopped, chunk(3))
    assert actions == (Keep(3, MOVIE.chunk(3)),)
    assert after.progress.chunks == 4
    again, actions = WITH_LEAVES.receive(after, chunk(4))
    assert isinstance(refusal(actions), OutOfTurn)
    assert again == after
    forged, actions = WITH_LEAVES.receive(stopped, Chunk(3, b"forged"))
    assert isinstance(refusal(actions), WrongChunk)
    assert forged == stopped


def test_bob_may_stop_at_any_time() -> None:
    state, actions = tell(WITH_LEAVES, *up_to(WITH_LEAVES, 2), Stop(3))
    assert isinstance(state, Stopped)
    assert actions == ()


def test_stopping_twice_says_nothing_new() -> None:
    stopped, _ = WITH_LEAVES.stop(AwaitingLeaves())
    assert WITH_LEAVES.stop(stopped) == (stopped, ())


# Closing


def claim_of(index: int) -> Claim:
    agreement = WITH_LEAVES.agreement
    made = payment.sign(agreement, index, MOVIE.leaf(index), ALICE)
    plan = plan_claim(agreement, index, Closing.TWO_WAY)
    return Claim(claim.sign(agreement, made, plan, MOVIE.chunk(index), BOB).serialize())


@pytest.mark.parametrize("stop_first", [True, False], ids=["she stopped", "he stopped"])
def test_she_countersigns_the_last_state_and_has_its_chunk(stop_first: bool) -> None:
    state, _ = tell(WITH_LEAVES, *up_to(WITH_LEAVES, 2))
    if stop_first:
        state, _ = WITH_LEAVES.stop(state)
    done, actions = WITH_LEAVES.receive(state, claim_of(3))
    assert isinstance(done, HandedBack)
    keep, send = actions
    assert keep == Keep(3, MOVIE.chunk(3))
    assert send == Send(Countersigned(done.claim.serialize()))
    assert done.progress.chunks == 4


def test_she_countersigns_the_state_before_when_her_payment_is_still_under_way() -> None:
    state, _ = tell(WITH_LEAVES, *up_to(WITH_LEAVES, 2))
    assert state.progress.paid == 3
    done, actions = WITH_LEAVES.receive(state, claim_of(2))
    assert isinstance(done, HandedBack)
    assert len(actions) == 1  # she has D_2 already
    assert WITH_LEAVES.stop(done) == (done, ())


@pytest.mark.parametrize("index", [1, 4])
def test_she_countersigns_no_other_state(index: int) -> None:
    state, _ = tell(WITH_LEAVES, *up_to(WITH_LEAVES, 2))
    after, actions = WITH_LEAVES.receive(state, claim_of(index))
    assert isinstance(refusal(actions), WrongTransaction)
    assert isinstance(after, Stopped)


def test_nothing_comes_after_the_end() -> None:
    done, _ = tell(WITH_LEAVES, *up_to(WITH_LEAVES, 2), claim_of(3))
    again, actions = WITH_LEAVES.receive(done, claim_of(3))
    assert isinstance(refusal(actions), OutOfTurn)
    assert again == done


def test_she_reads_the_last_chunk_off_the_chain() -> None:
    state, _ = tell(WITH_LEAVES, *up_to(WITH_LEAVES, 2))
    agreement = WITH_LEAVES.agreement
    paid_for = state.progress.payments[-1]
    plan = plan_claim(agreement, 3, Closing.ONE_WAY)
    on_chain = claim.sign(agreement, paid_for, plan, MOVIE.chunk(3), BOB)
    seen, actions = WITH_LEAVES.see(state, on_chain)
    assert actions == (Keep(3, MOVIE.chunk(3)),)
    assert isinstance(seen, Stopped)
    assert WITH_LEAVES.see(seen, on_chain) == (seen, ())
    assert WITH_LEAVES.see(state, paid_for.transaction) == (state, ())


def test_progress_starts_at_nothing() -> None:
    assert (Progress().paid, Progress().chunks, Progress().payments) == (0, 0, ())


def test_her_key_is_not_shown() -> None:
    assert ALICE.secret.hex() not in repr(WITH_LEAVES)
    assert repr(ALICE.secret) not in repr(WITH_LEAVES)


def test_she_tries_the_chunk_in_the_contract_that_she_paid_into() -> None:
    """If the contract cannot be unlocked with the chunk, even the right chunk is not paid for."""
    alice = replace(WITH_LEAVES, agreement=replace(WITH_LEAVES.agreement, artifact=other_contract()))
    state, actions = tell(alice, *up_to(WITH_LEAVES, 1))
    assert isinstance(refusal(actions), ScriptFails)
    assert isinstance(state, Stopped)
    assert state.progress.paid == 1
