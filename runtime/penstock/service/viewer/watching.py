"""Chain of a viewer: her channels are told of it, and what they publish is published again until it is buried.

every second or so: look ──► facts of each channel of this process ──► events of its machine ──► transactions
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from penstock.channel.safe.protocol.events import FundingSeen, Publish
from penstock.channel.safe.protocol.states import PayerState, Phase
from penstock.errors import hides_frames
from penstock.service.chain.facts import NOTHING, Facts, events_of, facts_of
from penstock.service.chain.followed import FollowedChain
from penstock.service.chain.source import ChainSource
from penstock.service.driver.inputs import Outcome
from penstock.service.errors import SourceError, StoppedError, StoreError
from penstock.service.viewer.bell import Bell
from penstock.service.viewer.errors import ChainAwayError
from penstock.service.viewer.payments import Payments
from penstock.tx.transaction import Transaction

__tracebackhide__ = hides_frames

_PATIENCE: Final = 30.0
"""Seconds for the first look."""


class Watching:
    """The chain of a viewer's channels.

    Args:
        payments: the channels.
        sources: the sources of the chain, at least one.
        every: seconds between two looks.

    Attributes:
        trouble: why the newest look has failed; None if it has not.
    """

    def __init__(self, payments: Payments, sources: Sequence[ChainSource], every: float) -> None:
        since = min((note.since for note in payments.notes.all()), default=None)
        self.chain = FollowedChain(payments.network, sources, since)
        self.sources = sources
        self.every = every
        self.trouble: str | None = None
        self.told: Callable[[Outcome], Awaitable[None]] | None = None
        self._payments = payments
        self._facts: dict[bytes, Facts] = {}
        self._bell = Bell()

    @property
    def height(self) -> int | None:
        """The height of the newest block; None before the first look."""
        return None if self.chain.branch is None else self.chain.branch.height

    async def known_height(self) -> int:
        """Return the height of the newest block, after the first look.

        Raises:
            ChainAwayError: no source answers.
        """
        if self.height is None:
            await self._bell.wait(_PATIENCE)
        if self.height is None:
            raise ChainAwayError(f"the chain is not seen: {self.trouble or 'no source answers'}")
        return self.height

    async def run(self) -> None:
        """Keep looking until it is cancelled."""
        while True:
            try:
                await self.look()
            except StoppedError:
                raise
            except (SourceError, StoreError) as error:
                self.trouble = str(error)
            self._bell.ring()
            await asyncio.sleep(self.every)

    async def look(self) -> None:
        """Look once, and tell the channels of this process what is new.

        Raises:
            SourceError: no source has answered.
            StoreError: a channel cannot be read.
        """
        seen = await self.chain.look()
        self.trouble = "; ".join(seen.faults) or None
        if seen.height is None or not seen.answered:
            return
        for channel in self._payments.own:
            await self._tell(channel, seen.height)

    async def publish(self, transaction: Transaction) -> tuple[str, ...]:
        """Publish a transaction; return the reasons of the sources that have not taken it."""
        return await self.chain.publish(transaction)

    async def _tell(self, channel: bytes, height: int) -> None:
        state = await self._payments.state(channel)
        if state.phase is Phase.OPENING:
            return
        if state.phase is Phase.FUNDING:
            await self._look_for_funding(state, height)
            state = await self._payments.state(channel)
            if state.phase is Phase.FUNDING:
                return
        note = self._payments.notes.read(channel)
        before = self._facts.get(channel, NOTHING)
        now = await facts_of(self.chain, state, 0 if note is None else note.since, before)
        self._facts[channel] = now
        if now == before and height == state.height and not _is_ending(state):
            return
        for event in events_of(state, before, now, height):
            await self.carry_out(await self._payments.feed(channel, event))

    async def _look_for_funding(self, state: PayerState, height: int) -> None:
        """Tell a channel of its funding once it is mined; until then publish it again."""
        note = self._payments.notes.read(state.channel)
        if note is None:
            return
        transaction = note.transaction(has_witness=self._payments.network.rules.chain.has_witness)
        found = await self.chain.find(transaction.txid, note.since)
        if found is None:
            await self.publish(transaction)
            return
        outpoint = note.outpoint(has_witness=self._payments.network.rules.chain.has_witness)
        seen = FundingSeen(outpoint, transaction.outputs[note.output], height - found.height + 1)
        await self.carry_out(await self._payments.feed(state.channel, seen))

    async def carry_out(self, outcome: Outcome) -> None:
        """Publish the transactions of an outcome, and hand the rest to the session of its channel."""
        for action in outcome.actions:
            if isinstance(action, Publish):
                await self.publish(action.transaction)
        if self.told is not None:
            await self.told(outcome)


def _is_ending(state: PayerState) -> bool:
    """Return whether transactions may have to be published again: after T, or while a payment is on the chain."""
    return state.mined is not None or state.height >= state.terms.expiry
