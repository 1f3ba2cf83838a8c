"""How deep a contract may nest, and room for the stages that follow the nesting by recursion.

Real contracts join a hundred operands in one chain, and each operand is one level of the tree. Python's default limit
of a thousand frames is too small for that, so stages run inside `room_for_nesting`.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

MAX_NESTING = 500  # levels of the parse tree; deeper texts are refused with a diagnostic
FRAMES_PER_LEVEL = 20  # more than any stage takes for one level
ROOM = MAX_NESTING * FRAMES_PER_LEVEL


@contextmanager
def room_for_nesting() -> Iterator[None]:
    """Within it, recursion may go as deep as `MAX_NESTING` needs. Nests; never lowers a limit below what it found."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, ROOM))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)
