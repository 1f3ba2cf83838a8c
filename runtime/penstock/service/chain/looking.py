"""Looking at a chain again and again, and what is told of its sources after each look."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

from penstock.errors import hides_frames
from penstock.service.chain.alarms import Alarm, AlarmKind, Alarms
from penstock.service.chain.followed import FollowedChain, Look
from penstock.service.errors import StoppedError

__tracebackhide__ = hides_frames

_LOG: Final = logging.getLogger(__name__)


def source_alarms(chain: FollowedChain, look: Look) -> list[Alarm]:
    """Return the alarms about the sources of a chain, after a look and all that followed from it."""
    alarms = [Alarm(AlarmKind.SOURCE_FAILS, fault) for fault in chain.faults]
    if look.answered == 0:
        alarms.append(Alarm(AlarmKind.NO_SOURCE, "no source of the chain answers: nothing is seen, nothing published"))
    elif look.answered == 1 < len(chain.sources):
        alarms.append(Alarm(AlarmKind.ONE_SOURCE, "a single source of the chain answers: it can hide a spend"))
    return alarms


async def look_for_ever(
    look: Callable[[], Awaitable[Look]],
    on_look: Callable[[Look], None] | None,
    alarms: Alarms,
    interval: float,
    woken: asyncio.Event | None = None,
) -> None:
    """Look again and again until it is cancelled; an error is told, and the next look comes.

    Args:
        look: looks once.
        on_look: takes the result; None if it is not told.
        alarms: the alarms.
        interval: seconds between two looks.
        woken: set to have the next look come at once.

    Raises:
        StoppedError: the worker has stopped.
    """
    woken = asyncio.Event() if woken is None else woken
    while True:
        try:
            found = await look()
            if on_look is not None:
                on_look(found)
        except StoppedError:
            raise
        except Exception as error:  # noqa: BLE001 - a loop that has ended loses money
            _LOG.exception("a look at the chain has failed")
            alarms.add("look", Alarm(AlarmKind.UNEXPECTED, f"{type(error).__name__}: {error}"))
        else:
            alarms.hold("look", [])
        with suppress(TimeoutError):
            await asyncio.wait_for(woken.wait(), interval)
        woken.clear()
