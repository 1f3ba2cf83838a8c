"""Scheduling takes time proportional to the script: counted in tried steps, so independent of the machine's load."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest

import penstock
from penstockc.codegen.schedule import joins, linear, search
from penstockc.codegen.schedule.memory import forget
from penstockc.codegen.stack import stack_shuffle
from penstockc.codegen.stack.moves import Layout
from penstockc.codegen.stack.stack_shuffle import Arrangement
from penstockc.layouts import LAYOUTS

schedule_module = import_module("penstockc.codegen.schedule.scheduler")  # the package has a function of that name


def nested(depth: int) -> str:
    """Branches within branches, each with a value that is not needed after it."""
    opening = "".join(f"if (x > {level + 3}) {{ s = s + y + {level + 17}; " for level in range(depth))
    return f"int s = 0; {opening}{'}' * depth} require(s > 5);"


def in_a_row(count: int) -> str:
    """Steps of which each needs the one before, and a constant that could be pushed at any time."""
    return "".join(f"x = (x + {number}) * y; require(x != {number});" for number in range(1000, 1000 + count))


def calls_of(name: str, module: object, body: str, monkeypatch: pytest.MonkeyPatch, layout: str = "smallest") -> int:
    """Compile a function and count the calls of something within the scheduler."""
    forget()
    counted = 0
    original: Callable[..., Any] = getattr(module, name)

    def counting(*arguments: Any) -> Any:
        nonlocal counted
        counted += 1
        return original(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(module, name, counting)
        penstock.compile_source(
            f"contract Large {{ public function f(int x, int y) {{ {body} require(true); }} }}", layout=layout
        )
    return counted


@pytest.mark.long
def test_nested_branches_are_joined_in_proportion_to_their_depth(monkeypatch: pytest.MonkeyPatch) -> None:
    few, many = (calls_of("join", joins, nested(depth), monkeypatch) for depth in (30, 60))
    assert few < many < 2.2 * few


@pytest.mark.parametrize("layout", LAYOUTS)
def test_steps_are_looked_at_in_proportion_to_their_number(monkeypatch: pytest.MonkeyPatch, layout: str) -> None:
    """A step far ahead is not examined again with every done step."""
    few, many = (calls_of("move", search.ScheduleSearch, in_a_row(count), monkeypatch, layout) for count in (100, 200))
    assert many < 2.2 * few


def unrolled(count: int) -> str:
    """Iterations with branches, a read and a write at run-time indices, and values that are unused at the end."""
    return (
        f"int[5] cells = repeat(x, 5); loop ({count}) : i {{"
        " if (x > y) { x = x - y + i; } else { y = (y + x * i) % 1000003; }"
        " int cell = cells[x % 5]; require(cell != i + 7); cells[y % 5] = x; } require(cells[0] != 3);"
    )


@pytest.mark.parametrize(("name", "module"), [("arrange", linear), ("permute", linear), ("_fetch", stack_shuffle)])
def test_long_plans_are_written_in_proportion_to_their_length(
    name: str, module: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every step takes a bounded number of stack searches, independent of the steps before it."""
    few, many = (calls_of(name, module, unrolled(count), monkeypatch) for count in (40, 80))
    assert 0 < few < many < 2.2 * few


@pytest.mark.long
def test_the_stack_does_not_grow_with_the_length_of_a_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    """Values that are not needed any more are dropped in time."""
    heights: list[int] = []
    original = stack_shuffle.arrange

    def measuring(layout: Layout, wanted: Layout, kept: frozenset[int]) -> tuple[Arrangement, ...]:
        heights.append(len(layout))
        return original(layout, wanted, kept)

    monkeypatch.setattr(linear, "arrange", measuring)
    penstock.compile_source(f"contract Large {{ public function f(int x, int y) {{ {unrolled(150)} }} }}")
    assert len(heights) > 1000
    assert max(heights) < 4 * linear.MOST_DEAD


def test_a_search_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it would have found is then written straight on."""
    steps = calls_of("do", search.ScheduleSearch, nested(12), monkeypatch)
    monkeypatch.setattr(schedule_module, "PATIENCE", 50)
    assert calls_of("do", search.ScheduleSearch, nested(12), monkeypatch) <= 50 < steps
