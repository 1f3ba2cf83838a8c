"""Shelf: the sealed movies that a payee sells, by the movie's id and the chunk's index."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from penstock.channel.agreement.merkle import Proof
from penstock.channel.sealed.leaf import Leaf
from penstock.channel.sealed.movie import SealedMovie


@dataclass(frozen=True, slots=True)
class MovieShelf:
    """Movies for sale. Each method raises KeyError for a movie or a chunk that is not here.

    Attributes:
        movies: the movies by their ids.
    """

    movies: Mapping[bytes, SealedMovie]

    @classmethod
    def of(cls, *movies: SealedMovie) -> Self:
        """Return the shelf with these movies."""
        return cls({movie.manifest.movie: movie for movie in movies})

    def leaf(self, movie: bytes, chunk: int) -> Leaf:
        """Return the leaf of a chunk."""
        return self._with(movie, chunk).leaves[chunk]

    def leaves(self, movie: bytes) -> tuple[Leaf, ...]:
        """Return all leaves of a movie; none of one that is not here."""
        return self.movies[movie].leaves if movie in self.movies else ()

    def proof(self, movie: bytes, chunk: int) -> Proof:
        """Return the proof of a leaf."""
        return self._with(movie, chunk).proof(chunk)

    def ciphertext(self, movie: bytes, chunk: int) -> bytes:
        """Return the ciphertext of a chunk."""
        return self._with(movie, chunk).ciphertext(chunk)

    def key(self, movie: bytes, chunk: int) -> bytes:
        """Return the key of a chunk, 32 bytes."""
        return self._with(movie, chunk).key(chunk)

    def _with(self, movie: bytes, chunk: int) -> SealedMovie:
        """Return a movie that has this chunk."""
        found = self.movies[movie]
        if not 0 <= chunk < found.manifest.chunks:
            raise KeyError(chunk)
        return found
