"""hash_lock_choice.scrypt: with the secret the payee signs, without it the payer."""

from hashlib import sha256

import pytest

from penstock.testing import Chain, Key, key, refuses
from tests.contracts.bindings.hash_lock_choice import HashLockChoice, HashLockChoiceCoin
from tests.support.spending.judged_chain import HASH_TYPES, Forgery, everywhere, forgeries, judge_items

pytestmark = everywhere
PAYEE, PAYER = key("payee"), key("payer")
SECRET = b"correct horse battery staple"
each_way = pytest.mark.parametrize(
    ("signer", "other", "secret"),
    [
        pytest.param(PAYEE, PAYER, SECRET, id="payee"),
        pytest.param(PAYER, PAYEE, b"", id="payer"),
        pytest.param(PAYER, PAYEE, b"x", id="payer too"),
    ],
)


@pytest.fixture
def coin(chain: Chain) -> HashLockChoiceCoin:
    return HashLockChoice(PAYEE, PAYER, sha256(SECRET).digest()).fund(chain, 1000)


@each_way
@pytest.mark.parametrize("hash_type", HASH_TYPES)
def test_each_his_own_way(coin: HashLockChoiceCoin, signer: Key, other: Key, secret: bytes, hash_type: str) -> None:
    with refuses(signature="sig"):
        coin.unlock(other.sig(hash_type), secret).to(other, 900).send()
    assert coin.unlock(signer.sig(hash_type), secret).to(signer, 900).send()


@each_way
@forgeries
def test_a_forged_signature(coin: HashLockChoiceCoin, signer: Key, other: Key, secret: bytes, forgery: Forgery) -> None:
    with refuses(signature="sig", rule=forgery.rule):
        coin.unlock(forgery.of(signer), secret).to(other, 900).send()


@each_way
def test_no_signature(coin: HashLockChoiceCoin, signer: Key, other: Key, secret: bytes) -> None:
    with refuses("checkSig(sig, sha256(secret) == this.digest ? this.payee : this.payer)"):
        coin.unlock(b"", secret).to(other, 900).send()


def test_items_in_another_order_or_number(coin: HashLockChoiceCoin) -> None:
    draft = coin.unlock(PAYEE, SECRET).to(PAYEE, 900)
    assert judge_items(draft, lambda items: items[::-1]).error == "SIG_DER"
    assert judge_items(draft, lambda items: [b"\x01", *items]).error == "CLEANSTACK"
    assert judge_items(draft, lambda items: items[1:]).error == "INVALID_STACK_OPERATION"
