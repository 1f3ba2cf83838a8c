"""One statement for many rows, given to the database's driver as it is.

SQLAlchemy looks at every value of every row before it gives it on, which takes longer than the database does for the
row. The values here are numbers, bytes, texts and None, which the drivers take as they are.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import ClauseElement, Connection, Dialect
from sqlalchemy.sql.compiler import SQLCompiler

Row = Mapping[str, Any]


def execute_many(connection: Connection, statement: ClauseElement, rows: Sequence[Row]) -> int:
    """Execute a statement for each row, and return the number of rows that were changed."""
    compiled = _compiled(statement, connection.dialect, tuple(rows[0]))
    text, names = compiled.string, compiled.positiontup
    values = rows if names is None else [tuple(map(row.__getitem__, names)) for row in rows]
    return connection.exec_driver_sql(text, values).rowcount


@lru_cache(maxsize=64)
def _compiled(statement: ClauseElement, dialect: Dialect, names: tuple[str, ...]) -> SQLCompiler:
    """Return a statement in the words of a database, with the values that stand for names."""
    compiled = statement.compile(dialect=dialect, column_keys=list(names))
    assert isinstance(compiled, SQLCompiler), "a statement that is executed"
    return compiled
