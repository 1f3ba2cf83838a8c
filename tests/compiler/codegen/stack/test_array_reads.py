"""An element is read wherever the leaves of its array lie, and no index outside of the array is let through."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.artifact.artifact import Kind
from penstock.artifact.template import Template
from penstock.script.opcodes import Op
from penstock.script.pushes import push_number
from penstockc.codegen import generate
from penstockc.codegen.instructions.emit import template_hex
from penstockc.codegen.instructions.instruction import Code
from penstockc.ir import nodes
from penstockc.language.operations import Operation
from penstockc.source import Span
from tests.support.spending.script_runs import run

SPAN = Span(0, 1)


@dataclass(frozen=True, slots=True)
class Reading:
    """A script that takes items, and requires of an element of them that its leaves are some other items.

    `elements` says which items are the leaves of each element; `index_place` is where the index lies among all.
    """

    items: int
    index_place: int
    elements: tuple[tuple[int, ...], ...]
    constants: frozenset[int] = frozenset()
    again: bool = False

    def script(self) -> nodes.Script:
        size = len(self.elements[0])
        values = [nodes.Value(number, Kind.INT) for number in range(self.items)]
        index = nodes.Value(len(values), Kind.INT)
        wanted = [nodes.Value(1000 + leaf, Kind.INT) for leaf in range(size)]
        arguments = [value for value in values if value.number not in self.constants]
        arguments.insert(min(self.index_place, len(arguments)), index)
        written: list[nodes.Statement] = [
            nodes.Constant(SPAN, values[item], bytes([item + 1])) for item in sorted(self.constants)
        ]
        elements = tuple(tuple(values[item] for item in element) for element in self.elements)
        for turn in range(1 + self.again):
            results = tuple(nodes.Value(2000 + 100 * turn + leaf, Kind.INT) for leaf in range(size))
            written.append(nodes.Element(SPAN, results, index, elements))
            for result, expected in zip(results, wanted, strict=True):
                holds = nodes.Value(3000 + result.number, Kind.BOOL)
                written += (
                    nodes.Apply(SPAN, (holds,), Operation.NUM_EQUAL, (result, expected)),
                    nodes.Require(SPAN, holds),
                )
        return nodes.Script(SPAN, (*wanted, *arguments), nodes.Region(tuple(written)))

    def unlocking(self, index: int, leaves: tuple[int, ...]) -> bytes:
        items = [item + 1 for item in range(self.items) if item not in self.constants]
        items.insert(min(self.index_place, len(items)), index)
        return b"".join(map(push_number, (*(leaf + 1 for leaf in leaves), *items)))


def locking(code: Code) -> bytes:
    return Template.parse(template_hex(code)).fill({})


def holds(reading: Reading) -> None:
    script = locking(generate(reading.script()))
    for number, leaves in enumerate(reading.elements):
        assert run(reading.unlocking(number, leaves), script, "bsv")
        others = tuple(leaf + 1 for leaf in leaves)
        assert not run(reading.unlocking(number, others), script, "bsv")
    for index in (-2, -1, len(reading.elements), len(reading.elements) + 1, 2**40, -(2**40)):
        for leaves in {reading.elements[0], reading.elements[-1]}:
            assert not run(reading.unlocking(index, leaves), script, "bsv")


@st.composite
def readings(draw: st.DrawFn) -> Reading:
    size, count = draw(st.integers(1, 4)), draw(st.integers(1, 6))
    items = size * count + draw(st.integers(0, 3))
    order = list(range(items))
    for _ in range(draw(st.sampled_from((0, 1, 2, items)))):
        one, other = draw(st.integers(0, items - 1)), draw(st.integers(0, items - 1))
        order[one], order[other] = order[other], order[one]
    if draw(st.booleans()):
        order.reverse()
    leaves = order[: size * count]
    if draw(st.booleans()):
        leaves = [draw(st.sampled_from(leaves)) for _ in leaves]
    elements = tuple(tuple(leaves[start : start + size]) for start in range(0, len(leaves), size))
    constants = draw(st.one_of(st.just(set()), st.sets(st.integers(0, items - 1))))
    return Reading(items, draw(st.integers(0, items)), elements, frozenset(constants), draw(st.booleans()))


@given(readings())
def test_every_index_reads_its_element_and_no_other_reads_any(reading: Reading) -> None:
    holds(reading)


def rows(count: int, size: int) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(range(start, start + size)) for start in range(0, count * size, size))


def columns(count: int, size: int) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(range(element, count * size, count)) for element in range(count))


@pytest.mark.parametrize(
    ("elements", "words"),
    [
        (rows(9, 1), "OP_DUP OP_0 OP_9 OP_WITHIN OP_VERIFY OP_8 OP_SWAP OP_SUB OP_PICK"),
        (rows(9, 1)[::-1], "OP_DUP OP_0 OP_9 OP_WITHIN OP_VERIFY OP_PICK"),
        (
            rows(4, 2),
            "OP_DUP OP_0 OP_4 OP_WITHIN OP_VERIFY OP_DUP OP_ADD OP_8 OP_SWAP OP_SUB OP_DUP OP_PICK OP_SWAP OP_1SUB",
        ),
        (
            columns(4, 2),
            "OP_DUP OP_0 OP_4 OP_WITHIN OP_VERIFY OP_DUP OP_8 OP_SWAP OP_SUB OP_PICK OP_SWAP OP_4 OP_SWAP OP_SUB",
        ),
    ],
)
def test_depths_are_computed_where_leaves_lie_regularly(elements: tuple[tuple[int, ...], ...], words: str) -> None:
    reading = Reading(len(elements) * len(elements[0]), 100, elements)
    assert Template.parse(template_hex(generate(reading.script()))).asm().startswith(words)


@pytest.mark.parametrize(
    "elements",
    [
        ((0, 1, 2), (3, 5, 4)),  # each leaf at its own distance from the one before
        ((0, 1), (4, 5), (8, 9)),
        ((0, 1), (1, 2), (2, 3)),
        ((2, 1, 0), (5, 4, 3)),
        ((0, 0), (0, 0)),
        ((0, 1), (0, 2)),
    ],
)
def test_distances_of_all_sorts_are_told_apart(elements: tuple[tuple[int, ...], ...]) -> None:
    holds(Reading(10, 100, elements))


def test_leaves_that_were_brought_together_stay_so() -> None:
    scattered = ((3,), (0,), (7,), (5,), (1,))
    once, twice = (
        [instr.word for instr in generate(Reading(9, 100, scattered, again=again).script())] for again in (False, True)
    )
    assert once.count(Op.OP_ROLL) >= twice.count(Op.OP_ROLL) - 2


def test_leaves_are_read_far_down() -> None:
    count = 300
    holds(Reading(count + 20, count + 10, rows(count // 3, 3)))
