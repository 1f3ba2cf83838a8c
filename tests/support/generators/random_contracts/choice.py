"""Making choices, so many that they come from a seeded generator and not one by one from Hypothesis.

Hypothesis draws the seed; a case is replayed by it, and reduced as text (see `contract_reducer`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Self, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Chooser:
    """Wraps a generator of random numbers."""

    random: Random

    @classmethod
    def seeded(cls, *seed: object) -> Self:
        """Return a chooser that chooses the same for the same seed, on every machine."""
        return cls(Random(" ".join(map(str, seed))))

    def number(self, low: int, high: int) -> int:
        """Return a number from `low` to `high`, both included."""
        return self.random.randint(low, high)

    def one_of(self, options: Sequence[T]) -> T:
        """Return one of the options."""
        return options[self.random.randrange(len(options))]

    def chance(self, percent: int) -> bool:
        """Return true in `percent` of all cases."""
        return self.random.randrange(100) < percent
