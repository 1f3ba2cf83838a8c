"""Helpers for walks over the typed tree."""

import re

from penstockc.semantics import typed
from penstockc.source import Sources, Span
from penstockc.syntax.standard import BASE


def is_own(span: Span) -> bool:
    """Return whether a span is in the files of the compilation, not in code that the compiler adds."""
    return span.start < BASE


def root(place: typed.Expression) -> tuple[typed.Expression, str | None]:
    """Return the variable that a place is a part of, and for `this` the name of the property."""
    name = None
    while isinstance(place, typed.Field | typed.Index):
        name = place.name if isinstance(place, typed.Field) else None
        place = place.base
    return place, name if isinstance(place, typed.This) else None


def name_span(sources: Sources, function: typed.Function) -> Span:
    """Return the span of the declared name of a function."""
    source = sources.find(function.span.start)
    text = source.text[function.span.start - source.base : function.span.end - source.base]
    found = re.search(rf"\bfunction\s+({re.escape(function.key.name)})\b", text)
    if found is None:  # a comment is between
        return function.span
    return Span(function.span.start + found.start(1), function.span.start + found.end(1))
