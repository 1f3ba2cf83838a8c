"""Reorganizations in the kit."""

import pytest

from penstock.ledger.ledger import LedgerError
from penstock.testing import (
    Chain,
)
from tests.support.spending.kit_chains import ALICE, BOB, CAROL, SECRET, choice


def test_a_reorganization_takes_blocks_and_what_depends_on_them() -> None:
    chain = Chain()
    coin, fee = chain.fund(choice(chain), 5000), chain.coin(CAROL, 5000)
    paid = chain.spend(coin, "unlock", ALICE, SECRET).to(BOB, 4900).send()
    chain.mine()
    after = chain.spend(paid.payment(0)).to(ALICE, 4800).send()
    chain.mine(2)
    unrelated = chain.spend(fee).to(CAROL, 4900).send()
    before = chain.height
    assert chain.reorg(3) == ()
    assert chain.height == before + 1
    for each in (paid, after, unrelated):
        assert each.tx in chain.ledger.transactions
        assert all(each.tx not in block.transactions for block in chain.ledger.blocks)
    chain.mine(2)
    theft = chain.spend(coin, "unlock", BOB, b"no secret").to(BOB, 4900)
    lost = chain.reorg(2, instead=[theft])
    assert [type(reason).__name__ for reason in lost] == ["DoubleSpend", "MissingCoin"]
    assert chain.unspent(after.payment(0).outpoint) is None
    assert chain.ledger.find(unrelated.tx.txid) is not None


def test_a_reorganization_that_cannot_be_changes_nothing() -> None:
    chain = Chain()
    coin = chain.fund(choice(chain), 5000)
    chain.mine()
    height = chain.height
    for depth in (0, -1, height + 1):
        with pytest.raises(LedgerError, match=f"cannot replace {depth:,} blocks: there are 101"):
            chain.reorg(depth)
    forged = chain.spend(coin, "unlock", BOB, SECRET).to(BOB, 4900)
    with pytest.raises(LedgerError, match="the other branch cannot have the transaction: script of input 0 fails"):
        chain.reorg(1, instead=[forged])
    assert chain.height == height
    assert chain.spend(coin, "unlock", ALICE, SECRET).to(BOB, 4900).send()


def test_a_coinbase_of_a_replaced_block_is_gone() -> None:
    chain = Chain()
    coin = chain.coin(ALICE, 5000)
    spent = chain.spend(coin).to(BOB, 4900).send()
    (reason,) = chain.reorg(100)
    assert type(reason).__name__ == "MissingCoin"
    assert chain.unspent(coin.outpoint) is None
    assert chain.ledger.find(spent.tx.txid) is None
    again = chain.coin(ALICE, 5000)
    assert again.outpoint != coin.outpoint


def test_a_lock_time_may_be_unmet_after_a_reorganization() -> None:
    """The branch is longer, but its blocks may be older."""
    chain = Chain()
    coin = chain.coin(ALICE, 5000)
    chain.mine(20, seconds=6000)
    locked = chain.spend(coin).to(BOB, 4900).lock(chain.median_time - 1)
    assert locked.send()
    (reason,) = chain.reorg(20)
    assert type(reason).__name__ == "NotFinal"
