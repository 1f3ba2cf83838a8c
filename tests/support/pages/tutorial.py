"""docs/tutorial.md as steps: its files, its changes of files, and its commands, carried out in a folder.

A block with a language and a path is a file; `diff` with a path changes it, `text` with a path is a piece of it. In a
block `console`, `$ ` begins a command, the lines after it are its output, `...` stands for any lines.
"""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).resolve().parents[3] / "docs" / "tutorial.md"
BLOCK = re.compile(r"^```(?P<kind>\w+)(?: (?P<file>\S+))?\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
ENVIRONMENT = {"COLUMNS": "80", "PYTHONDONTWRITEBYTECODE": "1", "NO_COLOR": "1", "PYTEST_ADDOPTS": ""}


@dataclass(frozen=True)
class Ran:
    """A command that has run.

    Attributes:
        line: the command.
        folder: where it ran.
        code: the exit code that the page tells, after `# exit`; None if it tells none.
        shown: the output on the page.
        exit: the exit code.
        output: the output.
    """

    line: str
    folder: Path
    code: int | None
    shown: str
    exit: int
    output: str


def steps(folder: Path) -> Iterator[Ran]:
    """Carry the page out in an empty folder; yield after each command."""
    for block in BLOCK.finditer(PAGE.read_text("utf-8")):
        kind, file, text = block.group("kind", "file", "text")
        match kind, file:
            case ("scrypt" | "python", str()):
                (folder / file).write_text(text, "utf-8")
            case "diff", str():
                change(folder / file, text)
            case "text", str():
                assert text in (folder / file).read_text("utf-8"), text
            case "console", None:
                for line, code, shown in commands(text):
                    words = shlex.split(line)
                    if words[0] == "cd":
                        folder = folder / words[1]
                        continue
                    done, output = run(words, folder)
                    yield Ran(line, folder, code, shown, done, output)
            case _:
                raise AssertionError(f"a block that nothing runs: {block[0]}")


def change(file: Path, diff: str) -> None:
    """Put the new lines of a difference in place of the old ones."""
    lines = diff.splitlines(keepends=True)
    old = "".join(line[1:] for line in lines if line[0] in " -")
    new = "".join(line[1:] for line in lines if line[0] in " +")
    text = file.read_text("utf-8")
    assert text.count(old) == 1, old
    file.write_text(text.replace(old, new), "utf-8")


def commands(text: str) -> Iterator[tuple[str, int | None, str]]:
    """Yield each command of a block, its exit code if that is told, and the output that is shown."""
    for piece in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        line, _, output = piece.partition("\n")
        words, _, code = line.partition("  # exit ")
        yield words, int(code) if code else None, output


def run(words: list[str], folder: Path, *, more: dict[str, str] | None = None) -> tuple[int, str]:
    """Run a command of the page; return its exit code and its output."""
    match words:
        case ["cat", name]:
            return 0, (folder / name).read_text("utf-8")
        case ["rm", name]:
            (folder / name).unlink()
            return 0, ""
        case ["python", *rest]:
            command = [sys.executable, *rest]
        case ["penstock", *rest]:
            command = [sys.executable, "-c", "from penstock.cli import main; main()", *rest]
        case _:
            raise AssertionError(f"a command that nothing runs: {words}")
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **ENVIRONMENT, **(more or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout
