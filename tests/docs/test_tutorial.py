"""docs/tutorial.md runs from top to bottom in an empty folder: its files, and its commands with the output it shows.

Numbers that vary, or change with the compiler, are masked on both sides; a line `...` stands for any lines.
"""

import re
from pathlib import Path

import pytest

from tests.support.pages.tutorial import PAGE, Ran, change, steps

VARYING = [
    (re.compile(r"\bin \d+\.\d+s\b"), "in TIME"),
    (re.compile(r"=+ (?=\d+ (?:passed|failed))|(?<=TIME) =+"), ""),
    (re.compile(r"\b[0-9a-f]{32,}…"), "HEX"),
    (re.compile(r"\b(?:7[0-3]|6\d\d|7\d\d) bytes\b"), "SIZE bytes"),
    (re.compile(r"\b(locking|unlocking|opcodes|items|fee)  +\d+"), r"\1 N"),
    (re.compile(r"[-─=_^]{4,}"), "-"),
    (re.compile(r" +"), " "),
]


def masked(text: str) -> list[str]:
    for pattern, mask in VARYING:
        text = pattern.sub(mask, text)
    return [line.strip() for line in text.splitlines() if line.strip()]


def differs(shown: list[str], real: list[str]) -> str | None:
    """The first line that is shown and not in the real output, or the other way round; None if there is none."""
    place, gap = 0, False
    for line in shown:
        if line == "...":
            gap = True
            continue
        found = real.index(line, place) if line in real[place:] else None
        if found is None or (found > place and not gap):
            return line
        place, gap = found + 1, False
    return None if gap or place == len(real) else f"and then: {real[place]}"


def expected_exit(ran: Ran) -> int:
    """The exit code of a command: that which is told, else 1 for a test that fails."""
    if ran.code is not None:
        return ran.code
    return int(re.search(r"^(?:F|E  |\S+ FAILED)", ran.shown, re.MULTILINE) is not None)


@pytest.mark.long
def test_the_tutorial_runs_as_it_stands(tmp_path: Path) -> None:
    count = 0
    for ran in steps(tmp_path):
        assert ran.exit == expected_exit(ran), f"{ran.line}\n{ran.output}"
        wrong = differs(masked(ran.shown), masked(ran.output))
        assert wrong is None, f"{ran.line}\nthe output that is shown differs: {wrong}\n{ran.output}"
        count += 1
    assert count > 15


def test_each_file_has_its_name_above_it() -> None:
    """Pages of a browser do not show the words after a block's language."""
    page = PAGE.read_text("utf-8")
    files = re.findall(r"^```\w+ (\S+)$", page, re.MULTILINE)
    assert files == re.findall(r"^\*\*(\S+)\*\*\n\n```\w+ \1$", page, re.MULTILINE)


@pytest.mark.parametrize(
    ("shown", "real", "wrong"),
    [
        (["a", "...", "c"], ["a", "b", "c"], None),
        (["a", "c"], ["a", "b", "c"], "c"),
        (["a"], ["a", "b"], "and then: b"),
        (["a", "..."], ["a"], None),
        (["...", "d"], ["a", "b"], "d"),
    ],
)
def test_the_comparison_finds_lines_that_are_not_there(shown: list[str], real: list[str], wrong: str | None) -> None:
    assert differs(shown, real) == wrong


def test_a_difference_is_put_in_its_place(tmp_path: Path) -> None:
    file = tmp_path / "x"
    file.write_text("a\nb\nc\n")
    change(file, " a\n-b\n+d\n+e\n")
    assert file.read_text() == "a\nd\ne\nc\n"
