"""Connections of a viewer for measuring: bytes are written and read by hand, since the client shares the cores.

Each viewer has an address of her own, which the provider takes from `X-Forwarded-For`, as with a proxy in front: so the
limits of peers hold as they are sold.
"""

import asyncio
import json
import struct
from collections import deque
from collections.abc import Callable
from typing import Final, Self, cast
from urllib.parse import urlsplit

from penstock.service.connection.frames import CHANNEL_PATH, SUBPROTOCOL

_BINARY, _CLOSE, _PING, _PONG = 2, 8, 9, 10
_FINAL, _MASKED = 0x80, 0x80
_NO_MASK: Final = bytes(4)
"""A mask that changes nothing: a server has to take any."""
_SHORT, _LONG = 126, 127


class LineError(ConnectionError):
    """The server has closed a connection."""


class _Reading(asyncio.Protocol):
    """A connection whose bytes wait until enough of them are here.

    Attributes:
        transport: the way to the server; None before it is there.
        data: the bytes that wait.
        is_lost: whether the connection has ended.
        took: called with each new bytes.
    """

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.data = bytearray()
        self.is_lost = False
        self.took: Callable[[], object] | None = None
        self._waiting: asyncio.Future[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)  # those of uvloop are of no common class

    def data_received(self, data: bytes) -> None:
        self.data += data
        if self.took is not None:
            self.took()
        self.ring()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        self.is_lost = True
        self.ring()

    def ring(self) -> None:
        """Wake the one who waits."""
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    async def more(self) -> None:
        """Wait for more bytes, or for the end.

        Raises:
            LineError: the connection has ended.
        """
        if self.is_lost:
            raise LineError("the server has closed the connection")
        self._waiting = asyncio.get_running_loop().create_future()
        await self._waiting

    async def until(self, end: bytes) -> bytes:
        """Return the bytes up to an end, with it."""
        while (place := self.data.find(end)) < 0:
            await self.more()
        return self.taken(place + len(end))

    def taken(self, size: int) -> bytes:
        """Take so many bytes, which are here."""
        found = bytes(self.data[:size])
        del self.data[:size]
        return found

    def write(self, data: bytes) -> None:
        """Send bytes.

        Raises:
            LineError: the connection has ended.
        """
        if self.transport is None or self.is_lost:
            raise LineError("the server has closed the connection")
        self.transport.write(data)

    def pause(self) -> None:
        """Read nothing any more."""
        if self.transport is not None:
            self.transport.pause_reading()

    def close(self) -> None:
        """End the connection."""
        if self.transport is not None:
            self.transport.abort()


async def _connected(url: str) -> tuple[_Reading, str]:
    parts = urlsplit(url)
    loop, host = asyncio.get_running_loop(), parts.hostname or ""
    _, reading = await loop.create_connection(_Reading, host, parts.port or 0)
    return reading, parts.netloc


class Line:
    """A connection of HTTP/1.1 that stays open, for one request after the other."""

    def __init__(self, reading: _Reading, host: str, peer: str) -> None:
        self.reading = reading
        self._headers = f"Host: {host}\r\nX-Forwarded-For: {peer}\r\n"

    @classmethod
    async def open(cls, url: str, peer: str) -> Self:
        """Connect to the server at a URL.

        Args:
            url: the URL.
            peer: the address of the viewer.
        """
        return cls(*await _connected(url), peer)

    async def get(self, path: str) -> bytes:
        """Return the body of an answer; nothing for one with another status than 200."""
        self.ask(path)
        return await self._answer()

    async def post(self, path: str, values: object) -> bytes:
        """Return the body of the answer to values as JSON, or to a text as it is."""
        body = values.encode() if isinstance(values, str) else json.dumps(values).encode()
        head = f"POST {path} HTTP/1.1\r\n{self._headers}Content-Length: {len(body)}\r\n\r\n"
        self.reading.write(head.encode() + body)
        return await self._answer()

    def ask(self, path: str) -> None:
        """Send a request, whose answer is not waited for."""
        self.reading.write(f"GET {path} HTTP/1.1\r\n{self._headers}\r\n".encode())

    async def _answer(self) -> bytes:
        head = (await self.reading.until(b"\r\n\r\n")).lower()
        start = head.index(b"content-length:") + 15
        size = int(head[start : head.index(b"\r\n", start)])
        while len(self.reading.data) < size:
            await self.reading.more()
        body = self.reading.taken(size)
        return body if head.startswith(b"http/1.1 200") else b""

    def close(self) -> None:
        """Close the connection."""
        self.reading.close()


class FrameLine:
    """A connection by WebSocket, for frames. Questions whether this side is there are answered when they come."""

    def __init__(self, reading: _Reading) -> None:
        self.reading = reading
        self._messages: deque[bytes] = deque()
        self._end = ""
        reading.took = self._read
        self._read()

    @classmethod
    async def open(cls, url: str, peer: str) -> Self:
        """Connect to the provider at a URL, from an address.

        Raises:
            LineError: he does not take the connection.
        """
        reading, host = await _connected(url)
        reading.write(
            f"GET {CHANNEL_PATH} HTTP/1.1\r\nHost: {host}\r\nX-Forwarded-For: {peer}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Protocol: {SUBPROTOCOL}\r\n\r\n".encode()
        )
        head = await reading.until(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 101"):
            raise LineError(head.decode(errors="replace"))
        return cls(reading)

    async def send(self, message: bytes) -> None:
        """Send a frame."""
        self.reading.write(framed(message))

    async def recv(self) -> bytes:
        """Return the next frame.

        Raises:
            LineError: the provider has closed the connection.
        """
        while not self._messages:
            if self._end:
                raise LineError(self._end)
            await self.reading.more()
        return self._messages.popleft()

    def forget(self) -> None:
        """Drop the frames that have come."""
        self._messages.clear()

    async def close(self) -> None:
        """Close the connection."""
        self.reading.close()

    def _read(self) -> None:
        """Take what is whole."""
        data = self.reading.data
        while len(data) >= 2:
            size, start = data[1], 2
            if size >= _SHORT:
                if len(data) < 4 or size == _LONG:
                    break
                size, start = struct.unpack_from(">H", data, 2)[0], 4
            if len(data) < start + size:
                break
            kind, payload = data[0] & 0x0F, bytes(data[start : start + size])
            del data[: start + size]
            if kind == _BINARY:
                self._messages.append(payload)
            elif kind == _PING:
                self.reading.write(framed(payload, _PONG))
            elif kind == _CLOSE:
                code = struct.unpack(">H", payload[:2])[0] if payload else 0
                self._end = f"closed by the provider with {code}: {payload[2:].decode(errors='replace')}"


def framed(message: bytes, kind: int = _BINARY) -> bytes:
    """Return a message as a WebSocket's frame of a client."""
    size = len(message)
    if size < _SHORT:
        return bytes((_FINAL | kind, _MASKED | size)) + _NO_MASK + message
    if size < 1 << 16:
        return bytes((_FINAL | kind, _MASKED | _SHORT)) + size.to_bytes(2, "big") + _NO_MASK + message
    return bytes((_FINAL | kind, _MASKED | _LONG)) + size.to_bytes(8, "big") + _NO_MASK + message
