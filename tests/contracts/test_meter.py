"""meter.scrypt: a sealed reading whose price reaches the deposit, or both sides together."""

import hashlib

import pytest

from penstock import Spend
from penstock.script.numbers import encode_number
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

CUSTOMER, PROVIDER = ALICE, BOB
SALT = bytes(range(16))
PER_UNIT, THRESHOLD, DEPOSIT = 7, 100, 1000  # so the standing charge is 100

UNITS_LINE = "require(units >= 0);"
SALT_LINE = "require(len(salt) == SALT_SIZE);"
SEAL_LINE = "require(sha256(pack(units) + salt) == this.seal);"
PRICE_LINE = "require(this.tariff.charge(units) >= this.deposit);"
PROVIDER_LINE = "require(checkSig(providerSig, this.provider));"
SETTLE_LINE = "require(checkMultiSig([customerSig, providerSig], [this.customer, this.provider]));"


def price(units: int) -> int:
    """Return the price of a number of units by the tariff."""
    dear = max(units - THRESHOLD, 0)
    return DEPOSIT // 10 + (units - dear) * PER_UNIT + dear * PER_UNIT * 3 // 2


ENOUGH = next(units for units in range(1000) if price(units) >= DEPOSIT)


def meter(units: int = ENOUGH, salt: bytes = SALT, *, threshold: int = THRESHOLD) -> Spend:
    return spend_of(
        "meter",
        BSV,
        perUnit=PER_UNIT,
        threshold=threshold,
        deposit=DEPOSIT,
        seal=hashlib.sha256(encode_number(units) + salt).digest(),
        customer=CUSTOMER.public_key,
        provider=PROVIDER.public_key,
    )


@pytest.mark.parametrize("hash_type", HASH_TYPES)
@pytest.mark.parametrize("units", [ENOUGH, ENOUGH + 1, 10 * ENOUGH])
def test_enough_units(units: int, hash_type: str) -> None:
    spend = meter(units)
    assert judge(spend, "collect", units, SALT, spend.sign(PROVIDER, hash_type))


@pytest.mark.parametrize("units", [0, 1, THRESHOLD, ENOUGH - 1])
def test_too_few_units(units: int) -> None:
    spend = meter(units)
    assert_refused(judge(spend, "collect", units, SALT, spend.sign(PROVIDER)), UNMET, PRICE_LINE)


@pytest.mark.parametrize("units", [-1, -(10**9)])
def test_a_negative_reading(units: int) -> None:
    spend = meter(units)
    assert_refused(judge(spend, "collect", units, SALT, spend.sign(PROVIDER)), UNMET, UNITS_LINE, PRICE_LINE)


def test_another_reading_than_sealed() -> None:
    spend = meter()
    for units, salt in ((ENOUGH + 1, SALT), (ENOUGH, SALT[::-1])):
        assert_refused(judge(spend, "collect", units, salt, spend.sign(PROVIDER)), UNMET, SEAL_LINE)


@pytest.mark.parametrize("salt", [b"", SALT[:-1], SALT + b"\x00"], ids=["empty", "15", "17"])
def test_a_salt_of_another_size(salt: bytes) -> None:
    """Else one seal could be opened as several readings."""
    spend = meter(salt=salt)
    assert_refused(judge(spend, "collect", ENOUGH, salt, spend.sign(PROVIDER)), UNMET, SALT_LINE)


@pytest.mark.parametrize("threshold", [-1, 1_000_000])
def test_a_tariff_that_makes_no_sense_locks_both_ways(threshold: int) -> None:
    """The constructor runs at every spend; it is the customer who should look before he pays."""
    spend = meter(threshold=threshold)
    line = "require(within(threshold, 0, 1000000));"
    assert_refused(judge(spend, "collect", ENOUGH, SALT, spend.sign(PROVIDER)), UNMET, line)
    assert_refused(judge(spend, "settle", spend.sign(CUSTOMER), spend.sign(PROVIDER)), UNMET, line)


@bad_signatures
def test_a_bad_signature(error: str, forge: Maker) -> None:
    spend = meter()
    assert_refused(judge(spend, "collect", ENOUGH, SALT, forge(spend, PROVIDER)), error, PROVIDER_LINE)


def test_no_signature_or_the_customers() -> None:
    spend = meter()
    assert_refused(judge(spend, "collect", ENOUGH, SALT, b""), UNMET, PROVIDER_LINE)
    assert_refused(judge(spend, "collect", ENOUGH, SALT, spend.sign(CUSTOMER)), "NULLFAIL", PROVIDER_LINE)


@pytest.mark.parametrize("hash_type", HASH_TYPES)
def test_both_settle(hash_type: str) -> None:
    spend = meter()
    assert judge(spend, "settle", spend.sign(CUSTOMER, hash_type), spend.sign(PROVIDER, hash_type))


@bad_signatures
def test_a_bad_signature_in_a_settlement(error: str, forge: Maker) -> None:
    spend = meter()
    customer, provider = spend.sign(CUSTOMER), spend.sign(PROVIDER)
    assert_refused(judge(spend, "settle", forge(spend, CUSTOMER), provider), error, SETTLE_LINE)
    assert_refused(judge(spend, "settle", customer, forge(spend, PROVIDER)), error, SETTLE_LINE)


def test_one_alone_cannot_settle() -> None:
    spend = meter()
    customer, provider = spend.sign(CUSTOMER), spend.sign(PROVIDER)
    for pair in ((customer, b""), (b"", provider), (provider, customer), (customer, spend.sign(MALLORY))):
        assert_refused(judge(spend, "settle", *pair), "NULLFAIL", SETTLE_LINE)
    assert_refused(judge(spend, "settle", b"", b""), UNMET, SETTLE_LINE)


def test_items_too_many_and_too_few() -> None:
    spend = meter()
    for items in (
        items_of(spend, "collect", ENOUGH, SALT, spend.sign(PROVIDER)),
        items_of(spend, "settle", spend.sign(CUSTOMER), spend.sign(PROVIDER)),
    ):
        assert_refused(judge_items(spend, [b"", *items]), "CLEANSTACK", None)
        assert judge_items(spend, items[1:]).error == "INVALID_STACK_OPERATION"
