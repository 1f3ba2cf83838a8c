"""Every table is said once: no two tables of the code list the same things, and no table lists one thing twice."""

import ast
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(path for root in ("compiler", "runtime") for path in (ROOT / root).rglob("*.py"))
SMALLEST_TABLE = 5  # rows
MOST_SHARED = 0.5  # of the smaller table's rows


@dataclass(frozen=True)
class Table:
    place: str
    keys: tuple[str, ...]


def _key(node: ast.expr | None) -> str | None:
    """What a row is about: a string or a number. A dotted name refers to a row of another table, which is no twin."""
    match node:
        case ast.Constant(value=str() | int() as value) if not isinstance(value, bool):
            return str(value)
        case _:
            return None


def tables(path: Path) -> Iterator[Table]:
    """Enumerations by their members, and module-level dictionaries by their keys."""
    place = path.relative_to(ROOT)
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.ClassDef) and any("Enum" in ast.unparse(base) for base in node.bases):
            members = [
                target.id
                for row in node.body
                if isinstance(row, ast.Assign)
                for target in row.targets
                if isinstance(target, ast.Name) and target.id.isupper()
            ]
            yield Table(f"{place}:{node.lineno} {node.name}", tuple(members))
        elif isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Dict):
            keys = tuple(key for entry in node.value.keys if (key := _key(entry)) is not None)
            yield Table(f"{place}:{node.lineno}", keys)


TABLES = [table for path in FILES for table in tables(path) if len(table.keys) >= SMALLEST_TABLE]


def test_there_are_tables() -> None:
    assert len(TABLES) >= 4


def test_no_table_lists_a_thing_twice() -> None:
    doubled = {table.place: len(table.keys) - len(set(table.keys)) for table in TABLES}
    assert not {place: count for place, count in doubled.items() if count}


def test_no_two_tables_are_twins() -> None:
    twins = [
        (one.place, other.place, sorted(shared))
        for one, other in itertools.combinations(TABLES, 2)
        if len(shared := set(one.keys) & set(other.keys)) > MOST_SHARED * min(len(one.keys), len(other.keys))
        and len(shared) >= SMALLEST_TABLE
    ]
    assert not twins
