"""What the variables of the running function hold.

Places are read and written as tuples of leaves. Nothing here writes code: assigning is giving a name to other values.
"""

from dataclasses import dataclass
from typing import assert_never

from penstockc.diagnostics import InternalError
from penstockc.ir.nodes import Value
from penstockc.language.types import LibraryType, leaves
from penstockc.meaning.places import is_place
from penstockc.semantics import typed

Leaves = tuple[Value, ...]
Variable = tuple[str, int] | typed.MemberKey | None
"""A local by name and number, a static by its key, or (None) `this`."""


@dataclass(slots=True)
class Environment:
    """The variables of one function while it is being lowered, the program's statics among them."""

    variables: dict[Variable, Leaves]

    def copy(self) -> "Environment":
        """Return an environment that can change on its own."""
        return Environment(dict(self.variables))

    def for_call(self, this: Leaves | None, parameters: tuple[typed.Local, ...], values: list[Leaves]) -> "Environment":
        """Return the environment in which a called function starts."""
        variables: dict[Variable, Leaves] = {**self._statics()}
        if this is not None:
            variables[None] = this
        callee = Environment(variables)
        for parameter, value in zip(parameters, values, strict=True):
            callee.declare(parameter, value)
        return callee

    def after_call(self, callee: "Environment") -> None:
        """Take over what a called function did to the statics."""
        self.variables |= callee._statics()  # noqa: SLF001 - the same class

    def _statics(self) -> dict[Variable, Leaves]:
        return {key: value for key, value in self.variables.items() if isinstance(key, typed.MemberKey)}

    def declare(self, local: typed.Local, value: Leaves) -> None:
        """Bring `local` to life."""
        self.variables[local.name, local.number] = value

    def read(self, place: typed.Place) -> Leaves:
        """Return the leaves at `place`."""
        variable, start, stop = locate(place)
        return self.variables[variable][start:stop]

    def write(self, place: typed.Place, value: Leaves) -> None:
        """Make `place` hold `value`."""
        variable, start, stop = locate(place)
        whole = self.variables[variable]
        self.variables[variable] = (*whole[:start], *value, *whole[stop:])


def locate(place: typed.Place) -> tuple[Variable, int, int]:
    """Return the variable that `place` is in, and which of its leaves it covers (from, to)."""
    match place:
        case typed.LocalValue(local=local, type=kind):
            return (local.name, local.number), 0, len(leaves(kind))
        case typed.StaticValue(key=key, type=kind):
            return key, 0, len(leaves(kind))
        case typed.This(type=kind):
            return None, 0, len(leaves(kind))
        case typed.Field(base=base, name=name):
            if not is_place(base):
                raise InternalError("a field of a value that is no place was assigned")
            variable, start, _ = locate(base)
            first, last = field_range(base.type, name)
            return variable, start + first, start + last
        case _:
            assert_never(place)


def field_range(kind: object, name: str) -> tuple[int, int]:
    """Return which leaves (from, to) of a library's value its property `name` is."""
    if not isinstance(kind, LibraryType):
        raise InternalError(f"field {name} of {kind}")
    start = 0
    for field_name, field_type in kind.fields:
        stop = start + len(leaves(field_type))
        if field_name == name:
            return start, stop
        start = stop
    raise InternalError(f"{kind} has no field {name}")
