"""Every page of the project: its links lead somewhere, what it names is there, its code is run by some test."""

import re
from pathlib import Path

import pytest

from tests.support.pages import growth

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
RUN_BY = {
    "README.md": "tests/docs/test_readme.py",
    "api.md": "tests/docs/test_api.py",
    "article.md": "tests/docs/test_article.py",
    "chain.md": "tests/docs/test_chain.py",
    "channel-store.md": "tests/docs/test_channel_store.py",
    "channel.md": "tests/docs/test_channel.py",
    "bindings.md": "tests/docs/test_project.py",
    "metered.md": "tests/docs/test_metered.py",
    "prepare.md": "tests/docs/test_prepare.py",
    "serve.md": "tests/docs/test_serve.py",
    "sealed.md": "tests/docs/test_testing.py",
    "testing.md": "tests/docs/test_testing.py",
    "project.md": "tests/docs/test_project.py",
    "tutorial.md": "tests/docs/test_tutorial.py",
    "warnings.md": "tests/docs/test_warnings.py",
    "watch.md": "tests/docs/test_watch.py",
    "x402.md": "tests/docs/test_x402.py",
}
"""The test that runs the Python of a page."""


def prose(page: Path) -> str:
    """A page without its blocks of code."""
    return re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)


def anchors(page: Path) -> set[str]:
    """What a page's headings are called in links."""
    headings = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_a_page_and_a_heading_of_it(page: Path) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", prose(page)) + re.findall(r'(?:src|srcset)="([^"]+)"', prose(page))
    for link in links:
        if re.match(r"https?:", link):
            continue
        target, _, heading = link.partition("#")
        there = (page.parent / target).resolve() if target else page
        assert there.exists(), link
        assert not heading or heading in anchors(there), link


@pytest.mark.skipif(not (ROOT / "compiler").is_dir(), reason="only a checkout has everything that pages name")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_is_named_is_there(page: Path) -> None:
    text = prose(page)
    for name in re.findall(r"`((?:compiler|runtime|contracts|tests|examples|benchmarks|docs)/[\w/.]*)`", text):
        assert (ROOT / name).exists(), name
    for target in re.findall(r"(?:^    |`)make ([a-z-]+)", text, re.MULTILINE):
        assert re.search(rf"^{target}:", MAKEFILE, re.MULTILINE), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_page_with_python_has_a_test_that_runs_it(page: Path) -> None:
    if "```python" in page.read_text("utf-8"):
        test = ROOT / RUN_BY[page.name]
        assert page.name in test.read_text("utf-8")


def test_every_picture_is_shown() -> None:
    shown = "".join(prose(page) for page in PAGES)
    assert [file.name for file in (ROOT / "docs" / "pictures").iterdir() if f"pictures/{file.name}" not in shown] == []


def test_the_picture_of_growth_is_that_of_its_table() -> None:
    rows = growth.rows(growth.PAGE.read_text("utf-8"))
    assert len(rows) > 5
    assert (ROOT / "docs" / "pictures" / "growth.svg").read_text("utf-8") == growth.picture(rows)
