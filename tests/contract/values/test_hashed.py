"""Maps and sets of hashes: the order and the bytes that contracts keep."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock import ArgumentError, HashedMap, HashedSet, SortedItem, flatten_sha256
from penstock.artifact.artifact import Struct
from penstock.script.numbers import decode_number
from tests.support.spending.hand_made import parameters, remade


def digest(data: bytes) -> bytes:
    return sha256(data).digest()


class Point(NamedTuple):
    x: int
    y: int


@dataclass(frozen=True)
class Player:
    name: bytes
    places: tuple[Point, ...]


@pytest.mark.parametrize(
    ("value", "leaves"),
    [
        (0, [b""]),
        (-5, [b"\x85"]),
        (1000, [b"\xe8\x03"]),
        (True, [b"\x01"]),
        (False, [b""]),
        (b"", [b""]),
        (bytearray(b"ab"), [b"ab"]),
        ([7], [b"\x07"]),
        ([1, 2], [b"\x01", b"\x02"]),
        (Point(1, 0), [b"\x01", b""]),
        (Player(b"eve", (Point(1, 2), Point(3, 4))), [b"eve", b"\x01", b"\x02", b"\x03", b"\x04"]),
        (([[1], [2]], True), [b"\x01", b"\x02", b"\x01"]),
    ],
)
def test_one_leaf_is_hashed_several_hash_by_hash(value: Any, leaves: list[bytes]) -> None:
    expected = digest(leaves[0]) if len(leaves) == 1 else digest(b"".join(map(digest, leaves)))
    assert flatten_sha256(value) == expected


@pytest.mark.parametrize("value", [None, "text", 1.5, {"x": 1}, [1, "text"], {1, 2}])
def test_what_has_no_leaves_or_no_order_is_refused(value: Any) -> None:
    with pytest.raises(ArgumentError, match=r"^flattenSha256: expected an int, bool, bytes, list or tuple, or for a"):
        flatten_sha256(value)


@given(st.dictionaries(st.integers(), st.binary(max_size=3)))
def test_a_map_is_its_hashes_in_the_order_of_the_keys_as_numbers(entries: dict[int, bytes]) -> None:
    hashed = HashedMap(entries)
    keys = sorted(entries, key=lambda key: decode_number(flatten_sha256(key)))
    assert list(hashed) == keys
    assert hashed.data == b"".join(flatten_sha256(key) + digest(entries[key]) for key in keys)
    assert [hashed.item(key) for key in keys] == [SortedItem(key, place) for place, key in enumerate(keys)]
    assert hashed == entries
    assert hashed == HashedMap(reversed(entries.items()))


@given(st.sets(st.binary(max_size=3), min_size=1), st.binary(max_size=3))
def test_a_new_key_is_told_the_place_that_it_will_have(elements: set[bytes], more: bytes) -> None:
    hashed = HashedSet(elements)
    item = hashed.item(more)
    hashed.add(more)
    assert hashed.item(more) == item
    assert list(hashed)[item.idx] == more
    hashed.discard(more)
    assert set(hashed) == elements - {more}
    assert len(hashed.data) == 32 * len(hashed)


def test_maps_change() -> None:
    hashed: HashedMap[Any, Any] = HashedMap([([1, 2], 3)])
    before = hashed.data
    hashed[Point(1, 2)] = 4
    assert hashed[[1, 2]] == 4
    assert len(hashed) == 1
    hashed[1], hashed[True] = b"x", b""
    assert len(hashed) == 2, "the number and the truth lie on the stack alike"
    del hashed[1]
    hashed[1, 2] = 3
    assert hashed.data == before
    with pytest.raises(KeyError):
        del hashed[5]
    with pytest.raises(KeyError):
        _ = hashed[5]
    assert 5 not in hashed
    assert repr(HashedMap({1: 2})) == "HashedMap({1: 2})"
    assert repr(HashedSet([1])) == "HashedSet([1])"


def test_contracts_take_them_as_state_arguments_and_items() -> None:
    book = remade(
        "<map._data>51",
        "HashedMap<int,int> map",
        "Book",
        {"put": "Entry entry, SigHashPreimage preimage"},
        structs=(Struct("Entry", parameters("SortedItem<int> key, int value")),),
        state_properties=parameters("HashedMap<int,int> map, HashedSet<int> keys"),
    )
    hashed = HashedMap({3: 1, 5: 6})
    contract = book.instantiate(hashed)
    assert contract.values == {"map._data": hashed.data}
    following = contract.with_state(map=hashed, keys=HashedSet(hashed))
    assert following.state == {"map": {"_data": hashed.data}, "keys": {"_data": HashedSet(hashed).data}}
    call = contract.call("put", {"key": hashed.item(7), "value": 2}, b"preimage")
    assert call.items[:2] == (b"\x07", bytes([hashed.item(7).idx]) if hashed.item(7).idx else b"")
