"""Summary of a collection: for each file the ways that tests have taken, and those that they have not."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from penstock.testing.coverage.collector import Collector
from penstock.testing.coverage.points import Kind, Point


class Missing(NamedTuple):
    """A point with the ways that no test has taken."""

    point: Point
    ways: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FileSummary:
    """The coverage of one file.

    Attributes:
        file: its name.
        taken: the number of ways that were taken, by kind.
        all: the number of ways that there are, by kind; without those that are said to be infeasible.
        missing: the points with ways that were not taken.
        infeasible: the same for ways that the source says cannot be taken.
    """

    file: str
    taken: dict[Kind, int]
    all: dict[Kind, int]
    missing: tuple[Missing, ...]
    infeasible: tuple[Missing, ...]

    @property
    def percent(self) -> float:
        """The part of the ways that were taken, in percent; 100 for a file without any."""
        wanted = sum(self.all.values())
        return 100 * sum(self.taken.values()) / wanted if wanted else 100.0


def summaries(collector: Collector) -> list[FileSummary]:
    """Return the coverage of each file with points, by name."""
    files = sorted({point.place.file for point in collector.points})
    return [_summary(collector, file) for file in files]


def total_percent(files: list[FileSummary]) -> float:
    """Return the part of all ways that were taken, in percent; 100 without any."""
    wanted = sum(sum(file.all.values()) for file in files)
    return 100 * sum(sum(file.taken.values()) for file in files) / wanted if wanted else 100.0


def never_accepted(files: list[FileSummary]) -> Iterator[Missing]:
    """Yield the public functions that no test has seen accepted: it is not known whether they can be spent at all."""
    for file in files:
        yield from (each for each in file.missing if each.point.kind is Kind.FUNCTION and "accepted" in each.ways)


def _summary(collector: Collector, file: str) -> FileSummary:
    taken, wanted = dict.fromkeys(Kind, 0), dict.fromkeys(Kind, 0)
    missing: list[Missing] = []
    infeasible: list[Missing] = []
    for point in collector.points_in(file):
        untaken = tuple(way for way in point.kind.ways if not collector.count(point, way))
        excused = untaken if point.infeasible is not None else ()
        taken[point.kind] += len(point.kind.ways) - len(untaken)
        wanted[point.kind] += len(point.kind.ways) - len(excused)
        if untaken:
            (infeasible if excused else missing).append(Missing(point, untaken))
    return FileSummary(file, taken, wanted, tuple(missing), tuple(infeasible))
