"""Deadlines of many tasks, checked once a second: a timer for each frame would cost more than to read the frame."""

import asyncio
from types import TracebackType
from typing import Final, Self
from weakref import WeakKeyDictionary

EVERY: Final = 1.0
"""Seconds between two checks: so late a deadline may be."""


class _Checks:
    """The deadlines of one event loop; it checks them while there are any."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.open: set[Deadline] = set()
        self._is_checking = False

    def begin(self) -> None:
        """Check from now on."""
        if not self._is_checking:
            self._is_checking = True
            self.loop.call_later(EVERY, self._check)

    def _check(self) -> None:
        now = self.loop.time()
        for each in [each for each in self.open if each.end < now]:
            each.expire()
        self._is_checking = False
        if self.open:
            self.begin()


_CHECKS: "WeakKeyDictionary[asyncio.AbstractEventLoop, _Checks]" = WeakKeyDictionary()


class Deadline:
    """A deadline, used as `asyncio.timeout` is: `with Deadline(60): await …`.

    After its time, and up to a second more, the task is cancelled, and a TimeoutError leaves the statement.

    Args:
        seconds: the time from its begin.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self.end = 0.0
        self._is_over = False
        self._task: asyncio.Task[object] | None = None
        self._checks: _Checks | None = None

    def __enter__(self) -> Self:
        loop = asyncio.get_running_loop()
        checks = _CHECKS.get(loop)
        if checks is None:
            checks = _CHECKS[loop] = _Checks(loop)
        self._checks, self._task = checks, asyncio.current_task(loop)
        self.end = loop.time() + self._seconds
        checks.open.add(self)
        checks.begin()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._task is not None
        assert self._checks is not None, "it has begun"
        self._checks.open.discard(self)
        if self._is_over and self._task.uncancel() <= 0 and kind is asyncio.CancelledError:
            raise TimeoutError(f"not done in {self._seconds:g} seconds") from error

    def expire(self) -> None:
        """Cancel the task."""
        assert self._task is not None
        assert self._checks is not None, "it has begun"
        self._checks.open.discard(self)
        self._is_over = True
        self._task.cancel()
