"""Nonces of RFC 6979 with HMAC-SHA256, as libsecp256k1 draws them.

The same key and digest always give the same nonce, and nobody needs a source of randomness.

In come a secret and a digest, 32 bytes each, out come nonces in turn; the first is taken
unless it makes a signature with a zero in it.
"""

import hmac
from collections.abc import Iterator

from penstock.tx.der import ORDER


def nonces(secret: bytes, digest: bytes, extra_entropy: bytes = b"") -> Iterator[int]:
    """Yield nonces from 1 to order-1; `extra_entropy` (RFC 6979, section 3.6) makes others of them."""
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
