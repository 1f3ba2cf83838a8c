"""Where a tree is drawn: every box once, nothing over anything else, the proof brought out."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from penstock.channel.agreement.merkle import MerkleTree, inner_node, leaf_node
from penstock.report.tree import COLUMN, Drawing, Node, NodeKind, draw
from penstock.script.hashes import sha256

SIZES = st.integers(1, 40) | st.integers(41, 3000)


def tree_of(size: int) -> MerkleTree:
    return MerkleTree.from_leaves([sha256(str(index).encode()) for index in range(size)])


def in_tree(node: Node) -> bytes:
    """Return the input of the node above: a leaf shows H_i, and counts as its node."""
    return leaf_node(node.digest) if node.kind is NodeKind.LEAF else node.digest


@given(SIZES, st.data())
def test_the_ends_of_the_tree_cover_all_leaves_once(size: int, data: st.DataObject) -> None:
    drawing = draw(tree_of(size), data.draw(st.integers(0, size - 1)))
    ends = [node for node in drawing.nodes if node.kind is not NodeKind.INNER]
    assert [leaf for node in ends for leaf in range(node.start, node.stop)] == list(range(size))
    assert all(node.leaves == 1 for node in ends if node.kind is NodeKind.LEAF)
    assert all(node.leaves > 1 for node in ends if node.kind is NodeKind.HIDDEN)


@given(SIZES, st.data())
def test_every_digest_is_the_one_of_its_subtree(size: int, data: st.DataObject) -> None:
    tree = tree_of(size)
    drawing = draw(tree, data.draw(st.integers(0, size - 1)))
    below = {(node.start, node.stop): node for node in drawing.nodes}
    assert drawing.nodes[0].digest == tree.root
    for node in drawing.nodes:
        if node.kind is NodeKind.INNER and size > 1:
            left, right = (
                below[child]
                for start in range(node.start + 1, node.stop)
                for child in ((node.start, start), (start, node.stop))
                if (node.start, start) in below and (start, node.stop) in below
            )
            assert node.digest == inner_node(in_tree(left), in_tree(right))


@given(SIZES, st.data())
def test_the_proof_is_brought_out(size: int, data: st.DataObject) -> None:
    tree, marked = tree_of(size), data.draw(st.integers(0, size - 1))
    drawing = draw(tree, marked)
    assert sorted(in_tree(node) for node in drawing.nodes if node.proves) == sorted(tree.proof(marked).path)
    way = [node for node in drawing.nodes if node.marked]
    assert way[0] == drawing.nodes[0]
    assert way[-1].kind is NodeKind.LEAF
    assert way[-1].start == marked
    assert len(way) == (len(tree.proof(marked).path) + 1 if size > 1 else 2)


@given(SIZES, st.data())
def test_nothing_lies_over_anything_else(size: int, data: st.DataObject) -> None:
    drawing = draw(tree_of(size), data.draw(st.integers(0, size - 1)))
    for one, other in itertools.combinations(drawing.nodes, 2):
        assert abs(one.y - other.y) > 60 or abs(one.x - other.x) >= COLUMN - 1e-6
    assert all(0 < node.x < drawing.width and 0 < node.y < drawing.height for node in drawing.nodes)


def _whole(drawing: Drawing) -> bool:
    return not any(node.kind is NodeKind.HIDDEN for node in drawing.nodes)


def test_the_only_leaf_hangs_below_its_root() -> None:
    """The root is the node made of the leaf, and another hash than the leaf."""
    tree = tree_of(1)
    root, leaf = draw(tree, 0).nodes
    assert (root.kind, root.digest) == (NodeKind.INNER, tree.root)
    assert (leaf.kind, leaf.digest) == (NodeKind.LEAF, tree.leaves[0])
    assert (root.x, root.y < leaf.y) == (leaf.x, True)


def test_small_trees_are_whole_and_large_ones_stay_small() -> None:
    assert all(_whole(draw(tree_of(size), 0)) for size in range(1, 10))
    large = draw(tree_of(100_000), 77_777)
    assert not _whole(large)
    assert len(large.nodes) < 110
    assert len(large.lines) == len(large.nodes) - 1
