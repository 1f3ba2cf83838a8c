"""Viewers for measuring, in this process: one thread with a loop, many channels, raw connections that cost little.

A library for HTTP would take longer than the server that is measured: requests are written to sockets as bytes, and the
answers are read by their lengths.
"""

import asyncio
import json
import threading
from collections.abc import Coroutine, Sequence
from hashlib import sha256
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

from benchmarks.serving.viewer import Goods, Viewer, opened_viewer

_T = TypeVar("_T")


class Viewers:
    """Viewers of the first title of a provider, each with a funded channel; to be used in a `with` statement.

    Args:
        url: the address of the provider.
        count: the number of viewers.
    """

    def __init__(self, url: str, count: int) -> None:
        self.url, self.count = url, count
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._viewers: Sequence[Viewer] = ()
        self._lines: list[Line] = []

    def __enter__(self) -> Self:
        self._thread.start()
        self._do(self._open())
        return self

    def __exit__(self, *_: object) -> None:
        self._do(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def download(self, path: str, count: int) -> float:
        """Download the answer at a path so many times; return the CPU seconds of the server for it."""
        return self._measured(self._download(path, count))

    def buy(self, count: int) -> float:
        """Buy so many chunks; return the CPU seconds of the server for it."""
        return self._measured(self._buy(count))

    def is_right(self, path: str) -> bool:
        """Return whether an answer has the bytes of a chunk, and one at another path is refused."""
        size = self._viewers[0].goods.leaves[0].length

        async def asked() -> bool:
            return len(await self._lines[0].get(path)) == size and not await self._lines[0].get(path + "x")

        return self._do(asked())

    def is_sound(self) -> bool:
        """Return whether a chunk that is bought opens, and a forged signature gets no key."""

        async def asked() -> bool:
            viewer, line = self._viewers[0], self._lines[0]
            refused = not await viewer.forged()
            leaf = viewer.goods.leaves[viewer.next]
            return refused and sha256(await viewer.bought(line)).digest() == leaf.plaintext

        return self._do(asked())

    def cost(self) -> dict[str, float]:
        """Return the CPU seconds and the peak of resident bytes of the server."""
        found: dict[str, float] = json.loads(self._do(self._lines[0].get("/cost")))
        return found

    def _measured(self, work: Coroutine[Any, Any, None]) -> float:
        before = self.cost()["seconds"]
        self._do(work)
        return self.cost()["seconds"] - before

    def _do(self, work: Coroutine[Any, Any, _T]) -> _T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(600)

    async def _open(self) -> None:
        self._lines = [await Line.open(self.url) for _ in range(min(self.count, 64))]
        goods = await Goods.at(self._lines[0])
        lines = [self._lines[number % len(self._lines)] for number in range(self.count)]
        self._viewers = [await opened_viewer(self.url, line, goods) for line in lines]

    async def _close(self) -> None:
        for viewer in self._viewers:
            await viewer.close()
        for line in self._lines:
            line.close()

    async def _download(self, path: str, count: int) -> None:
        async def some(line: Line, times: int) -> None:
            for _ in range(times):
                await line.get(path)

        await asyncio.gather(
            *(some(line, times) for line, times in zip(self._lines, _parts(count, len(self._lines)), strict=True))
        )

    async def _buy(self, count: int) -> None:
        """Let viewers pay at the same time, as where a provider is busy: his commits have many payments then."""
        viewers = self._viewers[:count]
        for _ in range(count // len(viewers)):
            asked = [each.signed(self._lines[index % len(self._lines)]) for index, each in enumerate(viewers)]
            signed = await asyncio.gather(*asked)
            for each, actions in zip(viewers, signed, strict=True):
                await each.pay(actions)
            for each in viewers:
                await each.opened()


class Line:
    """A connection of HTTP/1.1 that stays open, for one request after the other; made anew if the server ended it.

    A server ends connections on which nothing was asked for some seconds.
    """

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, url: str) -> None:
        self._reader, self._writer, self._url = reader, writer, url
        self._host = urlsplit(url).netloc
        self._turn = asyncio.Lock()

    @classmethod
    async def open(cls, url: str) -> Self:
        """Connect to the server at a URL."""
        return cls(*await _connected(url), url)

    async def get(self, path: str) -> bytes:
        """Return the body of an answer; nothing for one with another status than 200."""
        return await self._asked(f"GET {path} HTTP/1.1\r\nHost: {self._host}\r\n\r\n".encode())

    async def post(self, path: str, values: object) -> bytes:
        """Return the body of the answer to values as JSON."""
        body = json.dumps(values).encode()
        head = f"POST {path} HTTP/1.1\r\nHost: {self._host}\r\nContent-Length: {len(body)}\r\n\r\n"
        return await self._asked(head.encode() + body)

    async def _asked(self, request: bytes) -> bytes:
        async with self._turn:
            if self._reader.at_eof() or self._writer.is_closing():
                self._writer.close()
                self._reader, self._writer = await _connected(self._url)
            self._writer.write(request)
            head = (await self._reader.readuntil(b"\r\n\r\n")).lower()
            start = head.index(b"content-length:") + 15
            body = await self._reader.readexactly(int(head[start : head.index(b"\r\n", start)]))
            return body if head.startswith(b"http/1.1 200") else b""

    def close(self) -> None:
        """Close the connection."""
        self._writer.close()


async def _connected(url: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    parts = urlsplit(url)
    assert parts.hostname is not None
    assert parts.port is not None
    return await asyncio.open_connection(parts.hostname, parts.port, limit=1 << 22)


def _parts(count: int, among: int) -> list[int]:
    return [count // among + (index < count % among) for index in range(among)]
