"""The command line as a process of its own: exit codes, two clean streams, and a quick start."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hand_made import EQUALS

from penstock.cli.root import ROWS


def penstock(*arguments: str, code: str = "") -> subprocess.CompletedProcess[str]:
    """Run `python -m penstock`, or other code with the same modules in reach."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, *(["-c", code] if code else ["-m", "penstock"]), *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True, env=environment)


@pytest.fixture
def artifact(tmp_path: Path) -> str:
    path = tmp_path / "equals.json"
    path.write_text(EQUALS.to_json())
    return str(path)


@pytest.mark.parametrize(
    ("arguments", "exit_code", "out", "err"),
    [
        (["run", "{artifact}", "same", "5", "--set", "x=5"], 0, "accepted: Equals.same", ""),
        (["run", "{artifact}", "same", "-5", "--set", "x=-5"], 0, "accepted: Equals.same", ""),
        (["run", "{artifact}", "same", "6", "--set", "x=5"], 1, "refused: Equals.same", ""),
        (["run", "{artifact}", "same", "--set", "x=5"], 2, "", "error: Equals.same: expected (int y)"),
        (["inspect", "nowhere.json"], 2, "", "error: nowhere.json: No such file"),
        (["nonsense"], 2, "", "Usage: penstock"),
    ],
)
def test_exit_codes_and_streams(artifact: str, arguments: list[str], exit_code: int, out: str, err: str) -> None:
    done = penstock(*(argument.format(artifact=artifact) for argument in arguments))
    assert done.returncode == exit_code
    assert done.stdout.startswith(out)
    assert bool(done.stdout) == bool(out)
    assert done.stderr.startswith(err)
    assert bool(done.stderr) == bool(err)


def test_errors_show_no_traceback(artifact: str) -> None:
    done = penstock("run", artifact, "same", "@/nowhere", "--set", "x=5")
    assert "Traceback" not in done.stderr


def test_a_reader_that_leaves_early_is_no_error() -> None:
    """As `penstock inspect … | head -1` does, with more to write than a pipe holds."""
    code = "from penstock.cli.root import root; root(['inspect', '51' * 20000])"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()


def test_the_help_loads_no_command_and_nothing_heavy() -> None:
    heavy = ("lark", "coincurve", "bitcoin", "rich", "jinja2", *(row.module for row in ROWS))
    code = f"""
import sys
from penstock.cli.root import root
root(["--help"], standalone_mode=False)
print([name for name in {heavy!r} if name in sys.modules])
"""
    assert penstock(code=code).stdout.splitlines()[-1] == "[]"
