"""Points of a contract that tests should reach, each in all of its ways.

In: the typed program of a contract. Out: its functions (accepted and refused), statements (ran), requirements (held and
refused), branches (true and false), signature checks (valid, wrong and empty) and run-time indices (in range and out),
with their places.
"""

import re
from collections.abc import Iterator
from enum import Enum
from typing import Final, NamedTuple

from penstock.testing.failing.paths import is_written
from penstockc.language.operations import Operation
from penstockc.output.scryptc.places import is_built_in
from penstockc.semantics import typed
from penstockc.semantics.typed.walking import expressions_in, inside, statements_in
from penstockc.source import Source, Sources, Span

_INFEASIBLE: Final = re.compile(r"//\s*infeasible:\s*(.+)")
_PLAIN = typed.Declare | typed.Assign | typed.Evaluate | typed.Return | typed.CodeSeparator
"""Statements that are reached or not, without a decision of their own."""


class Kind(Enum):
    """The kind of a point: its name for readers, and the ways in which tests should reach it."""

    FUNCTION = "function", ("accepted", "refused")
    HELPER = "helper", ("called",)
    STATEMENT = "statement", ("ran",)
    REQUIRE = "require", ("held", "refused")
    BRANCH = "branch", ("true", "false")
    SIGNATURE = "signature", ("valid", "wrong", "empty")
    INDEX = "index", ("in range", "out of range")

    def __init__(self, label: str, ways: tuple[str, ...]) -> None:
        self.label = label
        self.ways = ways


class Place(NamedTuple):
    """A piece of a file: its name, and where it starts and ends, in lines and columns from 1."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


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


def points_of(program: typed.Program, *, with_library: bool = False) -> Iterator[tuple[Span, Point]]:
    """Yield the points of a program, with their spans; those of shared code may come more than once.

    Args:
        program: the program.
        with_library: whether those of the standard library are wanted too.
    """
    sources = program.sources
    for function in program.functions.values():
        if not _is_wanted(sources, function.span, with_library=with_library) or function.key.name.startswith("__"):
            continue
        kind = Kind.FUNCTION if function.is_public else Kind.HELPER
        yield function.span, _point(sources, function.span, kind, str(function.key))
        if isinstance(function.body, typed.Block):
            for span, found in _points_in(function.body):
                if _is_wanted(sources, span, with_library=with_library):
                    yield span, _point(sources, span, found)


def place_of(sources: Sources, span: Span) -> Place:
    """Return the place of a span."""
    source = sources.find(span.start)
    return Place(source.name, *source.position(span.start), *source.position(span.end))


def _is_wanted(sources: Sources, span: Span, *, with_library: bool) -> bool:
    return with_library or not is_built_in(sources.find(span.start))


def _points_in(body: typed.Block) -> Iterator[tuple[Span, Kind]]:
    """Yield the points of a function's body."""
    counters = {
        (each.variable.name, each.variable.number)
        for each in statements_in(body)
        if isinstance(each, typed.Loop) and each.variable is not None
    }
    for statement in statements_in(body):
        match statement:
            case typed.Require(span=span):
                yield span, Kind.REQUIRE
            case typed.If(condition=condition) | typed.Exit(condition=condition):
                yield from _branch(condition)
            case _ if isinstance(statement, _PLAIN) and is_written(statement):
                yield statement.span, Kind.STATEMENT
            case _:
                pass
        for expression in expressions_in(statement):
            match expression:
                case typed.And(left=left) | typed.Or(left=left):
                    yield from _branch(left)
                case typed.Conditional(condition=condition):
                    yield from _branch(condition)
                case typed.CheckMultiSig(span=span) | typed.Apply(span=span, operation=Operation.CHECK_SIG):
                    yield span, Kind.SIGNATURE
                case typed.Index(span=span, index=index) if not _is_counted(index, counters):
                    yield span, Kind.INDEX
                case _:
                    pass


def _branch(condition: typed.Expression) -> Iterator[tuple[Span, Kind]]:
    if not isinstance(condition, typed.Literal):
        yield condition.span, Kind.BRANCH


def _is_counted(index: typed.Expression, counters: set[tuple[str, int]]) -> bool:
    """Return whether an index is made of constants and the variables of loops: the compiler has checked it."""
    leaves = (each for each in inside(index) if not isinstance(each, typed.Apply | typed.Cast | typed.Literal))
    return all(
        isinstance(each, typed.LocalValue) and (each.local.name, each.local.number) in counters for each in leaves
    )


def _point(sources: Sources, span: Span, kind: Kind, name: str | None = None) -> Point:
    source = sources.find(span.start)
    text = " ".join(source.text[span.start - source.base : span.end - source.base].split())
    return Point(place_of(sources, span), kind, text if name is None else name, _reason(source, span))


def _reason(source: Source, span: Span) -> str | None:
    line = source.line(source.position(span.start)[0])
    found = _INFEASIBLE.search(line)
    return None if found is None else found[1].strip()
