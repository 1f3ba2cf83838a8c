"""The harness: nobody is timed unproved, and its figures follow from its samples."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("benchmarks", reason="the benchmarks lie in the checkout only")

from benchmarks.document import write_into
from benchmarks.harness import (
    CPU,
    PROCESS_CPU,
    REPORTED_CPU,
    REPORTED_MEMORY,
    BenchmarkError,
    Contender,
    Quantity,
    Work,
    measure,
    prove,
    sound,
)
from benchmarks.result import Target, as_json, from_json, pooled
from benchmarks.table import lines, markdown


def contender(name: str, *costs: float, units: int = 1, honest: bool = True) -> Contender:
    """One whose runs report these costs in turn."""
    turns = iter(costs)
    return Contender(name, lambda: next(turns), lambda: honest, units)


def work(*contenders: Contender, at_least: float = 1.0, rounds: int = 1) -> Work:
    targets = (Target("floor", at_least),)
    return Work("a work", "piece", contenders, targets, quantity=REPORTED_CPU, rounds=rounds)


def test_a_ratio_says_how_many_times_as_fast() -> None:
    result = measure(work(contender("floor", 2e-6), contender("penstock", 4e-6)))
    assert result.cost("penstock") == 4e-6
    assert result.lead("floor") == 0.5
    assert result.ratio("floor", "penstock") == 2


def test_costs_are_counted_per_unit() -> None:
    result = measure(work(contender("floor", 6.0, units=3), contender("penstock", 8.0, units=2)))
    assert (result.cost("floor"), result.cost("penstock")) == (2.0, 4.0)


def test_a_ratio_is_the_median_of_the_rounds() -> None:
    # the third round is disturbed, for both; the first cost is that of warming up
    floor, ours = (1.0, 1.0, 1.0, 50.0), (1.0, 2.0, 2.0, 100.0)
    result = measure(work(contender("floor", *floor), contender("penstock", *ours), rounds=3))
    assert result.runs[0]["floor"] == (1.0, 1.0, 50.0)
    assert result.lead("floor") == 0.5


@pytest.mark.parametrize(("at_least", "mark"), [(0.5, "met"), (0.51, "missed")])
def test_a_target_is_met_or_missed(at_least: float, mark: str) -> None:
    result = measure(work(contender("floor", 2.0), contender("penstock", 4.0), at_least=at_least))
    assert [line.mark for line in lines(result)] == [mark, ""]
    assert result.meets(result.targets[0]) is (mark == "met")


def test_who_judges_wrongly_is_not_timed() -> None:
    timed = work(contender("floor", 1.0), contender("penstock", honest=False))
    with pytest.raises(BenchmarkError, match="a work: penstock does not accept the good and refuse the tampered"):
        measure(timed)
    with pytest.raises(BenchmarkError):
        prove(timed)


@pytest.mark.parametrize(
    ("good", "tampered", "proved"),
    [
        ([True, True], [False], True),
        ([True, False], [False], False),
        ([True], [False, True], False),
        ([], [False], False),
        ([True], [], False),
    ],
)
def test_a_proof_needs_the_good_and_the_tampered(good: list[bool], tampered: list[bool], *, proved: bool) -> None:
    judges = [[lambda answer=answer: answer for answer in answers] for answers in (good, tampered)]
    assert sound(*judges)() is proved


def test_a_target_against_nobody_is_an_error() -> None:
    with pytest.raises(BenchmarkError, match="no contender is called floor"):
        measure(work(contender("penstock", 1.0)))
    with pytest.raises(BenchmarkError, match="no contender is called penstock"):
        measure(work(contender("floor", 1.0)))


def test_the_meters_count_cpu_seconds() -> None:
    assert CPU.meter(lambda: sum(range(100_000)), 3) > 0
    assert PROCESS_CPU.meter(lambda: None, 3) == pytest.approx(0)  # no process was started
    assert PROCESS_CPU.meter(lambda: subprocess.run([sys.executable, "-c", ""], check=True), 1) > 0


def test_the_tables_say_the_same() -> None:
    result = measure(work(contender("floor", 2e-6), contender("penstock", 4e-6), at_least=0.75))
    floor, ours = lines(result)
    assert floor.cells == ("floor", "2 µs", "1.00", "0.50", "", "must 0.75", "missed")
    assert ours.cells == ("penstock", "4 µs", "0.50", "", "", "", "")
    assert "| a work (CPU time per piece) | floor | 2 µs | 1.00 | 0.50 |  | must 0.75 | missed |" in markdown([result])
    written = as_json(result)
    assert written["rows"][0] == {"who": "floor", "cost": 2e-6, "lead": 0.5, "spread": (0.5, 0.5)}
    assert written["targets"] == [{"against": "floor", "at_least": 0.75, "demand": "must", "met": False}]


def test_json_is_read_back() -> None:
    result = measure(work(contender("floor", 2e-6), contender("penstock", 4e-6)))
    assert from_json(json.loads(json.dumps(as_json(result)))) == result


def test_several_runs_are_one_result_that_knows_how_far_they_are_apart() -> None:
    one, two, three = (measure(work(contender("floor", 6.0), contender("penstock", cost))) for cost in (6.0, 8.0, 12.0))
    result = pooled([one, two, three])
    assert result.lead("floor") == 0.75
    assert result.spread("floor") == (0.5, 1.0)
    assert [line.runs for line in lines(result)] == ["0.50 to 1.00", ""]
    assert one.spread("floor") == (1.0, 1.0)


@pytest.mark.parametrize(
    ("quantity", "cost", "text"),
    [
        (REPORTED_CPU, 3.21, "3.21 s"),
        (REPORTED_CPU, 0.0456, "45.6 ms"),
        (REPORTED_CPU, 33.1e-9, "33.1 ns"),
        (REPORTED_MEMORY, 5 << 30, "5 GiB"),
        (REPORTED_MEMORY, 3 << 19, "1.5 MiB"),
    ],
)
def test_amounts_have_a_fitting_unit(quantity: Quantity, cost: float, text: str) -> None:
    timed = work(contender("floor", cost), contender("penstock", cost))
    result = measure(replace(timed, quantity=quantity))
    assert [line.cost for line in lines(result)] == [text, text]


def test_the_document_keeps_what_stands_around_the_table(tmp_path: Path) -> None:
    document = tmp_path / "performance.md"
    document.write_text("before\n<!-- measured: begin -->\nold\n<!-- measured: end -->\nafter\n", encoding="utf-8")
    write_into(document, [measure(work(contender("floor", 2.0), contender("penstock", 4.0)))])
    text = document.read_text(encoding="utf-8")
    assert text.startswith("before\n<!-- measured: begin -->\n")
    assert text.endswith("<!-- measured: end -->\nafter\n")
    assert "| floor | 2 s |" in text
    assert "old" not in text


def test_a_document_without_a_place_is_left_alone(tmp_path: Path) -> None:
    document = tmp_path / "other.md"
    document.write_text("nothing here\n", encoding="utf-8")
    with pytest.raises(BenchmarkError, match="has no place for the table"):
        write_into(document, [])
    assert document.read_text(encoding="utf-8") == "nothing here\n"
