"""`python -m tests.support.vectors.conformance`: how many rows of each file of test vectors pass.

Runs the tests that read vectors, and counts rows by the ids of these tests. A row that several tests read passes if all
of them do. Ends with 1 if a row fails, or if a file of vectors is read by no test.
"""

import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from rich.console import Console
from rich.table import Table

TESTS = Path(__file__).resolve().parents[2]
READERS = ("vm", "tx")


@dataclass(slots=True)
class Listener:
    """A plugin of pytest that keeps the ids of the tests that have run, and of those that have failed."""

    ran: set[str] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note one test."""
        if report.when == "call" or report.failed:
            self.ran.add(report.nodeid)
        if report.failed:
            self.failed.add(report.nodeid)


@dataclass(frozen=True, slots=True)
class Score:
    """The rows of a file: those that are read, and those that fail."""

    rows: int
    failed: int


def score_of(label: str, listener: Listener) -> Score:
    """Count the rows of the file with this label in test ids; tests may number the rows of a file differently."""
    rows: dict[str, set[str]] = {}
    failed: set[str] = set()
    for test in listener.ran:
        function, _, parameters = test.partition("[")
        found = re.search(rf"(?:^|-){re.escape(label)}-(\d{{4,}})", parameters)
        if found is not None:
            rows.setdefault(function, set()).add(found[1])
            if test in listener.failed:
                failed.add(f"{function} {found[1]}")
    return Score(max(map(len, rows.values()), default=0), len(failed))


def files_of(folder: Path) -> dict[str, str]:
    """Return the files of vectors by the labels that their rows have in test ids."""
    found = sorted(path for path in folder.rglob("*") if path.suffix in {".json", ".csv"})
    names = [str(path.relative_to(folder)) for path in found]
    return {name.partition(".")[0].replace("/", "-").replace("_", "-"): name for name in names}


def main() -> int:
    """Run the tests, print the table, and return the exit code."""
    listener = Listener()
    chosen = ["-q", "-p", "no:cacheprovider", "-k", "bitcoin or bips or rfc6979 or wycheproof"]
    pytest.main([*chosen, *(str(TESTS / reader) for reader in READERS)], plugins=[listener])
    from tests.support.vectors.vector_files import vectors_folder  # noqa: PLC0415 - tests/conftest.py has said by now where the vectors are

    table = Table("file", "rows", "passed")
    scores = {name: score_of(label, listener) for label, name in files_of(vectors_folder()).items()}
    for name, score in scores.items():
        table.add_row(name, str(score.rows), str(score.rows - score.failed))
    Console().print(table)
    return 1 if any(score.failed or not score.rows for score in scores.values()) or not scores else 0


if __name__ == "__main__":
    sys.exit(main())
