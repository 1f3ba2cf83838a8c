"""Leaf: what a manifest promises of one chunk, so that a viewer can check everything before it is paid for."""

from dataclasses import dataclass, field
from operator import attrgetter
from typing import Final

from penstock.channel.agreement.merkle import MAX_LEAVES
from penstock.channel.canonical import Data, Fields, Number, read, written
from penstock.script.hashes import sha256

MAX_CHUNK: Final = 1 << 30
"""Bytes of a chunk at most: it is sealed in memory."""
HASH: Final = Data(32)
_FIELDS: Final[Fields] = {
    "movie": HASH,
    "index": Number(0, MAX_LEAVES - 1),
    "length": Number(1, MAX_CHUNK),
    "ciphertext": HASH,
    "key": HASH,
    "plaintext": HASH,
}
_VALUES: Final = attrgetter(*_FIELDS)
_DOMAIN: Final = sha256(b"penstock/leaf/1") * 2
"""The start of the tagged hash (BIP340) of leaves."""
EMPTY: Final = sha256(b"")
"""The ciphertext's hash in the leaf of a chunk that is sold by itself."""
LEAF_SIZE: Final = 256
"""Bytes that no leaf exceeds in CBOR."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """The promise of one chunk.

    Attributes:
        movie: the movie's id, 32 bytes.
        index: the chunk's index.
        length: bytes of the plaintext.
        ciphertext: sha256 of the ciphertext; of nothing if the chunk is sold by itself.
        key: sha256 of the key; of the chunk if that is sold by itself.
        plaintext: sha256 of the plaintext.
        encoded: the leaf as bytes, kept from the first time; empty until then.
    """

    movie: bytes
    index: int
    length: int
    ciphertext: bytes
    key: bytes
    plaintext: bytes
    encoded: bytes = field(default=b"", init=False, repr=False, compare=False)

    @property
    def is_plain(self) -> bool:
        """Whether the chunk is sold by itself: without a ciphertext, and with the chunk in the place of the key."""
        return self.ciphertext == EMPTY

    @property
    def digest(self) -> bytes:
        """The hash that stands in the tree, 32 bytes."""
        return sha256(_DOMAIN + self.to_bytes())

    def to_bytes(self) -> bytes:
        """Return it as canonical CBOR.

        Raises:
            CanonicalError: a field is out of its range.
        """
        if not self.encoded:
            object.__setattr__(self, "encoded", written(_FIELDS, _VALUES(self)))
        return self.encoded

    @classmethod
    def from_bytes(cls, data: bytes) -> "Leaf":
        """Read a leaf.

        Raises:
            CanonicalError: the bytes are not a leaf.
        """
        leaf = cls(*read(_FIELDS, data, most=LEAF_SIZE))  # type: ignore[arg-type] # checked by kind
        object.__setattr__(leaf, "encoded", bytes(data))  # the one form of these values
        return leaf


def promise(movie: bytes, index: int, plaintext: bytes, ciphertext: bytes, key: bytes) -> Leaf:
    """Return the leaf of a chunk."""
    return Leaf(movie, index, len(plaintext), sha256(ciphertext), sha256(key), sha256(plaintext))
