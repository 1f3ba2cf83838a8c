"""Static properties: their types and first values, found on first access.

A `const` whose first value is a compile-time constant is replaced by that literal wherever it is read. Any other is
evaluated when the script starts.
"""

from collections.abc import Callable

from penstockc.semantics import typed
from penstockc.semantics.declarations.findings import Findings
from penstockc.semantics.declarations.headers import StaticHeader
from penstockc.semantics.expressions.constants import constant
from penstockc.semantics.typed import MemberKey
from penstockc.source import Span

FirstValue = Callable[[StaticHeader], typed.Expression | None]


class Statics:
    """The statics of one compilation. `first_value` checks the first value of one, as its declared type."""

    def __init__(self, first_value: FirstValue, findings: Findings) -> None:
        self._first_value = first_value
        self._findings = findings
        self._found = dict[MemberKey, typed.Static | typed.Literal | None]()

    def read(self, header: StaticHeader, span: Span) -> typed.Literal | typed.StaticValue | None:
        """Return the typed expression of a read of the static at `span`; None after a report."""
        match self.find(header):
            case None:
                return None
            case typed.Literal(type=type_, value=value):
                return typed.Literal(span, type_, value)
            case typed.Static(type=type_, key=key):
                return typed.StaticValue(span, type_, key)

    def find(self, header: StaticHeader) -> typed.Static | typed.Literal | None:
        """Return the static, or its constant value; None also while it is being resolved (rings: see `check`)."""
        key = header.key
        if key not in self._found:
            self._found[key] = None
            self._found[key] = self._look(header)
        return self._found[key]

    def _look(self, header: StaticHeader) -> typed.Static | typed.Literal | None:
        value = self._first_value(header)
        if value is None:
            self._findings.lose(header.key)
            return None
        known = constant(value) if header.is_const else None
        return known or typed.Static(header.node.span, header.key, value.type, value)
