"""Base58 with a checksum: the text form of keys and addresses.

In: a version byte with its payload. Out: text, and back. The digits are python-bitcoinlib's, which is loaded on first
use.
"""

from typing import Final

from penstock.errors import PenstockError, hides_frames
from penstock.script.hashes import hash256

__tracebackhide__ = hides_frames

_LONGEST: Final = 120  # decoding takes quadratic time; the longest text in use, an extended key, has 111 letters


class Base58Error(PenstockError, ValueError):
    """Text that is not Base58, or that has a wrong checksum."""


def encode_checked(payload: bytes) -> str:
    """Return `payload` with four bytes of checksum, in Base58."""
    from bitcoin import base58  # noqa: PLC0415 - loaded on first use, for a fast start-up

    return str(base58.encode(payload + hash256(payload)[:4]))


def decode_checked(text: str) -> bytes:
    """Decode the result of `encode_checked`.

    Raises:
        Base58Error: for a letter that is not a digit, a wrong checksum, or more than 120 letters.
    """
    from bitcoin import base58  # noqa: PLC0415 - loaded on first use, for a fast start-up

    if len(text) > _LONGEST:
        raise Base58Error(f"{len(text)} letters are too many for a key or an address")
    try:
        data = bytes(base58.decode(text))
    except base58.InvalidBase58Error as error:
        raise Base58Error(f"{text!r} is not Base58: {error}") from None
    payload, checksum = data[:-4], data[-4:]
    if hash256(payload)[:4] != checksum:
        raise Base58Error(f"the checksum of {text!r} is wrong: it has been mistyped or truncated")
    return payload
