"""Calls of built-in functions, and casts."""

from collections.abc import Sequence

from penstock.contract.artifact import BasicType, Kind
from penstockc.errors.constants import ConstantOutOfRange, NotConstant
from penstockc.errors.functions import MoreSignaturesThanKeys
from penstockc.errors.types import NotCastable
from penstockc.language.builtins import LARGEST_CONSTANT, Builtin, Form
from penstockc.language.operations import Operation
from penstockc.language.types import ArrayType
from penstockc.semantics import typed
from penstockc.semantics.body import Body
from penstockc.semantics.calls import Arguments, count_fits
from penstockc.semantics.constants import constant
from penstockc.semantics.conversions import cast, convert
from penstockc.source import Span


def builtin(body: Body, span: Span, row: Builtin, arguments: Arguments) -> typed.Expression | None:
    """`f(..)` for a row that is one operation."""
    if not count_fits(body, span, row.name, len(row.parameters), len(arguments)):
        return None
    match row.form:
        case Form.FLATTEN_SHA256:
            return _flatten_sha256(body, span, arguments[0])
        case Form.REPEAT:
            body.unsupported(span, "arrays")
            return None
        case Form.CHECK_MULTI_SIG:
            return None  # its literals are checked by `multi_sig`
        case Operation() as operation:
            return _operation(body, span, row, operation, arguments)


def _operation(
    body: Body, span: Span, row: Builtin, operation: Operation, arguments: Arguments
) -> typed.Expression | None:
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


def _size(body: Body, value: typed.Expression) -> typed.Literal | None:
    """An argument that must be a compile-time constant."""
    literal = constant(value)
    if literal is None:
        body.report(NotConstant(value.span))
    elif isinstance(literal.value, int) and not 1 <= literal.value <= LARGEST_CONSTANT:
        body.report(ConstantOutOfRange(value.span, literal.value, 1, LARGEST_CONSTANT))
    else:
        return literal
    return None


def conversion(body: Body, span: Span, wanted: BasicType, arguments: Arguments) -> typed.Expression | None:
    """`PubKey(e)` and the like: the same value under another type of the same kind."""
    if not count_fits(body, span, str(wanted), 1, len(arguments)):
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


def multi_sig(
    body: Body,
    span: Span,
    signatures: tuple[Span, Sequence[typed.Expression | None]],
    keys: tuple[Span, Sequence[typed.Expression | None]],
) -> typed.Expression | None:
    """`checkMultiSig([..], [..])`: the literals' spans and elements."""
    if len(signatures[1]) > len(keys[1]):
        body.report(MoreSignaturesThanKeys(span, len(signatures[1]), len(keys[1])))
    first = _array(body, *signatures, BasicType.SIG)
    second = _array(body, *keys, BasicType.PUB_KEY)
    if first is None or second is None:
        return None
    return typed.CheckMultiSig(span, BasicType.BOOL, first, second)


def _array(
    body: Body, span: Span, elements: Sequence[typed.Expression | None], wanted: BasicType
) -> typed.Expression | None:
    values = [convert(body, element, wanted) for element in elements]
    known = tuple(value for value in values if value is not None)
    if len(known) < len(values):
        return None
    return typed.ArrayLiteral(span, ArrayType(wanted, len(known)), known)


def _flatten_sha256(body: Body, span: Span, value: typed.Expression | None) -> typed.Expression | None:
    """The hash of the value's one stack item."""
    if value is None:
        return None
    if not isinstance(value.type, BasicType):
        body.unsupported(span, "`flattenSha256` of more than one value")
        return None
    match value.type.kind:
        case Kind.BYTES:
            item = cast(value, BasicType.BYTES)
        case Kind.INT:
            item = typed.Apply(span, BasicType.BYTES, Operation.PACK, (cast(value, BasicType.INT),))
        case Kind.BOOL:
            true, false = (typed.Literal(span, BasicType.BYTES, item) for item in (b"\x01", b""))
            item = typed.Conditional(span, BasicType.BYTES, value, true, false)
    return typed.Apply(span, BasicType.SHA256, Operation.SHA256, (item,))
