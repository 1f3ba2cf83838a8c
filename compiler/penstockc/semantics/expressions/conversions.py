"""Conversions: values of one type where another is required."""

from enum import Enum, auto

from penstock.artifact.artifact import BasicType, Kind
from penstockc.errors.types import NotACondition, TypeMismatch
from penstockc.language.operators import TO_BOOL
from penstockc.language.types import OPEN, ArrayType, Type
from penstockc.semantics import typed
from penstockc.semantics.expressions.context import BodyContext

_BASE = {Kind.INT: BasicType.INT, Kind.BYTES: BasicType.BYTES, Kind.BOOL: BasicType.BOOL}


class ReportedType(Enum):
    """The type of an expression with a reported error: its users report nothing more."""

    UNKNOWN = auto()


Expected = Type | ReportedType | None
"""The type that a context expects, if any: it determines the type of `{..}` and `new L(..)`."""


def asked(wanted: Type | None) -> Type | ReportedType:
    """Return the expected type of a place of type `wanted`, which is None after a report."""
    return ReportedType.UNKNOWN if wanted is None else wanted


def type_of(value: typed.Expression | None) -> Type | ReportedType:
    """Return the type of a checked value."""
    return asked(None if value is None else value.type)


def convert(
    body: BodyContext, value: typed.Expression | None, wanted: Type | None, *, lenient: bool = False
) -> typed.Expression | None:
    """Return the value as one of type `wanted`: a subtype is allowed where its supertype is required.

    `lenient`, as for results, also allows plain bytes for any subtype of bytes. Reports anything else.
    """
    if value is None or wanted is None:
        return None
    wanted = closed(wanted, value.type)
    if not fits(value.type, wanted, lenient=lenient):
        body.report(TypeMismatch(value.span, str(wanted), str(value.type)))
        return None
    return cast(value, wanted) if isinstance(wanted, BasicType) else value


def fits(found: Type, wanted: Type, *, lenient: bool = False) -> bool:
    """Return whether a value of type `found` is allowed where `wanted` is required."""
    if found == wanted:
        return True
    if not isinstance(found, BasicType) or not isinstance(wanted, BasicType) or found.kind is not wanted.kind:
        return False
    base = _BASE[wanted.kind]
    return wanted is base or (lenient and found is base)


def closed(wanted: Type, found: Type) -> Type:
    """Return `wanted` with its open sizes filled in from `found`."""
    if not isinstance(wanted, ArrayType) or not isinstance(found, ArrayType):
        return wanted
    size = found.size if wanted.size == OPEN else wanted.size
    return ArrayType(closed(wanted.element, found.element), size)


def is_open(wanted: Type) -> bool:
    """Return whether the type has sizes that its value determines."""
    return isinstance(wanted, ArrayType) and (wanted.size == OPEN or is_open(wanted.element))


def cast(value: typed.Expression, wanted: BasicType) -> typed.Expression:
    """Return the same stack item with another type of the same kind."""
    if value.type is wanted:
        return value
    if isinstance(value, typed.Literal):
        return typed.Literal(value.span, wanted, value.value)
    return typed.Cast(value.span, wanted, value)


def common_type(left: Type, right: Type) -> Type | None:
    """Return the common type of both arms of a conditional; None if they have none."""
    if left == right:
        return left
    if isinstance(left, BasicType) and isinstance(right, BasicType) and left.kind is right.kind:
        return _BASE[left.kind]
    return None


def condition(body: BodyContext, value: typed.Expression | None) -> typed.Expression | None:
    """Return the value as a bool: numbers are true unless zero, bytes unless all of them are zero."""
    if value is None:
        return None
    if not isinstance(value.type, BasicType):
        body.report(NotACondition(value.span, str(value.type)))
        return None
    operation = TO_BOOL[value.type.kind]
    return value if operation is None else typed.Apply(value.span, BasicType.BOOL, operation, (value,))


def logical(body: BodyContext, value: typed.Expression | None) -> typed.Expression | None:
    """Return the value as an operand of `&&` and `||`: a bool, or a number that is true unless zero."""
    if value is not None and isinstance(value.type, BasicType) and value.type.kind is Kind.BYTES:
        body.report(TypeMismatch(value.span, "bool", str(value.type)))
        return None
    return condition(body, value)
