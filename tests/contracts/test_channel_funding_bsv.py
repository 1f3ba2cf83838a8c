"""channel_funding_bsv.scrypt: both at any time, the payer alone after the height, the payee alone never."""

import pytest

from penstock.testing import PREIMAGE, Chain, Key, binds, key, refuses
from tests.contracts.bindings.channel_funding_bsv import ChannelFunding, ChannelFundingCoin
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
BY_PAYER, BY_PAYEE = "checkSig(payerSig, this.payer)", "checkSig(payeeSig, this.payee)"


def funding(chain: Chain, expiry: int = EXPIRY) -> ChannelFundingCoin:
    return ChannelFunding(PAYER, PAYEE, expiry).fund(chain, 1000)


@forgeries
def test_a_forged_signature(chain: Chain, forgery: Forgery) -> None:
    coin = funding(passed(chain))
    for draft, demand in (
        (coin.spend(forgery.of(PAYER), PAYEE), BY_PAYER),
        (coin.spend(PAYER, forgery.of(PAYEE)), BY_PAYEE),
    ):
        with refuses(demand, rule=forgery.rule):
            draft.to(MALLORY, 600).send()
    check_forgeries(coin, PAYER, (PAYEE, MALLORY), forgery)


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


@too_early
def test_the_payer_before_the_height(chain: Chain, lock_time: int, sequence: int, demand: str) -> None:
    coin = funding(passed(chain))
    with refuses(demand):
        refund(coin, PAYER, lock_time, sequence).send()


def test_a_refund_with_another_preimage(chain: Chain) -> None:
    check_preimages(funding(passed(chain)), PAYER)


def test_the_first_block_that_takes_a_refund_is_the_one_after_the_height(chain: Chain) -> None:
    check_finality(chain, lambda: funding(chain), PAYER)


def test_the_input_of_the_contract_must_not_be_final_itself(chain: Chain) -> None:
    """Another input that is not final makes nodes look at the lock time; the script looks at its own."""
    fee, coin = chain.coin(MALLORY, 1000), funding(passed(chain))
    other = chain.spend(fee).sequence(0)
    with refuses("nSequence(preimage) < FINAL"):
        coin.on(other).refund(PAYER, PREIMAGE).sequence(0xFFFFFFFF).to(PAYER, 900).lock(EXPIRY).send()
    assert coin.on(other).refund(PAYER, PREIMAGE).sequence(0).to(PAYER, 900).lock(EXPIRY).send()


@pytest.mark.parametrize("hash_type", HASH_TYPES)
def test_both(chain: Chain, hash_type: str) -> None:
    assert funding(chain).spend(PAYER.sig(hash_type), PAYEE.sig(hash_type)).to(PAYER, 600).send()


@pytest.mark.parametrize("lock_time", [EXPIRY, EXPIRY + 1])
@pytest.mark.parametrize("sequence", [0, 0xFFFFFFFE])
def test_the_payer_after_the_height(chain: Chain, lock_time: int, sequence: int) -> None:
    coin = funding(passed(chain))
    assert refund(coin, PAYER, lock_time, sequence).send()


@pytest.mark.parametrize("hash_type", HASH_TYPES)
def test_the_payer_signs_with_any_hash_type(chain: Chain, hash_type: str) -> None:
    """The preimage can be made anew for other outputs, so her signature alone binds them: it has to be of type ALL."""
    coin = funding(passed(chain))
    assert refund(coin, PAYER.sig(hash_type)).send()


@binds("everything")
def test_signatures_for_all_bind_all(chain: Chain) -> None:
    assert funding(chain).spend(PAYER, PAYEE).to(PAYEE, 300).to(PAYER, 300).send()
    assert refund(funding(passed(chain)), PAYER).send()


def test_items_too_many_and_too_few(chain: Chain) -> None:
    coin = funding(passed(chain))
    for draft in (coin.spend(PAYER, PAYEE).to(PAYEE, 600), refund(coin, PAYER)):
        assert judge_items(draft, list)
        assert judge_items(draft, lambda items: [b"", *items]).error == "CLEANSTACK"
        assert not judge_items(draft, lambda items: items[1:])
        assert not judge_items(draft, lambda items: items[:-1])
