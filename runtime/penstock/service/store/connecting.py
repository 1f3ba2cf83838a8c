"""Connection to the database of a store: SQLite by a path, PostgreSQL by a URL.

A store has one connection, and no other takes its place: after an error of it nothing is sure any more.

* SQLite: write-ahead log, `synchronous=FULL`, foreign keys, and `BEGIN IMMEDIATE`: one writer at a time.
* PostgreSQL: a commit waits for the disk, and for the standby if the server has a synchronous one, whatever the
  settings of the role say. A warning at a commit tells that the standby was not reached.
"""

import os
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, NullPool, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from penstock.errors import hides_frames
from penstock.service.errors import DamagedError, StoreError

__tracebackhide__ = hides_frames

_SQLITE: Final = "sqlite"
POSTGRES: Final = "postgresql"
_SETTINGS: Final = (
    "page_size=16384",  # of a new file: a ciphertext takes few pages
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "fullfsync=ON",
    "wal_autocheckpoint=4096",  # pages of the log: one that changes often is copied into the file once for many times
)
_WAIT: Final = 30
"""Seconds that a write waits for another process with the database."""
_STRICT: Final = ("on", "remote_apply")
"""Settings of `synchronous_commit` with which a commit waits for the standby's disk."""


@dataclass(frozen=True, slots=True)
class Place:
    """A database.

    Attributes:
        url: its URL, with the password.
        name: the name for messages, without it.
        file: the file of an SQLite database; None on a server.
    """

    url: str
    name: str
    file: Path | None


def place_of(where: str | Path) -> Place:
    """Return the database of a path, or of a URL such as `postgresql://user@host/name`.

    Raises:
        StoreError: a URL of another kind.
    """
    if isinstance(where, Path) or "://" not in where:
        path = Path(where)
        return Place(f"{_SQLITE}:///{path}", str(path), path)
    try:
        url = make_url(where)
    except ArgumentError as error:
        raise StoreError(f"{where}: not the URL of a database: {error}") from None
    backend, name = url.get_backend_name(), url.render_as_string(hide_password=True)
    if backend == _SQLITE and url.database and url.database != ":memory:":
        return Place(where, url.database, Path(url.database))
    if backend != POSTGRES:
        raise StoreError(f"{name}: a store is a file of SQLite, or a database of PostgreSQL (postgresql://…)")
    return Place(url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False), name, None)


def connect(place: Place, *, create: bool, warned: Callable[[str], None]) -> Connection:
    """Open the one connection of a store.

    Args:
        place: the database.
        create: whether a file that is missing is made.
        warned: called with each warning of the server.

    Raises:
        StoreError: the database cannot be opened.
        DamagedError: the file is not a sound database.
    """
    engine = _engine(place, create=create)
    try:
        connection = engine.connect()
        with connection.begin():
            if place.file is not None:
                _check(connection, place)
            else:
                _make_strict(connection)
                _listen(connection, warned)
    except SQLAlchemyError as error:
        raise StoreError(f"{place.name}: the store cannot be opened: {reason_of(error)}") from None
    return connection


def reason_of(error: BaseException) -> str:
    """Return the reason of a database's error in one line."""
    reason = str(getattr(error, "orig", None) or error).strip()
    return reason.splitlines()[0] if reason else type(error).__name__


def server_of(connection: Connection) -> str:
    """Return the server with its timeline, which goes up when a standby is promoted; empty for a file."""
    if connection.dialect.name == _SQLITE:
        return ""
    system = connection.execute(text("SELECT system_identifier FROM pg_control_system()")).scalar_one()
    timeline = connection.execute(text("SELECT substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)")).scalar_one()
    return f"{system}/{int(timeline, 16)}"


def _engine(place: Place, *, create: bool) -> Engine:
    if place.file is None:
        try:
            return create_engine(place.url, poolclass=NullPool)
        except (ImportError, NoSuchModuleError):
            raise StoreError(f"{place.name}: psycopg is not installed: pip install 'penstock[postgres]'") from None
    if not place.file.exists():
        if not create:
            raise StoreError(f"{place.name}: the store does not exist")
        _make_file(place.file)
    engine = create_engine(place.url, poolclass=NullPool, connect_args={"timeout": _WAIT, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # BEGIN is ours
        for setting in _SETTINGS:
            connection.execute(f"PRAGMA {setting}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _make_file(path: Path) -> None:
    """Make an empty file that other users cannot read."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except OSError as error:
        raise StoreError(f"{path}: the store cannot be made: {error.strerror}") from None


def _check(connection: Connection, place: Place) -> None:
    """Check the pages of a file."""
    found = connection.execute(text("PRAGMA quick_check(1)")).scalar_one()
    if found != "ok":
        raise DamagedError(f"{place.name}: the database is damaged ({found}): restore a copy, then tell the store so")


def _make_strict(connection: Connection) -> None:
    if connection.execute(text("SELECT current_setting('synchronous_commit')")).scalar_one() not in _STRICT:
        connection.execute(text("SET SESSION synchronous_commit = 'on'"))


def _listen(connection: Connection, warned: Callable[[str], None]) -> None:
    driver: Any = connection.connection.driver_connection

    def tell(notice: Any) -> None:
        if notice.severity_nonlocalized == "WARNING":
            warned(notice.message_primary or "a warning without a text")

    driver.add_notice_handler(tell)
