"""Copy of a frozen dataclass with some fields replaced: `dataclasses.replace` in a third of the time.

Machines make several copies of a state for each chunk, and states have many fields. The constructor of a frozen class
sets each of them by a function. So a draft is made: of a class with the same slots that is not frozen. It becomes a
value of the frozen class in one assignment, before anything else has seen it. All fields must be arguments of the
constructor, as those of states and messages are. Values of a class that checks its arguments, or has a base, come from
its constructor.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, make_dataclass
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class _Shape:
    """How values of a class are copied.

    Attributes:
        places: the places of the fields among the arguments.
        read: returns the values of all fields.
        draft: the class with the same slots; the class itself if its constructor has to make its values.
    """

    places: Mapping[str, int]
    read: Callable[[object], tuple[object, ...]]
    draft: type[Any]


def replace(value: Value, **changes: object) -> Value:
    """Return a copy of a dataclass with these fields replaced.

    Raises:
        KeyError: it has no such field.
    """
    kind: type[Any] = type(value)
    shape = _shape(kind)  # type: ignore[arg-type] # every class has a hash
    values = list(shape.read(value))
    for name, new in changes.items():
        values[shape.places[name]] = new
    made = shape.draft(*values)
    if shape.draft is not kind:
        made.__class__ = kind
    return made  # type: ignore[no-any-return] # of the class of the value


@cache
def _shape(kind: type[Any]) -> _Shape:
    """Return how values of a class are copied."""
    names = [field.name for field in fields(kind)]
    has_slots_alone = kind.__bases__ == (object,) and "__slots__" in vars(kind)
    is_plain = has_slots_alone and not hasattr(kind, "__post_init__")
    draft = make_dataclass(kind.__name__, names, slots=True) if is_plain else kind
    return _Shape({name: place for place, name in enumerate(names)}, attrgetter(*names), draft)
