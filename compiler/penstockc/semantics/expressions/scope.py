"""Scope: the locals that are visible at a place in a function."""

from collections.abc import Iterator
from contextlib import contextmanager

from penstock.records import Record
from penstockc.errors.names import DuplicateName
from penstockc.errors.warnings.hiding import ShadowedName
from penstockc.language.types import Type
from penstockc.semantics.declarations.findings import Findings
from penstockc.semantics.typed import Literal, Local
from penstockc.source import Span
from penstockc.syntax import ast


class Binding(Record, frozen=True):
    """A local, or a constant that the compiler knows, by its name.

    Both are None when its type could not be resolved (which is reported).
    """

    name: ast.Identifier
    local: Local | None
    is_const: bool
    constant: Literal | None = None


class Scope:
    """Nested blocks; the outermost one contains the parameters and the body's own locals."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._blocks: list[dict[str, Binding]] = [{}]
        self._count = 0

    def find(self, name: str) -> Binding | None:
        """Return the innermost binding of `name`."""
        return next((block[name] for block in reversed(self._blocks) if name in block), None)

    def names(self) -> Iterator[str]:
        """Return all names in scope, for suggestions."""
        return (name for block in self._blocks for name in block)

    def declare(self, name: ast.Identifier, type_: Type | None, *, is_const: bool) -> Local | None:
        """Bind a name in the innermost block; report one that the block has already, warn of one outside of it."""
        local = None if type_ is None else Local(self._count, name.text, type_, name.span)
        self._count += 1
        return local if self._bind(Binding(name, local, is_const)) else None

    def temporary(self, name: str, type_: Type, span: Span) -> Local:
        """Return a local that the source does not name; `name` is for readers of the typed tree."""
        self._count += 1
        return Local(self._count - 1, name, type_, span)

    def declare_constant(self, name: ast.Identifier, value: Literal) -> None:
        """Bind a name to its value: a compile-time parameter, or an induction variable in one iteration."""
        self._bind(Binding(name, None, is_const=True, constant=value))

    def _bind(self, new: Binding) -> bool:
        """Bind a name unless the innermost block has it already."""
        name, block = new.name, self._blocks[-1]
        outer = self.find(name.text)
        if name.text in block:
            self._findings.report(DuplicateName(name.span, name.text, block[name.text].name.span))
            block[name.text] = Binding(block[name.text].name, None, new.is_const)  # ambiguous: neither is used
            return False
        if outer is not None:
            self._findings.report(ShadowedName(name.span, name.text, outer.name.span))
        block[name.text] = new
        return True

    @property
    def has_constants(self) -> bool:
        """Whether a name in scope has different constant values in other iterations or instances."""
        return any(bound.constant is not None for block in self._blocks for bound in block.values())

    @contextmanager
    def block(self) -> Iterator[None]:
        """Collect the declarations made in the context in a block of their own."""
        self._blocks.append({})
        try:
            yield
        finally:
            self._blocks.pop()
