"""Stream: a whole stream in one process, from the first message to the last, then closed in both ways.

In: a movie, terms and two keys. Out: the transcript and the transactions on the chain, once with the chosen ending and
once with the other one, for comparison.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias

from penstock.artifact.artifact import Artifact
from penstock.channel.agreement.agreement import LEAST_CHANGE, Agreement
from penstock.channel.agreement.movie import Movie
from penstock.channel.agreement.terms import Terms
from penstock.channel.protocol.actions import Broadcast, Keep, Refuse, Warn
from penstock.channel.protocol.alice import Alice
from penstock.channel.protocol.bob import Bob
from penstock.channel.protocol.messages import Payment, Stop, describe, number
from penstock.channel.simulation.accounts import Accounts, settle
from penstock.channel.simulation.conversation import (
    Effect,
    EffectHandler,
    Event,
    Moment,
    Party,
    Players,
    ToAlice,
    ToBob,
)
from penstock.channel.transactions.closing import ClaimCostsMore, Closing
from penstock.ledger.coins import Coin, pay_to_key
from penstock.ledger.ledger import Ledger, LedgerError, Receipt
from penstock.tx.keys import PrivateKey
from penstock.tx.transaction import Transaction
from penstock.wording import counted

OnChunk: TypeAlias = Callable[[int, bytes], object]

_ROOM: Final = 1000
"""Bytes, more than TX_i has with one input."""
_ROUND: Final = 1000


@dataclass(frozen=True, slots=True)
class TranscriptLine:
    """A line of the transcript.

    Attributes:
        sender: the sender.
        to_ledger: whether it went to the ledger, not to the other side.
        text: a short description.
        number: its number in the article's figure 7, if it has one.
    """

    sender: Party
    text: str
    number: int | None = None
    to_ledger: bool = False


@dataclass(frozen=True, slots=True)
class Settlement:
    """One of the two endings of the stream.

    Attributes:
        last: the state n that the stream reached; 0 if nothing was paid.
        ledger: the ledger with the channel's transactions mined.
        accounts: the accounts from that ledger.
        fee_coins: the coins that Bob added to TX_p.
        lines: the transcript of the closing.
        warnings: the warnings for Bob.
        faults: refused messages and transactions; empty if both are honest.
    """

    closing: Closing
    last: int
    ledger: Ledger = field(repr=False)
    accounts: Accounts
    fee_coins: tuple[Coin, ...]
    lines: tuple[TranscriptLine, ...]
    warnings: tuple[ClaimCostsMore, ...]
    faults: tuple[str, ...]

    @property
    def payment(self) -> Transaction | None:
        """TX_n, if it is on the ledger."""
        return self.accounts.payment

    @property
    def claim(self) -> Transaction | None:
        """TX_p, if it is on the ledger."""
        return self.accounts.claim


@dataclass(frozen=True, slots=True)
class StreamResult:
    """A finished stream.

    Attributes:
        agreement: the agreement of Alice and Bob.
        movie: the movie that was streamed.
        lines: the transcript before the closing.
        chosen: the chosen ending.
        other: the other ending.
    """

    agreement: Agreement
    movie: Movie
    lines: tuple[TranscriptLine, ...]
    chosen: Settlement
    other: Settlement

    @property
    def last(self) -> int:
        """The state n that the stream reached."""
        return self.chosen.last

    def ended(self, closing: Closing) -> Settlement:
        """Return the ending of the given kind."""
        return self.chosen if self.chosen.closing is closing else self.other


@dataclass(slots=True)
class TranscriptRecorder:
    """Records the events of an `EffectHandler` as a transcript."""

    on_chunk: OnChunk
    lines: list[TranscriptLine] = field(default_factory=list)
    warnings: list[ClaimCostsMore] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    _last: int = 0

    def __call__(self, event: Event) -> None:
        """Record an event."""
        match event:
            case ToAlice(message):
                place = None if isinstance(message, Stop) else number(message, self._last)  # figure 7 has hers only
                self.lines.append(TranscriptLine(Party.BOB, describe(message), place))
            case ToBob(message):
                if isinstance(message, Payment | Stop):
                    self._last = message.index
                self.lines.append(TranscriptLine(Party.ALICE, describe(message), number(message, self._last)))
            case Effect():
                self._note(event)
            case Receipt(reason=reason):
                if reason is not None:
                    self.faults.append(f"the ledger refused: {reason}")

    def _note(self, effect: Effect) -> None:
        match effect.action:
            case Keep(index, data):
                self.on_chunk(index, data)
            case Warn(warning):
                self.warnings.append(warning)
            case Refuse(refusal):
                self.faults.append(f"{effect.party} refused: {refusal}")
            case Broadcast(transaction):
                name = "TX_p" if self.lines and self.lines[-1].to_ledger else f"TX_{self._last}"
                self.lines.append(
                    TranscriptLine(effect.party, f"{name}, {counted(transaction.size(), 'byte')}", to_ledger=True)
                )


def screen(  # noqa: PLR0913 - the parts of a stream, by keyword
    artifact: Artifact,
    movie: Movie,
    terms: Terms,
    alice: PrivateKey,
    bob: PrivateKey,
    *,
    closing: Closing = Closing.TWO_WAY,
    fee_coin: int = 0,
    on_chunk: OnChunk,
) -> StreamResult:
    """Stream a whole movie between an honest Alice and an honest Bob, and close it.

    Args:
        artifact: the compiled streaming contract.
        movie: the movie that Bob sells.
        terms: price, fee rate, delivery of leaves.
        alice: her key.
        bob: his key.
        closing: the way in which the stream is closed.
        fee_coin: satoshis that Bob may add to a claim that does not pay its own fee.
        on_chunk: called with each chunk's number and bytes when Alice has it.

    Raises:
        MovieError: when the file changes during the stream.
        TermsError: when the claim would cost more than the whole movie earns.
        LedgerError: when the whole movie costs more than a coin can contain.
    """
    ledger = Ledger(fee_rate=terms.fee_rate)
    funding = _fund(ledger, alice, terms, movie.title.payable)
    fee_coins = (ledger.fund(pay_to_key(bob.public_key), fee_coin),) if fee_coin else ()
    agreement = Agreement(artifact, movie.title, terms, alice.public_key, bob.public_key, (funding,))
    players = Players(Alice(agreement, alice), Bob(agreement, movie, bob, closing, fee_coins))
    recorder = TranscriptRecorder(on_chunk)
    moment = EffectHandler(ledger, recorder).run(players, players.begin(), before_stop=True)
    chosen, other = (_end(players, moment, ledger, way) for way in (closing, closing.other))
    return StreamResult(agreement, movie, tuple(recorder.lines), chosen, other)


def _fund(ledger: Ledger, alice: PrivateKey, terms: Terms, chunks: int) -> Coin:
    """Give Alice a coin for all prices, the fee of a transaction of one input, and some change; a round number."""
    needed = chunks * terms.price + terms.fee_rate.fee(_ROOM) + LEAST_CHANGE
    try:
        return ledger.fund(pay_to_key(alice.public_key), -(-needed // _ROUND) * _ROUND)
    except LedgerError as error:
        price = counted(terms.price, "satoshi")
        raise LedgerError(f"{error}; Alice needs it for {counted(chunks, 'chunk')} at {price} each, and fees") from None


def _end(players: Players, moment: Moment, ledger: Ledger, closing: Closing) -> Settlement:
    """Return the settlement of a moment in one of the two ways, on a copy of the ledger."""
    twin, recorder = ledger.fork(), TranscriptRecorder(lambda _index, _data: None)
    players = replace(players, bob=replace(players.bob, closing=closing))
    ended = EffectHandler(twin, recorder).run(players, moment)
    twin.mine()
    progress = ended.alice.progress
    accounts = settle(players.alice.agreement, twin, progress.chunks)
    spent = {txin.outpoint for txin in accounts.claim.inputs} if accounts.claim else set()
    return Settlement(
        closing=closing,
        last=progress.paid,
        ledger=twin,
        accounts=accounts,
        fee_coins=tuple(coin for coin in players.bob.fee_coins if coin.outpoint in spent),
        lines=tuple(recorder.lines),
        warnings=tuple(recorder.warnings),
        faults=tuple(recorder.faults),
    )
