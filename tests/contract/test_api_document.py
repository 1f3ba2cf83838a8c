"""The examples of docs/api.md run as they stand, one after the other."""

import re
from pathlib import Path
from typing import Any

import pytest

import penstock

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "api.md"
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_every_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    text = DOCUMENT.read_text("utf-8")
    blocks = list(BLOCK.finditer(text))
    assert len(blocks) >= 10
    namespace: dict[str, Any] = {}
    for block in blocks:
        line = text.count("\n", 0, block.start(1))
        code = "\n" * line + block[1]  # so that a failure names the line of the document
        exec(compile(code, str(DOCUMENT), "exec"), namespace)
    assert "source: require(sha256(secret) == this.digest);" in capsys.readouterr().out


def test_every_public_name_is_in_the_table() -> None:
    table = DOCUMENT.read_text("utf-8").partition("\n## ")[0]
    missing = [name for name in penstock.__all__ if f"`{name}`" not in table and name != "__version__"]
    assert not missing
