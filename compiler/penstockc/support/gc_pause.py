"""Pause of Python's garbage collector while compiling: dropped values are freed at once, since they have no cycles.

The collector would walk the millions of nodes of a large contract again and again, which takes longer than
the rest of the work.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def paused_gc() -> Iterator[None]:
    """Pause the collector in the context; afterwards it is enabled if it was before."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()
