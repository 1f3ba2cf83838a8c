"""The command line as a process of its own: exit codes, two clean streams, and a quick start."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hand_made import EQUALS

from penstock.cli.root import ROWS

FULL = Path("/dev/full")


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


@pytest.mark.parametrize(
    ("write", "message"),
    [
        (None, "error: {0} cannot be read: No such file or directory"),
        (b"contract \xff", "error: {0} is no UTF-8 text: invalid start byte at byte 9"),
    ],
)
def test_what_cannot_be_read_is_named_once(tmp_path: Path, write: bytes | None, message: str) -> None:
    path = tmp_path / "contract.scrypt"
    if write is not None:
        path.write_bytes(write)
    done = penstock("check", str(path))
    assert (done.returncode, done.stdout, done.stderr) == (2, "", message.format(path) + "\n")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_control_c_is_told_apart_from_a_refusal(tmp_path: Path) -> None:
    """The command waits for the text of a contract that never comes."""
    pipe = tmp_path / "slow.scrypt"
    os.mkfifo(pipe)
    code = f"""
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # shells turn it off for what they run in the background
from penstock.cli.root import root
import penstock.cli.checking
root(["check", {str(pipe)!r}])
"""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", code]
    with (
        subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as process,
        pipe.open("w"),  # comes back once the command has opened it too
    ):
        process.send_signal(signal.SIGINT)
        _, message = process.communicate(timeout=60)
    assert (process.returncode, message) == (130, "interrupted\n")


@pytest.mark.skipif(not FULL.exists(), reason="this system has no full device")
def test_a_full_disk_is_named(artifact: str) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with FULL.open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "penstock", "inspect", artifact],
            check=False,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )
    assert (done.returncode, done.stderr) == (2, "error: No space left on device\n")


def test_the_help_loads_no_command_and_nothing_heavy() -> None:
    heavy = ("lark", "coincurve", "bitcoin", "rich", "jinja2", *(row.module for row in ROWS))
    code = f"""
import sys
from penstock.cli.root import root
root(["--help"], standalone_mode=False)
print([name for name in {heavy!r} if name in sys.modules])
"""
    assert penstock(code=code).stdout.splitlines()[-1] == "[]"
