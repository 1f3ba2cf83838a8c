"""Plan: a region as steps that can be done in any order that their dependencies allow: the form that is scheduled.

A step takes values from the stack and leaves others. Several statements may be one step (a comparison and its
`require`), and short constants are not a step: they are pushed where they are used.
"""

from collections.abc import Iterator, Mapping
from enum import IntEnum
from typing import Final

from penstock.records import Record
from penstock.script.opcodes import Op
from penstockc.codegen.instructions.instruction import Code, Word, code_size, number_word, word_size
from penstockc.source import Span

Order = tuple[tuple[int, ...], Code]
"""Operands, the last on top, and the instructions to run on them."""


class Caution(IntEnum):
    """Effects of a step other than its values, which limit reordering; each level includes the lower ones.

    Steps that `CHECK` signatures stay on their side of those in `SEQUENCE` (hand-written code), which keep their order
    among themselves. Only pushes may cross those that `SEPARATE`, and nothing those that stay in their `PLACE` or in
    which the script may `END`.
    """

    NONE = 0
    CHECK = 1
    SEQUENCE = 2
    SEPARATE = 3
    PLACE = 4
    END = 5


class Push(Record, frozen=True):
    """A constant or placeholder that several steps take: pushed once, before the first of them.

    If it `comes_first`, it is pushed in its place among the steps.
    """

    span: Span
    value: int
    comes_first: bool = False


class Compute(Record, frozen=True):
    """Instructions that take the operands from the top and leave the results there; any of the `orders` may be used.

    An operation that only reads its operand `leaves_operand` below its result. With `requires` (the span of a
    `Require` or `Result`) the instructions' result is verified, or left as the script's own result at the end.
    """

    span: Span
    orders: tuple[Order, ...]
    results: tuple[int, ...] = ()
    leaves_operand: bool = False
    requires: Span | None = None
    caution: Caution = Caution.NONE


class ArrayRead(Record, frozen=True):
    """A read of an array element: copies of the leaves of the one at the index; the elements may be anywhere."""

    span: Span
    index: int
    elements: tuple[tuple[int, ...], ...]
    results: tuple[int, ...]


class Rename(Record, frozen=True):
    """The same bytes under another name: no code, unless they are needed under the old one too."""

    span: Span
    operand: int
    result: int


class BranchStep(Record, frozen=True):
    """Two arms: the condition is taken from the top, and the values that the arms use are anywhere below."""

    span: Span
    condition: int
    then: "RegionPlan"
    otherwise: "RegionPlan"
    results: tuple[int, ...]


class End(Record, frozen=True):
    """End of the script with this truth value, anywhere on the stack. After every other step of its plan.

    It `returns` where code may follow; where none does, the truth value is a constant.
    """

    span: Span
    condition: int
    returns: bool = True


class Select(Record, frozen=True):
    """Choice of a function by the selector. After every other step of its plan."""

    span: Span
    selector: int
    functions: tuple["EntryPlan", ...]


class EntryPlan(Record, frozen=True):
    """A public function: its arguments as the unlocking script left them, the last on top, and its plan."""

    span: Span
    name: str
    arguments: tuple[int, ...]
    plan: "RegionPlan"


Step = Push | Compute | ArrayRead | Rename | BranchStep | End | Select


class RegionPlan(Record, frozen=True, eq=False):
    """The steps of one region.

    Attributes:
        span: the region's source, for instructions outside of steps.
        steps: in program order.
        takes: for each step, the values that it takes from the stack, those of its arms included.
        gives: for each step, the values that it leaves there.
        users: for each value, the steps that take it, in order.
        words: pushes of the values that are not the result of a step.
        requirements: the steps that fail on a false requirement, in order.
        outer: the values from outside that the steps take.
        results: the values that the region yields.
        ends_script: no path through the region reaches its end.
        needs_depth: the region has a step that depends on the whole stack: an `End`.
        caution: the greatest of any step.
        size: number of steps, including those of the plans within steps.
        least: least bytes of any code of the plan, without moves and copies.
    """

    span: Span
    steps: tuple[Step, ...]
    takes: tuple[frozenset[int], ...]
    gives: tuple[tuple[int, ...], ...]
    users: dict[int, tuple[int, ...]]
    words: dict[int, Word]
    requirements: tuple[int, ...]
    outer: frozenset[int]
    results: tuple[int, ...]
    ends_script: bool
    needs_depth: bool
    caution: Caution
    size: int
    least: int


def gives(step: Step) -> tuple[int, ...]:
    """Return the values that a step leaves on the stack."""
    match step:
        case Push(value=value):
            return (value,)
        case Compute(results=results) | ArrayRead(results=results) | BranchStep(results=results):
            return results
        case Rename(result=result):
            return (result,)
        case End() | Select():
            return ()


def is_requirement(step: Step) -> bool:
    """Return whether a step contains a requirement."""
    match step:
        case Compute(requires=requires):
            return requires is not None
        case BranchStep(then=then, otherwise=otherwise):
            return bool(then.requirements or otherwise.requirements)
        case Push() | ArrayRead() | Rename() | End() | Select():
            return False


def caution_of(step: Step) -> Caution:
    """Return the limit on reordering of a step."""
    match step:
        case Compute(caution=caution):
            return caution
        case BranchStep(then=then, otherwise=otherwise):
            return max(then.caution, otherwise.caution)
        case End():
            return Caution.END
        case Push(comes_first=comes_first):
            return Caution.PLACE if comes_first else Caution.NONE
        case ArrayRead() | Rename() | Select():
            return Caution.NONE


def needs_depth(step: Step) -> bool:
    """Return whether a step depends on the whole stack."""
    match step:
        case End():
            return True
        case BranchStep(then=then, otherwise=otherwise):
            return then.needs_depth or otherwise.needs_depth
        case Push() | Compute() | ArrayRead() | Rename() | Select():
            return False


def least_size(step: Step, words: Mapping[int, Word]) -> int:
    """Return the bytes of a step with all its operands in place."""
    match step:
        case Push(value=value) | Rename(operand=value):
            return word_size(words[value]) if value in words else 0
        case Compute(orders=orders, requires=requires):
            operands, code = orders[0]
            pushes = sum(word_size(words[operand]) for operand in operands if operand in words)
            return pushes + code_size(code) + (requires is not None)
        case ArrayRead(elements=elements):
            return LEAST_READ + len(elements[0])
        case BranchStep(then=then, otherwise=otherwise):
            return then.least + otherwise.least + len((Op.OP_IF, Op.OP_ENDIF))
        case End() | Select():
            return 0


def size_within(step: Step) -> int:
    """Return the number of steps of the plans within a step."""
    match step:
        case BranchStep(then=then, otherwise=otherwise):
            return then.size + otherwise.size
        case Select(functions=functions):
            return sum(function.plan.size for function in functions)
        case Push() | Compute() | ArrayRead() | Rename() | End():
            return 0


def steps_in(plan: RegionPlan) -> Iterator[Step]:
    """Yield every step of a plan and of the plans within its steps."""
    waiting = [plan]
    while waiting:
        for step in waiting.pop().steps:
            yield step
            match step:
                case BranchStep(then=then, otherwise=otherwise):
                    waiting += (then, otherwise)
                case Select(functions=functions):
                    waiting += (function.plan for function in functions)
                case _:
                    pass


LEAST_READ: Final = 5
"""Bytes of the check that an index is within its array."""
FIRST_NUMBER: Final = -2


def number_value(number: int) -> int:
    """Return the value for a small number, 0 or more, that the code itself needs."""
    return FIRST_NUMBER - number


def number_of(value: int) -> Word:
    """Return the push of a value from `number_value`."""
    return number_word(FIRST_NUMBER - value)
