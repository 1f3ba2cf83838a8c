"""Copy of a frozen dataclass with some fields replaced: `dataclasses.replace` in two thirds of the time.

Machines make several copies of a state for each chunk, and states have many fields. All fields must be arguments of the
constructor, as those of states and messages are.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar

Value = TypeVar("Value")


def replace(value: Value, **changes: object) -> Value:
    """Return a copy of a dataclass with these fields replaced.

    Raises:
        KeyError: it has no such field.
    """
    kind: type[Any] = type(value)
    places, read = _shape(kind)  # type: ignore[arg-type] # every class has a hash
    values = list(read(value))
    for name, new in changes.items():
        values[places[name]] = new
    return kind(*values)  # type: ignore[no-any-return] # of the type of the value


@cache
def _shape(kind: type[Any]) -> tuple[Mapping[str, int], Callable[[object], tuple[object, ...]]]:
    """Return the places of the fields among the arguments, and the function that reads all of them."""
    names = [field.name for field in fields(kind)]
    return {name: place for place, name in enumerate(names)}, attrgetter(*names)
