"""Findings at each place, and those to report."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from penstockc.diagnostics import Diagnostic
from penstockc.source import Span


@dataclass(slots=True)
class Seen:
    """Collects the finding of each visit of a place; None for no finding."""

    found: dict[tuple[str, Span], list[Diagnostic | None]] = field(default_factory=dict)

    def note(self, kind: str, span: Span, diagnostic: Diagnostic | None) -> None:
        """Record the finding of one visit of a place; `kind` distinguishes kinds of findings at one place."""
        self.found.setdefault((kind, span), []).append(diagnostic)

    def reports(self) -> Iterator[Diagnostic]:
        """Yield the findings that every visit of their place has."""
        for looks in self.found.values():
            first = looks[0]
            if first is not None and all(type(look) is type(first) for look in looks):
                yield first
