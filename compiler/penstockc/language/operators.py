"""Operators by the kinds of their operands: the primitive operation and the type of the result.

One row for each operator and combination of kinds; a combination without a row is a type error. `&&` and `||` are not
here: they evaluate their right operand only when needed, so they are separate nodes in the typed tree.
"""

from collections.abc import Mapping
from enum import Enum, auto

from penstock.artifact.artifact import BasicType, Kind
from penstock.records import Record
from penstockc.language.operations import Operation
from penstockc.syntax.ast import BinaryOperator, UnaryOperator


class Result(Enum):
    """The type of an operator's value: a fixed one, or one that depends on the operands' types."""

    INT = auto()
    BOOL = auto()
    BYTES = auto()
    COMMON = auto()  # the operands' subtype of bytes when they agree on it, else bytes
    COMMON_OP_CODE = auto()  # OpCodeType when both are, else bytes


class OperatorRow(Record, frozen=True):
    """Operation of an operator for some kinds of operands; `negated` wraps a NOT around it."""

    operation: Operation
    result: Result
    negated: bool = False

    def result_type(self, *operands: BasicType) -> BasicType:
        """Return the type of the result for operands of these types."""
        first = operands[0]
        agree = all(operand is first for operand in operands)
        match self.result:
            case Result.INT:
                return BasicType.INT
            case Result.BOOL:
                return BasicType.BOOL
            case Result.BYTES:
                return BasicType.BYTES
            case Result.COMMON:
                return first if agree else BasicType.BYTES
            case Result.COMMON_OP_CODE:
                return first if agree and first is BasicType.OP_CODE_TYPE else BasicType.BYTES


_INT, _BOOL, _BYTES = Kind.INT, Kind.BOOL, Kind.BYTES
_B, _O = BinaryOperator, Operation

UNARY: Mapping[tuple[UnaryOperator, Kind], OperatorRow] = {
    (UnaryOperator.NEGATE, _INT): OperatorRow(_O.NEGATE, Result.INT),
    (UnaryOperator.NOT, _BOOL): OperatorRow(_O.NOT, Result.BOOL),
    (UnaryOperator.NOT, _INT): OperatorRow(_O.INT_TO_BOOL, Result.BOOL, negated=True),
    (UnaryOperator.INVERT, _INT): OperatorRow(_O.INT_INVERT, Result.INT),
    (UnaryOperator.INVERT, _BYTES): OperatorRow(_O.BYTES_INVERT, Result.BYTES),
}

BINARY: Mapping[tuple[BinaryOperator, Kind, Kind], OperatorRow] = {
    (_B.ADD, _INT, _INT): OperatorRow(_O.ADD, Result.INT),
    (_B.ADD, _BYTES, _BYTES): OperatorRow(_O.CONCATENATE, Result.COMMON_OP_CODE),
    (_B.SUBTRACT, _INT, _INT): OperatorRow(_O.SUB, Result.INT),
    (_B.MULTIPLY, _INT, _INT): OperatorRow(_O.MUL, Result.INT),
    (_B.DIVIDE, _INT, _INT): OperatorRow(_O.DIV, Result.INT),
    (_B.REMAINDER, _INT, _INT): OperatorRow(_O.MOD, Result.INT),
    (_B.SHIFT_LEFT, _INT, _INT): OperatorRow(_O.INT_SHIFT_LEFT, Result.INT),
    (_B.SHIFT_LEFT, _BYTES, _INT): OperatorRow(_O.BYTES_SHIFT_LEFT, Result.BYTES),
    (_B.SHIFT_RIGHT, _INT, _INT): OperatorRow(_O.INT_SHIFT_RIGHT, Result.INT),
    (_B.SHIFT_RIGHT, _BYTES, _INT): OperatorRow(_O.BYTES_SHIFT_RIGHT, Result.BYTES),
    (_B.BIT_AND, _INT, _INT): OperatorRow(_O.INT_AND, Result.INT),
    (_B.BIT_AND, _BYTES, _BYTES): OperatorRow(_O.BYTES_AND, Result.COMMON),
    (_B.BIT_OR, _INT, _INT): OperatorRow(_O.INT_OR, Result.INT),
    (_B.BIT_OR, _BYTES, _BYTES): OperatorRow(_O.BYTES_OR, Result.COMMON),
    (_B.BIT_XOR, _INT, _INT): OperatorRow(_O.INT_XOR, Result.INT),
    (_B.BIT_XOR, _BYTES, _BYTES): OperatorRow(_O.BYTES_XOR, Result.COMMON),
    (_B.LESS, _INT, _INT): OperatorRow(_O.LESS, Result.BOOL),
    (_B.LESS_OR_EQUAL, _INT, _INT): OperatorRow(_O.LESS_OR_EQUAL, Result.BOOL),
    (_B.GREATER, _INT, _INT): OperatorRow(_O.GREATER, Result.BOOL),
    (_B.GREATER_OR_EQUAL, _INT, _INT): OperatorRow(_O.GREATER_OR_EQUAL, Result.BOOL),
    (_B.EQUAL, _INT, _INT): OperatorRow(_O.NUM_EQUAL, Result.BOOL),
    (_B.EQUAL, _BYTES, _BYTES): OperatorRow(_O.BYTES_EQUAL, Result.BOOL),
    (_B.EQUAL, _BOOL, _BOOL): OperatorRow(_O.BOOL_EQUAL, Result.BOOL),
    (_B.NOT_EQUAL, _INT, _INT): OperatorRow(_O.NUM_NOT_EQUAL, Result.BOOL),
    (_B.NOT_EQUAL, _BYTES, _BYTES): OperatorRow(_O.BYTES_EQUAL, Result.BOOL, negated=True),
    (_B.NOT_EQUAL, _BOOL, _BOOL): OperatorRow(_O.BOOL_EQUAL, Result.BOOL, negated=True),
}

EQUALITIES: Mapping[Kind, Operation] = {
    kind: row.operation for (operator, kind, _), row in BINARY.items() if operator is _B.EQUAL
}
"""Operations that compare two values of each kind."""

TO_BOOL: Mapping[Kind, Operation | None] = {  # conversion of a condition; None: already a bool
    _BOOL: None,
    _INT: _O.INT_TO_BOOL,
    _BYTES: _O.BYTES_TO_BOOL,
}
