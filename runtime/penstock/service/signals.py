"""Signals that end a service: SIGINT and SIGTERM call a function instead of stopping the process in the middle."""

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress


@contextmanager
def signals_to(end: Callable[[], object]) -> Iterator[None]:
    """Have SIGINT and SIGTERM call a function, in the running loop.

    In other threads than the first, and where loops take no signals, nothing is changed.

    Args:
        end: begins the end of the service.
    """
    loop, taken = asyncio.get_running_loop(), []
    with suppress(NotImplementedError, RuntimeError, ValueError):
        for each in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(each, end)
            taken.append(each)
    try:
        yield
    finally:
        for each in taken:
            loop.remove_signal_handler(each)
