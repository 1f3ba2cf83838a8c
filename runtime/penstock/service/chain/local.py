"""Local source: a ledger in this process, for trying out and for tests. Its blocks get headers with the least work.

Headers and an index are made for each block once; those of replaced blocks go. So a look-up takes the same time in a
long chain as in a short one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from penstock.ledger.ledger import Ledger, LedgerBlock, Receipt
from penstock.ledger.reasons import AlreadyKnown
from penstock.service.chain.headers import Header
from penstock.service.chain.inclusion import Inclusion, MinedTransaction, tree_of
from penstock.service.errors import NotTakenError
from penstock.tx.transaction import OutPoint, Transaction

LEAST_WORK: Final = 0x207FFFFF
"""The target of regtest in compact form: every second hash is below it."""


@dataclass(frozen=True, slots=True)
class _Indexed:
    """A block with its header and the hashes of its tree, from the ids up to the root."""

    block: LedgerBlock
    header: Header
    tree: tuple[tuple[bytes, ...], ...]


@dataclass(slots=True)
class LocalSource:
    """A ledger as a source.

    Attributes:
        ledger: the ledger; it may mine and reorganise between calls.
        name: its name.
        submit: submits a transaction; None for the ledger itself.
    """

    ledger: Ledger
    name: str = "the ledger of this process"
    submit: Callable[[Transaction], Receipt] | None = None
    _blocks: list[_Indexed] = field(default_factory=list)
    _places: dict[bytes | OutPoint, tuple[int, int]] = field(default_factory=dict)

    async def height(self) -> int:
        """Return the height of the newest block."""
        return self.ledger.height

    async def headers(self, first: int, count: int) -> Sequence[Header]:
        """Return headers from a height on."""
        return self.headers_now(first, count)

    def headers_now(self, first: int, count: int) -> Sequence[Header]:
        """Return headers from a height on, without waiting for an event loop."""
        self._update()
        return [each.header for each in self._blocks[first : first + count]]

    async def find(self, txid: bytes, since: int) -> MinedTransaction | None:
        """Return a mined transaction."""
        return self._mined(txid, since)

    async def spend(self, outpoint: OutPoint, since: int) -> MinedTransaction | None:
        """Return the mined transaction that spends an output."""
        return self._mined(outpoint, since)

    async def publish(self, transaction: Transaction) -> None:
        """Publish a transaction."""
        reason = (self.submit or self.ledger.submit)(transaction).reason
        if reason is not None and not isinstance(reason, AlreadyKnown):
            raise NotTakenError(f"{self.name}: {reason}")

    def _mined(self, wanted: bytes | OutPoint, since: int) -> MinedTransaction | None:
        """Return the transaction with an id, or that spends an output."""
        self._update()
        height, index = self._places.get(wanted, (-1, 0))
        if height < max(since, 0):
            return None
        found = self._blocks[height]
        return MinedTransaction(found.block.transactions[index], height, Inclusion.within(found.tree, index))

    def _update(self) -> None:
        """Take over new blocks, and forget those that were replaced.

        A block is one object in all ledgers that have it, with the same blocks below it.
        """
        blocks = self.ledger.blocks
        same = min(len(blocks), len(self._blocks))
        while same and self._blocks[same - 1].block is not blocks[same - 1]:
            same -= 1
        for replaced in self._blocks[same:]:
            for transaction in replaced.block.transactions:
                for name in _names(transaction):
                    self._places.pop(name, None)
        del self._blocks[same:]
        for block in blocks[same:]:
            previous = self._blocks[-1].header.hash if self._blocks else bytes(32)
            self._blocks.append(_indexed(block, previous))
            for index, transaction in enumerate(block.transactions):
                self._places |= dict.fromkeys(_names(transaction), (block.height, index))


def _names(transaction: Transaction) -> list[bytes | OutPoint]:
    """Return the names by which a transaction is looked up: its id, and the outputs that it spends."""
    return [transaction.txid, *(each.outpoint for each in transaction.inputs)]


def _indexed(block: LedgerBlock, previous: bytes) -> _Indexed:
    tree = tree_of([each.txid for each in block.transactions])
    nonce = 0
    while not (header := Header(1, previous, tree[-1][0], block.time, LEAST_WORK, nonce)).has_work:
        nonce += 1
    return _Indexed(block, header, tree)
