"""What the process around a command does with signals and with text that its streams cannot write.

In: nothing. Out: the process behaves as other programs do: it ends without a word when nobody reads its output any
more, it leaves the terminal as it found it when it is told to end, and a character that the standard output has no
bytes for becomes a question mark.
"""

import io
import signal
import sys
from types import FrameType
from typing import Final

ENDED: Final = 128 + signal.SIGTERM
"""Exit code: the process was told to end; what shells give it."""


def behave() -> None:
    """Set up the process; for the main thread, before anything is written."""
    if hasattr(signal, "SIGPIPE"):  # Windows has none
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, _end)
    if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.errors == "strict":
        sys.stdout.reconfigure(errors="replace")


def _end(_number: int, _frame: FrameType | None) -> None:
    """Leave by way of everything that must be closed: files, and the progress bar that hides the cursor."""
    raise SystemExit(ENDED)
