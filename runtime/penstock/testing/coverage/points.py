"""Points of a contract that tests should reach, each in all of its ways.

In: the typed program of a contract. Out: its functions (accepted and refused), requirements (held and refused),
branches (true and false) and signature checks (valid, wrong and empty), with their places in the author's own files.
"""

import re
from collections.abc import Iterator
from enum import Enum
from typing import Final, NamedTuple

from penstockc.language.operations import Operation
from penstockc.output.scryptc.places import is_built_in
from penstockc.semantics import typed
from penstockc.semantics.typed.walking import expressions_in, statements_in
from penstockc.source import Source, Sources, Span

_INFEASIBLE: Final = re.compile(r"//\s*infeasible:\s*(.+)")


class Kind(Enum):
    """The kind of a point: its name for readers, and the ways in which tests should reach it."""

    FUNCTION = "function", ("accepted", "refused")
    HELPER = "helper", ("called",)
    REQUIRE = "require", ("held", "refused")
    BRANCH = "branch", ("true", "false")
    SIGNATURE = "signature", ("valid", "wrong", "empty")

    def __init__(self, label: str, ways: tuple[str, ...]) -> None:
        self.label = label
        self.ways = ways


class Place(NamedTuple):
    """A place in a file: its name, line and column, from 1."""

    file: str
    line: int
    column: int


class Point(NamedTuple):
    """A point.

    Attributes:
        place: where it is.
        kind: its kind.
        text: its source text, or the name of the function.
        infeasible: why the ways that no test takes cannot be taken, as the source says after `// infeasible:`; None
            without.
    """

    place: Place
    kind: Kind
    text: str
    infeasible: str | None


def points_of(program: typed.Program) -> Iterator[Point]:
    """Yield the points of a program in the author's files; those of shared code may come more than once."""
    for function in program.functions.values():
        source = program.sources.find(function.span.start)
        if is_built_in(source) or function.key.name.startswith("__"):
            continue
        kind = Kind.FUNCTION if function.is_public else Kind.HELPER
        yield _point(program.sources, function.span, kind, str(function.key))
        if isinstance(function.body, typed.Block):
            for statement in statements_in(function.body):
                for span, found in _points_in(statement):
                    if not is_built_in(program.sources.find(span.start)):
                        yield _point(program.sources, span, found)


def place_of(sources: Sources, span: Span) -> Place:
    """Return the place where a span starts."""
    source = sources.find(span.start)
    return Place(source.name, *source.position(span.start))


def _points_in(statement: typed.Statement) -> Iterator[tuple[Span, Kind]]:
    """Yield the points of a statement, without those of statements in it."""
    match statement:
        case typed.Require(span=span):
            yield span, Kind.REQUIRE
        case typed.If(condition=condition) | typed.Exit(condition=condition):
            yield from _branch(condition)
        case _:
            pass
    for expression in expressions_in(statement):
        match expression:
            case typed.And(left=left) | typed.Or(left=left):
                yield from _branch(left)
            case typed.Conditional(condition=condition):
                yield from _branch(condition)
            case typed.Apply(span=span, operation=Operation.CHECK_SIG):
                yield span, Kind.SIGNATURE
            case _:
                pass


def _branch(condition: typed.Expression) -> Iterator[tuple[Span, Kind]]:
    if not isinstance(condition, typed.Literal):
        yield condition.span, Kind.BRANCH


def _point(sources: Sources, span: Span, kind: Kind, name: str | None = None) -> Point:
    source = sources.find(span.start)
    text = " ".join(source.text[span.start - source.base : span.end - source.base].split())
    return Point(place_of(sources, span), kind, text if name is None else name, _reason(source, span))


def _reason(source: Source, span: Span) -> str | None:
    line = source.line(source.position(span.start)[0])
    found = _INFEASIBLE.search(line)
    return None if found is None else found[1].strip()
