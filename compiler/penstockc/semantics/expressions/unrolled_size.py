"""Total size of a function body after its loops are unrolled."""

from collections.abc import Iterator
from contextlib import contextmanager

from penstockc.language.limits import LARGEST_SCRIPT


class Extent:
    """Counts the statements of one body while it is checked, those of a loop once for each copy.

    Each iteration counts as a statement, so that loops without a body are limited as well.
    """

    def __init__(self) -> None:
        self._statements = 0
        self._copies = 1
        self._loops = 0

    @property
    def is_in_loop(self) -> bool:
        """Whether a loop is being checked."""
        return self._loops > 0

    @property
    def is_too_large(self) -> bool:
        """Whether the body is above the limit of a script."""
        return self._statements > LARGEST_SCRIPT

    def add(self, statements: int) -> None:
        """Count these statements."""
        self._statements += statements * self._copies

    @contextmanager
    def loop(self, copies: int) -> Iterator[None]:
        """Count each statement in the context, the body of a loop, this number of times."""
        outer = self._copies
        self._copies *= copies
        self._loops += 1
        try:
            yield
        finally:
            self._copies = outer
            self._loops -= 1
