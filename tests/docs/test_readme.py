"""The README does not lie: its example runs, its assembler is what the compiler emits, its links lead somewhere."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

import penstock
from penstock.cli.root import root

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")
EXAMPLE = README.split("```python\n")[1].split("```")[0]
COMMANDS = sorted(
    {words[1] for line in re.findall(r"^    (penstock .*)$", README, re.MULTILINE) for words in [shlex.split(line)]}
)


def test_the_example_runs_as_it_stands(capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(EXAMPLE, "README.md", "exec"), {})
    said = re.search(r"print\(.*\)  # (.*)", EXAMPLE)
    assert said is not None
    assert capsys.readouterr().out.strip() == said[1]


def test_the_assembler_shown_is_what_the_compiler_emits() -> None:
    assert penstock.compile_file(penstock.bundled("streaming")).asm in README


@pytest.mark.parametrize("target", re.findall(r"\]\(([^)#:]+)\)", README))
def test_links_lead_somewhere(target: str) -> None:
    assert (ROOT / target).exists()


@pytest.mark.parametrize("command", COMMANDS)
def test_the_commands_named_exist(command: str) -> None:
    assert CliRunner().invoke(root, [command, "--help"]).exit_code == 0
