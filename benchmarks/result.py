"""What came out of measuring one work, in one run or in several, and what follows from it.

A run is a process. Its rounds disturb everybody alike, but how a process happens to lie in memory can favour one
contender all along, so a result can hold several runs, and tells how far they are apart. A ratio is the median over all
rounds of the ratio within one round.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum, StrEnum
from itertools import chain
from statistics import median
from typing import TypeAlias, TypedDict

Samples: TypeAlias = Mapping[str, tuple[float, ...]]
"""For each contender, by name and in their order, the cost per unit in each round of one run."""


class Measured(StrEnum):
    """What a cost is made of: CPU time in seconds, or the peak of memory in bytes."""

    CPU_TIME = "CPU time"
    PEAK_MEMORY = "peak memory"


class Demand(Enum):
    """How much a target matters."""

    MUST = "must"
    AIM = "aim"


@dataclass(frozen=True, slots=True)
class Target:
    """Ours is to be at least `at_least` times as fast (or as sparing) as `against`."""

    against: str
    at_least: float
    demand: Demand = Demand.MUST


@dataclass(frozen=True, slots=True)
class Result:
    """The samples of a work.

    Attributes:
        name: the title of its table.
        unit: what one unit of the work is.
        measured: what its costs are made of.
        ours: the name of the contender that the targets speak of.
        targets: what is asked of ours.
        runs: the samples of each run.
    """

    name: str
    unit: str
    measured: Measured
    ours: str
    targets: tuple[Target, ...]
    runs: tuple[Samples, ...]

    @property
    def contenders(self) -> tuple[str, ...]:
        """Their names; the first is the yardstick."""
        return tuple(self.runs[0])

    def cost(self, name: str) -> float:
        """Median cost per unit."""
        return median(chain.from_iterable(run[name] for run in self.runs))

    def ratio(self, name: str, against: str) -> float:
        """How many times as fast as `against` the contender `name` is."""
        return median(chain.from_iterable(_ratios(run, name, against) for run in self.runs))

    def lead(self, against: str) -> float:
        """How many times as fast as `against` ours is."""
        return self.ratio(self.ours, against)

    def spread(self, against: str) -> tuple[float, float]:
        """The least and the greatest lead of a single run."""
        leads = [median(_ratios(run, self.ours, against)) for run in self.runs]
        return min(leads), max(leads)

    def meets(self, target: Target) -> bool:
        """Whether a target is reached."""
        return self.lead(target.against) >= target.at_least


def pooled(results: Iterable[Result]) -> Result:
    """The results of the same work in several runs as one."""
    first, *others = results
    return replace(first, runs=tuple(chain(first.runs, *(other.runs for other in others))))


class WrittenTarget(TypedDict):
    """A target in JSON, and whether it is met."""

    against: str
    at_least: float
    demand: str
    met: bool


class WrittenRow(TypedDict):
    """What follows for one contender: for those who only read."""

    who: str
    cost: float
    lead: float
    spread: tuple[float, float]


class Written(TypedDict):
    """A result in JSON; costs are in seconds or bytes."""

    work: str
    per: str
    measured: str
    ours: str
    rows: list[WrittenRow]
    targets: list[WrittenTarget]
    runs: list[dict[str, list[float]]]


def as_json(result: Result) -> Written:
    """Everything, for programs: `from_json` reads it back."""
    return Written(
        work=result.name,
        per=result.unit,
        measured=result.measured.value,
        ours=result.ours,
        rows=[
            WrittenRow(who=who, cost=result.cost(who), lead=result.lead(who), spread=result.spread(who))
            for who in result.contenders
        ],
        targets=[
            WrittenTarget(
                against=target.against,
                at_least=target.at_least,
                demand=target.demand.value,
                met=result.meets(target),
            )
            for target in result.targets
        ],
        runs=[{who: list(costs) for who, costs in run.items()} for run in result.runs],
    )


def from_json(written: Written) -> Result:
    """The result that `as_json` has written."""
    return Result(
        name=written["work"],
        unit=written["per"],
        measured=Measured(written["measured"]),
        ours=written["ours"],
        targets=tuple(Target(t["against"], t["at_least"], Demand(t["demand"])) for t in written["targets"]),
        runs=tuple({who: tuple(costs) for who, costs in run.items()} for run in written["runs"]),
    )


def _ratios(run: Samples, name: str, against: str) -> Iterator[float]:
    return (theirs / its for its, theirs in zip(run[name], run[against], strict=True))
