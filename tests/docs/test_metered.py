"""docs/metered.md: its code runs, its examples are there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "metered.md").read_text("utf-8")


def test_the_code_runs(capsys: pytest.CaptureFixture[str]) -> None:
    (block,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    exec(compile(block, "metered.md", "exec"), {})
    said = re.search(r"print\(error\)  # (.*)", block)
    assert said is not None
    assert capsys.readouterr().out.strip() == said[1]


def test_the_examples_are_there() -> None:
    named = re.findall(r"python (examples/\w+\.py)", TEXT)
    assert len(named) == 2
    assert all((ROOT / name).is_file() for name in named)
