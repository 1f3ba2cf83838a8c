"""The curve secp256k1 behind one interface: keys, digests and signatures as bytes.

There are two back ends, two modules with the same functions and the same answers, byte
for byte (RFC 6979 nonces, low S):

* `libsecp256k1`: the library of the nodes, through coincurve; fast, in constant time;
* `pure`: Python and the `ecdsa` package; runs everywhere, about a hundred times slower, and
  its timing shows secrets to who can measure it.

`backend()` gives the first that works. The environment variable PENSTOCK_CRYPTO
(`coincurve` or `ecdsa`) forces one.
"""

import os
from functools import cache
from typing import Protocol

from penstock.script.errors import PenstockError, hides_frames

__tracebackhide__ = hides_frames

ENVIRONMENT_VARIABLE = "PENSTOCK_CRYPTO"


class BackendError(PenstockError):
    """The back end that was asked for does not exist or cannot be loaded."""


class KeyFormatError(PenstockError, ValueError):
    """A key, a digest or a tweak that has not the right length or range."""


def demand(condition: bool, message: str) -> None:  # noqa: FBT001 - the condition is the subject
    """Raise `KeyFormatError` unless `condition` holds."""
    if not condition:
        raise KeyFormatError(message)


class Backend(Protocol):
    """What a back end can do. A secret is 32 bytes, a digest 32 bytes, a public key 33 or 65 bytes.

    Signing, `public_key` and `tweak_add` raise `KeyFormatError` for arguments of another length or range.
    """

    @property
    def NAME(self) -> str:  # noqa: N802 - a constant of the module
        """What PENSTOCK_CRYPTO calls it."""

    def is_secret(self, secret: bytes) -> bool:
        """Whether `secret` is a private key: 32 bytes, from 1 to order-1."""

    def is_public_key(self, public_key: bytes) -> bool:
        """Whether `public_key` is a point of the curve in one of its forms (02, 03; 04; hybrid 06, 07)."""

    def public_key(self, secret: bytes, *, compressed: bool) -> bytes:
        """The public key of `secret`."""

    def sign(self, secret: bytes, digest: bytes, extra_entropy: bytes | None) -> bytes:
        """Sign with ECDSA: strict DER, low S, nonce of RFC 6979 with 32 bytes of `extra_entropy` in its seed."""

    def verify(self, signature: bytes, public_key: bytes, digest: bytes) -> bool:
        """Verify an ECDSA signature as the nodes do: lax DER, high S and hybrid keys are fine; nothing raises."""

    def schnorr_sign(self, secret: bytes, message: bytes, auxiliary: bytes) -> bytes:
        """Sign a message of any length as BIP340 does, with 32 bytes of `auxiliary` randomness: 64 bytes."""

    def schnorr_verify(self, signature: bytes, public_key: bytes, message: bytes) -> bool:
        """Verify a signature of BIP340 for a public key of 32 bytes; nothing raises."""

    def tweak_add(self, public_key: bytes, tweak: bytes) -> tuple[bytes, int] | None:
        """Add `tweak` times the generator to the point with this x (32 bytes) and an even y (BIP341).

        The sum is given as its x and the parity of its y; None when there is no such point, or no sum.
        """


@cache
def backend() -> Backend:
    """The back end of this process: what PENSTOCK_CRYPTO says, else coincurve, else ecdsa.

    Raises:
        BackendError: when PENSTOCK_CRYPTO names another one, or one that cannot be loaded.
    """
    return load(os.environ.get(ENVIRONMENT_VARIABLE, ""))


def load(name: str) -> Backend:
    """Load the back end `name`: `coincurve`, `ecdsa`, or for the empty name the first that works.

    Raises:
        BackendError: for any other name, and for one that cannot be loaded.
    """
    match name:
        case "":
            try:
                return _libsecp256k1()
            except ImportError:
                return _pure()
        case "coincurve":
            try:
                return _libsecp256k1()
            except ImportError as error:
                raise BackendError(
                    f"{ENVIRONMENT_VARIABLE}=coincurve, but coincurve cannot be imported ({error}): "
                    f"install it, or unset the variable"
                ) from error
        case "ecdsa":
            return _pure()
        case _:
            raise BackendError(f"{ENVIRONMENT_VARIABLE}={name!r} is unknown: it is coincurve or ecdsa")


def _libsecp256k1() -> Backend:
    from penstock.tx.secp256k1 import libsecp256k1  # noqa: PLC0415 - only where it is chosen

    return libsecp256k1


def _pure() -> Backend:
    from penstock.tx.secp256k1 import pure  # noqa: PLC0415 - only where it is chosen

    return pure
