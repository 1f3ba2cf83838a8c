"""How the time of compiling grows: each work compiles a contract with N of something and one with ten times as many.

Costs count per unit, so speed 1 means growth in proportion. Small contracts are searched more widely, so that a unit of
them may cost more. Nothing is known from an earlier compilation. The proof: both accept a call, and refuse it with
another number.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import penstock
from benchmarks.harness import Contender, Work
from benchmarks.result import Target
from penstockc.codegen.schedule.memory import forget

TIMES: Final = 10
_AT_MOST: Final = 1.3
"""Cost of a unit of the large contract in units of the small one."""


@dataclass(frozen=True, slots=True)
class Kind:
    """Contracts that grow in one thing.

    Attributes:
        name: what there are N of.
        count: N of the small contract.
        source: the contract with so many.
        good: arguments of the public function `f` that it accepts; another last one is refused.
    """

    name: str
    count: int
    source: Callable[[int], str]
    good: Callable[[int], tuple[int, ...]]


def _function(body: str, parameters: str = "int x", others: str = "") -> str:
    return f"contract Large {{ {others} public function f({parameters}) {{ {body} }} }}"


def _iterations(count: int) -> str:
    return _function(f"int y = 0; loop ({count}) : i {{ y = y * 3 % 1009 + x + i; }} require(y != 7 && x == 5);")


def _functions(count: int) -> str:
    others = "".join(
        f"private static function g{i}(int x) : int {{ return x * {i + 17} % 1009; }} " for i in range(count)
    )
    calls = " ".join(f"y = y + g{i}(y);" for i in range(count))
    return _function(f"int y = x; {calls} require(y != 7 && x == 5);", others=others)


def _entry_points(count: int) -> str:
    others = " ".join(f"public function g{i}(int x) {{ require(x * x + x == {i + 17}); }}" for i in range(count))
    return f"contract Large {{ public function f(int x) {{ require(x == 5); }} {others} }}"


def _requirements(count: int) -> str:
    return _function("".join(f"require(x != {number + 17});" for number in range(count)) + " require(x == 5);")


def _nested(count: int) -> str:
    return _function(
        f"int y = 0; {''.join(f'if (x > {-i}) {{ y = y + {i + 17}; ' for i in range(count))}"
        f"{'}' * count} require(y > 0 && x == 5);"
    )


def _arguments(count: int) -> str:
    names = [f"a{i}" for i in range(count)]
    return _function(
        f"require({' + '.join([*names, 'x'])} == {5 + count});", ", ".join(f"int {n}" for n in (*names, "x"))
    )


def _array(count: int) -> str:
    return _function(
        f"int[{count}] a = repeat(x, {count}); a[3] = 4; int y = 0; loop ({count}) : i {{ y = y + a[i]; }}"
        f" require(y == {5 * count - 1});"
    )


def _terms(count: int) -> str:
    return _function(
        f"require({' + '.join(f'x * {i % 90 + 17}' for i in range(count))} == "
        f"{5 * sum(i % 90 + 17 for i in range(count))});"
    )


KINDS: Final = (
    Kind("iterations of a loop", 300, _iterations, lambda _: (5,)),
    Kind("functions, called once each", 100, _functions, lambda _: (5,)),
    Kind("public functions", 30, _entry_points, lambda _: (5,)),
    Kind("requirements", 300, _requirements, lambda _: (5,)),
    Kind("nested branches", 20, _nested, lambda _: (5,)),
    Kind("arguments", 50, _arguments, lambda count: (*[1] * count, 5)),
    Kind("elements of an array", 100, _array, lambda _: (5,)),
    Kind("terms of a sum", 1000, _terms, lambda _: (5,)),
)
"""All kinds. The large contract has `TIMES` as many."""


def works(share: int = 1) -> Iterator[Work]:
    """One work for each kind; with a `share` the contracts have so many times fewer of it."""
    for kind in KINDS:
        small, large = (_compiling(kind, count * kind.count // share) for count in (1, TIMES))
        target = Target(small.name, 1 / _AT_MOST)
        yield Work(f"growth with {kind.name}", "unit", (small, large), (target,), large.name, rounds=3)


def _compiling(kind: Kind, count: int) -> Contender:
    source = kind.source(count)

    def run() -> None:
        forget()
        penstock.compile_source(source)

    return Contender(f"{count:,}", run, lambda: _is_right(kind, count), count)


def _is_right(kind: Kind, count: int) -> bool:
    contract = penstock.compile_source(kind.source(count)).instantiate()
    *others, last = kind.good(count)
    spends = [penstock.Spend(contract, value=1000).verify("f", *others, number) for number in (last, last + 1)]
    return bool(spends[0]) and not spends[1]
