"""Worker: inputs from many threads or tasks, saved together.

While one batch is on its way to the disk, the inputs that come are the next one. So batches grow with the load, and a
single input does not wait.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from threading import Condition, Thread
from typing import Any, Self, TypeVar

from penstock.errors import hides_frames
from penstock.service.driver.driver import Driver
from penstock.service.driver.inputs import Input, Outcome
from penstock.service.errors import StoppedError

__tracebackhide__ = hides_frames

_Waiting = tuple[tuple[bytes, Input], "Future[Outcome]"]
_Call = tuple[Callable[[Driver], Any], "Future[Any]"]
_T = TypeVar("_T")


class Worker:
    """A thread that drives the channels of one side; to be used in a `with` statement.

    At the end of the statement all inputs that wait are taken. Once the driver has stopped, every input gets its error.

    Args:
        driver: the driver; no other thread uses it.
        most: inputs of one batch at most.
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
        with self._changed:
            error = self._error
            if error is None:
                self._waiting.append(((channel, given), future))
                self._changed.notify()
        if error is not None:
            future.set_exception(error)
        return future

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
        alive = [each for each in batch if each[1].set_running_or_notify_cancel()]
        try:
            outcomes = self._driver.handle([given for given, _ in alive])
        except Exception as error:  # noqa: BLE001 - each that waits gets it
            self._fail([future for _, future in alive], error)
            return
        for (_, future), outcome in zip(alive, outcomes, strict=True):
            future.set_result(outcome)

    def _next(self) -> tuple[Sequence[_Call], Sequence[_Waiting]]:
        """Return the calls and the next batch; both are empty at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._calls or self._error)
            calls, self._calls = self._calls, []
            batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
        return calls, batch

    def _fail(self, futures: Sequence["Future[Any]"], error: Exception) -> None:
        with self._changed:
            self._error = error
        for future in futures:
            future.set_exception(error)
