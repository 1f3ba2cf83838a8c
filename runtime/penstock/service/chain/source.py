"""Source of a chain: the little that a channel has to be told, and the publishing of its transactions.

| module             | source                                                                |
|--------------------|-----------------------------------------------------------------------|
| `local`            | a ledger in this process, with headers of its own: for trying out      |
| `bitcoin_core`     | a node of Bitcoin Core, or one with the same calls, by JSON-RPC        |
| `miners`           | WhatsOnChain, and ARC, which publishes alone (bsv)                      |
| `esplora`          | a server of Esplora (btc), a trial chain                               |

A source may lie. `followed` checks headers and inclusions, and asks more than one source, since one alone can keep
silent about a spend.
"""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from penstock.ledger.coins import Coin
from penstock.service.chain.headers import Header
from penstock.service.chain.inclusion import MinedTransaction
from penstock.service.errors import SourceError
from penstock.tx.transaction import OutPoint, Transaction


class TransactionPublisher(Protocol):
    """A service that takes transactions. Errors as in `ChainSource`."""

    @property
    def name(self) -> str:
        """Its name, for logs and messages: without passwords."""
        ...

    async def publish(self, transaction: Transaction) -> None:
        """Publish a transaction; one that is known already is taken.

        Raises:
            NotTakenError: the source has refused it, with its reason.
        """
        ...


class ChainSource(TransactionPublisher, Protocol):
    """A source of blocks. Every method raises `SourceError` if it does not answer, in time or in its form."""

    async def height(self) -> int:
        """Return the height of its newest block."""
        ...

    async def headers(self, first: int, count: int) -> Sequence[Header]:
        """Return headers from a height on, at most `count`; fewer at the end of its chain."""
        ...

    async def find(self, txid: bytes, since: int) -> MinedTransaction | None:
        """Return a transaction that is mined, None if it is not.

        Args:
            txid: its id, wire order.
            since: the least height of its block: sources without an index look from here on.
        """
        ...

    async def spend(self, outpoint: OutPoint, since: int) -> MinedTransaction | None:
        """Return the mined transaction that spends an output, None if there is none. `since` as above."""
        ...


@runtime_checkable
class CoinSource(Protocol):
    """A source of the chain that can tell the coins of a script."""

    async def coins(self, script: bytes) -> Sequence[Coin]:
        """Return the mined coins of a locking script.

        Raises:
            SourceError: it does not answer.
        """
        ...


async def coins_at(scripts: Sequence[bytes], sources: Sequence[CoinSource]) -> list[Coin]:
    """Return the mined coins of locking scripts: all that any of the sources names.

    Raises:
        SourceError: none has answered.
    """
    found: dict[OutPoint, Coin] = {}
    faults: list[str] = []
    for source in sources:
        try:
            for script in scripts:
                told = await source.coins(script)
                found |= {coin.outpoint: coin for coin in told if coin.script == script}
        except SourceError as error:
            faults.append(str(error))
    if len(faults) == len(sources):
        raise SourceError("; ".join(faults) or "no source of the chain can tell coins")
    return list(found.values())
