"""Paths of keys for offers, claimed many at once: an offer costs no commit, and no path is given twice."""

from collections import deque
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Final

from penstock.service.store.held import KeyPath

AT_ONCE: Final = 256
"""Paths that one commit claims. Those that were not used before a stop are never used."""


class Paths:
    """A supply of paths; several threads may take from it.

    Args:
        claim: claims so many paths for good (`Store.claim_many`).
    """

    def __init__(self, claim: Callable[[int], Sequence[KeyPath]]) -> None:
        self._claim = claim
        self._left: deque[KeyPath] = deque()
        self._lock = Lock()

    def take(self) -> KeyPath:
        """Return a path that was never returned before.

        Raises:
            StoreError: the store does not give any.
        """
        with self._lock:
            if not self._left:
                self._left.extend(self._claim(AT_ONCE))
            return self._left.popleft()
