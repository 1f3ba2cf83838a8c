"""Drawing of a Merkle tree: a tree in, boxes and lines out.

For a large tree only the leaf that was paid last is shown, for a medium one also the first and the last leaves; each
hidden subtree is one box. So the size of the drawing grows with the height of the tree, not with the number of its
leaves.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from penstock.channel.agreement.merkle import MerkleTree

COLUMN: Final = 104
ROW: Final = 68
MARGIN: Final = 56
_BELOW: Final = 72  # half a leaf, its chunk, and some space
_WHOLE_UP_TO: Final = 9
_ENDS_UP_TO: Final = 64
_SHOWN_AT_EACH_END: Final = 2


class NodeKind(StrEnum):
    """The meaning of a box."""

    LEAF = "leaf"
    INNER = "inner"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class Node:
    """A box of the drawing.

    Attributes:
        x: its centre.
        y: its centre, counted downwards.
        start: the first leaf below it.
        stop: the leaf after the last one below it.
        proves: whether it is a sibling on the path from the marked leaf to the root: a part of its proof.
        marked: whether it is on that path.
    """

    kind: NodeKind
    x: float
    y: float
    digest: bytes
    start: int
    stop: int
    proves: bool
    marked: bool

    @property
    def leaves(self) -> int:
        """Number of leaves below it."""
        return self.stop - self.start


@dataclass(frozen=True, slots=True)
class TreeEdge:
    """A line from a node to one of its children."""

    x1: float
    y1: float
    x2: float
    y2: float
    marked: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """All boxes and lines, parents before children; the root is the first node."""

    width: float
    height: float
    nodes: tuple[Node, ...]
    lines: tuple[TreeEdge, ...]


def draw(tree: MerkleTree, marked: int) -> Drawing:
    """Return the layout of `tree`, with the path from leaf `marked` to the root highlighted."""
    size = len(tree.leaves)
    artist = _Artist(tree, marked, _shown(size) | {marked})
    if size == 1:
        artist.place_alone()
    else:
        artist.place(0, size, 0)
    width = artist.columns * COLUMN + MARGIN
    bottom = max(node.y for node in artist.nodes)
    return Drawing(width, bottom + _BELOW, tuple(artist.nodes), tuple(artist.lines))


def _shown(size: int) -> set[int]:
    """Return the leaves to show in addition to the marked one."""
    if size <= _WHOLE_UP_TO:
        return set(range(size))
    if size <= _ENDS_UP_TO:
        return {*range(_SHOWN_AT_EACH_END), *range(size - _SHOWN_AT_EACH_END, size)}
    return set()


class _Artist:
    """Places subtrees from left to right, each node centred above its children."""

    def __init__(self, tree: MerkleTree, marked: int, shown: set[int]) -> None:
        self.tree, self.marked, self.shown = tree, marked, shown
        self.columns = 0
        self.nodes: list[Node] = []
        self.lines: list[TreeEdge] = []

    def place_alone(self) -> None:
        """Place the only leaf of a tree below its root, which is the leaf's node."""
        leaf = self.place(0, 1, 1)
        root = self._node(NodeKind.INNER, leaf.x, 0, (0, 1), proves=False)
        self.nodes.insert(0, root)
        self.lines.append(TreeEdge(root.x, root.y, leaf.x, leaf.y, marked=True))

    def place(self, start: int, stop: int, depth: int, *, proves: bool = False) -> Node:
        """Place the subtree over the leaves `start` to `stop`, and return its top node."""
        slot = len(self.nodes)
        if stop - start == 1 or not any(start <= leaf < stop for leaf in self.shown):
            self.columns += 1
            kind = NodeKind.LEAF if stop - start == 1 else NodeKind.HIDDEN
            node = self._node(kind, MARGIN / 2 + (self.columns - 0.5) * COLUMN, depth, (start, stop), proves=proves)
            self.nodes.append(node)
            return node
        middle = start + (1 << (stop - start - 1).bit_length() - 1)
        on_way = start <= self.marked < stop
        left = self.place(start, middle, depth + 1, proves=on_way and self.marked >= middle)
        right = self.place(middle, stop, depth + 1, proves=on_way and self.marked < middle)
        node = self._node(NodeKind.INNER, (left.x + right.x) / 2, depth, (start, stop), proves=proves)
        self.nodes.insert(slot, node)
        self.lines += [
            TreeEdge(node.x, node.y, child.x, child.y, node.marked and child.marked) for child in (left, right)
        ]
        return node

    def _node(self, kind: NodeKind, x: float, depth: int, leaves: tuple[int, int], *, proves: bool) -> Node:
        start, stop = leaves
        level = (stop - start - 1).bit_length()
        digest = self.tree.leaves[start] if kind is NodeKind.LEAF else self.tree.levels[level][start >> level]
        on_way = start <= self.marked < stop
        return Node(kind, x, MARGIN + depth * ROW, digest, start, stop, proves, on_way)
