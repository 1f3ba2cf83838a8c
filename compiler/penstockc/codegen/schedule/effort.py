"""Effort: how many steps a search may still try, whether or not its parts were scheduled before.

A part that is known from an earlier search counts as it did then, once for each unit of search: what comes out depends
on the plan alone, not on what the process has compiled before.
"""

from collections.abc import Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from penstock.records import Record


class Exhausted(Exception):  # noqa: N818 - an outcome
    """The search has tried too many steps."""


class Tried(Record, frozen=True):
    """The steps that a part took by itself, and the parts within it."""

    steps: int
    within: tuple[Hashable, ...]


@dataclass(slots=True)
class Effort:
    """The steps that may still be tried.

    Attributes:
        left: their number.
        own: those that the open part has tried.
        inner: the parts that it has used.
        counted: the parts that have been counted.
    """

    left: int
    own: int = 0
    inner: dict[Hashable, None] = field(default_factory=dict)
    counted: set[Hashable] = field(default_factory=set)

    def spend(self, steps: int = 1) -> None:
        """Count tried steps.

        Raises:
            Exhausted: the limit is reached.
        """
        self.own += steps
        self.left -= steps
        if self.left < 0:
            raise Exhausted

    @contextmanager
    def part(self, name: Hashable) -> Iterator[list[Tried]]:
        """Search a part in the context; afterwards the list has what it took."""
        outer, taken = (self.own, self.inner), list[Tried]()
        self.own, self.inner = 0, {}
        self.counted.add(name)
        yield taken
        taken.append(Tried(self.own, tuple(self.inner)))
        self.own, self.inner = outer
        self.inner[name] = None

    def repeat(self, name: Hashable, known: Mapping[Hashable, Tried]) -> None:
        """Count a known part and the parts within it, as far as they have not been counted; raises Exhausted."""
        self.inner[name] = None
        if name in self.counted:
            return
        waiting, steps = [name], 0
        while waiting:
            part = waiting.pop()
            if part not in self.counted:
                self.counted.add(part)
                steps += known[part].steps
                waiting.extend(known[part].within)
        own = self.own
        self.spend(steps)
        self.own = own
