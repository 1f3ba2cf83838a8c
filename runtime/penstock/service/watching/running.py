"""Running of a watcher: loops beside each other, until all that they watch is done, or a signal comes."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol

from penstock.service.chain.followed import Look
from penstock.service.signals import signals_to


class WatchLoop(Protocol):
    """A loop that watches."""

    @property
    def open_channels(self) -> int:
        """The number of channels that are not finished, as of the last look."""
        ...

    async def run(self, on_look: Callable[[Look], None]) -> None:
        """Look until it is cancelled."""
        ...


async def watch(loops: Sequence[WatchLoop], on_look: Callable[[Look, int], None], *, until_done: bool) -> bool:
    """Run loops until the process gets SIGINT or SIGTERM.

    Args:
        loops: the loops.
        on_look: takes each look at a chain, and the number of channels that all loops watch.
        until_done: whether it ends once nothing is left to watch.

    Returns:
        Whether nothing is left to watch.

    Raises:
        StoppedError: another worker has taken over the store, or it has to be opened again.
    """
    ended = asyncio.Event()
    looked: set[int] = set()

    def is_done() -> bool:
        return len(looked) == len(loops) and not any(each.open_channels for each in loops)

    def seen(number: int, look: Look) -> None:
        on_look(look, sum(each.open_channels for each in loops))
        if look.height is not None:
            looked.add(number)
        if until_done and is_done():
            ended.set()

    def told_by(number: int) -> Callable[[Look], None]:
        return lambda look: seen(number, look)

    running = [asyncio.ensure_future(each.run(told_by(number))) for number, each in enumerate(loops)]
    waiting = asyncio.ensure_future(ended.wait())
    try:
        with signals_to(ended.set):
            await asyncio.wait([*running, waiting], return_when=asyncio.FIRST_COMPLETED)
        for each in running:
            if each.done():
                each.result()
    finally:
        for task in (*running, waiting):
            task.cancel()
        await asyncio.gather(*running, waiting, return_exceptions=True)
    return is_done()
