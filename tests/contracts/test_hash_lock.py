"""hash_lock.scrypt: the secret opens it, and nothing else does."""

import hashlib

import pytest

from penstock import Spend
from tests.support.spending.contract_bench import (
    EVERYWHERE,
    UNMET,
    assert_refused,
    judge,
    judge_items,
    paying_elsewhere,
    spend_of,
)

SECRET = b"open sesame"
DIGEST = hashlib.sha256(SECRET).digest()
LINE = "require(sha256(preimage) == this.digest);"


@pytest.fixture(params=EVERYWHERE, ids=str)
def spend(request: pytest.FixtureRequest) -> Spend:
    return spend_of("hash_lock", request.param, digest=DIGEST)


def test_the_secret(spend: Spend) -> None:
    assert judge(spend, "unlock", SECRET)


def test_the_secret_in_a_thiefs_transaction(spend: Spend) -> None:
    """There is no signature, so anyone who has seen the secret can spend it; the contract's header warns of it."""
    assert judge(paying_elsewhere(spend), "unlock", SECRET)


@pytest.mark.parametrize("preimage", [b"", SECRET[:-1], SECRET + b" ", DIGEST, SECRET[::-1]])
def test_anything_else(spend: Spend, preimage: bytes) -> None:
    assert_refused(judge(spend, "unlock", preimage), UNMET, LINE)


def test_one_item_more(spend: Spend) -> None:
    assert_refused(judge_items(spend, [b"", SECRET]), "CLEANSTACK", None)


def test_the_secret_under_something(spend: Spend) -> None:
    verdict = judge_items(spend, [SECRET, b"\x05"])
    assert verdict.error == ("CLEANSTACK" if spend.wrap == "p2wsh" else "EVAL_FALSE")


def test_no_item(spend: Spend) -> None:
    assert_refused(judge_items(spend, []), "INVALID_STACK_OPERATION", LINE)
