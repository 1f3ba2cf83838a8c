"""Prepared title: read from its place and checked; and the shelf that sells the chunks of several titles.

Everything small is read and checked when a title is opened. Ciphertexts are read one by one, when they are asked for,
and checked again then.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from penstock.channel.agreement.merkle import MerkleTree, Proof
from penstock.channel.canonical import CanonicalError
from penstock.channel.sealed.cipher import TAG_SIZE
from penstock.channel.sealed.keys import Keys
from penstock.channel.sealed.leaf import Leaf
from penstock.channel.sealed.manifest import Manifest
from penstock.script.hashes import sha256
from penstock.service.catalogue.layout import TITLE, ciphertext_name, init_name, leaves_name, manifest_name
from penstock.service.catalogue.leaves import largest, leaves_from_bytes
from penstock.service.catalogue.places import Place, place_of
from penstock.service.catalogue.title import MOST_TITLE, Quality, Title
from penstock.service.errors import CatalogueError


@dataclass(frozen=True, slots=True, eq=False)
class PreparedQuality:
    """A quality of a prepared title.

    Attributes:
        place: where the title lies.
        number: the number of its folder.
        facts: its record in the title.
        leaves: the promise of each chunk.
        tree: the tree over their hashes.
    """

    place: Place
    number: int
    facts: Quality
    leaves: tuple[Leaf, ...]
    tree: MerkleTree

    @property
    def manifest(self) -> Manifest:
        """The signed manifest of its movie."""
        return self.facts.manifest

    def init(self) -> bytes:
        """Return the initialization segment; empty for a file.

        Raises:
            CatalogueError: it is missing, or not the one that was signed.
        """
        if not self.facts.is_film:
            return b""
        name = init_name(self.number)
        data = self.place.read(name, self.facts.init_size)
        if len(data) != self.facts.init_size or sha256(data) != self.facts.init:
            raise CatalogueError(f"{name}: not the one that the publisher has signed")
        return data

    def ciphertext(self, chunk: int) -> bytes:
        """Return the ciphertext of a chunk.

        Raises:
            CatalogueError: it is missing, or not the one that was signed.
        """
        name, leaf = ciphertext_name(self.number, chunk), self.leaves[chunk]
        data = self.place.read(name, leaf.length + TAG_SIZE)
        if sha256(data) != leaf.ciphertext:
            raise CatalogueError(f"{name}: not the one that the publisher has signed")
        return data


@dataclass(frozen=True, slots=True, eq=False)
class PreparedTitle:
    """A title that was read and checked.

    Attributes:
        title: the signed record.
        qualities: its qualities, in its order.
    """

    title: Title
    qualities: tuple[PreparedQuality, ...]

    @classmethod
    def open(cls, where: str | Path, publisher: bytes | None = None) -> Self:
        """Read a title and check its signatures, leaves and initialization segments.

        Args:
            where: its folder, or a URL that fsspec opens.
            publisher: the x-only key that has to have signed it, 32 bytes; None for any.

        Raises:
            CatalogueError: it is not a title, or damaged, forged, or of another publisher.
        """
        return cls.at(place_of(where), publisher, str(where))

    @classmethod
    def at(cls, place: Place, publisher: bytes | None = None, name: str = "the title") -> Self:
        """Read a title at a place and check it, as `open`. Errors name the place by `name`."""
        try:
            title = Title.from_bytes(place.read(TITLE, MOST_TITLE))
        except CanonicalError as error:
            raise CatalogueError(f"{name}: {TITLE}: {error}") from None
        if publisher not in (None, title.publisher):
            raise CatalogueError(f"{name}: signed by {title.publisher.hex()}, not by {(publisher or b'').hex()}")
        return cls(title, tuple(_quality(place, number, facts) for number, facts in enumerate(title.qualities)))


@dataclass(frozen=True, slots=True, eq=False)
class PreparedShelf:
    """Prepared titles for sale, as a payee sells them. Each method raises KeyError for a chunk that is not here.

    Attributes:
        qualities: the qualities of all titles by their movies' ids.
        keys: from which the keys of their chunks come.
    """

    qualities: dict[bytes, PreparedQuality]
    keys: Keys

    @classmethod
    def of(cls, secret: bytes, *titles: PreparedTitle) -> Self:
        """Return the shelf with these titles.

        Args:
            secret: the one that they were prepared with, 32 bytes.
            titles: the titles.

        Raises:
            CatalogueError: a title was prepared with another secret.
        """
        shelf = cls({}, Keys(secret))
        for each in titles:
            shelf.add(each)
        return shelf

    def add(self, title: PreparedTitle) -> None:
        """Sell a title more.

        Raises:
            CatalogueError: it was prepared with another secret.
        """
        for each in title.qualities:
            movie = each.manifest.movie
            if sha256(self.keys.key(movie, 0)) != each.leaves[0].key:
                raise CatalogueError(
                    f"movie {movie.hex()}: its keys come from another seed: name the one that it was prepared with"
                )
            self.qualities[movie] = each

    def leaf(self, movie: bytes, chunk: int) -> Leaf:
        """Return the leaf of a chunk."""
        return self._with(movie, chunk).leaves[chunk]

    def leaves(self, movie: bytes) -> tuple[Leaf, ...]:
        """Return all leaves of a movie; none of one that is not here."""
        return self.qualities[movie].leaves if movie in self.qualities else ()

    def proof(self, movie: bytes, chunk: int) -> Proof:
        """Return the proof of a leaf."""
        return self._with(movie, chunk).tree.proof(chunk)

    def ciphertext(self, movie: bytes, chunk: int) -> bytes:
        """Return the ciphertext of a chunk, read from its place.

        Raises:
            CatalogueError: it is missing, or not the one that was signed.
        """
        return self._with(movie, chunk).ciphertext(chunk)

    def key(self, movie: bytes, chunk: int) -> bytes:
        """Return the key of a chunk, 32 bytes."""
        return self.keys.key(self._with(movie, chunk).manifest.movie, chunk)

    def _with(self, movie: bytes, chunk: int) -> PreparedQuality:
        """Return a quality that has this chunk."""
        found = self.qualities[movie]
        if not 0 <= chunk < found.manifest.chunks:
            raise KeyError(chunk)
        return found


def _quality(place: Place, number: int, facts: Quality) -> PreparedQuality:
    """Read the small files of a quality, and check them against its record."""
    manifest = facts.manifest
    if place.read(manifest_name(number), len(manifest.to_bytes())) != manifest.to_bytes():
        raise CatalogueError(f"{manifest_name(number)}: not the manifest in {TITLE}")
    name = leaves_name(number)
    try:
        leaves = leaves_from_bytes(place.read(name, largest(manifest.chunks)), manifest.chunks)
    except CanonicalError as error:
        raise CatalogueError(f"{name}: {error}") from None
    if not manifest.has_all(leaves):
        raise CatalogueError(f"{name}: not the leaves of the manifest")
    quality = PreparedQuality(place, number, facts, leaves, MerkleTree.from_leaves(leaf.digest for leaf in leaves))
    quality.init()
    return quality
