"""The command line as a process of its own: exit codes, two clean streams, and a quick start."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from penstock.cli.root import ROWS
from tests.support.spending.hand_made import EQUALS

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


@pytest.mark.skipif(not hasattr(signal, "SIGPIPE"), reason="this system has no SIGPIPE")
@pytest.mark.parametrize("words", [["inspect", "51" * 20000], ["inspect", "51", "--json"], ["run", "--help"]])
def test_a_reader_that_leaves_early_ends_it_without_a_word(words: list[str]) -> None:
    """A closed pipe, as in `penstock inspect … | head -1`: the process ends like `ls` or `git`, in a shell with 141."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "penstock", *words]
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, env=environment, check=False)
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (-signal.SIGPIPE, b"")


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="this system does not tell it")
@pytest.mark.parametrize(
    "words",
    [
        ("watch", "http://{}"),
        ("channel", "address", "bsv:regtest", "--source", "esplora+http://{}"),
    ],
    ids=lambda words: words[0],
)
def test_a_connection_that_is_closed_does_not_end_a_command(words: tuple[str, ...], tmp_path: Path) -> None:
    """Commands with connections take no signal of a write to one that is gone; `serve` is tested by such writes too."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "XDG_DATA_HOME": str(tmp_path)}
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(60)
        given = [word.format(f"127.0.0.1:{silent.getsockname()[1]}") for word in words]
        command = [sys.executable, "-m", "penstock", *given]
        with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
            try:
                silent.accept()[0].close()
                text = Path(f"/proc/{process.pid}/status").read_text("utf-8")
            finally:
                process.kill()
    ignored = next(line.split()[1] for line in text.splitlines() if line.startswith("SigIgn:"))
    assert int(ignored, 16) >> signal.SIGPIPE - 1 & 1


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="this system has no pseudo terminals")
def test_a_process_that_is_told_to_end_leaves_the_cursor_as_it_was(tmp_path: Path) -> None:
    """While the bar of progress hides it."""
    movie = tmp_path / "long.bin"
    movie.touch()
    os.truncate(movie, 1 << 33)  # has no bytes on the disk, and takes some seconds to seal
    ours, theirs = os.openpty()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "TERM": "xterm"}
    command = [sys.executable, "-m", "penstock", "stream", str(movie)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=theirs, env=environment) as process:
        os.close(theirs)
        seen = b""
        while b"sealing" not in seen:
            seen += os.read(ours, 4096)
        process.send_signal(signal.SIGTERM)
        with contextlib.suppress(OSError):  # Linux raises it when the other side is closed
            while more := os.read(ours, 4096):
                seen += more
    os.close(ours)
    assert process.returncode == 143
    assert seen.rfind(b"\x1b[?25h") > seen.rfind(b"\x1b[?25l")
    assert b"Traceback" not in seen


@pytest.mark.parametrize("words", [["run", "--help"], ["version"]])
def test_an_old_character_set_is_enough(words: list[str]) -> None:
    """`run --help` has an ellipsis, which latin-1 has not."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONIOENCODING": "latin-1"}
    command = [sys.executable, "-m", "penstock", *words]
    done = subprocess.run(command, check=False, capture_output=True, env=environment)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(sys.platform != "linux", reason="file names need not be text on Linux only")
@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
def test_file_names_that_are_no_text(tmp_path: Path, locale: str) -> None:
    movie = tmp_path / os.fsdecode(b"m\xfc\xff.bin")
    movie.write_bytes(bytes(5000))
    report = movie.with_suffix(".html")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "LC_ALL": locale, "PYTHONUTF8": "0"}
    command = [sys.executable, "-m", "penstock", "stream", str(movie), "--chunk-size", "1k", "--report", str(report)]
    for more in ([], ["--json"]):
        done = subprocess.run([*command, *more], check=False, capture_output=True, env=environment)
        assert (done.returncode, done.stderr) == (0, b"")
    assert "<h1>m??.bin</h1>" in report.read_text("utf-8")


@pytest.mark.parametrize(
    ("write", "message"),
    [
        (None, "error: {0} cannot be read: No such file or directory"),
        (b"contract \xff", "error: {0} is not UTF-8 text: invalid start byte at byte 9"),
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
import penstock.cli.commands.check
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


def test_control_c_while_modules_are_loaded_shows_no_traceback() -> None:
    code = """
import sys
class Impatient:
    def find_spec(self, name, path=None, target=None):
        if name == "click":
            raise KeyboardInterrupt
sys.meta_path.insert(0, Impatient())
from penstock.cli import main
main()
"""
    done = penstock(code=code)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


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


@pytest.mark.skipif(not FULL.exists(), reason="this system has no full device")
@pytest.mark.parametrize("words", [["--help"], ["run", "--help"], ["version"]])
def test_a_full_disk_stops_the_help_too(words: list[str]) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "penstock", *words]
    with FULL.open("w") as full:
        done = subprocess.run(command, check=False, stdout=full, stderr=subprocess.PIPE, text=True, env=environment)
    assert (done.returncode, done.stderr) == (2, "error: No space left on device\n")


def test_an_artifact_needs_no_compiler(artifact: str) -> None:
    code = f"""
import sys
from penstock.cli.root import root
root(["run", {artifact!r}, "same", "5", "--set", "x=5"], standalone_mode=False)
print([name for name in ("lark", "penstockc.pipeline", "penstockc.syntax") if name in sys.modules])
"""
    assert penstock(code=code).stdout.splitlines()[-1] == "[]"


def test_the_help_loads_no_command_and_nothing_heavy() -> None:
    heavy = ("lark", "coincurve", "bitcoin", "rich", "jinja2", *(row.module for row in ROWS))
    code = f"""
import sys
from penstock.cli.root import root
root(["--help"], standalone_mode=False)
print([name for name in {heavy!r} if name in sys.modules])
"""
    assert penstock(code=code).stdout.splitlines()[-1] == "[]"
