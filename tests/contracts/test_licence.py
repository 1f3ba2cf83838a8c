"""licence.scrypt: the holder collects with a current record that allows it, for enough seats."""

import pytest

from penstock import Spend
from penstock.script.hashes import hash160
from tests.support.spending.contract_bench import (
    ALICE,
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

HOLDER = ALICE
LEAST_SEATS = 10

HASH_LINE = "require(hash160(data) == this.recordHash);"
VERSION_LINE = "require(record.version() == CURRENT);"
REFUND_LINE = "require(record.allows(REFUND));"
SEATS_LINE = "require(record.seats() >= this.leastSeats);"
FIELD_LINES = [
    "return (this.data[1 : 2] & permission) == permission;",
    "return unpack(this.data[2 : 5] + b'00');",
    "return PubKey(this.data[5 :]);",
    "return this.data[: 1];",
]
HOLDER_LINE = "require(checkSig(holderSig, record.holder()));"


def record(
    version: int = 2, permissions: int = 0x10, seats: int = LEAST_SEATS, holder: bytes = HOLDER.public_key
) -> bytes:
    return bytes([version, permissions]) + seats.to_bytes(3, "little") + holder


def licence(data: bytes, least_seats: int = LEAST_SEATS) -> Spend:
    return spend_of("licence", BSV, recordHash=hash160(data), leastSeats=least_seats)


@pytest.mark.parametrize("hash_type", HASH_TYPES)
@pytest.mark.parametrize("permissions", [0x10, 0x11, 0x90, 0xFF])
@pytest.mark.parametrize("seats", [LEAST_SEATS, 0x80, 0x8000, 0x800000, 0xFFFFFF], ids=hex)
def test_the_holder(permissions: int, seats: int, hash_type: str) -> None:
    data = record(permissions=permissions, seats=seats)
    spend = licence(data)
    assert judge(spend, "collect", data, spend.sign(HOLDER, hash_type))


@pytest.mark.parametrize(
    ("data", "error", "line"),
    [
        pytest.param(record(version=1), UNMET, VERSION_LINE, id="an old version"),
        pytest.param(record(version=0), UNMET, VERSION_LINE, id="no version"),
        pytest.param(record(permissions=0x00), UNMET, REFUND_LINE, id="no permission"),
        pytest.param(record(permissions=0xEF), UNMET, REFUND_LINE, id="every permission but one"),
        pytest.param(record(seats=LEAST_SEATS - 1), UNMET, SEATS_LINE, id="a seat too few"),
        pytest.param(record(seats=0), UNMET, SEATS_LINE, id="no seats"),
        pytest.param(record(holder=b""), "PUBKEYTYPE", HOLDER_LINE, id="a record without a holder"),
    ],
)
def test_a_record_that_will_not_do(data: bytes, error: str, line: str) -> None:
    spend = licence(data)
    assert_refused(judge(spend, "collect", data, spend.sign(HOLDER)), error, line)


@pytest.mark.parametrize("size", [0, 1, 2, 4])
def test_a_record_cut_short(size: int) -> None:
    data = record()[:size]
    spend = licence(data)
    assert_refused(judge(spend, "collect", data, spend.sign(HOLDER)), "SPLIT_RANGE", *FIELD_LINES)


def test_another_record_than_agreed() -> None:
    spend = licence(record())
    verdict = judge(spend, "collect", record(seats=LEAST_SEATS + 1), spend.sign(HOLDER))
    assert_refused(verdict, UNMET, HASH_LINE)


@bad_signatures
def test_a_bad_signature(error: str, forge: Maker) -> None:
    spend = licence(record())
    assert_refused(judge(spend, "collect", record(), forge(spend, HOLDER)), error, HOLDER_LINE)


def test_no_signature_or_a_strangers() -> None:
    spend = licence(record())
    assert_refused(judge(spend, "collect", record(), b""), UNMET, HOLDER_LINE)
    assert_refused(judge(spend, "collect", record(), spend.sign(MALLORY)), "NULLFAIL", HOLDER_LINE)


def test_the_two_in_the_wrong_order() -> None:
    spend = licence(record())
    verdict = judge(spend, "collect", spend.sign(HOLDER), record())
    assert_refused(verdict, UNMET | {"SIG_DER"}, HASH_LINE, HOLDER_LINE)  # both are wrong


def test_items_too_many_and_too_few() -> None:
    spend = licence(record())
    items = items_of(spend, "collect", record(), spend.sign(HOLDER))
    assert_refused(judge_items(spend, [b"\x01", *items]), "CLEANSTACK", None)
    assert judge_items(spend, items[:1]).error == "INVALID_STACK_OPERATION"
