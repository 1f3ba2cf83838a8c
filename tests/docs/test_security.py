"""docs/security.md: each point has a measure and tests, and the tests are there."""

import ast
import re
from pathlib import Path

import pytest

from penstock.service.provider.app import BODY_SECONDS, MOST_BODY
from penstock.service.requests import HEAD_SECONDS, MOST_HEAD

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")
ROWS = [row for row in re.findall(r"^\| (.+?) \| (.+?) \| (.+?) \|$", PAGE, re.MULTILINE) if row[0] != "point"]
NAMED = re.compile(r"`([\w/]+\.py)::(\w+)`")


def test_the_table_is_read() -> None:
    assert len(ROWS) >= 20
    assert PAGE.count(".py::") == sum(len(NAMED.findall(tests)) for _, _, tests in ROWS)


@pytest.mark.parametrize(("point", "tests"), [(point, tests) for point, _, tests in ROWS], ids=[row[0] for row in ROWS])
def test_each_named_test_is_there(point: str, tests: str) -> None:
    assert re.search(r"\(V\d+\.\d", point)
    named = NAMED.findall(tests)
    assert named
    for file, name in named:
        tree = ast.parse((ROOT / "tests" / file).read_text("utf-8"))
        assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, (file, name)


def test_the_numbers_of_the_page() -> None:
    assert f"{MOST_HEAD >> 10} KiB at most, also of a header" in PAGE
    assert f"{MOST_BODY >> 10} KiB and 3,072 bytes" in PAGE
    assert f"a head has {HEAD_SECONDS:g} seconds, a body {BODY_SECONDS:g}" in PAGE
