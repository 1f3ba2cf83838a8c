"""Movie: a file as chunks D_0 … D_n, their hashes (the leaves), and the Merkle tree.

In: a seekable binary stream. Out: a `Title`, which is public, and a `Movie`, which Bob keeps. The stream is read once
from start to end to hash it, a block at a time, and then chunk by chunk as they are sold, so it may be larger than
memory.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final, Self

from penstock.channel.agreement.merkle import MerkleTree, Proof
from penstock.channel.agreement.terms import check_chunk_size
from penstock.errors import PenstockError

_BLOCK: Final = 1 << 20


class MovieError(PenstockError, ValueError):
    """A file that cannot be streamed, or that has changed while it was streamed."""


@dataclass(frozen=True, slots=True)
class Title:
    """The public data of a movie, which is enough to check any chunk of it.

    Attributes:
        root: T_0, the root of the Merkle tree over the leaves, 32 bytes.
        length: bytes of the whole file.
        chunk_size: bytes of every chunk except the last, which may be shorter.
    """

    root: bytes
    length: int
    chunk_size: int

    @property
    def chunks(self) -> int:
        """Number of chunks: n + 1."""
        return -(-self.length // self.chunk_size)

    @property
    def payable(self) -> int:
        """Number of chunks that cost something: n, all except D_0."""
        return self.chunks - 1

    def chunk_length(self, index: int) -> int:
        """Return the number of bytes of chunk `index`."""
        return min(self.chunk_size, self.length - index * self.chunk_size)


@dataclass(frozen=True, slots=True, eq=False)
class Movie:
    """A file that Bob can sell: its title, its tree, and its open stream.

    `source` is read only by `chunk`; the caller that opened it closes it.
    """

    title: Title
    tree: MerkleTree
    source: BinaryIO

    @classmethod
    def cut(cls, source: BinaryIO, chunk_size: int, *, on_hashed: Callable[[int], object] | None = None) -> Self:
        """Split a file into chunks of `chunk_size` bytes and hash them.

        Args:
            source: the file, opened for reading bytes, seekable.
            chunk_size: bytes of every chunk except the last.
            on_hashed: called with the number of bytes of each block once it is hashed.

        Raises:
            TermsError: when the chunks are too large for a claim.
            MovieError: when the file is empty, or can be read only once.
        """
        check_chunk_size(chunk_size)
        if not source.seekable():
            raise MovieError("a pipe can be read only once: save its output to a file, and stream that")
        source.seek(0)
        length = 0
        leaves = []
        for size, leaf in _hash_chunks(source, chunk_size, on_hashed or _ignore):
            length += size
            leaves.append(leaf)
        if not leaves:
            raise MovieError("the file is empty: there is nothing to stream")
        tree = MerkleTree.from_leaves(leaves)
        return cls(Title(tree.root, length, chunk_size), tree, source)

    @property
    def leaves(self) -> tuple[bytes, ...]:
        """H_0 … H_n, the SHA-256 of each chunk."""
        return tuple(self.tree.leaves)

    def leaf(self, index: int) -> bytes:
        """Return H_`index`."""
        return self.tree.leaves[index]

    def chunk(self, index: int) -> bytes:
        """Read chunk D_`index`.

        Raises:
            MovieError: when the file has changed since it was hashed.
        """
        self.source.seek(index * self.title.chunk_size)
        data = self.source.read(self.title.chunk_length(index))
        if hashlib.sha256(data).digest() != self.tree.leaves[index]:
            raise MovieError(f"chunk {index} is not the same as at the start of the stream: the file has changed")
        return data

    def proof(self, index: int) -> Proof:
        """Return the proof of leaf H_`index`."""
        return self.tree.proof(index)


def _hash_chunks(source: BinaryIO, chunk_size: int, on_hashed: Callable[[int], object]) -> Iterator[tuple[int, bytes]]:
    """Yield the length and the SHA-256 of each chunk of `source`, with at most one block in memory."""
    at_end = False
    while not at_end:
        hasher = hashlib.sha256()
        size = 0
        while size < chunk_size and not at_end:
            block = source.read(min(_BLOCK, chunk_size - size))
            hasher.update(block)
            size += len(block)
            at_end = not block
            on_hashed(len(block))
        if size:
            yield size, hasher.digest()


def _ignore(_size: int) -> None:
    pass
