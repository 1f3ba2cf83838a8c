"""Where a body cannot do without the value of one of its names: sizes, bounds and compile-time arguments.

Asked before a loop is checked: a body that demands nothing of the induction variable is the same in each iteration.
The answer may be yes without need (a call of anything that shares its name with a function that takes constants).
"""

from collections.abc import Iterable

from penstockc.language.builtins import BUILTINS
from penstockc.syntax import ast
from penstockc.syntax.ast.walking import Node, walk


def constant_takers(classes: Iterable[ast.Class]) -> frozenset[str]:
    """The names of all functions that take compile-time constants, built-in ones included."""
    declared = (
        member.name.text
        for node in classes
        for member in node.members
        if isinstance(member, ast.Function)
        and any(ast.Modifier.STATIC in parameter.modifiers for parameter in member.parameters)
    )
    return frozenset(declared) | {row.name for row in BUILTINS.values() if row.constants}


def demands(node: Node, name: str, takers: frozenset[str]) -> bool:
    """Whether `name` stands where a compile-time constant must, in `node`."""
    return any(_mentions(spot, name) for part in walk(node) for spot in _spots(part, takers))


def _spots(node: Node, takers: frozenset[str]) -> tuple[ast.Expression, ...]:
    """The expressions directly in a node that must be compile-time constants, or may have to be."""
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
