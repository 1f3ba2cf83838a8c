"""Maps and sets that contracts store as hashes, with their contents: `HashedMap`, `HashedSet`.

A contract stores only bytes: for each key, in order, the hash of the key and that of its value (for a set: of the
element). A call has to give the index of a key, or the index to insert it at, as an `item`. In: keys and values as for
contracts. Out: the bytes, the indexes, and the hashes, the same as in the standard library.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Mapping, MutableMapping, MutableSet
from typing import Generic, NamedTuple, TypeVar

from penstock.contract.errors import ArgumentError
from penstock.contract.values.arguments import Argument, HasFields, describe, fields_of
from penstock.errors import hides_frames
from penstock.script.hashes import sha256
from penstock.script.numbers import decode_number

__tracebackhide__ = hides_frames

K = TypeVar("K")
V = TypeVar("V")


class SortedItem(NamedTuple, Generic[K]):
    """A key (of a set: an element), and its present or future index: the struct `SortedItem<T>`."""

    item: K
    idx: int


def flatten_sha256(value: object) -> bytes:
    """Return the result of `flattenSha256`, 32 bytes: the hash of a value, or of its leaves' concatenated hashes.

    Args:
        value: an int, bool or bytes, a list or tuple for an array, a dataclass or named tuple for a struct.

    Raises:
        ArgumentError: it has another type. A dict is not allowed, since the order of the fields matters.
    """
    leaves = list(_leaves(value))
    return sha256(leaves[0]) if len(leaves) == 1 else sha256(b"".join(map(sha256, leaves)))


class HashedMap(MutableMapping[K, V], Generic[K, V]):
    """A `HashedMap<K,V>` with its keys and values: a mapping, in the order of `data`.

    It is accepted as an argument of that type; `item` makes the argument for a call of `set`, `canGet` or `delete`.
    """

    def __init__(self, entries: Mapping[K, V] | Iterable[tuple[K, V]] = ()) -> None:
        self._places: list[int] = []
        self._entries: dict[int, tuple[K, V, bytes]] = {}
        for key, value in entries.items() if isinstance(entries, Mapping) else entries:
            self[key] = value

    @property
    def data(self) -> bytes:
        """The bytes that the contract stores: 64 for each key."""
        return b"".join(self._entries[place][2] for place in self._places)

    def item(self, key: K) -> SortedItem[K]:
        """Return the key with its index, or the index that it will have once it is set."""
        return SortedItem(key, bisect_left(self._places, _place(key)))

    def as_fields(self) -> Mapping[str, object]:
        """Return the map as the library's properties."""
        return {"_data": self.data}

    def __getitem__(self, key: K) -> V:
        return self._entries[self._known(key)][1]

    def __setitem__(self, key: K, value: V) -> None:
        entry = key, value, flatten_sha256(key) + flatten_sha256(value)
        place = _place(key)
        if place not in self._entries:
            insort(self._places, place)
        self._entries[place] = entry

    def __delitem__(self, key: K) -> None:
        place = self._known(key)
        del self._entries[place]
        self._places.remove(place)

    def __iter__(self) -> Iterator[K]:
        return (self._entries[place][0] for place in self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __repr__(self) -> str:
        return f"HashedMap({dict(self.items())!r})"

    def _known(self, key: K) -> int:
        place = _place(key)
        if place not in self._entries:
            raise KeyError(key)
        return place


class HashedSet(MutableSet[K], Generic[K]):
    """A `HashedSet<E>` with its elements: a set, in the order of `data`; `item` makes the argument for a call."""

    def __init__(self, elements: Iterable[K] = ()) -> None:
        self._map: HashedMap[K, bool] = HashedMap((element, True) for element in elements)

    @property
    def data(self) -> bytes:
        """The bytes that the contract stores: 32 for each element."""
        return b"".join(flatten_sha256(element) for element in self)

    def item(self, element: K) -> SortedItem[K]:
        """Return the element with its index, or the index that it will have once it is added."""
        return self._map.item(element)

    def as_fields(self) -> Mapping[str, object]:
        """Return the set as the library's properties."""
        return {"_data": self.data}

    def add(self, value: K) -> None:
        """Add an element, if it is missing."""
        self._map[value] = True

    def discard(self, value: K) -> None:
        """Remove an element, if it is present."""
        self._map.pop(value, None)

    def __contains__(self, value: object) -> bool:
        return value in self._map

    def __iter__(self) -> Iterator[K]:
        return iter(self._map)

    def __len__(self) -> int:
        return len(self._map)

    def __repr__(self) -> str:
        return f"HashedSet({list(self)!r})"


def _place(key: object) -> int:
    """Return the number that orders a key: its hash, decoded as a script number."""
    return decode_number(flatten_sha256(key))


def _leaves(value: object) -> Iterator[bytes]:
    """Yield the leaves of a value as stack items."""
    has_order = isinstance(value, HasFields) or not isinstance(value, Mapping)
    fields = fields_of(value) if has_order else None
    match value:
        case _ if fields is not None:
            for inner in fields.values():
                yield from _leaves(inner)
        case list() | tuple():
            for inner in value:
                yield from _leaves(inner)
        case bool() | int() | bytes():
            yield Argument("", value).item
        case bytearray():
            yield bytes(value)
        case _:
            expected = "an int, bool, bytes, list or tuple, or for a struct a dataclass or named tuple"
            raise ArgumentError("flattenSha256", expected, describe(value))
