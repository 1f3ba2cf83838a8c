"""escrow.scrypt: each of the three pairs by its own function, no single party, and no pair by another function."""

from collections.abc import Callable
from itertools import product

import pytest

from penstock.testing import Chain, Draft, Key, Signature, key, refuses
from tests.contracts.bindings.escrow import Escrow, EscrowCoin
from tests.support.spending.judged_chain import HASH_TYPES, Forgery, everywhere, forgeries, judge_items

pytestmark = everywhere
BUYER, SELLER, ARBITER, MALLORY = key("buyer"), key("seller"), key("arbiter"), key("mallory")
BY_BUYER, BY_SELLER = "checkSig(buyerSig, this.buyer)", "checkSig(sellerSig, this.seller)"
BY_ARBITER = "this.arbiterAgrees(arbiterSig)"

Way = Callable[[EscrowCoin, bytes | Key | Signature, bytes | Key | Signature], Draft]
each_way = pytest.mark.parametrize(
    ("way", "signers", "demands"),
    [
        pytest.param(EscrowCoin.settle, (BUYER, SELLER), (BY_BUYER, BY_SELLER), id="settle"),
        pytest.param(EscrowCoin.release, (SELLER, ARBITER), (BY_SELLER, BY_ARBITER), id="release"),
        pytest.param(EscrowCoin.refund, (BUYER, ARBITER), (BY_BUYER, BY_ARBITER), id="refund"),
    ],
)
Pair = tuple[Key, Key]


@pytest.fixture
def coin(chain: Chain) -> EscrowCoin:
    return Escrow(BUYER, SELLER, ARBITER).fund(chain, 1000)


@each_way
@forgeries
def test_a_forged_signature(
    coin: EscrowCoin, way: Way, signers: Pair, demands: tuple[str, str], forgery: Forgery
) -> None:
    one, two = signers
    with refuses(demands[0], rule=forgery.rule):
        way(coin, forgery.of(one), two).to(MALLORY, 900).send()
    with refuses(demands[1], rule=forgery.rule):
        way(coin, one, forgery.of(two)).to(MALLORY, 900).send()


@each_way
def test_one_alone(coin: EscrowCoin, way: Way, signers: Pair, demands: tuple[str, str]) -> None:
    one, two = signers
    with refuses(demands[0]):
        way(coin, b"", two).to(two, 900).send()
    with refuses(demands[1]):
        way(coin, one, b"").to(one, 900).send()


@each_way
def test_any_other_two(coin: EscrowCoin, way: Way, signers: Pair, demands: tuple[str, str]) -> None:
    for one, two in product((BUYER, SELLER, ARBITER), repeat=2):
        if (one, two) != signers:
            with refuses(rule="NULLFAIL"):
                way(coin, one, two).to(one, 900).send()


@each_way
@pytest.mark.parametrize("hash_type", HASH_TYPES)
def test_the_right_two(coin: EscrowCoin, way: Way, signers: Pair, demands: tuple[str, str], hash_type: str) -> None:
    one, two = signers
    assert way(coin, one.sig(hash_type), two.sig(hash_type)).to(one, 900).send()


@each_way
def test_items_too_many_and_too_few(coin: EscrowCoin, way: Way, signers: Pair, demands: tuple[str, str]) -> None:
    draft = way(coin, *signers).to(MALLORY, 900)
    assert judge_items(draft, lambda items: [b"", *items]).error == "CLEANSTACK"
    assert judge_items(draft, lambda items: items[1:]).error == "INVALID_STACK_OPERATION"
    assert judge_items(draft, lambda _: []).error == "INVALID_STACK_OPERATION"


@pytest.mark.parametrize("selector", [b"\x03", b"\x81", b"\x10"], ids=["3", "-1", "16"])
def test_no_such_function(coin: EscrowCoin, selector: bytes) -> None:
    assert not judge_items(coin.settle(BUYER, SELLER).to(MALLORY, 900), lambda items: [*items[:-1], selector])
