"""safe_streaming.scrypt: the payee for chunk or payer's signature, the payer after the height; no other spend."""

from hashlib import sha256

import pytest

from penstock.testing import Chain, binds, key, refuses
from tests.contracts.bindings.safe_streaming import SafeStreaming, SafeStreamingCoin
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
CHUNK = b"the first of many chunks"
BY_PAYER, BY_PAYEE = "checkSig(Sig(dataOrSig), this.payer)", "checkSig(payeeSig, this.payee)"


def stream(chain: Chain, chunk: bytes = CHUNK) -> SafeStreamingCoin:
    return SafeStreaming(PAYER, PAYEE, sha256(chunk).digest(), EXPIRY).fund(chain, 1000)


@pytest.mark.parametrize("chunk", [CHUNK[:-1], CHUNK + b"\x00", b"another chunk", b""])
def test_a_wrong_chunk(chain: Chain, chunk: bytes) -> None:
    with refuses(BY_PAYER):
        stream(chain).unlock(chunk, PAYEE).to(PAYEE, 900).send()


@forgeries
def test_a_forged_signature(chain: Chain, forgery: Forgery) -> None:
    coin = stream(passed(chain))
    for first in (CHUNK, PAYER.sig()):
        with refuses(BY_PAYEE, signature="payeeSig", rule=forgery.rule):
            coin.unlock(first, forgery.of(PAYEE)).to(MALLORY, 900).send()
    with refuses(BY_PAYER, rule=forgery.rule):
        coin.unlock(forgery.of(PAYER), PAYEE).to(PAYEE, 900).send()
    check_forgeries(coin, PAYER, (PAYEE, MALLORY), forgery)


def test_the_chunk_or_her_signature_without_the_payee(chain: Chain) -> None:
    coin = stream(chain)
    for other in (b"", MALLORY, PAYER):
        for first in (CHUNK, PAYER.sig()):
            with refuses(BY_PAYEE):
                coin.unlock(first, other).to(MALLORY, 900).send()


def test_the_payee_in_the_payers_place(chain: Chain) -> None:
    for payee in (PAYEE, PAYER):
        with refuses(BY_PAYER, rule="NULLFAIL"):
            stream(chain).unlock(PAYEE.sig(), payee).to(PAYEE, 900).send()


@too_early
def test_the_payer_before_the_height(chain: Chain, lock_time: int, sequence: int, demand: str) -> None:
    coin = stream(passed(chain))
    with refuses(demand):
        refund(coin, PAYER, lock_time, sequence).send()


def test_a_refund_with_another_preimage(chain: Chain) -> None:
    check_preimages(stream(passed(chain)), PAYER)


def test_the_first_block_that_takes_a_refund_is_the_one_after_the_height(chain: Chain) -> None:
    check_finality(chain, lambda: stream(chain), PAYER)


@pytest.mark.parametrize("hash_type", HASH_TYPES)
def test_one_way_with_the_chunk(chain: Chain, hash_type: str) -> None:
    assert stream(chain).unlock(CHUNK, PAYEE.sig(hash_type)).to(PAYEE, 900).send()


@pytest.mark.parametrize("hash_type", HASH_TYPES)
def test_two_way_with_both_signatures(chain: Chain, hash_type: str) -> None:
    assert stream(chain).unlock(PAYER.sig(hash_type), PAYEE.sig(hash_type)).to(PAYEE, 900).send()


@pytest.mark.parametrize("chunk", [b"", b"\x00", bytes(1 << 20)], ids=["empty", "a zero", "a MiB"])
def test_chunks_of_any_size(chain: Chain, chunk: bytes) -> None:
    assert stream(chain, chunk).unlock(chunk, PAYEE).to(PAYEE, 900).send()


def test_the_payees_signature_is_the_same_either_way(chain: Chain) -> None:
    coin = stream(chain)
    (one,), (two,) = (coin.unlock(first, PAYEE).to(PAYEE, 900).filled().calls for first in (CHUNK, PAYER.sig()))
    assert one.items[0] != two.items[0]
    assert one.items[1] == two.items[1]


@binds("everything")
def test_signatures_for_all_bind_all(chain: Chain) -> None:
    assert stream(chain).unlock(CHUNK, PAYEE).to(PAYEE, 900).send()
    assert stream(chain).unlock(PAYER.sig(), PAYEE).to(PAYEE, 900).send()
    assert refund(stream(passed(chain)), PAYER).send()


def test_items_too_many_and_too_few(chain: Chain) -> None:
    coin = stream(passed(chain))
    for draft in (coin.unlock(CHUNK, PAYEE).to(PAYEE, 900), refund(coin, PAYER)):
        assert judge_items(draft, list)
        assert judge_items(draft, lambda items: [b"", *items]).error == "CLEANSTACK"
        assert not judge_items(draft, lambda items: items[1:])
        assert not judge_items(draft, lambda items: items[:-1])
