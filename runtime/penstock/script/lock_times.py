"""Lock times: the numbers that lock a spend, and their units.

An absolute lock (BIP65, nLockTime) is a block height, or from 500,000,000 on a time in seconds since 1970. A relative
lock (BIP68, BIP112, nSequence) is a number of blocks, or with bit 22 set a number of units of 512 seconds. Other bits
of a relative lock are ignored: 65536 locks as long as 0 does.
"""

from enum import StrEnum
from typing import Final

from penstock.script.consensus import LAST_LOCK_TIME, LOCK_TIME_THRESHOLD, SEQUENCE_IN_SECONDS, SEQUENCE_MASK


class Lock(StrEnum):
    """A kind of lock, by the function of the language that sets it."""

    LOCK_TIME = "checkLockTime"
    SEQUENCE = "checkSequence"

    @property
    def ranges(self) -> tuple[range, ...]:
        """The numbers that lock."""
        return _RANGES[self]

    @property
    def units(self) -> str:
        """The ranges in words, with their units."""
        return _UNITS[self]

    def locks(self, number: int) -> bool:
        """Return whether a number locks, taken literally."""
        return any(number in each for each in self.ranges)


_RANGES: Final = {
    Lock.LOCK_TIME: (range(1, LAST_LOCK_TIME + 1),),
    Lock.SEQUENCE: (
        range(1, SEQUENCE_MASK + 1),
        range(SEQUENCE_IN_SECONDS + 1, (SEQUENCE_IN_SECONDS | SEQUENCE_MASK) + 1),
    ),
}
_UNITS: Final = {
    Lock.LOCK_TIME: (
        f"1 to {LOCK_TIME_THRESHOLD - 1} is a block height,"
        f" {LOCK_TIME_THRESHOLD} to {LAST_LOCK_TIME} seconds since 1970"
    ),
    Lock.SEQUENCE: (
        f"1 to {SEQUENCE_MASK} is in blocks, with {SEQUENCE_IN_SECONDS} (1 << 22) added in units of 512 seconds"
    ),
}
