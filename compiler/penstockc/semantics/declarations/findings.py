"""Errors and warnings of the checks of one compilation.

They are kept until all bodies are checked, so that one run reports everything.
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager

from penstockc.diagnostics import Diagnostic
from penstockc.semantics.typed import MemberKey
from penstockc.source import Span


def of_class(name: str) -> MemberKey:
    """Return the key of a class's properties (`this` cannot name a member)."""
    return MemberKey(name, "this")


def of_constructor(name: str) -> MemberKey:
    """Return the key of a class's constructor, also the implicit one."""
    return MemberKey(name, "constructor")


def of_alias(name: str) -> MemberKey:
    """Return the key of a type alias."""
    return MemberKey(name, "type")


def of_state(name: str) -> MemberKey:
    """Return the key of a contract's state: used wherever a `@state` property is, or all of `this`."""
    return MemberKey(name, "@state")


def is_type(definition: MemberKey) -> bool:
    """Return whether the definition is a class's properties or an alias."""
    return definition.name in {"this", "type"}


class Findings:
    """Collects diagnostics."""

    def __init__(self) -> None:
        self.errors = list[Diagnostic]()
        self.warnings = list[Diagnostic]()
        self.lost = set[MemberKey]()
        self._known = set[Diagnostic]()
        self._places = set[tuple[type[Diagnostic], Span]]()
        self._is_repeated = False
        self._kept: AbstractSet[type[Diagnostic]] | None = None

    @contextmanager
    def repeated(self, *, is_repeated: bool = True) -> Iterator[None]:
        """Report no mistake twice in the context: it checks source again (another iteration, another instance)."""
        outer, self._is_repeated = self._is_repeated, self._is_repeated or is_repeated
        try:
            yield
        finally:
            self._is_repeated = outer

    @contextmanager
    def only(self, kinds: AbstractSet[type[Diagnostic]]) -> Iterator[None]:
        """Keep only mistakes of these kinds in the context."""
        self._kept, lost = kinds, self.lost.copy()
        try:
            yield
        finally:
            self._kept, self.lost = None, lost

    def report(self, diagnostic: Diagnostic) -> None:
        """Keep an error or a warning, each once."""
        place = type(diagnostic), diagnostic.span
        if self._kept is not None and type(diagnostic) not in self._kept:
            return
        if diagnostic in self._known or (self._is_repeated and place in self._places):
            return
        self._known.add(diagnostic)
        self._places.add(place)
        (self.errors if diagnostic.severity == "error" else self.warnings).append(diagnostic)

    def lose(self, definition: MemberKey) -> None:
        """Note that a part of the definition has no typed form: it depends on something reported, here or elsewhere."""
        self.lost.add(definition)
