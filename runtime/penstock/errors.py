"""The one base class of every error that Penstock raises on purpose, and what hides our frames from a user's test.

`except penstock.PenstockError` catches what bad input can cause; anything else that escapes is a fault of ours.
"""

from typing import Protocol


class PenstockError(Exception):
    """What was given to Penstock cannot be used; the message says what, where, and what to do."""


class Raised(Protocol):
    """What pytest knows of an exception: an `ExceptionInfo`."""

    @property
    def value(self) -> BaseException:
        """The exception."""


def hides_frames(raised: Raised | None) -> bool:
    """Tell pytest to leave a module's frames out of the traceback of a `PenstockError`: its user wants his own line.

    The modules that such an error passes through have it as `__tracebackhide__`. Anything else that escapes, a fault
    of ours, is shown with all frames.
    """
    return raised is not None and isinstance(raised.value, PenstockError)
