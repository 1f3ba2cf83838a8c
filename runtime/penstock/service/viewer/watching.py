"""Chain of a viewer: the loop that all her channels have, and the look for fundings that are not mined.

A machine knows its funding only once that is mined. Until then the note of the channel has it, and it is published
again with each look.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Final

from penstock.channel.safe.agreement.chains import Network
from penstock.channel.safe.protocol.events import FundingSeen
from penstock.channel.safe.protocol.states import Phase
from penstock.errors import hides_frames
from penstock.service.chain.alarms import Alarm, AlarmKind
from penstock.service.chain.followed import FollowedChain, Look
from penstock.service.chain.loop import ChainLoop, LoopSettings
from penstock.service.chain.source import ChainSource
from penstock.service.driver.inputs import Outcome
from penstock.service.errors import SourceError
from penstock.service.viewer.bell import Bell
from penstock.service.viewer.errors import ChainAwayError
from penstock.service.viewer.payments import BURIAL, Payments
from penstock.tx.transaction import Transaction

__tracebackhide__ = hides_frames

_PATIENCE: Final = 30.0
"""Seconds for the first look."""
_QUIET: Final = (AlarmKind.ONE_SOURCE, AlarmKind.NO_BLOCK)
"""Alarms that a viewer cannot do anything about while she watches."""


class _Chain(FollowedChain):
    """A chain that tells each look when it is over: in the midst of one its newest block may be an old one."""

    def __init__(
        self, network: Network, sources: Sequence[ChainSource], since: int | None, seen: Callable[[Look], None]
    ) -> None:
        super().__init__(network, sources, since)
        self._seen = seen

    async def look(self) -> Look:
        """Take the newest headers from all sources."""
        look = await super().look()
        self._seen(look)
        return look


class Watching:
    """The chain of a viewer's channels.

    Args:
        payments: the channels.
        sources: the sources of the chain, at least one.
        every: seconds between two looks.
        alarmed: takes alarms.

    Attributes:
        chain: the chain.
        height: the height of the newest block; None before the first look.
        sources: its sources.
        every: seconds between two looks.
        told: takes the outcome of each input from the chain.
        looked: called after each look, once the channels were told.
    """

    def __init__(
        self, payments: Payments, sources: Sequence[ChainSource], every: float, alarmed: Callable[[Alarm], None]
    ) -> None:
        since = min((note.since for note in payments.notes.all()), default=None)
        self.chain = _Chain(payments.network, sources, since, self._seen)
        self.height: int | None = None
        self.sources = sources
        self.every = every
        self.told: Callable[[Outcome], Awaitable[None]] | None = None
        self.looked: Callable[[], Awaitable[None]] | None = None
        self._payments = payments
        self._alarmed = alarmed
        self._tasks: set[asyncio.Task[None]] = set()
        self._bell = Bell()
        self._loop = ChainLoop(
            self.chain,
            payments.store,
            payments.worker,
            "payer",
            on_outcome=self._tell,
            on_alarm=self._alarm,
            settings=LoopSettings(interval=every, patience=None, burial=BURIAL),
        )

    async def known_height(self) -> int:
        """Return the height of the newest block, after the first look.

        Raises:
            ChainAwayError: no source answers.
        """
        if self.height is None:
            await self._bell.wait(_PATIENCE)
        if self.height is None:
            reason = "; ".join(self.chain.faults) or "no source answers"
            raise ChainAwayError(f"the chain is not seen: {reason}")
        return self.height

    async def run(self) -> None:
        """Keep looking until it is cancelled.

        Raises:
            StoppedError: the worker has stopped.
        """
        looking = asyncio.create_task(self._look_for_fundings())
        try:
            await self._loop.run(self._told_all)
        finally:
            looking.cancel()
            with suppress(asyncio.CancelledError):
                await looking

    async def close(self) -> None:
        """Close the connections of the sources that have any."""
        for source in self.sources:
            close = getattr(source, "close", None)
            if close is not None:
                await close()

    async def carry_out(self, outcome: Outcome) -> None:
        """Publish the transactions of an outcome, and hand on the rest of it."""
        await self._loop.carry_out(outcome)
        await asyncio.gather(*self._tasks)

    async def publish(self, transaction: Transaction) -> tuple[str, ...]:
        """Publish a transaction; return the reasons of the sources that have not taken it."""
        return await self.chain.publish(transaction)

    # Fundings ---------------------------------------------------------------------------------------------------------

    async def _look_for_fundings(self) -> None:
        while True:
            if self.height is not None:
                for channel in self._payments.own:
                    with suppress(SourceError):  # the loop tells of it
                        await self._look_for_funding(channel)
            await asyncio.sleep(self.every if self.height is not None else min(self.every, 0.1))

    async def _look_for_funding(self, channel: bytes) -> None:
        """Tell a channel of its funding once it is mined; until then publish it again."""
        note = self._payments.notes.read(channel)
        if note is None or (await self._payments.state(channel)).phase is not Phase.FUNDING:
            return
        transaction = note.transaction(has_witness=self._payments.network.rules.chain.has_witness)
        found = await self.chain.find(transaction.txid, note.since)
        if found is None:
            await self.publish(transaction)
            return
        outpoint = note.outpoint(has_witness=self._payments.network.rules.chain.has_witness)
        seen = FundingSeen(outpoint, transaction.outputs[note.output], (self.height or found.height) - found.height + 1)
        await self.carry_out(await self._payments.feed(channel, seen))

    def _seen(self, look: Look) -> None:
        if look.answered:
            self.height = look.height
        self._bell.ring()

    def _told_all(self, _: Look) -> None:
        """Note the end of a look: only now the states are those of its height."""
        if self.looked is not None:
            self._begin(self.looked())

    def _tell(self, outcome: Outcome) -> None:
        if self.told is not None:
            self._begin(self.told(outcome))

    def _begin(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _alarm(self, alarm: Alarm) -> None:
        if alarm.kind not in _QUIET:
            self._alarmed(alarm)
