"""The hashes that transactions are made of: over many parts, and under a tag.

In come parts that may be huge, which are hashed where they lie; out come digests. The
plain hashes of `penstock.script.hashes` can be had from here too.
"""

import hashlib
from collections.abc import Sequence
from functools import lru_cache

from penstock.script.hashes import hash160, hash256, ripemd160, sha1, sha256

__all__ = ["hash160", "hash256", "hash256_of", "ripemd160", "sha1", "sha256", "sha256_of", "tagged_hash"]

_JOIN_BELOW = 1 << 16
_sha256 = hashlib.sha256


def sha256_of(parts: Sequence[bytes | memoryview]) -> bytes:
    """SHA-256 of `parts` one after the other; large parts are never copied."""
    if sum(map(len, parts)) <= _JOIN_BELOW:
        return _sha256(b"".join(parts)).digest()
    hasher = _sha256()
    for part in parts:
        hasher.update(part)
    return hasher.digest()


def hash256_of(parts: Sequence[bytes | memoryview]) -> bytes:
    """SHA-256 of SHA-256 of `parts` one after the other; large parts are never copied."""
    return _sha256(sha256_of(parts)).digest()


def tagged_hash(tag: str, *parts: bytes | memoryview) -> bytes:
    """SHA-256 of `parts`, 32 bytes, in the domain that `tag` names (BIP340)."""
    return sha256_of((_tag_prefix(tag), *parts))


@lru_cache(maxsize=64)
def _tag_prefix(tag: str) -> bytes:
    return _sha256(tag.encode()).digest() * 2
