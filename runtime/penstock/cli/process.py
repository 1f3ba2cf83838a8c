"""Signals and standard streams of the process.

In: nothing. Out: the process behaves as other programs do: it ends without a message when its output is closed, it
restores the terminal when it is terminated, and a character that the encoding of the standard output lacks becomes a
question mark.
"""

import io
import signal
import sys
from types import FrameType
from typing import Final

ENDED: Final = 128 + signal.SIGTERM
"""Exit code: the process was terminated, as in shells."""


def behave() -> None:
    """Set up the process; call it in the main thread, before any output."""
    if hasattr(signal, "SIGPIPE"):  # Windows has none
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, _end)
    if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.errors == "strict":
        sys.stdout.reconfigure(errors="replace")


def keep_running() -> None:
    """Make a write to a connection, or a pipe, that the other side has closed an error and not the end of the process.

    For commands with connections: one viewer who leaves while she is answered would end the service for all.
    """
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_IGN)


def _end(_number: int, _frame: FrameType | None) -> None:
    """Exit and close everything first: files, and the progress bar that hides the cursor."""
    raise SystemExit(ENDED)
