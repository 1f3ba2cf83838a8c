"""State machine of Bob, who has the movie: (state, event) → (state, actions).

D_0 is free; he sends every further chunk only after a payment for it that equals the one he has built himself, and that
he has claimed on the machine.
"""

from dataclasses import dataclass, field
from typing import TypeAlias, assert_never

from penstock.channel.agreement.agreement import Agreement, demand_key
from penstock.channel.agreement.movie import Movie
from penstock.channel.agreement.refusals import OutOfTurn
from penstock.channel.agreement.terms import LeafDelivery, TermsError
from penstock.channel.protocol.actions import BobAction, BobActions, Broadcast, Refuse, Send, Warn
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
)
from penstock.channel.transactions import claim, payment
from penstock.channel.transactions.closing import Closing, check_claimable, plan_claim
from penstock.channel.transactions.payment import SignedPayment
from penstock.channel.transactions.payment_template import PaymentTemplate
from penstock.ledger.coins import Coin
from penstock.tx.keys import PrivateKey
from penstock.tx.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Ready:
    """He has sent nothing yet."""


@dataclass(frozen=True, slots=True)
class Streaming:
    """He has sent the chunks up to D_`sent` and waits for the next payment.

    Attributes:
        best: the newest payment that he accepted; None while only D_0 is sent.
    """

    sent: int
    best: SignedPayment | None = None


@dataclass(frozen=True, slots=True)
class AwaitingCountersignature:
    """He has sent TX_p to Alice and waits for her signature in it."""

    best: SignedPayment
    claim: Transaction


@dataclass(frozen=True, slots=True)
class Closed:
    """The end. `claim` is the TX_p that he broadcast after TX_n; None if no claim was worthwhile."""

    best: SignedPayment | None = None
    claim: Transaction | None = None


BobState: TypeAlias = Ready | Streaming | AwaitingCountersignature | Closed
Step: TypeAlias = tuple[BobState, BobActions]


@dataclass(frozen=True, slots=True)
class Bob:
    """Configuration of Bob, which is constant during the stream.

    Attributes:
        agreement: the agreement with Alice.
        movie: the movie that he sells.
        key: his private key, that of `agreement.bob`.
        closing: the way in which he closes when Alice stops.
        fee_coins: coins that pay to his key, added to a claim whose fee exceeds its earnings.
        payments: the template of her payments.

    Raises:
        TermsError: when the key or the movie is a different one.
    """

    agreement: Agreement
    movie: Movie
    key: PrivateKey = field(repr=False)
    closing: Closing = Closing.TWO_WAY
    fee_coins: tuple[Coin, ...] = ()
    payments: PaymentTemplate = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        demand_key("Bob", self.key, self.agreement.bob)
        object.__setattr__(self, "payments", PaymentTemplate.of(self.agreement))
        if self.movie.title != self.agreement.title:
            raise TermsError("the movie is not the one in the agreement")

    def start(self) -> Step:
        """Send D_0, for free, and the leaves that Alice needs for it.

        Raises:
            TermsError: when no state can be claimed in the configured way: the fee exceeds all that the channel earns.
        """
        check_claimable(self.agreement, self.closing, self.fee_coins)
        match self.agreement.terms.delivery:
            case LeafDelivery.LEAVES:
                first: BobAction = Send(Leaves(self.movie.leaves))
            case LeafDelivery.PROOFS:
                first = self._leaf(0)
        return Streaming(0), (first, *self._send_chunk(0, self.movie.chunk(0)))

    def receive(self, state: BobState, message: FromAlice) -> Step:
        """Process a message from Alice. An invalid payment ends the stream; no chunk is sent for it."""
        match state, message:
            case Streaming(sent), Payment(index, raw) if index == sent + 1 <= self.agreement.most:
                return self._take_payment(state, index, raw)
            case Streaming(), Stop():
                return self.close(state, self.closing)
            case AwaitingCountersignature(), Countersigned(raw):
                return self._take_countersigned(state, raw)
            case AwaitingCountersignature() | Closed(), Payment() | Stop():
                return state, ()  # was in transit when he stopped
            case _:
                refuse = Refuse(OutOfTurn(describe(message), _expected(state)))
                return self._end(state, refuse)

    def stop(self, state: BobState) -> Step:
        """Stop streaming, and close as configured; no change if he is closing already."""
        return (state, ()) if isinstance(state, AwaitingCountersignature) else self.close(state, self.closing)

    def close(self, state: BobState, closing: Closing) -> Step:
        """Close the paid state: `TWO_WAY` asks Alice for her signature, `ONE_WAY` needs only Bob.

        If Alice does not answer, call this again with `ONE_WAY`.
        """
        match state:
            case Closed():
                return state, ()
            case Ready():
                return Closed(), (Send(Stop(0)),)
            case Streaming(best=best) | AwaitingCountersignature(best=best):
                return self._claim(best, closing) if best else (Closed(), (Send(Stop(0)),))
            case _:
                assert_never(state)

    def _take_payment(self, state: Streaming, index: int, raw: bytes) -> Step:
        """Send D_index if TX_index equals the one he has built himself, and he can claim it with that chunk.

        The first payment is judged by the machine, and its claim is rehearsed there. Later ones differ in the amount,
        the signature, and the hash, that of the chunk.
        """
        leaf = self.movie.leaf(index)
        checked = (
            payment.check(self.agreement, index, leaf, raw)
            if state.best is None
            else self.payments.check(index, leaf, raw)
        )
        if not isinstance(checked, SignedPayment):
            return self._end(state, Refuse(checked))
        data = self.movie.chunk(index)
        if state.best is None and (fails := claim.rehearse(self.agreement, checked, data, self.key)):
            return self._end(state, Refuse(fails))
        return Streaming(index, checked), self._send_chunk(index, data)

    def _take_countersigned(self, state: AwaitingCountersignature, raw: bytes) -> Step:
        checked = claim.check_countersigned(self.agreement, state.best, state.claim, raw)
        if not isinstance(checked, Transaction):
            return self._end(state, Refuse(checked))
        return Closed(state.best, checked), (Broadcast(state.best.transaction), Broadcast(checked))

    def _claim(self, best: SignedPayment, closing: Closing) -> Step:
        plan = plan_claim(self.agreement, best.index, closing, self.fee_coins)
        warnings = (Warn(plan.warning),) if plan.warning else ()
        goodbye = Send(Stop(best.index))
        if not plan.possible:
            return Closed(best), (*warnings, goodbye)
        signed = claim.sign(self.agreement, best, plan, self.movie.chunk(best.index), self.key)
        match closing:
            case Closing.ONE_WAY:
                return Closed(best, signed), (*warnings, goodbye, Broadcast(best.transaction), Broadcast(signed))
            case Closing.TWO_WAY:
                return AwaitingCountersignature(best, signed), (*warnings, Send(Claim(signed.serialize())))

    def _end(self, state: BobState, refuse: Refuse) -> Step:
        """Report the refusal, and claim without the other side, which has broken the protocol."""
        if isinstance(state, Ready):
            return state, (refuse,)
        closed, actions = self.close(state, Closing.ONE_WAY)
        return closed, (refuse, *actions)

    def _send_chunk(self, index: int, data: bytes) -> BobActions:
        """Send a chunk and, if leaves are sent one by one, the leaf that Alice needs to pay for the next."""
        chunk = Send(Chunk(index, data))
        by_proofs = self.agreement.terms.delivery is LeafDelivery.PROOFS
        return (chunk, self._leaf(index + 1)) if by_proofs and index < self.agreement.most else (chunk,)

    def _leaf(self, index: int) -> Send[FromBob]:
        return Send(LeafMessage(index, self.movie.leaf(index), self.movie.proof(index)))


def _expected(state: BobState) -> str:
    """Return the message that Bob waits for, for a refusal."""
    match state:
        case Ready():
            return "nothing yet"
        case Streaming(sent):
            return f"TX_{sent + 1}"
        case AwaitingCountersignature():
            return "TX_p with Alice's signature"
        case Closed():
            return "nothing more"
        case _:
            assert_never(state)
