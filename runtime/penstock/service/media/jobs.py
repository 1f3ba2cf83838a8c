"""Work on one chunk, as functions that other processes can load: they import no more than they need."""

from penstock.channel.sealed.cipher import seal
from penstock.channel.sealed.leaf import Leaf, promise
from penstock.script.hashes import sha256


def hash_chunk(chunk: bytes) -> tuple[int, bytes]:
    """Return the length and the sha256 of a chunk."""
    return len(chunk), sha256(chunk)


def seal_chunk(chunk: bytes, key: bytes, movie: bytes, index: int) -> tuple[Leaf, bytes]:
    """Return the leaf and the ciphertext of a chunk."""
    ciphertext = seal(chunk, key, movie, index)
    return promise(movie, index, chunk, ciphertext, key), ciphertext
