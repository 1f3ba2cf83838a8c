"""hash_lock.scrypt: the secret opens it, and nothing else does."""

from hashlib import sha256

import pytest

from penstock.testing import Chain, Key, key, refuses
from tests.contracts.bindings.hash_lock import HashLock, HashLockCoin
from tests.support.spending.judged_chain import everywhere, judge_items

pytestmark = everywhere
ALICE, MALLORY = key("alice"), key("mallory")
SECRET = b"open sesame"
DIGEST = sha256(SECRET).digest()


@pytest.fixture
def coin(chain: Chain) -> HashLockCoin:
    return HashLock(DIGEST).fund(chain, 1000)


@pytest.mark.parametrize("payee", [ALICE, MALLORY], ids=["the finder", "a thief"])
def test_the_secret(coin: HashLockCoin, payee: Key) -> None:
    """There is no signature, so anyone who has seen the secret can spend it; the contract's header warns of it."""
    assert coin.unlock(SECRET).to(payee, 900).send()


@pytest.mark.parametrize("preimage", [b"", SECRET[:-1], SECRET + b" ", DIGEST, SECRET[::-1]])
def test_anything_else(coin: HashLockCoin, preimage: bytes) -> None:
    with refuses("sha256(preimage) == this.digest"):
        coin.unlock(preimage).to(ALICE, 900).send()


@pytest.mark.parametrize(
    ("items", "errors"),
    [
        pytest.param([b"", SECRET], {"CLEANSTACK"}, id="one more"),
        pytest.param([SECRET, b"\x05"], {"CLEANSTACK", "EVAL_FALSE"}, id="under something"),
        pytest.param([], {"INVALID_STACK_OPERATION"}, id="none"),
    ],
)
def test_other_items(coin: HashLockCoin, items: list[bytes], errors: set[str]) -> None:
    assert judge_items(coin.unlock(SECRET).to(ALICE, 900), lambda _: items).error in errors
