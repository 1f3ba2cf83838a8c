"""Shelf of a watcher: it sells nothing, and has the key that the claim of a payment shows.

The key of the newest state is in the store, and those of films that were prepared with the same seed follow from it. So
no title is needed. For the payment of an older state one is: the hash in it is looked up among the leaves of its title.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from penstock.channel.agreement.merkle import Proof
from penstock.channel.safe.protocol.items import Shelf
from penstock.channel.safe.protocol.states import PayeeState
from penstock.channel.sealed.keys import Keys
from penstock.channel.sealed.leaf import Leaf
from penstock.script.hashes import sha256
from penstock.service.store.held import Held


@dataclass(frozen=True, slots=True)
class WatchedShelf:
    """The keys for the claims of one channel. Each method raises KeyError for what is not here.

    Attributes:
        held: the channel.
        keys: from which the keys of prepared films come; None if there is no seed.
        titles: titles of which older payments may be.
    """

    held: Held
    keys: Keys | None
    titles: Shelf

    def leaf(self, movie: bytes, chunk: int) -> Leaf:
        """Return the leaf of a chunk."""
        return self.titles.leaf(movie, chunk)

    def leaves(self, movie: bytes) -> Iterable[Leaf]:
        """Return all leaves of a movie; none of one that is not here."""
        return self.titles.leaves(movie)

    def proof(self, movie: bytes, chunk: int) -> Proof:
        """Return the proof of a leaf."""
        return self.titles.proof(movie, chunk)

    def ciphertext(self, movie: bytes, chunk: int) -> bytes:
        """Return the ciphertext of a chunk."""
        return self.titles.ciphertext(movie, chunk)

    def key(self, movie: bytes, chunk: int) -> bytes:
        """Return the key of a chunk: that of the newest state from the store, or by its hash from the seed."""
        best = self.held.state.best if isinstance(self.held.state, PayeeState) else None
        if best is not None and best.item == (movie, chunk):
            from_seed = [] if self.keys is None else [self.keys.key(movie, chunk)]
            for key in (self.held.sold_key, *from_seed):
                if key is not None and sha256(key) == best.state.digest:
                    return key
        return self.titles.key(movie, chunk)

    @property
    def lacks_key(self) -> bool:
        """Whether a payment of the newest state could not be claimed."""
        best = self.held.state.best if isinstance(self.held.state, PayeeState) else None
        if best is None:
            return False
        try:
            return sha256(self.key(*best.item)) != best.state.digest
        except KeyError:
            return True
