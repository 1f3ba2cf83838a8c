"""hash_lock_choice.scrypt: with the secret the payee signs, without it the payer."""

import hashlib

import pytest

from penstock import PrivateKey, Spend
from tests.support.spending.contract_bench import (
    ALICE,
    BOB,
    EVERYWHERE,
    HASH_TYPES,
    UNMET,
    Maker,
    assert_refused,
    bad_signatures,
    items_of,
    judge,
    judge_items,
    spend_of,
)

PAYEE, PAYER = BOB, ALICE
SECRET = b"correct horse battery staple"
WAYS = pytest.mark.parametrize(
    ("signer", "secret"),
    [
        pytest.param(PAYEE, SECRET, id="payee"),
        pytest.param(PAYER, b"", id="payer"),
        pytest.param(PAYER, b"x", id="payer too"),
    ],
)
LINE = "require(checkSig(sig, sha256(secret) == this.digest ? this.payee : this.payer));"


@pytest.fixture(params=EVERYWHERE, ids=str)
def spend(request: pytest.FixtureRequest) -> Spend:
    digest = hashlib.sha256(SECRET).digest()
    return spend_of("hash_lock_choice", request.param, payee=PAYEE.public_key, payer=PAYER.public_key, digest=digest)


@WAYS
@pytest.mark.parametrize("hash_type", HASH_TYPES)
def test_each_his_own_way(spend: Spend, signer: PrivateKey, secret: bytes, hash_type: str) -> None:
    assert judge(spend, "unlock", spend.sign(signer, hash_type), secret)


@WAYS
def test_the_others_signature(spend: Spend, signer: PrivateKey, secret: bytes) -> None:
    other = PAYER if signer is PAYEE else PAYEE
    assert_refused(judge(spend, "unlock", spend.sign(other), secret), "NULLFAIL", LINE)


@WAYS
@bad_signatures
def test_a_bad_signature(spend: Spend, signer: PrivateKey, secret: bytes, error: str, forge: Maker) -> None:
    assert_refused(judge(spend, "unlock", forge(spend, signer), secret), error, LINE)


@WAYS
def test_no_signature(spend: Spend, signer: PrivateKey, secret: bytes) -> None:
    assert_refused(judge(spend, "unlock", b"", secret), UNMET, LINE)


def test_the_two_in_the_wrong_order(spend: Spend) -> None:
    assert_refused(judge(spend, "unlock", SECRET, spend.sign(PAYEE)), "SIG_DER", LINE)


def test_one_item_more(spend: Spend) -> None:
    items = items_of(spend, "unlock", spend.sign(PAYEE), SECRET)
    assert_refused(judge_items(spend, [b"\x01", *items]), "CLEANSTACK", None)


def test_one_item_less(spend: Spend) -> None:
    assert_refused(judge_items(spend, [SECRET]), "INVALID_STACK_OPERATION", LINE)
