"""Session: one connection of a viewer, by WebSocket or by plain HTTP. In: a frame as bytes. Out: frames as bytes.

A channel is attached before any of its messages is taken: the viewer signs the numbers of the connection with the
channel's key, so a stranger who knows its id cannot disturb it. A channel is attached to one session, the newest.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from typing import Any, Final

from prometheus_client import Histogram

from penstock.channel.canonical import CanonicalError
from penstock.channel.safe.messages.kinds import Chunk, Error, Get, Open
from penstock.channel.safe.messages.wire import from_wire
from penstock.channel.safe.protocol.events import Announced, Event, Received, Refuse
from penstock.errors import hides_frames
from penstock.service.connection.frames import (
    Attach,
    Code,
    Enquire,
    Fault,
    Frame,
    Hello,
    Offered,
    OpenWith,
    Pricing,
    attach_digest,
    from_bytes,
    to_bytes,
)
from penstock.service.errors import CatalogueError, StoreError, UnknownChannelError
from penstock.service.provider.limits import Buckets, Limits, Rate
from penstock.service.provider.opening import Opening
from penstock.service.provider.provider import FrameError, Provider
from penstock.tx.signatures import schnorr_verify
from penstock.tx.transaction import OutPoint

__tracebackhide__ = hides_frames

PAUSE: Final = 1.0
"""Seconds until the answer to a frame that is one too many."""
_TXID: Final = 32
_MOST_CHANNELS: Final = 16
"""Channels of one connection."""


class Gate:
    """The limits of all sessions: how much each peer may ask for.

    Args:
        limits: the limits.

    Attributes:
        seconds: how long answers take, for Prometheus.
        seconds_of: returns the part of it that is about one kind of frame, by its name.
    """

    def __init__(self, limits: Limits) -> None:
        self._offers, self._frames, self._wrong = map(Buckets, (limits.offers, limits.frames, limits.wrong))
        self._arrivals, self._opens = Buckets(limits.arrivals), Buckets(limits.opens)
        self._bytes = Buckets(Rate(limits.bytes_at_once, limits.bytes_per_second))
        self.seconds = Histogram(
            "penstock_frame_seconds",
            "Seconds from a frame to its answers.",
            ["frame"],
            registry=None,
            buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5),
        )
        self.seconds_of: Callable[[str], Histogram] = cache(self.seconds.labels)

    def takes(self, peer: str) -> bool:
        """Return whether one frame more of a peer is taken."""
        return self._frames.take(peer)

    def offers(self, peer: str) -> bool:
        """Return whether a peer gets one offer more."""
        return self._offers.take(peer)

    def arrives(self, peer: str) -> bool:
        """Return whether one connection more of a peer is taken."""
        return self._arrivals.take(peer)

    def opens(self, peer: str) -> bool:
        """Return whether terms of a peer are looked at once more."""
        return self._opens.take(peer)

    def wrong(self, peer: str) -> bool:
        """Count a frame that was refused; return whether the connection goes on."""
        return self._wrong.take(peer)

    def sends(self, peer: str, size: int) -> bool:
        """Return whether a peer gets so many bytes more of ciphertexts."""
        return self._bytes.take(peer, size)


class Session:
    """A connection.

    Args:
        opening: the opening of the provider's channels.
        provider: the provider.
        gate: the limits.
        peer: the address of the viewer.
        nonce: the provider's number of the connection, 32 bytes.
        pushed: takes frames that were not asked for; None where the connection has no way for them.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - all that a connection has
        self,
        opening: Opening,
        provider: Provider,
        gate: Gate,
        peer: str,
        nonce: bytes,
        pushed: Callable[[list[bytes]], None] | None = None,
    ) -> None:
        self._opening = opening
        self._provider = provider
        self._gate = gate
        self._peer = peer
        self._nonce = nonce
        self._pushed = pushed
        self._ciphertexts: dict[bytes, bool] = {}
        self.is_over = False

    def hello(self) -> bytes:
        """Return the first frame of the connection."""
        return to_bytes(Hello(self._nonce))

    async def receive(self, data: bytes) -> list[bytes]:
        """Take a frame, and return the answers. After too many wrong ones `is_over` is true.

        An answer that tells a viewer to wait comes after a second: so long no other frame of her connection is read.

        Raises:
            StoppedError: the worker has stopped: the connection ends.
        """
        if not self._gate.takes(self._peer):
            await asyncio.sleep(PAUSE)
            return [to_bytes(Fault.of(Code.TOO_MANY, "too many frames: send this one again in a second"))]
        try:
            frame = from_bytes(data)
            with self._gate.seconds_of(type(frame).__name__).time():
                answers = await self._answers(frame)
        except CanonicalError as error:
            answers = [Fault.of(Code.MALFORMED, str(error))]
        except FrameError as error:
            answers = [Fault.of(error.code, str(error))]
            if error.code is Code.TOO_MANY:
                await asyncio.sleep(PAUSE)
        except StoreError as error:
            if self._provider.store.stopped is not None:
                raise
            answers = [Fault.of(Code.CLOSED_SHOP, f"not now: {type(error).__name__}")]
        if any(map(_is_wrong, answers)) and not self._gate.wrong(self._peer):
            self.is_over = True
        return [to_bytes(each) for each in answers]

    def push(self, channel: bytes, frames: list[Frame]) -> None:
        """Send frames of a channel that were not asked for."""
        if self._pushed is not None:
            self._pushed([to_bytes(each) for each in self._wanted(channel, frames)])

    def end(self) -> None:
        """End the session: its channels are attached no more."""
        for channel in self._ciphertexts:
            self._provider.forget(channel, self)
        self._ciphertexts.clear()

    async def _answers(self, frame: Frame) -> list[Frame]:
        handler = _HANDLERS.get(type(frame))
        if handler is not None:
            return await handler(self, frame)
        if isinstance(frame, Hello | Offered | Fault | Open):
            raise FrameError(Code.MALFORMED, f"{type(frame).__name__} is not a frame for the provider")
        return await self._message(frame)  # the others are messages

    async def _enquired(self, frame: Enquire) -> list[Frame]:
        if not self._gate.offers(self._peer):
            raise FrameError(Code.TOO_MANY, "too many offers: ask again in a few seconds")
        token, offer = await self._opening.offered(frame.network, frame.title)
        return [Offered(token, to_bytes(offer))]

    async def _opened(self, frame: OpenWith) -> list[Frame]:
        opened = from_wire(frame.opened)
        if not isinstance(opened, Open):
            raise FrameError(Code.MALFORMED, "opened: expected an Open")
        if not self._gate.opens(self._peer):
            raise FrameError(Code.TOO_MANY, "too many terms and fundings: ask again in a few seconds")
        if not frame.txid:
            return await self._opening.accepted(frame.token, opened)
        if len(frame.txid) != _TXID:
            raise FrameError(Code.MALFORMED, f"txid: expected {_TXID} bytes, or none")
        return await self._opening.funded(frame.token, opened, OutPoint(frame.txid, frame.output))

    async def _attached(self, frame: Attach) -> list[Frame]:
        channel = frame.channel
        if len(self._ciphertexts) >= _MOST_CHANNELS and channel not in self._ciphertexts:
            raise FrameError(Code.TOO_MANY, f"more than {_MOST_CHANNELS} channels on one connection")
        try:
            state = await self._provider.state(channel)
        except UnknownChannelError:
            raise FrameError(Code.UNKNOWN_CHANNEL, "this channel is not in the store") from None
        digest = attach_digest(channel, frame.nonce, self._nonce)
        if not schnorr_verify(frame.signature, state.terms.payer.authentication[1:], digest):
            raise FrameError(Code.NOT_HERS, "the signature is not by the payer, or not for this connection")
        await self._provider.attached(channel)  # from the disk, which a stranger must not make work
        self._ciphertexts[channel] = bool(frame.ciphertexts)
        if self._pushed is not None:
            self._provider.receive_for(channel, self)
        return await self._provider.connected(channel, self._nonce, frame.nonce)

    async def _priced(self, frame: Pricing) -> list[Frame]:
        self._demand_attached(frame.channel)
        return await self._provider.quoted(frame.channel, frame.title)

    async def _message(self, message: Any) -> list[Frame]:
        """Hand a message to the machine of its channel."""
        channel: bytes = message.channel
        self._demand_attached(channel)
        given: Event = Received(message)
        if isinstance(message, Get):
            if self._ciphertexts[channel]:
                await self._fetched(message)
            else:
                given = Announced(channel, message.movie, message.chunk)
        outcome = await self._provider.submit(channel, given)
        frames = self._wanted(channel, self._provider.carried_out(outcome))
        if not frames and any(isinstance(each, Refuse) for each in outcome.actions):
            return [Fault.of(Code.MALFORMED, "the message was refused")]
        return frames

    async def _fetched(self, message: Get) -> None:
        """Have the ciphertext in memory before the machine asks for it: a slow place must not stop the others."""
        try:
            await self._provider.library.fetch(message.movie, message.chunk)
        except KeyError:
            return  # the machine says so
        except CatalogueError:
            raise FrameError(Code.CLOSED_SHOP, "this chunk cannot be read now") from None

    def _demand_attached(self, channel: bytes) -> None:
        is_here = channel in self._ciphertexts
        if not is_here or (self._pushed is not None and not self._provider.is_receiver(channel, self)):
            raise FrameError(Code.NOT_ATTACHED, "the channel is not attached to this connection")

    def _wanted(self, channel: bytes, frames: list[Frame]) -> list[Frame]:
        """Return frames without the ciphertexts that the viewer fetches elsewhere."""
        if self._ciphertexts.get(channel, False):
            return frames
        return [each for each in frames if not isinstance(each, Chunk)]


def _is_wrong(answer: Frame) -> bool:
    """Return whether an answer tells of a frame that no viewer in good order sends."""
    return isinstance(answer, Error) or (isinstance(answer, Fault) and answer.code in _WRONG)


_WRONG: Final = frozenset(
    (Code.MALFORMED, Code.NOT_HERS, Code.NOT_ATTACHED, Code.UNKNOWN_CHANNEL, Code.UNKNOWN_TITLE, Code.TERMS)
)
_Handler = Callable[[Session, Any], Awaitable[list[Frame]]]
_HANDLERS: Final[Mapping[type[Frame], _Handler]] = {
    Enquire: Session._enquired,  # noqa: SLF001 - of this module, as those below
    OpenWith: Session._opened,  # noqa: SLF001
    Attach: Session._attached,  # noqa: SLF001
    Pricing: Session._priced,  # noqa: SLF001
}
"""The answer to each frame that is not a message of the protocol."""
