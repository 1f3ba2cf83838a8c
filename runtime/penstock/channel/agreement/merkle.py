r"""Merkle tree over the chunks of a file: one root for all, and a short proof for each.

In: the leaves H_i = sha256(D_i), in the order of the chunks. Out: the root, and proofs of a leaf's index. Nodes are
those of RFC 6962: sha256(00 | H_i) for a leaf, sha256(01 | left | right) above, where the left part of n leaves is the
largest power of two below n. So a leaf is never valid as a node, and no leaf is counted twice.

    D_0    D_1    D_2
    H_0    H_1    H_2        leaves
     |      |      |
    n_0    n_1    n_2        sha256(00 | H_i)
      \    /       |
       n_01       n_2        n_2 has no sibling and moves up unchanged
           \      /
             root
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Self

from penstock.errors import PenstockError, hides_frames
from penstock.script.hashes import sha256

__tracebackhide__ = hides_frames

HASH_SIZE: Final = 32
MAX_LEAVES: Final = 1 << 32


class MerkleError(PenstockError, ValueError):
    """Leaves that do not make a tree, or an index without a leaf."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Proof that a leaf is number `index` of `size`: its siblings' hashes, from the bottom up.

    The hashes alone do not determine index and size (a tree of three leaves without its first pair looks like a tree of
    two): the caller has to compare index and size with the known ones before `verify_proof`.
    """

    index: int
    size: int
    path: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class MerkleTree:
    """A tree, level by level: `levels[0]` contains the leaf nodes, the last one only the root."""

    leaves: tuple[bytes, ...]
    levels: tuple[tuple[bytes, ...], ...]

    @classmethod
    def from_leaves(cls, leaves: Iterable[bytes]) -> Self:
        """Build the tree over `leaves`, 32 bytes each, at least one and at most 2^32.

        Raises:
            MerkleError: when there are none or too many, or one has another length.
        """
        leaves = tuple(leaves)
        if not 0 < len(leaves) <= MAX_LEAVES:
            raise MerkleError(f"a tree has 1 to {MAX_LEAVES} leaves, not {len(leaves)}")
        for index, leaf in enumerate(leaves):
            if len(leaf) != HASH_SIZE:
                raise MerkleError(f"leaf {index} has {len(leaf)} bytes, a hash has {HASH_SIZE}")
        levels = [tuple(map(leaf_node, leaves))]
        while len(levels[-1]) > 1:
            levels.append(tuple(_level_above(levels[-1])))
        return cls(leaves, tuple(levels))

    @property
    def root(self) -> bytes:
        """The hash over all leaves, 32 bytes."""
        return self.levels[-1][0]

    def proof(self, index: int) -> Proof:
        """Return the proof that `leaves[index]` has this index.

        Raises:
            MerkleError: when there is no such leaf.
        """
        size = len(self.leaves)
        if not 0 <= index < size:
            raise MerkleError(f"there is no leaf {index} in a tree of {size}")
        path, at, last = [], index, size - 1
        for level in self.levels[:-1]:
            if at & 1 or at < last:  # else it has no sibling, and moves up
                path.append(level[at ^ 1])
            at, last = at >> 1, last >> 1
        return Proof(index, size, tuple(path))


def leaf_node(leaf: bytes) -> bytes:
    """Return the node of a leaf, 32 bytes."""
    return sha256(b"\x00" + leaf)


def inner_node(left: bytes, right: bytes) -> bytes:
    """Return the node over two nodes, 32 bytes."""
    return sha256(b"\x01" + left + right)


def verify_proof(root: bytes, leaf_hash: bytes, proof: Proof) -> bool:
    """Return whether `leaf_hash` (32 bytes, H_i itself) is the leaf under `root` that `proof` gives.

    The path must have exactly the length that index and size require. Never raises, and no proof costs more than 32
    hashes.
    """
    at, last = proof.index, proof.size - 1
    if not 0 <= at <= last < MAX_LEAVES or len(leaf_hash) != HASH_SIZE:
        return False
    node = leaf_node(leaf_hash)
    for sibling in proof.path:
        while at == last and not at & 1 and last:  # no sibling there: it moves up
            at, last = at >> 1, last >> 1
        if not last or len(sibling) != HASH_SIZE:
            return False
        node = sha256(b"\x01" + sibling + node if at & 1 else b"\x01" + node + sibling)
        at, last = at >> 1, last >> 1
    return node == root and not last


def _level_above(nodes: tuple[bytes, ...]) -> Iterator[bytes]:
    """Join neighbours; the last of an odd number moves up unchanged."""
    for left in range(0, len(nodes) - 1, 2):
        yield inner_node(nodes[left], nodes[left + 1])
    if len(nodes) % 2:
        yield nodes[-1]
