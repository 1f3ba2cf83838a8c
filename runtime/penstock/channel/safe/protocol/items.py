"""Items that a channel sells: keys of sealed chunks, or chunks by themselves, as its terms say; never both."""

from collections.abc import Iterable, Iterator
from typing import Protocol

from penstock.channel.agreement.merkle import Proof
from penstock.channel.safe.agreement.terms import ChannelTerms
from penstock.channel.safe.protocol.prices import Prices
from penstock.channel.safe.protocol.states import Item, PayeeState
from penstock.channel.sealed.leaf import Leaf


class Shelf(Protocol):
    """Chunks that the payee sells; one that is not there is a KeyError."""

    def leaf(self, movie: bytes, chunk: int) -> Leaf:
        """Return the leaf of a chunk."""

    def leaves(self, movie: bytes) -> Iterable[Leaf]:
        """Return all leaves of a movie; none of one that is not there."""

    def proof(self, movie: bytes, chunk: int) -> Proof:
        """Return the proof of a leaf."""

    def ciphertext(self, movie: bytes, chunk: int) -> bytes:
        """Return the ciphertext of a chunk."""

    def key(self, movie: bytes, chunk: int) -> bytes:
        """Return what is sold of a chunk: its key, 32 bytes, or the chunk itself."""


def fits(terms: ChannelTerms, leaf: Leaf) -> bool:
    """Return whether a chunk can be sold in a channel: as its payments are claimed, and no larger than the base pays.

    The contract of a key takes 32 bytes alone; that of a chunk is claimed by showing it whole.
    """
    if leaf.is_plain != terms.sells_chunks:
        return False
    return not leaf.is_plain or leaf.length <= terms.largest_chunk


def leaves_of(shelf: Shelf, prices: Prices) -> Iterator[Leaf]:
    """Yield the leaves of all movies that were quoted."""
    for movie in dict.fromkeys(quote.movie for quote in prices.quotes):
        yield from shelf.leaves(movie)


def item_sold(shelf: Shelf, state: PayeeState, digest: bytes) -> bytes:
    """Return the key, or the chunk, that was sold by a payment with its hash: of the newest state, or an older one."""
    if state.best is not None and state.best.state.digest == digest:
        return shelf.key(*state.best.item)
    return shelf.key(*next((leaf.movie, leaf.index) for leaf in leaves_of(shelf, state.prices) if leaf.key == digest))


def for_sale(shelf: Shelf, terms: ChannelTerms, item: Item) -> Leaf | None:
    """Return the leaf of a chunk; None if it is not there, or cannot be sold in this channel."""
    try:
        leaf = shelf.leaf(*item)
    except KeyError:
        return None
    return leaf if fits(terms, leaf) else None


def next_amounts(state: PayeeState, item: Item) -> tuple[int, ...]:
    """Return the satoshis of the payee's next state with a chunk: at today's price, and at that of when it was sent."""
    today = state.prices.price(item[0], state.newest + 1, state.height)
    before = state.before if state.ahead == item else None
    paid = state.terms.base if state.best is None else state.best.state.amount
    return tuple(paid + price for price in (today, before) if price is not None)
