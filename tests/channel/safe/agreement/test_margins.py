"""Margins: M and the least delay follow from L and R; terms that do not fit are refused."""

from dataclasses import fields, replace

import pytest

from penstock.channel.safe.agreement.errors import ChannelTermsError
from penstock.channel.safe.agreement.margins import BSV_MARGINS, BTC_MARGINS, Margins, may_reveal
from tests.support.channels.safe_stage import FORMS

TERMS = replace(FORMS["btc v3"], expiry=10_000, delay=85)
FIELDS = [each.name for each in fields(Margins)]
MARGINS = replace(BTC_MARGINS, alarm=10, longest_life=1_000, longest_delay=500)


@pytest.mark.parametrize(
    ("waiting", "reorganisations", "margin"), [(0, 0, 1), (1, 0, 2), (0, 1, 2), (1, 1, 4), (2, 2, 9), (11, 6, 84)]
)
def test_the_formula(waiting: int, reorganisations: int, margin: int) -> None:
    margins = replace(MARGINS, waiting=waiting, reorganisations=reorganisations)
    assert (margins.margin, margins.least_delay, margins.least_life) == (margin, margin + 1, margin + 11)


def test_the_defaults() -> None:
    assert (BTC_MARGINS.margin, BSV_MARGINS.margin) == (84, 35)


@pytest.mark.parametrize("height", [10_000 - 1_000, 10_000 - 95])
def test_an_expiry_in_the_window(height: int) -> None:
    MARGINS.check(TERMS, height)
    assert MARGINS.may_sell(TERMS, height)


@pytest.mark.parametrize("height", [10_000 - 1_001, 10_000 - 94, 10_000, 20_000])
def test_an_expiry_outside_of_the_window(height: int) -> None:
    with pytest.raises(ChannelTermsError, match="expiry is 10000; it must be"):
        MARGINS.check(TERMS, height)


@pytest.mark.parametrize("delay", [1, 84, 501, 65_535])
def test_a_delay_outside_of_the_margins(delay: int) -> None:
    with pytest.raises(ChannelTermsError, match="it must be 85 to 500 blocks"):
        MARGINS.check(replace(TERMS, delay=delay), 9_500)


def test_the_blocks_before_the_expiry() -> None:
    """No sale from the alarm on, a close from the margin on, no new key from T on."""
    rows = {height: (MARGINS.may_sell(TERMS, height), MARGINS.must_close(TERMS, height)) for height in range(10_001)}
    assert [height for height, row in rows.items() if row == (True, False)] == list(range(10_000 - 94))
    assert [height for height, row in rows.items() if row == (False, False)] == list(range(10_000 - 94, 10_000 - 84))
    assert [height for height, row in rows.items() if row == (False, True)] == list(range(10_000 - 84, 10_001))
    assert [height for height in range(9_990, 10_010) if may_reveal(TERMS, height)] == list(range(9_990, 10_000))


@pytest.mark.parametrize("field", ["payment_rate", "claim_rate"])
def test_a_fee_rate_that_is_too_high(field: str) -> None:
    """The payer bears it: by the fee of a payment, by the base that covers that of the claim."""
    margins = replace(MARGINS, most_rate=5_000)
    terms = replace(TERMS, payment_rate=5_000, claim_rate=5_000)
    margins.check(terms, 9_500)
    dear = replace(terms, payment_rate=5_001) if field == "payment_rate" else replace(terms, claim_rate=5_001)
    with pytest.raises(ChannelTermsError, match=f"{field} is 5001; it must be 5,000 satoshis per 1,000 bytes or less"):
        margins.check(dear, 9_500)


def test_a_base_that_is_too_high() -> None:
    """The payee would keep it with the first key."""
    margins = replace(MARGINS, most_base=TERMS.base)
    margins.check(TERMS, 9_500)
    with pytest.raises(ChannelTermsError, match=r"base is 1101; it must be 1,100 satoshis or less"):
        margins.check(replace(TERMS, base=TERMS.base + 1), 9_500)


@pytest.mark.parametrize("field", FIELDS)
def test_a_negative_number(field: str) -> None:
    with pytest.raises(ChannelTermsError, match=f"{field} is -1; it must be 0 or more"):
        Margins(**{**dict.fromkeys(FIELDS, 1), field: -1})
