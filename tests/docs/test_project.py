"""docs/project.md and bindings.md run from top to bottom, each in an empty folder: their files, commands and code."""

import re
import shlex
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from penstock.cli.root import ROWS, root
from tests.support.command_line import ALICE

ROOT = Path(__file__).resolve().parents[2]
PAGES = {name: (ROOT / "docs" / name).read_text("utf-8") for name in ("project.md", "bindings.md")}
PIECES = re.compile(
    r"^```(?P<language>\w+)(?: (?P<file>\S+))?\n(?P<text>.*?)^```$"
    r"|^    penstock (?P<words>.*?)(?:  # exit (?P<code>\d))?$",
    re.MULTILINE | re.DOTALL,
)


def pieces(page: str) -> Iterator[dict[str, str | None]]:
    for found in PIECES.finditer(page):
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


@pytest.mark.parametrize("name", PAGES)
def test_the_page_runs_as_it_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "key").write_text(ALICE.wif())
    kinds, names = set(), dict[str, Any]()
    for piece in pieces(PAGES[name]):
        match piece:
            case {"words": str(words)}:
                run(words, int(piece["code"] or 0))
                kinds.add("command")
            case {"language": "python", "text": str(text)}:
                exec(compile(text, f"docs/{name}", "exec"), names)
                kinds.add("python")
            case {"language": "sh"}:  # tests/project/test_starting.py and tests/cli/test_init.py
                continue
            case {"file": str(file), "text": str(text)}:
                write(file, text)
                kinds.add("file")
            case _:
                pytest.fail(f"a piece that nothing runs: {piece}")
    assert kinds == {"command", "python", "file"}
    assert [each for each in ("artifacts/locked/savings.json", "shop/tally.py") if (tmp_path / each).exists()]


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_options_that_are_named_are_there(page: str) -> None:
    helps = "".join(CliRunner().invoke(root, [row.name, "--help"]).stdout for row in ROWS)
    for option in set(re.findall(r"`(--[a-z][a-z-]*)", page)):
        assert option in helps, option
