"""Lowering: known values are computed, and loops are unrolled without extra code."""

from typing import TypeVar

import pytest

from penstockc.ir import nodes
from penstockc.ir.lowering import lower
from penstockc.ir.nodes import walk
from penstockc.ir.verify import verify
from penstockc.language.operations import Operation
from tests.support.compiling.programs import program_of
from tests.support.compiling.targets import TARGETS

S = TypeVar("S")


def lowered(statements: str, parameters: str = "int x, int[3] a", target: str = "bsv") -> nodes.Script:
    program = program_of(f"contract A {{ public function f({parameters}) {{ {statements} }} }}")
    script = lower(program, TARGETS[target])
    verify(script)
    return script


def made_of(script: nodes.Script, kind: type[S]) -> list[S]:
    return [statement for statement in walk(script.body) if isinstance(statement, kind)]


def test_what_is_known_is_computed_and_only_the_arm_that_is_taken_is_written() -> None:
    script = lowered("int n = 3; if (n * 2 == 6) { n = n << 4; } else { n = x / 0; } require(x == (n > 40 ? n : x));")
    (equal,) = made_of(script, nodes.Apply)
    known = {made.result: made.data for made in made_of(script, nodes.Constant)}
    assert [known.get(operand) for operand in equal.operands] == [None, bytes([48])]
    assert not made_of(script, nodes.If)


@pytest.mark.parametrize(("target", "sums"), [("bsv", 0), ("btc", 1)])
def test_numbers_that_a_target_cannot_read_are_left_to_abort(target: str, sums: int) -> None:
    script = lowered("int n = 0x7fffffff; n += n; require(x != n + 1);", target=target)
    assert [each.operation for each in made_of(script, nodes.Apply)].count(Operation.ADD) == sums


def test_an_operation_that_aborts_is_left_to_abort() -> None:
    script = lowered("int n = 0; require(x == 1 / n);")
    assert [each.operation for each in made_of(script, nodes.Apply)] == [Operation.DIV, Operation.NUM_EQUAL]


def test_a_known_index_is_a_leaf() -> None:
    script = lowered("int s = 0; loop (3) : i { a[i] += i; s += a[i]; } require(a[x] == s);")
    assert len(made_of(script, nodes.Element)) == 1
    assert [each.operation for each in made_of(script, nodes.Apply)].count(Operation.ADD) == 2 * 3


def test_a_known_index_outside_of_its_array_fails_where_it_is_reached() -> None:
    script = lowered("loop (2) : i { if (x == i) a[i + 2] = 1; } require(a[0] == x);")
    arms = [arm for each in made_of(script, nodes.If) for arm in (each.then, each.otherwise)]
    assert len(made_of(script, nodes.Require)) == 2
    assert sum(isinstance(each, nodes.Require) for arm in arms for each in arm.statements) == 1


def test_an_element_of_a_part_reads_no_other_part() -> None:
    program = program_of(
        """struct P { int x; bytes[2] y; }
        contract A { public function f(P[2] p, int i, int j) { require(p[i].y[j] == b''); } }"""
    )
    found = made_of(lower(program, TARGETS["bsv"]), nodes.Element)
    assert [len(each.results) for each in found] == [2, 1]


def test_each_iteration_takes_as_much_as_any_other() -> None:
    """Constants are written once; an iteration adds only its computations."""
    body = "x = x * 5 + i % 7; if (x > i) a[i % 3] = x; else x++;"
    sizes = [len(list(walk(lowered(f"loop ({n}) : i {{ {body} }} require(x == a[0]);").body))) for n in (300, 600, 900)]
    constants = [
        len(made_of(lowered(f"loop ({n}) : i {{ {body} }} require(x == 5);"), nodes.Constant)) for n in (300, 600)
    ]
    assert sizes[2] - sizes[1] == sizes[1] - sizes[0] <= 300 * 9
    assert constants[1] - constants[0] <= 2 * 300, "each i, and one for the arm"
