"""Compile-time constants: values of expressions over literals.

Only the language's arithmetic counts: `+ - * / % << >>`, comparisons, `!`, `&&`, `||` and `?:` over literals
(static constants and casts of literals are reduced to these already). An expression that aborts or grows beyond
`LARGEST` is not a constant; the script evaluates it.
"""

from collections.abc import Sequence

from penstock.artifact.artifact import BasicType
from penstockc.errors.constants import NotConstant
from penstockc.language.abort import Abort
from penstockc.language.operations import Operation, Value
from penstockc.semantics import typed
from penstockc.semantics.expressions.context import BodyContext

LARGEST = 8 * 10_000  # bits; far above any real loop bound or size, and folding stays quick

_ARITHMETIC = frozenset(
    {
        Operation.NEGATE,
        Operation.ADD,
        Operation.SUB,
        Operation.MUL,
        Operation.DIV,
        Operation.MOD,
        Operation.INT_SHIFT_LEFT,
        Operation.INT_SHIFT_RIGHT,
        Operation.NUM_EQUAL,
        Operation.NUM_NOT_EQUAL,
        Operation.LESS,
        Operation.LESS_OR_EQUAL,
        Operation.GREATER,
        Operation.GREATER_OR_EQUAL,
        Operation.BOOL_EQUAL,
        Operation.NOT,
        Operation.INT_TO_BOOL,
    }
)


def constant(expression: typed.Expression) -> typed.Literal | None:
    """Return the literal value of `expression`, with its span; None when it is not a compile-time constant."""
    value = _value(expression)
    if value is None or not isinstance(expression.type, BasicType):
        return None
    return typed.Literal(expression.span, expression.type, value)


def known_int(body: BodyContext, value: typed.Expression | None, *, is_loop_bound: bool = False) -> int | None:
    """Return the number value of an expression of type int; report one that is not a compile-time constant."""
    if value is None:
        return None
    literal = constant(value)
    if literal is None or not isinstance(literal.value, int):
        body.report(NotConstant(value.span, is_loop_bound))
        return None
    return literal.value


def _value(expression: typed.Expression) -> Value | None:
    match expression:
        case typed.Literal(value=value):
            return value
        case typed.Apply(operation=operation, operands=operands) if operation in _ARITHMETIC:
            values = [_value(operand) for operand in operands]
            known = [value for value in values if value is not None]
            return _applied(operation, known) if len(known) == len(values) else None
        case typed.Cast(operand=operand):
            return _value(operand)
        case typed.And(left=left, right=right):
            first = _value(left)
            return _value(right) if first else first
        case typed.Or(left=left, right=right):
            first = _value(left)
            return _value(right) if first is False else first
        case typed.Conditional(condition=condition, then=then, otherwise=otherwise):
            decided = _value(condition)
            return None if decided is None else _value(then if decided else otherwise)
        case _:
            return None


def _applied(operation: Operation, values: Sequence[Value]) -> Value | None:
    if operation is Operation.INT_SHIFT_LEFT and not 0 <= values[1] <= LARGEST:  # type: ignore[operator] # row: ints
        return None
    assert operation.meaning is not None
    try:
        result = operation.meaning(*values)
    except Abort:
        return None
    if isinstance(result, tuple) or (isinstance(result, int) and result.bit_length() > LARGEST):
        return None
    return result
