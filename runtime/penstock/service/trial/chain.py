"""Trial chain: a ledger with its operations in a journal, so that a process that is killed goes on with the same chain.

    chain = TrialChain(BSV_REGTEST, Path("trial.jsonl"))
    coin = chain.coin(script, 100_000)        # mined at once
    chain.submit(transaction)
    chain.mine()

Each operation is on disk before it returns. Its replay gives the same ids and headers: the journal has the time of each
block, and the hash of the newest header to compare.
"""

import time
from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Self

from penstock.channel.safe.agreement.chains import BSV_REGTEST, BTC_REGTEST, Network
from penstock.errors import hides_frames
from penstock.ledger.coins import Coin
from penstock.ledger.fees import FeeRate
from penstock.ledger.ledger import BLOCK_SECONDS, START_TIME, Ledger, Receipt
from penstock.service.chain.local import LocalSource
from penstock.service.errors import SourceError, TrialError
from penstock.service.trial import faucet
from penstock.service.trial.journal import Journal, Record
from penstock.tx.transaction import OutPoint, Transaction

__tracebackhide__ = hides_frames

VERSION: Final = 1
MOST_BLOCKS: Final = 2_500
"""Blocks that are mined with one call at most."""
MOST_DEPTH: Final = 100
"""Blocks that are replaced at most: the faucet's rewards stay."""
_NETWORKS: Final = MappingProxyType({each.name: each for each in (BSV_REGTEST, BTC_REGTEST)})


class TrialChain:
    """A trial chain that this process alone has open; to be closed. It is not for several threads.

    Args:
        network: `bsv:regtest`, or the regtest of btc.
        journal: the file of its operations, made if it is not there; None for a chain that is forgotten at the end.
        now: returns the seconds since 1970, for the times of blocks.

    Raises:
        TrialError: another process has the journal open, or it is damaged, of another network, or of another version.
        OSError: it cannot be read or written.

    Attributes:
        network: its network.
        ledger: its ledger; it is changed by the methods of this class alone.
        source: the ledger as a source for channels.
    """

    def __init__(self, network: Network, journal: Path | None, now: Callable[[], float] = time.time) -> None:
        if network.name not in _NETWORKS:
            raise TrialError(f"a trial chain is on one of {', '.join(_NETWORKS)}, and not on {network.name}")
        self.network = network
        self._now = now
        self._fault: str | None = None
        self._coins: list[Coin] | None = None
        self.ledger = Ledger(network.rules.chain, FeeRate(network.rules.least_fee_rate))
        self.source = LocalSource(self.ledger, "the trial chain of this process", self._published)
        self._journal = None if journal is None else Journal(journal)
        try:
            self._begin([] if self._journal is None else self._journal.records)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the journal; nothing is taken any more."""
        self._fault = self._fault or "the trial chain is closed"
        if self._journal is not None:
            self._journal.close()

    @property
    def is_waiting(self) -> bool:
        """Whether transactions wait for a block."""
        return self.ledger.pool_size > 0

    def submit(self, raw: bytes) -> Receipt:
        """Take a transaction into the pool, or refuse it: the receipt has the reason.

        Args:
            raw: the transaction as bytes.

        Raises:
            TrialError: the journal could not be written before.
        """
        self._demand_sound()
        receipt = self.ledger.submit(raw)
        if receipt:
            self._write({"op": "take", "tx": raw.hex()})
        return receipt

    def mine(self, blocks: int = 1) -> None:
        """Mine the pool into a block, and `blocks` blocks in all, at most 2,500.

        Raises:
            TrialError: another number of blocks, or the journal could not be written before.
        """
        self._demand_sound()
        if not 1 <= blocks <= MOST_BLOCKS:
            raise TrialError(f"1 to {MOST_BLOCKS:,} blocks are mined at once, and not {blocks:,}")
        seconds = max(1, int(self._now()) - self.ledger.blocks[-1].time) if blocks == 1 else 1
        self.ledger.mine(blocks, seconds=seconds)
        self._write({"op": "mine", "blocks": blocks, "seconds": seconds, "tip": self._tip()})

    def coin(self, script: bytes, satoshis: int) -> OutPoint:
        """Make a coin of the faucet's, which is mined at once, with all that is in the pool; return its output.

        Args:
            script: the locking script.
            satoshis: its value.

        Raises:
            TrialError: the faucet has less, nodes would not relay it, or the journal could not be written before.
        """
        self._demand_sound()
        if self._coins is None:
            self._coins = faucet.coins_of(self.ledger, self.network)
        paid = faucet.payment_to(self._coins, script, satoshis, self.network, self.ledger.fee_rate)
        receipt = self.submit(paid.serialize())
        if receipt.reason is not None:
            raise TrialError(f"no such coin can be made: {receipt.reason}")
        taken = {each.outpoint for each in paid.inputs}
        change = Coin(OutPoint(paid.txid, 1), paid.outputs[1])
        self._coins = [*(each for each in self._coins if each.outpoint not in taken), change]
        self.mine()
        return OutPoint(paid.txid, 0)

    def reorganize(self, depth: int, *, resubmit: bool = True) -> tuple[Receipt, ...]:
        """Replace the newest blocks by a branch that is longer by one; return the transactions that are lost by it.

        Args:
            depth: blocks to replace, at most 100.
            resubmit: whether the transactions of the replaced blocks, and of the pool, go back to the pool; without it
                all of them are lost, and no receipt tells that.

        Raises:
            TrialError: another depth, or the journal could not be written before.
        """
        self._demand_sound()
        if not 1 <= depth <= MOST_DEPTH:
            raise TrialError(f"1 to {MOST_DEPTH} blocks are replaced at once, and not {depth:,}")
        lost = self.ledger.reorganize(depth, resubmit=resubmit)
        self._coins = None
        self._write({"op": "reorganize", "depth": depth, "resubmit": resubmit, "tip": self._tip()})
        return lost

    def _published(self, transaction: Transaction) -> Receipt:
        """Take a transaction of the source, into the journal too: a block that has it is replayed from there."""
        try:
            return self.submit(transaction.serialize())
        except TrialError as error:
            raise SourceError(str(error)) from None

    def _begin(self, records: list[Record]) -> None:
        """Make the first blocks, or replay what the journal has."""
        if not records:
            seconds = max(0, int(self._now()) - START_TIME - BLOCK_SECONDS * (faucet.LEAST_HEIGHT - 1))
            first = {"op": "begin", "version": VERSION, "network": self.network.name, "seconds": seconds}
            self._replay(first)
            self._write(first | {"tip": self._tip()})
            return
        for number, record in enumerate(records, 1):
            try:
                self._replay(record)
            except TrialError as error:
                raise self._damaged(number, str(error)) from None
            except (KeyError, TypeError, ValueError) as error:
                raise self._damaged(number, f"{type(error).__name__}: {error}") from None
            if "tip" in record and record["tip"] != self._tip():
                raise self._damaged(number, "it gives another chain")

    def _replay(self, record: Record) -> None:
        match record["op"]:
            case "begin":
                self._check_first(record)
                faucet.endow(self.ledger, self.network, record["seconds"])
            case "take":
                receipt = self.ledger.submit(bytes.fromhex(record["tx"]))
                if receipt.reason is not None:
                    raise TrialError(str(receipt.reason))
            case "mine":
                self.ledger.mine(record["blocks"], seconds=record["seconds"])
            case "reorganize":
                self.ledger.reorganize(record["depth"], resubmit=record["resubmit"])
            case other:
                raise TrialError(f"an operation {other!r}")

    def _check_first(self, record: Record) -> None:
        if record["version"] != VERSION:
            raise TrialError(f"version {record['version']!r}, and this program knows {VERSION}")
        if record["network"] != self.network.name:
            raise TrialError(f"the chain is on {record['network']}, and {self.network.name} is asked for")

    def _damaged(self, number: int, reason: str) -> TrialError:
        where = "" if self._journal is None else self._journal.path
        return TrialError(f"{where}: line {number:,} cannot be replayed: {reason}; another file begins another chain")

    def _tip(self) -> str:
        """Return the hash of the newest header, as explorers show it."""
        (header,) = self.source.headers_now(self.ledger.height, 1)
        return header.hash[::-1].hex()

    def _demand_sound(self) -> None:
        if self._fault is not None:
            raise TrialError(self._fault)

    def _write(self, record: dict[str, Any]) -> None:
        """Write an operation that the ledger has made; if that fails nothing is taken any more."""
        if self._journal is None:
            return
        try:
            self._journal.append(record)
        except BaseException as error:
            self._fault = f"{self._journal.path} could not be written ({error}): start the trial chain again"
            raise
