"""multisig.scrypt: any two of three, in the order of their keys."""

from itertools import combinations, permutations, product

import pytest

from penstock import PrivateKey, Spend
from tests.support.spending.contract_bench import (
    ALICE,
    BOB,
    CAROL,
    EVERYWHERE,
    HASH_TYPES,
    MALLORY,
    Maker,
    assert_refused,
    bad_signatures,
    items_of,
    judge,
    judge_items,
    spend_of,
    without_signature,
)

HOLDERS = {"first": ALICE, "second": BOB, "third": CAROL}
LINE = "require(checkMultiSig([lower, upper], [this.first, this.second, this.third]));"
PAIRS = [pytest.param(HOLDERS[one], HOLDERS[two], id=f"{one} and {two}") for one, two in combinations(HOLDERS, 2)]
in_order = pytest.mark.parametrize(("lower", "upper"), PAIRS)
out_of_order = pytest.mark.parametrize(
    ("lower", "upper"),
    [
        pytest.param(HOLDERS[one], HOLDERS[two], id=f"{one} and {two}")
        for one, two in product(HOLDERS, repeat=2)
        if (one, two) not in set(combinations(HOLDERS, 2))
    ],
)


@pytest.fixture(params=EVERYWHERE, ids=str)
def spend(request: pytest.FixtureRequest) -> Spend:
    first, second, third = (key.public_key for key in HOLDERS.values())
    return spend_of("multisig", request.param, first=first, second=second, third=third)


@in_order
def test_two_of_three(spend: Spend, lower: PrivateKey, upper: PrivateKey) -> None:
    assert judge(spend, "unlock", spend.sign(lower), spend.sign(upper))


@pytest.mark.parametrize(("one", "other"), list(permutations(HASH_TYPES, 2)))
def test_each_with_a_hash_type_of_his_own(spend: Spend, one: str, other: str) -> None:
    assert judge(spend, "unlock", spend.sign(ALICE, one), spend.sign(CAROL, other))


@out_of_order
def test_the_wrong_order_or_one_twice(spend: Spend, lower: PrivateKey, upper: PrivateKey) -> None:
    assert_refused(judge(spend, "unlock", spend.sign(lower), spend.sign(upper)), "NULLFAIL", LINE)


@pytest.mark.parametrize("holder", HOLDERS.values(), ids=HOLDERS)
def test_one_with_a_stranger(spend: Spend, holder: PrivateKey) -> None:
    assert_refused(judge(spend, "unlock", spend.sign(holder), spend.sign(MALLORY)), "NULLFAIL", LINE)
    assert_refused(judge(spend, "unlock", spend.sign(MALLORY), spend.sign(holder)), "NULLFAIL", LINE)


@bad_signatures
def test_a_bad_signature(spend: Spend, error: str, forge: Maker) -> None:
    assert_refused(judge(spend, "unlock", spend.sign(ALICE), forge(spend, CAROL)), error, LINE)
    assert_refused(judge(spend, "unlock", forge(spend, ALICE), spend.sign(CAROL)), error, LINE)


def test_one_alone(spend: Spend) -> None:
    errors = without_signature(spend, {"NULLFAIL"})
    assert_refused(judge(spend, "unlock", b"", spend.sign(CAROL)), errors, LINE)
    assert_refused(judge(spend, "unlock", spend.sign(ALICE), b""), errors, LINE)


def test_nobody(spend: Spend) -> None:
    assert_refused(judge(spend, "unlock", b"", b""), without_signature(spend), LINE)


def test_all_three(spend: Spend) -> None:
    items = [spend.sign(key) for key in HOLDERS.values()]
    assert_refused(judge_items(spend, items), "CLEANSTACK", None)


def test_one_item_less(spend: Spend) -> None:
    assert_refused(
        judge_items(spend, items_of(spend, "unlock", b"", spend.sign(CAROL))[1:]), "INVALID_STACK_OPERATION", LINE
    )
