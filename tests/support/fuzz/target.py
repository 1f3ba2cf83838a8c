"""Target of the fuzzer, and the reader that takes decisions from its bytes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

Value = TypeVar("Value")


@dataclass(frozen=True)
class Target:
    """What is fuzzed.

    Attributes:
        name: its name on the command line.
        run: takes any bytes; it raises nothing, unless a bug is found.
        seeds: returns real inputs, from which the fuzzer starts.
    """

    name: str
    run: Callable[[bytes], None]
    seeds: Callable[[], Sequence[bytes]]


class Choices:
    """Decisions that bytes stand for; once they are used up, all that follows is zero or empty."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._place = 0

    @property
    def is_empty(self) -> bool:
        return self._place >= len(self._data)

    def number(self) -> int:
        """Return the next byte."""
        return next(iter(self.taken(1)), 0)

    def taken(self, count: int) -> bytes:
        """Return the next bytes, fewer at the end."""
        start = self._place
        self._place += count
        return self._data[start : self._place]

    def sized(self) -> bytes:
        """Return bytes whose length stands before them in two bytes."""
        return self.taken(int.from_bytes(self.taken(2), "big"))

    def one_of(self, values: Sequence[Value]) -> Value:
        """Return one of these values."""
        return values[self.number() % len(values)]


def with_size(data: bytes) -> bytes:
    """Return bytes with their length before them, as `Choices.sized` reads them."""
    return len(data).to_bytes(2, "big") + data
