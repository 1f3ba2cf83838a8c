"""Calls of built-in functions, and casts."""

from typing import Final

from penstock.artifact.artifact import BasicType, Kind
from penstockc.errors.calls import MoreSignaturesThanKeys
from penstockc.errors.constants import ConstantOutOfRange, NotConstant
from penstockc.errors.types import NotCastable, NothingToHash
from penstockc.language.builtins import LARGEST_CONSTANT, Builtin, BuiltinForm
from penstockc.language.operations import Operation
from penstockc.language.types import OPEN, ArrayType, size_of
from penstockc.semantics import typed
from penstockc.semantics.expressions.calls import Arguments, are_swapped, count_fits
from penstockc.semantics.expressions.constants import constant
from penstockc.semantics.expressions.context import BodyContext
from penstockc.semantics.expressions.conversions import Expected, ReportedType, cast, convert, fits
from penstockc.source import Span


def expected_arguments(row: Builtin, expected: Expected) -> list[Expected]:
    """Return the expected types of a built-in function's arguments, where `expected` is the one of its result."""
    match row.form:
        case BuiltinForm.REPEAT:
            unknown = expected if isinstance(expected, ReportedType) else None
            return [expected.element if isinstance(expected, ArrayType) else unknown, BasicType.INT]
        case BuiltinForm.CHECK_MULTI_SIG:
            return [ArrayType(BasicType.SIG, OPEN), ArrayType(BasicType.PUB_KEY, OPEN)]
        case _:
            return list(row.parameters)


def builtin(
    body: BodyContext, span: Span, row: Builtin, arguments: Arguments, expected: Expected = None
) -> typed.Expression | None:
    """Check `f(..)` of a row, where the context expects `expected`."""
    if not count_fits(body, span, row.name, len(row.parameters), len(arguments), row.signature):
        return None
    match row.form:
        case BuiltinForm.FLATTEN_SHA256:
            return None if arguments[0] is None else _flatten_sha256(body, span, arguments[0])
        case BuiltinForm.REPEAT:
            return _repeat(body, span, arguments, expected)
        case BuiltinForm.CHECK_MULTI_SIG:
            return _multi_sig(body, span, row, arguments)
        case Operation.LENGTH if (array := arguments[0]) is not None and isinstance(array.type, ArrayType):
            return _length(span, array, array.type.size)
        case Operation() as operation:
            return _operation(body, span, row, operation, arguments)


def _operation(
    body: BodyContext, span: Span, row: Builtin, operation: Operation, arguments: Arguments
) -> typed.Expression | None:
    if are_swapped(body, row.name, row.signature, arguments, row.parameters):
        return None
    operands = list[typed.Expression]()
    for index, (wanted, argument) in enumerate(zip(row.parameters, arguments, strict=True)):
        value = convert(body, argument, wanted)
        if value is not None and index in row.constants:
            value = _size(body, value)
        if value is not None:
            operands.append(value)
    if len(operands) < len(arguments) or row.result is None:
        return None
    return typed.Apply(span, row.result, operation, tuple(operands))


def _size(body: BodyContext, value: typed.Expression) -> typed.Literal | None:
    """Return an argument that must be a compile-time constant as a literal."""
    literal = constant(value)
    if literal is None:
        body.report(NotConstant(value.span))
    elif isinstance(literal.value, int) and not 1 <= literal.value <= LARGEST_CONSTANT:
        body.report(ConstantOutOfRange(value.span, literal.value, 1, LARGEST_CONSTANT))
    else:
        return literal
    return None


def _length(span: Span, array: typed.Expression, size: int) -> typed.Expression:
    """Return `len(a)` of an array."""
    if _is_held(array):
        return typed.Literal(span, BasicType.INT, size)
    return typed.ArrayLength(span, BasicType.INT, array)


def _is_held(value: typed.Expression) -> bool:
    """Return whether evaluating the value has no effect: it is a variable or a part of one."""
    match value:
        case typed.LocalValue() | typed.This() | typed.StaticValue():
            return True
        case typed.Field(base=base):
            return _is_held(base)
        case typed.Index(base=base, index=typed.Literal(value=index)) if isinstance(base.type, ArrayType):
            return 0 <= int(index) < base.type.size and _is_held(base)
        case _:
            return False


_CASTS: Final = {Kind.INT: "int", Kind.BYTES: "bytes", Kind.BOOL: "bool"}


def conversion(body: BodyContext, span: Span, wanted: BasicType, arguments: Arguments) -> typed.Expression | None:
    """Check `PubKey(e)` and similar casts: the same value with another type of the same kind."""
    if not count_fits(body, span, str(wanted), 1, len(arguments), f"{wanted}({_CASTS[wanted.kind]} x)"):
        return None
    (value,) = arguments
    if value is None:
        return None
    if not isinstance(value.type, BasicType) or value.type.kind is not wanted.kind:
        body.report(NotCastable(span, str(value.type), str(wanted)))
        return None
    match value:
        case typed.Literal():
            return typed.Literal(span, wanted, value.value)
        case _:
            return typed.Cast(span, wanted, value)


def _repeat(body: BodyContext, span: Span, arguments: Arguments, expected: Expected) -> typed.Expression | None:
    """Check `repeat(value, size)`: like a literal, an array whose elements have the expected type."""
    value, size = arguments[0], convert(body, arguments[1], BasicType.INT)
    known = None if size is None else _size(body, size)
    if value is None or known is None:
        return None
    wanted = expected.element if isinstance(expected, ArrayType) else None
    if isinstance(wanted, BasicType) and fits(value.type, wanted):
        value = cast(value, wanted)
    made = ArrayType(value.type, int(known.value))
    return typed.Repeat(span, made, value) if body.context.types.fits_stack(span, made) else None


def _multi_sig(body: BodyContext, span: Span, row: Builtin, arguments: Arguments) -> typed.Expression | None:
    """Check `checkMultiSig(signatures, keys)`: two arrays, the second at least as long as the first."""
    wanted = ArrayType(BasicType.SIG, OPEN), ArrayType(BasicType.PUB_KEY, OPEN)
    if are_swapped(body, row.name, row.signature, arguments, wanted):
        return None
    signatures, keys = (convert(body, *pair) for pair in zip(arguments, wanted, strict=True))
    if signatures is None or keys is None:
        return None
    assert isinstance(signatures.type, ArrayType), "as wanted"
    assert isinstance(keys.type, ArrayType), "as wanted"
    if signatures.type.size > keys.type.size:
        body.report(MoreSignaturesThanKeys(span, signatures.type.size, keys.type.size))
        return None
    return typed.CheckMultiSig(span, BasicType.BOOL, signatures, keys)


def _flatten_sha256(body: BodyContext, span: Span, value: typed.Expression) -> typed.Expression | None:
    """Check `flattenSha256(value)` of a value with at least one stack item."""
    if size_of(value.type) == 0:
        body.report(NothingToHash(value.span, str(value.type)))
        return None
    return typed.FlattenSha256(span, BasicType.SHA256, value)
