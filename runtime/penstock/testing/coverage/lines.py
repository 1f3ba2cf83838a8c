"""Lines and ways of a file in the terms of coverage.py, which knows lines and the jumps between them.

A line that was reached has a jump to the exit `-1`. Each way of a point is a jump to an exit of its own, whose number
follows from the column and the way alone: data of several processes and runs join, even of programs that reach
different parts of the file. For reports these jumps are folded into two for each line, since the pages of coverage.py
hold one missing jump in a line: on, and every way out.
"""

from collections.abc import Iterable
from typing import Final

from penstock.testing.coverage.points import Kind, Point

Jump = tuple[int, int]
"""A line, and where it leads."""

ON: Final = -1
ALL_WAYS: Final = -2
_WAYS: Final = [(kind, way) for kind in Kind for way in kind.ways]
_ROOM: Final = 32
"""Numbers for the ways of one column."""


def jump_of(point: Point, way: str) -> Jump:
    """Return the jump that stands for a way of a point."""
    return point.place.line, -(point.place.column * _ROOM + _WAYS.index((point.kind, way)))


def jumps_taken(taken: Iterable[tuple[Point, str]]) -> set[Jump]:
    """Return the jumps for ways that were taken."""
    found = {jump_of(*each) for each in taken}
    return found | {(line, ON) for line, _ in found}


class LineWays:
    """The ways out of each line of a file.

    Args:
        points: the points of the file.
    """

    def __init__(self, points: Iterable[Point]) -> None:
        self.lines: set[int] = set()
        self.ways: dict[int, dict[int, tuple[Point, str]]] = {}
        for point in points:
            self.lines.add(point.place.line)
            if len(point.kind.ways) > 1 and point.infeasible is None:
                for way in point.kind.ways:
                    line, exit_ = jump_of(point, way)
                    self.ways.setdefault(line, {})[exit_] = point, way

    @property
    def jumps(self) -> set[Jump]:
        """The jumps of a report that are possible."""
        return {(line, ON) for line in self.lines} | {(line, ALL_WAYS) for line in self.ways}

    @property
    def exits(self) -> dict[int, int]:
        """How many ways out a report shows for each line."""
        return {line: 2 if line in self.ways else 1 for line in self.lines}

    def folded(self, jumps: Iterable[Jump]) -> set[Jump]:
        """Return jumps for a report: on from each line that was reached, and out in all ways if all were taken.

        Folding what is folded changes nothing: coverage.py does so.
        """
        taken: dict[int, set[int]] = {}
        for line, exit_ in jumps:
            taken.setdefault(line, set()).add(exit_)
        reached = {line for line in taken if line in self.lines}
        whole = {
            line
            for line, ways in self.ways.items()
            if line in reached and (ALL_WAYS in taken[line] or ways.keys() <= taken[line])
        }
        return {(line, ON) for line in reached} | {(line, ALL_WAYS) for line in whole}

    def never(self, line: int, jumps: Iterable[Jump]) -> str:
        """Return the ways of a line that were not taken, for readers."""
        taken = {exit_ for start, exit_ in jumps if start == line}
        missing: dict[str, list[str]] = {}
        for exit_, (point, way) in self.ways.get(line, {}).items():
            if exit_ not in taken:
                missing.setdefault(point.text, []).append(way)
        return "; ".join(f"{text} never {', '.join(ways)}" for text, ways in missing.items())
