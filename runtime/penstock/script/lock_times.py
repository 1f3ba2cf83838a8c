"""Lock times: which numbers lock a spend, and until when.

An absolute lock (BIP65, nLockTime) is a block height, or from 500,000,000 on a time in seconds since 1970. A relative
lock (BIP68, BIP112, nSequence) is a number of blocks, or with bit 22 set a number of units of 512 seconds. Other bits
of a relative lock count for nothing: 65536 locks as long as 0 does.
"""

from enum import StrEnum
from typing import Final

FIRST_TIME: Final = 500_000_000
"""The first lock time that is in seconds; below it they are block heights."""
LAST_LOCK_TIME: Final = 0xFFFF_FFFF
LONGEST_AGE: Final = 0xFFFF
"""Of a relative lock, in blocks or in units of 512 seconds."""
IN_SECONDS: Final = 1 << 22
"""The bit of a relative lock in units of 512 seconds."""


class Lock(StrEnum):
    """A way to lock a spend, by the function of the language that asks for it."""

    LOCK_TIME = "checkLockTime"
    SEQUENCE = "checkSequence"

    @property
    def ranges(self) -> tuple[range, ...]:
        """The numbers that lock something."""
        return _RANGES[self]

    @property
    def units(self) -> str:
        """The ranges in words, with their units."""
        return _UNITS[self]

    def locks(self, number: int) -> bool:
        """Tell whether a number locks something, as it reads."""
        return any(number in each for each in self.ranges)


_RANGES: Final = {
    Lock.LOCK_TIME: (range(1, LAST_LOCK_TIME + 1),),
    Lock.SEQUENCE: (range(1, LONGEST_AGE + 1), range(IN_SECONDS + 1, IN_SECONDS + LONGEST_AGE + 1)),
}
_UNITS: Final = {
    Lock.LOCK_TIME: f"1 to {FIRST_TIME - 1} is a block height, {FIRST_TIME} to {LAST_LOCK_TIME} seconds since 1970",
    Lock.SEQUENCE: f"1 to {LONGEST_AGE} is in blocks, with {IN_SECONDS} (1 << 22) added in units of 512 seconds",
}
