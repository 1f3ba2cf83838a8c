"""What lies on the stack.

An item is a byte string. A number that an opcode has made stays an `int` until somebody looks at its bytes: it stands
for its shortest encoding. A very long push stays a `memoryview` of its script: it stands for a copy of itself. So three
types, one meaning; these functions are the only ones that ask which it is.
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
    """Return the bytes of an item to read or hash, a long one without copying it (then it is a `memoryview`)."""
    return encode_number(item) if type(item) is int else item  # type: ignore[return-value]  # read like bytes


def is_true(item: Item) -> bool:
    """Return the truth of an item: false is zero of any length, negative zero too."""
    return item != 0 if type(item) is int else as_bool(as_bytes(item))


def size_of(item: Item) -> int:
    """Return the length of an item in bytes."""
    if type(item) is int:
        return (item.bit_length() >> 3) + 1 if item else 0
    return len(item)  # type: ignore[arg-type]  # mypy keeps int here


def same(one: Item, other: Item) -> bool:
    """Tell whether two items are the same bytes."""
    if type(one) is type(other):
        return one == other
    return as_buffer(one) == as_buffer(other)
