"""States of many channels in one statement (PostgreSQL): each if its version is the one that the new state follows.

The rows come as arrays. What was changed is told by RETURNING: a channel that is not in it was saved by another worker
first. Rows are locked in the order of their numbers before any is changed, so two workers with the same channels wait
for each other, and never both at once. A statement for each row costs three times as much, most of it here.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection

_NUMBERS: Final = {
    "of_channel": "bigint",
    "of_version": "bigint",
    "new_version": "bigint",
    "new_epoch": "bigint",
    "new_phase": "text",
    "new_newest": "bigint",
    "new_bound": "bigint",
    "new_spent": "bigint",
}
"""The values of a row that are short, with their types: an array each."""
_BYTES: Final = ("new_sold_key", "new_data")
"""The others: all of them in one piece, of which each row has its part. An array of bytes is read letter by letter."""
COLUMNS: Final = (*_NUMBERS, *_BYTES)
"""The values of a row."""
_SETS: Final = ", ".join(f"{name.removeprefix('new_')} = wanted.{name}" for name in COLUMNS if name.startswith("new_"))
_ARRAYS: Final = ", ".join(
    [
        *(f"%({name})s::{kind}[]" for name, kind in _NUMBERS.items()),
        *(f"%({name}_{part})s::integer[]" for name in _BYTES for part in ("start", "size")),
    ]
)
_FIELDS: Final = ", ".join([*_NUMBERS, *(f"{name}_{part}" for name in _BYTES for part in ("start", "size"))])
_PARTS: Final = ", ".join(f"substring(%(bytes)b::bytea FROM {name}_start FOR {name}_size) AS {name}" for name in _BYTES)
_STATEMENT: Final = f"""
WITH wanted AS MATERIALIZED (
    SELECT {", ".join(_NUMBERS)}, {_PARTS} FROM unnest({_ARRAYS}) AS rows ({_FIELDS})
), locked AS MATERIALIZED (
    SELECT state.channel FROM state
    JOIN wanted ON state.channel = wanted.of_channel AND state.version = wanted.of_version
    ORDER BY state.channel FOR UPDATE OF state
)
UPDATE state SET {_SETS} FROM wanted, locked
WHERE state.channel = wanted.of_channel AND state.version = wanted.of_version AND locked.channel = state.channel
RETURNING state.channel
"""  # noqa: S608 - of names in this file alone


def write_at_once(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> frozenset[int]:
    """Write rows of states, and return the numbers of the channels that were written; the others have other versions.

    Args:
        connection: a connection to PostgreSQL, in a transaction.
        rows: the values of each, by their names in `COLUMNS`.
    """
    values: dict[str, Any] = {name: _array([row[name] for row in rows]) for name in _NUMBERS}
    parts: list[bytes] = []
    place = 1  # as the database counts
    for name in _BYTES:
        starts, sizes = [], []
        for row in rows:
            part = row[name]
            starts.append(None if part is None else place)
            sizes.append(None if part is None else len(part))
            if part is not None:
                parts.append(part)
                place += len(part)
        values |= {f"{name}_start": _array(starts), f"{name}_size": _array(sizes)}
    values["bytes"] = b"".join(parts)
    return frozenset(row[0] for row in connection.exec_driver_sql(_STATEMENT, values))


def _array(values: Sequence[int | str | None]) -> str:
    """Return numbers, or names of phases, as an array of PostgreSQL; psycopg would look at each of them for long."""
    return "{" + ",".join("NULL" if each is None else str(each) for each in values) + "}"
