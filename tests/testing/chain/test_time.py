"""Time in the kit: lock times of contracts and of the chain."""

import pytest

import penstock
from penstock.contract.errors import ArgumentError
from penstock.testing import (
    Chain,
    refuses,
)
from tests.support.spending.kit_chains import ALICE, BOB, CAROL


def test_a_lock_time_is_of_the_contract_and_of_the_chain() -> None:
    chain = Chain("btc")
    vault = chain.fund(chain.contract(penstock.bundled("vault"), ALICE, BOB, 800), 5000)
    draft = chain.spend(vault, "withdraw", ALICE).to(ALICE, 4000)
    for lock_time in (0, 799, 800):
        with refuses(lock=True):
            draft.lock(lock_time).send()
    with refuses(rule="NotFinal"):
        draft.lock(800).send()
    chain.at(height=800)
    with refuses(lock=True):
        draft.lock(800).sequence(0xFFFF_FFFF).send()
    assert draft.lock(800).send()
    with pytest.raises(ArgumentError, match="height: expected 800 or more, got 5"):
        chain.at(height=5)


def test_time_passes_until_the_median_has_passed() -> None:
    chain = Chain()
    coin, when = chain.coin(ALICE, 1000), chain.median_time + 10_000
    draft = chain.spend(coin).to(BOB, 900).lock(when)
    with refuses(lock=True):
        draft.send()
    chain.at(time=when)
    assert chain.median_time > when
    assert draft.send()
    assert chain.at(time=1).height == chain.height


def test_relative_locks_hold_on_btc() -> None:
    chain = Chain("btc")
    sent = chain.spend(chain.coin(ALICE, 3000)).to(BOB, 2000).send()
    waiting = chain.spend(sent.payment()).to(CAROL, 1000).sequence(3)
    with refuses(lock=True):
        waiting.send()
    with refuses(rule="SequenceLocked"):
        chain.mine(2).spend(sent.payment()).to(CAROL, 1000).sequence(3).send()
    chain.mine(2)
    assert waiting.version(1).filled().tx.version == 1
    assert waiting.send()
