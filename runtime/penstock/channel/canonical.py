"""Canonical CBOR (RFC 8949, 4.2): one way only to write a value, and fields of known kinds, lengths and ranges.

In: a table of fields, and values or bytes. Out: bytes or values. Bytes in any other form, with unknown or missing
fields, or with values out of their ranges are refused with the name of the field.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import cbor2

from penstock.errors import PenstockError, hides_frames

__tracebackhide__ = hides_frames

_SHORT_LIST: Final = 0x80
_ONE_BYTE: Final = 24
"""Numbers and lengths below it stand in the head's own byte."""
MAX_NUMBER: Final = (1 << 53) - 1
"""The largest number that all JSON and JavaScript readers keep exactly."""
_WRITTEN_OUT: Final = 64
"""Bits of the largest number that stands in a message; Python refuses to write out those of thousands of digits."""
_HOSTILE: Final = (cbor2.CBORDecodeError, ValueError, TypeError, OverflowError, RecursionError, MemoryError)
"""Errors of the decoder on damaged or hostile bytes."""


class CanonicalError(PenstockError, ValueError):
    """Bytes or values that are not in the one valid form."""


class Kind(Protocol):
    """The kind of a field."""

    def fault(self, value: object) -> str | None:
        """Return what is wrong with a value; None if it is valid."""


@dataclass(frozen=True, slots=True)
class Data:
    """Bytes of a fixed length, or of at most one."""

    length: int
    is_most: bool = False

    def fault(self, value: object) -> str | None:
        """Return what is wrong with a value; None if it is valid."""
        if not isinstance(value, bytes):
            return "expected bytes"
        if len(value) > self.length if self.is_most else len(value) != self.length:
            return f"expected {'at most ' if self.is_most else ''}{self.length:,} bytes, got {len(value):,}"
        return None


@dataclass(frozen=True, slots=True)
class Text:
    """Text of at most so many bytes in UTF-8."""

    most: int

    def fault(self, value: object) -> str | None:
        """Return what is wrong with a value; None if it is valid."""
        if not isinstance(value, str) or not value.isprintable():
            return "expected text of printable characters"
        size = len(value.encode())
        return None if size <= self.most else f"expected at most {self.most:,} bytes, got {size:,}"


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number in a range."""

    least: int = 0
    most: int = MAX_NUMBER

    def fault(self, value: object) -> str | None:
        """Return what is wrong with a value; None if it is valid."""
        if type(value) is not int:
            return "expected a whole number"
        if self.least <= value <= self.most:
            return None
        is_short = value.bit_length() <= _WRITTEN_OUT
        got = f"{value:,}" if is_short else f"one of {value.bit_length():,} bits"
        return f"expected {self.least:,} to {self.most:,}, got {got}"


@dataclass(frozen=True, slots=True)
class Several:
    """A list of values of one kind, with at most, and at least, so many."""

    kind: Kind
    most: int
    least: int = 0

    def fault(self, value: object) -> str | None:
        """Return what is wrong with a value; None if it is valid."""
        if not isinstance(value, list | tuple):
            return "expected a list"
        if not self.least <= len(value) <= self.most:
            return f"expected {self.least:,} to {self.most:,} values, got {len(value):,}"
        return next((fault for each in value if (fault := self.kind.fault(each)) is not None), None)


Fields = Mapping[str, Kind]
"""The fields of a record, in their order."""


def encoded(fields: Fields, values: Mapping[str, object]) -> bytes:
    """Return a record as canonical CBOR: a list of its values, in the order of the fields.

    Raises:
        CanonicalError: a value is not valid for its field.
    """
    return written(fields, [values[name] for name in fields])


def written(fields: Fields, values: Sequence[object]) -> bytes:
    """Return a record as canonical CBOR, from its values in the order of the fields.

    Raises:
        CanonicalError: a value is not valid for its field.
    """
    _check(fields, values)
    return cbor2.dumps(values, canonical=True)


def decoded(fields: Fields, data: bytes, *, most: int) -> dict[str, object]:
    """Return the values of a record by the names of its fields; arguments and errors as those of `read`."""
    return dict(zip(fields, read(fields, data, most=most), strict=True))


def read(fields: Fields, data: bytes, *, most: int) -> list[object]:
    """Return the values of a record, in the order of its fields.

    Args:
        fields: its fields.
        data: the bytes.
        most: the largest length; longer data are not looked at.

    Raises:
        CanonicalError: the bytes are not the canonical form of such a record.
    """
    if len(data) > most:
        raise CanonicalError(f"expected at most {most:,} bytes, got {len(data):,}")
    try:
        values = cbor2.loads(data)
    except _HOSTILE as error:
        raise CanonicalError(f"not CBOR: {type(error).__name__}") from None
    if not isinstance(values, list) or len(values) != len(fields):
        raise CanonicalError(f"expected a list of {len(fields)} values: {', '.join(fields)}")
    _check(fields, values)
    if cbor2.dumps(values, canonical=True) != data:
        raise CanonicalError("not the shortest form of these values")
    return values


def number_of(data: bytes) -> int:
    """Return the first value of a record without reading the others: a number below 24, in one byte; -1 if it is not.

    A record has fewer than 24 values, so that the list's head is one byte too.
    """
    is_list = len(data) > 1 and _SHORT_LIST <= data[0] < _SHORT_LIST + _ONE_BYTE
    return data[1] if is_list and data[1] < _ONE_BYTE else -1


def _check(fields: Fields, values: Sequence[object]) -> None:
    for (name, kind), value in zip(fields.items(), values, strict=True):
        if (fault := kind.fault(value)) is not None:
            raise CanonicalError(f"{name}: {fault}")
