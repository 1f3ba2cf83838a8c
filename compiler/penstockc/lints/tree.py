"""Going through the typed tree: all statements and expressions of a definition."""

import re
from collections.abc import Iterator

from penstockc.meaning.reach import expressions_of, operands_of
from penstockc.semantics import typed
from penstockc.source import Sources, Span
from penstockc.syntax.standard import BASE


def is_own(span: Span) -> bool:
    """Tell whether something stands in the files of the compilation, and not in what the compiler adds."""
    return span.start < BASE


def statements_in(block: typed.Block) -> Iterator[typed.Statement]:
    """Yield every statement in a block, outer ones first; what iterations of a loop share comes once."""
    for statement in block.statements:
        yield statement
        match statement:
            case typed.Block():
                yield from statements_in(statement)
            case typed.If(then=then, otherwise=otherwise):
                yield from statements_in(then)
                yield from statements_in(otherwise)
            case typed.Loop(iterations=iterations):
                for iteration in distinct(iterations):
                    yield from statements_in(iteration)
            case _:
                pass


def distinct(iterations: tuple[typed.Block, ...]) -> tuple[typed.Block, ...]:
    """Return the blocks of a loop, each once: mostly they are one and the same."""
    return tuple({id(block): block for block in iterations}.values())


def expressions_in(statement: typed.Statement) -> Iterator[typed.Expression]:
    """Yield every expression of a statement, outer ones first; those of statements inside it are not among them."""
    match statement:
        case typed.Block() | typed.Loop():
            return
        case typed.If(condition=condition):
            yield from inside(condition)
        case _:
            for expression in expressions_of(statement):
                yield from inside(expression)


def inside(expression: typed.Expression) -> Iterator[typed.Expression]:
    """Yield an expression and all in it."""
    waiting = [expression]  # not by recursion: every level would hand on every expression below it
    while waiting:
        expression = waiting.pop()
        yield expression
        waiting.extend(reversed(tuple(operands_of(expression))))


def root(place: typed.Expression) -> tuple[typed.Expression, str | None]:
    """Return the variable that a place is a part of, and of `this` the name of the property."""
    name = None
    while isinstance(place, typed.Field | typed.Index):
        name = place.name if isinstance(place, typed.Field) else None
        place = place.base
    return place, name if isinstance(place, typed.This) else None


def name_span(sources: Sources, function: typed.Function) -> Span:
    """Return where the name of a function is declared."""
    source = sources.find(function.span.start)
    text = source.text[function.span.start - source.base : function.span.end - source.base]
    found = re.search(rf"\bfunction\s+({re.escape(function.key.name)})\b", text)
    if found is None:  # a comment stands between
        return function.span
    return Span(function.span.start + found.start(1), function.span.start + found.end(1))
