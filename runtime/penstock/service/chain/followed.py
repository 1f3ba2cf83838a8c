"""A chain that is followed through several sources: what they say is checked, and what one says is compared.

    sources ──► headers ──► the branch with the most work ──► height, reorganisations
            ──► transactions with their inclusion ──► facts of a channel ──► events for its machine

One source alone can keep silent: about a spend, or about newer blocks. So a spend counts if any source proves it, and
the height is that of the branch with the most work. A source that does not answer, or is wrong, is a fault that is
told; the others go on.
"""

import asyncio
from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from penstock.channel.safe.agreement.chains import (
    BSV_MAIN,
    BSV_REGTEST,
    BSV_TEST,
    BTC_MAIN,
    BTC_REGTEST,
    BTC_TEST,
    Network,
)
from penstock.errors import hides_frames
from penstock.service.chain.headers import Branch, Header
from penstock.service.chain.inclusion import MinedTransaction
from penstock.service.chain.source import ChainSource, TransactionPublisher
from penstock.service.errors import ChainError, NotTakenError, SourceError
from penstock.tx.transaction import OutPoint, Transaction

__tracebackhide__ = hides_frames

KEPT: Final = 4_032
"""Headers that are kept: twice the longest life of a channel."""
_OVERLAP: Final = 3
"""Known headers that are asked for again at first, to see whether they were replaced."""
ROOM: Final = 20
"""Blocks between the anchor and the oldest channel: as many may be replaced at once."""
_AT_ONCE: Final = 500
_SOON: Final = 10
"""Blocks above the newest known one that a source may have already."""
_PATIENCE: Final = 3
"""Failures after which a source is not asked any more until the next look."""
_EASIER: Final = 64
"""How much easier than the anchor a block may become on a network with real work."""
_LIMITS: Final[Mapping[str, int]] = MappingProxyType(
    {
        each.name: limit
        for networks, limit in (
            ((BTC_MAIN, BTC_TEST, BSV_MAIN, BSV_TEST), 0xFFFF << 208),
            ((BTC_REGTEST, BSV_REGTEST), 0x7FFFFF << 232),
        )
        for each in networks
    }
)
"""The largest target of each network."""
_PROOFS: Final = 1_900
"""Transactions that were found and stay in memory: an opening is looked at by its viewer's frame and by the loop."""
_WITH_REAL_WORK: Final = frozenset({BTC_MAIN.name, BSV_MAIN.name})


@dataclass(frozen=True, slots=True)
class Look:
    """The result of a look at the chain.

    Attributes:
        height: the height of the newest block; None before any source has answered.
        is_newer: whether the branch has changed since the look before.
        faults: the sources that failed or were wrong, each with its reason.
        answered: the number of sources that answered rightly.
    """

    height: int | None
    is_newer: bool
    faults: tuple[str, ...]
    answered: int


@dataclass(slots=True)
class FollowedChain:
    """A chain through its sources.

    Attributes:
        network: the network.
        sources: the sources, at least one; two for money of others.
        publishers: services that publish and have no blocks to ask for.
        since: the height at which the oldest open channel began; None for the newest block.
        branch: the branch with the most work; None before the first look.
    """

    network: Network
    sources: Sequence[ChainSource]
    since: int | None = None
    publishers: Sequence[TransactionPublisher] = ()
    branch: Branch | None = None
    _faults: list[str] = field(default_factory=list)
    _failures: Counter[int] = field(default_factory=Counter)
    _reaching: asyncio.Lock = field(default_factory=asyncio.Lock)
    _found: OrderedDict[bytes, MinedTransaction] = field(default_factory=OrderedDict)

    async def look(self) -> Look:
        """Take the newest headers from all sources."""
        before, answered = self.branch, 0
        self._faults = []
        self._failures.clear()
        for index, source in enumerate(self.sources):
            try:
                await self._follow(source)
            except (SourceError, ChainError) as error:
                self._note(source, error)
                if isinstance(error, SourceError):
                    self._failures[index] = _PATIENCE
            else:
                answered += 1
        height = None if self.branch is None else self.branch.height
        return Look(height, self.branch != before, tuple(self._faults), answered)

    @property
    def faults(self) -> tuple[str, ...]:
        """The faults of sources since the last look began, with it."""
        return tuple(self._faults)

    @property
    def ways(self) -> int:
        """The number of sources and services that a transaction is published through."""
        return len(self.sources) + len(self.publishers)

    async def find(self, txid: bytes, since: int) -> MinedTransaction | None:
        """Return a transaction if any source proves that it is mined. `since` as in `ChainSource.find`.

        A proof holds as long as its block is in the branch: sources are asked once.

        Raises:
            SourceError: no source has answered.
        """
        known = self.still(self._found.get(txid))
        if known is not None and known.height >= since:
            return known
        found = await self._proved(lambda source: source.find(txid, since), lambda found: found.txid == txid)
        if found is not None:
            self._found[txid] = found
            if len(self._found) > _PROOFS:
                self._found.popitem(last=False)
        return found

    async def spend(self, outpoint: OutPoint, since: int) -> MinedTransaction | None:
        """Return the transaction that spends an output if any source proves that it is mined. Errors as in `find`."""
        return await self._proved(lambda source: source.spend(outpoint, since), lambda found: spends(found, outpoint))

    def still(self, mined: MinedTransaction | None) -> MinedTransaction | None:
        """Return a mined transaction whose block is in the branch still; None if it was undone."""
        if mined is None or self.branch is None:
            return None
        try:
            mined.check(self.branch)
        except ChainError:
            return None
        return mined

    async def publish(self, transaction: Transaction) -> tuple[str, ...]:
        """Publish a transaction through all sources; return the reasons of those that have not taken it.

        That a source has taken it proves nothing: it is published again until it is buried.
        """
        reasons = await asyncio.gather(
            *(self._publish(each, transaction) for each in (*self.sources, *self.publishers))
        )
        return tuple(each for each in reasons if each is not None)

    async def _publish(self, source: TransactionPublisher, transaction: Transaction) -> str | None:
        """Publish through one source; return the reason if it has not taken it."""
        try:
            await source.publish(transaction)
        except NotTakenError as error:
            return str(error)
        except SourceError as error:
            self._note(source, error)
            return str(error)
        return None

    async def _follow(self, source: ChainSource) -> None:
        """Take the branch of a source if it has more work than the known one."""
        top = await source.height()
        if self.branch is None:
            self.branch = await self._anchored(source, top)
        overlap = _OVERLAP
        while True:
            branch = self.branch
            first = max(branch.first + 1, min(branch.height, top) + 1 - overlap)
            headers = await self._headers(source, first, top)
            new = next((index for index, each in enumerate(headers) if branch.at(first + index) != each), None)
            if new is None:
                return  # it has nothing that is not known
            if new > 0 or first == branch.first + 1 or headers[0].previous == _hash_at(branch, first - 1):
                self.branch = branch.with_headers(first + new, headers[new:]).shortened(KEPT)
                return
            overlap *= 4

    async def _anchored(self, source: ChainSource, top: int) -> Branch:
        """Return a branch that begins below all channels, with room for reorganisations."""
        oldest = top if self.since is None else min(top, self.since)
        first = max(0, oldest - ROOM, top + 1 - KEPT)
        found = await source.headers(first, 1)
        if not found:
            raise SourceError(f"{source.name} has no header at {first:,}")
        limit = _LIMITS[self.network.name]
        easiest = min(limit, found[0].target * _EASIER) if self.network.name in _WITH_REAL_WORK else limit
        return Branch(first, (found[0],), easiest)

    async def _headers(self, source: ChainSource, first: int, top: int) -> list[Header]:
        found: list[Header] = []
        while first + len(found) <= top:
            more = await source.headers(first + len(found), min(_AT_ONCE, top + 1 - first - len(found)))
            if not more:
                break
            found += more
        return found

    async def _proved(
        self, ask: Callable[[ChainSource], Awaitable[MinedTransaction | None]], is_it: Callable[[Transaction], bool]
    ) -> MinedTransaction | None:
        has_answer = False
        for index, source in enumerate(self.sources):
            if self._failures[index] >= _PATIENCE:
                continue
            try:
                found = await ask(source)
                if found is not None and await self._is_known(source, found, is_it):
                    return found
            except (SourceError, ChainError) as error:
                self._note(source, error)
                self._failures[index] += isinstance(error, SourceError)
            else:
                has_answer = True
        if not has_answer:
            raise SourceError(f"no source has answered rightly: {'; '.join(self._faults)}")
        return None

    async def _is_known(
        self, source: ChainSource, found: MinedTransaction, is_it: Callable[[Transaction], bool]
    ) -> bool:
        """Check a transaction; return whether its block is known, and not one that came after the last look.

        Raises:
            ChainError: it is not in its block, or is another one than was asked for.
        """
        if self.branch is None or self.branch.height < found.height <= self.branch.height + _SOON:
            return False
        if found.height < self.branch.first:
            await self._reach(source, found.height)
        found.check(self.branch)
        if not is_it(found.transaction):
            raise ChainError(f"transaction {found.transaction.txid_hex} is another one than was asked for")
        return True

    async def _reach(self, source: ChainSource, height: int) -> None:
        """Take headers below the anchor, down to a block that has a transaction of a channel."""
        async with self._reaching:
            if self.branch is None or height >= self.branch.first:
                return
            lowest = max(0, self.branch.height + 1 - KEPT)
            if height < lowest:
                raise ChainError(f"block {height:,} is deeper than the {KEPT:,} blocks that are followed")
            first = max(lowest, height - ROOM)
            headers = await self._headers(source, first, self.branch.first - 1)
            self.branch = self.branch.with_lower(first, headers)

    def _note(self, source: TransactionPublisher, error: Exception) -> None:
        text = str(error)
        fault = text if text.startswith(source.name) else f"{source.name}: {text}"
        if fault not in self._faults:
            self._faults.append(fault)


def spends(transaction: Transaction, outpoint: OutPoint) -> bool:
    """Return whether a transaction spends an output."""
    return any(each.outpoint == outpoint for each in transaction.inputs)


def _hash_at(branch: Branch, height: int) -> bytes | None:
    header = branch.at(height)
    return None if header is None else header.hash
