"""Inclusion of a transaction in a block: the path from its id to the Merkle root of the header.

Nodes are hash256(left | right); a level of an odd number of nodes has its last one twice. A transaction of 64 bytes
without its witness could be a node: it is refused (CVE-2017-12842).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

from penstock.errors import hides_frames
from penstock.script.hashes import hash256
from penstock.service.chain.headers import Branch
from penstock.service.errors import ChainError
from penstock.tx.transaction import Transaction

__tracebackhide__ = hides_frames

_NODE_SIZE: Final = 64
_MOST_LEVELS: Final = 32


def tree_of(txids: Sequence[bytes]) -> tuple[tuple[bytes, ...], ...]:
    """Return the levels of a block's tree, from the ids of its transactions up to the root; 32 zeros for no id."""
    levels = [tuple(txids) or (bytes(32),)]
    while len(level := levels[-1]) > 1:
        pairs = range(0, len(level), 2)
        levels.append(tuple(hash256(level[at] + level[min(at + 1, len(level) - 1)]) for at in pairs))
    return tuple(levels)


@dataclass(frozen=True, slots=True)
class Inclusion:
    """The place of a transaction in a block.

    Attributes:
        index: its number in the block; 0 is the coinbase.
        path: the hashes beside it, from the bottom up, 32 bytes each, wire order.
    """

    index: int
    path: tuple[bytes, ...]

    @classmethod
    def among(cls, txids: Sequence[bytes], index: int) -> Self:
        """Return the inclusion of one of a block's transactions.

        Args:
            txids: the ids of all, 32 bytes each, wire order.
            index: the number of the one.
        """
        return cls.within(tree_of(txids), index)

    @classmethod
    def within(cls, tree: Sequence[Sequence[bytes]], index: int) -> Self:
        """Return the inclusion of one of a block's transactions, from the hashes of `tree_of`."""
        path, at = [], index
        for level in tree[:-1]:
            path.append(level[min(at ^ 1, len(level) - 1)])
            at >>= 1
        return cls(index, tuple(path))

    def root(self, txid: bytes) -> bytes:
        """Return the root that follows from an id.

        Raises:
            ChainError: the path is too long for its index, or has a hash of another length.
        """
        if not 0 <= self.index < 1 << len(self.path) or len(self.path) > _MOST_LEVELS:
            raise ChainError(f"a path of {len(self.path):,} hashes has no place {self.index:,}")
        node, at = txid, self.index
        for beside in self.path:
            if len(beside) != len(txid):
                raise ChainError(f"a hash in a path has {len(txid)} bytes, got {len(beside):,}")
            node = hash256(beside + node if at & 1 else node + beside)
            at >>= 1
        return node


@dataclass(frozen=True, slots=True)
class MinedTransaction:
    """A transaction that a source says is mined.

    Attributes:
        transaction: the transaction.
        height: the height of its block.
        inclusion: its place there.
    """

    transaction: Transaction
    height: int
    inclusion: Inclusion

    def check(self, branch: Branch) -> None:
        """Check that it is in its block of a branch.

        Raises:
            ChainError: it is not, or its block is not in the branch.
        """
        header, name = branch.at(self.height), self.transaction.txid_hex
        if header is None:
            raise ChainError(f"transaction {name}: block {self.height:,} is not among the headers that are known")
        if self.transaction.size(witness=False) == _NODE_SIZE:
            raise ChainError(f"transaction {name} has {_NODE_SIZE} bytes, as a node of the tree")
        if self.inclusion.root(self.transaction.txid) != header.merkle_root:
            raise ChainError(f"transaction {name} is not in block {self.height:,}")
