"""The worst words stay out: of docstrings, comments and messages of the sources, and of the pages.

Plain words for them: after (not behind), anyone or the caller (not nobody, somebody, whoever), is not a (not "is no"),
a noun first (not "What …").
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(path for folder in ("compiler", "runtime") for path in (ROOT / folder).rglob("*.py"))
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
WORST = re.compile(
    r"\bbehind\b|\b(?:no|some|any)body\b|\bwhoever\b|(?<!there )\b(?:is|are) no (?!longer\b|more\b)|(?-i:^\W*What\b)",
    re.IGNORECASE,
)
LEFT = re.compile(r"\bstate-behind-separator\b|\bStateBehindSeparator\b")
"""Names that users know: they stay."""


def offenders(text: str) -> list[str]:
    """The worst words of a text, with what stands around them."""
    text = LEFT.sub("", text)
    return [text[max(found.start() - 20, 0) : found.end() + 20] for found in WORST.finditer(text)]


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """The strings and comments of a file, each with its line; strings are docstrings, messages and templates."""
    source = path.read_text("utf-8")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string.lstrip("# ")


def test_sources() -> None:
    assert not [
        f"{path.relative_to(ROOT)}:{line}: {offender}"
        for path in FILES
        for line, text in texts(path)
        for offender in offenders(text)
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pages(page: Path) -> None:
    prose = re.sub(r"^```.*?^```$|`[^`\n]*`", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    assert not offenders(prose)


@pytest.mark.parametrize(
    "text", ["What is known of it.", "a zero behind the number", "nobody reads it", "whoever signs", "x is no number"]
)
def test_the_test_itself_finds_them(text: str) -> None:
    assert offenders(text)


@pytest.mark.parametrize(
    "text",
    ["There is no such file.", "It is no longer there.", "what to do", "anyone can spend", "state-behind-separator"],
)
def test_the_test_itself_leaves_plain_words(text: str) -> None:
    assert not offenders(text)
