"""`penstock serve` and others as processes, with their output, ended at the end of a statement."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

STARTUP = 60.0
"""Seconds in which a process has to tell its address."""


@dataclass(slots=True)
class Command:
    """A process of Penstock.

    Attributes:
        process: the process.
        lines: the lines that it has written so far, to either output.
    """

    process: "subprocess.Popen[str]"
    lines: list[str] = field(default_factory=list)

    def wait_for(self, pattern: str, seconds: float = STARTUP) -> str:
        """Return the first group of a pattern in a line, once one has it."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for line in list(self.lines):
                if found := re.search(pattern, line):
                    return found[1] if found.groups() else line
            if self.process.poll() is not None and not self._is_reading():
                break
            time.sleep(0.02)
        raise AssertionError(f"{pattern!r} is not in the output:\n{self.output}")

    @property
    def output(self) -> str:
        return "".join(self.lines)

    @property
    def url(self) -> str:
        return self.wait_for(r"at (http://\S+?)[,;]?\s")

    def end(self, how: int = signal.SIGTERM, seconds: float = 30) -> int:
        """Send a signal, and return the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.process.wait(seconds)

    def kill(self) -> None:
        """Kill the process and all of its children."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(30)

    def read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line)

    def _is_reading(self) -> bool:
        return any(each.name == f"output-{self.process.pid}" for each in threading.enumerate())


@contextmanager
def running(*arguments: str | Path, data: Path, environment: Sequence[tuple[str, str]] = ()) -> Iterator[Command]:
    """Run a command of Penstock in a process group of its own; `data` is the user's data folder."""
    command = [sys.executable, "-m", "penstock", *map(str, arguments)]
    settings = os.environ | {"XDG_DATA_HOME": str(data), "PYTHONUNBUFFERED": "1"} | dict(environment)
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=settings, start_new_session=True
    )
    found = Command(process)
    reader = threading.Thread(target=found.read, name=f"output-{process.pid}", daemon=True)
    reader.start()
    try:
        yield found
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                found.kill()
        reader.join(10)
        assert process.stdout is not None
        process.stdout.close()
