"""Probe of the disk, as a process: `python -m benchmarks.load.disk FILE`. It tells how long an fsync takes.

A few times a second it adds 4 KiB to a file on the disk of the store and waits until they are there. At SIGTERM it
prints the times in seconds, as JSON. It is a process of its own, so that it waits for a core as the provider does.
"""

import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Final

_EVERY: Final = 0.05
_BLOCK: Final = os.urandom(4_096)


def main(path: Path) -> None:
    """Measure until SIGTERM."""
    is_over: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: is_over.append(number))
    times: list[float] = []
    print("ready", flush=True)
    with path.open("wb", buffering=0) as file:
        while not is_over:
            began = time.perf_counter()
            file.write(_BLOCK)
            os.fsync(file.fileno())
            times.append(time.perf_counter() - began)
            time.sleep(_EVERY)
    print(json.dumps(times), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
