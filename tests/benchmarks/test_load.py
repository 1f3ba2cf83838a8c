"""Load on a provider's process: what is late counts as late, and nothing is lost with others who disturb."""

import asyncio
from typing import cast

import pytest

pytest.importorskip("benchmarks", reason="the benchmarks lie in the checkout only")

from benchmarks.load.figures import percentile
from benchmarks.load.opening import Buying
from benchmarks.load.pace import Sales, paced
from benchmarks.load.run import Plan, measured


class Slow:
    """A viewer whose first purchase takes long, and the others no time."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    async def bought(self) -> None:
        seconds, self.seconds = self.seconds, 0.0
        await asyncio.sleep(seconds)


def sales(seconds: float, length: float = 1.0) -> Sales:
    """Ten sales a second of one viewer, the first of which takes some seconds."""
    return asyncio.run(paced([cast("Buying", Slow(seconds))], 10, length))


def test_sales_that_wait_for_a_slow_one_are_late_too() -> None:
    found = sales(0.5)
    assert (found.asked, len(found.latencies), found.missed) == (10, 10, [])
    late = sorted(found.latencies, reverse=True)
    assert late[0] > 0.49
    assert late[1] > 0.3, "the next one was due before the first was done"
    assert late[-1] < 0.1
    assert found.is_kept_up


def test_sales_that_had_not_begun_at_the_end_are_counted_with_what_they_waited() -> None:
    found = sales(1.2)
    assert (found.asked, len(found.latencies), len(found.missed)) == (10, 1, 9)
    assert max(found.missed) > 0.85
    assert len(found.all) == 10
    assert not found.is_kept_up


def test_percentiles_are_values_that_were_measured() -> None:
    values = [float(each) for each in range(1, 101)]
    assert [percentile(values, part) for part in (0.5, 0.99, 1.0)] == [50, 99, 100]
    assert (percentile([7.0], 0.99), percentile([], 0.5)) == (7, 0)


@pytest.mark.long
@pytest.mark.parametrize("workers", [1, 2])
def test_nothing_is_lost_while_others_disturb(workers: int) -> None:
    """The times are not judged here: other programs have the cores too."""
    plan = Plan(12, 12, 8, workers, chunk=8 << 10, chunks=16, has_postgres=workers > 1, is_disturbed=True)
    found = asyncio.run(measured(plan))
    assert found.differences == []
    assert sum(len(each.sales.latencies) for each in found.windows) >= 12
    assert {each.name for each in found.windows} == {"calm", "disturbed"}
    assert all("Enquires" in told for told in found.disturbed)
    assert found.end.bytes > 0
