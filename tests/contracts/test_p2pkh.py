"""p2pkh.scrypt: spent by the owner of the hashed key only."""

import pytest

from penstock.testing import Chain, key, refuses
from tests.contracts.bindings.p2pkh import P2PKH, P2PKHCoin
from tests.support.spending.judged_chain import HASH_TYPES, Forgery, everywhere, forgeries, judge_items

pytestmark = everywhere
ALICE, MALLORY = key("alice"), key("mallory")


@pytest.fixture
def coin(chain: Chain) -> P2PKHCoin:
    return P2PKH(pubKeyHash=ALICE).fund(chain, 1000)


@forgeries
def test_a_forged_signature(coin: P2PKHCoin, forgery: Forgery) -> None:
    with refuses("checkSig(sig, pubKey)", signature="sig", rule=forgery.rule):
        coin.unlock(forgery.of(ALICE), ALICE).to(MALLORY, 900).send()


def test_no_signature(coin: P2PKHCoin) -> None:
    with refuses("checkSig(sig, pubKey)"):
        coin.unlock(b"", ALICE).to(MALLORY, 900).send()


@pytest.mark.parametrize("wrong", [b"", ALICE.public_key[:-1], ALICE.public_key + b"\x00", ALICE.public_key_hash])
def test_another_key(coin: P2PKHCoin, wrong: bytes) -> None:
    with refuses("hash160(pubKey) == this.pubKeyHash"):
        coin.unlock(ALICE, wrong).to(MALLORY, 900).send()
    with refuses("hash160(pubKey) == this.pubKeyHash"):
        coin.unlock(MALLORY, MALLORY).to(MALLORY, 900).send()


@pytest.mark.parametrize("hash_type", HASH_TYPES)
def test_the_owner(coin: P2PKHCoin, hash_type: str) -> None:
    assert coin.unlock(ALICE.sig(hash_type), ALICE).to(ALICE, 900).send()


def test_items_in_another_order_or_number(coin: P2PKHCoin) -> None:
    draft = coin.unlock(ALICE, ALICE).to(ALICE, 900)
    assert not judge_items(draft, lambda items: items[::-1])
    assert judge_items(draft, lambda items: [b"", *items]).error == "CLEANSTACK"
    assert judge_items(draft, lambda items: items[1:]).error == "INVALID_STACK_OPERATION"
    assert judge_items(draft, lambda _: []).error == "INVALID_STACK_OPERATION"
