"""Measuring the coverage of contracts in a run of pytest, over its processes (pytest-xdist).

The collector is in use if a report is asked for, or if coverage.py measures and takes data of contracts.
"""

import json
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any, Final

import pytest

from penstock.testing.coverage.collector import Collector
from penstock.testing.coverage.exchange import add, add_earlier, exported
from penstock.testing.coverage.measured import measured_by
from penstock.testing.coverage.options import reports_of
from penstock.testing.coverage.summary import FileSummary, summaries, total_percent
from penstock.testing.observers import OBSERVERS

_KEY: Final = "penstock_contract_coverage"


class Measuring:
    """A plugin that collects while tests run, and reports at the end."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.reports = reports_of(config)
        self.unwritten: dict[str, str] = {}
        self.collector = Collector(with_library=config.getoption("contract_coverage_library"))
        OBSERVERS.append(self.collector)

    @property
    def is_worker(self) -> bool:
        """Whether this is a process of pytest-xdist."""
        return hasattr(self.config, "workeroutput")

    def pytest_unconfigure(self) -> None:
        """Stop measuring."""
        if self.collector in OBSERVERS:
            OBSERVERS.remove(self.collector)

    # Collecting -------------------------------------------------------------------------------------------------------

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Note which test runs."""
        self.collector.test = item.nodeid
        try:
            return (yield)
        finally:
            self.collector.test = ""

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtestloop(self) -> Generator[None, object, object]:
        """Hand the collection to coverage.py, if that measures, before pytest-cov takes its data."""
        result = yield
        for measured, by_test in measured_by(self.config):
            from penstock.testing.coverage.carrier import add_to  # noqa: PLC0415 - coverage.py may not be installed

            add_to(measured, self.collector, by_test=by_test)
        return result

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take over what a process of pytest-xdist has collected."""
        found = getattr(node, "workeroutput", {}).get(_KEY)
        if found is not None:
            add(self.collector, found)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Hand the collection to the main process, or write the reports and fail below the limit."""
        if self.is_worker:
            self.config.workeroutput[_KEY] = exported(self.collector)  # type: ignore[attr-defined] # of pytest-xdist
            return
        self._keep()
        files = summaries(self.collector)
        self._write("json", lambda place: place.write_text(json_text(self.collector, files), "utf-8"))
        self._write("lcov", lambda place: place.write_text(lcov_text(self.collector, files), "utf-8"))
        self._write("html", lambda place: write_html(place, self.collector, files))
        if (self.unwritten or self._is_too_little(files)) and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def _keep(self) -> None:
        """Add the last run if that is asked for, and keep the collection for the next one."""
        cache = getattr(self.config, "cache", None)
        if cache is None:
            if self.config.getoption("contract_coverage_append"):
                raise pytest.UsageError(
                    "--contract-coverage-append needs pytest's cache: leave out -p no:cacheprovider"
                )
            return
        file = cache.mkdir("penstock") / "coverage.json"
        if self.config.getoption("contract_coverage_append") and file.is_file():
            add_earlier(self.collector, file.read_text("utf-8", errors="replace"))
        file.write_text(json.dumps(exported(self.collector)), "utf-8")

    # Reports ----------------------------------------------------------------------------------------------------------

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Show the report."""
        if not self.reports:
            return
        files = summaries(self.collector)
        terminalreporter.section("coverage of contracts")
        if not files:
            terminalreporter.write_line("no contract was called through `penstock.testing`")
        elif "term" in self.reports:
            from penstock.testing.coverage.reports.text import text_report  # noqa: PLC0415 - only if it is asked for

            for line in text_report(files):
                terminalreporter.write_line(line)
        for problem in self.unwritten.values():
            terminalreporter.write_line(f"FAIL: {problem}", red=True)
        for kind, place in self.reports.items():
            if place and kind not in self.unwritten:
                terminalreporter.write_line(f"{kind}: {place}/index.html" if kind == "html" else f"{kind}: {place}")
        if self._is_too_little(files):
            least = self.config.getoption("contract_coverage_fail_under")
            terminalreporter.write_line(
                f"FAIL: {total_percent(files):.2f} % covered, required are {least:g} %", red=True
            )

    def _is_too_little(self, files: list[FileSummary]) -> bool:
        least = self.config.getoption("contract_coverage_fail_under")
        return least is not None and total_percent(files) < least

    def _write(self, kind: str, write: Callable[[Path], object]) -> None:
        place = self.reports.get(kind)
        if place is None:
            return
        try:
            write(Path(place))
        except OSError as error:
            told = error.strerror or str(error)
            self.unwritten[kind] = f"--contract-coverage={kind}: cannot write {place}: {told}"


def json_text(collector: Collector, files: list[FileSummary]) -> str:
    """Return the report as JSON."""
    from penstock.testing.coverage.reports.data import json_report  # noqa: PLC0415 - only if it is asked for

    return json_report(collector, files)


def lcov_text(collector: Collector, files: list[FileSummary]) -> str:
    """Return the report for LCOV."""
    from penstock.testing.coverage.reports.data import lcov_report  # noqa: PLC0415 - only if it is asked for

    return lcov_report(collector, files)


def write_html(folder: Path, collector: Collector, files: list[FileSummary]) -> None:
    """Write the report as pages."""
    from penstock.testing.coverage.reports.page import write_pages  # noqa: PLC0415 - only if it is asked for

    write_pages(folder, collector, files)
