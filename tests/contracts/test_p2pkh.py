"""p2pkh.scrypt: spent by the owner of the hashed key only."""

import pytest

from penstock import Spend
from penstock.script.hashes import hash160
from tests.support.spending.contract_bench import (
    ALICE,
    EVERYWHERE,
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

KEY_LINE = "require(hash160(pubKey) == this.pubKeyHash);"
SIGNATURE_LINE = "require(checkSig(sig, pubKey));"


@pytest.fixture(params=EVERYWHERE, ids=str)
def spend(request: pytest.FixtureRequest) -> Spend:
    return spend_of("p2pkh", request.param, pubKeyHash=hash160(ALICE.public_key))


@pytest.mark.parametrize("hash_type", HASH_TYPES)
def test_the_owner(spend: Spend, hash_type: str) -> None:
    assert judge(spend, "unlock", spend.sign(ALICE, hash_type), ALICE.public_key)


@bad_signatures
def test_a_bad_signature(spend: Spend, error: str, forge: Maker) -> None:
    assert_refused(judge(spend, "unlock", forge(spend, ALICE), ALICE.public_key), error, SIGNATURE_LINE)


def test_no_signature(spend: Spend) -> None:
    assert_refused(judge(spend, "unlock", b"", ALICE.public_key), UNMET, SIGNATURE_LINE)


def test_another_key_with_its_own_signature(spend: Spend) -> None:
    verdict = judge(spend, "unlock", spend.sign(MALLORY), MALLORY.public_key)
    assert_refused(verdict, UNMET, KEY_LINE)


@pytest.mark.parametrize("key", [b"", ALICE.public_key[:-1], ALICE.public_key + b"\x00", hash160(ALICE.public_key)])
def test_no_such_key(spend: Spend, key: bytes) -> None:
    assert_refused(judge(spend, "unlock", spend.sign(ALICE), key), UNMET, KEY_LINE)


def test_the_two_in_the_wrong_order(spend: Spend) -> None:
    assert_refused(judge(spend, "unlock", ALICE.public_key, spend.sign(ALICE)), UNMET, KEY_LINE)


def test_one_item_more(spend: Spend) -> None:
    items = items_of(spend, "unlock", spend.sign(ALICE), ALICE.public_key)
    assert_refused(judge_items(spend, [b"", *items]), "CLEANSTACK", None)


def test_one_item_less(spend: Spend) -> None:
    verdict = judge_items(spend, [ALICE.public_key])
    assert_refused(verdict, "INVALID_STACK_OPERATION", SIGNATURE_LINE)


def test_no_items(spend: Spend) -> None:
    assert judge_items(spend, []).error == "INVALID_STACK_OPERATION"
