"""Syntax trees as short texts, for comparing and reading: `(Binary (Name x) + (IntLiteral 1))`.

Spans are left out, so two texts with other white space have the same tree text.
"""

from dataclasses import fields, is_dataclass
from enum import StrEnum

from penstockc.source import Span
from penstockc.syntax import ast


def tree_text(node: object) -> str:
    """Show a node of `penstockc.syntax.ast` with all that is in it."""
    match node:
        case ast.Identifier(text=text):
            return text
        case ast.Modifiers(present=present):
            return " ".join(sorted(present)) or "-"
        case StrEnum() | bool() | int():
            return str(node)
        case bytes():
            return f"'{node.hex()}'"
        case None:
            return "-"
        case tuple():
            return "[" + " ".join(map(tree_text, node)) + "]"
        case str():
            return node
        case _ if is_dataclass(node):
            parts = [getattr(node, field.name) for field in fields(node)]
            shown = [tree_text(part) for part in parts if not isinstance(part, Span)]
            return f"({' '.join([type(node).__name__, *shown])})"
        case _:
            raise TypeError(node)
