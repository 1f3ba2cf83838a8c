"""The examples of two pages run one after the other; the tables of docs/testing.md name all public parts of the kit."""

import inspect
import re
from pathlib import Path
from typing import Any

import pytest

import penstock.testing

FOLDER = Path(__file__).resolve().parents[2] / "docs"
DOCUMENT = FOLDER / "testing.md"
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(("page", "least"), [("testing.md", 4), ("sealed.md", 2)])
def test_every_example_runs(page: str, least: int) -> None:
    text = (FOLDER / page).read_text("utf-8")
    blocks = list(BLOCK.finditer(text))
    assert len(blocks) >= least
    namespace: dict[str, Any] = {}
    for block in blocks:
        line = text.count("\n", 0, block.start(1))
        exec(compile("\n" * line + block[1], page, "exec"), namespace)


def test_every_public_part_is_named() -> None:
    named = set(re.findall(r"`(\w+)(?:\([^`]*\))?`", DOCUMENT.read_text("utf-8")))
    for name in ("Key", "Chain", "Draft", "Sent", "Failure"):
        kind = getattr(penstock.testing, name)
        parts = {part for part in dir(kind) if not part.startswith("_")}
        missing = parts - named - {"inputs", "outputs", "lock_time", "tx_version", "chain"}
        assert not missing, (name, missing)
        assert inspect.getdoc(kind)
