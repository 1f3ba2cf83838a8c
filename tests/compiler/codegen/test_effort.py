"""Scheduling takes time in proportion to the script: counted in what it tries, which no busy machine can change."""

from collections.abc import Callable
from typing import Any

import pytest

import penstock
from penstockc.codegen import joins, search


def nested(depth: int) -> str:
    """Branches within branches, each with a value that nobody needs behind it."""
    opening = "".join(f"if (x > {level + 3}) {{ s = s + y + {level + 17}; " for level in range(depth))
    return f"int s = 0; {opening}{'}' * depth} require(s > 5);"


def in_a_row(count: int) -> str:
    """Steps of which each needs the one before, and a constant that could be pushed at any time."""
    return "".join(f"x = (x + {number}) * y; require(x != {number});" for number in range(1000, 1000 + count))


def calls_of(name: str, module: object, body: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """Compile a function and count the calls of something within the scheduler."""
    counted = 0
    original: Callable[..., Any] = getattr(module, name)

    def counting(*arguments: Any) -> Any:
        nonlocal counted
        counted += 1
        return original(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(module, name, counting)
        penstock.compile_source(f"contract Large {{ public function f(int x, int y) {{ {body} require(true); }} }}")
    return counted


def test_nested_branches_are_joined_in_proportion_to_their_depth(monkeypatch: pytest.MonkeyPatch) -> None:
    few, many = (calls_of("join", joins, nested(depth), monkeypatch) for depth in (30, 60))
    assert few < many < 2.2 * few


def test_steps_are_looked_at_in_proportion_to_their_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """A step far ahead is not looked at again with every step that is done."""
    few, many = (calls_of("__contains__", search.Done, in_a_row(count), monkeypatch) for count in (100, 200))
    assert many < 1.8 * few
