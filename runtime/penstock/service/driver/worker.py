"""Worker: inputs from many threads or tasks, saved together.

While one batch is on its way to the disk, the inputs that come are the next one. So batches grow with the load, and a
single input does not wait.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from itertools import accumulate
from threading import Condition, Thread
from typing import Any, Self, TypeVar

from penstock.errors import hides_frames
from penstock.service.driver.driver import Driver
from penstock.service.driver.inputs import Input, Outcome
from penstock.service.errors import StoppedError

__tracebackhide__ = hides_frames

_Call = tuple[Callable[[Driver], Any], "Future[Any]"]
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class _Waiting:
    """Inputs that were handed in together, and the future of their outcomes; of the one outcome if `is_one`."""

    inputs: Sequence[tuple[bytes, Input]]
    future: "Future[Any]"
    is_one: bool = False


class Worker:
    """A thread that drives the channels of one side; to be used in a `with` statement.

    At the end of the statement all inputs that wait are taken. Once the driver has stopped, every input gets its error.

    Args:
        driver: the driver; no other thread uses it.
        most: inputs of one batch, after which no more are added to it.
    """

    def __init__(self, driver: Driver, most: int = 256) -> None:
        self._driver = driver
        self._most = most
        self._waiting: list[_Waiting] = []
        self._calls: list[_Call] = []
        self._changed = Condition()
        self._error: Exception | None = None
        self._thread = Thread(target=self._run, name="penstock-channels", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._error = self._error or StoppedError("the worker was ended")
            self._changed.notify()
        self._thread.join()

    def submit(self, channel: bytes, given: Input) -> "Future[Outcome]":
        """Hand in an input of a channel; its outcome comes once its state is on disk.

        The future has a `StoppedError` if the worker has stopped: then nothing may leave.
        """
        future: Future[Outcome] = Future()
        self._hand_in(_Waiting([(channel, given)], future, is_one=True))
        return future

    def submit_all(self, inputs: Sequence[tuple[bytes, Input]]) -> "Future[list[Outcome]]":
        """Hand in inputs, each with its channel, together: the future has the outcomes in their order, as `submit`."""
        future: Future[list[Outcome]] = Future()
        self._hand_in(_Waiting(inputs, future))
        return future

    def _hand_in(self, waiting: _Waiting) -> None:
        with self._changed:
            error = self._error
            if error is None:
                self._waiting.append(waiting)
                self._changed.notify()
        if error is not None:
            waiting.future.set_exception(error)

    def call(self, function: Callable[[Driver], _T]) -> "Future[_T]":
        """Let the thread call a function with the driver, between two batches: to open a channel, or to read a state.

        The future has its result, or its error. A `StoppedError` stops the worker.
        """
        future: Future[_T] = Future()
        with self._changed:
            error = self._error
            if error is None:
                self._calls.append((function, future))
                self._changed.notify()
        if error is not None:
            future.set_exception(error)
        return future

    def _run(self) -> None:
        while True:
            calls, batch = self._next()
            if not calls and not batch:
                return
            self._called(calls)
            if batch:
                self._handled(batch)

    def _called(self, calls: Sequence[_Call]) -> None:
        for function, future in calls:
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(function(self._driver))
            except StoppedError as error:
                self._fail([future], error)
            except Exception as error:  # noqa: BLE001 - it is the caller's
                future.set_exception(error)

    def _handled(self, batch: Sequence[_Waiting]) -> None:
        alive = [each for each in batch if each.future.set_running_or_notify_cancel()]
        try:
            outcomes = self._driver.handle([given for each in alive for given in each.inputs])
        except Exception as error:  # noqa: BLE001 - each that waits gets it
            self._fail([each.future for each in alive], error)
            return
        start = 0
        for each in alive:
            end = start + len(each.inputs)
            each.future.set_result(outcomes[start] if each.is_one else outcomes[start:end])
            start = end

    def _next(self) -> tuple[Sequence[_Call], Sequence[_Waiting]]:
        """Return the calls and the next batch; both are empty at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._calls or self._error)
            calls, self._calls = self._calls, []
            end = self._first()
            batch, self._waiting = self._waiting[:end], self._waiting[end:]
        return calls, batch

    def _first(self) -> int:
        """Return how many of those that wait make the next batch."""
        sizes = accumulate(len(each.inputs) for each in self._waiting)
        return next((number for number, size in enumerate(sizes, 1) if size >= self._most), len(self._waiting))

    def _fail(self, futures: Sequence["Future[Any]"], error: Exception) -> None:
        with self._changed:
            self._error = error
        for future in futures:
            future.set_exception(error)
