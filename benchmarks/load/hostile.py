"""Viewers who disturb, as a process: `python -m benchmarks.load.hostile URL CHAIN`. Lines tell them when to begin.

They come from a few addresses of their own, and each goes on as long as it is let:

| who           | does                                                                                        |
|---------------|---------------------------------------------------------------------------------------------|
| slow readers  | ask for many ciphertexts and for answers by WebSocket, and read nothing                      |
| flood         | Enquires, and Opens with a token, far above what one address may send                        |
| burst         | thousands of the smallest frames in one piece, with and without sense                        |
| malformed     | bytes that are not frames, frames that are too large, text; and comes back when cut off      |
| stranger      | signatures that are not hers, for channels that are open                                     |
| replay        | has a channel: sends old messages again and in another order, and signatures that are wrong |
"""

import asyncio
import random
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from benchmarks.load.lines import FrameLine, Line, LineError, framed
from benchmarks.load.opening import opened_viewers
from benchmarks.serving.viewer import Goods, Viewer, agreed_viewer
from penstock.channel.safe.messages.kinds import Get, Update
from penstock.service.connection.frames import Attach, Enquire, OpenWith, Pricing, from_bytes, to_bytes
from penstock.service.serving import run_loop

_PER_SECOND: Final = 250.0
"""Frames in a second of each that floods: more than twice of what an address may send."""
_EACH: Final = 1
"""Addresses of each kind."""
_BURST: Final = 20_000
_LINES: Final = 16
_FIRST_PEER: Final = "172.16.{}.{}"


@dataclass
class Hostile:
    """The viewers who disturb.

    Attributes:
        url: the provider.
        goods: his first title.
        own: a viewer with a channel.
        is_on: set while they disturb.
        done: how often each has done something.
        chance: the source of all that is random.
    """

    url: str
    goods: Goods
    own: Viewer
    height: int
    is_on: asyncio.Event = field(default_factory=asyncio.Event)
    done: Counter[str] = field(default_factory=Counter)
    chance: random.Random = field(default_factory=lambda: random.Random(7))

    async def run(self) -> None:
        """Go on until it is cancelled."""
        works: tuple[Callable[[str], Awaitable[None]], ...] = (
            self.slow_reader,
            self.slow_frames,
            self.flood_of_enquiries,
            self.flood_of_opens,
            self.burst,
            self.pings,
            self.malformed,
            self.too_large,
            self.stranger,
        )
        peers = [_FIRST_PEER.format(number, each) for number in range(len(works)) for each in range(_EACH)]
        tasks = [
            self._again(work, peers[index * _EACH + each]) for index, work in enumerate(works) for each in range(_EACH)
        ]
        await asyncio.gather(*tasks, self._again(self.replay, "172.16.99.1"))

    async def _again(self, work: Callable[[str], Awaitable[None]], peer: str) -> None:
        """Do a work again and again while it is wanted; an end by the provider is one more try."""
        while True:
            await self.is_on.wait()
            with suppress(LineError, OSError, TimeoutError):
                await work(peer)
            self.done["connections"] += 1
            await asyncio.sleep(0.05)

    # Those who do not read --------------------------------------------------------------------------------------------

    async def slow_reader(self, peer: str) -> None:
        """Ask for ciphertexts, and read none."""
        lines = [await Line.open(self.url, peer) for _ in range(_LINES)]
        path = f"/v1/titles/{self.goods.title.root.hex()}/0/00000.bin"
        try:
            for line in lines:
                line.reading.pause()
            while self.is_on.is_set():
                for line in lines:
                    line.ask(path)
                    self.done["ciphertexts that are not read"] += 1
                await asyncio.sleep(0.1)
        finally:
            for line in lines:
                line.close()

    async def slow_frames(self, peer: str) -> None:
        """Ask for offers, and read none."""
        line = await FrameLine.open(self.url, peer)
        line.reading.pause()
        await self._flood(line, lambda _: self.enquiry, "answers that are not read")

    # Floods -----------------------------------------------------------------------------------------------------------

    async def flood_of_enquiries(self, peer: str) -> None:
        """Ask for offers, and read them."""
        line = await FrameLine.open(self.url, peer)
        await self._flood(line, lambda _: self.enquiry, "Enquires")

    async def flood_of_opens(self, peer: str) -> None:
        """Open with a token that holds: each has to be checked and answered with a signature."""
        line = await FrameLine.open(self.url, peer)
        viewer = await asyncio.wait_for(agreed_viewer(line, self.goods, self.height), 10)
        opened = to_bytes(OpenWith(viewer.offered.token, to_bytes(viewer.opened_with)))
        funded = to_bytes(OpenWith(viewer.offered.token, to_bytes(viewer.opened_with), self.chance.randbytes(32), 0))
        await self._flood(line, lambda number: funded if number % 2 else opened, "Opens")

    async def burst(self, peer: str) -> None:
        """Send thousands of frames as one piece, and wait until they are answered or the connection ends."""
        line = await FrameLine.open(self.url, peer)
        one = framed(b"\x00") if self.chance.random() < 0.5 else framed(to_bytes(Pricing(bytes(32), bytes(32))))
        line.reading.write(one * _BURST)
        self.done["frames in bursts"] += _BURST
        await asyncio.wait_for(_drained(line), 5)

    async def pings(self, peer: str) -> None:
        """Ask thousands of times in one piece whether the provider is there."""
        line = await FrameLine.open(self.url, peer)
        line.reading.write(framed(b"", 9) * _BURST)
        self.done["pings in bursts"] += _BURST
        await asyncio.sleep(1)
        await line.close()

    async def _flood(self, line: FrameLine, frame: Callable[[int], bytes], name: str) -> None:
        number = 0
        began = time.monotonic()
        try:
            while self.is_on.is_set() and not line.reading.is_lost:
                for _ in range(max(0, int((time.monotonic() - began) * _PER_SECOND) - number)):
                    line.reading.write(framed(frame(number)))
                    number += 1
                    self.done[name] += 1
                line.forget()
                await asyncio.sleep(0.02)
        finally:
            await line.close()

    # Frames that are wrong --------------------------------------------------------------------------------------------

    async def malformed(self, peer: str) -> None:
        """Send bytes that are not frames."""
        line = await FrameLine.open(self.url, peer)
        await self._flood(line, lambda _: self.chance.randbytes(self.chance.randrange(1, 300)), "malformed frames")

    async def too_large(self, peer: str) -> None:
        """Send a frame of 1 MiB."""
        line = await FrameLine.open(self.url, peer)
        line.reading.write(framed(bytes(1 << 20)))
        self.done["frames that are too large"] += 1
        await asyncio.wait_for(_drained(line), 5)

    async def stranger(self, peer: str) -> None:
        """Name a channel that is open, with a signature of another."""
        line = await FrameLine.open(self.url, peer)
        channel = self.own.state.channel
        await self._flood(
            line, lambda _: to_bytes(Attach(channel, bytes(32), 0, self.chance.randbytes(64))), "Attaches of strangers"
        )

    async def replay(self, peer: str) -> None:  # noqa: ARG002 - as the others
        """Send the messages of her own channel again, in any order, and some with wrong signatures."""
        viewer, leaf = self.own, self.goods.leaves[0]
        signed = viewer.state.signed
        assert signed is not None
        channel, newest = viewer.state.channel, viewer.state.newest
        frames = [
            to_bytes(Update(channel, newest, *signed.item, signed.signature)),
            to_bytes(Update(channel, newest - 1, leaf.movie, 0, signed.signature)),
            to_bytes(Update(channel, newest + 1, leaf.movie, 0, signed.signature)),
            to_bytes(Get(channel, leaf.movie, 0)),
            to_bytes(Pricing(channel, self.goods.title.root)),
        ]
        assert isinstance(viewer.socket, FrameLine)
        await self._flood(viewer.socket, lambda _: self.chance.choice(frames), "messages again")
        await asyncio.Event().wait()

    @property
    def enquiry(self) -> bytes:
        """An Enquire for the first title."""
        return to_bytes(Enquire(self.goods.facts["network"], self.goods.title.root))


async def _drained(line: FrameLine) -> None:
    """Read until the provider ends the connection."""
    while True:
        from_bytes(await line.recv())


async def main(url: str, chain: str) -> None:
    """Open a channel, and disturb between `begin` and `end`."""
    (own,) = await opened_viewers(url, chain, 1, first=1 << 20)
    line = await Line.open(url, own.peer)
    own.lines.append(line)
    for _ in range(3):
        await own.viewer.bought(line)
    height = own.viewer.state.height
    hostile = Hostile(url, own.viewer.goods, own.viewer, height)
    task = asyncio.create_task(hostile.run())
    print("ready", flush=True)
    while word := (await asyncio.to_thread(sys.stdin.readline)).strip():
        if word == "begin":
            hostile.done.clear()
            began = time.process_time()
            hostile.is_on.set()
        else:
            hostile.is_on.clear()
            done = {name: hostile.done[name] for name in sorted(hostile.done)}
            told = ", ".join(f"{count:,} {name}" for name, count in done.items())
            print(f"disturbed with {told}; {time.process_time() - began:.1f} s of a core", flush=True)
    task.cancel()


if __name__ == "__main__":
    run_loop(main(sys.argv[1], sys.argv[2]))
