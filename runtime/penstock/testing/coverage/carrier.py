"""Plugin of coverage.py: contracts in its reports, beside the Python files.

`pytest --cov` uses it by itself. Without pytest-cov a project asks for it:

    [tool.coverage.run]
    plugins = ["penstock.testing.coverage.carrier"]
"""

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import coverage
from coverage.plugin import CoveragePlugin, FileReporter

from penstock.project.compiling import settings_of
from penstock.project.finding import SOURCES
from penstock.testing.coverage.collector import Collector
from penstock.testing.coverage.coloring import Word, colored_lines
from penstock.testing.coverage.lines import ALL_WAYS, Jump, LineWays, jumps_taken
from penstock.testing.coverage.points import Point, points_of
from penstockc.diagnostics import CompileError
from penstockc.pipeline import read_file
from penstockc.reading import UnreadableSource
from penstockc.semantics import check
from penstockc.support.recursion_limit import raised_recursion_limit


class ContractPlugin(CoveragePlugin):
    """Reports contracts; their data come from `penstock.testing`, not from tracing Python."""

    def file_reporter(self, filename: str) -> "ContractReporter":
        """Return the reporter for a contract."""
        return ContractReporter(filename)

    def find_executable_files(self, src_dir: str) -> Iterable[str]:
        """Return the contracts of a folder, so that reports also show those that no test has called."""
        return _contracts_in(Path(src_dir))


class ContractReporter(FileReporter):
    """Answers of a contract to coverage.py: its lines, and the ways out of them."""

    def __init__(self, filename: str) -> None:
        super().__init__(filename)
        self._ways: LineWays | None = None
        self._jumps: set[Jump] = set()

    @property
    def ways(self) -> LineWays:
        """The ways of its lines; none if the file does not compile."""
        if self._ways is None:
            self._ways = LineWays(_points(Path(self.filename)))
        return self._ways

    def lines(self) -> set[int]:
        """Return the lines with points."""
        return self.ways.lines

    def arcs(self) -> set[Jump]:
        """Return the possible jumps of a report."""
        return self.ways.jumps

    def exit_counts(self) -> dict[int, int]:
        """Return how many ways out each line has."""
        return self.ways.exits

    def translate_arcs(self, arcs: Iterable[Jump]) -> set[Jump]:
        """Return the jumps of a report for those that were measured."""
        measured = set(arcs)
        self._jumps |= measured
        return self.ways.folded(measured)

    def missing_arc_description(self, start: int, end: int, executed_arcs: Iterable[Jump] | None = None) -> str:  # noqa: ARG002 - coverage.py's
        """Return the ways of a line that were not taken."""
        return self.ways.never(start, self._jumps)

    def arc_description(self, start: int, end: int) -> str:  # noqa: ARG002 - coverage.py's
        """Return what a jump stands for."""
        return "every way was taken" if end == ALL_WAYS else "reached"

    def source_token_lines(self) -> list[list[Word]]:
        """Return the words of each line with their classes."""
        return colored_lines(self.source())


_NAME: Final = f"{__name__}.{ContractPlugin.__name__}"
"""The plugin's name in the data of coverage.py."""
_NO_DATA: Final = "no-data-collected"
"""The warning of coverage.py that is wrong about contracts."""


def coverage_init(registry: Any, options: dict[str, Any]) -> None:  # noqa: ARG001 - coverage.py's
    """Register the plugin: coverage.py calls this."""
    registry.add_file_tracer(ContractPlugin())


def add_to(measured: coverage.Coverage, collector: Collector, *, by_test: bool) -> None:
    """Add what a collector has to the data of coverage.py.

    Args:
        measured: the running measurement. Contracts in its source folders that no test has called are added too.
        collector: the collector.
        by_test: whether the data are kept by test, as with `--cov-context=test`.
    """
    if collector.reached:  # a run that measures contracts alone has no data of Python before this
        silent = measured.get_option("run:disable_warnings")
        measured.set_option("run:disable_warnings", [*(silent if isinstance(silent, list) else []), _NO_DATA])
    data = measured.get_data()
    is_by_branch = bool(measured.get_option("run:branch"))
    before = data.set_context(None)
    for context, taken in _by_context(collector, by_test=by_test):
        data.set_context(context)
        for file, jumps in _by_file(taken):
            if is_by_branch:
                data.add_arcs({file: jumps})
            else:
                data.add_lines({file: {line for line, _ in jumps}})
            data.add_file_tracers({file: _NAME})
    data.set_context(before)
    if data.measured_files():
        sources = measured.get_option("run:source")
        folders = [Path(each) for each in sources] if isinstance(sources, list) else []
        data.touch_files([str(Path(file).resolve()) for folder in folders for file in _contracts_in(folder)], _NAME)


def _contracts_in(folder: Path) -> list[str]:
    """Return the contracts in a folder and below it; none if there is no such folder."""
    return [str(file) for file in sorted(folder.rglob(SOURCES))]


def _by_context(collector: Collector, *, by_test: bool) -> Iterable[tuple[str, list[tuple[Point, str]]]]:
    if not by_test:
        yield "", list(collector.reached)
        return
    tests: dict[str, list[tuple[Point, str]]] = {}
    for way, reach in collector.reached.items():
        for test in reach.tests:
            tests.setdefault(test, []).append(way)
    for test, taken in tests.items():
        yield f"{test}|run", taken  # as pytest-cov names them


def _by_file(taken: list[tuple[Point, str]]) -> Iterable[tuple[str, set[Jump]]]:
    """Yield the jumps in each file that exists, by its full path."""
    ordered = sorted(taken, key=lambda each: each[0].place.file)
    for file, found in groupby(ordered, key=lambda each: each[0].place.file):
        if Path(file).is_file():
            yield str(Path(file).resolve()), jumps_taken(found)


def _points(file: Path) -> list[Point]:
    """Return the points of a contract; none if it does not compile."""
    try:
        with raised_recursion_limit():
            program = check(read_file(file, settings_of(file).remappings))
    except (CompileError, UnreadableSource):
        return []
    return [point for _, point in points_of(program) if point.place.file == program.sources.files[0].name]
