"""paid_key_bsv.scrypt: the payee for the key or the payer's signature, the payer after the height; no other spend."""

from hashlib import sha256

import pytest

from penstock.testing import Chain, Key, binds, key, refuses
from tests.contracts.bindings.paid_key_bsv import PaidKey, PaidKeyCoin
from tests.support.channels.height_refunds import (
    EXPIRY,
    check_finality,
    check_forgeries,
    check_preimages,
    passed,
    refund,
    too_early,
)
from tests.support.spending.judged_chain import HASH_TYPES, Forgery, forgeries, judge_items

PAYER, PAYEE, MALLORY = key("payer"), key("payee"), key("mallory")
KEY = sha256(b"the key of chunk 9").digest()
BY_PAYEE = "checkSig(payeeSig, this.payee)"
IN_PLACE_OF_THE_KEY, THE_KEY = "checkSig(Sig(keyOrSig), this.payer)", "sha256(keyOrSig) == this.hash"


def paid(chain: Chain, key: bytes = KEY) -> PaidKeyCoin:
    return PaidKey(PAYER, PAYEE, sha256(key).digest(), EXPIRY).fund(chain, 1000)


@pytest.mark.parametrize("key", [KEY[::-1], bytes(32), sha256(KEY).digest()], ids=["another", "zeros", "the hash"])
def test_another_key(chain: Chain, key: bytes) -> None:
    with refuses(THE_KEY):
        paid(chain).claim(key, PAYEE).to(PAYEE, 600).send()


@pytest.mark.parametrize("key", [b"", KEY[:-1], KEY + b"\x00", bytes(80)], ids=["empty", "31", "33", "80"])
def test_a_key_of_another_size(chain: Chain, key: bytes) -> None:
    """Even where the hash would be right."""
    with refuses(IN_PLACE_OF_THE_KEY):
        paid(chain, key).claim(key, PAYEE).to(PAYEE, 600).send()


@forgeries
def test_a_forged_signature(chain: Chain, forgery: Forgery) -> None:
    coin = paid(passed(chain))
    for draft, demand in (
        (coin.claim(KEY, forgery.of(PAYEE)), BY_PAYEE),
        (coin.claim(PAYER.sig(), forgery.of(PAYEE)), BY_PAYEE),
        (coin.claim(forgery.of(PAYER), PAYEE), IN_PLACE_OF_THE_KEY),
    ):
        with refuses(demand, rule=forgery.rule):
            draft.to(MALLORY, 600).send()
    check_forgeries(coin, PAYER, (PAYEE, MALLORY), forgery)


def test_the_key_or_her_signature_without_the_payee(chain: Chain) -> None:
    coin = paid(chain)
    for other in (b"", MALLORY, PAYER):
        for first in (KEY, PAYER.sig()):
            with refuses(BY_PAYEE):
                coin.claim(first, other).to(MALLORY, 600).send()


@pytest.mark.parametrize("payee", [PAYEE, PAYER, b""], ids=str)
def test_the_payee_in_the_payers_place(chain: Chain, payee: Key | bytes) -> None:
    with refuses(IN_PLACE_OF_THE_KEY):
        paid(chain).claim(PAYEE.sig(), payee).to(PAYEE, 600).send()


@too_early
def test_the_payer_before_the_height(chain: Chain, lock_time: int, sequence: int, demand: str) -> None:
    coin = paid(passed(chain))
    with refuses(demand):
        refund(coin, PAYER, lock_time, sequence).send()


def test_a_refund_with_another_preimage(chain: Chain) -> None:
    check_preimages(paid(passed(chain)), PAYER)


def test_the_first_block_that_takes_a_refund_is_the_one_after_the_height(chain: Chain) -> None:
    check_finality(chain, lambda: paid(chain), PAYER)


@pytest.mark.parametrize("hash_type", HASH_TYPES)
def test_the_payee_claims_with_the_key(chain: Chain, hash_type: str) -> None:
    assert paid(chain).claim(KEY, PAYEE.sig(hash_type)).to(PAYEE, 600).send()


@pytest.mark.parametrize("hash_type", HASH_TYPES)
def test_both_sign_in_place_of_the_key(chain: Chain, hash_type: str) -> None:
    assert paid(chain).claim(PAYER.sig(hash_type), PAYEE.sig(hash_type)).to(PAYEE, 600).send()


def test_the_payees_signature_is_the_same_either_way(chain: Chain) -> None:
    coin = paid(chain)
    (one,), (two,) = (coin.claim(first, PAYEE).to(PAYEE, 600).filled().calls for first in (KEY, PAYER.sig()))
    assert one.items[0] != two.items[0]
    assert one.items[1] == two.items[1]


@binds("everything")
def test_signatures_for_all_bind_all(chain: Chain) -> None:
    assert paid(chain).claim(KEY, PAYEE).to(PAYEE, 600).send()
    assert paid(chain).claim(PAYER.sig(), PAYEE).to(PAYEE, 600).send()
    assert refund(paid(passed(chain)), PAYER).send()


def test_items_too_many_and_too_few(chain: Chain) -> None:
    coin = paid(passed(chain))
    claims = (coin.claim(KEY, PAYEE).to(PAYEE, 600), coin.claim(PAYER.sig(), PAYEE).to(PAYEE, 600))
    for draft in (*claims, refund(coin, PAYER)):
        assert judge_items(draft, list)
        assert judge_items(draft, lambda items: [b"", *items]).error == "CLEANSTACK"
        assert not judge_items(draft, lambda items: items[1:])
        assert not judge_items(draft, lambda items: items[:-1])
