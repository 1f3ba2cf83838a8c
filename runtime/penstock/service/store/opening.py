"""Opening of a store: migrations to the newest revision, its first row, and the signs that it was restored."""

import secrets
from dataclasses import dataclass
from importlib.resources import files
from io import StringIO
from threading import Lock
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, insert, select, text, update

from penstock.errors import hides_frames
from penstock.script.consensus import INT32_MAX
from penstock.service.errors import DamagedError, StoreError, UnknownVersionError
from penstock.service.store.connecting import server_of
from penstock.service.store.marker import Mark, Marker
from penstock.service.store.schema import CHANNEL, STATE, STORE
from penstock.service.store.transactions import Transactions

__tracebackhide__ = hides_frames

_ADVISORY_LOCK: Final = 0x70656E73
"""The number of the lock under which PostgreSQL migrates one worker at a time."""
_MIGRATING: Final = Lock()
"""Held while a thread migrates: Alembic keeps its context in globals, which another thread would take away."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The row of a store, as its worker knows it.

    Attributes:
        epoch: the epoch in which the worker writes.
        device: the device in the paths of new keys.
        restored: why the store was taken for a restored one when it was opened; None if it was not.
    """

    epoch: int
    device: int
    restored: str | None


def prepare(transactions: Transactions) -> Identity:
    """Bring a store to the newest revision, and return its row; a new store gets one.

    A store that was restored becomes close-only, and the epoch goes up.

    Raises:
        UnknownVersionError: the store is of a newer revision.
        StoreError: the database refuses.
    """
    with transactions.preparing() as connection:
        if transactions.marker is None:
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})"))
        _migrate(connection, transactions.place.name)
        row = connection.execute(select(STORE).with_for_update()).one_or_none()
        if row is None:
            _demand_new(transactions)
            mark = Mark(secrets.token_bytes(16), 1)
            device, server = secrets.randbelow(INT32_MAX), server_of(connection)
            values = {"instance": mark.instance, "epoch": 1, "commits": 1, "device": device, "server": server}
            connection.execute(insert(STORE).values(id=1, **values))
            identity = Identity(1, device, None)
        else:
            restored = _sign(connection, transactions.marker, Mark(row.instance, row.commits), row.server)
            identity = Identity(row.epoch, row.device, None)
            if restored is not None:
                identity = restrict(connection, restored)
            mark = Mark(row.instance, row.commits)
            if (server := server_of(connection)) != row.server:
                connection.execute(update(STORE).values(server=server))
    if transactions.marker is not None:
        _write_first(transactions, transactions.marker, mark)
    return identity


def restrict(connection: Connection, reason: str) -> Identity:
    """Let all channels of the payee be closed only, fence off other workers, and take a new device for keys.

    Keys of channels that were opened after the copy was made are not known here: a new device has others.
    """
    device = secrets.randbelow(INT32_MAX)
    raised = update(STORE).values(epoch=STORE.c.epoch + 1, device=device).returning(STORE.c.epoch)
    epoch = connection.execute(raised).scalar_one()
    payees = select(CHANNEL.c.number).where(CHANNEL.c.role == "payee")
    restricted = update(STATE).where(STATE.c.channel.in_(payees))
    connection.execute(restricted.values(close_only=True, version=STATE.c.version + 1))
    return Identity(epoch, device, reason)


def _sign(connection: Connection, marker: Marker | None, mark: Mark, server: str) -> str | None:
    """Return the sign that a store was restored, or that a standby was promoted; None for none."""
    if marker is not None:
        return mark.fault(marker.read())
    now = server_of(connection)
    return (
        None if server == now else f"the server is {now}, and was {server}: a standby was promoted, or it was restored"
    )


def _demand_new(transactions: Transactions) -> None:
    """Check that an empty database was always empty: beside one that has lost everything there is a marker."""
    if transactions.marker is not None and transactions.marker.exists:
        raise DamagedError(
            f"{transactions.place.name}: the database is empty, and a marker beside it tells of another: put a copy"
            " back, or restore the channels from recovery files under another name"
        )


def _write_first(transactions: Transactions, marker: Marker, mark: Mark) -> None:
    try:
        marker.write(mark)
    except OSError as error:
        raise StoreError(f"{transactions.place.name}: the marker cannot be written: {error.strerror}") from None


def _migrate(connection: Connection, name: str) -> None:
    config = Config(stdout=StringIO())
    config.set_main_option("script_location", str(files("penstock.service.store") / "migrations"))
    config.attributes["connection"] = connection
    newest = ScriptDirectory.from_config(config).get_current_head()
    try:
        with _MIGRATING:
            command.upgrade(config, "head")
    except CommandError as error:
        raise UnknownVersionError(
            f"{name}: the store is of a newer revision than {newest}, the newest that this program knows ({error}):"
            " open it with the version of Penstock that wrote it"
        ) from None
