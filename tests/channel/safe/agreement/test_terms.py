"""Terms: every number has a range, every key is a point and is there once."""

from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from penstock.channel.safe.agreement.errors import ChannelTermsError
from penstock.channel.safe.agreement.ranges import RANGES
from penstock.channel.safe.agreement.terms import ChannelTerms
from penstock.tx.keys import PrivateKey
from tests.support.channels.safe_stage import FORMS, PAYEE, PAYER, every_form

LONG = PrivateKey(b"\x11" * 32, compressed=False).public_key


@every_form
@pytest.mark.parametrize("row", RANGES, ids=lambda row: row.field)
def test_a_number_outside_of_its_range(terms: ChannelTerms, row: Any) -> None:
    least, most = row.on(terms.rules)
    numbers: tuple[Any, ...] = (least - 1, most + 1, -1 << 40, 1 << 63, True, "1", None, 1.0)
    for number in numbers:
        with pytest.raises(ChannelTermsError, match=f"^{row.field} is .*; it must be ") as caught:
            replace(terms, **{row.field: number})
        assert caught.value.field == row.field


@every_form
@pytest.mark.parametrize("row", RANGES, ids=lambda row: row.field)
def test_the_ends_of_a_range(terms: ChannelTerms, row: Any) -> None:
    for number in row.on(terms.rules):
        changed = {"delay": 1, "expiry": 1, row.field: number}
        if row.field == "expiry":
            changed["expiry"] = min(number, 499_999_998)  # so that the delay ends before the seconds
        assert getattr(replace(terms, **changed), row.field) == changed[row.field]


@pytest.mark.parametrize(
    ("name", "versions"), [("btc v3", [2, 3]), ("btc v2", [2, 3]), ("bsv key", [1]), ("bsv chunk", [1])]
)
def test_the_versions_of_payments(name: str, versions: list[int]) -> None:
    taken = []
    for version in range(-1, 6):
        with suppress(ChannelTermsError):
            taken.append(replace(FORMS[name], payment_version=version).payment_version)
    assert taken == versions


@every_form
def test_a_delay_that_ends_among_the_seconds(terms: ChannelTerms) -> None:
    last = 499_999_999 - 144
    assert replace(terms, expiry=last).paid_key_expiry == 499_999_999
    with pytest.raises(ChannelTermsError, match="delay is 144"):
        replace(terms, expiry=last + 1)


@pytest.mark.parametrize("field", ["authentication", "funding", "claim", "payout"])
@pytest.mark.parametrize(
    "key",
    [b"", LONG, b"\x05" + PAYER.claim.public_key[1:], b"\x02" + b"\xff" * 32, PAYER.claim.public_key[:-1]],
    ids=["empty", "65 bytes", "another first byte", "not a point", "short"],
)
def test_a_key_that_is_not_one(field: str, key: bytes) -> None:
    with pytest.raises(ChannelTermsError, match=f"{field} is .*; it must be a point of the curve in 33 bytes"):
        replace(PAYER.public, **{field: key})


@pytest.mark.parametrize("field", ["authentication", "funding", "claim", "payout"])
def test_a_key_that_is_there_twice(field: str) -> None:
    terms = FORMS["btc v3"]
    mine = getattr(PAYER.public, field)
    for key in (mine, bytes((mine[0] ^ 1,)) + mine[1:]):  # the same x: the same secret, but for its sign
        for other in ("authentication", "funding", "claim", "payout"):
            with pytest.raises(ChannelTermsError, match=f"payee.{other} is .*, that of payer.{field}"):
                replace(terms, payee=replace(PAYEE.public, **{other: key}))
