"""Local source: a ledger in this process, for trying out and for tests. Its blocks get headers with the least work."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from penstock.ledger.ledger import Ledger, LedgerBlock
from penstock.ledger.reasons import AlreadyKnown
from penstock.service.chain.headers import Header
from penstock.service.chain.inclusion import Inclusion, MinedTransaction
from penstock.service.errors import NotTakenError
from penstock.tx.transaction import OutPoint, Transaction

LEAST_WORK: Final = 0x207FFFFF
"""The target of regtest in compact form: every second hash is below it."""


@dataclass(slots=True)
class LocalSource:
    """A ledger as a source.

    Attributes:
        ledger: the ledger; it may mine and reorganise between calls.
        name: its name.
    """

    ledger: Ledger
    name: str = "the ledger of this process"
    _headers: list[tuple[LedgerBlock, Header]] = field(default_factory=list)

    async def height(self) -> int:
        """Return the height of the newest block."""
        return self.ledger.height

    async def headers(self, first: int, count: int) -> Sequence[Header]:
        """Return headers from a height on."""
        self._make_headers()
        return [header for _, header in self._headers[first : first + count]]

    async def find(self, txid: bytes, since: int) -> MinedTransaction | None:
        """Return a mined transaction."""
        return self._mined(lambda each: each.txid == txid, since)

    async def spend(self, outpoint: OutPoint, since: int) -> MinedTransaction | None:
        """Return the mined transaction that spends an output."""
        return self._mined(lambda each: any(one.outpoint == outpoint for one in each.inputs), since)

    async def publish(self, transaction: Transaction) -> None:
        """Publish a transaction."""
        reason = self.ledger.submit(transaction).reason
        if reason is not None and not isinstance(reason, AlreadyKnown):
            raise NotTakenError(f"{self.name}: {reason}")

    def _mined(self, is_it: Callable[[Transaction], bool], since: int) -> MinedTransaction | None:
        for block in self.ledger.blocks[since:]:
            for index, transaction in enumerate(block.transactions):
                if is_it(transaction):
                    return MinedTransaction(transaction, block.height, _inclusion(block, index))
        return None

    def _make_headers(self) -> None:
        """Make the headers of blocks that have none yet; those of replaced blocks go."""
        blocks = self.ledger.blocks
        same = 0
        while same < min(len(blocks), len(self._headers)) and self._headers[same][0] is blocks[same]:
            same += 1
        del self._headers[same:]
        for block in blocks[same:]:
            previous = self._headers[-1][1].hash if self._headers else bytes(32)
            self._headers.append((block, _header(block, previous)))


def _inclusion(block: LedgerBlock, index: int) -> Inclusion:
    return Inclusion.among([each.txid for each in block.transactions], index)


def _header(block: LedgerBlock, previous: bytes) -> Header:
    txids = [each.txid for each in block.transactions]
    root = _inclusion(block, 0).root(txids[0]) if txids else bytes(32)
    nonce = 0
    while not (header := Header(1, previous, root, block.time, LEAST_WORK, nonce)).has_work:
        nonce += 1
    return header
