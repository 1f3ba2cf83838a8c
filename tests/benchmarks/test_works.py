"""Every work can be set up, and everybody in it judges rightly; nothing is timed here."""

from collections.abc import Callable, Iterator

import pytest

pytest.importorskip("benchmarks", reason="the benchmarks lie in the checkout only")

from benchmarks.harness import Work, prove
from benchmarks.works import (
    building,
    channel,
    compiling,
    four_gigabytes,
    growth,
    growth_compile,
    hostile,
    kit,
    numbers,
    opcodes,
    saving,
    serving,
    start_up,
    stored,
    streaming,
)
from benchmarks.works.all import WORKS

SMALL: dict[str, Callable[[], Iterator[Work]]] = {
    "streaming": lambda: streaming.works(spends=2),
    "raw-bytes": lambda: streaming.raw_works(spends=2),
    "channel": lambda: channel.works(many=3),
    "store": lambda: stored.works(channels=2),
    "saving": lambda: saving.works(channels=3),
    "service": lambda: serving.works(sizes=((8 << 10, 0.3),), viewers=2),
    "opcodes": opcodes.works,
    "numbers": numbers.works,
    "building": building.works,
    "start-up": start_up.works,
    "compiling": compiling.works,
    "kit": lambda: kit.works(streaming=4, counter=0),
    "growth": growth.works,
    "growth-compile": lambda: growth_compile.works(share=10),
    "hostile": hostile.works,
    "four-gigabytes": lambda: four_gigabytes.works(chunk=(1 << 26) + 1),
}
"""The groups of works, with few or small spends where there is a choice."""
SLOW = {"compiling", "growth-compile", "hostile", "kit"}


@pytest.mark.parametrize(
    "group", [pytest.param(group, marks=[pytest.mark.long] if group in SLOW else []) for group in SMALL]
)
def test_everybody_in_a_work_judges_rightly(group: str) -> None:
    names = []
    for work in SMALL[group]():  # one after the other: a work may have files until the next
        prove(work)
        names.append(work.ours)
        assert work.ours in {contender.name for contender in work.contenders}
    assert names


def test_every_group_is_held_to_this() -> None:
    assert SMALL.keys() == WORKS.keys()


def test_only_the_huge_one_waits_to_be_asked_for() -> None:
    assert [name for name, entry in WORKS.items() if not entry.by_default] == ["four-gigabytes"]
