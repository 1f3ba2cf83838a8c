"""Values of the source, whose basic parts are terms: arrays as tuples, structs and instances as records.

The parts of a value of a constructor or an argument are named as the placeholders and arguments of the artifact are.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from penstock.artifact.artifact import BasicType, Kind
from penstock.prove.terms.node import FALSE, Sort, Term
from penstock.prove.terms.numbers import ZERO
from penstock.prove.terms.rewriting import choose
from penstock.prove.terms.strings import EMPTY
from penstockc.language.types import ArrayType, LibraryType, StructType, Type


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """A value with fields by name."""

    fields: dict[str, "Value"]

    def replace(self, name: str, value: "Value") -> "Record":
        """Return the record with another value of a field."""
        return Record({**self.fields, name: value})


Value = Term | tuple["Value", ...] | Record

SORTS = {Kind.INT: Sort.INT, Kind.BOOL: Sort.BOOL, Kind.BYTES: Sort.BYTES}
_ZEROS = {Kind.INT: ZERO, Kind.BOOL: FALSE, Kind.BYTES: EMPTY}


def zero(type_: Type) -> Value:
    """Return the value of a property before the constructor assigns it."""
    match type_:
        case BasicType():
            return _ZEROS[type_.kind]
        case ArrayType(element=element, size=size):
            return (zero(element),) * size
        case StructType(fields=fields) | LibraryType(fields=fields):
            return Record({name: zero(of) for name, of in fields})


def leaves_of(value: Value) -> Iterator[Term]:
    """Yield the basic parts of a value, in order."""
    match value:
        case Term():
            yield value
        case tuple():
            for each in value:
                yield from leaves_of(each)
        case Record(fields=fields):
            for each in fields.values():
                yield from leaves_of(each)


def value_of(type_: Type, leaves: Iterator[Term]) -> Value:
    """Return the value of a type from its basic parts, in order."""
    match type_:
        case BasicType():
            return next(leaves)
        case ArrayType(element=element, size=size):
            return tuple(value_of(element, leaves) for _ in range(size))
        case StructType(fields=fields) | LibraryType(fields=fields):
            return Record({name: value_of(of, leaves) for name, of in fields})


def merged(choice: Callable[[Term, Term], Term], one: Value, other: Value) -> Value:
    """Return a value whose parts are chosen from those of two values of one type."""
    if one is other:
        return one
    match one, other:
        case Term(), Term():
            return choice(one, other)
        case tuple(), tuple():
            return tuple(merged(choice, *pair) for pair in zip(one, other, strict=True))
        case Record(), Record():
            return Record({name: merged(choice, each, other.fields[name]) for name, each in one.fields.items()})
        case _:
            raise TypeError(f"{one!r} and {other!r} are not of one type")


def chosen(condition: Term, one: Value, other: Value) -> Value:
    """Return one value where a condition holds, else the other."""
    return merged(lambda left, right: choose(condition, left, right), one, other)
