"""How large a body becomes once its loops are unrolled."""

from collections.abc import Iterator
from contextlib import contextmanager

from penstockc.language.limits import LARGEST_SCRIPT


class Extent:
    """Counts the statements of one body while it is checked, those of a loop as often as they will stand there.

    Each iteration counts as a statement, so that loops without a body have an end as well.
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
        """Whether the body is longer than a script may be."""
        return self._statements > LARGEST_SCRIPT

    def add(self, statements: int) -> None:
        """Count statements that were met."""
        self._statements += statements * self._copies

    @contextmanager
    def loop(self, copies: int) -> Iterator[None]:
        """Within it, a loop is checked: each statement stands for so many."""
        outer = self._copies
        self._copies *= copies
        self._loops += 1
        try:
            yield
        finally:
            self._copies = outer
            self._loops -= 1
