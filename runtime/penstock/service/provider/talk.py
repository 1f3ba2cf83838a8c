"""Talk: a WebSocket with its session. Frames are taken one after the other: a flood waits for itself alone.

It reads and writes ASGI's messages themselves: a class around them costs as much as the rest of a frame.
"""

import asyncio
from collections.abc import Callable
from typing import Final

from starlette.types import Receive, Send

from penstock.service.deadlines import Deadline
from penstock.service.errors import StoppedError
from penstock.service.provider.files import WRITE_TIMEOUT
from penstock.service.provider.session import Session

_MOST_PUSHED: Final = 64
"""Frames that wait for a viewer who does not read; above it her connection ends."""
_IDLE: Final = 300.0
"""Seconds after which a connection without a frame ends."""
_POLICY, _RESTART = 1008, 1012


class _LeftError(Exception):
    """The viewer has left, or has sent text."""


class Talk:
    """A WebSocket that was accepted, with its session.

    Args:
        receive: returns the next message of ASGI.
        send: sends one.
        session: makes the session; it gets the function that takes frames that were not asked for.
    """

    def __init__(
        self, receive: Receive, send: Send, session: Callable[[Callable[[list[bytes]], None]], Session]
    ) -> None:
        self._receive = receive
        self._send_message = send
        self._session = session(self.push)
        self._pushed: asyncio.Queue[list[bytes]] = asyncio.Queue(_MOST_PUSHED)
        self._is_full = False
        self._lock = asyncio.Lock()

    def push(self, frames: list[bytes]) -> None:
        """Let frames wait to be sent; the connection ends if too many do."""
        try:
            self._pushed.put_nowait(frames)
        except asyncio.QueueFull:
            self._is_full = True

    async def run(self) -> None:
        """Go on until the viewer leaves, is too slow, sends too much that is wrong, or the provider stops."""
        pusher = asyncio.create_task(self._push())
        try:
            await self._send([self._session.hello()])
            while not self._session.is_over and not self._is_full:
                await self._send(await self._session.receive(await self._frame()))
            await self._close(_POLICY, "too much that is wrong, or not read")
        except (_LeftError, OSError, TimeoutError):
            pass  # a server tells by an OSError that she has left
        except StoppedError:
            await self._close(_RESTART, "the provider stops")
        finally:
            self._session.end()
            pusher.cancel()

    async def _frame(self) -> bytes:
        with Deadline(_IDLE):
            message = await self._receive()
        data = message.get("bytes")
        if message["type"] != "websocket.receive" or not isinstance(data, bytes):
            raise _LeftError
        return data

    async def _push(self) -> None:
        while True:
            await self._send(await self._pushed.get())

    async def _send(self, frames: list[bytes]) -> None:
        if not frames:
            return
        async with self._lock:
            with Deadline(WRITE_TIMEOUT):
                for each in frames:
                    await self._send_message({"type": "websocket.send", "bytes": each})

    async def _close(self, code: int, reason: str) -> None:
        await self._send_message({"type": "websocket.close", "code": code, "reason": reason})
