"""Partial knowledge of a value: bounds of a number, lengths of bytes, or the value itself."""

from typing import Final

from penstock.artifact.artifact import BasicType, Kind
from penstock.records import Record, replace
from penstockc.language.operations import Value
from penstockc.language.types import Type


class KnownValue(Record, frozen=True):
    """Partial knowledge of a value.

    Attributes:
        low: the least possible number, of a bool 0 or 1, of bytes their least length; None without a bound.
        high: the greatest.
        exact: the bytes, if they are known.
        is_declared: the length is that of the declared type, which no script checks.
        is_setting: it is computed from named constants only, which may be set otherwise.
        is_literal: it is a literal in the source.
    """

    low: int | None = None
    high: int | None = None
    exact: bytes | None = None
    is_declared: bool = False
    is_setting: bool = False
    is_literal: bool = False

    @property
    def number(self) -> int | None:
        """The number, or length, if only one is possible."""
        return self.low if self.low == self.high else None

    @property
    def truth(self) -> bool | None:
        """The bool, if it is known."""
        return None if self.number is None else bool(self.number)

    def meets(self, other: "KnownValue") -> bool:
        """Return whether the bounds of both overlap."""
        return not (is_below(self.high, other.low) or is_below(other.high, self.low))

    def within(self, other: "KnownValue") -> "KnownValue":
        """Return the knowledge of a value that satisfies both."""
        low = self.low if other.low is None else other.low if self.low is None else max(self.low, other.low)
        high = self.high if other.high is None else other.high if self.high is None else min(self.high, other.high)
        exact = other.exact if self.exact is None else self.exact
        return KnownValue(low, high, exact, self.is_declared and other.is_declared)

    def joined(self, other: "KnownValue") -> "KnownValue":
        """Return the knowledge of a value that satisfies one or the other."""
        low = None if self.low is None or other.low is None else min(self.low, other.low)
        high = None if self.high is None or other.high is None else max(self.high, other.high)
        exact = self.exact if self.exact == other.exact else None
        return KnownValue(low, high, exact, self.is_declared or other.is_declared, self.is_setting or other.is_setting)

    def as_setting(self) -> "KnownValue":
        """Return the same, computed from named constants."""
        return replace(self, is_setting=True)


def is_below(high: int | None, low: int | None) -> bool:
    """Return whether all numbers up to `high` are less than all from `low` on."""
    return high is not None and low is not None and high < low


UNKNOWN: Final = KnownValue()
BYTES: Final = KnownValue(0)
BOOL: Final = KnownValue(0, 1)
TRUE: Final = KnownValue(1, 1)
FALSE: Final = KnownValue(0, 0)

_DECLARED: Final = {
    BasicType.SHA256: (32, 32),
    BasicType.SHA1: (20, 20),
    BasicType.RIPEMD160: (20, 20),
    BasicType.PUB_KEY: (33, 65),
}
"""Lengths of values of these declared types."""


def of_type(kind: Type) -> KnownValue:
    """Return the knowledge of any value of a type."""
    if kind in _DECLARED and isinstance(kind, BasicType):
        return KnownValue(*_DECLARED[kind], is_declared=True)
    if not isinstance(kind, BasicType):
        return UNKNOWN
    return {Kind.BOOL: BOOL, Kind.BYTES: BYTES, Kind.INT: UNKNOWN}[kind.kind]


def of_value(value: Value) -> KnownValue:
    """Return the knowledge of a known value."""
    if isinstance(value, bytes):
        return KnownValue(len(value), len(value), value)
    return KnownValue(int(value), int(value))


def value_of(known: KnownValue, kind: Kind) -> Value | None:
    """Return the value, if it is known."""
    match kind:
        case Kind.BYTES:
            return known.exact
        case Kind.BOOL:
            return known.truth
        case Kind.INT:
            return known.number
