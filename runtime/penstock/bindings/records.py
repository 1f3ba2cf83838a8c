"""Records: structs, libraries and states of contracts as frozen dataclasses.

In: values as bindings take them, or as `Contract.state` gives them. Out: values as `Contract` takes them, or typed.
Fields are matched by their order, since a name that Python does not allow is another one in a record.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeGuard, TypeVar, get_args, get_origin, get_type_hints

from penstock.contract.values.hashed import HashedMap, SortedItem
from penstock.contract.values.shape import ArrayShape, RecordShape, Shape

T = TypeVar("T")


class Record:
    """Base of the dataclasses of bindings. Arrays are kept as tuples, so that records compare and hash."""

    __slots__ = ()

    def __post_init__(self) -> None:
        for name in _names(type(self)):
            value = getattr(self, name)
            if is_array(value):
                object.__setattr__(self, name, tuple(value))


@dataclass(frozen=True, slots=True)
class HashedData:
    """A `HashedMap` or `HashedSet` as its contract stores it: hashes, without the keys and values.

    Attributes:
        data: the same as `data` of a `HashedMap` or `HashedSet` with the same contents.
    """

    data: bytes

    def as_fields(self) -> Mapping[str, object]:
        """Return it as the library's properties."""
        return {"_data": self.data}


def plain(value: object, shape: Shape) -> object:
    """Return a value with dicts in place of records and lists in place of sequences, as a contract takes it.

    Values that do not fit the shape are left as they are, for the error of their check.
    """
    match shape:
        case ArrayShape(element=element) if is_array(value):
            return [plain(each, element) for each in value]
        case RecordShape(name=name, fields=(item, _)) if name == SortedItem.__name__ and not isinstance(
            value, SortedItem
        ):
            return plain(value, item.shape)
        case RecordShape(name=name) if name == HashedMap.__name__ and isinstance(value, Mapping):
            return HashedMap(value) if any(isinstance(key, Record) for key in value) else value
        case RecordShape(fields=inner) if isinstance(value, Record | SortedItem):
            parts = _parts(value)
            if len(parts) != len(inner):
                return value
            return {field.name: plain(part, field.shape) for field, part in zip(inner, parts, strict=True)}
        case _:
            return value


def typed(hint: type[T], value: object) -> T:
    """Return a value of a state as its annotation says: records for dicts, tuples for lists.

    Args:
        hint: the annotation: the class of a record, or of a record's field.
        value: the value, in the form of `Contract.state`.
    """
    made: Any
    match value:
        case list():
            made = tuple(typed(get_args(hint)[0], each) for each in value)
        case {"item": item, "idx": index} if get_origin(hint) is SortedItem:
            made = SortedItem(typed(get_args(hint)[0], item), index)
        case Mapping() if _is_record(hint):
            hints = get_type_hints(hint)
            made = hint(*(typed(hints[name], each) for name, each in zip(_names(hint), value.values(), strict=True)))
        case {"_data": data}:
            made = HashedData(data)
        case _:
            made = value
    return made  # type: ignore[no-any-return]  # the annotation says what it is


def is_array(value: object) -> TypeGuard[Sequence[object]]:
    """Return whether a value stands for an array of the language."""
    return isinstance(value, Sequence) and not isinstance(value, bytes | bytearray | str | SortedItem)


def _is_record(hint: object) -> TypeGuard[type[Record]]:
    return isinstance(hint, type) and issubclass(hint, Record)


def _parts(value: "Record | SortedItem[Any]") -> Sequence[object]:
    """Return the values of a record's fields, in order."""
    return value if isinstance(value, SortedItem) else [getattr(value, name) for name in _names(type(value))]


def _names(record: type[Record]) -> list[str]:
    return [field.name for field in fields(record)]  # type: ignore[arg-type]  # each subclass is a dataclass
