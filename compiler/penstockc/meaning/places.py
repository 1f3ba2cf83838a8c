"""Places: the variables of a running function, and reads and writes of places of the typed tree."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import assert_never

from penstock.records import Record
from penstockc.diagnostics import InternalError
from penstockc.language.abort import Abort
from penstockc.meaning.values import RecordValue, Value
from penstockc.semantics import typed

Statics = dict[typed.MemberKey, Value]


@dataclass(slots=True)
class Frame:
    """One running function: its `this` (None in a static one), its locals, and the statics that all frames share."""

    this: Value | None
    statics: Statics
    locals: dict[tuple[str, int], Value] = field(default_factory=dict)

    def declare(self, local: typed.Local, value: Value) -> None:
        """Set the value of `local`."""
        self.locals[local.name, local.number] = value


Variable = typed.LocalValue | typed.This | typed.StaticValue


class ValuePlace(Record, frozen=True):
    """A place whose indices are known: a variable, then the names and indices that select a part of its value."""

    variable: Variable
    path: tuple[str | int, ...] = ()


def locate(place: typed.Place, index_of: Callable[[typed.Index], int]) -> ValuePlace:
    """Locate `place`; `index_of` evaluates the indices of its elements, from left to right."""
    match place:
        case typed.LocalValue() | typed.This() | typed.StaticValue():
            return ValuePlace(place)
        case typed.Field(base=base, name=name):
            outer = locate(_place(base), index_of)
            return ValuePlace(outer.variable, (*outer.path, name))
        case typed.Index(base=base):
            outer = locate(_place(base), index_of)
            return ValuePlace(outer.variable, (*outer.path, index_of(place)))
        case _:
            assert_never(place)


def read(spot: ValuePlace, frame: Frame) -> Value:
    """Return the value at `spot`.

    Raises:
        Abort: an index is outside of its array.
    """
    value = _variable(spot.variable, frame)
    for step in spot.path:
        value = part_of(value, step)
    return value


def write(spot: ValuePlace, value: Value, frame: Frame) -> None:
    """Write `value` to `spot`; raises as `read`."""
    whole = _replaced(_variable(spot.variable, frame), spot.path, value) if spot.path else value
    match spot.variable:
        case typed.LocalValue(local=local):
            frame.declare(local, whole)
        case typed.This():
            frame.this = whole
        case typed.StaticValue(key=key):
            frame.statics[key] = whole


def part_of(value: Value, step: str | int) -> Value:
    """Return a field of an instance, or an element of an array; raises as `read`."""
    match step:
        case str():
            return _instance(value).properties[step]
        case int():
            return _array(value)[_checked(step, _array(value))]


def _variable(variable: Variable, frame: Frame) -> Value:
    match variable:
        case typed.LocalValue(local=local):
            return frame.locals[local.name, local.number]
        case typed.This():
            return this_of(frame)
        case typed.StaticValue(key=key):
            return frame.statics[key]


def _replaced(whole: Value, path: tuple[str | int, ...], value: Value) -> Value:
    if not path:
        return value
    step, *deeper = path
    part = _replaced(part_of(whole, step), tuple(deeper), value)
    match step:
        case str():
            return _instance(whole).replace(step, part)
        case int():
            elements = _array(whole)
            return (*elements[:step], part, *elements[step + 1 :])


def this_of(frame: Frame) -> Value:
    """Return the instance whose method or constructor runs."""
    if frame.this is None:
        raise InternalError("`this` in a static function")
    return frame.this


def _checked(index: int, elements: tuple[Value, ...]) -> int:
    if not 0 <= index < len(elements):
        raise Abort(f"index {index} is outside of {len(elements)} elements")
    return index


def _instance(value: Value) -> RecordValue:
    if not isinstance(value, RecordValue):
        raise InternalError(f"a field of {value!r}")
    return value


def _array(value: Value) -> tuple[Value, ...]:
    if not isinstance(value, tuple):
        raise InternalError(f"an element of {value!r}")
    return value


def _place(expression: typed.Expression) -> typed.Place:
    if not typed.is_place(expression):
        raise InternalError("a part of a value that is not a place was assigned")
    return expression
