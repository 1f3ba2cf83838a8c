"""multisig.scrypt: any two of three, in the order of their keys."""

from itertools import combinations, permutations, product

import pytest

from penstock.testing import Chain, Key, key, refuses
from tests.contracts.bindings.multisig import MultiSig, MultiSigCoin
from tests.support.spending.judged_chain import HASH_TYPES, Forgery, everywhere, forgeries, judge_items

pytestmark = everywhere
HOLDERS = ALICE, BOB, CAROL = key("alice"), key("bob"), key("carol")
MALLORY = key("mallory")
IN_ORDER = list(combinations(HOLDERS, 2))
WRONG = [pair for pair in product((*HOLDERS, MALLORY), repeat=2) if pair not in IN_ORDER]
"""The wrong order, one holder twice, and one with a stranger."""
DEMAND = "checkMultiSig([lower, upper], [this.first, this.second, this.third])"


@pytest.fixture
def coin(chain: Chain) -> MultiSigCoin:
    return MultiSig(ALICE, BOB, CAROL).fund(chain, 1000)


@pytest.mark.parametrize(("lower", "upper"), WRONG, ids=str)
def test_any_other_two(coin: MultiSigCoin, lower: Key, upper: Key) -> None:
    with refuses(DEMAND, rule="NULLFAIL"):
        coin.unlock(lower, upper).to(MALLORY, 900).send()


@pytest.mark.parametrize(("lower", "upper"), IN_ORDER, ids=str)
def test_two_of_three(coin: MultiSigCoin, lower: Key, upper: Key) -> None:
    assert coin.unlock(lower, upper).to(lower, 900).send()


@pytest.mark.parametrize(("one", "other"), list(permutations(HASH_TYPES, 2)))
def test_each_with_a_hash_type_of_his_own(coin: MultiSigCoin, one: str, other: str) -> None:
    assert coin.unlock(ALICE.sig(one), CAROL.sig(other)).to(ALICE, 900).send()


@forgeries
def test_a_forged_signature(coin: MultiSigCoin, forgery: Forgery) -> None:
    for lower, upper in ((ALICE, forgery.of(CAROL)), (forgery.of(ALICE), CAROL)):
        with refuses(DEMAND, rule=forgery.rule):
            coin.unlock(lower, upper).to(MALLORY, 900).send()


def test_one_alone_or_nobody(coin: MultiSigCoin) -> None:
    for lower, upper in ((b"", CAROL), (ALICE, b""), (b"", b"")):
        with refuses(DEMAND):
            coin.unlock(lower, upper).to(ALICE, 900).send()


def test_items_too_many_and_too_few(coin: MultiSigCoin) -> None:
    draft = coin.unlock(ALICE, BOB).to(ALICE, 900)
    by_carol = coin.unlock(ALICE, CAROL).to(ALICE, 900).filled().calls[0].items[1]
    assert judge_items(draft, lambda items: [*items, by_carol]).error == "CLEANSTACK"  # all three
    assert judge_items(draft, lambda items: [b"", by_carol][1:]).error == "INVALID_STACK_OPERATION"
