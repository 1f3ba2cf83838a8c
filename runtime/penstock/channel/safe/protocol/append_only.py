"""List to which values are only added, as a value: a longer one shares the storage of the shorter one.

States have lists that grow with each chunk. A tuple or a frozenset would be copied for each of them.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, Generic, TypeVar, overload

T = TypeVar("T")


class _Storage(Generic[T]):
    """Values that lists share: each has the first so many of them."""

    __slots__ = ("places", "values")

    def __init__(self, values: list[T]) -> None:
        self.values = values
        self.places: dict[T, int] | None = None

    def place(self, value: object) -> int | None:
        """Return where a value stands first."""
        if self.places is None:
            self.places = {each: place for place, each in reversed(list(enumerate(self.values)))}
        return self.places.get(value)  # type: ignore[arg-type] # any value may be asked for

    def add(self, value: T) -> None:
        """Add a value at the end."""
        if self.places is not None:
            self.places.setdefault(value, len(self.values))
        self.values.append(value)


class AppendOnly(Sequence[T]):
    """A list that does not change; `added` returns a longer one, at the same cost for any length.

    Values have to be hashable. A second list that is made longer from the same one gets a copy.
    """

    __slots__ = ("_length", "_storage")

    def __init__(self, values: Iterable[T] = ()) -> None:
        self._storage = _Storage(list(values))
        self._length = len(self._storage.values)

    def added(self, value: T) -> "AppendOnly[T]":
        """Return the list with one value more."""
        is_last = self._length and self._length == len(self._storage.values)
        longer: AppendOnly[T] = AppendOnly.__new__(AppendOnly)
        longer._storage = self._storage if is_last else _Storage(list(self))
        longer._storage.add(value)
        longer._length = self._length + 1
        return longer

    def starts_with(self, other: "AppendOnly[T]") -> bool:
        """Return whether another list is the beginning of this one."""
        storage, length = other._storage, other._length  # noqa: SLF001 - of the same class
        if length > self._length:
            return False
        return self._storage is storage or self[:length] == other[:]

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, index: int) -> T: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[T, ...]: ...

    def __getitem__(self, index: int | slice) -> T | tuple[T, ...]:
        if isinstance(index, slice):
            start, stop, step = index.indices(self._length)
            return tuple(self._storage.values[place] for place in range(start, stop, step))
        return self._storage.values[range(self._length)[index]]

    def __iter__(self) -> Iterator[T]:
        return (self._storage.values[place] for place in range(self._length))

    def __contains__(self, value: object) -> bool:
        place = self._storage.place(value)
        return place is not None and place < self._length

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AppendOnly) and len(self) == len(other) and self.starts_with(other)

    def __hash__(self) -> int:
        return hash((self._length, self[-1] if self._length else None))

    def __repr__(self) -> str:
        return f"AppendOnly({list(self)!r})"


EMPTY: Final[AppendOnly[Any]] = AppendOnly()
"""The list without values."""
