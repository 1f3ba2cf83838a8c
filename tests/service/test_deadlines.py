"""Deadlines of tasks: each task is cancelled after its own, and goes on if it was done before."""

import asyncio
import time

import pytest

from penstock.service.deadlines import EVERY, Deadline


def test_what_takes_longer_is_cancelled() -> None:
    async def late() -> None:
        with Deadline(0.01):
            await asyncio.sleep(60)

    async def run() -> float:
        begun = time.monotonic()
        with pytest.raises(TimeoutError, match=r"not done in 0\.01 seconds"):
            await late()
        return time.monotonic() - begun

    assert asyncio.run(run()) < 10 * EVERY


def test_what_is_done_in_time_is_not() -> None:
    async def run() -> list[int]:
        async def quick(number: int) -> int:
            for _ in range(3):
                with Deadline(0.05):
                    await asyncio.sleep(0)
            await asyncio.sleep(3 * EVERY)  # the deadlines have passed meanwhile
            return number

        return await asyncio.gather(*map(quick, range(5)))

    assert asyncio.run(run()) == list(range(5))


def test_the_task_that_is_late_alone() -> None:
    async def run() -> tuple[str | BaseException, str | BaseException]:
        async def within(seconds: float) -> str:
            with Deadline(seconds):
                await asyncio.sleep(2.5 * EVERY)
            return "done"

        return await asyncio.gather(within(0.01), within(60), return_exceptions=True)

    late, done = asyncio.run(run())
    assert isinstance(late, TimeoutError)
    assert done == "done"


def test_a_cancellation_by_another_is_one() -> None:
    async def run() -> bool:
        async def waits() -> None:
            with Deadline(60):
                await asyncio.sleep(60)

        task = asyncio.create_task(waits())
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        return task.cancelled()

    assert asyncio.run(run())


def test_an_error_leaves_as_it_is() -> None:
    async def run() -> None:
        with Deadline(60):
            raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        asyncio.run(run())
