"""Session: one channel with one provider, over connections that may break.

    connect ──► open, or Attach ──► Connected ──► Resume both ways ──► quotes ──► pieces ──► Finish ──► settled

Frames of the provider, facts of the chain and the user's wishes are inputs of the machine. What it answers is sent if
there is a connection; if there is none, the machine says it again when there is one.
"""

import asyncio
import random
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final

from penstock.channel.safe.agreement.margins import usual_margins
from penstock.channel.safe.messages.kinds import Error
from penstock.channel.safe.protocol.events import Accuse, Connected, Finish, Received, Refuse, Send
from penstock.channel.safe.protocol.states import PayerState, Phase
from penstock.channel.safe.transactions.payment import most_amount
from penstock.errors import PenstockError, hides_frames
from penstock.service.connection.frames import (
    Attach,
    Code,
    Enquire,
    Fault,
    Hello,
    Offered,
    OpenWith,
    Pricing,
    attach_digest,
)
from penstock.service.driver.inputs import Input, Outcome
from penstock.service.errors import LostRaceError, StoppedError
from penstock.service.viewer.bell import Bell
from penstock.service.viewer.errors import AwayError, ChainAwayError, CheatedError, ProviderError, ViewerError, shown
from penstock.service.viewer.notes import Note
from penstock.service.viewer.opening import FaultError, Order, opened, told_funding
from penstock.service.viewer.payments import Payments
from penstock.service.viewer.remote.connection import Connection
from penstock.service.viewer.watching import Watching
from penstock.tx.signatures import schnorr_sign

__tracebackhide__ = hides_frames

LEAST_WAIT: Final = 0.2
MOST_WAIT: Final = 5.0
"""Seconds between two tries to connect: they grow from the one to the other."""
_STEADY: Final = 3.0
"""Seconds after which a connection counts as a good one."""
_MOST_WRONG: Final = 3
"""Connections one after the other on which the provider breaks the rules, before it is given up."""
_BLOCK_PATIENCE: Final = 10.0
"""Seconds in which a provider may see a block later than this side, before the user is told."""
_TRIES: Final = 4
_ROOM: Final = 6
"""Blocks that a channel has left to be used again, beyond those in which nothing is sold."""
_NOT_MESSAGES: Final = (Hello, Attach, Enquire, Offered, OpenWith, Pricing)

Tell = Callable[[str, dict[str, object]], None]
"""Takes an event: its name, and its facts."""


class Session:
    """The session of a title.

    Args:
        payments: the store, the keys and the machines.
        order: the provider, the title, the sources of the chain.
        watching: the chain.
        tell: takes the events.
        note: the note of the channel; None to choose one, or to open one.

    Attributes:
        state: the state of the channel; None before there is one.
        trouble: why nothing can be bought now; None if something can. It is tried again.
        failure: why it is not tried again.
        refusal: the newest reason of the machine, or of the provider.
        bell: rings with each change.
    """

    def __init__(
        self, payments: Payments, order: Order, watching: Watching, tell: Tell, note: Note | None = None
    ) -> None:
        self.payments, self.order, self.watching, self.tell = payments, order, watching, tell
        self.state: PayerState | None = None
        self.trouble: ViewerError | None = None
        self.failure: PenstockError | None = None
        self.refusal = ""
        self.bell = Bell()
        self._is_wanted = asyncio.Event()
        self._note = note
        self._connection: Connection | None = None
        self._is_told = True
        self._is_opening = False
        self._is_at_once = False
        self._is_known = False
        self._wrong = 0
        watching.told = self._told
        watching.looked = self._refresh

    @property
    def is_attached(self) -> bool:
        """Whether the provider has answered on the connection, so that he knows the channel."""
        return self._connection is not None and self._is_known

    @property
    def channel(self) -> bytes | None:
        """The channel's id; None before there is one."""
        return None if self._note is None else self._note.channel

    def want(self) -> None:
        """Open a channel, if there is none: something is to be bought."""
        self._is_wanted.set()

    # Connections ------------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Keep a connection until the channel is closed, or it is cancelled, or a failure is not to be tried again."""
        wait, loop = LEAST_WAIT, asyncio.get_running_loop()
        await self._choose()
        while self.state is None or self.state.phase is not Phase.CLOSED:
            began = loop.time()
            try:
                async with await Connection.open(self.order.shop.url) as connection:
                    await self._converse(connection)
            except StoppedError as error:
                return self._fail(error)
            except PenstockError as error:
                self._wrong += isinstance(error, ProviderError)
                if not _passes(error) or self._wrong > _MOST_WRONG:
                    return self._fail(error)
                self.note_trouble(error)
            finally:
                self._connection, self._is_known = None, False
                self.bell.ring()
            if self._is_at_once or loop.time() - began > _STEADY:
                wait, self._is_at_once = LEAST_WAIT, False
            await asyncio.sleep(wait * random.uniform(0.5, 1))  # noqa: S311 - so that viewers do not come all at once
            wait = min(MOST_WAIT, wait * 2)
        return None

    async def _choose(self) -> None:
        """Choose a channel that is there; without one wait until something is to be bought."""
        if self._note is None:
            try:
                self._note = await self._found()
            except PenstockError as error:
                self.note_trouble(error)
        if self._note is None:
            await self._is_wanted.wait()

    async def reconnect(self) -> None:
        """Break the connection; the next one begins at once."""
        if self._connection is not None:
            self._is_at_once = True
            await self._connection.close()

    async def _converse(self, connection: Connection) -> None:
        if self._note is None:
            if not self._is_opening:  # once for all tries
                self._is_opening = True
                self.tell("opening", {"url": self.order.shop.url})
            self._note = await opened(connection, self.payments, self.order, self.watching)
            self.tell("funding", {"channel": self._note.channel.hex()})
            self._is_told = False
        note = self._note
        self.state = await self.payments.state(note.channel)
        if self.state.phase is Phase.FUNDING:
            self._is_told = False
        while self.state.phase is Phase.FUNDING:
            await self.bell.wait(self.watching.every)
        if not self._is_told:
            await self._tell_funding(connection, note)
        await self._attach(connection, note)
        await self._read(connection, note)

    async def _tell_funding(self, connection: Connection, note: Note) -> None:
        """Tell the provider of the funding until he has seen its block: he may see it a little later than this side."""
        loop = asyncio.get_running_loop()
        patient = loop.time() + _BLOCK_PATIENCE
        while True:
            try:
                await told_funding(connection, note, has_witness=self.payments.network.rules.chain.has_witness)
            except FaultError as error:
                if error.fault.code != Code.NOT_MINED:
                    raise
                if loop.time() > patient:
                    self.note_trouble(error)
                await asyncio.sleep(self.watching.every)
            else:
                self._is_told = True
                return

    async def _attach(self, connection: Connection, note: Note) -> None:
        keys = self.payments.machine(note.channel).keys
        digest = attach_digest(note.channel, connection.own, connection.other)
        signature = schnorr_sign(keys.authentication.secret, digest)
        await connection.send(Attach(note.channel, connection.own, 0, signature))
        self._connection = connection
        await self.feed(Connected(connection.own, connection.other))
        if self.state is not None and self.state.phase is Phase.OPEN:
            await self.ask_prices()

    async def ask_prices(self) -> None:
        """Ask the provider for the prices of the title; nothing happens without a connection."""
        if self._connection is not None and self._note is not None:
            with suppress(AwayError):
                await self._connection.send(Pricing(self._note.channel, self.order.title))

    async def _read(self, connection: Connection, note: Note) -> None:
        while True:
            frame = await connection.receive()
            if isinstance(frame, Fault):
                self._take_fault(frame)
                continue
            if isinstance(frame, _NOT_MESSAGES) or getattr(frame, "channel", None) != note.channel:
                raise ProviderError(f"the provider sends {type(frame).__name__}, which is not for this channel")
            if not self._is_known:
                self._is_known, self.trouble, self._wrong = True, None, 0
                self.tell("connected", {"channel": note.channel.hex()})
            if isinstance(frame, Error):
                self._tell_refusal(frame.text)
            await self.feed(Received(frame))
            if self.state is not None and self.state.phase is Phase.CLOSED:
                return

    def _take_fault(self, fault: Fault) -> None:
        """Take a refusal: a channel that is not known is told again on the next connection.

        Raises:
            FaultError: the connection is of no use.
        """
        if fault.code == Code.UNKNOWN_CHANNEL:
            self._is_told = False
        if fault.code in (Code.UNKNOWN_CHANNEL, Code.NOT_HERS, Code.NOT_ATTACHED, Code.MALFORMED, Code.CLOSED_SHOP):
            raise FaultError(fault)
        self._tell_refusal(fault.text)
        self.bell.ring()

    def _tell_refusal(self, text: str) -> None:
        """Tell a refusal of the provider; the same again is not told."""
        reason = shown(text)
        if reason != self.refusal:
            self.tell("refused", {"reason": reason})
        self.refusal = reason

    async def _found(self) -> Note | None:
        """Return the note of a channel with this provider that can be used again, and that no other process has."""
        height = await self.watching.known_height()
        margins = usual_margins(self.payments.network.rules)
        needed = margins.margin + margins.alarm + _ROOM
        for channel in reversed(self.payments.channels()):
            note = self.payments.notes.read(channel)
            if note is None or note.url != self.order.shop.url or note.since > height:
                continue
            state = await self.payments.state(channel)
            is_of_use = state.terms.network == self.payments.network and state.phase in (Phase.FUNDING, Phase.OPEN)
            paid = state.terms.base if state.signed is None else state.signed.state.amount
            has_room = paid + 1 <= min(most_amount(state.terms), self.payments.budget)
            has_time = state.terms.expiry - height > needed and not state.cheated
            if is_of_use and has_room and has_time and self.payments.claimed(channel):
                return note
        return None

    # Inputs -----------------------------------------------------------------------------------------------------------

    async def feed(self, given: Input) -> Outcome:
        """Hand an input to the machine, carry out what it answers, and return the outcome.

        Raises:
            StoppedError: the worker has stopped.
        """
        for _ in range(_TRIES - 1):
            (outcome,) = await self.feed_all([given])
            if not isinstance(outcome.error, LostRaceError):
                return outcome
        (outcome,) = await self.feed_all([given])
        return outcome

    async def feed_all(self, inputs: Sequence[Input]) -> list[Outcome]:
        """Hand in inputs with no other in between; carry out the answers, return the outcomes. Errors as `feed`."""
        assert self._note is not None, "there is a channel"
        outcomes = await self.payments.feed_all(self._note.channel, inputs)
        for outcome in outcomes:
            await self.watching.carry_out(outcome)
        await self._refresh()
        return outcomes

    async def close(self) -> None:
        """Close the channel: the settlement is signed, and sent now or with the next connection."""
        if self._note is not None and self.state is not None and self.state.phase in (Phase.OPEN, Phase.CLOSING):
            await self.feed(Finish())

    async def _told(self, outcome: Outcome) -> None:
        """Send what an outcome has for the provider, and note the rest."""
        if self._note is None or outcome.channel != self._note.channel:
            return
        for action in outcome.actions:
            match action:
                case Send(message=message) if self._connection is not None:
                    with suppress(AwayError):
                        await self._connection.send(message)
                case Refuse(reason=reason):
                    self.refusal = shown(reason)
                case Accuse():
                    self._fail(CheatedError("the publisher has signed for a piece that does not open", _EVIDENCE))
                case _:
                    pass
        await self._refresh()

    async def _refresh(self) -> None:
        """Take the state as it is now, and tell a change of the phase."""
        if self._note is None:
            return
        state = await self.payments.state(self._note.channel)
        before, self.state = self.state, state
        if before is None or before.phase is not self.state.phase:
            facts: dict[str, object] = {"channel": self._note.channel.hex(), "satoshis": self.state.paid}
            self.tell(self.state.phase.name.lower(), facts)
        self.bell.ring()

    def note_trouble(self, error: PenstockError) -> None:
        """Note why nothing can be bought now."""
        trouble = error if isinstance(error, ViewerError) else ChainAwayError(str(error))
        if type(trouble) is not type(self.trouble) or str(trouble) != str(self.trouble):
            self.tell("trouble", {"code": trouble.code, "reason": trouble.reason})
        self.trouble = trouble
        self.bell.ring()

    def note_end(self, task: "asyncio.Task[None]") -> None:
        """Note the end of a loop: an error of it is the failure of the session."""
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self._fail(error if isinstance(error, PenstockError) else ViewerError(f"fault of this side: {error!r}"))

    def _fail(self, error: PenstockError) -> None:
        self.failure = error
        self.tell("failed", {"code": getattr(error, "code", "failed"), "reason": str(error)})
        self.bell.ring()


_EVIDENCE: Final = "export the proof with `penstock channel export-fraud`, and close the channel"
_PASSING: Final = (Code.NOT_MINED, Code.TOO_MANY, Code.CLOSED_SHOP, Code.UNKNOWN_CHANNEL, Code.NOT_ATTACHED)


def _passes(error: PenstockError) -> bool:
    """Return whether it is of use to try again."""
    if isinstance(error, FaultError):
        return error.fault.code in _PASSING
    return isinstance(error, AwayError | ChainAwayError | ProviderError)
