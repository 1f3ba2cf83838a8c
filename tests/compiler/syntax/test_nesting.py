"""Room for deep trees is made and taken back, also by several threads at once."""

import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sources import program

from penstockc.nesting import ROOM, room_for_nesting

CHAIN = "contract C {{ public function f(int x) {{ require({} == x); }} }}"


def test_the_limit_is_as_before() -> None:
    before = sys.getrecursionlimit()
    assert before < ROOM
    with room_for_nesting():
        assert sys.getrecursionlimit() == ROOM
        with room_for_nesting():
            assert sys.getrecursionlimit() == ROOM
        assert sys.getrecursionlimit() == ROOM
    assert sys.getrecursionlimit() == before


def test_a_higher_limit_stays() -> None:
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(2 * ROOM)
    try:
        with room_for_nesting():
            assert sys.getrecursionlimit() == 2 * ROOM
    finally:
        sys.setrecursionlimit(before)


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
