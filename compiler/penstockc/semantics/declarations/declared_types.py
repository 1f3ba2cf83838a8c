"""Declared structs and libraries of a compilation, for callers that make values from outside.

Each is there once, a generic one with its type parameters open; aliases are expanded, sizes are
numbers. Declarations that cannot be compiled (and are not reached) are left out silently.
"""

from collections.abc import Iterable, Iterator

from penstockc.language.types import LibraryType, StructType, Type
from penstockc.semantics import typed
from penstockc.semantics.declarations.members import Classes
from penstockc.semantics.declarations.types import Types, as_written


def structs(types: Types, names: Iterable[str]) -> Iterator[typed.Struct]:
    """Yield the structs that have these names."""
    for name in names:
        declared = types.as_declared(name)
        if isinstance(declared, StructType):
            yield typed.Struct(name, types.parameters_of(name), _written(declared.fields))


def libraries(types: Types, classes: Classes, names: Iterable[str]) -> Iterator[typed.Library]:
    """Yield the libraries (and contracts) that have these names."""
    for name in names:
        declared = types.as_declared(name)
        if not isinstance(declared, LibraryType):
            continue
        constructor = classes[declared.name].constructor
        arguments = [(entry.name.text, entry.type) for entry in constructor.parameters if entry.type is not None]
        if len(arguments) == len(constructor.parameters):
            yield typed.Library(
                name,
                types.parameters_of(name),
                constructor.node is None,
                _written(arguments),
                _written(declared.fields),
            )


def _written(fields: Iterable[tuple[str, Type]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, as_written(kind)) for name, kind in fields)
