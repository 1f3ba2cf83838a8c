"""docs/project.md from top to bottom, in an empty folder: its files are written, its commands and its Python run."""

import re
import shlex
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from penstock.cli.root import ROWS, root
from tests.support.command_line import ALICE

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "project.md").read_text("utf-8")
PIECES = re.compile(
    r"^```(?P<language>\w+)(?: (?P<file>\S+))?\n(?P<text>.*?)^```$"
    r"|^    penstock (?P<words>.*?)(?:  # exit (?P<code>\d))?$",
    re.MULTILINE | re.DOTALL,
)


def pieces() -> Iterator[dict[str, str | None]]:
    for found in PIECES.finditer(PAGE):
        yield found.groupdict()


def write(file: str, text: str) -> None:
    path = Path(file)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def run(words: str, code: int) -> None:
    done = CliRunner().invoke(root, shlex.split(words))
    if done.exception and not isinstance(done.exception, SystemExit):
        traceback.print_exception(done.exception)
    assert done.exit_code == code, (words, done.output)
    assert "warning" not in done.stderr, words


def test_the_page_runs_as_it_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "key").write_text(ALICE.wif())
    kinds = set()
    for piece in pieces():
        match piece:
            case {"words": str(words)}:
                run(words, int(piece["code"] or 0))
                kinds.add("command")
            case {"language": "python", "text": str(text)}:
                exec(compile(text, "docs/project.md", "exec"), {})
                kinds.add("python")
            case {"language": "sh"}:  # tests/project/test_starting.py and tests/cli/test_init.py
                continue
            case {"file": str(file), "text": str(text)}:
                write(file, text)
                kinds.add("file")
            case _:
                pytest.fail(f"a piece that nothing runs: {piece}")
    assert kinds == {"command", "python", "file"}
    assert (tmp_path / "artifacts" / "locked" / "savings.json").exists()


def test_options_that_are_named_are_there() -> None:
    helps = "".join(CliRunner().invoke(root, [row.name, "--help"]).stdout for row in ROWS)
    for option in set(re.findall(r"`(--[a-z][a-z-]*)", PAGE)):
        assert option in helps, option
