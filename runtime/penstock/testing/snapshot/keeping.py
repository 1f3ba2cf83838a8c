"""Keeping the snapshot in a run of pytest, over its processes (pytest-xdist): it is written, or compared with."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from penstock.testing.observers import OBSERVERS
from penstock.testing.snapshot.costs import Costs, Snapshot, SnapshotError, differences, news, read, written
from penstock.testing.snapshot.recorder import Recorder

_KEY = "penstock_contract_snapshot"


class Keeping:
    """A plugin that records while tests run, and writes or compares the snapshot at the end.

    Tests that have not passed in this run keep the costs that they have in the file, unless they are gone.

    Raises:
        UsageError: the file is not one, or cannot be read.
    """

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.recorder = Recorder()
        self.passed: set[str] = set()
        self.collected: set[str] = set()
        self.deselected: set[str] = set()
        write, compare = config.getoption("contract_snapshot"), config.getoption("contract_snapshot_check")
        if write is not None and compare is not None:
            raise pytest.UsageError(
                "--contract-snapshot writes what --contract-snapshot-check compares: give one of them"
            )
        self.writes = write is not None
        self.file = _file(config, write if self.writes else compare)
        self.old = _read(self.file, is_needed=not self.writes)
        OBSERVERS.append(self.recorder)

    def pytest_unconfigure(self) -> None:
        """Stop recording."""
        OBSERVERS.remove(self.recorder)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Note the tests that there are."""
        self.collected |= {item.nodeid for item in session.items}

    def pytest_deselected(self, items: Iterable[pytest.Item]) -> None:
        """Note the tests that there are, too, and that do not run."""
        self.deselected |= {item.nodeid for item in items}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a test that has passed."""
        if report.when == "call" and report.passed:
            self.passed.add(report.nodeid)
        elif report.failed:
            self.passed.discard(report.nodeid)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take over what a process of pytest-xdist has recorded."""
        found = getattr(node, "workeroutput", {}).get(_KEY)
        if found is not None:
            tests, collected, deselected = found
            self.recorder.add(tests)
            self.collected.update(collected)
            self.deselected.update(deselected)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Hand the costs to the main process, or write the snapshot, or fail if it differs."""
        output = getattr(self.config, "workeroutput", None)
        if output is not None:
            output[_KEY] = self.recorder.exported(), sorted(self.collected), sorted(self.deselected)
        elif self.writes:
            _write(self.file, self._new)
        elif list(self._differences) and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Show the differences, and the tests that are new or gone."""
        new, found = self._new, list(self._differences)
        terminalreporter.section("costs of contracts")
        for line in news(self.old, new):
            terminalreporter.write_line(line)
        for line in found:
            terminalreporter.write_line(line, red=not self.writes)
        calls = sum(map(len, new.values()))
        name = self.file.name
        if self.writes:
            terminalreporter.write_line(f"{name}: {calls} calls of {len(new)} tests")
        elif found:
            terminalreporter.write_line(
                f"FAIL: the costs differ from {name}; --contract-snapshot writes it anew", red=True
            )
        else:
            terminalreporter.write_line(f"the costs are those of {name}")

    @property
    def _new(self) -> Snapshot:
        """The costs of the tests that have passed, and of those in the file that have not run and are not gone."""
        ran = {test: tuple(calls) for test, calls in self.recorder.tests.items() if calls and test in self.passed}
        return {**{test: calls for test, calls in self.old.items() if not self._is_over(test)}, **ran}

    @property
    def _differences(self) -> Iterable[str]:
        return differences(self.old, self._new, self.config.getoption("contract_snapshot_tolerance"))

    def _is_over(self, test: str) -> bool:
        """Return whether a test of the file no longer has costs: it passed without any, or it is gone."""
        file = test.partition("::")[0]
        if test in self.passed or not (self.config.rootpath / file).exists():
            return True
        is_selection = any("::" in arg for arg in self.config.args)
        files = {each.partition("::")[0] for each in self.collected}
        return not is_selection and file in files and test not in self.collected | self.deselected


def _file(config: pytest.Config, name: str) -> Path:
    path = config.rootpath / name
    if path.is_dir() or path.suffix == ".py" or "::" in name:
        raise pytest.UsageError(
            f"{name} is not a file for a snapshot; tests come first: pytest {name} --contract-snapshot"
        )
    return path


def _read(path: Path, *, is_needed: bool) -> Snapshot:
    try:
        return read(path.read_text("utf-8"))
    except FileNotFoundError:
        if is_needed:
            raise pytest.UsageError(f"there is no snapshot {path}: --contract-snapshot writes it") from None
        return {}
    except SnapshotError as error:  # also if it is to be written: it may be a file of another kind
        raise pytest.UsageError(f"{path}: {error}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise pytest.UsageError(f"cannot read the snapshot {path}: {error}") from None


def _write(path: Path, snapshot: Mapping[str, tuple[Costs, ...]]) -> None:
    try:
        path.write_text(written(snapshot), "utf-8")
    except OSError as error:
        raise pytest.UsageError(f"cannot write the snapshot {path}: {error.strerror}") from None
