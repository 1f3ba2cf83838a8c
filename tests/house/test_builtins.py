"""Every built-in function is documented, and occurs in the random contracts that are held against the evaluator."""

import re
from pathlib import Path

from penstockc.language.builtins import BUILTINS

ROOT = Path(__file__).resolve().parents[2]
LANGUAGE = (ROOT / "docs" / "language.md").read_text("utf-8")
GENERATOR = ROOT / "tests" / "support" / "generators" / "random_contracts"


def called_in(text: str) -> set[str]:
    """The names that something calls, or that stand in quotes as a row's built-in."""
    return set(re.findall(r"(\w+)\(", text)) | set(re.findall(r'"(\w+)"', text))


def test_each_is_in_the_language_document() -> None:
    assert not BUILTINS.keys() - set(re.findall(r"`(\w+)\(", LANGUAGE))


def test_each_is_in_the_random_contracts() -> None:
    sources = "\n".join(path.read_text("utf-8") for path in sorted(GENERATOR.glob("*.py")))
    assert not BUILTINS.keys() - called_in(sources)
