"""Pacing, by a clock of the test."""

import asyncio
from dataclasses import dataclass

import pytest

from penstock.service.viewer.loopback.pacing import Pacing


@dataclass
class Clock:
    seconds: float = 100.0

    def now(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.seconds += max(seconds, 0.001)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(asyncio, "sleep", made.sleep)
    return made


def when(pace: Pacing, clock: Clock, starts: list[float], seconds: float = 2.0) -> list[float]:
    """The seconds after which each segment is given, if they are asked for one after the other."""
    began, found = clock.seconds, []

    async def main() -> None:
        for start in starts:
            await pace.turn(start, seconds)
            found.append(round(clock.seconds - began, 1))

    asyncio.run(main())
    return found


def test_a_film_in_one_go_comes_as_fast_as_it_is_watched(clock: Clock) -> None:
    given = when(Pacing(now=clock.now), clock, [2.0 * index for index in range(30)])
    assert given[:5] == [0, 0, 0, 0, 0]
    assert given[5:8] == [2, 4, 6]
    assert given[-1] == 50


def test_a_place_that_was_sought_is_given_at_once(clock: Clock) -> None:
    pace = Pacing(now=clock.now)
    when(pace, clock, [0, 2, 4, 6, 8])
    assert when(pace, clock, [40, 42, 44]) == [0, 0, 0]


def test_many_heads_get_no_more_than_the_store(clock: Clock) -> None:
    given = when(Pacing(now=clock.now), clock, [100.0 * index for index in range(60)])
    assert given[11] == 0
    assert given[12] > 1
    assert given[-1] >= 60


def test_a_pause_lets_nothing_gather(clock: Clock) -> None:
    pace = Pacing(now=clock.now)
    when(pace, clock, [0, 2])
    clock.seconds += 600
    given = when(pace, clock, [4.0 + 2 * index for index in range(10)])
    assert given[:5] == [0, 0, 0, 0, 0]
    assert given[6] >= 2


def test_pieces_that_are_paid_move_the_head(clock: Clock) -> None:
    pace = Pacing(now=clock.now)
    for index in range(20):
        pace.passed(2.0 * index, 2.0)
    assert when(pace, clock, [40, 42])[0] >= 0
    assert when(pace, clock, [44, 46, 48, 50, 52, 54])[-1] >= 6


def test_a_large_segment_is_given_all_the_same(clock: Clock) -> None:
    assert when(Pacing(now=clock.now), clock, [0, 60, 120], seconds=60.0)[0] == 0
