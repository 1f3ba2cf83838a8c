"""meter.scrypt: a sealed reading whose price reaches the deposit, or both sides together."""

from hashlib import sha256

import pytest

from penstock.script.numbers import encode_number
from penstock.testing import Chain, key, refuses
from tests.contracts.bindings.meter import Meter, MeterCoin
from tests.support.spending.judged_chain import HASH_TYPES, Forgery, forgeries, judge_items

CUSTOMER, PROVIDER, MALLORY = key("customer"), key("provider"), key("mallory")
SALT = bytes(range(16))
PER_UNIT, THRESHOLD, DEPOSIT = 7, 100, 1000  # so the standing charge is 100
BY_PROVIDER = "checkSig(providerSig, this.provider)"
BY_BOTH = "checkMultiSig([customerSig, providerSig], [this.customer, this.provider])"


def price(units: int) -> int:
    """Return the price of a number of units by the tariff."""
    dear = max(units - THRESHOLD, 0)
    return DEPOSIT // 10 + (units - dear) * PER_UNIT + dear * PER_UNIT * 3 // 2


ENOUGH = next(units for units in range(1000) if price(units) >= DEPOSIT)


def meter(chain: Chain, units: int = ENOUGH, salt: bytes = SALT, *, threshold: int = THRESHOLD) -> MeterCoin:
    seal = sha256(encode_number(units) + salt).digest()
    return Meter(PER_UNIT, threshold, DEPOSIT, seal, CUSTOMER, PROVIDER).fund(chain, 1000)


@pytest.mark.parametrize("hash_type", HASH_TYPES)
@pytest.mark.parametrize("units", [ENOUGH, ENOUGH + 1, 10 * ENOUGH])
def test_enough_units(chain: Chain, units: int, hash_type: str) -> None:
    assert meter(chain, units).collect(units, SALT, PROVIDER.sig(hash_type)).to(PROVIDER, 900).send()


@pytest.mark.parametrize("units", [0, 1, THRESHOLD, ENOUGH - 1])
def test_too_few_units(chain: Chain, units: int) -> None:
    with refuses("this.tariff.charge(units) >= this.deposit"):
        meter(chain, units).collect(units, SALT, PROVIDER).to(PROVIDER, 900).send()


@pytest.mark.parametrize("units", [-1, -(10**9)])
def test_a_negative_reading(chain: Chain, units: int) -> None:
    with refuses("units >= 0"):
        meter(chain, units).collect(units, SALT, PROVIDER).to(PROVIDER, 900).send()


def test_another_reading_than_sealed(chain: Chain) -> None:
    for units, salt in ((ENOUGH + 1, SALT), (ENOUGH, SALT[::-1])):
        with refuses("sha256(pack(units) + salt) == this.seal"):
            meter(chain).collect(units, salt, PROVIDER).to(PROVIDER, 900).send()


@pytest.mark.parametrize("salt", [b"", SALT[:-1], SALT + b"\x00"], ids=["empty", "15", "17"])
def test_a_salt_of_another_size(chain: Chain, salt: bytes) -> None:
    """Else one seal could be opened as several readings."""
    with refuses("len(salt) == SALT_SIZE"):
        meter(chain, salt=salt).collect(ENOUGH, salt, PROVIDER).to(PROVIDER, 900).send()


@pytest.mark.parametrize("threshold", [-1, 1_000_000])
def test_a_tariff_that_makes_no_sense_locks_both_ways(chain: Chain, threshold: int) -> None:
    """The constructor runs at every spend; it is the customer who should look before he pays."""
    coin = meter(chain, threshold=threshold)
    for draft in (coin.collect(ENOUGH, SALT, PROVIDER), coin.settle(CUSTOMER, PROVIDER)):
        with refuses("within(threshold, 0, 1000000)"):
            draft.to(PROVIDER, 900).send()


@forgeries
def test_a_forged_signature(chain: Chain, forgery: Forgery) -> None:
    coin = meter(chain)
    with refuses(BY_PROVIDER, rule=forgery.rule):
        coin.collect(ENOUGH, SALT, forgery.of(PROVIDER)).to(MALLORY, 900).send()
    for customer, provider in ((CUSTOMER, forgery.of(PROVIDER)), (forgery.of(CUSTOMER), PROVIDER)):
        with refuses(BY_BOTH, rule=forgery.rule):
            coin.settle(customer, provider).to(MALLORY, 900).send()


def test_no_signature_or_the_customers(chain: Chain) -> None:
    for other in (b"", CUSTOMER):
        with refuses(BY_PROVIDER):
            meter(chain).collect(ENOUGH, SALT, other).to(CUSTOMER, 900).send()


@pytest.mark.parametrize("hash_type", HASH_TYPES)
def test_both_settle(chain: Chain, hash_type: str) -> None:
    assert meter(chain).settle(CUSTOMER.sig(hash_type), PROVIDER.sig(hash_type)).to(CUSTOMER, 900).send()


def test_one_alone_cannot_settle(chain: Chain) -> None:
    coin = meter(chain)
    for one, other in ((CUSTOMER, b""), (b"", PROVIDER), (PROVIDER, CUSTOMER), (CUSTOMER, MALLORY), (b"", b"")):
        with refuses(BY_BOTH):
            coin.settle(one, other).to(CUSTOMER, 900).send()


def test_items_too_many_and_too_few(chain: Chain) -> None:
    coin = meter(chain)
    for draft in (coin.collect(ENOUGH, SALT, PROVIDER), coin.settle(CUSTOMER, PROVIDER)):
        assert judge_items(draft.to(PROVIDER, 900), lambda items: [b"", *items]).error == "CLEANSTACK"
        assert judge_items(draft.to(PROVIDER, 900), lambda items: items[1:]).error == "INVALID_STACK_OPERATION"
