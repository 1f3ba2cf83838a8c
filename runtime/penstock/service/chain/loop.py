"""Loop of a chain: keeps all channels of one side told of it, and their transactions published until they are buried.

    sources ──► look ──► facts of each channel that can have changed ──► events ──► worker ──► Outcome
                                                        Publish ──► all sources      the rest ──► on_outcome

Servers, viewers and watchers run the same loop. It ends with the worker that was replaced, and with nothing else: an
error is told as an alarm, and the next look comes.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Final

from penstock.channel.safe.agreement.chains import Network
from penstock.channel.safe.agreement.margins import Margins, usual_margins
from penstock.channel.safe.protocol.events import Accuse, Event, Height, Publish, Stalled
from penstock.errors import hides_frames
from penstock.service.chain.alarms import Alarm, AlarmKind, Alarms, OnAlarm
from penstock.service.chain.dangers import dangers, is_finished
from penstock.service.chain.facts import NOTHING, Facts, events_of, facts_of, first_events
from penstock.service.chain.followed import KEPT, ROOM, FollowedChain, Look
from penstock.service.chain.looking import look_for_ever, source_alarms
from penstock.service.chain.publishing import OnPublished, Publisher
from penstock.service.driver.inputs import Input, LoadAgain, Outcome
from penstock.service.driver.turns import Turns
from penstock.service.driver.worker import Worker
from penstock.service.errors import LostRaceError, SourceError, StoppedError, StoreError
from penstock.service.store.held import Held
from penstock.service.store.store import Store
from penstock.tx.transaction import OutPoint, Transaction

__tracebackhide__ = hides_frames

_LOG: Final = logging.getLogger(__name__)
_TRIES: Final = 3
"""Tries of an input, if another worker was first each time."""
_ROUNDS: Final = 3
"""Rounds of a channel in one look: its funding is spent, and then its payment."""

Key = tuple[bytes, OutPoint | None, OutPoint | None, bool]


@dataclass(frozen=True, slots=True)
class LoopSettings:
    """Settings of a loop.

    Attributes:
        interval: seconds between two looks.
        patience: seconds without a new block after which nothing is sold any more; None for any number.
        burial: blocks on top of a spend, with its own, after which it counts as final.
        margins: those of this side, for alarms; None for the usual ones of the chain.
        at_once: channels whose transactions are asked for at the same time.
    """

    interval: float = 10
    patience: float | None = 7_200
    burial: int = 6
    margins: Margins | None = None
    at_once: int = 16

    def margins_on(self, network: Network) -> Margins:
        """Return the margins on a network."""
        return self.margins or usual_margins(network.rules)


USUAL: Final = LoopSettings()


@dataclass(slots=True)
class _Channel:
    """A channel that is not finished.

    Attributes:
        held: the channel as it was loaded last.
        facts: the facts that its machine was told of.
        newest: those of the last look, of which it is about to be told.
        key: the newest block and the outputs by which it was asked for last; None if that failed.
        is_seen: whether a source has answered about it since the start.
        judged: the channel as it was when its alarms were told last, with what `key` has.
    """

    held: Held
    facts: Facts = NOTHING
    newest: Facts = NOTHING
    key: Key | None = None
    is_seen: bool = False
    judged: Held | None = None


class ChainLoop:
    """The loop of one side of all channels on one network.

    Args:
        chain: the chain, which this loop alone looks at.
        store: the store; new channels in it are found with the next look.
        worker: drives the channels of that side in that store.
        role: the side, `payer` or `payee`.
        on_outcome: takes what is to be carried out besides publishing, and errors, of each input from the chain.
        on_alarm: takes alarms.
        on_published: takes what was published; None if it is not told.
        settings: the settings.
        clock: returns seconds that only go up.
        now: returns the seconds since 1970.
    """

    def __init__(  # noqa: PLR0913 - all that one side shares
        self,
        chain: FollowedChain,
        store: Store,
        worker: Worker,
        role: str,
        *,
        on_outcome: Callable[[Outcome], None],
        on_alarm: OnAlarm,
        on_published: OnPublished | None = None,
        settings: LoopSettings = USUAL,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._chain, self._store, self._turns, self._role = chain, store, Turns(worker), role
        self._on_outcome, self._settings, self._clock, self._now = on_outcome, settings, clock, now
        self._alarms = Alarms(on_alarm)
        self._publisher = Publisher(chain, self._alarms, on_published)
        self._margins = settings.margins_on(chain.network)
        self._channels: dict[bytes, _Channel] = {}
        self._finished: set[bytes] = set()
        self._versions: dict[bytes, int] = {}
        self._moved: float | None = None
        self._is_stalled = False
        self._asking = asyncio.Semaphore(settings.at_once)
        self._looking = asyncio.Lock()
        self._woken = asyncio.Event()

    @property
    def open_channels(self) -> int:
        """The number of channels that are not finished, as of the last look."""
        return len(self._channels)

    @property
    def is_stalled(self) -> bool:
        """Whether no block has come for so long that nothing is sold."""
        return self._is_stalled

    def wake(self) -> None:
        """Have the next look come at once: a channel was funded."""
        self._woken.set()

    async def run(self, on_look: Callable[[Look], None] | None = None) -> None:
        """Look until it is cancelled.

        Args:
            on_look: takes the result of each look; None if it is not told.

        Raises:
            StoppedError: the worker has stopped: another has taken over, or the store has to be opened again.
        """
        await look_for_ever(self.look, on_look, self._alarms, self._settings.interval, self._woken)

    async def look(self) -> Look:
        """Look once: tell each channel what has changed, and publish what has to be published.

        Raises:
            StoppedError: as in `run`.
            StoreError: the store cannot be read.
        """
        async with self._looking:
            return await self._look()

    async def _look(self) -> Look:
        look = await self._chain.look()
        branch = self._chain.branch
        if branch is not None:
            self._note_time(branch.headers[-1].time, is_newer=look.is_newer)
            await self._load(branch.headers[-1].hash)
            await self._publisher.again(is_newer=look.is_newer)
            changed = [each for each in self._channels.values() if self._is_changed(each)]
            following = [self._watched(each, branch.height) for each in changed]
            for result in await asyncio.gather(*following, return_exceptions=True):
                if isinstance(result, BaseException):
                    raise result
        self._tell_of_sources(look)
        return look

    async def carry_out(self, outcome: Outcome) -> None:
        """Publish what an outcome has to be published, and hand on the rest. For inputs of others too."""
        known = self._channels.get(outcome.channel)
        facts = NOTHING if known is None else known.newest
        for action in outcome.actions:
            match action:
                case Publish(transaction=transaction):
                    await self._publish(outcome.channel, transaction, facts)
                case Accuse(proof=proof):
                    text = f"the publisher of movie {proof.manifest.movie.hex()} has cheated: the proof is kept"
                    self._alarms.tell(Alarm(AlarmKind.FRAUD, text, outcome.channel))
        others = tuple(each for each in outcome.actions if not isinstance(each, Publish))
        if others or outcome.error is not None:
            self._on_outcome(replace(outcome, actions=others))

    async def _publish(self, channel: bytes, transaction: Transaction, facts: Facts) -> None:
        async with self._asking:
            await self._publisher.publish(channel, transaction, facts)

    # The tip ----------------------------------------------------------------------------------------------------------

    def _note_time(self, time_of_tip: int, *, is_newer: bool) -> None:
        """Note when the newest block came; the first one may be an old one."""
        if self._moved is None:
            self._moved = self._clock() - max(0.0, self._now() - time_of_tip)
        elif is_newer:
            self._moved = self._clock()
        patience = self._settings.patience
        self._is_stalled = patience is not None and self._clock() - self._moved > patience

    def _tell_of_sources(self, look: Look) -> None:
        alarms = source_alarms(self._chain, look)
        if self._is_stalled:
            since = f"{self._settings.patience:,.0f} seconds"
            alarms.append(Alarm(AlarmKind.NO_BLOCK, f"no new block has come for {since}: nothing is sold"))
        self._alarms.hold("sources", alarms)

    # Channels ---------------------------------------------------------------------------------------------------------

    async def _load(self, tip: bytes) -> None:
        """Load the channels that are new, and those that were saved since, if more can be asked for them now."""
        network = self._chain.network.name
        versions = await asyncio.to_thread(self._store.versions, self._role, network)
        changed = {
            channel: version
            for channel, version in versions.items()
            if channel not in self._finished and self._versions.get(channel) != version and self._may_load(channel, tip)
        }
        for found in await asyncio.to_thread(self._loaded, changed):
            if isinstance(found, Alarm):
                self._alarms.add(found.channel, found)
                continue
            known = self._channels.get(found.channel)
            if known is None:
                self._take(found)
                continue
            is_by_operator = (found.force_close, found.close_only) != (known.held.force_close, known.held.close_only)
            known.held = found
            if is_by_operator:
                await self._told(known, [LoadAgain()])
                known.key = None
        self._versions |= changed

    def _take(self, held: Held) -> None:
        """Take a channel, unless its end is deeper than the blocks that are followed: nothing shows it any more."""
        assert self._chain.branch is not None, "after a look"
        if held.spent is not None and self._chain.branch.height - held.spent >= KEPT - ROOM:
            _LOG.info("channel %s was closed in block %d: it is followed no more", held.channel.hex(), held.spent)
            self._finished.add(held.channel)
        else:
            self._channels[held.channel] = _Channel(held)

    def _may_load(self, channel: bytes, tip: bytes) -> bool:
        """Return whether what has changed in a channel can matter: a sale alone does not, before a new block."""
        known = self._channels.get(channel)
        if known is None or known.key is None or known.held.state.funding is None:
            return True
        return known.key[0] != tip

    def _loaded(self, channels: Iterable[bytes]) -> list[Held | Alarm]:
        """Load channels; for one that cannot be read return an alarm. This runs in another thread."""
        found: list[Held | Alarm] = []
        for channel in channels:
            try:
                found.append(self._store.load(channel, self._role))
            except StoppedError:
                raise
            except StoreError as error:
                found.append(Alarm(AlarmKind.CHANNEL_FAILS, str(error), channel))
        return found

    async def _watched(self, known: _Channel, height: int) -> None:
        """Follow a channel; its error is not that of others."""
        channel = known.held.channel
        try:
            await self._follow(known, height)
        except StoppedError:
            raise
        except Exception as error:  # noqa: BLE001 - as above
            _LOG.exception("channel %s could not be followed", channel.hex())
            text = f"{type(error).__name__}: {error}"
            self._alarms.add((channel, "error"), Alarm(AlarmKind.UNEXPECTED, text, channel))
        else:
            self._alarms.hold((channel, "error"), [])

    async def _follow(self, known: _Channel, height: int) -> None:
        """Tell a channel what has changed. A second round is for what follows from the first."""
        for _ in range(_ROUNDS):
            state = known.held.state
            key = self._key(known)
            if key == known.key:
                break
            try:
                async with self._asking:
                    known.newest = await facts_of(self._chain, state, self._since(known.held), known.facts)
            except SourceError:  # it is among the faults of the chain
                known.key = None
                await self._told(known, self._events_of_silence(known, height))
                break
            if not await self._told(known, self._events(known, height)):
                return
            is_new = known.newest != known.facts
            known.facts, known.key, known.is_seen = known.newest, key, True
            if is_new:
                known.held = await asyncio.to_thread(self._store.load, known.held.channel, self._role)
        self._judge(known, height)

    def _is_changed(self, known: _Channel) -> bool:
        """Return whether there can be something new about a channel. Of many hardly any has between two blocks."""
        return known.judged is not known.held or known.key != self._key(known)

    def _key(self, known: _Channel) -> Key:
        """Return all on which the facts of a channel depend."""
        assert self._chain.branch is not None, "after a look"
        state = known.held.state
        mined = None if state.mined is None else state.mined.outpoint
        return self._chain.branch.headers[-1].hash, state.funding, mined, self._is_stalled

    def _since(self, held: Held) -> int:
        """Return a height below the opening: T is at most the longest life above it."""
        return max(0, held.state.terms.expiry - self._margins.longest_life)

    def _events(self, known: _Channel, height: int) -> list[Event]:
        """Return the events for a channel: while no block comes, that its view may be an old one."""
        state, is_first = known.held.state, not known.is_seen
        events = events_of(state, known.facts, known.newest, height)
        if is_first:
            events = [*first_events(state, known.newest), *events]
        if self._is_stalled:
            told = [each for each in events if is_first or not isinstance(each, Height)]  # a height ends the standstill
            return [*told, Stalled()]
        return events

    def _events_of_silence(self, known: _Channel, height: int) -> list[Event]:
        """Return the events for a channel that no source has answered about.

        It is told the height, so that it closes in time. Unless all that it knows stands in the branch, its view may be
        an old one: then nothing is sold.
        """
        facts = (known.facts.funding, known.facts.spend, known.facts.claim)
        stands = all(each is None or self._chain.still(each) is not None for each in facts)
        is_sure = known.is_seen and stands and not self._is_stalled
        return [Height(height)] if is_sure else [Height(height), Stalled()]

    def _judge(self, known: _Channel, height: int) -> None:
        """Tell the alarms of a channel, and leave it if it is finished."""
        state, channel = known.held.state, known.held.channel
        known.judged = known.held
        self._alarms.hold((channel, "dangers"), dangers(state, known.facts, height, self._margins))
        if known.key is not None and is_finished(state, known.facts, height, self._settings.burial):
            self._finished.add(channel)
            self._channels.pop(channel, None)
            self._publisher.forget(channel)

    async def _told(self, known: _Channel, events: Iterable[Input]) -> bool:
        """Tell the machine of a channel; return whether it has taken all events."""
        channel = known.held.channel
        for event in events:
            outcome = await self._outcome(channel, event)
            await self.carry_out(outcome)
            if outcome.error is not None:
                text = f"{type(event).__name__} was not taken: {type(outcome.error).__name__}: {outcome.error}"
                self._alarms.hold(channel, [Alarm(AlarmKind.CHANNEL_FAILS, text, channel)])
                return False
        self._alarms.hold(channel, [])
        return True

    async def _outcome(self, channel: bytes, event: Input) -> Outcome:
        """Hand in an event, again if another worker was first."""
        for _ in range(_TRIES - 1):
            outcome = await self._turns.submit(channel, event)
            if not isinstance(outcome.error, LostRaceError):
                return outcome
        return await self._turns.submit(channel, event)
