"""The examples of docs/api.md run as they stand, one after the other."""

import inspect
import re
from collections.abc import MutableMapping, MutableSet
from importlib import import_module
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


def test_every_public_part_of_every_public_class_is_named() -> None:
    """By its name in code marks, with or without what it takes; what is inherited from Python is no part of the API."""
    inherited = {part for kind in (tuple, MutableMapping, MutableSet) for part in dir(kind)}
    named = set(re.findall(r"`(\w+)(?:\([^`]*\))?`", DOCUMENT.read_text("utf-8")))
    for name in penstock.__all__:
        kind = getattr(penstock, name)
        if isinstance(kind, type) and not issubclass(kind, Exception):
            parts = {part for part in dir(kind) if not part.startswith("_")} - inherited
            assert parts <= named, (name, parts - named)


@pytest.mark.parametrize("name", re.findall(r"^\| of an? `(\w+)`", DOCUMENT.read_text("utf-8"), re.MULTILINE))
def test_methods_are_written_as_calls_and_values_without(name: str) -> None:
    table = re.split(rf"^\| of an? `{name}` .*$", DOCUMENT.read_text("utf-8"), flags=re.MULTILINE)[1].partition("\n\n")[
        0
    ]
    for cell in re.findall(r"^\| (.*?) \|", table, re.MULTILINE)[1:]:
        for part, call in re.findall(r"`(\w+)(\()?", cell):
            found = inspect.getattr_static(getattr(penstock, name), part, None)
            method = inspect.isfunction(found) or isinstance(found, classmethod)
            assert method == bool(call), part


def test_every_error_that_the_api_raises_is_listed_with_its_home() -> None:
    table = DOCUMENT.read_text("utf-8").partition("## Errors")[2]
    rows = re.findall(r"^\| (`\w+`(?:, `\w+`)*) \| `([\w.]+)` \|", table, re.MULTILINE)
    assert len(rows) >= 10
    for names, home in rows:
        for name in re.findall(r"\w+", names):
            assert issubclass(getattr(import_module(home), name), penstock.PenstockError)
