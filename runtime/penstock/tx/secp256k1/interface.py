"""Interface of a back end for secp256k1, and the error that both raise."""

from typing import Protocol

from penstock.errors import PenstockError, hides_frames

__tracebackhide__ = hides_frames


class KeyFormatError(PenstockError, ValueError):
    """A key, a digest or a tweak of the wrong length or out of range."""


def demand(condition: bool, message: str) -> None:  # noqa: FBT001 - the condition is the subject
    """Raise `KeyFormatError` unless `condition` holds."""
    if not condition:
        raise KeyFormatError(message)


class Backend(Protocol):
    """A back end. A secret is 32 bytes, a digest 32 bytes, a public key 33 or 65 bytes.

    Signing, `public_key` and `tweak_add` raise `KeyFormatError` for arguments of another length or range.
    """

    @property
    def NAME(self) -> str:  # noqa: N802 - a constant of the module
        """Its name in PENSTOCK_CRYPTO."""

    def is_secret(self, secret: bytes) -> bool:
        """Return whether `secret` is a private key: 32 bytes, from 1 to order-1."""

    def is_public_key(self, public_key: bytes) -> bool:
        """Return whether `public_key` is a point of the curve in one of its forms (02, 03; 04; hybrid 06, 07)."""

    def public_key(self, secret: bytes, *, compressed: bool) -> bytes:
        """Return the public key of `secret`."""

    def sign(self, secret: bytes, digest: bytes, extra_entropy: bytes | None) -> bytes:
        """Sign with ECDSA: strict DER, low S, nonce of RFC 6979 with 32 bytes of `extra_entropy` in its seed."""

    def verify(self, signature: bytes, public_key: bytes, digest: bytes) -> bool:
        """Verify an ECDSA signature as the nodes do: lax DER, high S and hybrid keys are accepted. Never raises."""

    def schnorr_sign(self, secret: bytes, message: bytes, auxiliary: bytes) -> bytes:
        """Sign a message of any length as BIP340 does, with 32 bytes of `auxiliary` randomness: 64 bytes."""

    def schnorr_verify(self, signature: bytes, public_key: bytes, message: bytes) -> bool:
        """Verify a signature of BIP340 for a public key of 32 bytes. Never raises."""

    def tweak_add(self, public_key: bytes, tweak: bytes) -> tuple[bytes, int] | None:
        """Add `tweak` times the generator to the point with this x (32 bytes) and an even y (BIP341).

        Returns the x of the sum and the parity of its y; None if there is no such point, or no sum.
        """
