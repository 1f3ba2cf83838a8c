"""Tokens: a provider knows his own again, and takes no other."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.channel.safe.messages.kinds import Offer
from penstock.service.provider.tokens import NONCE_LIFE, TokenError, Tokens
from penstock.service.store.held import KeyPath

TOKENS = Tokens(bytes(range(32)), "bsv:regtest")
OFFER = Offer("bsv:regtest", 1, (), 2, 144, 1, 5, 6, 0, 1_000)
PATH = KeyPath(2**31 - 1, 7)


def test_an_offer_is_known_again_without_its_keys() -> None:
    assert TOKENS.offered(TOKENS.of_offer(PATH, replace(OFFER, keys=(b"key",)))) == (PATH, OFFER)


@pytest.mark.parametrize("other", [Tokens(bytes(32), "bsv:regtest"), Tokens(bytes(range(32)), "bsv:mainnet")])
def test_a_token_of_another_seed_or_network_is_refused(other: Tokens) -> None:
    with pytest.raises(TokenError, match="not one of this provider"):
        TOKENS.offered(other.of_offer(PATH, OFFER))


def test_a_token_with_one_bit_changed_is_refused() -> None:
    token = TOKENS.of_offer(PATH, OFFER)
    for place in range(len(token) * 8):
        changed = bytearray(token)
        changed[place // 8] ^= 1 << place % 8
        with pytest.raises(TokenError):
            TOKENS.offered(bytes(changed))


@given(st.binary(max_size=128))
def test_any_other_bytes_are_refused(token: bytes) -> None:
    with pytest.raises(TokenError):
        TOKENS.offered(token)
    if len(token) == 32:
        with pytest.raises(TokenError):
            TOKENS.check_nonce(token, 1_000.0)


def test_a_number_of_a_connection_holds_for_a_minute() -> None:
    nonce = TOKENS.nonce(1_000.0)
    for now in (1_000.0 - NONCE_LIFE, 1_000.0, 1_000.0 + NONCE_LIFE):
        TOKENS.check_nonce(nonce, now)
    for now in (999.0 - NONCE_LIFE, 1_001.0 + NONCE_LIFE):
        with pytest.raises(TokenError, match="over"):
            TOKENS.check_nonce(nonce, now)


def test_the_time_in_a_number_cannot_be_changed() -> None:
    nonce = TOKENS.nonce(1_000.0)
    later = (2_000).to_bytes(8, "big") + nonce[8:]
    with pytest.raises(TokenError, match="not one of this provider"):
        TOKENS.check_nonce(later, 2_000.0)


def test_a_code_for_an_offer_is_not_one_for_a_connection() -> None:
    token = TOKENS.of_offer(PATH, OFFER)
    with pytest.raises(TokenError):
        TOKENS.check_nonce(token[:32], 1_000.0)
