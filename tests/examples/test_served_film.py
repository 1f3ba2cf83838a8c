"""examples/served_film.py: three commands, and the film is in a file."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.films import segments

FILE = Path(__file__).parents[2] / "examples" / "served_film.py"
FILM = FILE.parent / "media" / "film.mp4"


@pytest.mark.long
def test_the_film_is_sold_and_written(tmp_path: Path) -> None:
    (tmp_path / "film.mp4").write_bytes(b"of the last run")
    command = [sys.executable, str(FILE), "--out", str(tmp_path)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "film.mp4").read_bytes() == b"".join(segments(FILM, 2))
    assert "12 pieces, 1,200 satoshis" in done.stdout
    assert "is closed: 1,202 satoshis paid" in done.stdout
    assert done.stdout.rstrip().endswith(str((tmp_path / "film.mp4").resolve()))
