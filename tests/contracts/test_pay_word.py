"""pay_word.scrypt: a word as far from the root as agreed, or both sides together."""

import hashlib

import pytest

from penstock import Spend
from tests.support.spending.contract_bench import (
    ALICE,
    BOB,
    EVERYWHERE,
    HASH_TYPES,
    UNMET,
    Maker,
    Place,
    assert_refused,
    bad_signatures,
    items_of,
    judge,
    judge_items,
    spend_of,
    without_signature,
)

PAYER, PAYEE = ALICE, BOB
LONGEST = 4

STEPS_LINE = "require(within(steps, this.agreed, LONGEST + 1));"
DONE_LINE = "require(done == steps);"
ROOT_LINE = "require(link == this.root);"
PAYER_LINE = "require(checkSig(payerSig, this.payer));"
PAYEE_LINE = "require(checkSig(payeeSig, this.payee));"


def hashed(word: bytes, times: int) -> bytes:
    for _ in range(times):
        word = hashlib.sha256(word).digest()
    return word


END = b"the random end of the chain"
WORDS = [hashed(END, LONGEST - steps) for steps in range(LONGEST + 1)]  # by their distance from the root


@pytest.fixture(params=EVERYWHERE, ids=str)
def place(request: pytest.FixtureRequest) -> Place:
    assert isinstance(request.param, Place)
    return request.param


def pay_word(place: Place, agreed: int = 1) -> Spend:
    return spend_of("pay_word", place, payer=PAYER.public_key, payee=PAYEE.public_key, root=WORDS[0], agreed=agreed)


@pytest.mark.parametrize("hash_type", HASH_TYPES)
@pytest.mark.parametrize(("agreed", "steps"), [(1, 1), (1, 2), (2, 2), (1, 3), (3, 3), (1, 4), (3, 4), (4, 4)])
def test_far_enough(place: Place, agreed: int, steps: int, hash_type: str) -> None:
    spend = pay_word(place, agreed)
    assert judge(spend, "redeem", WORDS[steps], steps, spend.sign(PAYEE, hash_type))


@pytest.mark.parametrize(("agreed", "steps"), [(2, 1), (3, 2), (4, 3), (4, 1), (1, 0), (1, -1), (5, 4)])
def test_not_far_enough(place: Place, agreed: int, steps: int) -> None:
    spend = pay_word(place, agreed)
    assert_refused(judge(spend, "redeem", WORDS[max(steps, 0)], steps, spend.sign(PAYEE)), UNMET, STEPS_LINE)


def test_the_root_itself_is_worth_nothing(place: Place) -> None:
    """Even where nothing was agreed: the root is public."""
    spend = pay_word(place, agreed=0)
    assert_refused(judge(spend, "redeem", WORDS[0], 0, spend.sign(PAYEE)), UNMET, DONE_LINE)


def test_a_word_beyond_the_end_of_the_chain(place: Place) -> None:
    spend = pay_word(place)
    assert_refused(judge(spend, "redeem", END, LONGEST + 1, spend.sign(PAYEE)), UNMET, STEPS_LINE)


@pytest.mark.parametrize("steps", [1, 2, 3, 4])
def test_a_word_at_another_distance(place: Place, steps: int) -> None:
    spend = pay_word(place)
    for word in (*(WORDS[other] for other in range(LONGEST + 1) if other != steps), b"", END[:-1]):
        assert_refused(judge(spend, "redeem", word, steps, spend.sign(PAYEE)), UNMET, ROOT_LINE)


@bad_signatures
def test_a_bad_signature(place: Place, error: str, forge: Maker) -> None:
    spend = pay_word(place)
    assert_refused(judge(spend, "redeem", WORDS[2], 2, forge(spend, PAYEE)), error, PAYEE_LINE)


def test_no_signature_or_the_payers(place: Place) -> None:
    spend = pay_word(place)
    assert_refused(judge(spend, "redeem", WORDS[1], 1, b""), without_signature(spend), PAYEE_LINE)
    assert_refused(judge(spend, "redeem", WORDS[1], 1, spend.sign(PAYER)), "NULLFAIL", PAYEE_LINE)


@pytest.mark.parametrize("hash_type", HASH_TYPES)
def test_both_settle(place: Place, hash_type: str) -> None:
    spend = pay_word(place)
    assert judge(spend, "settle", spend.sign(PAYER, hash_type), spend.sign(PAYEE, hash_type))


@bad_signatures
def test_a_bad_signature_in_a_settlement(place: Place, error: str, forge: Maker) -> None:
    spend = pay_word(place)
    payer, payee = spend.sign(PAYER), spend.sign(PAYEE)
    assert_refused(judge(spend, "settle", forge(spend, PAYER), payee), error, PAYER_LINE)
    assert_refused(judge(spend, "settle", payer, forge(spend, PAYEE)), error, PAYEE_LINE)


def test_one_alone_cannot_settle(place: Place) -> None:
    spend = pay_word(place)
    payer, payee = spend.sign(PAYER), spend.sign(PAYEE)
    assert_refused(judge(spend, "settle", b"", payee), without_signature(spend), PAYER_LINE)
    assert_refused(judge(spend, "settle", payer, b""), without_signature(spend), PAYEE_LINE)
    assert_refused(judge(spend, "settle", payee, payer), "NULLFAIL", PAYER_LINE, PAYEE_LINE)  # both are wrong


def test_items_too_many_and_too_few(place: Place) -> None:
    spend = pay_word(place)
    for items in (
        items_of(spend, "redeem", WORDS[1], 1, spend.sign(PAYEE)),
        items_of(spend, "settle", spend.sign(PAYER), spend.sign(PAYEE)),
    ):
        assert_refused(judge_items(spend, [b"", *items]), "CLEANSTACK", None)
        assert judge_items(spend, items[1:]).error == "INVALID_STACK_OPERATION"
