"""Where values live while a function runs, and how places of the typed tree are read and written."""

from dataclasses import dataclass, field
from typing import TypeGuard, assert_never

from penstockc.diagnostics import InternalError
from penstockc.meaning.values import Instance, Value
from penstockc.semantics import typed

Statics = dict[typed.MemberKey, Value]


@dataclass(slots=True)
class Frame:
    """One running function: its `this` (None in a static one), its locals, and the statics that all frames share."""

    this: Value | None
    statics: Statics
    locals: dict[tuple[str, int], Value] = field(default_factory=dict)

    def declare(self, local: typed.Local, value: Value) -> None:
        """Bring `local` to life."""
        self.locals[local.name, local.number] = value


def is_place(expression: typed.Expression) -> TypeGuard[typed.Place]:
    """Tell whether `expression` names something that can be assigned."""
    match expression:
        case typed.LocalValue() | typed.This() | typed.StaticValue():
            return True
        case typed.Field(base=base):
            return is_place(base)
        case _:
            return False


def read(place: typed.Place, frame: Frame) -> Value:
    """Return the value at `place`."""
    match place:
        case typed.LocalValue(local=local):
            return frame.locals[local.name, local.number]
        case typed.This():
            return this_of(frame)
        case typed.StaticValue(key=key):
            return frame.statics[key]
        case typed.Field(base=base, name=name):
            return field_of(read(_place(base), frame), name)
        case _:
            assert_never(place)


def write(place: typed.Place, value: Value, frame: Frame) -> None:
    """Make `place` hold `value`."""
    match place:
        case typed.LocalValue(local=local):
            frame.declare(local, value)
        case typed.This():
            frame.this = value
        case typed.StaticValue(key=key):
            frame.statics[key] = value
        case typed.Field(base=base, name=name):
            outer = _place(base)
            write(outer, _instance(read(outer, frame)).replace(name, value), frame)
        case _:
            assert_never(place)


def this_of(frame: Frame) -> Value:
    """Return the instance whose method or constructor runs."""
    if frame.this is None:
        raise InternalError("`this` in a static function")
    return frame.this


def field_of(value: Value, name: str) -> Value:
    """Return property `name` of an instance."""
    return _instance(value).properties[name]


def _instance(value: Value) -> Instance:
    if not isinstance(value, Instance):
        raise InternalError(f"a field of {value!r}")
    return value


def _place(expression: typed.Expression) -> typed.Place:
    if not is_place(expression):
        raise InternalError("a field of a value that is no place was assigned")
    return expression
