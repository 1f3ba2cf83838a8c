"""State machine of Alice, who watches and pays: (state, event) → (state, actions).

She never pays for a leaf that is not under the root, never keeps a chunk whose hash is not its leaf, and never signs
for more than one chunk that she does not have.
"""

from dataclasses import dataclass, field, replace
from typing import TypeAlias, assert_never

from penstock.channel.agreement.agreement import Agreement, demand_key
from penstock.channel.agreement.merkle import MerkleTree, verify_proof
from penstock.channel.agreement.refusals import OutOfTurn, Refusal, WrongChunk, WrongLeaves, WrongProof
from penstock.channel.agreement.terms import LeafDelivery
from penstock.channel.protocol.actions import AliceActions, Keep, Refuse, Send
from penstock.channel.protocol.messages import (
    Chunk,
    Claim,
    Countersigned,
    FromBob,
    LeafMessage,
    Leaves,
    Payment,
    Stop,
    describe,
)
from penstock.channel.transactions import claim
from penstock.channel.transactions.payment import SignedPayment
from penstock.channel.transactions.payment_template import PaymentTemplate
from penstock.script.hashes import sha256
from penstock.tx.keys import PrivateKey
from penstock.tx.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Progress:
    """Progress of Alice.

    Attributes:
        chunks: number of chunks that she has, from D_0 on without a gap.
        payments: the last two payments that she signed, newest last; empty before the first.
        leaves: H_0 … H_n, once she has checked them against the root; empty if they arrive one by one.
    """

    chunks: int = 0
    payments: tuple[SignedPayment, ...] = ()
    leaves: tuple[bytes, ...] = ()

    @property
    def paid(self) -> int:
        """Number of chunks for which she has signed payments."""
        return self.payments[-1].index if self.payments else 0


@dataclass(frozen=True, slots=True)
class AwaitingLeaves:
    """She has only the root."""

    progress: Progress = Progress()


@dataclass(frozen=True, slots=True)
class AwaitingLeaf:
    """She waits for the next leaf and its proof."""

    progress: Progress = Progress()


@dataclass(frozen=True, slots=True)
class AwaitingChunk:
    """She waits for the next chunk, whose hash must be `leaf`; all except D_0 are paid for."""

    progress: Progress
    leaf: bytes


@dataclass(frozen=True, slots=True)
class Stopped:
    """She pays no more. She still takes part in closing the paid state."""

    progress: Progress


@dataclass(frozen=True, slots=True)
class HandedBack:
    """She has put her signature into TX_p and sent it back."""

    progress: Progress
    claim: Transaction


AliceState: TypeAlias = AwaitingLeaves | AwaitingLeaf | AwaitingChunk | Stopped | HandedBack
Step: TypeAlias = tuple[AliceState, AliceActions]


@dataclass(frozen=True, slots=True)
class Alice:
    """Configuration of Alice, which is constant during the stream.

    Attributes:
        agreement: the agreement with Bob.
        key: her private key, that of `agreement.alice`.
        wanted: maximum number of chunks that she pays for; by default as many as the channel can reach.
        payments: the template of her payments.

    Raises:
        TermsError: when the key is a different one.
    """

    agreement: Agreement
    key: PrivateKey = field(repr=False)
    wanted: int | None = None
    payments: PaymentTemplate = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        demand_key("Alice", self.key, self.agreement.alice)
        object.__setattr__(self, "payments", PaymentTemplate.of(self.agreement))

    @property
    def last(self) -> int:
        """The state after which she stops on her own."""
        most = self.agreement.most
        return most if self.wanted is None else min(self.wanted, most)

    def start(self) -> AliceState:
        """Return the state in which she waits for Bob's first message."""
        match self.agreement.terms.delivery:
            case LeafDelivery.LEAVES:
                return AwaitingLeaves()
            case LeafDelivery.PROOFS:
                return AwaitingLeaf()

    def receive(self, state: AliceState, message: FromBob) -> Step:
        """Process a message from Bob. An invalid one ends the stream; nothing is paid for it."""
        match state, message:
            case AwaitingLeaves(), Leaves(leaves):
                return self._take_leaves(state.progress, leaves)
            case AwaitingLeaf(), LeafMessage():
                return self._take_leaf(state.progress, message)
            case AwaitingChunk(progress, leaf), Chunk(index, data) if index == progress.chunks:
                return self._take_chunk(progress, leaf, data)
            case Stopped(progress), Chunk(index, data) if 0 < index == progress.chunks <= progress.paid:
                return self._take_last_chunk(progress, data)
            case AwaitingLeaf() | AwaitingChunk() | Stopped(), Claim(raw):
                return self._take_claim(state.progress, raw)
            case Stopped() | HandedBack(), Leaves() | LeafMessage() | Stop():
                return state, ()  # was in transit when she stopped
            case ((Stopped() | HandedBack()), Chunk(index)) if index == 0 or index < state.progress.chunks:
                return state, ()  # the same; she may have seen it on the chain meanwhile
            case AwaitingLeaves() | AwaitingLeaf() | AwaitingChunk(), Stop():
                return Stopped(state.progress), ()
            case _:
                return self._refuse(state, OutOfTurn(describe(message), _expected(state)))

    def stop(self, state: AliceState) -> Step:
        """Stop watching: no further chunk is paid for."""
        match state:
            case Stopped() | HandedBack():
                return state, ()
            case AwaitingLeaves(progress) | AwaitingLeaf(progress) | AwaitingChunk(progress):
                return Stopped(progress), (Send(Stop(progress.paid)),)

    def see(self, state: AliceState, transaction: Transaction) -> Step:
        """Process a transaction on the chain: Bob's 1-way claim contains the last chunk, in public."""
        progress = state.progress
        for paid in progress.payments:
            data = claim.chunk_in(paid, transaction)
            if data is not None and paid.index == progress.chunks:
                return Stopped(replace(progress, chunks=paid.index + 1)), (Keep(paid.index, data),)
        return state, ()

    def _take_leaves(self, progress: Progress, leaves: tuple[bytes, ...]) -> Step:
        title = self.agreement.title
        if len(leaves) != title.chunks:
            reason = f"{len(leaves)} of them, the movie has {title.chunks}"
        elif any(len(leaf) != 32 for leaf in leaves):
            reason = "one is not 32 bytes long"
        elif MerkleTree.from_leaves(leaves).root != title.root:
            reason = "they do not result in the movie's root"
        else:
            return AwaitingChunk(replace(progress, leaves=leaves), leaves[0]), ()
        return self._refuse(AwaitingLeaves(progress), WrongLeaves(reason))

    def _take_leaf(self, progress: Progress, message: LeafMessage) -> Step:
        title, index = self.agreement.title, progress.chunks
        if message.index != index:
            expected = _expected(AwaitingLeaf(progress))
            return self._refuse(AwaitingLeaf(progress), OutOfTurn(describe(message), expected))
        proof = message.proof
        placed = (proof.index, proof.size) == (index, title.chunks)
        if not placed or not verify_proof(title.root, message.leaf, proof):
            return self._refuse(AwaitingLeaf(progress), WrongProof(index))
        return self._pay(progress, message.leaf) if index else (AwaitingChunk(progress, message.leaf), ())

    def _take_chunk(self, progress: Progress, leaf: bytes, data: bytes) -> Step:
        index = progress.chunks
        if refusal := self._check_chunk(progress, leaf, data):
            return self._refuse(AwaitingChunk(progress, leaf), refusal)
        keep, progress = Keep(index, data), replace(progress, chunks=index + 1)
        if index >= self.last:
            return Stopped(progress), (keep, Send(Stop(progress.paid)))
        if not progress.leaves:
            return AwaitingLeaf(progress), (keep,)
        state, actions = self._pay(progress, progress.leaves[index + 1])
        return state, (keep, *actions)

    def _take_last_chunk(self, progress: Progress, data: bytes) -> Step:
        """Process the chunk that she paid for just before she stopped."""
        if refusal := self._check_chunk(progress, progress.payments[-1].leaf, data):
            return self._refuse(Stopped(progress), refusal)
        return Stopped(replace(progress, chunks=progress.chunks + 1)), (Keep(progress.chunks, data),)

    def _check_chunk(self, progress: Progress, leaf: bytes, data: bytes) -> Refusal | None:
        digest = sha256(data)
        if digest != leaf:
            return WrongChunk(progress.chunks, leaf, digest)
        if progress.chunks != 1:  # D_0 is free; later contracts differ in the hash alone
            return None
        return claim.rehearse(self.agreement, progress.payments[-1], data, self.key)

    def _pay(self, progress: Progress, leaf: bytes) -> tuple[AwaitingChunk, AliceActions]:
        """Pay for the next chunk."""
        index = progress.chunks
        signed = self.payments.sign(index, leaf, self.key)
        progress = replace(progress, payments=(*progress.payments[-1:], signed))
        return AwaitingChunk(progress, leaf), (Send(Payment(index, signed.transaction.serialize())),)

    def _take_claim(self, progress: Progress, raw: bytes) -> Step:
        refusal: Refusal = OutOfTurn("TX_p", "no claim, because nothing was paid")
        for paid in progress.payments:
            checked = claim.check(self.agreement, paid, raw)
            if isinstance(checked, Transaction):
                return self._countersign(progress, paid, checked)
            refusal = checked
        return self._refuse(Stopped(progress), refusal)

    def _countersign(self, progress: Progress, paid: SignedPayment, checked: Transaction) -> Step:
        signed = claim.countersign(self.agreement, paid, checked, self.key)
        reply = Send(Countersigned(signed.serialize()))
        data = claim.chunk_in(paid, checked)
        if data is None or paid.index != progress.chunks:
            return HandedBack(progress, signed), (reply,)
        return HandedBack(replace(progress, chunks=paid.index + 1), signed), (Keep(paid.index, data), reply)

    def _refuse(self, state: AliceState, refusal: Refusal) -> Step:
        """Report the refusal, and stop if she has not stopped yet."""
        stopped, actions = self.stop(state)
        return stopped, (Refuse(refusal), *actions)


def _expected(state: AliceState) -> str:
    """Return the message that Alice waits for, for a refusal."""
    progress = state.progress
    match state:
        case AwaitingLeaves():
            return "all leaves"
        case AwaitingLeaf():
            return f"H_{progress.chunks} with its proof"
        case AwaitingChunk():
            return f"D_{progress.chunks}"
        case Stopped():
            return "TX_p to countersign"
        case HandedBack():
            return "nothing more"
        case _:
            assert_never(state)
