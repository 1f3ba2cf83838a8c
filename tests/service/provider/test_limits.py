"""Buckets: what was taken is gone, what comes with time is there, and peers do not share."""

from hypothesis import given
from hypothesis import strategies as st

from penstock.service.provider.limits import MOST_BUCKETS, Buckets, Rate


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_a_burst_is_taken_and_no_more() -> None:
    buckets = Buckets(Rate(3, 1), Clock())
    assert [buckets.take("a") for _ in range(4)] == [True, True, True, False]
    assert buckets.take("b")


def test_what_comes_with_time_is_there_up_to_the_burst() -> None:
    clock = Clock()
    buckets = Buckets(Rate(2, 0.5), clock)
    assert buckets.take("a", 2)
    clock.seconds = 1
    assert not buckets.take("a")
    clock.seconds = 2
    assert buckets.take("a")
    clock.seconds = 1_000
    assert [buckets.take("a") for _ in range(3)] == [True, True, False]


@given(st.lists(st.tuples(st.floats(0, 5), st.floats(0, 3)), max_size=60))
def test_no_one_gets_more_than_the_burst_and_the_rate(asks: list[tuple[float, float]]) -> None:
    clock = Clock()
    buckets = Buckets(Rate(4, 2), clock)
    taken = 0.0
    for pause, amount in asks:
        clock.seconds += pause
        taken += amount if buckets.take("a", amount) else 0
        assert taken <= 4 + 2 * clock.seconds + 1e-6


def test_the_number_of_buckets_is_bounded() -> None:
    buckets = Buckets(Rate(1, 0), Clock())
    for each in range(MOST_BUCKETS + 10):
        assert buckets.take(each)
    assert not buckets.take(MOST_BUCKETS)
    assert len(buckets._levels) == MOST_BUCKETS
