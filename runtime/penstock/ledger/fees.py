"""Fees: the rate that miners require, and the fee of a transaction of a given size."""

from dataclasses import dataclass
from typing import Final

from penstock.errors import PenstockError


class FeeError(PenstockError, ValueError):
    """A fee rate that is negative."""


@dataclass(frozen=True, slots=True)
class FeeRate:
    """The rate that miners require: satoshis per 1,000 bytes of transaction.

    Raises:
        FeeError: the rate is negative.
    """

    satoshis: int = 1

    def __post_init__(self) -> None:
        if self.satoshis < 0:
            raise FeeError(f"the fee rate is {self.satoshis} satoshis per 1,000 bytes; it cannot be negative")

    def fee(self, size: int) -> int:
        """Return the fee, in satoshis, of a transaction of `size` bytes, rounded up to a whole satoshi."""
        return -(-size * self.satoshis // 1000)


DEFAULT_FEE_RATE: Final = FeeRate()
