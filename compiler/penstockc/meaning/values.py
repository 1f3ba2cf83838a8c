"""Values of the evaluator: Python values, one form for each type of the language.

A basic value is an int, a bool or bytes; an array is a tuple of its elements; a value of a struct, library or contract
is a `RecordValue`. All are immutable, so that copies, which the language makes at every assignment, cost nothing.
"""

from collections.abc import Iterator, Mapping

from penstock.artifact.artifact import BasicType, Kind
from penstock.records import Record
from penstockc.language.operations import Value as BasicValue
from penstockc.language.types import ArrayType, LibraryType, StructType, Type


class RecordValue(Record, frozen=True):
    """A value with fields: each by its name, in the order of declaration."""

    properties: Mapping[str, "Value"]

    def replace(self, name: str, value: "Value") -> "RecordValue":
        """Return the instance whose property `name` is `value`."""
        return RecordValue({**self.properties, name: value})


class Unread(int):
    """A number from outside that no operation has read yet. All computed numbers are plain ints."""

    __slots__ = ()


def unread(value: "Value") -> "Value":
    """Return a value from outside with its numbers marked as such."""
    match value:
        case bool() | bytes():
            return value
        case int():
            return Unread(value)
        case tuple():
            return tuple(map(unread, value))
        case RecordValue(properties=properties):
            return RecordValue({name: unread(each) for name, each in properties.items()})


Value = int | bool | bytes | tuple["Value", ...] | RecordValue


def zero(type_: Type) -> Value:
    """Return the value of a property of this type before its constructor assigns it."""
    match type_:
        case BasicType(kind=Kind.INT):
            return 0
        case BasicType(kind=Kind.BOOL):
            return False
        case BasicType():
            return b""
        case ArrayType(element=element, size=size):
            return (zero(element),) * size
        case StructType(fields=fields) | LibraryType(fields=fields):
            return RecordValue({name: zero(field_type) for name, field_type in fields})


def conforms(value: Value, type_: Type) -> bool:
    """Return whether `value` is of this type. Byte lengths are free: contracts have to refuse wrong ones."""
    match type_:
        case BasicType(kind=Kind.INT):
            return isinstance(value, int) and not isinstance(value, bool)
        case BasicType(kind=Kind.BOOL):
            return isinstance(value, bool)
        case BasicType():
            return isinstance(value, bytes)
        case ArrayType(element=element, size=size):
            return isinstance(value, tuple) and len(value) == size and all(conforms(each, element) for each in value)
        case StructType(fields=fields) | LibraryType(fields=fields):
            return (
                isinstance(value, RecordValue)
                and list(value.properties) == [name for name, _ in fields]
                and all(conforms(value.properties[name], field_type) for name, field_type in fields)
            )


def flattened(value: Value) -> Iterator[BasicValue]:
    """Yield the basic values in a value, in order."""
    match value:
        case tuple():
            for element in value:
                yield from flattened(element)
        case RecordValue(properties=properties):
            for each in properties.values():
                yield from flattened(each)
        case _:
            yield value


def unflattened(type_: Type, leaves: Iterator[BasicValue]) -> Value:
    """Return the value of a type from the next of these basic values."""
    match type_:
        case BasicType():
            return next(leaves)
        case ArrayType(element=element, size=size):
            return tuple(unflattened(element, leaves) for _ in range(size))
        case StructType(fields=fields) | LibraryType(fields=fields):
            return RecordValue({name: unflattened(field_type, leaves) for name, field_type in fields})
