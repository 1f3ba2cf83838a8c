"""docs/threats.md: each threat has a number, a loss, a measure and tests, and the tests are there."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "threats.md").read_text("utf-8")
ROWS = re.findall(r"^\| (\d+) \| (.+?) \| (.*?) ?\| (.+?) \| (.+?) \|$", TEXT, re.MULTILINE)
TESTS = dict(re.findall(r"^\* (\d+): (`.+?`(?:,\n  `.+?`)*)$", TEXT, re.MULTILINE))
"""The tests of each threat, by its number."""
NAMED = re.findall(r"`([\w/]+\.py)::(\w+)`", TEXT)


def test_each_threat_has_tests() -> None:
    numbers = [int(row[0]) for row in ROWS]
    assert len(numbers) > 40
    assert numbers == list(range(1, len(numbers) + 1))
    assert numbers == [int(number) for number in TESTS]
    assert len(NAMED) == len(re.findall(r"\.py::", TEXT))


@pytest.mark.parametrize("file", sorted({file for file, _ in NAMED}))
def test_each_named_test_is_there(file: str) -> None:
    tree = ast.parse((ROOT / "tests" / file).read_text("utf-8"))
    there = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert {name for named, name in NAMED if named == file} <= there
