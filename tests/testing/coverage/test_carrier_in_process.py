"""Contracts in the reports of coverage.py, in this process: real calls, a measurement of their own and its reports."""

import io
import json
from pathlib import Path

import coverage
import pytest

from penstock.testing import Chain, key, refuses
from penstock.testing.coverage.carrier import ContractReporter, add_to
from penstock.testing.coverage.collector import Collector
from penstock.testing.coverage.lines import ALL_WAYS, ON
from penstock.testing.observers import OBSERVERS

CARRIER = "penstock.testing.coverage.carrier"
CONTRACT = """contract Split {
    PubKey owner;
    public function take(int part, Sig sig) {
        if (part > 5) {
            require(part < 10);
        }
        require(checkSig(sig, this.owner));
    }
    public function never(int x) {
        require(x == 1);
    }
}
"""
OWNER = key("owner")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a contract, one that no test calls, and one that does not compile."""
    (tmp_path / "split.scrypt").write_text(CONTRACT)
    (tmp_path / "idle.scrypt").write_text(CONTRACT.replace("Split", "Idle"))
    (tmp_path / "broken.scrypt").write_text("contract {")
    return tmp_path


@pytest.fixture
def collector(folder: Path) -> Collector:
    """A collector after two calls of the contract, each by a test of its own."""
    used = Collector()
    OBSERVERS.append(used)
    chain = Chain()
    for part in (5, 10):
        used.test = f"test_{part}"
        coin = chain.fund(chain.contract(folder / "split.scrypt", OWNER), 1000)
        draft = chain.spend(coin, "take", part, OWNER).to(OWNER, 900)
        if part < 10:
            draft.send()
        else:
            with refuses("part < 10"):
                draft.send()
    OBSERVERS.remove(used)
    return used


def measurement(folder: Path, *, branch: bool = True) -> coverage.Coverage:
    measured = coverage.Coverage(
        data_file=str(folder / "data"), branch=branch, source=[str(folder)], config_file=False, messages=False
    )
    measured.set_option("run:plugins", [CARRIER])
    return measured


def line_of(report: str, name: str) -> list[str]:
    (line,) = [line.split()[1:] for line in report.splitlines() if line.split()[:1] and name in line.split()[0]]
    return line


def test_lines_ways_and_what_was_never_taken(folder: Path, collector: Collector) -> None:
    measured = measurement(folder)
    add_to(measured, collector, by_test=False)
    report = io.StringIO()
    measured.report(file=report, show_missing=True)
    # 3 take, 4 if, 5 and 7 require, 9 never, 10 require; "take" was accepted and refused, "if" went both ways
    assert line_of(report.getvalue(), "split") == ["6", "2", "12", "2", "56%", "5->exit,", "7->exit,", "9-10"]
    assert line_of(report.getvalue(), "idle")[:2] == ["6", "6"]
    assert line_of(report.getvalue(), "broken")[:2] == ["0", "0"]
    measured.html_report(directory=str(folder / "pages"))
    (page,) = (folder / "pages").glob("*split_scrypt.html")
    text = page.read_text()
    assert "checkSig(sig, this.owner) never wrong, empty" in text
    assert '<span class="key">require</span>' in text


def test_without_branches_lines_alone(folder: Path, collector: Collector) -> None:
    measured = measurement(folder, branch=False)
    add_to(measured, collector, by_test=False)
    report = io.StringIO()
    measured.report(file=report, show_missing=True)
    assert line_of(report.getvalue(), "split") == ["6", "2", "67%", "9-10"]


def test_data_by_test(folder: Path, collector: Collector) -> None:
    measured = measurement(folder)
    add_to(measured, collector, by_test=True)
    measured.json_report(outfile=str(folder / "out.json"), show_contexts=True)
    files = json.loads((folder / "out.json").read_text())["files"]
    (split,) = [document for name, document in files.items() if name.endswith("split.scrypt")]
    assert set(split["contexts"]["4"]) == {"test_10|run", "test_5|run"}
    assert (split["contexts"]["5"], split["contexts"]["7"]) == (["test_10|run"], ["test_5|run"])


def test_no_call_adds_nothing(folder: Path) -> None:
    measured = measurement(folder)
    add_to(measured, Collector(), by_test=False)
    assert measured.get_data().measured_files() == set()


def test_folding_what_is_folded_changes_nothing(folder: Path) -> None:
    reporter = ContractReporter(str(folder / "split.scrypt"))
    every = {(line, exit_) for line, ways in reporter.ways.ways.items() for exit_ in ways}
    folded = reporter.translate_arcs(every)
    assert folded == reporter.ways.folded(folded) == {arc for arc in reporter.arcs() if arc[0] in dict(every)}
    assert reporter.exit_counts() == dict.fromkeys(reporter.lines(), 2)
    assert reporter.missing_arc_description(4, ALL_WAYS) == ""
    assert [reporter.arc_description(4, way) for way in (ON, ALL_WAYS)] == ["reached", "every way was taken"]
