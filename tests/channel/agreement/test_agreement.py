"""Requirements of an agreement: the streaming contract, valid keys, coins of Alice that pay for a chunk."""

from dataclasses import replace

import pytest

import penstock
from penstock.channel.agreement.terms import Terms, TermsError
from penstock.channel.protocol.alice import Alice
from penstock.channel.protocol.bob import Bob
from penstock.contract.errors import ArgumentError
from penstock.ledger.fees import FeeRate
from penstock.tx.wire import compact_size
from tests.support.channels.channel_stage import ALICE, BOB, agreement_on, coin_of, movie_of, streaming

MOVIE = movie_of(6)
AGREEMENT = agreement_on(MOVIE)


def test_it_counts_what_the_coins_pay_for() -> None:
    agreement = agreement_on(MOVIE, funding=(coin_of(ALICE, 200), coin_of(ALICE, 150, 2)))
    assert (agreement.funds, agreement.affordable, agreement.most) == (350, 3, 3)
    assert agreement_on(MOVIE, funds=100_000).most == MOVIE.title.payable == 5
    assert [agreement.amount(index) for index in (1, 2, 3)] == [100, 200, 300]


def test_a_movie_of_one_chunk_needs_no_money() -> None:
    assert agreement_on(movie_of(1), funds=0).most == 0


@pytest.mark.parametrize(("funds", "most"), [(102, 1), (201, 1), (202, 2)])
def test_a_satoshi_of_change_remains(funds: int, most: int) -> None:
    assert agreement_on(MOVIE, funds=funds).most == most


def test_too_little_money_is_refused() -> None:
    message = (
        "the funding of 101 satoshis does not pay for one chunk: that needs the price of 100, a fee of 1"
        " and 1 of change"
    )
    with pytest.raises(TermsError, match=message):
        agreement_on(MOVIE, funds=101)
    with pytest.raises(TermsError, match="does not pay"):
        agreement_on(MOVIE, terms=Terms(fee_rate=FeeRate(1_000_000)))


def test_coins_of_others_are_refused() -> None:
    with pytest.raises(TermsError, match="5000 satoshis does not pay to Alice's key"):
        agreement_on(MOVIE, funding=(coin_of(ALICE, 4000), coin_of(BOB, 5000, 2)))


def test_other_contracts_are_refused() -> None:
    with pytest.raises(ArgumentError):
        replace(AGREEMENT, artifact=penstock.compile_file(penstock.bundled("p2pkh")))
    renamed = penstock.bundled("streaming").read_text(encoding="utf-8").replace("function unlock", "function open")
    with pytest.raises(ArgumentError, match="open"):
        replace(AGREEMENT, artifact=penstock.compile_source(renamed))
    with pytest.raises(TermsError, match="compiled for btc"):
        replace(AGREEMENT, artifact=penstock.compile_file(penstock.bundled("streaming"), target="btc"))


@pytest.mark.parametrize("key", [b"", b"\x02" * 32, b"\x05" + bytes(32), b"\x02" + b"\xff" * 32])
def test_keys_that_are_none_are_refused(key: bytes) -> None:
    with pytest.raises(ArgumentError):
        replace(AGREEMENT, bob=key)


def test_the_contract_has_110_bytes() -> None:
    assert len(AGREEMENT.contract(MOVIE.leaf(1)).locking_script) == 110
    assert streaming().asm == (
        "OP_OVER OP_SHA256 <hash> OP_EQUAL OP_NOTIF OP_OVER <alice> OP_CHECKSIGVERIFY OP_ENDIF <bob> OP_CHECKSIG OP_NIP"
    )


@pytest.mark.parametrize("shown", [1, 74, 75, 76, 255, 256, 65_535, 65_536, 1 << 32 - 1])
def test_the_claims_size_counts_every_length_prefix(shown: int) -> None:
    push = 1 if shown < 76 else 2 if shown < 256 else 3 if shown < 65_536 else 5
    unlocking = push + shown + 73
    outside = 4 + 1 + 36 + len(compact_size(unlocking)) + 4 + 1 + 8 + 1 + 25 + 4
    assert AGREEMENT.claim_size(shown) == outside + unlocking


def test_both_need_their_own_key_and_bob_his_movie() -> None:
    with pytest.raises(TermsError, match="Alice's key is not the agreed one"):
        Alice(AGREEMENT, BOB)
    with pytest.raises(TermsError, match="Bob's key is not the agreed one"):
        Bob(AGREEMENT, MOVIE, ALICE)
    with pytest.raises(TermsError, match="the movie is not the one"):
        Bob(AGREEMENT, movie_of(5), BOB)
