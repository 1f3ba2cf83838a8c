"""Compile errors and warnings: message, position, and how they are printed.

A diagnostic is a value: a class per kind of mistake (in `errors`), whose fields are the facts. Stages collect as many
as they can and raise `CompileError` once; `render` is the only place that turns them into text.
"""

import re
from collections.abc import Iterable, Sequence
from typing import ClassVar, Protocol
from unicodedata import combining
from unicodedata import east_asian_width as wide

from penstock.errors import PenstockError
from penstock.records import Record
from penstockc.message_templates import Template
from penstockc.source import Sources, Span


class Diagnostic(Record, frozen=True):
    """One mistake in a contract.

    A subclass declares its facts as fields, and `message` and `hint` as templates with these facts in braces, or as
    properties where the text depends on more:

        name: str
        message = "function `{name}` needs a result type"

    Its code is the name of the class: `MissingResultType` has `missing-result-type`.
    """

    code: ClassVar[str]
    severity: ClassVar[str] = "error"
    span: Span

    def __init_subclass__(cls, **_: object) -> None:
        """Derive the code, and make templates of the texts."""
        cls.code = "-".join(re.findall("[A-Z][a-z]*", cls.__name__)).lower()
        for name in ("message", "hint"):
            if isinstance(text := vars(cls).get(name), str):
                setattr(cls, name, Template(text))

    @property
    def message(self) -> str:
        """One line, lower case, no full stop; every subclass has its own."""
        raise InternalError(f"{type(self).__name__} has no message")

    @property
    def hint(self) -> str | None:
        """How to fix it, if known."""
        return None

    @property
    def related(self) -> tuple[Span, str] | None:
        """A related position, and a description of it."""
        return None


class WarningDiagnostic(Diagnostic, frozen=True):
    """A warning: the contract compiles, and deserves a look."""

    severity: ClassVar[str] = "warning"


class Finding(Protocol):
    """A diagnostic as far as it is shown, of the compiler or stored; the members are those of `Diagnostic`."""

    @property
    def code(self) -> str: ...  # noqa: D102 - see `Diagnostic`
    @property
    def severity(self) -> str: ...  # noqa: D102 - the same
    @property
    def span(self) -> Span: ...  # noqa: D102 - the same
    @property
    def message(self) -> str: ...  # noqa: D102 - the same
    @property
    def hint(self) -> str | None: ...  # noqa: D102 - the same
    @property
    def related(self) -> tuple[Span, str] | None: ...  # noqa: D102 - the same


class CompileError(PenstockError):
    """A contract does not compile: all mistakes that one stage found, in source order.

    `str()` of it is the rendered text of the diagnostics, ready for a terminal; at most `MOST_SHOWN` of them.
    """

    def __init__(self, sources: Sources, diagnostics: Iterable[Diagnostic]) -> None:
        self.sources = sources
        self.diagnostics = tuple(sorted(diagnostics, key=lambda found: found.span))
        super().__init__(render_all(self.diagnostics, sources))


class InternalError(Exception):
    """An error in Penstock itself: an invariant between two stages does not hold."""


MOST_SHOWN = 100


def render_all(diagnostics: Sequence[Finding], sources: Sources) -> str:
    """Render the first `MOST_SHOWN` diagnostics, and count the rest."""
    shown = [render(found, sources) for found in diagnostics[:MOST_SHOWN]]
    if len(diagnostics) > MOST_SHOWN:
        shown.append(f"... and {len(diagnostics) - MOST_SHOWN} more\n")
    return "\n".join(shown)


def render(diagnostic: Finding, sources: Sources) -> str:
    """Render `diagnostic` under the source line that it points at.

    error[type-mismatch]: expected int, found bytes
     --> tally.scrypt:2:13
      |
    2 |     int x = b'00';
      |             ^^^^^
      = hint: `unpack(b)` reads bytes as a number
    """
    rows = [f"{diagnostic.severity}[{diagnostic.code}]: {diagnostic.message}", *excerpt(diagnostic.span, sources)]
    margin = " " * rows[1].index("-->")
    if diagnostic.related:
        span, what = diagnostic.related
        other = sources.find(span.start)
        rows.append(f"{margin} = note: {what} at {other.name}:{':'.join(map(str, other.position(span.start)))}")
    if diagnostic.hint:
        rows.append(f"{margin} = hint: {diagnostic.hint}")
    return "\n".join(rows) + "\n"


def excerpt(span: Span, sources: Sources) -> list[str]:
    """Return the first source line of a span in four rows: its place, and the line with carets under the span."""
    source = sources.find(span.start)
    line, column = source.position(span.start)
    text, column_shown = _window(_printable(source.line(line)), column)
    marked = text[column_shown - 1 :][: span.end - span.start]
    margin = " " * len(str(line))
    return [
        f"{margin}--> {source.name}:{line}:{column}",
        f"{margin} |",
        f"{line} | {text}",
        f"{margin} | {_blank(text[: column_shown - 1])}{'^' * max(1, len(_blank(marked)))}",
    ]


_WIDEST = 160  # characters of a source line that are shown; some contracts have lines of 150,000


def _window(text: str, column: int) -> tuple[str, int]:
    """Return the part of a long line around `column`, and the column of that place in the part (both from 1)."""
    if len(text) <= _WIDEST:
        return text, column
    start = max(0, min(column - _WIDEST // 2, len(text) - _WIDEST))
    head, tail = ("…" if start else ""), ("…" if start + _WIDEST < len(text) else "")
    return f"{head}{text[start : start + _WIDEST]}{tail}", column - start + len(head)


def _printable(text: str) -> str:
    """Return the line with a `?` for each character that terminals do not show."""
    return "".join(character if character.isprintable() or character == "\t" else "?" for character in text)


def _blank(text: str) -> str:
    """Return white space as wide as the text: tabs stay, wide characters count twice, combining marks not at all."""
    return "".join(
        "\t" if character == "\t" else " " * (0 if combining(character) else 2 if wide(character) in "WF" else 1)
        for character in text
    )
