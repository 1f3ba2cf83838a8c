"""Syntax tree as text: `(Binary (Name x) + (IntLiteral 1))`.

A node is its class and its fields, in their order; lists are in brackets, `-` means absent.
Spans are left out: two files that differ in white space and comments alone have the same text.
"""

from collections.abc import Iterable
from enum import StrEnum

from penstock.records import Record
from penstockc.source import Span
from penstockc.syntax import ast

_INDENT = "  "


def tree_text(node: object, width: int | None = None) -> str:
    """Return a node of `penstockc.syntax.ast`, or a part of one, with all its parts.

    Args:
        node: the node.
        width: limit of characters on one line, without the indent. None: all on one line.
    """
    return "\n".join(_lines(node, width))


def _lines(node: object, width: int | None) -> list[str]:
    match node:
        case ast.Identifier(text=text):
            return [text]
        case ast.Modifiers(present=present):
            return [" ".join(sorted(present)) or "-"]
        case StrEnum() | str() | bool() | int():
            return [str(node)]
        case bytes():
            return [f"'{node.hex()}'"]
        case None:
            return ["-"]
        case tuple():
            return _group("[", (_lines(part, width) for part in node), "]", width)
        case Record():
            values = (getattr(node, name) for name in node.__struct_fields__)
            parts = [[type(node).__name__], *(_lines(value, width) for value in values if not isinstance(value, Span))]
            return _group("(", parts, ")", width)
        case _:
            raise TypeError(node)


def _group(opening: str, parts: Iterable[list[str]], closing: str, width: int | None) -> list[str]:
    """Return the parts on one line if they fit; else the leading parts of one line each, and the others indented."""
    rest = list(parts)
    flat = f"{opening}{' '.join(' '.join(part) for part in rest)}{closing}"
    if width is None or (len(flat) <= width and all(len(part) == 1 for part in rest)):
        return [flat]
    head: list[str] = []
    while opening == "(" and rest and len(rest[0]) == 1 and rest[0][0][0] not in "([":
        head += rest.pop(0)
    lines = [f"{_INDENT}{line}" for part in rest for line in part]
    if not lines:  # one long literal
        return [flat]
    return [opening + " ".join(head), *lines[:-1], f"{lines[-1]}{closing}"]
