"""Signatures and public keys as bytes: sign, verify, tweak.

Secrets and digests are 32 bytes, public keys 33 (compressed) or 65 bytes, x-only ones of taproot 32. Verifying never
raises. The stack machine uses only this module for keys.
"""

from penstock.errors import hides_frames
from penstock.script.hashes import tagged_hash
from penstock.tx.der import ORDER
from penstock.tx.secp256k1 import backend
from penstock.tx.secp256k1.interface import KeyFormatError, demand

__tracebackhide__ = hides_frames

_FORMS = {b"\x02", b"\x03", b"\x04"}


def is_public_key(public_key: bytes) -> bool:
    """Return whether this is a point of the curve in a form that nodes relay: 33 bytes (02, 03) or 65 bytes (04)."""
    return public_key[:1] in _FORMS and backend().is_public_key(public_key)


def sign_digest(secret: bytes, digest: bytes, *, extra_entropy: bytes | None = None) -> bytes:
    """Sign a digest of 32 bytes with ECDSA: strict DER, low S, no hash type.

    Args:
        secret: the private key, 32 bytes.
        digest: the signed data, 32 bytes.
        extra_entropy: 32 bytes that vary the signature (RFC 6979, section 3.6).

    Raises:
        KeyFormatError: when an argument has the wrong length or type, or the secret is out of range.
    """
    if not isinstance(digest, bytes | bytearray):
        raise KeyFormatError(f"a digest is 32 bytes, not {type(digest).__name__}")
    return backend().sign(secret, digest, extra_entropy)


def verify_digest(signature: bytes, public_key: bytes, digest: bytes) -> bool:
    """Verify an ECDSA signature (without its hash type) as the nodes do.

    DER is parsed laxly, high S and hybrid keys are accepted; for stricter checks use `penstock.tx.der` first. Never
    raises; the result is False for bytes that cannot be parsed.
    """
    return backend().verify(signature, public_key, digest)


def schnorr_sign(secret: bytes, message: bytes, auxiliary: bytes = bytes(32)) -> bytes:
    """Sign a message with BIP340, 64 bytes; 32 bytes of `auxiliary` randomness may harden it.

    Raises:
        KeyFormatError: when the secret is out of range, or `auxiliary` not 32 bytes.
    """
    return backend().schnorr_sign(secret, message, auxiliary)


def schnorr_verify(signature: bytes, public_key: bytes, message: bytes) -> bool:
    """Verify a signature of BIP340 (64 bytes) for an x-only public key (32 bytes). Never raises."""
    return backend().schnorr_verify(signature, public_key, message)


def tweak_public_key(internal: bytes, merkle_root: bytes = b"") -> tuple[bytes, int]:
    """Return the output key of taproot and the parity of its y, from the x-only internal key and the tree's root.

    Raises:
        KeyFormatError: when `internal` is not the x of a point (BIP341).
    """
    demand(len(internal) == 32, "an internal key of taproot is 32 bytes")
    tweaked = backend().tweak_add(internal, tagged_hash("TapTweak", internal, merkle_root))
    if tweaked is None:
        raise KeyFormatError(f"{internal.hex()} is not the x of a point of the curve")
    return tweaked


def tweak_secret(secret: bytes, merkle_root: bytes = b"") -> bytes:
    """Return the secret that signs for the key path of the output of `tweak_public_key` (BIP341).

    Raises:
        KeyFormatError: when `secret` is out of range.
    """
    public_key = backend().public_key(secret, compressed=True)
    number = int.from_bytes(secret, "big")
    even = number if public_key[0] == 2 else ORDER - number
    tweak = int.from_bytes(tagged_hash("TapTweak", public_key[1:], merkle_root), "big")
    return ((even + tweak) % ORDER).to_bytes(32, "big")
