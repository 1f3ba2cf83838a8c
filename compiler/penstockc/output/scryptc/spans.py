"""Spans of the official compiler's messages, where they differ from ours.

In: the files' trees. Out: for the spans of some small nodes the span of the larger one that the official
compiler's messages point at: for an array's size the whole declaration, for an induction variable its whole loop.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import assert_never

from penstockc.source import Span
from penstockc.syntax import ast
from penstockc.syntax.ast.walking import walk

Typed = ast.Declare | ast.Parameter | ast.Property | ast.StructField


def official_spans(trees: Iterable[ast.Module]) -> Mapping[Span, Span]:
    """Return the spans of the official compiler, by ours."""
    return {ours: theirs for module in trees for item in module.declarations for ours, theirs in _of(item)}


def _of(item: ast.Declaration) -> Iterator[tuple[Span, Span]]:
    match item:
        case ast.Struct(fields=fields):
            yield from _sizes(fields)
        case ast.Class(members=members):
            for member in members:
                yield from _of_member(member)
        case ast.Import() | ast.Alias():
            return
        case _:
            assert_never(item)


def _of_member(member: ast.ClassMember) -> Iterator[tuple[Span, Span]]:
    match member:
        case ast.Property():
            yield from _sizes((member,))
        case ast.Constructor(parameters=parameters, body=body) | ast.Function(parameters=parameters, body=body):
            yield from _sizes(parameters)
            inside = list(walk(body))
            yield from _sizes(node for node in inside if isinstance(node, ast.Declare))
            yield from (
                (node.variable.span, node.span) for node in inside if isinstance(node, ast.Loop) and node.variable
            )
        case _:
            assert_never(member)


def _sizes(declarations: Iterable[Typed]) -> Iterator[tuple[Span, Span]]:
    """Yield the sizes in each declaration's type, and its type and name."""
    for declared in declarations:
        written = declared.type
        while isinstance(written, ast.SizedType):
            if written.size is not None and declared.type is not None:
                yield written.size.span, declared.type.span.merge(declared.name.span)
            written = written.element
