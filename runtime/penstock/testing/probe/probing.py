"""Probing the calls of a run of pytest, over its processes (pytest-xdist)."""

from typing import Any

import pytest

from penstock.testing.observers import OBSERVERS
from penstock.testing.probe.prober import Prober
from penstock.testing.probe.report import text_report

_KEY = "penstock_contract_probe"


class Probing:
    """A plugin that probes while tests run, and reports at the end."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.prober = Prober()
        OBSERVERS.append(self.prober)

    def pytest_unconfigure(self) -> None:
        """Stop probing."""
        OBSERVERS.remove(self.prober)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take over what a process of pytest-xdist has found."""
        found = getattr(node, "workeroutput", {}).get(_KEY)
        if found is not None:
            self.prober.add(*found)

    def pytest_sessionfinish(self) -> None:
        """Hand the findings to the main process."""
        output = getattr(self.config, "workeroutput", None)
        if output is not None:
            output[_KEY] = self.prober.exported()

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Show the report."""
        terminalreporter.section("probe of contracts")
        for line in (
            text_report(self.prober) if self.prober.calls else ["no call through `penstock.testing` was accepted"]
        ):
            terminalreporter.write_line(line)
