"""What was seen at each place, and what of it is to be reported."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from penstockc.diagnostics import Diagnostic
from penstockc.source import Span


@dataclass(slots=True)
class Seen:
    """Collects what is found at each place, whenever it is looked at; None: nothing."""

    found: dict[tuple[str, Span], list[Diagnostic | None]] = field(default_factory=dict)

    def note(self, what: str, span: Span, diagnostic: Diagnostic | None) -> None:
        """Note what one look at a place finds; `what` tells apart what can be found at one place."""
        self.found.setdefault((what, span), []).append(diagnostic)

    def reports(self) -> Iterator[Diagnostic]:
        """Yield what every look at its place has found."""
        for looks in self.found.values():
            first = looks[0]
            if first is not None and all(type(look) is type(first) for look in looks):
                yield first
