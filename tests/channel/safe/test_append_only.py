"""Lists that only grow: each is what a tuple of the same values is, whatever was added to another one."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.channel.safe.protocol.append_only import EMPTY, AppendOnly

STEPS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 4)), max_size=30)


@given(STEPS, st.booleans())
def test_they_are_as_tuples(steps: list[tuple[int, int]], asked: bool) -> None:
    """Each step makes a list longer that was made before, not only the newest."""
    lists: list[AppendOnly[int]] = [EMPTY]
    tuples: list[tuple[int, ...]] = [()]
    for which, value in steps:
        place = which % len(lists)
        lists.append(lists[place].added(value))
        tuples.append((*tuples[place], value))
        if asked:
            assert value in lists[-1]
    for one, expected in zip(lists, tuples, strict=True):
        assert tuple(one) == expected == one[:]
        assert len(one) == len(expected)
        assert one == AppendOnly(expected)
        assert hash(one) == hash(AppendOnly(expected))
        assert [value in one for value in range(6)] == [value in expected for value in range(6)]
        assert repr(one) == f"AppendOnly({list(expected)})"
    for one, first in zip(lists, tuples, strict=True):
        for other, second in zip(lists, tuples, strict=True):
            assert one.starts_with(other) == (first[: len(second)] == second)
            assert (one == other) == (first == second)


def test_places() -> None:
    values = AppendOnly("abc")
    assert isinstance(values, Sequence)
    assert (values[0], values[-1], values[1:], values[::-1]) == ("a", "c", ("b", "c"), ("c", "b", "a"))
    assert list(reversed(values)) == ["c", "b", "a"]
    longer = values.added("d")
    assert "d" in longer
    assert "d" not in values
    assert values != ("a", "b", "c")
    for place in (3, -4):
        with pytest.raises(IndexError):
            values[place]


def test_a_longer_list_shares_the_storage() -> None:
    values: AppendOnly[int] = EMPTY
    for number in range(1_000):
        values = values.added(number)
    assert values._storage is values.added(1_000)._storage
    assert values._storage is not values.added(1_001)._storage, "the second one has a copy"
    assert len(EMPTY) == 0
    assert not EMPTY._storage.values
