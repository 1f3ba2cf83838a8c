"""Constant positions: names that a body needs as compile-time constants in sizes, bounds and arguments.

Used before a loop is checked: a body that needs no constant value of the induction variable is the same in each
iteration. The answer may be a needless yes (for a call with the name of a function that takes constants).
"""

from collections.abc import Iterable

from penstockc.language.builtins import BUILTINS
from penstockc.syntax import ast
from penstockc.syntax.ast.walking import Node, walk


def constant_takers(classes: Iterable[ast.Class]) -> frozenset[str]:
    """Return the names of all functions that take compile-time constants, built-in ones included."""
    declared = (
        member.name.text
        for node in classes
        for member in node.members
        if isinstance(member, ast.Function)
        and any(ast.Modifier.STATIC in parameter.modifiers for parameter in member.parameters)
    )
    return frozenset(declared) | {row.name for row in BUILTINS.values() if row.constants}


def demands(node: Node, name: str, takers: frozenset[str]) -> bool:
    """Return whether `node` uses `name` where a compile-time constant is required."""
    return any(_mentions(spot, name) for part in walk(node) for spot in _spots(part, takers))


def _spots(node: Node, takers: frozenset[str]) -> tuple[ast.Expression, ...]:
    """Return the expressions directly in a node that must be compile-time constants, or may have to be."""
    match node:
        case ast.Loop(count=count):
            return (count,)
        case ast.SizedType(size=size) if size is not None:
            return (size,)
        case ast.Call(function=function, arguments=arguments) if function.text in takers:
            return arguments
        case ast.MethodCall(function=function, arguments=arguments) if function.text in takers:
            return arguments
        case _:
            return ()


def _mentions(node: Node, name: str) -> bool:
    return any(isinstance(part, ast.Name) and part.text == name for part in walk(node))
