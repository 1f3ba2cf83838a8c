"""The README does not lie: its example runs, its assembler is what the compiler emits, its commands work."""

import re
import shlex
import shutil
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

import penstock
from penstock.cli.root import root

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")
EXAMPLE = README.split("```python\n")[1].split("```")[0]
COMMANDS = [shlex.split(line)[1:] for line in re.findall(r"^    (penstock .*)$", README, re.MULTILINE)]


def test_the_example_runs_as_it_stands(capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(EXAMPLE, "README.md", "exec"), {})
    said = re.search(r"print\(.*\)  # (.*)", EXAMPLE)
    assert said is not None
    assert capsys.readouterr().out.strip() == said[1]


def test_the_assembler_shown_is_what_the_compiler_emits() -> None:
    assert penstock.compile_file(penstock.bundled("streaming")).asm in README


def test_the_commands_run_as_they_stand_one_after_the_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(penstock.bundled("streaming").parent, tmp_path / "contracts")
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    monkeypatch.chdir(tmp_path)
    assert {words[0] for words in COMMANDS} >= {"compile", "inspect", "check", "run", "stream"}
    for words in COMMANDS:
        done = CliRunner().invoke(root, words)
        assert (done.exit_code, done.stderr) == (0, ""), words
    assert (tmp_path / "report.html").exists()


def test_it_can_be_installed_as_it_says() -> None:
    """By the Python versions that the packaging asks for."""
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["requires-python"]
    assert wanted == ">=3.11,<3.14"
    assert "with Python 3.11 to 3.13" in README
