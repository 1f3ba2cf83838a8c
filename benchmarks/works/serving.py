"""A provider as a process: what a sold chunk costs him, beside the bare download of the same bytes.

The yardstick is an answer with bytes from memory, in the same process and by the same server (uvicorn); the other
contender answers with a file from the disk. Ours does both halves: the ciphertext by HTTP, and the payment over a
WebSocket, where the signature is verified and on disk before the key leaves. The CPU time of the server's process alone
is measured; viewers are another process.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.harness import OURS, REPORTED_CPU, Contender, Work
from benchmarks.result import Demand, Target
from benchmarks.serving.viewers import Viewers

_SIZES: Final = ((64 << 10, 0.3), (1 << 20, 0.7))
"""Bytes of a chunk, and the part of the bare download's speed that is asked for."""
_VIEWERS: Final = 16
_BATCH: Final = 64
BARE, FROM_DISK = "Response(bytes)", "FileResponse"


@contextmanager
def provider(chunk: int) -> Iterator[str]:
    """A provider of chunks of a size, as a process; yield its address."""
    with TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "benchmarks.serving.server", folder, str(chunk)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            try:
                assert process.stdout is not None
                yield process.stdout.readline().strip()
            finally:
                process.terminate()
                process.wait(20)


def works(sizes: tuple[tuple[int, float], ...] = _SIZES, viewers: int = _VIEWERS) -> Iterator[Work]:
    """For small and for large chunks."""
    for size, part in sizes:
        with provider(size) as url, Viewers(url, viewers) as buying:
            yield _work(buying, size, part)


def _work(buying: Viewers, size: int, part: float) -> Work:
    contenders = (
        Contender(BARE, lambda: buying.download("/bare", _BATCH), lambda: buying.is_right("/bare"), _BATCH),
        Contender(FROM_DISK, lambda: buying.download("/file", _BATCH), lambda: buying.is_right("/file"), _BATCH),
        Contender(OURS, lambda: buying.buy(_BATCH), buying.is_sound, _BATCH),
    )
    targets = (Target(BARE, part, Demand.AIM), *((Target(FROM_DISK, 2, Demand.AIM),) if size < 1 << 20 else ()))
    name = f"a chunk of {size >> 10:,} KiB sold by a provider's process, {buying.count} viewers"
    return Work(name, "chunk", contenders, targets, quantity=REPORTED_CPU, seconds=12, rounds=7)
