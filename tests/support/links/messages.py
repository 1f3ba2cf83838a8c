"""A proxy of WebSocket messages: whole ones come twice, or after the one that follows."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from penstock.service.connection.frames import CHANNEL_PATH, SUBPROTOCOL


@dataclass
class Shuffle:
    """Faults of messages.

    Attributes:
        chance: the source of all of them.
        twice: the probability that a message comes twice.
        late: the probability that a message comes after the next one.
        spares: messages of a connection that are left alone, each way: the first is the provider's Hello.
        done: how often each has happened.
    """

    chance: random.Random
    twice: float = 0.0
    late: float = 0.0
    spares: int = 0
    done: Counter[str] = field(default_factory=Counter)

    def happens(self, name: str) -> bool:
        found = bool(self.chance.random() < getattr(self, name))
        self.done[name] += found
        return found


@asynccontextmanager
async def messages_to(port: int, shuffle: Shuffle) -> AsyncIterator[int]:
    """Serve the proxy, and yield its port."""

    async def take(near: ServerConnection) -> None:
        place = f"ws://127.0.0.1:{port}{CHANNEL_PATH}"
        async with connect(place, subprotocols=[SUBPROTOCOL], compression=None) as far:  # type: ignore[list-item] # a name
            ways = [asyncio.create_task(_passed(*way)) for way in ((near, far, shuffle), (far, near, shuffle))]
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for each in ways:
                each.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    async with serve(take, "127.0.0.1", 0, subprotocols=[SUBPROTOCOL], compression=None) as server:  # type: ignore[list-item]
        yield next(iter(server.sockets)).getsockname()[1]


async def _passed(
    source: ServerConnection | ClientConnection, target: ServerConnection | ClientConnection, shuffle: Shuffle
) -> None:
    """Pass messages on; one that is late waits for the next one, or for a tenth of a second."""
    late: str | bytes | None = None
    spared = 0
    try:
        while True:
            try:
                data = await asyncio.wait_for(source.recv(), 0.1 if late is not None else None)
            except TimeoutError:
                assert late is not None
                await target.send(late)
                late = None
                continue
            spared += 1
            if spared > shuffle.spares and late is None and shuffle.happens("late"):
                late = data
                continue
            await target.send(data)
            if spared > shuffle.spares and shuffle.happens("twice"):
                await target.send(data)
            if late is not None:
                await target.send(late)
                late = None
    except ConnectionClosed:
        return
