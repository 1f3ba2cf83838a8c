"""Measuring the coverage of contracts in a run of pytest, over its processes (pytest-xdist)."""

from pathlib import Path
from typing import Any

import pytest

from penstock.testing.coverage.collector import Collector
from penstock.testing.coverage.reports import json_report, lcov_report, text_report
from penstock.testing.coverage.summary import FileSummary, summaries, total_percent
from penstock.testing.observers import OBSERVERS

_KEY = "penstock_contract_coverage"


class Measuring:
    """A plugin that collects while tests run, and reports at the end."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.collector = Collector()
        OBSERVERS.append(self.collector)

    def pytest_unconfigure(self) -> None:
        """Stop measuring."""
        OBSERVERS.remove(self.collector)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take over what a process of pytest-xdist has collected."""
        found = getattr(node, "workeroutput", {}).get(_KEY)
        if found is not None:
            self.collector.add(*found)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Hand the collection to the main process, or write the reports and fail below the limit."""
        output = getattr(self.config, "workeroutput", None)
        if output is not None:
            output[_KEY] = self.collector.exported()
            return
        files = summaries(self.collector)
        self._write("contract_coverage_json", lambda: json_report(files))
        self._write("contract_coverage_lcov", lambda: lcov_report(self.collector, files))
        if self._is_too_little(files) and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Show the report."""
        files = summaries(self.collector)
        terminalreporter.section("coverage of contracts")
        for line in text_report(files) if files else ["no contract was called through `penstock.testing`"]:
            terminalreporter.write_line(line)
        if self._is_too_little(files):
            least = self.config.getoption("contract_coverage_fail_under")
            terminalreporter.write_line(
                f"FAIL: {total_percent(files):.2f} % covered, required are {least:g} %", red=True
            )

    def _is_too_little(self, files: list[FileSummary]) -> bool:
        least = self.config.getoption("contract_coverage_fail_under")
        return least is not None and total_percent(files) < least

    def _write(self, option: str, report: Any) -> None:
        path = self.config.getoption(option)
        if path is None:
            return
        try:
            Path(path).write_text(report(), "utf-8")
        except OSError as error:
            raise pytest.UsageError(f"--{option.replace('_', '-')}: cannot write {path}: {error.strerror}") from None
