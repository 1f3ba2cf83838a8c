"""docs/architecture.md names every folder, and no folder or file that is not there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "architecture.md"
TEXT = PAGE.read_text("utf-8")
SOURCES = (ROOT / "compiler" / "penstockc", ROOT / "runtime" / "penstock")

pytestmark = pytest.mark.skipif(not SOURCES[0].is_dir(), reason="the page is about a checkout")


def folders(source: Path) -> set[str]:
    """The packages below a source root, as paths from it."""
    return {str(path.parent.relative_to(source)) for path in source.rglob("__init__.py")} - {"."}


def named_folders() -> set[str]:
    return {name.rstrip("/") for name in re.findall(r"`([\w/]+/)`", TEXT)}


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_every_folder_is_named(source: Path) -> None:
    assert not folders(source) - named_folders()


def test_every_named_folder_is_there() -> None:
    known = set.union(*map(folders, SOURCES)) | {str(source.relative_to(ROOT)) for source in SOURCES}
    full = {f"{source.relative_to(ROOT)}/{name}" for source in SOURCES for name in folders(source)}
    assert not named_folders() - known - full


def test_every_file_is_there() -> None:
    """Paths are from the root, from a package, or from the machine's folder."""
    homes = (ROOT, *SOURCES, SOURCES[1] / "vm")
    for name in re.findall(r"(?<![\w/.-])((?:[\w-]+/)+[\w-]+\.(?:py|md|lark))", TEXT):
        assert any((home / name).exists() for home in homes), name


def test_every_package_of_the_runtime_is_in_the_drawing_of_the_floors() -> None:
    drawing = TEXT.partition("## The floors")[2].partition("## Where")[0]
    for package in (path.parent.name for path in SOURCES[1].glob("*/__init__.py")):
        assert f"penstock.{package}" in drawing, package
    for package in (path.parent.name for path in SOURCES[0].glob("*/__init__.py")):
        assert package == "standard" or package in drawing, package


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_it_is_linked(page: str) -> None:
    assert "docs/architecture.md" in (ROOT / page).read_text("utf-8")
