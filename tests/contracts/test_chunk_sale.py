"""chunk_sale.scrypt: the seller is paid for the chunk that the tree has at the agreed place."""

from hashlib import sha256

import pytest

from penstock.channel.agreement.merkle import MerkleTree
from penstock.testing import Chain, key, refuses
from tests.contracts.bindings.chunk_sale import ChunkSale, ChunkSaleCoin
from tests.support.spending.judged_chain import HASH_TYPES, Forgery, forgeries, judge_items

SELLER, BUYER, MALLORY = key("seller"), key("buyer"), key("mallory")
CHUNKS = [bytes([number]) * (number * 7) for number in range(16)]
TREE = MerkleTree.from_leaves(sha256(chunk).digest() for chunk in CHUNKS)
IN_THE_TREE = "Tree.root(DEPTH, sha256(chunk), this.index, path) == this.root"
BY_SELLER = "checkSig(sellerSig, this.seller)"
BY_BOTH = "checkMultiSig([sellerSig, buyerSig], [this.seller, this.buyer])"


def sale(chain: Chain, index: int) -> ChunkSaleCoin:
    return ChunkSale(TREE.root, index, SELLER, BUYER).fund(chain, 1000)


def path(index: int) -> list[bytes]:
    return list(TREE.proof(index).path)


@pytest.mark.parametrize("index", range(16))
def test_each_chunk(chain: Chain, index: int) -> None:
    assert sale(chain, index).deliver(CHUNKS[index], path(index), SELLER).to(SELLER, 900).send()


@pytest.mark.parametrize("hash_type", HASH_TYPES)
def test_each_hash_type(chain: Chain, hash_type: str) -> None:
    seller, buyer = SELLER.sig(hash_type), BUYER.sig(hash_type)
    assert sale(chain, 5).deliver(CHUNKS[5], path(5), seller).to(SELLER, 900).send()
    assert sale(chain, 5).cancel(seller, buyer).to(BUYER, 900).send()


@pytest.mark.parametrize("index", [1, 4, 15])
@pytest.mark.parametrize("other", [0, 5, 14])
def test_another_chunk(chain: Chain, index: int, other: int) -> None:
    """Neither in the place of the agreed one, nor with its own path."""
    for shown in (path(index), path(other)):
        with refuses(IN_THE_TREE):
            sale(chain, index).deliver(CHUNKS[other], shown, SELLER).to(SELLER, 900).send()


NODE = b"\1" + TREE.levels[0][0] + TREE.levels[0][1]
"""The two nodes below a node, which are hashed after another byte than a chunk."""


@pytest.mark.parametrize(
    ("index", "chunk"),
    [
        *((3, wrong) for wrong in (b"", CHUNKS[3][:-1], CHUNKS[3] + b"\0", sha256(CHUNKS[3]).digest())),
        (0, NODE),
        (0, NODE[1:]),
    ],
)
def test_a_spoilt_chunk(chain: Chain, index: int, chunk: bytes) -> None:
    with refuses(IN_THE_TREE):
        sale(chain, index).deliver(chunk, path(index), SELLER).to(SELLER, 900).send()


@pytest.mark.parametrize("level", range(4))
def test_a_spoilt_path(chain: Chain, level: int) -> None:
    coin, right = sale(chain, 9), path(9)
    for wrong in (bytes(32), right[level][:-1], b"", right[level - 1]):
        with refuses(IN_THE_TREE):
            coin.deliver(CHUNKS[9], [*right[:level], wrong, *right[level + 1 :]], SELLER).to(SELLER, 900).send()


@pytest.mark.parametrize("index", [-1, -16, 16, 17, 2**40])
def test_no_such_place(chain: Chain, index: int) -> None:
    """A contract over a place that the tree does not have can only be taken back."""
    coin = sale(chain, index)
    for place in (0, 1, 15):
        with refuses("within(index, 0, 1 << DEPTH)"):
            coin.deliver(CHUNKS[place], path(place), SELLER).to(SELLER, 900).send()
    assert coin.cancel(SELLER, BUYER).to(BUYER, 900).send()


@forgeries
def test_a_forged_signature(chain: Chain, forgery: Forgery) -> None:
    coin = sale(chain, 2)
    with refuses(BY_SELLER, rule=forgery.rule):
        coin.deliver(CHUNKS[2], path(2), forgery.of(SELLER)).to(MALLORY, 900).send()
    for seller, buyer in ((SELLER, forgery.of(BUYER)), (forgery.of(SELLER), BUYER)):
        with refuses(BY_BOTH, rule=forgery.rule):
            coin.cancel(seller, buyer).to(MALLORY, 900).send()


def test_deliveries_of_others(chain: Chain) -> None:
    for thief in (BUYER, MALLORY, b""):
        with refuses(BY_SELLER):
            sale(chain, 2).deliver(CHUNKS[2], path(2), thief).to(MALLORY, 900).send()


def test_cancelling_takes_both_in_order(chain: Chain) -> None:
    coin = sale(chain, 2)
    for one, other in (
        (BUYER, SELLER),
        (SELLER, SELLER),
        (SELLER, MALLORY),
        (MALLORY, BUYER),
        (SELLER, b""),
        (b"", b""),
    ):
        with refuses(BY_BOTH):
            coin.cancel(one, other).to(BUYER, 900).send()


def test_items_too_many_and_too_few(chain: Chain) -> None:
    coin = sale(chain, 2)
    for draft in (coin.deliver(CHUNKS[2], path(2), SELLER).to(SELLER, 900), coin.cancel(SELLER, BUYER).to(BUYER, 900)):
        assert judge_items(draft, lambda items: [b"", *items]).error == "CLEANSTACK"
        assert judge_items(draft, lambda items: items[1:]).error == "INVALID_STACK_OPERATION"
