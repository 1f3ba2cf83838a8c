"""Limits of nesting in a contract, and a recursion limit for the stages that recurse over it.

Generated contracts join thousands of operands in one chain, and each operand is one level of the tree. Python's default
limit of a thousand frames is too small for that, so stages run inside `raised_recursion_limit`. Calls that go through
C, such as `map` and generators, take room on the stack of the thread, and Python 3.12 limits them: code that recurses
over chains avoids them.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock

MAX_NESTING = 500  # levels of the parse tree; deeper texts are refused with a diagnostic
MAX_OPERATORS = 10_000  # in a chain: `a + b + c` is a level of the tree for each, without visible nesting
MAX_CONDITIONS = 2000  # in a chain of `&&` or `||`, each of which is a branch
MAX_ALTERNATIVES = 800  # in a chain of `else if`, or of `? :`
FRAMES_PER_LEVEL = 20  # more than any stage takes for one level
ROOM = MAX_OPERATORS * FRAMES_PER_LEVEL


@dataclass(slots=True)
class _Limit:
    """The interpreter's recursion limit while stages run; all threads share it."""

    lock: Lock
    inside: int = 0
    outside: int = 0

    def enter(self) -> None:
        with self.lock:
            if self.inside == 0:
                self.outside = sys.getrecursionlimit()
                sys.setrecursionlimit(max(self.outside, ROOM))
            self.inside += 1

    def leave(self) -> None:
        with self.lock:
            self.inside -= 1
            if self.inside == 0:
                sys.setrecursionlimit(self.outside)


_LIMIT = _Limit(Lock())


@contextmanager
def raised_recursion_limit() -> Iterator[None]:
    """Raise the recursion limit to these limits' need in the context; the last one to leave restores it.

    Stages may run inside each other and in several threads.
    """
    _LIMIT.enter()
    try:
        yield
    finally:
        _LIMIT.leave()
