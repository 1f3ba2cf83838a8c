"""The film of this repository between two processes: prepared, served, watched into a file, paid by the segment.

    penstock prepare film.mp4 --output title
    penstock serve title                           # on a chain for trying out
    penstock watch http://127.0.0.1:… --output film.mp4

python examples/served_film.py                     # writes out/film.mp4; needs the extras service and media
"""

import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from rich.console import Console

FILM = Path(__file__).parent / "media" / "film.mp4"
NEEDED = ("av", "starlette", "sqlalchemy", "websockets")
_ENDING = 30


def main() -> None:
    """Sell the film."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("out"), help="the folder for the film that is bought")
    arguments = parser.parse_args()
    sell(Console(highlight=False, markup=False, emoji=False, soft_wrap=True), arguments.out)


def sell(console: Console, out: Path) -> None:
    """Sell the film from one process to another, and write it into the folder `out`.

    Raises:
        SystemExit: a command has failed; it has told why.
    """
    if missing := [each for each in NEEDED if find_spec(each) is None]:
        console.print(f"left out: {missing[0]} is missing: pip install 'penstock[service,media]'")
        return
    out.mkdir(parents=True, exist_ok=True)
    film = out / "film.mp4"
    film.unlink(missing_ok=True)  # `penstock watch` writes over no file
    with tempfile.TemporaryDirectory(prefix="penstock-demo-") as name:
        folder = Path(name)
        settings = os.environ | {"XDG_DATA_HOME": name, "PYTHONUNBUFFERED": "1"}  # seeds and channels of this run alone
        run(console, settings, "prepare", str(FILM), "--output", str(folder / "title"))
        with served(console, settings, folder) as url:
            run(console, settings, "watch", url, "--output", str(film))
    console.print(f"the film, bought segment by segment: {film.resolve()}")


def run(console: Console, settings: Mapping[str, str], *words: str) -> None:
    """Run a command to its end, and show what it prints."""
    console.print(f"$ penstock {' '.join(words)}")
    command = [sys.executable, "-m", "penstock", *words]
    done = subprocess.run(  # noqa: S603 - our own command
        command, check=False, env=settings, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    console.print(done.stdout.rstrip())
    if done.returncode:
        raise SystemExit(f"penstock {words[0]} has failed")


@contextmanager
def served(console: Console, settings: Mapping[str, str], folder: Path) -> Iterator[str]:
    """Serve the title in a folder at a free port until the end of the statement; its URL."""
    words = ["serve", str(folder / "title"), "--listen", "127.0.0.1:0"]
    console.print(f"$ penstock {' '.join(words)} &")
    log = folder / "serve.log"
    with log.open("wb") as told:
        command = [sys.executable, "-m", "penstock", *words]
        serving = subprocess.Popen(command, env=settings, stdout=told, stderr=told)  # noqa: S603 - our own
    try:
        while (found := re.search(r"at (http://\S+)\n", log.read_text("utf-8"))) is None:
            if serving.poll() is not None:
                raise SystemExit(log.read_text("utf-8"))
            time.sleep(0.1)
        yield found[1]
    finally:
        serving.send_signal(signal.SIGTERM)
        try:
            serving.wait(_ENDING)
        except subprocess.TimeoutExpired:
            serving.kill()


if __name__ == "__main__":
    main()
