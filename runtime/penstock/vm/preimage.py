"""Reading a preimage of the BIP143 shape (on bsv: FORKID) back into its fields.

In: bytes that may be one. Out: the fields under the names that `Digests.bip143_fields` gives them, or None.
"""

from collections.abc import Iterator
from itertools import accumulate
from typing import Final

from penstock.tx.digests import Field

_HEAD: Final = (
    ("version", 4),
    ("hash of all outpoints", 32),
    ("hash of all sequences", 32),
    ("outpoint", 36),
)
_TAIL: Final = (("value", 8), ("sequence", 4), ("hash of outputs", 32), ("lock time", 4), ("hash type", 4))
_HEAD_SIZE: Final = sum(size for _, size in _HEAD)
_TAIL_SIZE: Final = sum(size for _, size in _TAIL)
_SIZE_BYTES: Final = {0xFD: 2, 0xFE: 4, 0xFF: 8}


def read_preimage(data: bytes) -> tuple[Field, ...] | None:
    """Return the fields of a preimage; None if the size of its script code does not fit the whole."""
    if len(data) <= _HEAD_SIZE + _TAIL_SIZE:
        return None
    width = _SIZE_BYTES.get(data[_HEAD_SIZE], 0)
    code_start = _HEAD_SIZE + 1 + width
    number = data[_HEAD_SIZE + 1 : code_start] if width else data[_HEAD_SIZE:code_start]
    code_size = int.from_bytes(number, "little")
    if code_start + code_size + _TAIL_SIZE != len(data):
        return None
    return tuple(_cut(data, (*_HEAD, ("script code size", 1 + width), ("script code", code_size), *_TAIL)))


def _cut(data: bytes, sizes: tuple[tuple[str, int], ...]) -> Iterator[Field]:
    ends = accumulate(size for _, size in sizes)
    for (name, size), end in zip(sizes, ends, strict=True):
        yield Field(name, data[end - size : end])
