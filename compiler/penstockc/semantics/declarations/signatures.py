"""Declarations of functions and constructors as text for messages: `f(int x, bytes[2] parts) : bool`."""

from penstockc.semantics.declarations.headers import ClassHeader, FunctionHeader
from penstockc.syntax import ast
from penstockc.syntax.ast import Modifier


def of_function(function: FunctionHeader) -> str:
    """Return the declaration of a function, without its modifiers."""
    node = function.node
    result = "" if node.result is None else f" : {_type(node.result)}"
    return f"{node.name.text}({_parameters(node.parameters)}){result}"


def of_constructor(owner: ClassHeader) -> str:
    """Return the `new` expression of a class, with its parameters."""
    header = owner.constructor
    if header.node is not None:
        return f"new {owner.name}({_parameters(header.node.parameters)})"
    implicit = (f"{parameter.type or '..'} {parameter.name.text}" for parameter in header.parameters)
    return f"new {owner.name}({', '.join(implicit)})"


def _parameters(nodes: tuple[ast.Parameter, ...]) -> str:
    return ", ".join(
        f"{'static const ' if Modifier.STATIC in node.modifiers else ''}{_type(node.type)} {node.name.text}"
        for node in nodes
    )


def _type(written: ast.TypeExpression) -> str:
    """Return a type as written; a size that is neither a number nor a name is `..`."""
    match written:
        case ast.NamedType(name=name, arguments=arguments):
            return name.text + (f"<{', '.join(map(_type, arguments))}>" if arguments else "")
        case ast.SizedType():
            sizes = ""
            inner: ast.TypeExpression = written
            while isinstance(inner, ast.SizedType):
                sizes, inner = f"{sizes}[{_size(inner.size)}]", inner.element
            return _type(inner) + sizes


def _size(node: ast.Expression | None) -> str:
    match node:
        case None:
            return ""
        case ast.IntLiteral(value=value):
            return str(value)
        case ast.Name(text=text):
            return text
        case ast.Member(base=ast.Name(text=text), name=name):
            return f"{text}.{name.text}"
        case _:
            return ".."
