"""coin_toss.scrypt: the last bit of the two secrets' exclusive-or decides who may take the stake."""

import hashlib

import pytest

import penstock
from penstock import PrivateKey, Spend
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

EVEN, ODD = bytes(31) + b"\x02", bytes(range(31)) + b"\x01"
TOSSES = pytest.mark.parametrize(
    ("alice_secret", "bob_secret", "winner"),
    [
        pytest.param(EVEN, EVEN, ALICE, id="even even"),
        pytest.param(EVEN, ODD, BOB, id="even odd"),
        pytest.param(ODD, EVEN, BOB, id="odd even"),
        pytest.param(ODD, ODD, ALICE, id="odd odd"),
        pytest.param(b"\xff" * 32, b"\x80" * 32, BOB, id="all bits but one"),
    ],
)
SIZE_LINE = "require(len(aliceSecret) == SECRET_SIZE && len(bobSecret) == SECRET_SIZE);"
ALICE_LINE = "require(sha256(aliceSecret) == this.aliceHash);"
BOB_LINE = "require(sha256(bobSecret) == this.bobHash);"
WINNER_LINE = "require(checkSig(winnerSig, heads(aliceSecret ^ bobSecret) ? this.alice : this.bob));"


def toss(alice_secret: bytes = EVEN, bob_secret: bytes = ODD) -> Spend:
    return spend_of(
        "coin_toss",
        BSV,
        alice=ALICE.public_key,
        bob=BOB.public_key,
        aliceHash=hashlib.sha256(alice_secret).digest(),
        bobHash=hashlib.sha256(bob_secret).digest(),
    )


@TOSSES
@pytest.mark.parametrize("hash_type", HASH_TYPES)
def test_the_winner(alice_secret: bytes, bob_secret: bytes, winner: PrivateKey, hash_type: str) -> None:
    spend = toss(alice_secret, bob_secret)
    assert judge(spend, "take", alice_secret, bob_secret, spend.sign(winner, hash_type))


@TOSSES
def test_the_loser(alice_secret: bytes, bob_secret: bytes, winner: PrivateKey) -> None:
    spend = toss(alice_secret, bob_secret)
    loser = BOB if winner is ALICE else ALICE
    verdict = judge(spend, "take", alice_secret, bob_secret, spend.sign(loser))
    assert_refused(verdict, "NULLFAIL", WINNER_LINE)


@TOSSES
@bad_signatures
def test_a_bad_signature(alice_secret: bytes, bob_secret: bytes, winner: PrivateKey, error: str, forge: Maker) -> None:
    spend = toss(alice_secret, bob_secret)
    verdict = judge(spend, "take", alice_secret, bob_secret, forge(spend, winner))
    assert_refused(verdict, error, WINNER_LINE)


def test_no_signature_or_a_strangers() -> None:
    spend = toss()
    assert_refused(judge(spend, "take", EVEN, ODD, b""), UNMET, WINNER_LINE)
    assert_refused(judge(spend, "take", EVEN, ODD, spend.sign(MALLORY)), "NULLFAIL", WINNER_LINE)


def test_a_secret_that_was_not_promised() -> None:
    spend = toss()
    signature = spend.sign(BOB)
    assert_refused(judge(spend, "take", ODD, ODD, signature), UNMET, ALICE_LINE)
    assert_refused(judge(spend, "take", EVEN, EVEN, signature), UNMET, BOB_LINE)


def test_the_secrets_in_the_wrong_order() -> None:
    spend = toss()
    assert_refused(judge(spend, "take", ODD, EVEN, spend.sign(BOB)), UNMET, ALICE_LINE, BOB_LINE)


@pytest.mark.parametrize("size", [0, 31, 33, 64])
def test_a_secret_of_another_size(size: int) -> None:
    """Otherwise a player could commit to a secret that cannot be combined with the other's 32 bytes."""
    odd_one = bytes(size)
    spend = toss(alice_secret=odd_one)
    assert_refused(judge(spend, "take", odd_one, ODD, spend.sign(BOB)), UNMET, SIZE_LINE)
    spend = toss(bob_secret=odd_one)
    assert_refused(judge(spend, "take", EVEN, odd_one, spend.sign(BOB)), UNMET, SIZE_LINE)


def test_items_too_many_and_too_few() -> None:
    spend = toss()
    items = items_of(spend, "take", EVEN, ODD, spend.sign(BOB))
    assert_refused(judge_items(spend, [b"", *items]), "CLEANSTACK", None)
    assert judge_items(spend, items[1:]).error == "INVALID_STACK_OPERATION"


def test_it_is_no_contract_for_btc() -> None:
    with pytest.raises(penstock.CompileError, match="btc"):
        penstock.compile_file(penstock.bundled("coin_toss"), target="btc")
