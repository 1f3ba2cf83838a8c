"""paid_key.scrypt: Bob for the key, both at once, Alice after the delay; no other spend."""

import hashlib

import pytest

import penstock
from penstock import Spend
from penstock.script.pushes import push_number
from tests.support.spending.contract_bench import (
    ALICE,
    BOB,
    BTC,
    HASH_TYPES,
    P2WSH,
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

KEY = hashlib.sha256(b"the key of chunk 9").digest()
DELAY = 144
IN_SECONDS = 1 << 22

SIZE_LINE = "require(len(key) == KEY_SIZE);"
HASH_LINE = "require(sha256(key) == this.hash);"
ALICE_LINE = "require(checkSig(aliceSig, this.alice));"
BOB_LINE = "require(checkSig(bobSig, this.bob));"
DELAY_LINE = "require(checkSequence(this.delay));"


@pytest.fixture(params=[BTC, P2WSH], ids=str)
def place(request: pytest.FixtureRequest) -> Place:
    assert isinstance(request.param, Place)
    return request.param


def paid_key(
    place: Place, *, key: bytes = KEY, delay: int = DELAY, sequence: int = 0xFFFF_FFFD, version: int = 2
) -> Spend:
    return spend_of(
        "paid_key",
        place,
        version=version,
        sequence=sequence,
        alice=ALICE.public_key,
        bob=BOB.public_key,
        hash=hashlib.sha256(key).digest(),
        delay=delay,
    )


class TestClaim:
    @pytest.mark.parametrize("hash_type", HASH_TYPES)
    def test_the_key(self, place: Place, hash_type: str) -> None:
        spend = paid_key(place)
        assert judge(spend, "claim", KEY, spend.sign(BOB, hash_type))

    @bad_signatures
    def test_a_bad_signature(self, place: Place, error: str, forge: Maker) -> None:
        spend = paid_key(place)
        assert_refused(judge(spend, "claim", KEY, forge(spend, BOB)), error, BOB_LINE)

    def test_no_signature_or_alices(self, place: Place) -> None:
        spend = paid_key(place)
        assert_refused(judge(spend, "claim", KEY, b""), without_signature(spend), BOB_LINE)
        assert_refused(judge(spend, "claim", KEY, spend.sign(ALICE)), "NULLFAIL", BOB_LINE)

    def test_another_key(self, place: Place) -> None:
        spend = paid_key(place)
        assert_refused(judge(spend, "claim", KEY[::-1], spend.sign(BOB)), UNMET, HASH_LINE)

    @pytest.mark.parametrize("key", [b"", KEY[:-1], KEY + b"\x00", bytes(520)], ids=["empty", "31", "33", "520"])
    def test_a_key_of_another_size(self, place: Place, key: bytes) -> None:
        """Even where the hash would be right."""
        spend = paid_key(place, key=key)
        assert_refused(judge(spend, "claim", key, spend.sign(BOB)), UNMET, SIZE_LINE)


class TestClose:
    @pytest.mark.parametrize("hash_type", HASH_TYPES)
    def test_both(self, place: Place, hash_type: str) -> None:
        spend = paid_key(place)
        assert judge(spend, "close", spend.sign(ALICE, hash_type), spend.sign(BOB, hash_type))

    @bad_signatures
    def test_a_bad_signature(self, place: Place, error: str, forge: Maker) -> None:
        spend = paid_key(place)
        alice, bob = spend.sign(ALICE), spend.sign(BOB)
        assert_refused(judge(spend, "close", forge(spend, ALICE), bob), error, ALICE_LINE)
        assert_refused(judge(spend, "close", alice, forge(spend, BOB)), error, BOB_LINE)

    def test_one_alone(self, place: Place) -> None:
        spend = paid_key(place)
        alice, bob = spend.sign(ALICE), spend.sign(BOB)
        assert_refused(judge(spend, "close", b"", bob), without_signature(spend), ALICE_LINE)
        assert_refused(judge(spend, "close", alice, b""), without_signature(spend), BOB_LINE)
        assert_refused(judge(spend, "close", alice, alice), "NULLFAIL", BOB_LINE)
        assert_refused(judge(spend, "close", bob, bob), "NULLFAIL", ALICE_LINE)
        assert_refused(judge(spend, "close", bob, alice), "NULLFAIL", ALICE_LINE, BOB_LINE)  # both are wrong


class TestRefund:
    @pytest.mark.parametrize("sequence", [DELAY, DELAY + 1, 0xFFFF])
    @pytest.mark.parametrize("hash_type", HASH_TYPES)
    def test_after_the_delay(self, place: Place, sequence: int, hash_type: str) -> None:
        spend = paid_key(place, sequence=sequence)
        assert judge(spend, "refund", spend.sign(ALICE, hash_type))

    @pytest.mark.parametrize(
        ("sequence", "version"),
        [
            pytest.param(DELAY - 1, 2, id="a block early"),
            pytest.param(0, 2, id="at once"),
            pytest.param(0xFFFF_FFFD, 2, id="no promise of an age"),
            pytest.param(IN_SECONDS | 0xFFFF, 2, id="an age in seconds"),
            pytest.param(DELAY, 1, id="a transaction too old to promise"),
        ],
    )
    def test_before_it(self, place: Place, sequence: int, version: int) -> None:
        spend = paid_key(place, sequence=sequence, version=version)
        assert_refused(judge(spend, "refund", spend.sign(ALICE)), "UNSATISFIED_LOCKTIME", DELAY_LINE)

    @pytest.mark.parametrize("delay", [-1, 0, 0x10000, IN_SECONDS, IN_SECONDS | 0x10000, 1 << 31, 2**39])
    def test_a_delay_that_locks_nothing(self, place: Place, delay: int) -> None:
        with pytest.raises(penstock.ArgumentError, match="delay: expected a lock for checkSequence: 1 to 65535"):
            paid_key(place, delay=delay)

    @pytest.mark.parametrize("delay", [1, 0xFFFF, IN_SECONDS | 1, IN_SECONDS | 0xFFFF])
    def test_the_shortest_and_the_longest_delay(self, place: Place, delay: int) -> None:
        spend = paid_key(place, delay=delay, sequence=delay)
        assert judge(spend, "refund", spend.sign(ALICE))
        early = paid_key(place, delay=delay, sequence=delay - 1)
        assert_refused(judge(early, "refund", early.sign(ALICE)), "UNSATISFIED_LOCKTIME", DELAY_LINE)

    def test_a_script_with_such_a_delay_is_not_taken_for_one_of_ours(self, place: Place) -> None:
        """Core's engine lets the payer refund it at once."""
        spend = paid_key(place, delay=0xFFFF)
        good = spend.contract.locking_script
        bad = good.replace(push_number(0xFFFF), push_number(0x10000))
        assert spend.contract.artifact.match(good) == spend.contract
        assert spend.contract.artifact.match(bad) is None

    @bad_signatures
    def test_a_bad_signature(self, place: Place, error: str, forge: Maker) -> None:
        spend = paid_key(place, sequence=DELAY)
        assert_refused(judge(spend, "refund", forge(spend, ALICE)), error, ALICE_LINE)

    def test_no_signature_or_bobs(self, place: Place) -> None:
        spend = paid_key(place, sequence=DELAY)
        assert_refused(judge(spend, "refund", b""), without_signature(spend), ALICE_LINE)
        assert_refused(judge(spend, "refund", spend.sign(BOB)), "NULLFAIL", ALICE_LINE)


def test_items_too_many_and_too_few(place: Place) -> None:
    spend = paid_key(place, sequence=DELAY)
    alice, bob = spend.sign(ALICE), spend.sign(BOB)
    for function, given in (("claim", [KEY, bob]), ("close", [alice, bob]), ("refund", [alice])):
        items = items_of(spend, function, *given)
        assert_refused(judge_items(spend, [b"", *items]), "CLEANSTACK", None)
        assert not judge_items(spend, items[1:])
        assert not judge_items(spend, items[:-1])


def test_it_is_no_contract_for_bsv() -> None:
    with pytest.raises(penstock.CompileError, match="checkSequence"):
        penstock.compile_file(penstock.bundled("paid_key"), target="bsv")
