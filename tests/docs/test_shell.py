"""The commands of docs/shell.md run as they stand, one after the other, with the exit codes that it gives."""

import re
import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

import penstock
from penstock.cli.root import ROWS, root
from tests.support.command_line import ALICE

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "shell.md").read_text("utf-8")
COMMANDS = re.findall(r"^    penstock (.*?)(?:  # exit (\d))?$", PAGE, re.MULTILINE)


def test_the_commands_run_as_they_stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(penstock.bundled("streaming").parent, tmp_path / "contracts")
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    (tmp_path / "key").write_text(ALICE.wif())
    monkeypatch.chdir(tmp_path)
    assert COMMANDS
    for words, code in COMMANDS:
        done = CliRunner().invoke(root, shlex.split(words))
        assert (done.exit_code, done.stderr) == (int(code or 0), ""), words


def test_options_that_are_named_are_there() -> None:
    """Each of them is an option of some command."""
    helps = "".join(CliRunner().invoke(root, [row.name, "--help"]).stdout for row in ROWS)
    for option in set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", PAGE)):
        assert re.search(rf"{option}\b", helps), option
