"""Stack items.

An item is a byte string. A number made by an opcode stays an `int` until its bytes are needed; it means its shortest
encoding. A very long push stays a `memoryview` of its script; it means a copy of these bytes. The three types have one
meaning, and only these functions distinguish them.
"""

from typing import TypeAlias

from penstock.script.numbers import as_bool, encode_number

Item: TypeAlias = int | bytes | memoryview


def as_bytes(item: Item) -> bytes:
    """Return the bytes of an item."""
    if type(item) is bytes:
        return item
    return encode_number(item) if type(item) is int else bytes(item)


def as_buffer(item: Item) -> bytes:
    """Return the bytes of an item for reading or hashing; a long item is not copied (it is a `memoryview`)."""
    return encode_number(item) if type(item) is int else item  # type: ignore[return-value]  # read like bytes


def is_true(item: Item) -> bool:
    """Return an item as a truth value: zero of any length, also negative zero, is false."""
    return item != 0 if type(item) is int else as_bool(as_bytes(item))


def size_of(item: Item) -> int:
    """Return the length of an item in bytes."""
    if type(item) is int:
        return (item.bit_length() >> 3) + 1 if item else 0
    return len(item)  # type: ignore[arg-type]  # mypy keeps int here


def same(one: Item, other: Item) -> bool:
    """Return whether two items are the same bytes."""
    if type(one) is type(other):
        return one == other
    return as_buffer(one) == as_buffer(other)
