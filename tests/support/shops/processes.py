"""`penstock serve` and `penstock watch` as processes, with events of the viewer as lines of JSON."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

CLI = (sys.executable, "-m", "penstock")


def environment(folder: Path) -> dict[str, str]:
    """The environment of a user whose data is in a folder of the test."""
    return os.environ | {"XDG_DATA_HOME": str(folder / "data"), "PYTHONUNBUFFERED": "1"}


@dataclass
class Process:
    """A process, and the events that it has told."""

    child: "subprocess.Popen[str]"
    events: list[dict[str, Any]] = field(default_factory=list)

    def event(self, *names: str, seconds: float = 60.0) -> dict[str, Any]:
        """The next event with one of these names."""
        assert self.child.stdout is not None
        os.set_blocking(self.child.stdout.fileno(), True)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            line = self.child.stdout.readline()
            assert line, f"the process has ended: {self.child.wait(10)}"
            found: dict[str, Any] = json.loads(line)
            self.events.append(found)
            if found["event"] in names:
                return found
        raise AssertionError(names)

    def kill(self) -> None:
        self.child.send_signal(signal.SIGKILL)
        self.end()

    def end(self, seconds: float = 60.0) -> int:
        """Wait for the end, take the rest of the events, and return the exit code."""
        rest, _ = self.child.communicate(timeout=seconds)
        self.events += [json.loads(line) for line in (rest or "").splitlines() if line.startswith("{")]
        return self.child.returncode

    def pieces(self) -> list[int]:
        """The pieces that were bought, or taken from what was bought."""
        return [each["index"] for each in self.events if each["event"] == "piece" and each["satoshis"] is not None]


@contextmanager
def serving(title: Path, folder: Path, port: int | None = None, *options: str) -> Iterator[tuple[str, Process]]:
    """Run `penstock serve` with a title; give its URL once it answers."""
    if port is None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    words = (*CLI, "serve", str(title), "--listen", f"127.0.0.1:{port}", "--state", str(folder / "provider"), *options)
    with (folder / "provider.log").open("a") as log:
        child = subprocess.Popen(words, env=environment(folder), stdout=log, stderr=log, text=True)
    try:
        _await(f"{url}/ready", child)
        yield url, Process(child)
    finally:
        if child.poll() is None:
            child.terminate()
        child.wait(30)


@contextmanager
def watching(url: str, folder: Path, *options: str) -> Iterator[Process]:
    """Run `penstock watch`, with its events as JSON."""
    words = (*CLI, "watch", url, "--state", str(folder / "viewer"), "--json", *options)
    with (folder / "viewer.log").open("a") as log:
        child = subprocess.Popen(words, env=environment(folder), stdout=subprocess.PIPE, stderr=log, text=True)
    try:
        yield Process(child)
    finally:
        if child.poll() is None:
            child.kill()
        child.communicate()


def run(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run a command to its end."""
    return subprocess.run(
        (*CLI, *words), env=environment(folder), capture_output=True, text=True, timeout=120, check=False
    )


def _await(url: str, child: "subprocess.Popen[str]") -> None:
    for _ in range(300):
        assert child.poll() is None, "the provider has ended"
        try:
            if httpx.get(url).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    raise AssertionError(url)
