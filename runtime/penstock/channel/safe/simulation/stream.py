"""Stream of a whole movie over the safe channel, from the offer to each of its endings.

In: a sealed movie and a deal. Out: the transactions on the chain for each ending, and what each side could lose at the
moment of closing. Chunks are sealed and opened one by one: memory holds one of them.
"""

from dataclasses import dataclass

from penstock.channel.safe.agreement.terms import ChannelTerms
from penstock.channel.safe.simulation.conversation import Conversation, OnChunk
from penstock.channel.safe.simulation.endings import (
    OnChain,
    SafeClosing,
    SafeEnding,
    ended,
    last_payment_height,
    on_chain,
    refund_heights,
)
from penstock.channel.safe.simulation.opening import Deal, opened
from penstock.channel.safe.simulation.transcript import Transcript
from penstock.channel.sealed.movie import SealedMovie


@dataclass(frozen=True, slots=True)
class Exposure:
    """Losses at the moment of closing, in satoshis; fees are not counted.

    Attributes:
        payer: what she has signed for keys that she does not hold.
        payee: what he has sold without a signature for it.
        payer_on_the_way: the most that she has signed ahead at any moment: one price, with the first key the base.
        payee_if_away: what he loses if he does not come back before T.
        until: T - M: the height up to which he may be away and lose nothing.
        article: what either side could lose in the article's form: everything that was paid.
    """

    payer: int
    payee: int
    payer_on_the_way: int
    payee_if_away: int
    until: int
    article: int


@dataclass(frozen=True, slots=True)
class SafeStreamResult:
    """A finished stream.

    Attributes:
        terms: the terms of the channel.
        movie: the sealed movie.
        price: satoshis for each chunk.
        sold: the number of keys, or of chunks, that were sold.
        funding: the funding transaction.
        exposure: what each side could lose when the channel is closed.
        transcript: the lines before the closing.
        closing: the chosen ending.
        endings: all endings, in the order of `SafeClosing`.
        faults: refused messages and transactions before the closing; empty if both are honest.
    """

    terms: ChannelTerms
    movie: SealedMovie
    price: int
    sold: int
    funding: OnChain
    exposure: Exposure
    transcript: Transcript
    closing: SafeClosing
    endings: tuple[SafeEnding, ...]
    faults: tuple[str, ...]

    @property
    def sold_as(self) -> str:
        """The noun for what is sold: `key`, or `chunk` if chunks are sold by themselves."""
        return "chunk" if self.terms.sells_chunks else "key"

    @property
    def chosen(self) -> SafeEnding:
        """The chosen ending."""
        return next(each for each in self.endings if each.closing is self.closing)

    @property
    def refunds_from(self) -> tuple[int, int | None]:
        """The first block that takes a refund of the funding, and of a payment; None if that depends on its age."""
        return refund_heights(self.terms)


def stream(movie: SealedMovie, deal: Deal, closing: SafeClosing, on_chunk: OnChunk) -> SafeStreamResult:
    """Sell a whole movie between an honest payer and an honest payee, and end the channel in every way.

    Args:
        movie: the sealed movie.
        deal: the chain, the price, the fee rate.
        closing: the ending that counts.
        on_chunk: called with the index and the bytes of each chunk that the payer has paid for.

    Raises:
        SealedMovieError: the file changes during the stream.
        ChannelTermsError: a fee rate that is out of its range.
        LedgerError: the whole movie costs more than a coin can contain.
    """
    channel = opened(movie, deal, on_chunk)
    funding = on_chain(channel.ledger, "F, the funding", channel.published[0])
    for chunk in range(movie.manifest.chunks):
        channel.buy(movie.manifest, chunk)
    return SafeStreamResult(
        terms=channel.payer_state.terms,
        movie=movie,
        price=deal.price,
        sold=channel.payer_state.held,
        funding=funding,
        exposure=exposure(channel, deal.price),
        transcript=channel.transcript,
        closing=closing,
        endings=tuple(ended(channel, way) for way in SafeClosing),
        faults=tuple(channel.faults),
    )


def exposure(channel: Conversation, price: int) -> Exposure:
    """Return what each side could lose if the channel was closed now."""
    payer, payee = channel.payer_state, channel.payee_state
    signed = 0 if payer.signed is None else payer.signed.state.amount
    owed = 0 if payee.best is None else payee.best.state.amount
    return Exposure(
        payer=signed - payer.paid,
        payee=max(0, payer.paid - owed),
        payer_on_the_way=price + payer.terms.base,
        payee_if_away=owed,
        until=last_payment_height(channel),
        article=price * payer.held,
    )
