"""Cipher of chunks: ChaCha20-Poly1305 (RFC 8439), each chunk with a key of its own, so that the nonce can be zero.

The id of the movie and the index of the chunk are authenticated with it. A key of this cipher could be one of two for
one ciphertext; here the leaf fixes the key by its hash.
"""

from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

_NONCE: Final = bytes(12)
TAG_SIZE: Final = 16
"""Bytes by which a ciphertext is longer than its plaintext."""


def seal(plaintext: bytes, key: bytes, movie: bytes, index: int) -> bytes:
    """Return the ciphertext of a chunk, 16 bytes longer."""
    return ChaCha20Poly1305(key).encrypt(_NONCE, plaintext, _bound(movie, index))


def unseal(ciphertext: bytes, key: bytes, movie: bytes, index: int) -> bytes | None:
    """Return the plaintext of a chunk; None if the key, the movie or the index is another one."""
    try:
        return ChaCha20Poly1305(key).decrypt(_NONCE, ciphertext, _bound(movie, index))
    except InvalidTag:
        return None


def _bound(movie: bytes, index: int) -> bytes:
    return movie + index.to_bytes(8, "big")
