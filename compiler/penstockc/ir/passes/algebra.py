"""Equations between operations, each shorter in bytes on its right side.

Rows of a table for `shorten`; the tests check each row by the meanings of its operations.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from penstock.artifact.artifact import Kind
from penstock.records import Record
from penstockc.language.items import stack_bytes
from penstockc.language.operations import Operation
from penstockc.language.operations import Value as BasicValue


class AnyValue(Record, frozen=True):
    """Any value; with `is_canonical` only one that always has its canonical bytes."""

    name: str
    is_canonical: bool = False


@dataclass(frozen=True)
class ConstantPattern:
    """This constant."""

    value: BasicValue

    @cached_property
    def item(self) -> bytes:
        """Its stack item."""
        return stack_bytes(self.value)


class OperationPattern(Record, frozen=True):
    """An operation on parts."""

    operation: Operation
    parts: "tuple[OperationPattern | ConstantPattern | AnyValue, ...]"


Part = OperationPattern | ConstantPattern | AnyValue


@dataclass(frozen=True)
class Equation:
    """`left` may be written as `right`."""

    left: OperationPattern
    right: Part

    @cached_property
    def forms(self) -> frozenset[Operation]:
        """Operations of the operand patterns."""
        return frozenset(part.operation for part in self.left.parts if isinstance(part, OperationPattern))

    @cached_property
    def constants(self) -> frozenset[bytes]:
        """Items of the constant operands."""
        return frozenset(part.item for part in self.left.parts if isinstance(part, ConstantPattern))

    @cached_property
    def reads_alike(self) -> bool:
        """Whether the right side aborts wherever the left side reads a number that is too long."""
        inner_numbers = [
            part for part in self.left.parts if isinstance(part, OperationPattern) and Kind.INT in part.operation.gives
        ]
        return not inner_numbers and set(_read_numbers(self.left)) <= set(_read_numbers(self.right))


def _read_numbers(part: Part) -> Iterator[str]:
    """Yield the unknowns that are read as numbers."""
    if isinstance(part, OperationPattern):
        for kind, inner in zip(part.operation.takes, part.parts, strict=True):
            if isinstance(inner, AnyValue) and kind is Kind.INT and part.operation.opcodes != ():
                yield inner.name
            yield from _read_numbers(inner)


def _form(operation: Operation, *parts: Part | BasicValue) -> OperationPattern:
    return OperationPattern(
        operation, tuple(part if isinstance(part, Part) else ConstantPattern(part) for part in parts)
    )


def _negations(pairs: tuple[tuple[Operation, Operation], ...]) -> Iterator[Equation]:
    """Yield the equations of pairs of comparisons that are each other's negation."""
    for left, right in (*pairs, *(pair[::-1] for pair in pairs)):
        yield Equation(_form(Operation.NOT, _form(left, X, Y)), _form(right, X, Y))


def _ranges() -> Iterator[Equation]:
    """Yield the equations of two bounds of a number as one WITHIN."""
    for low in (_form(Operation.GREATER_OR_EQUAL, X, Y), _form(Operation.LESS_OR_EQUAL, Y, X)):
        for high in (_form(Operation.LESS, X, N), _form(Operation.GREATER, N, X)):
            yield Equation(_form(Operation.BOOL_AND, low, high), _form(Operation.WITHIN, X, Y, N))


X, Y, N = AnyValue("x"), AnyValue("y"), AnyValue("n")
NUMBER, TRUTH = AnyValue("number", is_canonical=True), AnyValue("truth", is_canonical=True)
YES, NO = ConstantPattern(value=True), ConstantPattern(value=False)

_EQUATIONS: Final = (
    # Numbers
    Equation(_form(Operation.ADD, X, 0), _form(Operation.NORMALIZE, X)),
    Equation(_form(Operation.ADD, X, 1), _form(Operation.INCREMENT, X)),
    Equation(_form(Operation.ADD, X, -1), _form(Operation.DECREMENT, X)),
    Equation(_form(Operation.SUB, X, 0), _form(Operation.NORMALIZE, X)),
    Equation(_form(Operation.SUB, X, 1), _form(Operation.DECREMENT, X)),
    Equation(_form(Operation.SUB, X, -1), _form(Operation.INCREMENT, X)),
    Equation(_form(Operation.SUB, 0, X), _form(Operation.NEGATE, X)),
    Equation(_form(Operation.SUB, X, X), ConstantPattern(0)),
    Equation(_form(Operation.MIN, X, X), _form(Operation.NORMALIZE, X)),
    Equation(_form(Operation.MAX, X, X), _form(Operation.NORMALIZE, X)),
    Equation(_form(Operation.MUL, X, 1), _form(Operation.NORMALIZE, X)),
    Equation(_form(Operation.MUL, X, -1), _form(Operation.NEGATE, X)),
    Equation(_form(Operation.MUL, X, 2), _form(Operation.ADD, X, X)),
    Equation(_form(Operation.DIV, X, 1), _form(Operation.NORMALIZE, X)),
    Equation(_form(Operation.DIV, X, -1), _form(Operation.NEGATE, X)),
    Equation(_form(Operation.NEGATE, _form(Operation.NEGATE, X)), _form(Operation.NORMALIZE, X)),
    Equation(_form(Operation.ADD, X, _form(Operation.NEGATE, Y)), _form(Operation.SUB, X, Y)),
    Equation(_form(Operation.SUB, X, _form(Operation.NEGATE, Y)), _form(Operation.ADD, X, Y)),
    Equation(_form(Operation.INT_SHIFT_LEFT, X, 0), _form(Operation.NORMALIZE, X)),
    Equation(_form(Operation.INT_SHIFT_LEFT, X, 1), _form(Operation.ADD, X, X)),
    Equation(_form(Operation.INT_SHIFT_RIGHT, X, 0), _form(Operation.NORMALIZE, X)),
    # Comparisons
    Equation(_form(Operation.NUM_EQUAL, X, 0), _form(Operation.IS_ZERO, X)),
    Equation(_form(Operation.NUM_NOT_EQUAL, X, 0), _form(Operation.INT_TO_BOOL, X)),
    *_negations(
        (
            (Operation.NUM_EQUAL, Operation.NUM_NOT_EQUAL),
            (Operation.LESS, Operation.GREATER_OR_EQUAL),
            (Operation.GREATER, Operation.LESS_OR_EQUAL),
        )
    ),
    *_ranges(),
    Equation(_form(Operation.NUM_EQUAL, X, X), YES),
    Equation(_form(Operation.NUM_NOT_EQUAL, X, X), NO),
    Equation(_form(Operation.LESS, X, X), NO),
    Equation(_form(Operation.GREATER, X, X), NO),
    Equation(_form(Operation.LESS_OR_EQUAL, X, X), YES),
    Equation(_form(Operation.GREATER_OR_EQUAL, X, X), YES),
    # Truth
    Equation(_form(Operation.NOT, _form(Operation.INT_TO_BOOL, X)), _form(Operation.IS_ZERO, X)),
    Equation(_form(Operation.NOT, _form(Operation.IS_ZERO, X)), _form(Operation.INT_TO_BOOL, X)),
    Equation(_form(Operation.NOT, _form(Operation.NOT, X)), _form(Operation.NORMALIZE_BOOL, X)),
    Equation(_form(Operation.BOOL_EQUAL, TRUTH, YES), TRUTH),
    Equation(_form(Operation.BOOL_EQUAL, TRUTH, NO), _form(Operation.NOT, TRUTH)),
    Equation(_form(Operation.BOOL_EQUAL, X, X), YES),
    Equation(_form(Operation.BOOL_AND, TRUTH, TRUTH), TRUTH),
    Equation(_form(Operation.BOOL_OR, TRUTH, TRUTH), TRUTH),
    Equation(_form(Operation.BOOL_AND, TRUTH, YES), TRUTH),
    Equation(_form(Operation.BOOL_AND, X, NO), NO),
    Equation(_form(Operation.BOOL_OR, TRUTH, NO), TRUTH),
    Equation(_form(Operation.BOOL_OR, X, YES), YES),
    # Bytes
    Equation(_form(Operation.BYTES_EQUAL, X, X), YES),
    Equation(_form(Operation.CONCATENATE, X, b""), X),
    Equation(_form(Operation.CONCATENATE, b"", X), X),
    Equation(_form(Operation.SLICE, X, 0, N), _form(Operation.TAKE, X, N)),
    Equation(_form(Operation.SLICE, X, Y, _form(Operation.LENGTH, X)), _form(Operation.SKIP, X, Y)),
    Equation(_form(Operation.TAKE, X, _form(Operation.LENGTH, X)), X),
    Equation(_form(Operation.SKIP, X, 0), X),
    Equation(_form(Operation.UNPACK, _form(Operation.PACK, NUMBER)), NUMBER),
    Equation(_form(Operation.UNPACK, _form(Operation.NUM_TO_BIN, X, N)), _form(Operation.NORMALIZE, X)),
    Equation(_form(Operation.LENGTH, _form(Operation.NUM_TO_BIN, X, N)), _form(Operation.NORMALIZE, N)),
    Equation(_form(Operation.LENGTH, _form(Operation.RIPEMD160, X)), ConstantPattern(20)),
    Equation(_form(Operation.LENGTH, _form(Operation.SHA1, X)), ConstantPattern(20)),
    Equation(_form(Operation.LENGTH, _form(Operation.HASH160, X)), ConstantPattern(20)),
    Equation(_form(Operation.LENGTH, _form(Operation.SHA256, X)), ConstantPattern(32)),
    Equation(_form(Operation.LENGTH, _form(Operation.HASH256, X)), ConstantPattern(32)),
    # Hashes
    Equation(_form(Operation.SHA256, _form(Operation.SHA256, X)), _form(Operation.HASH256, X)),
    Equation(_form(Operation.RIPEMD160, _form(Operation.SHA256, X)), _form(Operation.HASH160, X)),
)

EQUATIONS: Final[dict[Operation, tuple[Equation, ...]]] = {
    operation: tuple(equation for equation in _EQUATIONS if equation.left.operation is operation)
    for operation in Operation
}
"""The equations by the outer operation of their left side."""
