"""What a compile error says, where it points, and how it is printed.

A diagnostic is a value: a class per kind of mistake (in `errors`), whose fields are the facts. Stages collect as many
as they can find and raise `CompileError` once; `render` is the only place that turns them into text.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from penstock.script.errors import PenstockError
from penstockc.source import Sources, Span


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One mistake in a contract, or (`severity` "warning") something that deserves a look."""

    code: ClassVar[str]
    severity: ClassVar[str] = "error"
    span: Span

    @property
    def message(self) -> str:
        """One line, lower case, no full stop."""
        raise NotImplementedError

    @property
    def hint(self) -> str | None:
        """What to do about it, when we know."""
        return None

    @property
    def related(self) -> tuple[Span, str] | None:
        """Another place that has to do with it, and what is there."""
        return None


class CompileError(PenstockError):
    """A contract does not compile: everything that one stage found wrong with it, in source order.

    `str()` of it is the rendered text of all diagnostics, ready for a terminal.
    """

    def __init__(self, sources: Sources, diagnostics: Iterable[Diagnostic]) -> None:
        self.sources = sources
        self.diagnostics = tuple(sorted(diagnostics, key=lambda found: found.span))
        super().__init__("\n".join(render(found, sources) for found in self.diagnostics))


class InternalError(Exception):
    """Penstock itself is at fault: an invariant between two stages does not hold."""


def render(diagnostic: Diagnostic, sources: Sources) -> str:
    """Show `diagnostic` under the source line that it points at."""
    source = sources.find(diagnostic.span.start)
    line, column = source.position(diagnostic.span.start)
    text = source.line(line)
    width = min(diagnostic.span.end - diagnostic.span.start, len(text) - column + 1)
    indent = "".join("\t" if character == "\t" else " " for character in text[: column - 1])
    margin = " " * len(str(line))
    rows = [
        f"{diagnostic.severity}[{diagnostic.code}]: {diagnostic.message}",
        f"{margin}--> {source.name}:{line}:{column}",
        f"{margin} |",
        f"{line} | {text}",
        f"{margin} | {indent}{'^' * max(1, width)}",
    ]
    if diagnostic.related:
        span, what = diagnostic.related
        other = sources.find(span.start)
        rows.append(f"{margin} = note: {what} at {other.name}:{':'.join(map(str, other.position(span.start)))}")
    if diagnostic.hint:
        rows.append(f"{margin} = hint: {diagnostic.hint}")
    return "\n".join(rows) + "\n"
