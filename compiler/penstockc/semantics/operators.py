"""Operators on operands whose types are known -> typed nodes."""

from functools import reduce

from penstock.contract.artifact import BasicType
from penstockc.errors.types import IncomparableTypes, OperandMismatch, OperandsMismatch
from penstockc.language.operations import Operation
from penstockc.language.operators import BINARY, UNARY, Row
from penstockc.language.types import LibraryType
from penstockc.semantics import typed
from penstockc.semantics.body import Body
from penstockc.semantics.conversions import logical
from penstockc.semantics.places import as_place
from penstockc.source import Span
from penstockc.syntax import ast
from penstockc.syntax.ast import BinaryOperator


def unary(body: Body, node: ast.Unary, operand: typed.Expression) -> typed.Expression | None:
    """`operator operand`."""
    row = UNARY.get((node.operator, operand.type.kind)) if isinstance(operand.type, BasicType) else None
    if row is None:
        body.report(OperandMismatch(node.span, str(node.operator), str(operand.type)))
        return None
    if row.operation is Operation.NEGATE and isinstance(operand, typed.Literal):
        return typed.Literal(node.span, BasicType.INT, -operand.value)  # type: ignore[operator] # row: an int
    return _apply(node.span, row, operand)


def binary(
    body: Body, span: Span, operator: BinaryOperator, left: typed.Expression, right: typed.Expression
) -> typed.Expression | None:
    """`left operator right`."""
    match operator:
        case BinaryOperator.AND | BinaryOperator.OR:
            return _logical(body, span, operator, left, right)
        case BinaryOperator.EQUAL | BinaryOperator.NOT_EQUAL if isinstance(left.type, LibraryType):
            return _equal_instances(body, span, operator, left, right)
        case _:
            pass
    if isinstance(left.type, BasicType) and isinstance(right.type, BasicType):
        row = BINARY.get((operator, left.type.kind, right.type.kind))
        if row is not None:
            return _apply(span, row, left, right)
    body.report(OperandsMismatch(span, str(operator), str(left.type), str(right.type)))
    return None


def _apply(span: Span, row: Row, *operands: typed.Expression) -> typed.Expression:
    types = [operand.type for operand in operands if isinstance(operand.type, BasicType)]
    value = typed.Apply(span, row.result_type(*types), row.operation, operands)
    return typed.Apply(span, value.type, Operation.NOT, (value,)) if row.negated else value


def _logical(
    body: Body, span: Span, operator: BinaryOperator, left: typed.Expression, right: typed.Expression
) -> typed.Expression | None:
    first, second = logical(body, left), logical(body, right)
    if first is None or second is None:
        return None
    node = typed.And if operator is BinaryOperator.AND else typed.Or
    return node(span, BasicType.BOOL, first, second)


def _equal_instances(
    body: Body, span: Span, operator: BinaryOperator, left: typed.Expression, right: typed.Expression
) -> typed.Expression | None:
    """Property by property; operands that are no places would be evaluated once for each."""
    if left.type != right.type:
        body.report(IncomparableTypes(span, str(left.type), str(right.type)))
        return None
    if as_place(left) is None or as_place(right) is None:
        body.unsupported(span, "comparing instances that are not held in variables")
        return None
    value = _same(span, left, right)
    is_equal = operator is BinaryOperator.EQUAL
    return value if is_equal else typed.Apply(span, BasicType.BOOL, Operation.NOT, (value,))


def _same(span: Span, left: typed.Expression, right: typed.Expression) -> typed.Expression:
    if isinstance(left.type, BasicType):
        row = BINARY[BinaryOperator.EQUAL, left.type.kind, left.type.kind]
        return _apply(span, row, left, right)
    assert isinstance(left.type, LibraryType), "arrays have no values yet"
    parts = [
        _same(span, typed.Field(span, part, left, name), typed.Field(span, part, right, name))
        for name, part in left.type.fields
    ]
    if not parts:
        return typed.Literal(span, BasicType.BOOL, value=True)
    return reduce(lambda one, two: typed.Apply(span, BasicType.BOOL, Operation.BOOL_AND, (one, two)), parts)
