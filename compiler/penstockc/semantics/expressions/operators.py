"""Operators on operands whose types are known -> typed nodes."""

from penstock.artifact.artifact import BasicType
from penstockc.errors.types import IncomparableTypes, OperandMismatch, OperandsMismatch
from penstockc.language.operations import Operation
from penstockc.language.operators import BINARY, UNARY, OperatorRow
from penstockc.language.types import ArrayType, Type
from penstockc.semantics import typed
from penstockc.semantics.expressions.context import BodyContext
from penstockc.semantics.expressions.conversions import logical
from penstockc.source import Span
from penstockc.syntax import ast
from penstockc.syntax.ast import BinaryOperator


def unary(body: BodyContext, node: ast.Unary, operand: typed.Expression) -> typed.Expression | None:
    """Return the typed node of `operator operand`."""
    row = UNARY.get((node.operator, operand.type.kind)) if isinstance(operand.type, BasicType) else None
    if row is None:
        body.report(OperandMismatch(node.span, str(node.operator), str(operand.type)))
        return None
    if row.operation is Operation.NEGATE and isinstance(operand, typed.Literal):
        return typed.Literal(node.span, BasicType.INT, -operand.value)  # type: ignore[operator] # row: an int
    return _apply(node.span, row, operand)


def binary(
    body: BodyContext, span: Span, operator: BinaryOperator, left: typed.Expression, right: typed.Expression
) -> typed.Expression | None:
    """Return the typed node of `left operator right`."""
    match operator:
        case BinaryOperator.AND | BinaryOperator.OR:
            return _logical(body, span, operator, left, right)
        case BinaryOperator.EQUAL | BinaryOperator.NOT_EQUAL if not isinstance(left.type, BasicType):
            return _equal_aggregates(body, span, operator, left, right)
        case _:
            pass
    if isinstance(left.type, BasicType) and isinstance(right.type, BasicType):
        row = BINARY.get((operator, left.type.kind, right.type.kind))
        if row is not None:
            return _apply(span, row, left, right)
    body.report(OperandsMismatch(span, str(operator), str(left.type), str(right.type)))
    return None


def _apply(span: Span, row: OperatorRow, *operands: typed.Expression) -> typed.Expression:
    types = [operand.type for operand in operands if isinstance(operand.type, BasicType)]
    value = typed.Apply(span, row.result_type(*types), row.operation, operands)
    return typed.Apply(span, value.type, Operation.NOT, (value,)) if row.negated else value


def _logical(
    body: BodyContext, span: Span, operator: BinaryOperator, left: typed.Expression, right: typed.Expression
) -> typed.Expression | None:
    first, second = logical(body, left), logical(body, right)
    if first is None or second is None:
        return None
    node = typed.And if operator is BinaryOperator.AND else typed.Or
    return node(span, BasicType.BOOL, first, second)


def _equal_aggregates(
    body: BodyContext, span: Span, operator: BinaryOperator, left: typed.Expression, right: typed.Expression
) -> typed.Expression | None:
    if not _are_comparable(left.type, right.type):
        body.report(IncomparableTypes(span, str(left.type), str(right.type)))
        return None
    value = typed.Equals(span, BasicType.BOOL, left, right)
    is_equal = operator is BinaryOperator.EQUAL
    return value if is_equal else typed.Apply(span, BasicType.BOOL, Operation.NOT, (value,))


def _are_comparable(left: Type, right: Type) -> bool:
    """Return whether the types are the same, except for subtypes of bytes and int in arrays."""
    match left, right:
        case BasicType(kind=one), BasicType(kind=other):
            return one is other
        case ArrayType(element=one, size=size), ArrayType(element=other, size=other_size):
            return size == other_size and _are_comparable(one, other)
        case _:
            return left == right
