"""Wire format: little-endian integers and compact sizes.

`Reader` reads raw bytes and returns integers and byte strings, or raises a `TransactionError` with the field and the
byte offset. It never allocates memory for a declared length before that many bytes exist.
"""

from struct import Struct
from typing import Any

from penstock.errors import PenstockError, hides_frames

__tracebackhide__ = hides_frames

_COMPACT_2 = Struct("<BH").pack
_COMPACT_4 = Struct("<BI").pack
_COMPACT_8 = Struct("<BQ").pack
_ONE_BYTE = tuple(bytes((size,)) for size in range(0xFD))
# The number of bytes after a mark, and the least number that needs so many.
_MARKS = {0xFD: (2, 0xFD), 0xFE: (4, 0x1_0000), 0xFF: (8, 0x1_0000_0000)}


class TransactionError(PenstockError, ValueError):
    """Bytes or values that are not a transaction.

    Attributes:
        reason: the problem.
        field: the field that was read or written, such as `"input 2 script"`.
        offset: the byte at which the field starts; None when nothing was being read.
    """

    def __init__(self, reason: str, *, field: str = "transaction", offset: int | None = None) -> None:
        place = "" if offset is None else f" at byte {offset}"
        super().__init__(f"{field}{place}: {reason}")
        self.reason = reason
        self.field = field
        self.offset = offset

    def within(self, whole: str) -> "TransactionError":
        """Return the same error, with its field named as a part of `whole`."""
        return TransactionError(self.reason, field=f"{whole} {self.field}", offset=self.offset)


def compact_size(size: int) -> bytes:
    """Encode a count or a length (0 to 2^64-1) in its shortest form, 1 to 9 bytes (Bitcoin's CompactSize)."""
    if size < 0xFD:
        return _ONE_BYTE[size]
    if size <= 0xFFFF:
        return _COMPACT_2(0xFD, size)
    if size <= 0xFFFF_FFFF:
        return _COMPACT_4(0xFE, size)
    return _COMPACT_8(0xFF, size)


class Reader:
    """A position in raw bytes; every read moves it forward or raises `TransactionError`."""

    __slots__ = ("_data", "_size", "offset")

    def __init__(self, data: bytes | bytearray | memoryview) -> None:
        try:
            self._data = data if isinstance(data, bytes) else memoryview(data).cast("B")
        except TypeError:
            raise TransactionError(f"raw bytes are expected, not {type(data).__name__}") from None
        self._size = len(self._data)
        self.offset = 0

    @property
    def remaining(self) -> int:
        """Number of bytes that are left."""
        return self._size - self.offset

    def take(self, size: int, field: str) -> bytes:
        """Read `size` bytes."""
        start = self.offset
        end = start + size
        if end > self._size:
            raise self._cut(size, field)
        self.offset = end
        return bytes(self._data[start:end])

    def unpack(self, form: Struct, field: str) -> tuple[Any, ...]:
        """Read the fields of `form`."""
        start = self.offset
        end = start + form.size
        if end > self._size:
            raise self._cut(form.size, field)
        self.offset = end
        return form.unpack_from(self._data, start)

    def compact_size(self, field: str) -> int:
        """Read a compact size; one that is not in its shortest form is an error, as in the nodes."""
        start = self.offset
        if start >= self._size:
            raise self.error("needs a compact size, no bytes are left", field)
        mark = self._data[start]
        self.offset = start + 1
        if mark < 0xFD:
            return mark
        width, least = _MARKS[mark]
        size = int.from_bytes(self.take(width, field), "little")
        if size < least:
            self.offset = start
            raise self.error(f"the compact size {size} is not in its shortest form", field)
        return size

    def count(self, item_size: int, field: str) -> int:
        """Read the number of following items, each of at least `item_size` bytes; compare it with the rest."""
        start = self.offset
        count = self.compact_size(field)
        if count * item_size > self.remaining:
            reason = f"{count} items of at least {item_size} bytes each are announced, {self.remaining} bytes are left"
            self.offset = start
            raise self.error(reason, field)
        return count

    def blob(self, field: str) -> bytes:
        """Read a compact size and a byte string of that size."""
        return self.take(self.compact_size(field), field)

    def finish(self) -> None:
        """Raise `TransactionError` if bytes are left."""
        if self.remaining:
            raise self.error(f"{self.remaining} bytes too many", "end of the transaction")

    def _cut(self, size: int, field: str) -> TransactionError:
        return self.error(f"needs {size} bytes, {self.remaining} are left", field)

    def error(self, reason: str, field: str) -> TransactionError:
        """Return the error for `field` at the current position."""
        return TransactionError(reason, field=field, offset=self.offset)
