"""Pacing: a player that asks for the whole film at once gets it as fast as it is watched.

A play head begins with a segment that does not follow one that was asked for lately. Segments after it wait until they
are at most `AHEAD` seconds beyond the clock of the head. A store of seconds bounds what many heads get together.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

AHEAD: Final = 8.0
"""Seconds of film beyond the clock of a play head."""
_NEAR: Final = 0.75
"""Seconds by which a segment may be off and still follow: qualities differ by a little."""
_MOST_HEADS: Final = 8
_STORE: Final = 3 * AHEAD
"""Seconds of film that heads get at once, all together."""
_REFILL: Final = 1.5
"""Seconds of film that come into the store each second."""


@dataclass(slots=True)
class Head:
    """A play head.

    Attributes:
        began: seconds of the clock at its first segment.
        first: seconds of film at which that begins.
        end: seconds of film up to which it was given.
    """

    began: float
    first: float
    end: float


class Pacing:
    """The pace of one page.

    Args:
        ahead: seconds of film beyond the clock of a head.
        now: returns seconds of a clock that only goes forward.
    """

    def __init__(self, ahead: float = AHEAD, now: Callable[[], float] = time.monotonic) -> None:
        self._ahead = ahead
        self._now = now
        self._heads: deque[Head] = deque(maxlen=_MOST_HEADS)
        self._stored, self._then = _STORE, now()

    def passed(self, start: float, seconds: float) -> None:
        """Note that a segment is given without a payment: its head goes on."""
        head = self._head(start)
        head.end = max(head.end, start + seconds)

    async def turn(self, start: float, seconds: float) -> None:
        """Wait until a segment may be paid for.

        Args:
            start: seconds of film at which it begins.
            seconds: its duration.
        """
        head = self._head(start)
        while (wait := max(self._too_early(head, start), self._lacking(seconds))) > 0:  # noqa: ASYNC110 - it is time
            await asyncio.sleep(wait)
        self._stored -= min(seconds, _STORE)
        head.end = max(head.end, start + seconds)

    def _head(self, start: float) -> Head:
        """Return the head that a segment follows, or is a part of; else a new one."""
        for head in reversed(self._heads):
            if head.first - _NEAR <= start <= head.end + _NEAR:
                head.began = max(head.began, self._now() - (head.end - head.first))  # it was paused
                return head
        made = Head(self._now(), start, start)
        self._heads.append(made)
        return made

    def _too_early(self, head: Head, start: float) -> float:
        return (start - head.first) - (self._now() - head.began) - self._ahead

    def _lacking(self, seconds: float) -> float:
        now = self._now()
        self._stored = min(_STORE, self._stored + (now - self._then) * _REFILL)
        self._then = now
        return (min(seconds, _STORE) - self._stored) / _REFILL
