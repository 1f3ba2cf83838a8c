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
from typing import Protocol

from penstock.service.chain.headers import Header
from penstock.service.chain.inclusion import MinedTransaction
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
