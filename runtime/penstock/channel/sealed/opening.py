"""A viewer's checks of a chunk: leaf, proof and ciphertext before it is paid for; then the key, and what it opens."""

from dataclasses import dataclass

from penstock.channel.agreement.merkle import Proof
from penstock.channel.sealed.cipher import TAG_SIZE, unseal
from penstock.channel.sealed.leaf import Leaf
from penstock.channel.sealed.manifest import Manifest
from penstock.errors import PenstockError, hides_frames
from penstock.script.hashes import sha256

__tracebackhide__ = hides_frames


class OpeningError(PenstockError, ValueError):
    """A chunk that is not what the manifest promises. Nothing has been paid for it, unless it is a `FraudError`."""


class FraudError(OpeningError):
    """The right key opens the right ciphertext to something else: the publisher has signed for it (`fraud`)."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A chunk that may be paid for: its leaf is in the signed manifest, and its ciphertext is at hand.

    Attributes:
        leaf: the promise.
        ciphertext: the ciphertext.
    """

    leaf: Leaf
    ciphertext: bytes

    def opened(self, key: bytes) -> bytes:
        """Return the plaintext.

        Raises:
            OpeningError: the key is not the one that was promised.
            FraudError: it is, and what it opens is not.
        """
        if sha256(key) != self.leaf.key:
            name = "content" if self.leaf.is_plain else "key"
            raise OpeningError(f"the {name} of chunk {self.leaf.index} is not the one of the manifest")
        if self.leaf.is_plain:
            return key
        plaintext = unseal(self.ciphertext, key, self.leaf.movie, self.leaf.index) if len(key) == 32 else None
        if plaintext is None:
            raise FraudError(f"chunk {self.leaf.index} does not open with the key that its publisher has signed for")
        if sha256(plaintext) != self.leaf.plaintext:
            raise FraudError(
                f"chunk {self.leaf.index} opens to other bytes than those that its publisher has signed for"
            )
        return plaintext


def offered(manifest: Manifest, leaf: Leaf, proof: Proof, ciphertext: bytes) -> Offered:
    """Return a chunk that may be paid for.

    Args:
        manifest: the manifest of the movie.
        leaf: the promise of the chunk.
        proof: that the leaf is in the manifest.
        ciphertext: what the key is to open.

    Raises:
        OpeningError: the manifest is not signed, the leaf is not in it, or the ciphertext is another one.
    """
    if not manifest.is_signed:
        raise OpeningError("the manifest is not signed by its publisher")
    if not manifest.has(leaf, proof):
        raise OpeningError(f"leaf {leaf.index} is not in the manifest")
    if leaf.is_plain and leaf.key != leaf.plaintext:
        raise OpeningError(f"leaf {leaf.index} has no ciphertext, and its key is not the chunk itself")
    if len(ciphertext) != (expected := 0 if leaf.is_plain else leaf.length + TAG_SIZE):
        raise OpeningError(f"the ciphertext of chunk {leaf.index} has {len(ciphertext):,} bytes, not {expected:,}")
    if sha256(ciphertext) != leaf.ciphertext:
        raise OpeningError(f"the ciphertext of chunk {leaf.index} is not the one of the manifest")
    return Offered(leaf, ciphertext)
