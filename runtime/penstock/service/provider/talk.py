"""Talk: a WebSocket with its session. Frames are taken one after the other: a flood waits for itself alone."""

import asyncio
from collections.abc import Callable
from typing import Final

from starlette.websockets import WebSocket, WebSocketDisconnect

from penstock.service.errors import StoppedError
from penstock.service.provider.files import WRITE_TIMEOUT
from penstock.service.provider.session import Session

_MOST_PUSHED: Final = 64
"""Frames that wait for a viewer who does not read; above it her connection ends."""
_IDLE: Final = 300.0
"""Seconds after which a connection without a frame ends."""
_POLICY, _RESTART = 1008, 1012


class Talk:
    """A WebSocket that was accepted, with its session.

    Args:
        socket: the WebSocket.
        session: makes the session; it gets the function that takes frames that were not asked for.
    """

    def __init__(self, socket: WebSocket, session: Callable[[Callable[[list[bytes]], None]], Session]) -> None:
        self._socket = socket
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
                async with asyncio.timeout(_IDLE):
                    data = await self._socket.receive_bytes()
                await self._send(await self._session.receive(data))
            await self._socket.close(_POLICY, "too much that is wrong, or not read")
        except (WebSocketDisconnect, TimeoutError, KeyError):
            pass  # she has left, is too slow, or has sent text
        except StoppedError:
            await self._socket.close(_RESTART, "the provider stops")
        finally:
            self._session.end()
            pusher.cancel()

    async def _push(self) -> None:
        while True:
            await self._send(await self._pushed.get())

    async def _send(self, frames: list[bytes]) -> None:
        async with self._lock, asyncio.timeout(WRITE_TIMEOUT):
            for each in frames:
                await self._socket.send_bytes(each)
