"""Back end in Python, on the point arithmetic of the `ecdsa` package.

The functions are described by `penstock.tx.secp256k1.Backend`; their results are those of libsecp256k1, byte for byte.
Not in constant time: for machines where coincurve cannot be installed, not for keys that guard money on a shared one.
"""

import hmac
from collections.abc import Iterator
from typing import Any, Final

from ecdsa.curves import SECP256k1
from ecdsa.ellipticcurve import INFINITY, PointJacobi

from penstock.errors import hides_frames
from penstock.script.hashes import tagged_hash
from penstock.tx.der import ORDER, encode_der, parse_lax
from penstock.tx.secp256k1.interface import demand

__tracebackhide__ = hides_frames

NAME: Final = "ecdsa"

_CURVE: Final = SECP256k1.curve
_GENERATOR: Final = SECP256k1.generator
_PRIME: Final = 2**256 - 2**32 - 977


def is_secret(secret: bytes) -> bool:
    """See `Backend.is_secret`."""
    return len(secret) == 32 and 0 < _number(secret) < ORDER


def is_public_key(public_key: bytes) -> bool:
    """See `Backend.is_public_key`."""
    return _point(public_key) is not None


def public_key(secret: bytes, *, compressed: bool) -> bytes:
    """See `Backend.public_key`."""
    point = _GENERATOR * _secret(secret)
    x, y = _word(point.x()), _word(point.y())
    return bytes((2 | y[-1] & 1,)) + x if compressed else b"\x04" + x + y


def sign(secret: bytes, digest: bytes, extra_entropy: bytes | None) -> bytes:
    """See `Backend.sign`."""
    number = _secret(secret)
    demand(len(digest) == 32, "the digest must be 32 bytes")
    demand(extra_entropy is None or len(extra_entropy) == 32, "extra entropy must be 32 bytes")
    for nonce in nonces(secret, digest, extra_entropy or b""):
        r = (_GENERATOR * nonce).x() % ORDER
        s = pow(nonce, -1, ORDER) * (_number(digest) + r * number) % ORDER
        if r and s:
            return encode_der(r, min(s, ORDER - s))
    raise AssertionError("nonces do not end")


def verify(signature: bytes, public_key: bytes, digest: bytes) -> bool:
    """See `Backend.verify`."""
    point = _point(public_key)
    numbers = parse_lax(signature)
    if point is None or numbers is None or 0 in numbers or len(digest) != 32:
        return False
    r, s = numbers
    inverse = pow(s, -1, ORDER)
    seen = _GENERATOR.mul_add(_number(digest) * inverse % ORDER, point, r * inverse % ORDER)
    return bool(seen != INFINITY and seen.x() % ORDER == r)


def schnorr_sign(secret: bytes, message: bytes, auxiliary: bytes) -> bytes:
    """See `Backend.schnorr_sign`."""
    number = _secret(secret)
    demand(len(auxiliary) == 32, "auxiliary randomness must be 32 bytes")
    point = _GENERATOR * number
    if point.y() & 1:
        number = ORDER - number
    mask = _number(tagged_hash("BIP0340/aux", auxiliary))
    key = _word(point.x())
    nonce = _number(tagged_hash("BIP0340/nonce", _word(number ^ mask), key, message)) % ORDER
    demand(nonce > 0, "BIP340 found no nonce")
    seen = _GENERATOR * nonce
    if seen.y() & 1:
        nonce = ORDER - nonce
    r = _word(seen.x())
    return r + _word((nonce + _challenge(r, key, message) * number) % ORDER)


def schnorr_verify(signature: bytes, public_key: bytes, message: bytes) -> bool:
    """See `Backend.schnorr_verify`."""
    point = _even_point(public_key) if len(public_key) == 32 else None
    if point is None or len(signature) != 64:
        return False
    r, s = _number(signature[:32]), _number(signature[32:])
    if r >= _PRIME or s >= ORDER:
        return False
    seen = _GENERATOR.mul_add(s, point, ORDER - _challenge(signature[:32], public_key, message))
    return bool(seen != INFINITY and not seen.y() & 1 and seen.x() == r)


def tweak_add(public_key: bytes, tweak: bytes) -> tuple[bytes, int] | None:
    """See `Backend.tweak_add`."""
    demand(len(public_key) == len(tweak) == 32, "the x of a point and its tweak must be 32 bytes each")
    point, number = _even_point(public_key), _number(tweak)
    if point is None or number >= ORDER:
        return None
    summed = point + _GENERATOR * number
    return None if summed == INFINITY else (_word(summed.x()), summed.y() & 1)


def _challenge(r: bytes, key: bytes, message: bytes) -> int:
    return _number(tagged_hash("BIP0340/challenge", r, key, message)) % ORDER


def _secret(secret: bytes) -> int:
    demand(is_secret(secret), "the secret must be 32 bytes, from 1 to order-1")
    return _number(secret)


def _point(public_key: bytes) -> Any:
    """Return the point of a public key, in any of the five forms that libsecp256k1 accepts; None if there is none."""
    match len(public_key), public_key[:1]:
        case 33, b"\x02" | b"\x03":
            point = _even_point(public_key[1:])
            return point if point is None or public_key[0] == 2 else -point
        case 65, b"\x04" | b"\x06" | b"\x07":
            x, y = _number(public_key[1:33]), _number(public_key[33:])
            on_curve = x < _PRIME and y < _PRIME and (y * y - x**3 - 7) % _PRIME == 0
            parity_fits = public_key[0] == 4 or public_key[0] & 1 == y & 1
            return PointJacobi(_CURVE, x, y, 1, ORDER) if on_curve and parity_fits else None
        case _:
            return None


def _even_point(x_only: bytes) -> Any:
    """Return the point with this x and an even y (lift_x of BIP340); None if there is none."""
    x = _number(x_only)
    square = (pow(x, 3, _PRIME) + 7) % _PRIME
    y = pow(square, (_PRIME + 1) // 4, _PRIME)
    if x >= _PRIME or y * y % _PRIME != square:
        return None
    return PointJacobi(_CURVE, x, _PRIME - y if y & 1 else y, 1, ORDER)


def _number(word: bytes) -> int:
    return int.from_bytes(word, "big")


def _word(number: int) -> bytes:
    return number.to_bytes(32, "big")


def nonces(secret: bytes, digest: bytes, extra_entropy: bytes = b"") -> Iterator[int]:
    """Yield nonces from 1 to order-1 for a secret and a digest of 32 bytes each (RFC 6979 with HMAC-SHA256).

    The first is used unless the signature would contain a zero. `extra_entropy` (section 3.6) changes all of them.
    """
    reduced = int.from_bytes(digest, "big") % ORDER  # bits2octets, section 2.3.4
    seed = secret + reduced.to_bytes(32, "big") + extra_entropy
    key, value = bytes(32), b"\x01" * 32
    for mark in (b"\x00", b"\x01"):
        key = _mac(key, value + mark + seed)
        value = _mac(key, value)
    while True:
        value = _mac(key, value)
        nonce = int.from_bytes(value, "big")
        if 0 < nonce < ORDER:
            yield nonce
        key = _mac(key, value + b"\x00")
        value = _mac(key, value)


def _mac(key: bytes, message: bytes) -> bytes:
    return hmac.digest(key, message, "sha256")
