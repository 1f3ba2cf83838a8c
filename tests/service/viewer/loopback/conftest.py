"""A film of five seconds in two qualities, prepared."""

from pathlib import Path

import pytest

from penstock.service.media.cutting import FilmSource
from tests.support.films import film, prepared


@pytest.fixture
def title(tmp_path: Path) -> Path:
    high, low = film(tmp_path / "high.mp4"), film(tmp_path / "low.mp4", size="32x24")
    prepared(tmp_path / "title", FilmSource(high, 1), FilmSource(low, 1))
    return tmp_path / "title"
