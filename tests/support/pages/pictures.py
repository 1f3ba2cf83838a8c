"""Pictures of the docs: a failing test in a terminal, pages of the coverage and of `penstock watch`, the growth table.

python -m tests.support.pages.pictures [FOLDER]

The first are made from the project of docs/tutorial.md, as far as the page has come. Chromium (or Google Chrome) takes
the pictures of pages; the one of the terminal is text.
"""

import io
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.text import Text

from tests.support.pages import growth, watching
from tests.support.pages.tutorial import run, steps

PICTURES = Path(__file__).resolve().parents[3] / "docs" / "pictures"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
OPTIONS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars"),
    "--disable-lcd-text",
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
SCHEME = re.compile(r"@media \(prefers-color-scheme: dark\)")
FONT = re.compile(r"\s*@font-face \{.*?\}", re.DOTALL)
"""In pictures of rich: fonts from other servers."""


@dataclass(frozen=True)
class Shot:
    """A picture of a page: its name, the page, the lines to open, the size in pixels."""

    name: str
    page: str
    lines: tuple[int, ...]
    size: tuple[int, int]


SHOTS = (
    Shot("coverage-index", "index.html", (), (960, 325)),
    Shot("coverage-file", "contracts-jar.html", (12,), (960, 850)),
)


def main(folder: Path = PICTURES) -> None:
    """Make the pictures."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        sys.exit(f"no browser to make pictures with: install chromium, or another of {', '.join(BROWSERS)}")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        for ran in steps(Path(place)):
            if ran.line == "python -m pytest -q tests/test_twice.py":
                (folder / "failing.svg").write_text(terminal(ran.line, ran.folder), "utf-8")
            if "html" in ran.line:
                for shot in SHOTS:
                    for scheme in ("light", "dark"):
                        picture(browser, shot, scheme, ran.folder / "contract-coverage", folder)
                break
    watching.pictures(folder)
    growth.write(folder)
    for file in sorted(folder.iterdir()):
        print(f"{file}: {file.stat().st_size:,} bytes")  # noqa: T201 - a command


def terminal(line: str, folder: Path) -> str:
    """Return a picture of a command of the tutorial with its output in colours."""
    _, output = run(shlex.split(line), folder, more={"NO_COLOR": "", "FORCE_COLOR": "1", "PY_COLORS": "1"})
    text = Text.from_ansi(output.partition("=== short test summary")[0].rstrip("=\x1b[0136m \n"))
    console = Console(record=True, width=118, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    console.print(Text(f"$ {line}"), text, sep="\n", soft_wrap=False)
    return FONT.sub("", console.export_svg(title="a failing test", unique_id="failing"))


def picture(browser: str, shot: Shot, scheme: str, pages: Path, folder: Path) -> None:
    """Write a picture of a page, with some lines open."""
    page = SCHEME.sub("@media all" if scheme == "dark" else "@media not all", (pages / shot.page).read_text("utf-8"))
    page = page.replace("color-scheme: light dark", f"color-scheme: {scheme}")
    for number in shot.lines:
        page, count = re.subn(rf'(<details class="line [^>]*id="L{number}")', r"\1 open", page)
        assert count == 1, f"line {number} has no points"
    shown = pages / "shown.html"
    shown.write_text(page, "utf-8")
    width, height = shot.size
    with tempfile.TemporaryDirectory() as profile:
        command = [browser, *OPTIONS, f"--user-data-dir={profile}", f"--window-size={width},{height}"]
        file = folder / f"{shot.name}-{scheme}.png"
        subprocess.run([*command, f"--screenshot={file}", shown.as_uri()], check=True, capture_output=True, timeout=120)
    shown.unlink()


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
