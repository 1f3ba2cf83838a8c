"""Where the official compiler points, when that is somewhere else than where we do.

In: the files' trees. Out: for the spans of some small things the span of the larger one that stands for them in the
official compiler's messages: an array's size is blamed on the whole declaration, and an induction variable is declared
by its whole loop.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import assert_never

from penstockc.source import Span
from penstockc.syntax import ast
from penstockc.syntax.ast.walking import walk

Typed = ast.Declare | ast.Parameter | ast.Property | ast.StructField


def official_spans(trees: Iterable[ast.Module]) -> Mapping[Span, Span]:
    """Return the spans to point at instead, by the spans that our diagnostics have."""
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
    """The sizes in each declaration's type, and its type and name."""
    for declared in declarations:
        written = declared.type
        while isinstance(written, ast.SizedType):
            if written.size is not None and declared.type is not None:
                yield written.size.span, declared.type.span.merge(declared.name.span)
            written = written.element
