"""licence.scrypt: the holder collects with a current record that allows it, for enough seats."""

import pytest

from penstock.script.hashes import hash160
from penstock.testing import Chain, key, refuses
from tests.contracts.bindings.licence import Licence, LicenceCoin
from tests.support.spending.judged_chain import HASH_TYPES, Forgery, forgeries, judge_items

HOLDER, MALLORY = key("holder"), key("mallory")
LEAST_SEATS = 10
BY_THE_HOLDER = "checkSig(holderSig, record.holder())"


def record(
    version: int = 2, permissions: int = 0x10, seats: int = LEAST_SEATS, holder: bytes = HOLDER.public_key
) -> bytes:
    return bytes([version, permissions]) + seats.to_bytes(3, "little") + holder


def licence(chain: Chain, data: bytes) -> LicenceCoin:
    return Licence(hash160(data), LEAST_SEATS).fund(chain, 1000)


@pytest.mark.parametrize("hash_type", HASH_TYPES)
@pytest.mark.parametrize("permissions", [0x10, 0x11, 0x90, 0xFF])
@pytest.mark.parametrize("seats", [LEAST_SEATS, 0x80, 0x8000, 0x800000, 0xFFFFFF], ids=hex)
def test_the_holder(chain: Chain, permissions: int, seats: int, hash_type: str) -> None:
    data = record(permissions=permissions, seats=seats)
    assert licence(chain, data).collect(data, HOLDER.sig(hash_type)).to(HOLDER, 900).send()


@pytest.mark.parametrize(
    ("data", "demand"),
    [
        pytest.param(record(version=1), "record.version() == CURRENT", id="an old version"),
        pytest.param(record(version=0), "record.version() == CURRENT", id="no version"),
        pytest.param(b"", "record.version() == CURRENT", id="nothing"),
        pytest.param(record(permissions=0x00), "record.allows(REFUND)", id="no permission"),
        pytest.param(record(permissions=0xEF), "record.allows(REFUND)", id="every permission but one"),
        pytest.param(record()[:1], "record.allows(REFUND)", id="a version alone"),
        pytest.param(record(seats=LEAST_SEATS - 1), "record.seats() >= this.leastSeats", id="a seat too few"),
        pytest.param(record(seats=0), "record.seats() >= this.leastSeats", id="no seats"),
        pytest.param(record()[:2], "record.seats() >= this.leastSeats", id="cut off before the seats"),
        pytest.param(record()[:4], "record.seats() >= this.leastSeats", id="cut off within the seats"),
        pytest.param(record(holder=b""), BY_THE_HOLDER, id="a record without a holder"),
    ],
)
def test_a_record_that_will_not_do(chain: Chain, data: bytes, demand: str) -> None:
    with refuses(demand):
        licence(chain, data).collect(data, HOLDER).to(HOLDER, 900).send()


def test_another_record_than_agreed(chain: Chain) -> None:
    for other in (record(seats=LEAST_SEATS + 1), HOLDER.sig()):
        with refuses("hash160(data) == this.recordHash"):
            licence(chain, record()).collect(other, HOLDER).to(HOLDER, 900).send()


@forgeries
def test_a_forged_signature(chain: Chain, forgery: Forgery) -> None:
    with refuses(BY_THE_HOLDER, rule=forgery.rule):
        licence(chain, record()).collect(record(), forgery.of(HOLDER)).to(MALLORY, 900).send()


def test_no_signature_or_a_strangers(chain: Chain) -> None:
    for other in (b"", MALLORY):
        with refuses(BY_THE_HOLDER):
            licence(chain, record()).collect(record(), other).to(MALLORY, 900).send()


def test_items_in_another_order_or_number(chain: Chain) -> None:
    draft = licence(chain, record()).collect(record(), HOLDER).to(HOLDER, 900)
    assert not judge_items(draft, lambda items: items[::-1])
    assert judge_items(draft, lambda items: [b"\x01", *items]).error == "CLEANSTACK"
    assert judge_items(draft, lambda items: items[:1]).error == "INVALID_STACK_OPERATION"
