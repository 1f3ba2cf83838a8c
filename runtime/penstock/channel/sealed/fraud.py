"""Fraud proof: a publisher has signed for a chunk whose key does not open it to what was promised.

It needs no trust in the one who shows it: the publisher's signature covers all of it. A viewer has lost the price of
one chunk, and everyone can see who cheated.
"""

from dataclasses import dataclass
from typing import Final, Self

from penstock.channel.agreement.merkle import MAX_LEAVES, Proof
from penstock.channel.canonical import CanonicalError, Data, Fields, Number, Several, decoded, encoded
from penstock.channel.sealed.leaf import HASH, LEAF_SIZE, MAX_CHUNK, Leaf
from penstock.channel.sealed.manifest import Manifest
from penstock.channel.sealed.opening import FraudError, offered

_FIELDS: Final[Fields] = {
    "version": Number(1, 1),
    "manifest": Data(512, is_most=True),
    "leaf": Data(LEAF_SIZE, is_most=True),
    "index": Number(0, MAX_LEAVES - 1),
    "size": Number(1, MAX_LEAVES),
    "path": Several(HASH, 32),
    "ciphertext": Data(MAX_CHUNK + 16, is_most=True),
    "key": Data(64, is_most=True),
}
_MOST: Final = MAX_CHUNK + 4096


@dataclass(frozen=True, slots=True)
class FraudProof:
    """A claim that a publisher has cheated.

    Attributes:
        manifest: the publisher's manifest.
        leaf: the promise of the chunk.
        proof: that the leaf is in the manifest.
        ciphertext: the promised ciphertext.
        key: the promised key.
    """

    manifest: Manifest
    leaf: Leaf
    proof: Proof
    ciphertext: bytes
    key: bytes

    def judge(self) -> str | None:
        """Return how the publisher has cheated; None if the chunk is what was promised.

        Raises:
            OpeningError: the proof shows nothing: a part of it is not what the publisher has signed.
        """
        chunk = offered(self.manifest, self.leaf, self.proof, self.ciphertext)
        try:
            chunk.opened(self.key)
        except FraudError as fraud:
            return str(fraud)
        return None

    def to_bytes(self) -> bytes:
        """Return it as canonical CBOR: the form of a file."""
        values = {
            "version": 1,
            "manifest": self.manifest.to_bytes(),
            "leaf": self.leaf.to_bytes(),
            "index": self.proof.index,
            "size": self.proof.size,
            "path": list(self.proof.path),
            "ciphertext": self.ciphertext,
            "key": self.key,
        }
        return encoded(_FIELDS, values)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read a proof.

        Raises:
            CanonicalError: the bytes are not one.
        """
        values = decoded(_FIELDS, data, most=_MOST)
        match values:
            case {
                "manifest": bytes(manifest),
                "leaf": bytes(leaf),
                "index": int(index),
                "size": int(size),
                "path": list(path),
                "ciphertext": bytes(ciphertext),
                "key": bytes(key),
            }:
                proof = Proof(index, size, tuple(path))
                return cls(Manifest.from_bytes(manifest), Leaf.from_bytes(leaf), proof, ciphertext, key)
            case _:
                raise CanonicalError("not a fraud proof")
