"""Results of operations on partly known operands, and failures for all operands."""

from collections.abc import Callable
from typing import Final

from penstock.artifact.artifact import Kind
from penstockc.ir.folding import MAX_KNOWN, SIZED
from penstockc.language.abort import Abort
from penstockc.language.operations import Operation
from penstockc.language.value_limits import ValueLimits
from penstockc.lints.constancy.values import BOOL, FALSE, TRUE, UNKNOWN, KnownValue, is_below, of_value, value_of
from penstockc.meaning.apply import apply

Operands = tuple[KnownValue, ...]


class CertainFailure(Exception):  # noqa: N818 - the name is the meaning
    """The operation fails for all operands."""


def result(operation: Operation, operands: Operands, limits: ValueLimits) -> KnownValue:
    """Return the knowledge of the (last) result.

    Raises:
        CertainFailure: the operation fails the script for all operands; with the reason.
    """
    values = tuple(value_of(known, kind) for known, kind in zip(operands, operation.takes, strict=True))
    known_values = tuple(value for value in values if value is not None)
    if operation.meaning is not None and len(known_values) == len(values) and _is_small(operation, operands):
        try:
            results = apply(operation, known_values, limits)
        except Abort as abort:
            raise CertainFailure(str(abort)) from None
        return of_value(results[-1])
    _refuse(operation, operands)
    if operation in COMPARED:
        return _truth(COMPARED[operation](*operands))
    if operation in _BOUNDS:
        return _BOUNDS[operation](*operands)
    return _of_kind(operation)


def _is_small(operation: Operation, operands: Operands) -> bool:
    sizes = [abs(known.number or 0) for known in operands if known.exact is None]
    return operation not in SIZED or sizes[-1] <= MAX_KNOWN


def _of_kind(operation: Operation) -> KnownValue:
    if not operation.gives or operation.gives[-1] is Kind.BOOL:
        return BOOL
    return KnownValue(0) if operation.gives[-1] is Kind.BYTES else UNKNOWN


def _truth(found: bool | None) -> KnownValue:  # noqa: FBT001 - a truth value that may not be known
    return BOOL if found is None else TRUE if found else FALSE


# Comparisons ----------------------------------------------------------------------------------------------------------


def _less(left: KnownValue, right: KnownValue) -> bool | None:
    if is_below(left.high, right.low):
        return True
    return False if left.low is not None and right.high is not None and left.low >= right.high else None


def _not(found: bool | None) -> bool | None:  # noqa: FBT001 - as above
    return None if found is None else not found


def _equal(left: KnownValue, right: KnownValue) -> bool | None:
    if not left.meets(right):
        return False
    return True if left.number is not None and left.number == right.number else None


def _same_bytes(left: KnownValue, right: KnownValue) -> bool | None:
    if left.exact is not None and right.exact is not None:
        return left.exact == right.exact
    if (left.is_declared and right.exact is not None) or (right.is_declared and left.exact is not None):
        return None  # a constant of another length often means that there is no value
    return None if left.meets(right) else False


def _inside(x: KnownValue, low: KnownValue, high: KnownValue) -> bool | None:
    from_low, to_high = _not(_less(x, low)), _less(x, high)
    if from_low is False or to_high is False or _less(low, high) is False:
        return False
    return True if from_low and to_high else None


COMPARED: Final[dict[Operation, Callable[..., bool | None]]] = {
    Operation.NUM_EQUAL: _equal,
    Operation.NUM_NOT_EQUAL: lambda left, right: _not(_equal(left, right)),
    Operation.LESS: _less,
    Operation.GREATER: lambda left, right: _less(right, left),
    Operation.LESS_OR_EQUAL: lambda left, right: _not(_less(right, left)),
    Operation.GREATER_OR_EQUAL: lambda left, right: _not(_less(left, right)),
    Operation.WITHIN: _inside,
    Operation.BYTES_EQUAL: _same_bytes,
    Operation.BOOL_EQUAL: _equal,
}
"""Results of comparisons, where known."""

# Numbers and lengths --------------------------------------------------------------------------------------------------


def _sum(left: KnownValue, right: KnownValue) -> KnownValue:
    low = None if left.low is None or right.low is None else left.low + right.low
    high = None if left.high is None or right.high is None else left.high + right.high
    return KnownValue(low, high)


def _negated(x: KnownValue) -> KnownValue:
    return KnownValue(None if x.high is None else -x.high, None if x.low is None else -x.low)


def _product(left: KnownValue, right: KnownValue) -> KnownValue:
    if left.low is None or left.high is None or right.low is None or right.high is None:
        is_natural = (left.low or -1) >= 0 and (right.low or -1) >= 0
        return KnownValue(0) if is_natural else UNKNOWN
    corners = [a * b for a in (left.low, left.high) for b in (right.low, right.high)]
    return KnownValue(min(corners), max(corners))


def _remainder(left: KnownValue, right: KnownValue) -> KnownValue:
    if right.number is None or right.number == 0:
        return UNKNOWN
    most = abs(right.number) - 1
    is_natural = left.low is not None and left.low >= 0
    return KnownValue(0 if is_natural else -most, most)


def _least(left: KnownValue, right: KnownValue) -> KnownValue:
    low = None if left.low is None or right.low is None else min(left.low, right.low)
    highs = [high for high in (left.high, right.high) if high is not None]
    return KnownValue(low, min(highs, default=None))


def _length(data: KnownValue) -> KnownValue:
    return KnownValue(0) if data.is_declared else KnownValue(data.low, data.high)


def _sized(_: KnownValue, size: KnownValue) -> KnownValue:
    return KnownValue(max(size.low or 0, 0), size.high)


def _joined(left: KnownValue, right: KnownValue) -> KnownValue:
    low, high = (0 if each.is_declared else each.low or 0 for each in (left, right)), (left.high, right.high)
    is_known = not (left.is_declared or right.is_declared) and left.high is not None and right.high is not None
    return KnownValue(sum(low), sum(each for each in high if each is not None) if is_known else None)


def _of_left(left: KnownValue, _: KnownValue) -> KnownValue:
    return KnownValue(0) if left.is_declared else KnownValue(left.low, left.high)


_HASHED: Final = {
    Operation.RIPEMD160: 20,
    Operation.SHA1: 20,
    Operation.HASH160: 20,
    Operation.SHA256: 32,
    Operation.HASH256: 32,
}

_BOUNDS: Final[dict[Operation, Callable[..., KnownValue]]] = {
    Operation.ADD: _sum,
    Operation.SUB: lambda left, right: _sum(left, _negated(right)),
    Operation.NEGATE: _negated,
    Operation.INCREMENT: lambda x: _sum(x, TRUE),
    Operation.DECREMENT: lambda x: _sum(x, KnownValue(-1, -1)),
    Operation.MUL: _product,
    Operation.ABS: lambda x: x if x.low is not None and x.low >= 0 else KnownValue(0),
    Operation.MOD: _remainder,
    Operation.MIN: _least,
    Operation.MAX: lambda left, right: _negated(_least(_negated(left), _negated(right))),
    Operation.LENGTH: _length,
    Operation.NUM_TO_BIN: _sized,
    Operation.TAKE: _sized,
    Operation.CONCATENATE: _joined,
    Operation.BYTES_AND: _of_left,
    Operation.BYTES_OR: _of_left,
    Operation.BYTES_XOR: _of_left,
    Operation.BYTES_SHIFT_LEFT: _of_left,
    Operation.BYTES_SHIFT_RIGHT: _of_left,
    Operation.REVERSE: _sized,
    Operation.NOT: lambda x: _truth(_not(x.truth)),
    **{operation: lambda _, size=size: KnownValue(size, size) for operation, size in _HASHED.items()},
}

# Certain failures -----------------------------------------------------------------------------------------------------


def _refuse(operation: Operation, operands: Operands) -> None:  # noqa: C901 - one arm per kind of failure
    """Raise `CertainFailure` where some operands are enough for it."""
    match operation:
        case Operation.DIV | Operation.MOD if operands[1].number == 0:
            raise CertainFailure("the divisor is zero")
        case Operation.INT_SHIFT_LEFT | Operation.INT_SHIFT_RIGHT if is_below(operands[1].high, 0):
            raise CertainFailure("a shift by a negative number")
        case Operation.BYTES_SHIFT_LEFT | Operation.BYTES_SHIFT_RIGHT if is_below(operands[1].high, 0):
            raise CertainFailure("a shift by a negative number")
        case Operation.NUM_TO_BIN if is_below(operands[1].high, 0):
            raise CertainFailure("a size below zero")
        case Operation.TAKE | Operation.SKIP | Operation.SPLIT:
            _refuse_cut(operands[0], operands[1])
        case Operation.SLICE:
            _refuse_cut(operands[0], operands[1])
            _refuse_cut(operands[0], operands[2])
            if is_below(operands[2].high, operands[1].low):
                raise CertainFailure("the slice ends before it begins")
        case Operation.BYTES_AND | Operation.BYTES_OR | Operation.BYTES_XOR:
            if not _is_declared(operands) and not operands[0].meets(operands[1]):
                raise CertainFailure("the operands are never of one length")
        case Operation.REVERSE if not _is_declared(operands) and not operands[0].meets(operands[1]):
            raise CertainFailure("the bytes are never of this length")
        case _:
            pass


def _refuse_cut(data: KnownValue, place: KnownValue) -> None:
    if is_below(place.high, 0):
        raise CertainFailure("a position before the first byte")
    if not data.is_declared and is_below(data.high, place.low):
        raise CertainFailure("a position after the last byte")


def _is_declared(operands: Operands) -> bool:
    return any(known.is_declared for known in operands)
