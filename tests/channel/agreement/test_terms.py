"""Prices, sizes and fees: allowed and refused values, rounding of a fee."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.channel.agreement.terms import MAX_CHUNK_SIZE, LeafDelivery, Terms, TermsError, check_chunk_size
from penstock.ledger.fees import FeeError, FeeRate
from penstock.script.pushes import push_prefix


@pytest.mark.parametrize(
    ("size", "fee"),
    [(0, 0), (1, 1), (310, 1), (999, 1), (1000, 1), (1001, 2), (65_699, 66), (4_294_967_296, 4_294_968)],
)
def test_a_part_of_a_satoshi_costs_a_whole_one(size: int, fee: int) -> None:
    assert FeeRate().fee(size) == fee


@given(st.integers(0, 1 << 40), st.integers(0, 1000))
def test_the_fee_is_the_least_that_pays_the_rate(size: int, rate: int) -> None:
    fee = FeeRate(rate).fee(size)
    assert fee * 1000 >= size * rate
    assert fee == 0 or (fee - 1) * 1000 < size * rate


def test_the_defaults_are_those_of_the_article() -> None:
    assert Terms() == Terms(price=100, fee_rate=FeeRate(1), delivery=LeafDelivery.LEAVES)


@pytest.mark.parametrize("price", [0, -1])
def test_a_price_is_positive(price: int) -> None:
    with pytest.raises(TermsError, match="price"):
        Terms(price=price)


def test_a_fee_rate_is_not_negative() -> None:
    with pytest.raises(FeeError, match="fee rate"):
        FeeRate(-1)


@pytest.mark.parametrize("size", [1, 65_536, MAX_CHUNK_SIZE])
def test_chunk_sizes_that_a_claim_has_room_for(size: int) -> None:
    assert check_chunk_size(size) == size


@pytest.mark.parametrize("size", [0, -1, MAX_CHUNK_SIZE + 1])
def test_chunk_sizes_that_it_has_not(size: int) -> None:
    with pytest.raises(TermsError, match="chunk size"):
        check_chunk_size(size)


def test_the_largest_chunk_and_a_signature_fit_the_script_limit() -> None:
    longest_signature = 73
    pushed = len(push_prefix(MAX_CHUNK_SIZE)) + MAX_CHUNK_SIZE + 1 + longest_signature
    assert pushed <= 2**32 - 1 < pushed + 128
