"""Limits: how much a peer or a channel may ask for. Buckets fill with time, and every request takes from one."""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Final

MOST_BUCKETS: Final = 70_000
"""Peers that are kept apart; those that have not asked for longest are forgotten, and begin with a full bucket."""


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate.

    Attributes:
        burst: what a bucket holds.
        per_second: what comes into it each second.
    """

    burst: float
    per_second: float


class Buckets:
    """A bucket for each key.

    Args:
        rate: the rate of each.
        now: returns seconds of a clock that only goes forward.
    """

    def __init__(self, rate: Rate, now: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._now = now
        self._levels: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def take(self, key: Hashable, amount: float = 1.0) -> bool:
        """Take an amount from the bucket of a key; return whether it was there. If not, nothing is taken."""
        now = self._now()
        level, then = self._levels.pop(key, (self._rate.burst, now))
        level = min(self._rate.burst, level + (now - then) * self._rate.per_second)
        is_there = level >= amount
        self._levels[key] = (level - amount if is_there else level), now
        if len(self._levels) > MOST_BUCKETS:
            self._levels.popitem(last=False)
        return is_there


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a provider.

    Attributes:
        offers: offers for one peer.
        frames: frames of one peer, over all its connections and requests.
        wrong: frames of one peer that are refused: signatures that do not hold cost most.
        connections: connections of one peer at the same time.
        all_connections: connections of all peers at the same time.
        bytes_per_second: bytes of ciphertexts for one peer, since they are free.
        bytes_at_once: the same, at once.
        arrivals: connections of one peer that begin; others wait a second, and are refused.
        opens: terms of one peer that are checked and signed, and fundings that are looked for.
    """

    offers: Rate = Rate(20, 0.5)
    frames: Rate = Rate(400, 100)
    wrong: Rate = Rate(40, 1)
    connections: int = 64
    all_connections: int = 8_192
    bytes_per_second: int = 64 << 20
    bytes_at_once: int = 1 << 30
    arrivals: Rate = Rate(64, 4)
    opens: Rate = Rate(40, 2)
