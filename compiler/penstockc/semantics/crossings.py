"""Where a contract steps into the standard library: the lines of its own that led to one there.

In: a program, and a place in the library. Out: the calls in the contract's own files from which that place can be
reached. Mistakes that come to light inside of the library are told of there.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import NamedTuple

from penstockc.semantics import typed
from penstockc.semantics.findings import of_constructor
from penstockc.semantics.typed import MemberKey
from penstockc.source import Span
from penstockc.syntax.standard import BASE


class Crossing(NamedTuple):
    """A call from the contract's own files, and what it calls in the library."""

    span: Span
    called: MemberKey


@dataclass(frozen=True, slots=True)
class _Definition:
    span: Span
    uses: tuple[Crossing, ...]

    @property
    def is_standard(self) -> bool:
        return self.span.start >= BASE


def is_standard(place: Span) -> bool:
    """Tell whether a place is in the standard library, or in text that was written for the contract."""
    return place.start >= BASE


def crossings(program: typed.Program, place: Span) -> list[Crossing]:
    """Return the calls into the library, made where the main contract comes to, that can reach a place in it."""
    definitions = dict(_definitions(program))
    entry_points = [of_constructor(program.main), *(function.key for function in program.entry_points)]
    own = _reached(definitions, entry_points, into_library=False)
    found = dict[Crossing, None]()
    for key in own:
        for use in definitions[key].uses:
            if use.called in definitions and definitions[use.called].is_standard:
                inside = _reached(definitions, [use.called], into_library=True)
                if any(_holds(definitions[each].span, place) for each in inside):
                    found[use] = None
    return sorted(found)


def _definitions(program: typed.Program) -> Iterator[tuple[MemberKey, _Definition]]:
    for function in program.functions.values():
        yield function.key, _Definition(function.span, tuple(_uses(function.body)))
    for static in program.statics.values():
        yield static.key, _Definition(static.span, tuple(_uses(static.initial)))
    for owner in program.classes.values():
        constructor = owner.constructor
        yield of_constructor(owner.name), _Definition(constructor.span, tuple(_uses(constructor.body)))


def _reached(
    definitions: dict[MemberKey, _Definition], roots: list[MemberKey], *, into_library: bool
) -> list[MemberKey]:
    found, waiting = dict[MemberKey, None](), list(roots)
    while waiting:
        key = waiting.pop()
        definition = definitions.get(key)
        if definition is None or key in found or (definition.is_standard and not into_library):
            continue
        found[key] = None
        waiting.extend(use.called for use in definition.uses)
    return list(found)


def _holds(span: Span, place: Span) -> bool:
    return span.start <= place.start < span.end


def _uses(root: object) -> Iterator[Crossing]:
    """Yield the calls in a body, an expression included; iterations of a loop that are one block count once."""
    waiting, seen = [root], set[int]()
    while waiting:
        node = waiting.pop()
        if isinstance(node, tuple):
            waiting.extend(node)
        elif is_dataclass(node) and id(node) not in seen and not isinstance(node, Span | MemberKey):
            seen.add(id(node))
            match node:
                case typed.Invoke(span=span, function=function):
                    yield Crossing(span, function)
                case typed.Construct(span=span, type=made):
                    yield Crossing(span, of_constructor(made.name))
                case typed.StaticValue(span=span, key=key):
                    yield Crossing(span, key)
                case _:
                    pass
            waiting.extend(getattr(node, field.name) for field in fields(node) if field.name not in {"span", "type"})
