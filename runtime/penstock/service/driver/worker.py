"""Worker: inputs from many threads or tasks, saved together.

While one batch is on its way to the disk, the inputs that come are the next one. So batches grow with the load, and a
single input does not wait.
"""

from collections.abc import Sequence
from concurrent.futures import Future
from threading import Condition, Thread
from typing import Self

from penstock.errors import hides_frames
from penstock.service.driver.driver import Driver
from penstock.service.driver.inputs import Input, Outcome
from penstock.service.errors import StoppedError

__tracebackhide__ = hides_frames

_Waiting = tuple[tuple[bytes, Input], "Future[Outcome]"]


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

    def _run(self) -> None:
        while batch := self._next():
            alive = [each for each in batch if each[1].set_running_or_notify_cancel()]
            try:
                outcomes = self._driver.handle([given for given, _ in alive])
            except Exception as error:  # noqa: BLE001 - each that waits gets it
                self._fail(alive, error)
                continue
            for (_, future), outcome in zip(alive, outcomes, strict=True):
                future.set_result(outcome)

    def _next(self) -> Sequence[_Waiting]:
        """Return the next batch; an empty one at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._error)
            batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
        return batch

    def _fail(self, batch: Sequence[_Waiting], error: Exception) -> None:
        with self._changed:
            self._error = error
        for _, future in batch:
            future.set_exception(error)
