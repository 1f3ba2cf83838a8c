"""Room for deep trees is made and taken back, also by several threads at once."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

import penstock
from penstockc.support.recursion_limit import (
    MAX_ALTERNATIVES,
    MAX_CONDITIONS,
    MAX_NESTING,
    MAX_OPERATORS,
    ROOM,
    raised_recursion_limit,
)
from tests.support.compiling.sources import program, syntax_errors

CHAIN = "contract C {{ public function f(int x) {{ require({} == x); }} }}"


def test_the_limit_is_as_before() -> None:
    before = sys.getrecursionlimit()
    assert before < ROOM
    with raised_recursion_limit():
        assert sys.getrecursionlimit() == ROOM
        with raised_recursion_limit():
            assert sys.getrecursionlimit() == ROOM
        assert sys.getrecursionlimit() == ROOM
    assert sys.getrecursionlimit() == before


def test_a_higher_limit_stays() -> None:
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(2 * ROOM)
    try:
        with raised_recursion_limit():
            assert sys.getrecursionlimit() == 2 * ROOM
    finally:
        sys.setrecursionlimit(before)


@pytest.mark.parametrize(
    ("condition", "x", "refused"),
    [
        (" + ".join(["x"] * 2000) + " == 6000", 3, 4),
        pytest.param(" + ".join(["x"] * MAX_OPERATORS) + f" == {3 * MAX_OPERATORS}", 3, 4, marks=pytest.mark.long),
        (
            " || ".join(f"x == {number}" for number in range(MAX_CONDITIONS // 2)),
            MAX_CONDITIONS // 2 - 1,
            MAX_CONDITIONS // 2,
        ),
        (" && ".join(f"x != {number}" for number in range(MAX_CONDITIONS // 2)), MAX_CONDITIONS // 2, 0),
        (" : ".join(f"x == {number} ? {number + 7}" for number in range(600)) + " : 0) == x + 7 && (x", 599, 600),
    ],
    ids=["sum", "long sum", "or", "and", "conditional"],
)
def test_a_chain_is_not_nested(condition: str, x: int, refused: int) -> None:
    """Thousands of operators, six hundred alternatives: no reader would say that anything nests."""
    artifact = penstock.compile_source(f"contract C {{ public function f(int x) {{ require(({condition})); }} }}")
    spend = penstock.Spend(artifact.instantiate())
    assert spend.verify("f", x)
    assert not spend.verify("f", refused)


def test_a_chain_of_else_if_is_not_nested() -> None:
    arms = " else ".join(f"if (x == {number}) {{ y = {number * 7 % 600}; }}" for number in range(600))
    text = f"contract C {{ public function f(int x, int z) {{ int y = -1; {arms} require(y == z); }} }}"
    spend = penstock.Spend(penstock.compile_source(text).instantiate())
    assert all(spend.verify("f", x, x * 7 % 600) for x in (0, 1, 299, 599))
    assert spend.verify("f", 600, -1)
    assert not spend.verify("f", 599, 0)


@pytest.mark.parametrize(
    "body",
    [
        "require(" + " + ".join(["x"] * (MAX_OPERATORS * 13 // 10)) + " == 1);",
        "require(" + " && ".join(["x == 1"] * (MAX_CONDITIONS + 600)) + ");",
        " else ".join(["if (x == 1) { }"] * (MAX_ALTERNATIVES + 300)) + " require(x == 1);",
        "require(" + "(" * MAX_NESTING + "x" + ")" * MAX_NESTING + " == 1);",
    ],
    ids=["operators", "conditions", "alternatives", "parentheses"],
)
def test_what_is_too_long_or_too_deep_is_refused(body: str) -> None:
    assert syntax_errors(f"contract C {{ public function f(int x) {{ {body} }} }}") == ["nested-too-deeply"]


def test_a_long_sum_takes_no_room_on_the_stack_of_its_thread() -> None:
    """No stage recurses over a chain through C, so that the stack of a small thread is enough."""
    code = (
        "import sys, threading, warnings, penstock; warnings.simplefilter('ignore'); threading.stack_size(256 << 10);"
        "done = []; thread = threading.Thread(target=lambda: done.append(penstock.compile_source(sys.stdin.read())));"
        "thread.start(); thread.join(); print(len(done))"
    )
    source = CHAIN.format(" + ".join(["x"] * 4000))
    ran = subprocess.run([sys.executable, "-c", code], input=source, text=True, capture_output=True, check=False)
    assert (ran.returncode, ran.stdout) == (0, "1\n")


def test_threads_do_not_take_each_others_room() -> None:
    before = sys.getrecursionlimit()
    start = Barrier(4)

    def deep(terms: int) -> int:
        start.wait()
        for _ in range(3):
            program(CHAIN.format(" + ".join(["x"] * terms)))
        return terms

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(deep, [400, 10, 300, 20])) == [400, 10, 300, 20]
    assert sys.getrecursionlimit() == before
