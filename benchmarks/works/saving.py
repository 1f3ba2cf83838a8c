"""States of 64 channels saved on PostgreSQL in one transaction: one statement, beside a statement for each row.

Both are those of the store; the yardstick is the one that it has for SQLite. The rows are numbers and 600 bytes each,
as a payee's. CPU time of this process alone is measured: the server's is another's.
"""

import secrets
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

from sqlalchemy import Connection, create_engine, insert, text

from benchmarks.harness import OURS, Contender, Work
from benchmarks.result import Target
from penstock.service.store.at_once import COLUMNS, write_at_once
from penstock.service.store.many import execute_many
from penstock.service.store.schema import CHANNEL, METADATA, STATE
from penstock.service.store.writing import UPDATE_ONE
from tests.support.engines.postgres import primary

_CHANNELS: Final = 64
_EACH: Final = "a statement for each row"
_SIZE: Final = 600


class Saving:
    """Channels in a database, whose states are saved again and again."""

    def __init__(self, connection: Connection, channels: int) -> None:
        self.connection = connection
        self.version = 0
        with connection.begin():
            METADATA.create_all(connection)
            for number in range(channels):
                channel = {
                    "id": number.to_bytes(4, "big") * 8,
                    "role": "payee",
                    "network": "n",
                    "protocol": 1,
                    "terms": b"",
                }
                connection.execute(insert(CHANNEL).values(number=number, device=0, counter=number, **channel))
                state = {"epoch": 1, "phase": "OPEN", "newest": 0, "bound": 0, "close_only": False, "data": b""}
                connection.execute(insert(STATE).values(channel=number, version=0, force_close=False, **state))
        self.channels = channels

    def rows(self, version: int) -> list[dict[str, Any]]:
        """Return rows that follow a version."""
        values = {"new_epoch": 1, "new_phase": "OPEN", "new_spent": None, "new_sold_key": bytes(32)}
        numbers = {"of_version": version, "new_version": version + 1, "new_newest": version, "new_bound": 100 * version}
        data = secrets.token_bytes(_SIZE)
        found = [values | numbers | {"of_channel": number, "new_data": data} for number in range(self.channels)]
        assert found[0].keys() == set(COLUMNS)
        return found

    def save(self, write: Callable[[Connection, list[dict[str, Any]]], int]) -> int:
        """Save the next state of all channels; return how many were saved."""
        with self.connection.begin():
            done = write(self.connection, self.rows(self.version))
        self.version += 1
        return done

    def is_right(self, write: Callable[[Connection, list[dict[str, Any]]], int]) -> bool:
        """Return whether all are saved, and none that follows an older version."""
        saved = self.save(write)
        with self.connection.begin():
            late = write(self.connection, self.rows(self.version - 1))
            found = self.connection.execute(text("SELECT count(*), min(version), max(version) FROM state")).one()
        return (saved, late, tuple(found)) == (self.channels, 0, (self.channels, self.version, self.version))


def _one_by_one(connection: Connection, rows: list[dict[str, Any]]) -> int:
    return execute_many(connection, UPDATE_ONE, rows)


def _at_once(connection: Connection, rows: list[dict[str, Any]]) -> int:
    return len(write_at_once(connection, rows))


def works(channels: int = _CHANNELS) -> Iterator[Work]:
    """On a server that is started for it."""
    with primary(is_durable=True) as server:
        engine = create_engine(server.url.replace("postgresql", "postgresql+psycopg"))
        with engine.connect() as connection:
            saving = Saving(connection, channels)
            contenders = tuple(
                Contender(name, partial(saving.save, write), partial(saving.is_right, write), channels)
                for name, write in ((_EACH, _one_by_one), (OURS, _at_once))
            )
            name = f"states of {channels} channels saved on PostgreSQL in one transaction"
            yield Work(name, "state", contenders, (Target(_EACH, 1.5),), seconds=4)
        engine.dispose()
