"""A region as steps that can be put in any order that their needs allow: the form that is scheduled.

A step takes values from the stack and leaves others. Several statements may be one step (a comparison and the
`require` of it), and short constants are none: they are pushed where they are used.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from penstock.script.opcodes import Op
from penstockc.codegen.instructions.instruction import Code, Word, code_size, number_word, word_size
from penstockc.source import Span

Order = tuple[tuple[int, ...], Code]
"""Operands, the last on top, and the instructions that then do the work."""


class Caution(IntEnum):
    """What a step does beside its values, and so what it may not change places with; each level includes the lower.

    Steps that `CHECK` signatures keep to their side of those in `SEQUENCE` (hand-written code), which keep their order
    among themselves. Nothing but pushes crosses those that `SEPARATE`, and nothing at all those in which the script may
    `END`.
    """

    NONE = 0
    CHECK = 1
    SEQUENCE = 2
    SEPARATE = 3
    END = 4


@dataclass(frozen=True, slots=True)
class Push:
    """A constant or placeholder that several steps take: put on the stack once."""

    span: Span
    value: int


@dataclass(frozen=True, slots=True)
class Compute:
    """Instructions that take the operands from the top and leave the results there; any of the `orders` will do.

    An operation that only looks at its operand `leaves_operand` below its result. With `requires` (the span of a
    `Require`) what the instructions leave is verified, or left as the script's own result if nothing comes after it.
    """

    span: Span
    orders: tuple[Order, ...]
    results: tuple[int, ...] = ()
    leaves_operand: bool = False
    requires: Span | None = None
    caution: Caution = Caution.NONE


@dataclass(frozen=True, slots=True)
class ArrayRead:
    """One of the elements of an array, wherever they lie: copies of the leaves of the one that the index counts to."""

    span: Span
    index: int
    elements: tuple[tuple[int, ...], ...]
    results: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Rename:
    """The same bytes under another name: nothing to do, unless they are needed under the old one too."""

    span: Span
    operand: int
    result: int


@dataclass(frozen=True, slots=True)
class BranchStep:
    """Two arms: the condition is taken from the top, and what the arms use lies anywhere below."""

    span: Span
    condition: int
    then: "RegionPlan"
    otherwise: "RegionPlan"
    results: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class End:
    """The script ends with this truth value, wherever it is. Comes after every other step of its plan."""

    span: Span
    condition: int


@dataclass(frozen=True, slots=True)
class Select:
    """The functions that the selector chooses from. Comes after every other step of its plan."""

    span: Span
    selector: int
    functions: tuple["EntryPlan", ...]


@dataclass(frozen=True, slots=True)
class EntryPlan:
    """A public function: the arguments that the unlocking script left, the last on top, and its plan."""

    span: Span
    name: str
    arguments: tuple[int, ...]
    plan: "RegionPlan"


Step = Push | Compute | ArrayRead | Rename | BranchStep | End | Select


@dataclass(frozen=True, slots=True, eq=False)
class RegionPlan:
    """The steps of one region.

    Attributes:
        span: the region's source, for instructions that belong to no step.
        steps: in program order.
        takes: for each step, the values that it takes from the stack, those of its arms included.
        gives: for each step, the values that it leaves there.
        users: for each value, the steps that take it, in order.
        words: what pushes a value that is not the result of a step.
        requirements: the steps that fail where something required does not hold, in order.
        outer: the values from outside that the steps take.
        results: the values that the region hands out.
        ends_script: no path through the region reaches its end.
        needs_depth: the region has a step that must know the whole stack: an `End`.
        caution: the greatest of any step.
        size: how many steps there are, those of the plans within steps included.
        least: bytes that any code of the plan takes; what it moves and copies comes on top.
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
    """Tell whether something is required within a step."""
    match step:
        case Compute(requires=requires):
            return requires is not None
        case BranchStep(then=then, otherwise=otherwise):
            return bool(then.requirements or otherwise.requirements)
        case Push() | ArrayRead() | Rename() | End() | Select():
            return False


def caution_of(step: Step) -> Caution:
    """Return what a step may not change places with."""
    match step:
        case Compute(caution=caution):
            return caution
        case BranchStep(then=then, otherwise=otherwise):
            return max(then.caution, otherwise.caution)
        case End():
            return Caution.END
        case Push() | ArrayRead() | Rename() | Select():
            return Caution.NONE


def needs_depth(step: Step) -> bool:
    """Tell whether a step must know the whole stack."""
    match step:
        case End():
            return True
        case BranchStep(then=then, otherwise=otherwise):
            return then.needs_depth or otherwise.needs_depth
        case Push() | Compute() | ArrayRead() | Rename() | Select():
            return False


def least_size(step: Step, words: Mapping[int, Word]) -> int:
    """Return the bytes that a step takes with all its operands in place."""
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
    """Count the steps of the plans within a step."""
    match step:
        case BranchStep(then=then, otherwise=otherwise):
            return then.size + otherwise.size
        case Select(functions=functions):
            return sum(function.plan.size for function in functions)
        case Push() | Compute() | ArrayRead() | Rename() | End():
            return 0


LEAST_READ: Final = 5
"""Bytes that tell whether an index is within its array."""
FIRST_NUMBER: Final = -2


def number_value(number: int) -> int:
    """Return the value that stands for a small number, 0 or more, that the code itself needs."""
    return FIRST_NUMBER - number


def number_of(value: int) -> Word:
    """Return the push of what `number_value` made."""
    return number_word(FIRST_NUMBER - value)
