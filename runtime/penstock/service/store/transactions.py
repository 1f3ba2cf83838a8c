"""Transactions on the one connection of a store: an error before COMMIT changes nothing, one of COMMIT stops all.

A COMMIT whose outcome is not known may have put states on disk, or not; a warning may tell that they are on this
server's disk alone. Whatever was to leave after it must not leave, and no later state may be built on it. So the worker
stops, and the store has to be opened again, which reads what is there.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock

from sqlalchemy import Connection, bindparam, update
from sqlalchemy.exc import SQLAlchemyError

from penstock.errors import hides_frames
from penstock.service.errors import FencedError, StoppedError, StoreError, UnknownCommitError
from penstock.service.store.connecting import Place, connect, reason_of
from penstock.service.store.marker import Mark, Marker, marker_of
from penstock.service.store.schema import STORE

__tracebackhide__ = hides_frames

_LOCKED = STORE.select().where(STORE.c.epoch == bindparam("of_epoch")).with_for_update(read=True)
_COUNTED = (
    update(STORE)
    .where(STORE.c.epoch == bindparam("of_epoch"))
    .values(commits=STORE.c.commits + 1)
    .returning(STORE.c.instance, STORE.c.commits)
)
"""The check of the epoch where a server locks rows, and in a file, whose commits are counted."""


class Transactions:
    """The connection of a store, used by one transaction at a time.

    Args:
        place: the database.
        create: whether a file that is missing is made.
    """

    def __init__(self, place: Place, *, create: bool) -> None:
        self.place = place
        self.marker = None if place.file is None else Marker(marker_of(place.file))
        self.stopped: str | None = None
        self._warnings: list[str] = []
        self._lock = Lock()
        self._connection = connect(place, create=create, warned=self._warnings.append)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Run statements that write nothing."""
        with self._transaction(Connection.rollback) as connection:
            yield connection

    @contextmanager
    def writing(self, epoch: int) -> Iterator[Connection]:
        """Run statements and commit them, if the epoch is still that of the store.

        Raises:
            FencedError: it is not; the worker has stopped.
            UnknownCommitError: the commit failed; the worker has stopped.
            StoppedError: it had stopped before.
            StoreError: a statement failed: nothing has changed.
        """
        marks: list[Mark] = []

        def commit(connection: Connection) -> None:
            self._commit(connection)
            if self.marker is not None:
                self._mark(self.marker, marks[0])

        with self._transaction(commit) as connection:
            marks.append(self._fence(connection, epoch))
            yield connection

    @contextmanager
    def preparing(self) -> Iterator[Connection]:
        """Run statements and commit them before the epoch is known: migrations, and the first row."""
        with self._transaction(self._commit) as connection:
            yield connection

    def stop(self, reason: str) -> None:
        """Stop the worker for good: nothing is saved any more."""
        self.stopped = self.stopped or reason

    def demand_running(self) -> None:
        """Check that the worker has not stopped.

        Raises:
            StoppedError: it has.
        """
        if self.stopped is not None:
            raise StoppedError(f"{self.place.name}: the worker has stopped: {self.stopped}; open the store again")

    def close(self) -> None:
        """Close the connection; the worker has stopped then."""
        self.stop("the store is closed")
        with self._lock:
            self._connection.close()
            self._connection.engine.dispose()
            if self.marker is not None:
                self.marker.close()

    @contextmanager
    def _transaction(self, end: Callable[[Connection], None]) -> Iterator[Connection]:
        with self._lock:
            self.demand_running()
            connection = self._connection
            try:
                connection.begin()
                yield connection
            except SQLAlchemyError as error:
                self._roll_back(connection)
                raise StoreError(f"{self.place.name}: nothing was saved: {reason_of(error)}") from None
            except BaseException:
                self._roll_back(connection)
                raise
            end(connection)

    def _roll_back(self, connection: Connection) -> None:
        try:
            if connection.in_transaction():
                connection.rollback()
            if connection.invalidated:
                self.stop("the connection to the database is lost")
        except SQLAlchemyError as error:
            self.stop(f"a transaction could not be rolled back: {reason_of(error)}")

    def _commit(self, connection: Connection) -> None:
        self._warnings.clear()
        try:
            connection.commit()
        except BaseException as error:
            self.stop(f"it is not known whether a commit has reached the disk: {reason_of(error)}")
            if isinstance(error, Exception):
                raise UnknownCommitError(f"{self.place.name}: {self.stopped}") from None
            raise  # the process is about to end, or a task was cancelled
        if self._warnings:
            self.stop(f"it is not known whether a commit has reached the standby: {self._warnings[0]}")
            raise UnknownCommitError(f"{self.place.name}: {self.stopped}")

    def _mark(self, marker: Marker, mark: Mark) -> None:
        try:
            marker.write(mark)
        except OSError as error:
            self.stop(f"the marker cannot be written: {error.strerror}")
            self.demand_running()

    def _fence(self, connection: Connection, epoch: int) -> Mark:
        """Check the epoch, and lock it until the transaction ends; count the commits of a file."""
        statement = _LOCKED if self.marker is None else _COUNTED
        found = connection.execute(statement, {"of_epoch": epoch}).one_or_none()
        if found is None:
            self.stop("another worker has raised the epoch, and has taken over")
            raise FencedError(f"{self.place.name}: {self.stopped}")
        return Mark(found.instance, found.commits)
