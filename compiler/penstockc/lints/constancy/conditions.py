"""Knowledge of variables where a condition is true, or false."""

from typing import Final

from penstockc.language.operations import Operation
from penstockc.lints.constancy.scope import KnownVariables, key_of
from penstockc.lints.constancy.values import KnownValue
from penstockc.semantics import typed

_TURNED: Final = {
    Operation.LESS: Operation.GREATER,
    Operation.GREATER: Operation.LESS,
    Operation.LESS_OR_EQUAL: Operation.GREATER_OR_EQUAL,
    Operation.GREATER_OR_EQUAL: Operation.LESS_OR_EQUAL,
}
"""The same comparison from the other side."""

_REFUTED: Final = {
    Operation.LESS: Operation.GREATER_OR_EQUAL,
    Operation.GREATER: Operation.LESS_OR_EQUAL,
    Operation.LESS_OR_EQUAL: Operation.GREATER,
    Operation.GREATER_OR_EQUAL: Operation.LESS,
    Operation.NUM_NOT_EQUAL: Operation.NUM_EQUAL,
}
"""The comparison that is true where this one is false."""


def suppose(scope: KnownVariables, condition: typed.Expression, *, truth: bool, values: dict[int, KnownValue]) -> None:
    """Narrow the variables by a condition that is true, or false.

    Args:
        scope: the variables.
        condition: the condition.
        truth: the truth of the condition.
        values: knowledge of expressions, by their identity, from their last visit.
    """
    match condition:
        case typed.And(left=left, right=right) if truth:
            suppose(scope, left, truth=True, values=values)
            suppose(scope, right, truth=True, values=values)
        case typed.Or(left=left, right=right) if not truth:
            suppose(scope, left, truth=False, values=values)
            suppose(scope, right, truth=False, values=values)
        case typed.Apply(operation=Operation.NOT, operands=(operand,)):
            suppose(scope, operand, truth=not truth, values=values)
        case typed.Apply(operation=Operation.WITHIN, operands=(x, low, high)) if truth:
            _narrow(scope, x, Operation.GREATER_OR_EQUAL, values.get(id(low), KnownValue()))
            _narrow(scope, x, Operation.LESS, values.get(id(high), KnownValue()))
        case typed.Apply(operation=operation, operands=(left, right)):
            held = operation if truth else _REFUTED.get(operation)
            if held is not None:
                _narrow(scope, left, held, values.get(id(right), KnownValue()))
                _narrow(scope, right, _TURNED.get(held, held), values.get(id(left), KnownValue()))
        case _:
            key = key_of(condition)
            if key is not None:
                scope.known[key] = KnownValue(int(truth), int(truth))


def _narrow(scope: KnownVariables, place: typed.Expression, operation: Operation, other: KnownValue) -> None:
    """Narrow a variable, or the length of one, by a comparison that is true."""
    match operation:
        case Operation.LESS:
            bounds = KnownValue(None, None if other.high is None else other.high - 1)
        case Operation.LESS_OR_EQUAL:
            bounds = KnownValue(None, other.high)
        case Operation.GREATER:
            bounds = KnownValue(None if other.low is None else other.low + 1)
        case Operation.GREATER_OR_EQUAL:
            bounds = KnownValue(other.low)
        case Operation.NUM_EQUAL | Operation.BYTES_EQUAL | Operation.BOOL_EQUAL if not other.is_declared:
            bounds = KnownValue(other.low, other.high, other.exact)
        case _:
            return
    if isinstance(place, typed.Apply) and place.operation is Operation.LENGTH:
        place = place.operands[0]
        before = scope.read(place)
        before = KnownValue(0) if before.is_declared else before
    else:
        before = scope.read(place)
    if key_of(place) is not None:
        scope.write(place, before.within(bounds))
