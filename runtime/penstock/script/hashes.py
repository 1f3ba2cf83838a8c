"""Hash functions of Bitcoin by name: bytes in, digest out; also over many parts, and with a tag (BIP340).

RIPEMD-160 comes from OpenSSL if available (version 3 has it in the "legacy" provider only), otherwise from
`penstock.script.ripemd160`, with the same results.
"""

import hashlib
from collections.abc import Callable, Sequence
from functools import lru_cache

_JOIN_BELOW = 1 << 16
_sha256 = hashlib.sha256


def sha256(data: bytes) -> bytes:
    """Return the SHA-256, 32 bytes (FIPS 180-4)."""
    return _sha256(data).digest()


def sha1(data: bytes) -> bytes:
    """Return the SHA-1, 20 bytes (FIPS 180-4); for OP_SHA1 only, its collisions are known."""
    return hashlib.sha1(data, usedforsecurity=False).digest()


def hash256(data: bytes) -> bytes:
    """Return the SHA-256 of the SHA-256, 32 bytes: transaction ids and signature digests."""
    return _sha256(_sha256(data).digest()).digest()


def hash160(data: bytes) -> bytes:
    """Return the RIPEMD-160 of the SHA-256, 20 bytes: public keys and scripts in addresses."""
    return ripemd160(_sha256(data).digest())


def ripemd160(data: bytes) -> bytes:
    """Return the RIPEMD-160, 20 bytes (ISO/IEC 10118-3)."""
    return _ripemd160(data)


def _openssl_ripemd160() -> Callable[[bytes], bytes] | None:
    """Return OpenSSL's function, if available. Copying an empty hasher takes half the time of `hashlib.new`."""
    try:
        empty = hashlib.new("ripemd160", usedforsecurity=False)
    except ValueError:
        return None

    def digest(data: bytes) -> bytes:
        hasher = empty.copy()
        hasher.update(data)
        return hasher.digest()

    return digest


def _own_ripemd160(data: bytes) -> bytes:
    from penstock.script.ripemd160 import digest  # noqa: PLC0415 - loaded only if OpenSSL lacks it

    return digest(data)


_ripemd160 = _openssl_ripemd160() or _own_ripemd160


def sha256_of(parts: Sequence[bytes | memoryview]) -> bytes:
    """Return the SHA-256 of the concatenated `parts`; large parts are not copied."""
    if sum(map(len, parts)) <= _JOIN_BELOW:
        return _sha256(b"".join(parts)).digest()
    hasher = _sha256()
    for part in parts:
        hasher.update(part)
    return hasher.digest()


def hash256_of(parts: Sequence[bytes | memoryview]) -> bytes:
    """Return the SHA-256 of the SHA-256 of the concatenated `parts`; large parts are not copied."""
    return _sha256(sha256_of(parts)).digest()


def tagged_hash(tag: str, *parts: bytes | memoryview) -> bytes:
    """Return the SHA-256 of `parts`, 32 bytes, in the domain of `tag` (BIP340)."""
    return sha256_of((_tag_prefix(tag), *parts))


@lru_cache(maxsize=64)
def _tag_prefix(tag: str) -> bytes:
    return _sha256(tag.encode()).digest() * 2
