"""coin_toss.scrypt: the last bit of the two secrets' exclusive-or decides who may take the stake."""

from hashlib import sha256

import pytest

import penstock
from penstock.testing import Chain, Key, key, refuses
from tests.contracts.bindings.coin_toss import CoinToss, CoinTossCoin
from tests.support.spending.judged_chain import HASH_TYPES, Forgery, forgeries, judge_items

ALICE, BOB, MALLORY = key("alice"), key("bob"), key("mallory")
EVEN, ODD = bytes(31) + b"\x02", bytes(range(31)) + b"\x01"
BY_THE_WINNER = "checkSig(winnerSig, heads(aliceSecret ^ bobSecret) ? this.alice : this.bob)"
each_toss = pytest.mark.parametrize(
    ("secrets", "winner", "loser"),
    [
        pytest.param((EVEN, EVEN), ALICE, BOB, id="even even"),
        pytest.param((EVEN, ODD), BOB, ALICE, id="even odd"),
        pytest.param((ODD, EVEN), BOB, ALICE, id="odd even"),
        pytest.param((ODD, ODD), ALICE, BOB, id="odd odd"),
        pytest.param((b"\xff" * 32, b"\x80" * 32), BOB, ALICE, id="all bits but one"),
    ],
)
Secrets = tuple[bytes, bytes]


def toss(chain: Chain, alice: bytes = EVEN, bob: bytes = ODD) -> CoinTossCoin:
    return CoinToss(ALICE, BOB, aliceHash=sha256(alice).digest(), bobHash=sha256(bob).digest()).fund(chain, 1000)


@each_toss
@pytest.mark.parametrize("hash_type", HASH_TYPES)
def test_the_winner_and_not_the_loser(chain: Chain, secrets: Secrets, winner: Key, loser: Key, hash_type: str) -> None:
    coin = toss(chain, *secrets)
    with refuses(BY_THE_WINNER, rule="NULLFAIL"):
        coin.take(*secrets, loser.sig(hash_type)).to(loser, 900).send()
    assert coin.take(*secrets, winner.sig(hash_type)).to(winner, 900).send()


@each_toss
@forgeries
def test_a_forged_signature(chain: Chain, secrets: Secrets, winner: Key, loser: Key, forgery: Forgery) -> None:
    with refuses(BY_THE_WINNER, rule=forgery.rule):
        toss(chain, *secrets).take(*secrets, forgery.of(winner)).to(loser, 900).send()


def test_no_signature_or_a_strangers(chain: Chain) -> None:
    coin = toss(chain)
    for other in (b"", MALLORY):
        with refuses(BY_THE_WINNER):
            coin.take(EVEN, ODD, other).to(MALLORY, 900).send()


def test_a_secret_that_was_not_promised(chain: Chain) -> None:
    coin = toss(chain)
    for alice, bob, demand in (
        (ODD, ODD, "this.aliceHash"),
        (EVEN, EVEN, "this.bobHash"),
        (ODD, EVEN, "this.aliceHash"),
    ):
        with refuses(demand):
            coin.take(alice, bob, BOB).to(BOB, 900).send()


@pytest.mark.parametrize("size", [0, 31, 33, 64])
def test_a_secret_of_another_size(chain: Chain, size: int) -> None:
    """Otherwise a player could commit to a secret that cannot be combined with the other's 32 bytes."""
    for secrets in ((bytes(size), ODD), (EVEN, bytes(size))):
        with refuses("len(aliceSecret) == SECRET_SIZE && len(bobSecret) == SECRET_SIZE"):
            toss(chain, *secrets).take(*secrets, BOB).to(BOB, 900).send()


def test_items_too_many_and_too_few(chain: Chain) -> None:
    draft = toss(chain).take(EVEN, ODD, BOB).to(BOB, 900)
    assert judge_items(draft, lambda items: [b"", *items]).error == "CLEANSTACK"
    assert judge_items(draft, lambda items: items[1:]).error == "INVALID_STACK_OPERATION"


@pytest.mark.forms("btc")
def test_it_is_no_contract_for_btc(chain: Chain) -> None:
    with pytest.raises(penstock.CompileError, match="btc"):
        toss(chain)
