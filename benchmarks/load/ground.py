"""Processes of a run: a chain for trying out, the provider as `penstock serve`, PostgreSQL, a probe of the disk."""

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.support.engines.postgres import primary

_START: Final = 120.0
"""Seconds in which a process has to answer."""
_TICKS: Final = os.sysconf("SC_CLK_TCK")


class GroundError(Exception):
    """A process does not start, or has ended by itself."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Usage of some processes.

    Attributes:
        bytes: resident bytes of all of them.
        seconds: CPU seconds of all of them so far.
    """

    bytes: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Ground:
    """The processes of a run.

    Attributes:
        folder: the folder of all that they keep.
        url: the address of the provider.
        chain: the address of the chain.
        store: the provider's store: a path, or the URL of a database.
        provider: the process of the provider.
    """

    folder: Path
    url: str
    chain: str
    store: str
    provider: "subprocess.Popen[bytes]"

    def usage(self) -> Usage:
        """Return the usage of the provider's processes: he alone, or his workers with him."""
        return usage_of([self.provider.pid, *_children(self.provider.pid)])

    def end(self) -> None:
        """End the provider, for the account of his store."""
        self.provider.send_signal(signal.SIGTERM)
        if self.provider.wait(60):
            raise GroundError((self.folder / "provider.log").read_text("utf-8"))


@contextmanager
def ground(folder: Path, workers: int, chunk: int, chunks: int, *, has_postgres: bool) -> Iterator[Ground]:
    """Prepare a title and sell it.

    Args:
        folder: an empty folder.
        workers: processes of the provider.
        chunk: bytes of a chunk.
        chunks: chunks of the title.
        has_postgres: whether the store is in PostgreSQL; more than one process needs it.

    Raises:
        GroundError: a process does not start.
    """
    title, file = folder / "title", folder / "file.bin"
    file.write_bytes(os.urandom(chunk * chunks))
    _run(folder, "prepare", file, "--chunk-size", chunk, "--output", title)
    with ExitStack() as stack:
        store = stack.enter_context(primary(is_durable=True)).url if has_postgres else str(folder / "channels.db")
        port = free_port()
        words = ("--listen", f"127.0.0.1:{port}", "--state", folder / "chain.jsonl", "--every", "0.5")
        chain = f"http://127.0.0.1:{port}"
        stack.enter_context(_running(folder, "chain", "trial-chain", *words))
        _await(f"{chain}/blocks/tip/height", folder / "chain.log")
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        places = (title, "--listen", f"127.0.0.1:{port}", "--state", folder, "--store", store)
        more = ("--proxy", "127.0.0.1", "--source", f"esplora+{chain}", "--workers", workers, "--log", "json")
        provider = stack.enter_context(_running(folder, "provider", "serve", *places, *more))
        _await(f"{url}/ready", folder / "provider.log", workers)
        yield Ground(folder, url, chain, store, provider)


@contextmanager
def probe(folder: Path) -> Iterator[list[float]]:
    """Measure the disk meanwhile; the list has the seconds of each fsync after the end."""
    command = [sys.executable, "-m", "benchmarks.load.disk", str(folder / "probe.bin")]
    times: list[float] = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=_root()) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield times
        finally:
            process.terminate()
            times += json.loads(process.stdout.read())


@dataclass(frozen=True, slots=True)
class Disturbers:
    """The process of the viewers who disturb: a line to it begins or ends it, and each is answered by a line."""

    process: "subprocess.Popen[str]"

    def say(self, word: str) -> None:
        """Tell them something."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{word}\n")

    async def answer(self) -> str:
        """Return their next line."""
        assert self.process.stdout is not None
        return (await asyncio.to_thread(self.process.stdout.readline)).strip()


@contextmanager
def disturbers(found: Ground) -> Iterator[Disturbers]:
    """Start the viewers who disturb; they wait to be told."""
    command = [sys.executable, "-m", "benchmarks.load.hostile", found.url, found.chain]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, bufsize=1, cwd=_root()) as process:
        try:
            yield Disturbers(process)
        finally:
            process.kill()


def usage_of(processes: list[int]) -> Usage:
    """Return the usage of processes by their numbers."""
    size, seconds = 0, 0.0
    for number in processes:
        fields = Path(f"/proc/{number}/stat").read_text("utf-8").rpartition(")")[2].split()
        seconds += (int(fields[11]) + int(fields[12])) / _TICKS
        found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{number}/status").read_text("utf-8"))
        size += int(found[1]) << 10 if found else 0
    return Usage(size, seconds)


def free_port() -> int:
    """Return a port that no process listens at now."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port


def _children(parent: int) -> list[int]:
    text = Path(f"/proc/{parent}/task/{parent}/children").read_text("utf-8")
    return [int(each) for each in text.split()]


def _environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "XDG_DATA_HOME": str(folder / "data")}


def _command(words: tuple[object, ...]) -> list[str]:
    return [sys.executable, "-m", "penstock", *map(str, words)]


def _run(folder: Path, *words: object) -> None:
    done = subprocess.run(_command(words), env=_environment(folder), check=False, capture_output=True, text=True)
    if done.returncode:
        raise GroundError(done.stderr)


@contextmanager
def _running(folder: Path, name: str, *words: object) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a command of Penstock, whose output goes to a file."""
    with (
        (folder / f"{name}.log").open("wb") as log,
        subprocess.Popen(
            _command(words), env=_environment(folder), stdout=log, stderr=log, start_new_session=True
        ) as process,
    ):
        try:
            yield process
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait(60)


def _await(url: str, log: Path, times: int = 1) -> None:
    """Wait until an address answers, several times one after the other: each of several processes may be asked."""
    end, seen = time.monotonic() + _START, 0
    while seen < 4 * times - 3:
        try:
            with urllib.request.urlopen(url, timeout=5):
                seen += 1
        except (urllib.error.URLError, OSError):
            seen = 0
            if time.monotonic() > end:
                raise GroundError(f"{url} does not answer:\n{log.read_text('utf-8')}") from None
            time.sleep(0.1)


def _root() -> Path:
    return Path(__file__).parents[2]
