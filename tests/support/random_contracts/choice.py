"""Making choices through Hypothesis, so that every random contract can be replayed and shrunk.

The first of several options is the one that shrinking falls back to: put the plainest there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

T = TypeVar("T")


@cache
def _numbers(low: int, high: int) -> SearchStrategy[int]:
    return st.integers(low, high)


@dataclass(frozen=True, slots=True)
class Chooser:
    """Wraps `draw` of a composite strategy."""

    draw: DrawFn

    def number(self, low: int, high: int) -> int:
        """Return a number from `low` to `high`, both included."""
        return self.draw(_numbers(low, high))

    def one_of(self, options: Sequence[T]) -> T:
        """Return one of the options."""
        return options[self.number(0, len(options) - 1)]

    def chance(self, percent: int) -> bool:
        """Return true in about `percent` of all cases."""
        return self.number(0, 99) >= 100 - percent
