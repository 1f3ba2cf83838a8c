"""Whatever the other side sends, in whatever order: nothing raises, and the promises hold."""

from hypothesis import given
from hypothesis import strategies as st

from penstock.channel.agreement.merkle import Proof
from penstock.channel.agreement.terms import LeafDelivery, Terms
from penstock.channel.protocol.actions import Keep, Send
from penstock.channel.protocol.alice import Alice
from penstock.channel.protocol.bob import Bob, Closed, Ready
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
)
from penstock.channel.transactions import claim, payment
from penstock.channel.transactions.closing import Closing, plan_claim
from tests.support.channels.channel_stage import ALICE, BOB, MALLORY, agreement_on, movie_of

CHUNKS = 4
MOVIE, OTHER = movie_of(CHUNKS), movie_of(CHUNKS + 1, chunk_size=33)
INDEXES = st.integers(0, CHUNKS - 1)
STATES = st.integers(1, CHUNKS - 1)
AGREEMENT = agreement_on(MOVIE)


def raw_claim(index: int) -> bytes:
    paid = payment.sign(AGREEMENT, index, MOVIE.leaf(index), ALICE)
    plan = plan_claim(AGREEMENT, index, Closing.TWO_WAY)
    return claim.sign(AGREEMENT, paid, plan, MOVIE.chunk(index), BOB).serialize()


RAW_CLAIMS = [raw_claim(index) for index in range(1, CHUNKS)]
RAW_PAYMENTS = [
    payment.sign(AGREEMENT, index, leaf, key).transaction.serialize()
    for index in range(1, CHUNKS)
    for leaf in (MOVIE.leaf(index), OTHER.leaf(index))
    for key in (ALICE, MALLORY)
]
GOOD_PAYMENTS = RAW_PAYMENTS[::4]
RAW = st.sampled_from(RAW_CLAIMS) | st.sampled_from(RAW_PAYMENTS) | st.binary(max_size=40)
PROOFS = INDEXES.map(MOVIE.proof) | st.builds(
    Proof, st.integers(-1, 9), st.integers(-1, 9), st.lists(st.binary(min_size=30, max_size=33), max_size=4).map(tuple)
)
FROM_BOB: st.SearchStrategy[FromBob] = st.one_of(
    INDEXES.map(lambda index: Chunk(index, MOVIE.chunk(index))),
    INDEXES.map(lambda index: LeafMessage(index, MOVIE.leaf(index), MOVIE.proof(index))),
    st.sampled_from([Leaves(MOVIE.leaves), Leaves(OTHER.leaves), Leaves(())]),
    st.builds(Chunk, st.integers(-1, 9), st.binary(max_size=40)),
    st.builds(LeafMessage, st.integers(-1, 9), st.binary(min_size=31, max_size=33), PROOFS),
    st.builds(Claim, RAW),
    st.builds(Stop, st.integers(-1, 9)),
)
FROM_ALICE: st.SearchStrategy[FromAlice] = st.one_of(
    STATES.map(lambda index: Payment(index, GOOD_PAYMENTS[index - 1])),
    st.builds(Payment, st.integers(-1, 9), RAW),
    st.builds(Countersigned, RAW),
    st.builds(Stop, st.integers(-1, 9)),
)


def honest(delivery: LeafDelivery) -> list[FromBob]:
    """Yield the messages of an honest Bob, so that hostile messages come at every depth."""
    if delivery is LeafDelivery.LEAVES:
        return [Leaves(MOVIE.leaves), *(Chunk(index, MOVIE.chunk(index)) for index in range(CHUNKS))]
    leaves = [LeafMessage(index, MOVIE.leaf(index), MOVIE.proof(index)) for index in range(CHUNKS)]
    return [letter for leaf in leaves for letter in (leaf, Chunk(leaf.index, MOVIE.chunk(leaf.index)))]


@given(st.sampled_from(LeafDelivery), st.integers(0, 2 * CHUNKS), st.lists(FROM_BOB, max_size=12))
def test_alice_pays_only_for_real_leaves_and_one_chunk_ahead(
    delivery: LeafDelivery, depth: int, hostile: list[FromBob]
) -> None:
    alice = Alice(agreement_on(MOVIE, terms=Terms(delivery=delivery)), ALICE)
    state, kept = alice.start(), []
    for message in [*honest(delivery)[:depth], *hostile]:
        before = state.progress.paid
        state, actions = alice.receive(state, message)
        said = [action.message for action in actions if isinstance(action, Send)]
        paid = [message for message in said if isinstance(message, Payment)]
        for made in paid:
            assert made.transaction == GOOD_PAYMENTS[made.index - 1]
        assert [made.index for made in paid] == ([before + 1] if paid else [])
        kept += [action for action in actions if isinstance(action, Keep)]
        assert state.progress.paid - (state.progress.chunks - 1) <= 1
    assert kept == [Keep(index, MOVIE.chunk(index)) for index in range(state.progress.chunks)]


@given(st.sampled_from(Closing), st.integers(0, CHUNKS - 1), st.lists(FROM_ALICE, max_size=12))
def test_bob_sends_only_what_is_paid(closing: Closing, depth: int, hostile: list[FromAlice]) -> None:
    bob = Bob(AGREEMENT, MOVIE, BOB, closing)
    state, actions = bob.start()
    sent, best = 0, 0
    letters: list[FromAlice] = [Payment(index, GOOD_PAYMENTS[index - 1]) for index in range(1, depth + 1)]
    for message in [*letters, *hostile]:
        state, actions = bob.receive(state, message)
        said = [action.message for action in actions if isinstance(action, Send)]
        for chunk in [message for message in said if isinstance(message, Chunk)]:
            assert isinstance(message, Payment)
            assert (chunk.index, chunk.data) == (sent + 1, MOVIE.chunk(sent + 1))
            assert message.transaction == GOOD_PAYMENTS[sent]
            sent = best = chunk.index
    assert not isinstance(state, Ready)
    assert (state.best.index if state.best else 0) == best
    if isinstance(state, Closed) and state.best and state.claim:
        assert claim.judge(AGREEMENT, state.best, state.claim) is None
