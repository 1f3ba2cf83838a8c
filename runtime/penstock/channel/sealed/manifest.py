"""Manifest: the promises of all chunks of a movie under one root, signed by its publisher.

The root is that of a tree of RFC 6962 over the leaves' hashes. The signature is one of BIP340.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Self

from penstock.channel.agreement.merkle import MAX_LEAVES, MerkleTree, Proof, verify_proof
from penstock.channel.canonical import CanonicalError, Data, Fields, Number, decoded, encoded
from penstock.channel.sealed.leaf import HASH, Leaf
from penstock.script.hashes import tagged_hash
from penstock.tx.keys import PrivateKey
from penstock.tx.signatures import schnorr_sign, schnorr_verify

_FIELDS: Final[Fields] = {
    "version": Number(1, 1),
    "movie": HASH,
    "publisher": Data(32),
    "chunks": Number(1, MAX_LEAVES),
    "length": Number(1),
    "root": HASH,
}
_SIGNED: Final[Fields] = {"manifest": Data(256, is_most=True), "signature": Data(64)}
_MOST: Final = 512


@dataclass(frozen=True, slots=True)
class Manifest:
    """The public data of a sealed movie.

    Attributes:
        movie: the movie's id, 32 bytes.
        publisher: the x-only key of its publisher, 32 bytes.
        chunks: the number of chunks.
        length: bytes of the whole plaintext.
        root: the root of the tree over the leaves' hashes.
        signature: the publisher's, over all of these, 64 bytes.
    """

    movie: bytes
    publisher: bytes
    chunks: int
    length: int
    root: bytes
    signature: bytes

    @property
    def is_signed(self) -> bool:
        """Whether the signature is the publisher's."""
        return _is_signed(self)

    def has(self, leaf: Leaf, proof: Proof) -> bool:
        """Return whether a leaf is one of this movie, at its index."""
        if (leaf.movie, proof.index, proof.size) != (self.movie, leaf.index, self.chunks):
            return False
        try:
            digest = leaf.digest
        except CanonicalError:
            return False
        return verify_proof(self.root, digest, proof)

    def has_all(self, leaves: Sequence[Leaf]) -> bool:
        """Return whether these are the leaves of this movie, all and in order."""
        if len(leaves) != self.chunks or sum(leaf.length for leaf in leaves) != self.length:
            return False
        if any((leaf.movie, leaf.index) != (self.movie, index) for index, leaf in enumerate(leaves)):
            return False
        try:
            return MerkleTree.from_leaves(leaf.digest for leaf in leaves).root == self.root
        except CanonicalError:
            return False

    def to_bytes(self) -> bytes:
        """Return it as canonical CBOR, with its signature."""
        return encoded(_SIGNED, {"manifest": self._content, "signature": self.signature})

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read a manifest; whether its signature is right is asked by `is_signed`.

        Raises:
            CanonicalError: the bytes are not a manifest.
        """
        outer = decoded(_SIGNED, data, most=_MOST)
        content = outer["manifest"]
        assert isinstance(content, bytes), "as the fields say"
        values = decoded(_FIELDS, content, most=_MOST)
        del values["version"]
        return cls(**values, signature=outer["signature"])  # type: ignore[arg-type] # checked by kind

    @property
    def _content(self) -> bytes:
        return encoded(_FIELDS, {"version": 1} | {name: getattr(self, name) for name in _FIELDS if name != "version"})

    @property
    def _digest(self) -> bytes:
        return tagged_hash("penstock/manifest/1", self._content)


@lru_cache(maxsize=1_024)
def _is_signed(manifest: Manifest) -> bool:
    """Whether a manifest is signed; each chunk of a movie asks that again."""
    return schnorr_verify(manifest.signature, manifest.publisher, manifest._digest)  # noqa: SLF001 - of this module


def signed_manifest(publisher: PrivateKey, movie: bytes, leaves: Sequence[Leaf]) -> tuple[Manifest, MerkleTree]:
    """Return the manifest of these leaves, signed, and their tree."""
    tree = MerkleTree.from_leaves(leaf.digest for leaf in leaves)
    length = sum(leaf.length for leaf in leaves)
    unsigned = Manifest(movie, publisher.x_only, len(leaves), length, tree.root, bytes(64))
    signature = schnorr_sign(publisher.secret, unsigned._digest)  # noqa: SLF001 - of this module
    return Manifest(movie, publisher.x_only, len(leaves), length, tree.root, signature), tree
