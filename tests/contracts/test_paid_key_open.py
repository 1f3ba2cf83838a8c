"""paid_key_open.scrypt: anyone with the key pays the payee, the payer is refunded after the height; no other spend."""

from hashlib import sha256

import pytest

from penstock.testing import PREIMAGE, Chain, Draft, binds, key, refuses
from tests.contracts.bindings.paid_key_open import PaidKeyOpen, PaidKeyOpenCoin
from tests.support.channels.height_refunds import (
    EXPIRY,
    check_finality,
    check_forgeries,
    check_preimages,
    passed,
    refund,
    too_early,
)
from tests.support.spending.judged_chain import Forgery, forgeries, judge_items

PAYER, PAYEE, WATCHER, MALLORY = key("payer"), key("payee"), key("watcher"), key("mallory")
KEY = sha256(b"the key of chunk 9").digest()
ALLOWANCE = 3
THE_KEY, TO_THE_PAYEE = "sha256(key) == this.hash", "hash256(payment) == SigHash.hashOutputs(preimage)"
A_FEE = "within(fee, 0, this.allowance + 1)"


def paid(chain: Chain, key: bytes = KEY) -> PaidKeyOpenCoin:
    return PaidKeyOpen(PAYER, PAYEE, sha256(key).digest(), ALLOWANCE, EXPIRY).fund(chain, 1000)


def claim(coin: PaidKeyOpenCoin, key: bytes = KEY, fee: int = 0) -> Draft:
    return coin.claim(key, fee, PREIMAGE)


@pytest.mark.parametrize("key", [KEY[::-1], bytes(32), sha256(KEY).digest()], ids=["another", "zeros", "the hash"])
def test_another_key(chain: Chain, key: bytes) -> None:
    with refuses(THE_KEY):
        claim(paid(chain), key).to(PAYEE, 1000).send()


@pytest.mark.parametrize("key", [b"", KEY[:-1], KEY + b"\x00"], ids=["empty", "31", "33"])
def test_a_key_of_another_size(chain: Chain, key: bytes) -> None:
    with refuses("len(key) == KEY_SIZE"):
        claim(paid(chain, key), key).to(PAYEE, 1000).send()


@pytest.mark.parametrize("whom", [MALLORY, PAYER, WATCHER], ids=str)
def test_somebody_else_is_paid(chain: Chain, whom: object) -> None:
    draft = claim(paid(chain))
    with refuses(TO_THE_PAYEE):
        draft.to(whom, 1000).send()  # type: ignore[arg-type]  # keys by parametrize
    with refuses(TO_THE_PAYEE):  # the payee's output is not the one at the index of the input
        draft.to(whom, 1).to(PAYEE, 999).send()  # type: ignore[arg-type]  # as above


@pytest.mark.parametrize(("fee", "value"), [(0, 999), (3, 998), (3, 996), (1, 1000)])
def test_the_payee_gets_another_amount(chain: Chain, fee: int, value: int) -> None:
    with refuses(TO_THE_PAYEE):
        claim(paid(chain), fee=fee).to(PAYEE, value).send()


@pytest.mark.parametrize("fee", [-1, ALLOWANCE + 1, 1000])
def test_a_fee_beyond_the_allowance(chain: Chain, fee: int) -> None:
    more = chain.coin(WATCHER, 5000)
    with refuses(A_FEE):
        claim(paid(chain), fee=fee).to(PAYEE, 1000 - fee).spend(more).send()


def test_two_claims_in_one_transaction_do_not_share_an_output(chain: Chain) -> None:
    one, two = paid(chain), paid(chain)
    with refuses(TO_THE_PAYEE):
        two.on(claim(one)).claim(KEY, 0, PREIMAGE).to(PAYEE, 1000).to(MALLORY, 1000).send()
    assert two.on(claim(one)).claim(KEY, 0, PREIMAGE).to(PAYEE, 1000).to(PAYEE, 1000).send()


def test_a_preimage_of_another_type(chain: Chain) -> None:
    """One of type NONE or ALL would bind other outputs."""
    draft = claim(paid(chain)).to(PAYEE, 1000)
    (spend,) = draft.filled().spends
    for hash_type in ("ALL", "NONE|ANYONECANPAY", "SINGLE"):
        with refuses("Tx.checkPreimageSigHashType(preimage, OWN_OUTPUT)"):
            paid(chain).claim(KEY, 0, spend.preimage(hash_type)).to(PAYEE, 1000).send()


@forgeries
def test_a_forged_signature(chain: Chain, forgery: Forgery) -> None:
    check_forgeries(paid(passed(chain)), PAYER, (PAYEE, MALLORY), forgery)


@too_early
def test_the_payer_before_the_height(chain: Chain, lock_time: int, sequence: int, demand: str) -> None:
    coin = paid(passed(chain))
    with refuses(demand):
        refund(coin, PAYER, lock_time, sequence).send()


def test_a_refund_with_another_preimage(chain: Chain) -> None:
    check_preimages(paid(passed(chain)), PAYER)


def test_the_first_block_that_takes_a_refund_is_the_one_after_the_height(chain: Chain) -> None:
    check_finality(chain, lambda: paid(chain), PAYER)


@pytest.mark.parametrize("fee", range(ALLOWANCE + 1))
def test_anyone_with_the_key_pays_the_payee(chain: Chain, fee: int) -> None:
    assert claim(paid(chain), fee=fee).to(PAYEE, 1000 - fee).send()


def test_a_watcher_pays_any_fee_with_a_coin_of_its_own(chain: Chain) -> None:
    own = chain.coin(WATCHER, 5000)
    sent = claim(paid(chain)).to(PAYEE, 1000).spend(own).change(WATCHER, fee_rate=500).send()
    assert sent.payment(1).value < 5000 - 300


def test_the_claim_binds_the_payment_alone(chain: Chain) -> None:
    free = ["more outputs"]
    with binds("arguments", "outputs", except_=free):
        assert claim(paid(chain), fee=1).to(PAYEE, 999).send()


@binds("everything")
def test_the_refund_binds_all(chain: Chain) -> None:
    assert refund(paid(passed(chain)), PAYER).send()


def test_items_too_many_and_too_few(chain: Chain) -> None:
    coin = paid(passed(chain))
    for draft in (claim(coin).to(PAYEE, 1000), refund(coin, PAYER)):
        assert judge_items(draft, list)
        assert judge_items(draft, lambda items: [b"", *items]).error == "CLEANSTACK"
        assert not judge_items(draft, lambda items: items[1:])
        assert not judge_items(draft, lambda items: items[:-1])
