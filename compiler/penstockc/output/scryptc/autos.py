"""Types of `auto` locals and statics, for debuggers: the list `autoTypedVars` of the instructions' file.

In: files with their trees, and the typed program. Out: name, type and place of each `auto` declaration that the main
contract can reach. A generic function has the types of its first instance.
"""

from collections.abc import Iterator

from penstockc.language.types import Type
from penstockc.output.scryptc.places import numbers
from penstockc.semantics import typed
from penstockc.semantics.typed.walking import statements_in
from penstockc.source import Span
from penstockc.syntax import ast
from penstockc.syntax.ast.walking import walk
from penstockc.syntax.imports import Modules


def auto_typed(modules: Modules, program: typed.Program) -> tuple[dict[str, str], ...]:
    """Return a row for each `auto` declaration whose type is known, in source order."""
    types = dict(reversed(list(_types(program))))
    return tuple(
        {"name": name.text, "type": str(types[span]), "src": f"{index}:{numbers(source, name.span)}"}
        for index, (source, tree) in enumerate(zip(modules.sources.files, modules.trees, strict=False))
        for span, name in _autos(tree)
        if span in types
    )


def _types(program: typed.Program) -> Iterator[tuple[Span, Type]]:
    """Yield the spans of declarations with their types."""
    for static in program.statics.values():
        yield static.span, static.type
    bodies = [function.body for function in program.functions.values()]
    bodies += [entry.constructor.body for entry in program.classes.values()]
    for body in bodies:
        for statement in statements_in(body) if isinstance(body, typed.Block) else ():
            if isinstance(statement, typed.Declare):
                yield statement.span, statement.local.type


def _autos(tree: ast.Module) -> Iterator[tuple[Span, ast.Identifier]]:
    for item in tree.declarations:
        for member in item.members if isinstance(item, ast.Class) else ():
            match member:
                case ast.Property(span=span, type=None, name=name):
                    yield span, name
                case ast.Function(body=body) | ast.Constructor(body=body):
                    yield from (
                        (node.span, node.name) for node in walk(body) if isinstance(node, ast.Declare) and not node.type
                    )
                case _:
                    pass
