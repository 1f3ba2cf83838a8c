"""Compiling without looking for garbage: what is dropped here is dropped at once, because it is in no cycles.

Python's collector would go through the millions of nodes of a large contract again and again, which takes longer than
the rest of the work.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collection() -> Iterator[None]:
    """Within it Python looks for no cycles; behind it, it does if it did before."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()
