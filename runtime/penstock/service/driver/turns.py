"""Turns: inputs from the tasks of one event loop. Those of one turn of the loop are handed to a worker together.

Each handing over wakes a thread, and each answer wakes the loop: for many channels at once that would cost more than
their machines do. So a turn is handed over once, and its outcomes come back at once.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import TypeAlias, TypeVar

from penstock.errors import hides_frames
from penstock.service.driver.driver import Driver
from penstock.service.driver.inputs import Input, Outcome
from penstock.service.driver.worker import Worker

__tracebackhide__ = hides_frames

_T = TypeVar("_T")
_Waiting: TypeAlias = "tuple[tuple[bytes, Input], asyncio.Future[Outcome]]"


class Turns:
    """The inputs of one event loop.

    Args:
        worker: the worker that takes them; other loops and threads may use it too.
    """

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._waiting: list[_Waiting] = []

    def submit(self, channel: bytes, given: Input) -> "asyncio.Future[Outcome]":
        """Hand in an input of a channel, after those that this loop has handed in before.

        The future has the outcome once its state is on disk, or a `StoppedError` if the worker has stopped. An input is
        taken also if its future is cancelled.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Outcome] = loop.create_future()
        if not self._waiting:
            loop.call_soon(self._hand_over, loop)
        self._waiting.append(((channel, given), future))
        return future

    async def call(self, function: Callable[[Driver], _T]) -> _T:
        """Let the worker's thread call a function with the driver, and return the result. Errors as those of it."""
        return await asyncio.wrap_future(self._worker.call(function))

    def _hand_over(self, loop: asyncio.AbstractEventLoop) -> None:
        waiting, self._waiting = self._waiting, []
        futures = [future for _, future in waiting]

        def done(outcomes: "Future[list[Outcome]]") -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(_tell, futures, outcomes)

        self._worker.submit_all([given for given, _ in waiting]).add_done_callback(done)


def _tell(futures: "Sequence[asyncio.Future[Outcome]]", outcomes: "Future[list[Outcome]]") -> None:
    error = outcomes.exception()
    for index, future in enumerate(futures):
        if future.done():
            continue  # its task was cancelled
        if error is None:
            future.set_result(outcomes.result()[index])
        else:
            future.set_exception(error)
