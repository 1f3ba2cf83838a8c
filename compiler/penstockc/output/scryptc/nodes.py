"""Nodes of the syntax tree for SDKs: a kind, a place and fields; types and sizes as text."""

from collections.abc import Iterator
from typing import assert_never

from penstockc.output.scryptc.places import place
from penstockc.source import Source, Span
from penstockc.syntax import ast

Node = dict[str, object]


class NodeWriter:
    """Writes nodes of one file."""

    def __init__(self, source: Source) -> None:
        self.source = source

    def node(self, kind: str, span: Span, **fields: object) -> Node:
        """Return a node of a kind at a place."""
        return {"nodeType": kind, "src": place(self.source, span), **fields}

    def text(self, span: Span, blank: str = "") -> str:
        """Return the text of a span, without its blanks, or with one in place of several."""
        return blank.join(self.source.text[span.start - self.source.base : span.end - self.source.base].split())

    def type(self, written: ast.TypeExpression | None) -> str:
        """Return a type as written, without blanks."""
        return "auto" if written is None else "".join(self._type_words(written))

    def _type_words(self, written: ast.TypeExpression) -> Iterator[str]:
        match written:
            case ast.NamedType(name=name, arguments=arguments):
                yield name.text
                if arguments:
                    yield f"<{','.join(map(self.type, arguments))}>"
            case ast.SizedType(size=size, element=element):
                sizes = [size]
                while isinstance(element, ast.SizedType):
                    sizes.append(element.size)
                    element = element.element
                yield from self._type_words(element)
                yield from (f"[{'' if size is None else self.text(size.span)}]" for size in sizes)
            case _:
                assert_never(written)
