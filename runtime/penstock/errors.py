"""Base class of all errors that Penstock raises on purpose, and the rule that hides frames from pytest's tracebacks.

`except penstock.PenstockError` catches every error that bad input can cause; any other exception is a bug in Penstock.
"""

from typing import Protocol


class PenstockError(Exception):
    """An error in the input; the message gives the problem, the place, and the remedy."""


class Raised(Protocol):
    """The part of pytest's `ExceptionInfo` that is used here."""

    @property
    def value(self) -> BaseException:
        """The exception."""


def hides_frames(raised: Raised | None) -> bool:
    """Tell pytest to leave a module's frames out of the traceback of a `PenstockError`.

    Modules that such an error passes through set it as `__tracebackhide__`. Any other exception, a bug in Penstock, is
    shown with all frames.
    """
    return raised is not None and isinstance(raised.value, PenstockError)
