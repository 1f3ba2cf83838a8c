"""The film of examples/media is the one that the example makes."""

from pathlib import Path

import av
import pytest
from examples.make_film import HOME, Recipe, make

MADE_BY = "18.1.0"
"""The version of PyAV that has made it; its README says the same."""


@pytest.mark.long
@pytest.mark.skipif(av.__version__ != MADE_BY, reason="another version of PyAV may make other bytes")
def test_the_committed_film_can_be_made_again(tmp_path: Path) -> None:
    make(tmp_path / "film.mp4", Recipe())
    assert (tmp_path / "film.mp4").read_bytes() == HOME.read_bytes()


def test_its_readme() -> None:
    text = (HOME.parent / "README.md").read_text("utf-8")
    assert f"{HOME.stat().st_size:,} bytes" in text
    assert f"PyAV {MADE_BY}" in text
