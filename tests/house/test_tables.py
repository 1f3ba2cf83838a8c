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
    """Subject of a row: a string or a number. A dotted name refers to a row of another table, not a duplicate."""
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


# Scalars --------------------------------------------------------------------------------------------------------------

GREATEST_TRIFLE = 1000
SHORTEST_TEXT = 4  # characters or bytes
COINCIDENCES: dict[object, set[str]] = {
    1 << 10: {"script_code _PIECE_WORK", "setting LONG_NUMBER"},  # work, bytes
    10_000: {  # steps, bytes, a size, bytes of a script
        *("scheduler PATIENCE", "folding MAX_KNOWN", "builtins LARGEST_CONSTANT", "standard _LONGEST_SCRIPT"),
        "recursion_limit MAX_OPERATORS",  # in a chain
    },
    100_000: {"sizes LARGEST_SIZE", "types LARGEST_VALUE", "witness _REMEMBERED"},  # elements, items, bytes
    1 << 16: {"hashes _JOIN_BELOW", "decode _LONG"},  # of a buffer, of a push
    1 << 20: {"movie _BLOCK", "script_code _LONG", "notes _LONGEST_HASHED"},  # sizes of buffers
    (1 << 32) - 1: {  # all that 32 bits hold
        *("consensus FINAL_SEQUENCE", "consensus NULL_INDEX", "consensus NO_SEPARATOR", "consensus LAST_LOCK_TIME"),
        *("pushes MAX_PUSH", "ripemd160 _MASK"),
    },
    (1 << 63) - 1: {"chain_parts UNLIMITED", "case _MOST_VALUE"},  # bytes, satoshis in 64 bits
}
"""Equal values of different facts, by their modules and names."""


def _scalar(node: ast.expr | None) -> object:
    """The value of a number or text that is written out, such as `1 << 20`; None for anything else."""
    if node is None or not all(
        isinstance(each, ast.Constant | ast.BinOp | ast.UnaryOp | ast.operator | ast.unaryop) for each in ast.walk(node)
    ):
        return None
    value = eval(ast.unparse(node), {"__builtins__": {}})
    match value:
        case bool():
            return None
        case int() | float() if abs(value) > GREATEST_TRIFLE:
            return value
        case str() | bytes() if len(value) >= SHORTEST_TEXT:
            return value
        case _:
            return None


def scalars(path: Path) -> Iterator[tuple[object, str]]:
    """Constants of a module that are numbers or texts, with the module's and their own name."""
    for node in ast.parse(path.read_text("utf-8")).body:
        match node:
            case (
                ast.AnnAssign(target=ast.Name(id=name), value=value)
                | ast.Assign(targets=[ast.Name(id=name)], value=value)
            ) if (found := _scalar(value)) is not None:
                yield found, f"{path.stem} {name}"
            case _:
                pass


def _by_value() -> dict[object, set[str]]:
    found: dict[object, set[str]] = {}
    for path in FILES:
        for value, name in scalars(path):
            found.setdefault(value, set()).add(name)
    return found


def test_no_two_modules_have_the_same_constant() -> None:
    twins = {
        value: sorted(names)
        for value, names in _by_value().items()
        if len({name.partition(" ")[0] for name in names}) > 1 and names != COINCIDENCES.get(value)
    }
    assert not twins


def test_coincidences_are_still_there() -> None:
    found = _by_value()
    assert {value: found.get(value) for value in COINCIDENCES} == COINCIDENCES
