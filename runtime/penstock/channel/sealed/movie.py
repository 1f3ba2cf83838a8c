"""Movie as its publisher keeps it: a file that is read chunk by chunk, a secret, and the signed manifest.

In: a seekable binary stream, the publisher's key, and the keys of the chunks. Out: a `SealedMovie`. The stream is read
twice: once for its hash, which is in the movie's id, and once to seal it; it is never held in memory as a whole.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256 as sha256_stream
from typing import BinaryIO, Final, Self

from penstock.channel.agreement.merkle import MerkleTree, Proof
from penstock.channel.sealed.cipher import seal
from penstock.channel.sealed.keys import Keys
from penstock.channel.sealed.leaf import MAX_CHUNK, Leaf, promise
from penstock.channel.sealed.manifest import Manifest, signed_manifest
from penstock.errors import PenstockError
from penstock.script.hashes import sha256, tagged_hash
from penstock.tx.keys import PrivateKey

_BLOCK: Final = 1 << 20


class SealedMovieError(PenstockError, ValueError):
    """A file that cannot be sealed, or that has changed since it was."""


@dataclass(frozen=True, slots=True, eq=False)
class SealedMovie:
    """A file that its publisher sells by keys. `source` is read by `ciphertext`; the caller that opened it closes it.

    Attributes:
        manifest: the public manifest.
        leaves: the promise of each chunk.
        tree: the tree over their hashes.
        source: the file.
        chunk_size: bytes of every chunk except the last.
        keys: from which the keys of the chunks come; None if chunks are sold by themselves.
    """

    manifest: Manifest
    leaves: tuple[Leaf, ...]
    tree: MerkleTree
    source: BinaryIO
    chunk_size: int
    keys: Keys | None

    @classmethod
    def cut(
        cls,
        source: BinaryIO,
        chunk_size: int,
        publisher: PrivateKey,
        keys: Keys | None,
        *,
        on_sealed: Callable[[int], object] | None = None,
    ) -> Self:
        """Cut a file into chunks of `chunk_size` bytes and seal them.

        Args:
            source: the file, opened for reading bytes, seekable.
            chunk_size: bytes of every chunk except the last.
            publisher: the key that signs the manifest.
            keys: from which the keys of the chunks come; None to sell chunks by themselves.
            on_sealed: called with the number of bytes of each chunk once it is sealed.

        Raises:
            SealedMovieError: the file is empty, cannot be read twice, or the chunk size is out of its range.
        """
        if not 1 <= chunk_size <= MAX_CHUNK:
            raise SealedMovieError(f"a chunk has 1 to {MAX_CHUNK:,} bytes, not {chunk_size:,}")
        if not source.seekable():
            raise SealedMovieError("a pipe can be read only once: save its output to a file, and seal that")
        movie = movie_id(publisher, _cut_hash(source, chunk_size), keys)
        leaves: list[Leaf] = []
        for index, plaintext in enumerate(_chunks(source, chunk_size)):
            leaves.append(_promise(movie, index, plaintext, keys))
            if on_sealed is not None:
                on_sealed(len(plaintext))
        if not leaves:
            raise SealedMovieError("the file is empty: there is nothing to seal")
        manifest, tree = signed_manifest(publisher, movie, leaves)
        return cls(manifest, tuple(leaves), tree, source, chunk_size, keys)

    def key(self, index: int) -> bytes:
        """Return what is sold of a chunk: its key, 32 bytes; or the chunk if that is sold by itself.

        Raises:
            SealedMovieError: a chunk that is sold by itself has changed since its hash was taken.
        """
        if self.keys is not None:
            return self.keys.key(self.manifest.movie, index)
        plaintext = self._plaintext(index)
        self._check(index, plaintext, self.leaves[index].key)
        return plaintext

    @property
    def largest_plain(self) -> int:
        """Bytes of the largest chunk, if chunks are sold by themselves; 0 if keys are sold."""
        return max(leaf.length for leaf in self.leaves) if self.keys is None else 0

    def proof(self, index: int) -> Proof:
        """Return the proof of a leaf."""
        return self.tree.proof(index)

    def ciphertext(self, index: int) -> bytes:
        """Return the ciphertext of a chunk, which anyone may have; nothing if the chunk is sold by itself.

        Raises:
            SealedMovieError: the file has changed since it was sealed.
        """
        if self.keys is None:
            return b""
        sealed = seal(self._plaintext(index), self.key(index), self.manifest.movie, index)
        self._check(index, sealed, self.leaves[index].ciphertext)
        return sealed

    def _plaintext(self, index: int) -> bytes:
        self.source.seek(index * self.chunk_size)
        return self.source.read(self.leaves[index].length)

    def _check(self, index: int, data: bytes, digest: bytes) -> None:
        if sha256(data) != digest:
            raise SealedMovieError(f"chunk {index} is not the same as when it was sealed: the file has changed")


def movie_id(publisher: PrivateKey, cut: bytes, keys: Keys | None) -> bytes:
    """Return the id of a movie, 32 bytes; one whose chunks are sold by themselves has another.

    Args:
        publisher: its publisher's key.
        cut: a hash of its content and of the places where that is cut. The keys of the chunks follow from the id, so a
            key would be used for two plaintexts if a file in chunks of another size had the same id.
        keys: from which the keys of its chunks come; None if chunks are sold by themselves.
    """
    if keys is None:
        return tagged_hash("penstock/plain movie/1", publisher.x_only, cut)
    return tagged_hash("penstock/movie/1", publisher.x_only, cut, sha256(keys.session))


def _cut_hash(source: BinaryIO, chunk_size: int) -> bytes:
    """Return the hash of a file that is cut into chunks of one size."""
    return tagged_hash("penstock/even cut/1", _hash_of(source), chunk_size.to_bytes(8, "big"))


def _promise(movie: bytes, index: int, plaintext: bytes, keys: Keys | None) -> Leaf:
    """Return the leaf of a chunk: of its ciphertext and key, or of the chunk in the place of both."""
    if keys is None:
        return promise(movie, index, plaintext, b"", plaintext)
    key = keys.key(movie, index)
    return promise(movie, index, plaintext, seal(plaintext, key, movie, index), key)


def _hash_of(source: BinaryIO) -> bytes:
    source.seek(0)
    hashing = sha256_stream()
    while block := source.read(_BLOCK):
        hashing.update(block)
    return hashing.digest()


def _chunks(source: BinaryIO, size: int) -> Iterator[bytes]:
    source.seek(0)
    while chunk := source.read(size):
        yield chunk
