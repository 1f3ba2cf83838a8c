"""A run: processes, channels, sales at a pace, with or without viewers who disturb, and the account."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.load.account import differences
from benchmarks.load.figures import Figures, Window
from benchmarks.load.ground import Ground, Usage, disturbers, ground, probe
from benchmarks.load.opening import Buying, opened_viewers, with_lines
from benchmarks.load.pace import paced

_QUARTERS: Final = 4
_SETTLE: Final = 3.0
"""Seconds after the opening, for the provider's looks at the new blocks."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A run that is wanted.

    Attributes:
        viewers: the viewers.
        rate: the sales in a second of all of them.
        seconds: the time of the sales.
        workers: processes of the provider.
        chunk: bytes of a chunk.
        chunks: chunks of the title.
        has_postgres: whether the store is in PostgreSQL.
        is_disturbed: whether others disturb in the second and in the fourth quarter.
    """

    viewers: int
    rate: float
    seconds: float
    workers: int = 1
    chunk: int = 64 << 10
    chunks: int = 256
    has_postgres: bool = False
    is_disturbed: bool = False


@dataclass(slots=True)
class _Sold:
    windows: list[Window]
    usages: list[Usage]
    times: list[float]
    told: Sequence[str] = ()


async def measured(plan: Plan) -> Figures:
    """Run, and return the figures.

    Raises:
        GroundError: a process does not start.
    """
    with TemporaryDirectory(prefix="penstock-load-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        with ground(folder, plan.workers, plan.chunk, plan.chunks, has_postgres=plan.has_postgres) as found:
            began = time.perf_counter()
            buyings = await opened_viewers(found.url, found.chain, plan.viewers)
            opening = time.perf_counter() - began
            await _until_idle(found)
            with probe(folder) as fsyncs:
                sold = await _sold(plan, found, buyings)
            for each in buyings:
                await each.viewer.close()
                each.line.close()
            found.end()
            wrong = differences(found.store, buyings)
    return Figures(
        viewers=plan.viewers,
        workers=plan.workers,
        asked=plan.rate,
        windows=tuple(sold.windows),
        fsyncs=fsyncs,
        opening=opening,
        quarter=sold.usages[0],
        end=sold.usages[-1],
        between=sold.times[-1] - sold.times[0],
        differences=wrong,
        disturbed=sold.told,
    )


async def _sold(plan: Plan, found: Ground, buyings: Sequence[Buying]) -> _Sold:
    """Sell in four quarters."""
    sold = _Sold([], [], [])
    with ExitStack() as stack:
        others = stack.enter_context(disturbers(found)) if plan.is_disturbed else None
        if others is not None:
            await others.answer()
        await with_lines(found.url, buyings)
        for quarter in range(_QUARTERS):
            disturbing = others if quarter % 2 else None
            if disturbing is not None:
                disturbing.say("begin")
            before, cpu = found.usage(), time.process_time()
            sales = await paced(buyings, plan.rate, plan.seconds / _QUARTERS)
            after, name = found.usage(), "calm" if disturbing is None else "disturbed"
            sold.windows.append(Window(name, sales, after.seconds - before.seconds, time.process_time() - cpu))
            sold.usages.append(after)
            sold.times.append(time.perf_counter())
            if disturbing is not None:
                disturbing.say("end")
                sold.told = [*sold.told, await disturbing.answer()]
    return sold


async def _until_idle(found: Ground) -> None:
    """Wait until the provider has looked at the blocks of the fundings."""
    while True:
        before = found.usage().seconds
        await asyncio.sleep(_SETTLE)
        if found.usage().seconds - before < _SETTLE / 5:
            return
