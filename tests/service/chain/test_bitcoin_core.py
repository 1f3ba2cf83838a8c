"""A node as a source for many channels: blocks are read once, and heights asked for once until they are replaced."""

import asyncio

import pytest

from penstock.ledger.ledger import Ledger
from penstock.script.hashes import hash160
from penstock.service.chain.bitcoin_core import BitcoinCoreSource
from penstock.service.chain.local import LocalSource
from penstock.testing import key
from penstock.tx.address import p2pkh_script
from penstock.tx.transaction import OutPoint, Transaction, TxIn, TxOut
from tests.support.chain_servers.serving import core, serving


@pytest.fixture
def ledger() -> Ledger:
    return Ledger("btc-consensus")


def payment(ledger: Ledger) -> tuple[OutPoint, Transaction]:
    """A coin, and a transaction that spends it; the coin is mined, the transaction is not."""
    coin = ledger.fund(b"\x51", 1_000_000)
    return coin.outpoint, Transaction(
        2, (TxIn(coin.outpoint),), (TxOut(900_000, p2pkh_script(hash160(key("bob").public_key))),)
    )


def test_a_block_is_read_once(ledger: Ledger) -> None:
    outpoint, _ = payment(ledger)

    async def story() -> None:
        with serving(ledger, core) as served:
            source = BitcoinCoreSource(served.url)
            for _ in range(3):
                assert await source.spend(outpoint, ledger.height - 20) is None
            read = [each for each in served.asked if '"getblock"' in each]
            assert len(read) == len(set(read)) == 21
            count = len(served.asked)
            assert await source.spend(outpoint, ledger.height - 20) is None
            assert len(served.asked) == count + 2, "the height and the newest hash"
            await source.close()

    asyncio.run(story())


def test_blocks_that_were_replaced_are_asked_for_again(ledger: Ledger) -> None:
    outpoint, spend = payment(ledger)
    ledger.submit(spend)
    ledger.mine(5)

    async def story() -> None:
        with serving(ledger, core) as served:
            source, first = BitcoinCoreSource(served.url), ledger.height - 5
            assert await source.spend(outpoint, first) is not None
            for depth in (1, 4, 10):
                ledger.reorganize(depth)
                before = await source.spend(outpoint, first)
                ledger.mine()
                found = await source.spend(outpoint, first)
                assert found == await LocalSource(ledger).spend(outpoint, 0)
                assert found is not None
                assert (before == found) == (depth < 10), "the last one has undone its block"
            await source.close()

    asyncio.run(story())
