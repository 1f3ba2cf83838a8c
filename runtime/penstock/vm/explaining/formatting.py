"""Formatting of bytes for readers: hexadecimal, with the length, and shortened if long.

In: stack items and fields of preimages, of any size. Out: short texts.
"""

from typing import Final

from penstock.tx.hash_type import hash_type_name
from penstock.vm.explaining.preimage import Bytes
from penstock.vm.items import Item, as_buffer, size_of
from penstock.wording import counted

SHOWN_BYTES: Final = 40
"""Largest number of bytes that are shown of one item."""

_SHOWN_BEFORE: Final = 8
_BRIEF: Final = 4
_NUMBERS: Final = frozenset({"version", "sequence", "lock time", "input index", "codeseparator position"})


def first_difference(one: Bytes, other: Bytes) -> int:
    """Return the index of the first byte that differs; the end of the shorter one if it is a prefix of the other."""
    start, end = 0, min(len(one), len(other))
    first, second = memoryview(one), memoryview(other)  # not copied, whatever their size
    while end - start > 1:  # bisection: comparing is fast, stepping is not
        middle = (start + end) // 2
        start, end = (start, middle) if first[start:middle] != second[start:middle] else (middle, end)
    return start + (start < end and one[start] == other[start])


def meaning_of(name: str, data: Bytes) -> str:
    """Return the meaning of the bytes of a field, where it is not obvious."""
    if name == "value" and len(data) == 8:
        return f"{int.from_bytes(data, 'little', signed=True)} satoshis"
    if name in _NUMBERS and len(data) == 4:
        return str(int.from_bytes(data, "little", signed=name == "version"))
    return hash_type_name(int.from_bytes(data, "little")) if name == "hash type" and len(data) in (1, 4) else ""


def shown(item: Item, meaning: str = "", start: int = 0) -> str:
    """Return an item in hexadecimal with its length; a long one is shortened to a piece from just before `start`."""
    size = size_of(item)
    if not size:
        return "(empty)"
    begin = 0 if size <= SHOWN_BYTES else max(0, start - _SHOWN_BEFORE)
    piece = bytes(as_buffer(item)[begin : begin + SHOWN_BYTES]).hex()
    place = f", from byte {begin}" if begin else ""
    facts = f"{counted(size, 'byte')}{place}{': ' * bool(meaning)}{meaning}"
    return f"{'…' * (begin > 0)}{piece}{'…' * (begin + SHOWN_BYTES < size)} ({facts})"


def brief(item: bytes) -> str:
    """Return both ends of an item in hexadecimal, which is enough to identify it."""
    return item.hex() if len(item) <= 2 * _BRIEF else f"{item[:_BRIEF].hex()}…{item[-_BRIEF:].hex()}"
