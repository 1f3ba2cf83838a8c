"""Collector: the points of the contracts that tests have called, and how often each way was taken."""

import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from penstock.contract.contract import Call
from penstock.contract.spend import Spend
from penstock.evaluation.watching import Watch
from penstock.testing.coverage.points import Kind, Place, Point, place_of, points_of
from penstock.testing.observers import Observer
from penstockc.meaning.evaluate import Outcome
from penstockc.output.scryptc.places import is_built_in
from penstockc.semantics import typed
from penstockc.source import Sources, Span

Hit = tuple[str, int, int, str, str]
"""File, line, column, the name of a kind, and a way: plain values, which travel between processes."""
ExportedPoint = tuple[tuple[str, int, int], str, str, str | None]
"""Place, name of the kind, text, and the reason why ways are infeasible: plain values too."""


@dataclass(slots=True)
class Collector(Observer):
    """Points that tests have reached.

    Attributes:
        points: the points of all contracts that were called.
        hits: how often a way of a point was taken.
        paths: where the files are, by name and by bare name, as far as it is known.
    """

    points: dict[tuple[Place, Kind], Point] = field(default_factory=dict)
    hits: Counter[tuple[Place, Kind, str]] = field(default_factory=Counter)
    paths: dict[str, str] = field(default_factory=dict)
    _known: set[int] = field(default_factory=set)
    _programs: list[typed.Program] = field(default_factory=list)

    def watch(self, program: typed.Program, spend: Spend, call: Call) -> "CallWatch":  # noqa: ARG002 - an observer
        """Return the watch for a call; the points of its program are added."""
        if id(program) not in self._known:
            self._known.add(id(program))
            self._programs.append(program)  # keeps the number its own
            self.points.update({(point.place, point.kind): point for point in points_of(program)})
        return CallWatch(self, program, call.function.name)

    def compiled(self, sources: Sources, folder: Path) -> None:
        """Note where the files of a compilation are, whose names are relative to a folder."""
        for source in sources.files:
            if not is_built_in(source):
                there = os.path.relpath(folder / source.name)
                self.paths.update({source.name: there, PurePath(source.name).name: there})

    def hit(self, place: Place, kind: Kind, way: str) -> None:
        """Count a way of a point; other places, such as those of the library, are left out."""
        if (place, kind) in self.points:
            self.hits[place, kind, way] += 1

    def exported(self) -> tuple[list[ExportedPoint], list[tuple[Hit, int]], dict[str, str]]:
        """Return everything in plain values, for another process."""
        points = [((*point.place,), point.kind.name, point.text, point.infeasible) for point in self.points.values()]
        hits = [((*place, kind.name, way), count) for (place, kind, way), count in self.hits.items()]
        return points, hits, dict(self.paths)

    def add(self, points: Iterable[ExportedPoint], hits: Iterable[tuple[Hit, int]], paths: dict[str, str]) -> None:
        """Add what another process has collected."""
        for place, kind, text, infeasible in points:
            there = Place(*place)
            self.points[there, Kind[kind]] = Point(there, Kind[kind], text, infeasible)
        for (file, line, column, kind, way), count in hits:
            self.hits[Place(file, line, column), Kind[kind], way] += count
        self.paths.update(paths)


@dataclass(slots=True)
class CallWatch(Watch):
    """Watches one call of a public function."""

    collector: Collector
    program: typed.Program
    function: str

    def call(self, function: typed.Function) -> None:
        """Count a function that is called; public ones are counted when the call has ended."""
        if not function.is_public:
            self.collector.hit(place_of(self.program.sources, function.span), Kind.HELPER, "called")

    def decide(self, span: Span, way: bool) -> None:  # noqa: FBT001 - the value of the condition
        """Count the way of a branch, or of a requirement."""
        place = place_of(self.program.sources, span)
        self.collector.hit(place, Kind.BRANCH, "true" if way else "false")
        self.collector.hit(place, Kind.REQUIRE, "held" if way else "refused")

    def check_signature(self, check: Span, answer: str) -> None:
        """Count a check of a signature."""
        self.collector.hit(place_of(self.program.sources, check), Kind.SIGNATURE, answer)

    def end(self, outcome: Outcome) -> None:
        """Count the end of the call."""
        entry = next(each for each in self.program.entry_points if each.key.name == self.function)
        way = "accepted" if outcome.accepted else "refused"
        self.collector.hit(place_of(self.program.sources, entry.span), Kind.FUNCTION, way)
