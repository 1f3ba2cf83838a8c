"""Provider: the channels of one payee in a store, what he sells in them, and the chain that they are told of.

Frames of viewers come from sessions, facts of the chain from the chain's loop. Both are inputs of the machines, which
one thread drives (`Worker`); what a machine answers leaves once its state is on disk. All else that a provider knows is
in tokens, or in memory and not needed after a crash.
"""

import asyncio
import logging
from collections import Counter, OrderedDict
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Final, Protocol

from penstock.channel.safe.protocol.events import Connected, Height, Publish, Refuse, Send
from penstock.channel.safe.protocol.payee import Payee
from penstock.channel.safe.protocol.states import PayeeState, Phase
from penstock.service.chain.alarms import Alarm, AlarmKind
from penstock.service.chain.followed import FollowedChain
from penstock.service.chain.loop import USUAL, ChainLoop, LoopSettings
from penstock.service.connection.frames import Code, Frame
from penstock.service.driver.driver import Driver
from penstock.service.driver.inputs import Input, Outcome, SetPrice
from penstock.service.driver.turns import Turns
from penstock.service.driver.worker import Worker
from penstock.service.errors import LostRaceError, ServiceError, StoreError
from penstock.service.provider.library import Library
from penstock.service.provider.reserving import Reserving, states_of
from penstock.service.provider.selling import Selling
from penstock.service.seed.wallet import Wallet
from penstock.service.store.held import Held, KeyPath
from penstock.service.store.store import Store

LOG: Final = logging.getLogger("penstock.provider")
_TRIES: Final = 4
"""How often an input is taken if another worker was first."""
_MACHINES: Final = 30_000
"""Machines whose keys stay in memory."""


class FrameError(ServiceError):
    """A frame that is refused, with the code of the reason."""

    def __init__(self, code: Code, text: str) -> None:
        super().__init__(text)
        self.code = code


class Receiver(Protocol):
    """A session to which frames of a channel go that were not asked for."""

    def push(self, channel: bytes, frames: list[Frame]) -> None:
        """Send frames of a channel, or drop them if the connection is full: they are told again on the next one."""


@dataclass(slots=True, eq=False)
class Provider:
    """The provider of one network.

    Attributes:
        selling: his numbers.
        wallet: his keys.
        store: his store.
        library: what he sells.
        chain: the chain, which its loop keeps looking at.
        settings: the settings of that loop.
        reserving: the coins that are held back for closes; None for none.
        is_open: whether frames are taken; False while he stops.
        alarms: how often each alarm was told.
        loop: tells the channels of the chain: to be run beside the worker.
        turns: hands inputs of tasks to the worker.
    """

    selling: Selling
    wallet: Wallet
    store: Store
    library: Library
    chain: FollowedChain
    settings: LoopSettings = USUAL
    is_open: bool = True
    reserving: Reserving | None = None
    loop: ChainLoop = field(init=False)
    turns: Turns = field(init=False)
    alarms: Counter[AlarmKind] = field(default_factory=Counter)
    _driver: Driver = field(init=False)
    _worker: Worker = field(init=False)
    _machines: OrderedDict[bytes, Payee] = field(default_factory=OrderedDict)
    _receivers: dict[bytes, Receiver] = field(default_factory=dict)
    _tasks: set["asyncio.Task[None]"] = field(default_factory=set)

    def __post_init__(self) -> None:
        reserving = self.reserving
        reserves = None if reserving is None else {self.selling.network.name: reserving.reserve()}
        self._driver = Driver(self.store, "payee", self.machine_of, self.selling.burial, reserves=reserves)
        self._worker = Worker(self._driver)
        self.turns = Turns(self._worker)
        self.loop = ChainLoop(
            self.chain,
            self.store,
            self._worker,
            "payee",
            on_outcome=self.told,
            on_alarm=self._alarmed,
            settings=self.settings,
        )

    @property
    def worker(self) -> Worker:
        """The thread of the machines: to be entered and left by `with`."""
        return self._worker

    @property
    def height(self) -> int | None:
        """The height of the newest block; None before it is known."""
        return None if self.chain.branch is None else self.chain.branch.height

    def machine_of(self, held: Held) -> Payee:
        """Return the machine of a channel in the store.

        Raises:
            SeedError: the channel has keys of another seed.
        """
        found = self._machines.get(held.channel)
        if found is None:
            found = self.machine_at(held.path)
            if found.keys.public != held.state.terms.payee:
                self.wallet.keys_of(held)
            self._machines[held.channel] = found
            if len(self._machines) > _MACHINES:
                self._machines.popitem(last=False)
        return found

    def machine_at(self, path: KeyPath) -> Payee:
        """Return the machine of a channel that is not in the store, with the keys at a path."""
        selling = self.selling
        keys = self.wallet.keys(selling.network.name, "payee", path)
        return Payee(keys, self.library, selling.margins, selling.depth, selling.most)

    # Channels in the store --------------------------------------------------------------------------------------------

    async def state(self, channel: bytes) -> PayeeState:
        """Return the state of a channel.

        Raises:
            UnknownChannelError: it is not in the store.
            StoreError: it cannot be read.
        """
        found = await self.turns.call(lambda driver: driver.state(channel))
        assert isinstance(found, PayeeState), "the driver is the payee's"
        return found

    async def attached(self, channel: bytes) -> PayeeState:
        """Return the state of a channel from the disk: another worker may have saved it. Errors as those of `state`."""
        await self.turns.call(lambda driver: driver.forget(channel))
        return await self.state(channel)

    async def connected(self, channel: bytes, own: bytes, other: bytes) -> list[Frame]:
        """Tell a channel of the newest block, and that its payer is connected; return what she is told."""
        if self.height is not None:
            self.carried_out(await self.submit(channel, Height(self.height)))
        return self.carried_out(await self.submit(channel, Connected(own, other)))

    async def quoted(self, channel: bytes, title: bytes) -> list[Frame]:
        """Quote the prices of a title where they differ from those that hold; return the quotes.

        Raises:
            FrameError: the title is not sold here.
            StoreError: the channel cannot be read.
        """
        self.demand_title(title)
        state, price = await self.state(channel), self.selling.price_of(title)
        frames: list[Frame] = []
        for quality in self.library.titles[title].prepared.qualities:
            movie = quality.manifest.movie
            if state.phase in (Phase.FUNDING, Phase.OPEN) and (
                state.prices.price(movie, state.newest + 1, state.height) != price
            ):
                given = SetPrice(movie, price, state.terms.expiry)
                frames += self.carried_out(await self.submit(channel, given))
        return frames

    async def submit(self, channel: bytes, given: Input) -> Outcome:
        """Hand an input to a channel's machine, again if another worker was first; return the outcome.

        Raises:
            StoppedError: the worker has stopped.
        """
        for _ in range(_TRIES):
            outcome = await self.turns.submit(channel, given)
            if not isinstance(outcome.error, LostRaceError):
                break
        return outcome

    def carried_out(self, outcome: Outcome) -> list[Frame]:
        """Publish what an outcome has to be published, note what was refused, and return what is to be sent."""
        published = tuple(each for each in outcome.actions if isinstance(each, Publish))
        if published:
            self._spawn(self.loop.carry_out(Outcome(outcome.channel, published)))
        for action in outcome.actions:
            if isinstance(action, Refuse):
                LOG.info("refused", extra={"channel": outcome.channel, "reason": action.reason})
        if outcome.error is not None and not isinstance(outcome.error, StoreError):
            LOG.error("fault of this side", exc_info=outcome.error, extra={"channel": outcome.channel})
        return [each.message for each in outcome.actions if isinstance(each, Send)]

    def told(self, outcome: Outcome) -> None:
        """Carry out an outcome that no frame has asked for: of an event of the chain."""
        frames = self.carried_out(outcome)
        receiver = self._receivers.get(outcome.channel)
        if frames and receiver is not None:
            receiver.push(outcome.channel, frames)

    async def restarted(self) -> None:
        """Publish again what was being published when the process ended."""
        for outcome in await self.turns.call(lambda driver: driver.restarted()):
            self.carried_out(outcome)

    def stop_selling(self) -> None:
        """Take no more frames: the process ends. Channels stay open, and go on after the next start."""
        self.is_open = False

    def _alarmed(self, alarm: Alarm) -> None:
        self.alarms[alarm.kind] += 1
        LOG.warning("alarm: %s", alarm.kind.value, extra={"channel": alarm.channel, "reason": alarm.text})

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # Sessions ---------------------------------------------------------------------------------------------------------

    def receive_for(self, channel: bytes, receiver: Receiver) -> None:
        """Let a session have the frames of a channel; another one has them no more."""
        self._receivers[channel] = receiver

    def is_receiver(self, channel: bytes, receiver: Receiver) -> bool:
        """Return whether a session is the one that a channel is attached to."""
        return self._receivers.get(channel) is receiver

    def forget(self, channel: bytes, receiver: Receiver) -> None:
        """End what `receive_for` has begun, unless another session has taken the channel."""
        if self.is_receiver(channel, receiver):
            del self._receivers[channel]

    def demand_title(self, title: bytes) -> None:
        """Check that a title is sold here.

        Raises:
            FrameError: it is not.
        """
        if title not in self.library.titles:
            raise FrameError(Code.UNKNOWN_TITLE, "this title is not sold here")

    def not_selling(self) -> str | None:
        """Return why nothing is sold; None if it is."""
        if self.store.stopped is not None:
            return self.store.stopped
        if not self.is_open:
            return "this provider stops"
        if self.height is None:
            return "no source of the chain has answered"
        if self.loop.is_stalled:
            return "no new block has come for too long"
        return None if self.reserving is None else self.reserving.lacking

    def demand_open(self) -> int:
        """Return the height of the newest block, if something can be sold.

        Raises:
            FrameError: the provider stops, or does not see the chain.
        """
        if not self.is_open:
            raise FrameError(Code.CLOSED_SHOP, "this provider stops: connect again")
        if self.height is None:
            raise FrameError(Code.CLOSED_SHOP, "the provider does not see the chain now: try again")
        return self.height

    def demand_reserve(self) -> None:
        """Check that there are coins to close one channel more.

        Raises:
            FrameError: there are not.
        """
        if self.reserving is not None and self.reserving.lacking_for_more is not None:
            raise FrameError(Code.CLOSED_SHOP, "this provider opens no channel now: try again later")

    # The reserve ------------------------------------------------------------------------------------------------------

    async def keep_reserve(self) -> None:
        """Count the coins that are held back again and again, and lift late closes with them, until cancelled.

        Raises:
            StoppedError: the worker has stopped.
        """
        reserving = self.reserving
        while reserving is not None:
            await self._count_reserve(reserving)
            await asyncio.sleep(self.settings.interval)

    async def _count_reserve(self, reserving: Reserving) -> None:
        before = reserving.lacking_for_more
        terms = await self.turns.call(lambda driver: driver.terms())
        has_changed = await reserving.count(terms)
        if has_changed:
            network = self.selling.network.name
            await self.turns.call(lambda driver: driver.count_again(network))
        if reserving.lacking_for_more not in (None, before):
            LOG.warning("no channel is opened", extra={"reason": reserving.lacking_for_more})
        if self.height is None:
            return
        states = await self.turns.call(states_of)
        for channel, bump in reserving.bumps(states, self.height):
            LOG.info("a close is lifted", extra={"channel": channel, "satoshis": bump.coins[0].value})
            self.carried_out(await self.submit(channel, bump))
