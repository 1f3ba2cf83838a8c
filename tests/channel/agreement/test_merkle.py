"""The tree is RFC 6962's, every leaf can be proved, and nothing else."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.channel.agreement.merkle import MerkleError, MerkleTree, Proof, inner_node, leaf_node, verify_proof
from penstock.script.hashes import sha256

LEAF = st.binary(min_size=32, max_size=32)
LEAVES = st.lists(LEAF, min_size=1, max_size=40)


def numbered(count: int) -> list[bytes]:
    return [sha256(i.to_bytes(4, "big")) for i in range(count)]


def by_definition(leaves: list[bytes]) -> bytes:
    """The tree hash as RFC 6962, section 2.1, defines it, over leaves that are hashes."""
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0])
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + by_definition(leaves[:split]) + by_definition(leaves[split:]))


@pytest.mark.parametrize("count", [*range(1, 35), 100, 127, 128, 129, 1000])
def test_the_root_is_that_of_the_definition(count: int) -> None:
    assert MerkleTree.from_leaves(numbered(count)).root == by_definition(numbered(count))


def test_small_trees_by_hand() -> None:
    a, b, c = numbered(3)
    assert MerkleTree.from_leaves([a]).root == leaf_node(a) == sha256(b"\x00" + a)
    pair = inner_node(leaf_node(a), leaf_node(b))
    assert MerkleTree.from_leaves([a, b]).root == pair == sha256(b"\x01" + leaf_node(a) + leaf_node(b))
    assert MerkleTree.from_leaves([a, b, c]).root == inner_node(pair, leaf_node(c))


@given(LEAVES, st.data())
def test_every_leaf_is_proved(leaves: list[bytes], data: st.DataObject) -> None:
    tree = MerkleTree.from_leaves(leaves)
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof = tree.proof(index)
    assert (proof.index, proof.size) == (index, len(leaves))
    assert len(proof.path) <= (len(leaves) - 1).bit_length()
    assert verify_proof(tree.root, leaves[index], proof)


@given(LEAVES, LEAF, st.data())
def test_nothing_else_is_proved(leaves: list[bytes], other: bytes, data: st.DataObject) -> None:
    tree = MerkleTree.from_leaves(leaves)
    proof = tree.proof(data.draw(st.integers(0, len(leaves) - 1)))
    leaf = leaves[proof.index]
    assert verify_proof(tree.root, other, proof) == (other == leaf)
    assert verify_proof(other, leaf, proof) == (other == tree.root)
    assert not verify_proof(tree.root, leaf, replace(proof, path=(*proof.path, other)))
    if proof.path:
        place = data.draw(st.integers(0, len(proof.path) - 1))
        path = (*proof.path[:place], other, *proof.path[place + 1 :])
        assert verify_proof(tree.root, leaf, replace(proof, path=path)) == (path == proof.path)
        assert not verify_proof(tree.root, leaf, replace(proof, path=proof.path[:-1]))
        assert not verify_proof(tree.root, leaf, replace(proof, path=proof.path[1:]))


@given(st.lists(LEAF, min_size=2, max_size=40, unique=True), st.data())
def test_a_leaf_has_one_place_in_a_tree_of_known_size(leaves: list[bytes], data: st.DataObject) -> None:
    tree = MerkleTree.from_leaves(leaves)
    index, place = data.draw(st.tuples(*[st.integers(0, len(leaves) - 1)] * 2))
    moved = replace(tree.proof(index), index=place)
    assert verify_proof(tree.root, leaves[index], moved) == (place == index)


def test_size_is_not_told_by_the_hashes() -> None:
    """The caller has to compare index and size first: one path may fit two shapes of tree."""
    leaves = numbered(3)
    tree = MerkleTree.from_leaves(leaves)
    assert verify_proof(tree.root, leaves[2], Proof(2, 3, tree.proof(2).path))
    assert verify_proof(tree.root, leaves[2], Proof(1, 2, tree.proof(2).path))


def test_a_node_never_passes_for_a_leaf() -> None:
    leaves = numbered(4)
    tree = MerkleTree.from_leaves(leaves)
    left, right = tree.levels[1]
    for node in (left, tree.root, *tree.levels[0]):
        for path in ((), (right,), (left,), tuple(tree.proof(0).path), tuple(tree.proof(0).path[1:])):
            for size in (1, 2, 3, 4):
                assert not any(verify_proof(tree.root, node, Proof(index, size, path)) for index in range(size))


def test_no_leaf_counts_twice() -> None:
    """Where an odd last leaf is doubled, as in Bitcoin's blocks, two lists have one root."""
    assert MerkleTree.from_leaves(numbered(3)).root != MerkleTree.from_leaves([*numbered(3), numbered(3)[2]]).root


@pytest.mark.parametrize(
    "proof",
    [
        Proof(-1, 4, ()),
        Proof(4, 4, ()),
        Proof(0, 0, ()),
        Proof(0, 2**4000, (bytes(32),) * 4000),
        Proof(2**4000 - 1, 2**4000, ()),
        Proof(0, 4, (bytes(32),) * 1_000_000),
        Proof(0, 4, (bytes(31), bytes(32))),
        Proof(0, 4, (bytes(32), bytes(33))),
    ],
    ids=["before", "behind", "empty", "huge", "huge and last", "long path", "short hash", "long hash"],
)
def test_forged_proofs_are_refused_without_work(proof: Proof) -> None:
    assert not verify_proof(bytes(32), bytes(32), proof)


@pytest.mark.parametrize("leaf", [b"", bytes(31), bytes(64)])
def test_a_leaf_has_32_bytes(leaf: bytes) -> None:
    with pytest.raises(MerkleError, match=f"leaf 1 has {len(leaf)} bytes, a hash has 32"):
        MerkleTree.from_leaves([bytes(32), leaf])
    assert not verify_proof(leaf_node(leaf), leaf, Proof(0, 1, ()))


def test_a_tree_has_leaves() -> None:
    with pytest.raises(MerkleError, match="1 to 4294967296 leaves, not 0"):
        MerkleTree.from_leaves([])


@pytest.mark.parametrize("index", [-1, 3])
def test_no_such_leaf(index: int) -> None:
    with pytest.raises(MerkleError, match=f"there is no leaf {index} in a tree of 3"):
        MerkleTree.from_leaves(numbered(3)).proof(index)


def test_levels_are_there_to_be_drawn() -> None:
    tree = MerkleTree.from_leaves(numbered(5))
    assert [len(level) for level in tree.levels] == [5, 3, 2, 1]
    assert tree.levels[1][2] == tree.levels[0][4]
