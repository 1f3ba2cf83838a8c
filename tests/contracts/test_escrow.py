"""escrow.scrypt: each of the three pairs by its own function, no single party, and no pair by another function."""

from itertools import permutations

import pytest

from penstock import PrivateKey, Spend
from tests.support.spending.contract_bench import (
    ALICE,
    BOB,
    CAROL,
    EVERYWHERE,
    HASH_TYPES,
    Maker,
    assert_refused,
    bad_signatures,
    items_of,
    judge,
    judge_items,
    spend_of,
    without_signature,
)

BUYER, SELLER, ARBITER = ALICE, BOB, CAROL
BUYER_LINES = ("require(checkSig(buyerSig, this.buyer));",)
SELLER_LINES = ("require(checkSig(sellerSig, this.seller));",)
ARBITER_LINES = ("return checkSig(sig, this.arbiter);", "require(this.arbiterAgrees(arbiterSig));")  # check, demand

# function, who signs in the order of its parameters, and the lines that refuse each
WAYS = {
    "settle": ((BUYER, SELLER), (BUYER_LINES, SELLER_LINES)),
    "release": ((SELLER, ARBITER), (SELLER_LINES, ARBITER_LINES)),
    "refund": ((BUYER, ARBITER), (BUYER_LINES, ARBITER_LINES)),
}
each_way = pytest.mark.parametrize("function", WAYS)


@pytest.fixture(params=EVERYWHERE, ids=str)
def spend(request: pytest.FixtureRequest) -> Spend:
    return spend_of(
        "escrow", request.param, buyer=BUYER.public_key, seller=SELLER.public_key, arbiter=ARBITER.public_key
    )


def signatures(spend: Spend, keys: tuple[PrivateKey, ...], hash_type: str = "ALL") -> list[bytes]:
    return [spend.sign(key, hash_type) for key in keys]


@each_way
@pytest.mark.parametrize("hash_type", HASH_TYPES)
def test_the_right_two(spend: Spend, function: str, hash_type: str) -> None:
    assert judge(spend, function, *signatures(spend, WAYS[function][0], hash_type))


@each_way
@pytest.mark.parametrize("place", [0, 1])
@bad_signatures
def test_a_bad_signature(spend: Spend, function: str, place: int, error: str, forge: Maker) -> None:
    keys, lines = WAYS[function]
    given = signatures(spend, keys)
    given[place] = forge(spend, keys[place])
    assert_refused(judge(spend, function, *given), error, *lines[place])


@each_way
@pytest.mark.parametrize("place", [0, 1])
def test_one_alone(spend: Spend, function: str, place: int) -> None:
    keys, lines = WAYS[function]
    given = signatures(spend, keys)
    given[place] = b""
    assert_refused(judge(spend, function, *given), without_signature(spend), *lines[place])


@each_way
def test_any_other_two(spend: Spend, function: str) -> None:
    for pair in permutations((BUYER, SELLER, ARBITER), 2):
        if pair != WAYS[function][0]:
            assert judge(spend, function, *signatures(spend, pair)).error == "NULLFAIL", pair


@each_way
def test_one_item_more(spend: Spend, function: str) -> None:
    items = items_of(spend, function, *signatures(spend, WAYS[function][0]))
    assert_refused(judge_items(spend, [b"", *items]), "CLEANSTACK", None)


@each_way
def test_one_item_less(spend: Spend, function: str) -> None:
    items = items_of(spend, function, *signatures(spend, WAYS[function][0]))
    assert judge_items(spend, items[1:]).error == "INVALID_STACK_OPERATION"


@pytest.mark.parametrize("selector", [b"\x03", b"\x81", b"\x10"], ids=["3", "-1", "16"])
def test_no_such_function(spend: Spend, selector: bytes) -> None:
    items = items_of(spend, "settle", *signatures(spend, (BUYER, SELLER)))
    assert not judge_items(spend, [*items[:-1], selector])


def test_no_items(spend: Spend) -> None:
    assert judge_items(spend, []).error == "INVALID_STACK_OPERATION"
