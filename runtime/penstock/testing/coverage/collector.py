"""Collector: the points of the contracts that tests have called, and which test took which of their ways."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from penstock.contract.contract import Call
from penstock.contract.spend import Spend
from penstock.script.parse import instructions
from penstock.testing.coverage.points import Point
from penstock.testing.coverage.watch import CallWatch, ProgramPoints, Taken
from penstock.testing.describing import arguments_of
from penstock.testing.observers import Observer
from penstockc.output.scryptc.places import is_built_in
from penstockc.semantics import typed
from penstockc.source import Sources


@dataclass(slots=True)
class Reach:
    """How a way of a point was taken.

    Attributes:
        tests: how often by each test.
        example: the arguments of the first call that took it.
    """

    tests: dict[str, int] = field(default_factory=dict)
    example: str = ""

    @property
    def count(self) -> int:
        """How often it was taken."""
        return sum(self.tests.values())


@dataclass(slots=True)
class File:
    """A file of a contract.

    Attributes:
        text: its text.
        sizes: bytes of script by line, for each target.
    """

    text: str
    sizes: dict[str, dict[int, int]] = field(default_factory=dict)


@dataclass(slots=True)
class Collector(Observer):
    """Points that tests have reached.

    Attributes:
        with_library: whether the standard library is covered too.
        test: the running test, for the ways that it takes.
        points: the points of all contracts that were called.
        reached: how their ways were taken.
        files: the files of the points: paths, or names where no path is known.
    """

    with_library: bool = False
    test: str = ""
    points: set[Point] = field(default_factory=set)
    reached: dict[tuple[Point, str], Reach] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    _paths: dict[tuple[str, str], str] = field(default_factory=dict)
    _programs: dict[int, ProgramPoints] = field(default_factory=dict)
    _sized: set[tuple[int, str]] = field(default_factory=set)

    def compiled(self, sources: Sources, folder: Path) -> None:
        """Note where the files of a compilation are, whose names are relative to a folder."""
        for source in sources.files:
            if not is_built_in(source):
                path = os.path.relpath(folder / source.name)
                self._paths[Path(source.name).name, source.text] = path

    def watch(self, program: typed.Program, spend: Spend, call: Call) -> CallWatch:
        """Return the watch for a call; the points of its program are added."""
        known = self._programs.get(id(program))
        if known is None:
            known = self._programs[id(program)] = self._add_program(program)
        self._add_sizes(program, spend)
        return CallWatch(known, call.function.name, lambda taken: self._add(taken, call))

    def count(self, point: Point, way: str) -> int:
        """Return how often a way of a point was taken."""
        found = self.reached.get((point, way))
        return 0 if found is None else found.count

    def points_in(self, file: str) -> list[Point]:
        """Return the points of a file, in the order of the source."""
        found = (point for point in self.points if point.place.file == file)
        return sorted(found, key=lambda each: (each.place, each.kind.name))

    # Adding -----------------------------------------------------------------------------------------------------------

    def _add_program(self, program: typed.Program) -> ProgramPoints:
        names = dict(self._names(program.sources))
        points = ProgramPoints.of(program, names, with_library=self.with_library)
        self.points.update(point for table in points.tables.values() for point in table.values())
        return points

    def _names(self, sources: Sources) -> Iterator[tuple[str, str]]:
        """Yield the name of each source with that of its file, and note the file."""
        for source in sources.files:
            if is_built_in(source) and not self.with_library:
                continue
            path = self._paths.get((Path(source.name).name, source.text), source.name)
            number = 1
            while (name := path if number == 1 else f"{path} ({number})") in self.files:
                if self.files[name].text == source.text:
                    break
                number += 1  # another text of this name
            self.files.setdefault(name, File(source.text))
            yield source.name, name

    def _add_sizes(self, program: typed.Program, spend: Spend) -> None:
        """Note the bytes of script by line, once for each program and target."""
        artifact = spend.contract.artifact
        if (id(program), artifact.target) in self._sized:
            return
        self._sized.add((id(program), artifact.target))
        names = dict(self._names(program.sources))
        sizes = dict[tuple[str, int], int]()
        for index, each in enumerate(instructions(spend.contract.locking_script)):
            if index >= artifact.template.opcode_count:
                break
            if (found := artifact.location(index)) is not None:
                sizes[found.file, found.line] = sizes.get((found.file, found.line), 0) + each.size
        for (source, line), size in sizes.items():
            if source in names:
                self.files[names[source]].sizes.setdefault(artifact.target, {})[line] = size

    def _add(self, taken: Taken, call: Call) -> None:
        """Add the ways that a call has taken."""
        example = None
        for way, count in taken.items():
            reach = self.reached.get(way)
            if reach is None:
                if example is None:
                    example = ", ".join(f"{name} = {text}" for name, text in arguments_of(call))
                reach = self.reached[way] = Reach(example=example)
            reach.tests[self.test] = reach.tests.get(self.test, 0) + count
