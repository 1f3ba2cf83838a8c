"""Sales at a pace: each is due at a time that does not depend on the others, and its latency counts from then on.

A viewer who waits for one answer does not let the next sale wait uncounted: it is late from the time at which it was
due. A sale that was due and had not begun when the time is over counts as late by all the time that it had waited.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Final

from benchmarks.load.opening import Buying

_LEAD: Final = 0.5
"""Seconds before the first sale."""
_TOO_SHORT: Final = 1e-6
_DRAIN: Final = 60.0
"""Seconds for the sales that had begun."""


@dataclass(slots=True)
class Sales:
    """The sales of a time.

    Attributes:
        seconds: the length of the time.
        asked: the sales that were due.
        latencies: seconds of each sale, from when it was due to the opened chunk, in the order of their ends.
        missed: the sales that had not begun at the end: seconds that each had waited.
    """

    seconds: float
    asked: int = 0
    latencies: list[float] = field(default_factory=list)
    missed: list[float] = field(default_factory=list)

    @property
    def all(self) -> list[float]:
        """The seconds of all that were due, sorted."""
        return sorted([*self.latencies, *self.missed])

    @property
    def rate(self) -> float:
        """Sales that were made in a second."""
        return len(self.latencies) / self.seconds

    @property
    def is_kept_up(self) -> bool:
        """Whether the provider has kept up: hardly any sale had to wait for the one before it."""
        return len(self.missed) <= self.asked // 100


async def paced(buyings: Sequence[Buying], rate: float, seconds: float) -> Sales:
    """Let viewers buy at a pace for a time, and return the sales once those that had begun are done.

    Args:
        buyings: the viewers.
        rate: the sales in a second of all viewers together.
        seconds: the time.
    """
    loop = asyncio.get_running_loop()
    every, found = len(buyings) / rate, Sales(seconds)
    start = loop.time() + _LEAD
    end = start + seconds

    async def buy(number: int, buying: Buying) -> None:
        for place in range(ceil((end - start) / every)):
            due = start + every * (place + number / len(buyings))
            if due > end - _TOO_SHORT:
                break
            now = loop.time()
            if now >= end:
                found.asked += 1
                found.missed.append(end - due)
            else:
                if due > now:
                    await asyncio.sleep(due - now)
                found.asked += 1
                await buying.bought()
                found.latencies.append(loop.time() - due)

    async with asyncio.timeout(_LEAD + seconds + _DRAIN):
        await asyncio.gather(*(buy(number, each) for number, each in enumerate(buyings)))
    return found
