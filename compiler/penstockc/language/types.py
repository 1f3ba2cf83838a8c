"""Types of values, resolved: aliases expanded, sizes known, names bound.

Basic types are rows of `BasicType`. Structs and libraries are nominal: two are equal when their names are, type
arguments included. A value of such a type is its fields flattened in order, first leaf deepest.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from penstock.artifact.artifact import BasicType, Kind
from penstock.records import Record

OPEN: Final = 0
"""The size of an array that its value determines (`int[] x = [1, 2];`). No value has a type with it."""


@dataclass(frozen=True, slots=True)
class StructType:
    """A value written `{..}`: named fields, each with its type.

    `name` is that of the instance, with its type arguments if it has any: `Pair<int,bytes>`.
    """

    name: str
    fields: tuple[tuple[str, "Type"], ...] = field(compare=False)
    arguments: tuple["Type", ...] = field(default=(), compare=False)

    def __str__(self) -> str:
        return self.name

    @property
    def declared_name(self) -> str:
        """The name without type arguments."""
        return self.name.partition("<")[0]


@dataclass(frozen=True, slots=True)
class LibraryType:
    """A value made by `new L(..)`: the properties of library (or contract) `name`, each with its type.

    `name` is that of the instance, with its type arguments if it has any: `HashedMap<int,bytes>`.
    """

    name: str
    fields: tuple[tuple[str, "Type"], ...] = field(compare=False)
    arguments: tuple["Type", ...] = field(default=(), compare=False)

    def __str__(self) -> str:
        return self.name

    @property
    def declared_name(self) -> str:
        """The name without type arguments."""
        return self.name.partition("<")[0]


class ArrayType(Record, frozen=True):
    """`size` elements of one type; the first element lies deepest."""

    element: "Type"
    size: int

    def __str__(self) -> str:
        dimensions, inner = f"[{self.size or ''}]", self.element
        while isinstance(inner, ArrayType):
            dimensions, inner = f"{dimensions}[{inner.size or ''}]", inner.element
        return f"{inner}{dimensions}"


Type = BasicType | StructType | LibraryType | ArrayType


def leaves(kind_of: Type) -> tuple[Kind, ...]:
    """Return the kinds of the stack items of a value of this type, deepest first."""
    match kind_of:
        case BasicType():
            return (kind_of.kind,)
        case StructType(fields=fields) | LibraryType(fields=fields):
            return tuple(leaf for _, field_type in fields for leaf in leaves(field_type))
        case ArrayType(element=element, size=size):
            return leaves(element) * size


def basic_leaves(kind_of: Type) -> tuple[BasicType, ...]:
    """Return the basic types of the stack items of a value of this type, deepest first."""
    match kind_of:
        case BasicType():
            return (kind_of,)
        case StructType(fields=fields) | LibraryType(fields=fields):
            return tuple(leaf for _, field_type in fields for leaf in basic_leaves(field_type))
        case ArrayType(element=element, size=size):
            return basic_leaves(element) * size


def size_of(kind_of: Type) -> int:
    """Return the number of stack items of a value of this type."""
    match kind_of:
        case BasicType():
            return 1
        case StructType(fields=fields) | LibraryType(fields=fields):
            return sum(size_of(field_type) for _, field_type in fields)
        case ArrayType(element=element, size=size):
            return size * size_of(element)


def named_parts(kind_of: Type) -> Iterator[StructType | LibraryType]:
    """Yield the structs and libraries in a value of this type, itself first."""
    match kind_of:
        case BasicType():
            return
        case ArrayType(element=element):
            yield from named_parts(element)
        case StructType(fields=fields) | LibraryType(fields=fields):
            yield kind_of
            for _, field_type in fields:
                yield from named_parts(field_type)
