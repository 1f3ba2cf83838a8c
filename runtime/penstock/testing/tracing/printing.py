"""`pytest --contract-trace EXPR`: the values of an expression in every call, test by test, at the end of the run."""

from collections.abc import Generator
from typing import Final

import pytest

from penstock.contract.contract import Call
from penstock.contract.spend import Spend
from penstock.evaluation.watching import Watch, joined
from penstock.testing.observers import OBSERVERS, Observer
from penstock.testing.tracing.expressions import Expression, ExpressionWatch
from penstockc.semantics import typed

_HEADING: Final = "values in contracts"


class Tracing(Observer):
    """A plugin that traces expressions; the reports of tests carry the values, also between processes.

    Args:
        texts: the expressions.
        is_worker: whether this is a process of pytest-xdist: the main one shows the values.
    """

    def __init__(self, texts: list[str], *, is_worker: bool) -> None:
        self.is_worker = is_worker
        self.expressions = [Expression(text) for text in texts]
        self.watches: list[ExpressionWatch] = []
        self.told: list[tuple[str, str]] = []
        OBSERVERS.append(self)

    def watch(self, program: typed.Program, spend: Spend, call: Call) -> Watch | None:  # noqa: ARG002 - an observer
        """Return the watch for a call."""
        made = [ExpressionWatch(expression, program, spend) for expression in self.expressions]
        self.watches += made
        return joined(tuple(made))

    def pytest_unconfigure(self) -> None:
        """Stop tracing."""
        if self in OBSERVERS:
            OBSERVERS.remove(self)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Put the values into the report of a test."""
        report = yield
        if call.when == "call":
            lines = [line for watch in self.watches for line in watch.lines]
            self.watches.clear()
            if lines:
                report.sections.append((_HEADING, "\n".join(lines)))
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the values of a test for the end, where they are shown once."""
        if self.is_worker:
            return
        self.told += [(report.nodeid, text) for heading, text in report.sections if heading == _HEADING]
        report.sections = [section for section in report.sections if section[0] != _HEADING]

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Show the values."""
        terminalreporter.section(_HEADING)
        for test, text in self.told:
            terminalreporter.write_line(test)
            for line in text.splitlines():
                terminalreporter.write_line(f"  {line}")
        for expression in self.expressions:
            if not any(f"  {expression.text} = " in text for _, text in self.told):
                terminalreporter.write_line(f"{expression.text} has no value in any function that was called")
                for function, message in expression.unknown.items():
                    terminalreporter.write_line(f"  {function}: {message}")
