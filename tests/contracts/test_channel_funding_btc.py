"""channel_funding_btc.scrypt: both at any time, the payer alone after the height, the payee alone never."""

import pytest

import penstock
from penstock.script.consensus import FINAL_SEQUENCE as FINAL
from penstock.testing import Chain, Key, binds, key, refuses
from tests.contracts.bindings.channel_funding_btc import ChannelFunding, ChannelFundingCoin
from tests.support.spending.judged_chain import HASH_TYPES, Forgery, forgeries, judge_items

pytestmark = pytest.mark.forms("btc p2sh", "btc p2wsh")
PAYER, PAYEE, MALLORY = key("payer"), key("payee"), key("mallory")
EXPIRY = 300
BY_PAYER, BY_PAYEE = "checkSig(payerSig, this.payer)", "checkSig(payeeSig, this.payee)"
AFTER_THE_HEIGHT = "checkLockTime(this.expiry)"


def funding(chain: Chain, expiry: int = EXPIRY) -> ChannelFundingCoin:
    return ChannelFunding(PAYER, PAYEE, expiry).fund(chain, 1000)


def passed(chain: Chain) -> Chain:
    """Return the chain after the height, and after the times in seconds of these tests."""
    return chain.at(height=EXPIRY + 1)


@forgeries
def test_a_forged_signature(chain: Chain, forgery: Forgery) -> None:
    coin = funding(passed(chain))
    for draft, demand in (
        (coin.spend(forgery.of(PAYER), PAYEE), BY_PAYER),
        (coin.spend(PAYER, forgery.of(PAYEE)), BY_PAYEE),
        (coin.refund(forgery.of(PAYER)).lock(EXPIRY), BY_PAYER),
    ):
        with refuses(demand, rule=forgery.rule):
            draft.to(MALLORY, 600).send()


@pytest.mark.parametrize(
    ("payer", "payee", "demand"),
    [
        (PAYER, b"", BY_PAYEE),
        (PAYER, PAYER, BY_PAYEE),
        (b"", PAYEE, BY_PAYER),
        (PAYEE, PAYEE, BY_PAYER),
        (PAYEE, PAYER, BY_PAYER),
        (b"", b"", BY_PAYER),
    ],
)
def test_one_alone(chain: Chain, payer: Key | bytes, payee: Key | bytes, demand: str) -> None:
    coin = funding(passed(chain))
    with refuses(demand):
        coin.spend(payer, payee).to(MALLORY, 600).send()


def test_the_payee_takes_no_refund(chain: Chain) -> None:
    coin = funding(passed(chain))
    for other in (PAYEE, MALLORY, b""):
        with refuses(BY_PAYER):
            coin.refund(other).to(PAYEE, 600).lock(EXPIRY).send()


@pytest.mark.parametrize(
    ("lock_time", "sequence"),
    [
        pytest.param(EXPIRY - 1, FINAL - 1, id="a block early"),
        pytest.param(0, FINAL - 1, id="no lock time"),
        pytest.param(1_500_000_000, FINAL - 1, id="seconds, reached years ago"),
        pytest.param(EXPIRY, FINAL, id="a lock time that is void"),
    ],
)
def test_the_payer_before_the_height(chain: Chain, lock_time: int, sequence: int) -> None:
    draft = funding(passed(chain)).refund(PAYER).to(PAYER, 600)
    with refuses(AFTER_THE_HEIGHT, lock=True, rule="UNSATISFIED_LOCKTIME"):
        draft.lock(lock_time).sequence(sequence).send()


def test_the_first_block_that_takes_a_refund_is_the_one_after_the_height(chain: Chain) -> None:
    refund = funding(chain).refund(PAYER).to(PAYER, 600).lock(EXPIRY)
    chain.at(height=EXPIRY - 1)
    with refuses(rule="NotFinal"):
        refund.send()
    chain.at(height=EXPIRY)
    assert refund.send()


@pytest.mark.parametrize("hash_type", HASH_TYPES)
def test_both(chain: Chain, hash_type: str) -> None:
    assert funding(chain).spend(PAYER.sig(hash_type), PAYEE.sig(hash_type)).to(PAYER, 600).send()


@pytest.mark.parametrize("hash_type", HASH_TYPES)
@pytest.mark.parametrize("lock_time", [EXPIRY, EXPIRY + 1])
def test_the_payer_after_the_height(chain: Chain, lock_time: int, hash_type: str) -> None:
    assert funding(passed(chain)).refund(PAYER.sig(hash_type)).to(PAYER, 600).lock(lock_time).send()


@binds("everything")
def test_signatures_for_all_bind_all(chain: Chain) -> None:
    assert funding(chain).spend(PAYER, PAYEE).to(PAYEE, 300).to(PAYER, 300).send()
    assert funding(passed(chain)).refund(PAYER).to(PAYER, 600).lock(EXPIRY).send()


@pytest.mark.parametrize("expiry", [-1, 0, 2**32, 2**39])
def test_a_height_that_locks_nothing_or_never_comes(chain: Chain, expiry: int) -> None:
    with pytest.raises(penstock.ArgumentError, match="expiry: expected a lock for checkLockTime"):
        funding(chain, expiry)


def test_items_too_many_and_too_few(chain: Chain) -> None:
    coin = funding(passed(chain))
    for draft in (coin.spend(PAYER, PAYEE).to(PAYEE, 600), coin.refund(PAYER).to(PAYER, 600).lock(EXPIRY)):
        assert judge_items(draft, list)
        assert judge_items(draft, lambda items: [b"", *items]).error == "CLEANSTACK"
        assert not judge_items(draft, lambda items: items[1:])
        assert not judge_items(draft, lambda items: items[:-1])


@pytest.mark.forms("bsv")
def test_it_is_not_a_contract_for_bsv(chain: Chain) -> None:
    with pytest.raises(penstock.CompileError, match="checkLockTime"):
        funding(chain)
