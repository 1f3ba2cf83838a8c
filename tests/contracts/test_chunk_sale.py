"""chunk_sale.scrypt: the seller is paid for the chunk that the tree has at the agreed place."""

from hashlib import sha256

import pytest

from penstock import Spend
from penstock.channel.agreement.merkle import MerkleTree
from tests.support.spending.contract_bench import (
    ALICE,
    BOB,
    BSV,
    HASH_TYPES,
    MALLORY,
    UNMET,
    Maker,
    assert_refused,
    bad_signatures,
    items_of,
    judge,
    judge_items,
    spend_of,
)

SELLER, BUYER = ALICE, BOB
CHUNKS = [bytes([number]) * (number * 7) for number in range(16)]
TREE = MerkleTree.from_leaves(sha256(chunk).digest() for chunk in CHUNKS)

RANGE_LINE = "require(within(index, 0, 1 << DEPTH));"
ROOT_LINE = "require(Tree.root(DEPTH, sha256(chunk), this.index, path) == this.root);"
SELLER_LINE = "require(checkSig(sellerSig, this.seller));"
CANCEL_LINE = "require(checkMultiSig([sellerSig, buyerSig], [this.seller, this.buyer]));"


def sale(index: int, root: bytes = TREE.root) -> Spend:
    return spend_of("chunk_sale", BSV, root=root, index=index, seller=SELLER.public_key, buyer=BUYER.public_key)


def path(index: int) -> list[bytes]:
    return list(TREE.proof(index).path)


@pytest.mark.parametrize("index", range(16))
def test_each_chunk(index: int) -> None:
    spend = sale(index)
    assert judge(spend, "deliver", CHUNKS[index], path(index), spend.sign(SELLER))


@pytest.mark.parametrize("hash_type", HASH_TYPES)
def test_each_hash_type(hash_type: str) -> None:
    spend = sale(5)
    assert judge(spend, "deliver", CHUNKS[5], path(5), spend.sign(SELLER, hash_type))
    assert judge(spend, "cancel", spend.sign(SELLER, hash_type), spend.sign(BUYER, hash_type))


@pytest.mark.parametrize("index", [1, 4, 15])
@pytest.mark.parametrize("other", [0, 5, 14])
def test_another_chunk(index: int, other: int) -> None:
    """Neither in the place of the agreed one, nor with its own path."""
    spend = sale(index)
    for shown in (path(index), path(other)):
        assert_refused(judge(spend, "deliver", CHUNKS[other], shown, spend.sign(SELLER)), UNMET, ROOT_LINE)


@pytest.mark.parametrize("chunk", [b"", CHUNKS[3][:-1], CHUNKS[3] + b"\0", sha256(CHUNKS[3]).digest()], ids=len)
def test_a_spoilt_chunk(chunk: bytes) -> None:
    spend = sale(3)
    assert_refused(judge(spend, "deliver", chunk, path(3), spend.sign(SELLER)), UNMET, ROOT_LINE)


@pytest.mark.parametrize("level", range(4))
def test_a_spoilt_path(level: int) -> None:
    spend, right = sale(9), path(9)
    for wrong in (bytes(32), right[level][:-1], b"", right[level - 1]):
        shown = [*right[:level], wrong, *right[level + 1 :]]
        items = items_of(spend, "deliver", CHUNKS[9], right, spend.sign(SELLER))
        items[1:5] = shown  # of any length
        assert_refused(judge_items(spend, items), UNMET, ROOT_LINE)


def test_a_node_is_no_leaf() -> None:
    """The two nodes below a node, shown as a chunk: they are hashed after another byte."""
    inner = b"\1" + TREE.levels[0][0] + TREE.levels[0][1]
    spend = sale(0)
    for chunk in (inner, inner[1:]):
        assert_refused(judge(spend, "deliver", chunk, path(0), spend.sign(SELLER)), UNMET, ROOT_LINE)


@pytest.mark.parametrize("index", [-1, -16, 16, 17, 2**40])
def test_no_such_place(index: int) -> None:
    """A contract over a place that the tree does not have can only be taken back."""
    spend = sale(index)
    for place in (0, 1, 15):
        verdict = judge(spend, "deliver", CHUNKS[place], path(place), spend.sign(SELLER))
        assert_refused(verdict, UNMET, RANGE_LINE)
    assert judge(spend, "cancel", spend.sign(SELLER), spend.sign(BUYER))


@bad_signatures
def test_a_bad_signature(error: str, forge: Maker) -> None:
    spend = sale(2)
    assert_refused(judge(spend, "deliver", CHUNKS[2], path(2), forge(spend, SELLER)), error, SELLER_LINE)


def test_deliveries_of_others() -> None:
    spend = sale(2)
    for thief in (BUYER, MALLORY):
        assert_refused(judge(spend, "deliver", CHUNKS[2], path(2), spend.sign(thief)), "NULLFAIL", SELLER_LINE)
    assert_refused(judge(spend, "deliver", CHUNKS[2], path(2), b""), UNMET, SELLER_LINE)


def test_cancelling_takes_both_in_order() -> None:
    spend = sale(2)
    seller, buyer, thief = (spend.sign(key) for key in (SELLER, BUYER, MALLORY))
    assert judge(spend, "cancel", seller, buyer)
    for one, other in ((buyer, seller), (seller, seller), (seller, thief), (thief, buyer), (seller, b"")):
        assert_refused(judge(spend, "cancel", one, other), "NULLFAIL", CANCEL_LINE)
    assert_refused(judge(spend, "cancel", b"", b""), UNMET, CANCEL_LINE)
