"""A TCP proxy that spoils what passes, byte by byte; WebSockets go to a proxy of messages, if there is one."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Final

_BLOCK: Final = 700
_HEAD: Final = 65_536
_MOST_STALLS: Final = 2


@dataclass
class Faults:
    """Faults of a line; each is a probability for a block of at most 700 bytes.

    Attributes:
        chance: the source of all of them.
        delay: seconds that a block waits at most.
        cut: the connection ends, without a goodbye and in the middle.
        stall: nothing passes any more on this connection, which stays open; twice at most, since each takes a viewer
            half a minute to notice.
        flip: one bit is changed.
        is_on: whether they happen now.
        done: how often each has happened.
    """

    chance: random.Random
    delay: float = 0.0
    cut: float = 0.0
    stall: float = 0.0
    flip: float = 0.0
    is_on: bool = True
    done: Counter[str] = field(default_factory=Counter)

    def happens(self, name: str) -> bool:
        found = bool(self.is_on and self.chance.random() < getattr(self, name))
        found = found and (name != "stall" or self.done[name] < _MOST_STALLS)
        self.done[name] += found
        return found


@dataclass
class Wire:
    """A line to a port. `messages` is the port for WebSockets, if they go elsewhere."""

    port: int
    faults: Faults
    messages: int | None = None
    place: int = 0
    tasks: set["asyncio.Task[None]"] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.place}"

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass a connection on, both ways, until one end or a fault closes it."""
        task = asyncio.current_task()
        assert task is not None
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        writers: list[asyncio.StreamWriter] = [writer]
        try:
            head = await reader.readuntil(b"\r\n")
            is_socket = head.startswith(b"GET /v1/channel ")
            port = self.messages if is_socket and self.messages is not None else self.port
            other, back = await asyncio.open_connection("127.0.0.1", port)
            writers.append(back)
            back.write(head)
            ways = [asyncio.create_task(self._pass(*way)) for way in ((reader, back), (other, writer))]
            _, left = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for each in left:
                each.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            for end in writers:
                end.transport.abort()
                with suppress(OSError, asyncio.CancelledError):
                    await end.wait_closed()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        faults = self.faults
        while data := await reader.read(_BLOCK):
            if faults.is_on and faults.delay:
                await asyncio.sleep(faults.chance.uniform(0, faults.delay))
            if faults.happens("cut"):
                writer.write(data[: faults.chance.randrange(len(data))])
                return
            if faults.happens("stall"):
                await asyncio.Event().wait()
            if faults.happens("flip"):
                place = faults.chance.randrange(len(data))
                data = data[:place] + bytes([data[place] ^ 1 << faults.chance.randrange(8)]) + data[place + 1 :]
            writer.write(data)
            await writer.drain()


@asynccontextmanager
async def wire(port: int, faults: Faults, messages: int | None = None) -> AsyncIterator[Wire]:
    """Serve a line on a port of its own."""
    found = Wire(port, faults, messages)
    server = await asyncio.start_server(found.take, "127.0.0.1", 0, limit=_HEAD)
    found.place = server.sockets[0].getsockname()[1]
    try:
        yield found
    finally:
        server.close()
        for each in list(found.tasks):
            each.cancel()
        await asyncio.gather(*found.tasks, return_exceptions=True)
        await server.wait_closed()
