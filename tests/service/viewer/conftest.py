"""A title of six pieces, and short patience."""

from pathlib import Path
from typing import Final

import pytest

from penstock.service.media.sources import Pieces
from penstock.service.viewer import buyer
from tests.support.films import prepared

CONTENT: Final = bytes(range(256)) * 20


@pytest.fixture
def title(tmp_path: Path) -> Path:
    """A file in six pieces."""
    (tmp_path / "file.bin").write_bytes(CONTENT)
    prepared(tmp_path / "title", Pieces(tmp_path / "file.bin", 1_000))
    return tmp_path / "title"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key has to come in half a second, and a price in one."""
    monkeypatch.setattr(buyer, "KEY_PATIENCE", 0.5)
    monkeypatch.setattr(buyer, "PRICE_PATIENCE", 1.0)
