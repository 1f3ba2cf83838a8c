"""Comparison of a preimage that a script was given with the one that the machine hashes.

A contract that checks its own transaction takes the preimage as an argument (OP_PUSH_TX). In: bytes that may be that
preimage, possibly forged, truncated, or with extra bytes, and the fields of the right one. Out: the fields that
differ.
"""

from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from typing import Final, NamedTuple, TypeAlias

from penstock.tx.hash_type import OUTPUT_BITS
from penstock.tx.preimage import BIP143_FIELDS, PreimageField

Bytes: TypeAlias = bytes | memoryview

_BEFORE_CODE: Final = (4, 32, 32, 36)
_AFTER_CODE: Final = (8, 4, 32, 4, 4)
_HEAD_SIZE: Final = sum(_BEFORE_CODE)
_TAIL_SIZE: Final = sum(_AFTER_CODE)
_SIZE_BYTES: Final = {0xFD: 2, 0xFE: 4, 0xFF: 8}
_TELLING: Final = 32
"""Bytes. Fields of this size are equal by design, not by chance."""


class PreimageDifference(NamedTuple):
    """A field that differs: its name, the given value, and the right value."""

    name: str
    given: Bytes
    right: Bytes


def hash_type_of(data: Bytes) -> int | None:
    """Return the hash type of a preimage of the BIP143 layout; None for another layout."""
    return int.from_bytes(data[-4:], "little") if _bip143_sizes(data) else None


def differences(given: Bytes, right: Sequence[PreimageField]) -> tuple[PreimageDifference, ...] | None:
    """Return the fields in which a preimage differs from the right one; None if it does not resemble it.

    Without right fields, because nothing is hashed, the result is None.

    Of the possible readings the one with the fewest differences is chosen: by the preimage's own sizes, by those of the
    right fields from the start or from the end, or by those from both ends, with the rest as the script code.
    """
    if not right:
        return None
    uncopied = memoryview(given)  # it may have gigabytes
    best = min((_compare(parts, right) for parts in _readings(uncopied, right)), key=len)
    different = {difference.name for difference in best}
    alike = any(len(field.data) >= _TELLING and any(field.data) and field.name not in different for field in right)
    return best if alike or _is_plausible(given) else None


def _is_plausible(data: Bytes) -> bool:
    """Return whether data that does not resemble the right preimage may be one of another transaction."""
    hash_type = hash_type_of(data)
    return hash_type is not None and hash_type <= 0xFF and 1 <= hash_type & OUTPUT_BITS <= 3 and not any(data[2:4])


def _readings(given: Bytes, right: Sequence[PreimageField]) -> Iterator[list[Bytes]]:
    sizes = [len(field.data) for field in right]
    names = tuple(field.name for field in right)
    own = _bip143_sizes(given)
    if own and names == BIP143_FIELDS:
        yield _cut(given, own)
    surplus = len(given) - sum(sizes)
    yield _cut(given, sizes)
    yield _cut(given, sizes, surplus)
    code = names.index("script code") if "script code" in names else None
    if code is not None and sizes[code] + surplus >= 0:
        yield _cut(given, [*sizes[:code], sizes[code] + surplus, *sizes[code + 1 :]])


def _cut(data: Bytes, sizes: Sequence[int], start: int = 0) -> list[Bytes]:
    """Cut data into the bytes before `start`, parts of these sizes, and the rest; parts outside of the data are empty.

    A negative `start` puts the first parts outside.
    """
    ends = [max(0, end) for end in accumulate(sizes, initial=start)]
    parts = [data[begin:end] for begin, end in pairwise(ends)]
    return [data[: ends[0]], *parts, data[ends[-1] :]]


def _compare(parts: Sequence[Bytes], right: Sequence[PreimageField]) -> tuple[PreimageDifference, ...]:
    expected = (PreimageField("bytes before it", b""), *right, PreimageField("bytes after it", b""))
    pairs = zip(parts, expected, strict=True)
    return tuple(PreimageDifference(field.name, part, field.data) for part, field in pairs if part != field.data)


def _bip143_sizes(data: Bytes) -> tuple[int, ...] | None:
    """Return the sizes of the fields of a BIP143 preimage; None if the script code's size does not fit the whole."""
    if len(data) <= _HEAD_SIZE + _TAIL_SIZE:
        return None
    width = _SIZE_BYTES.get(data[_HEAD_SIZE], 0)
    start = _HEAD_SIZE + 1 + width
    number = data[_HEAD_SIZE + 1 : start] if width else data[_HEAD_SIZE:start]
    code_size = int.from_bytes(number, "little")
    if start + code_size + _TAIL_SIZE != len(data):
        return None
    return (*_BEFORE_CODE, 1 + width, code_size, *_AFTER_CODE)
