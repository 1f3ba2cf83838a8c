"""Arrays and structs as expressions: literals typed by their context, elements, copies of one value."""

from collections.abc import Sequence

from penstock.artifact.artifact import BasicType
from penstockc.errors.constants import IndexOutOfRange
from penstockc.errors.types import (
    ElementsMismatch,
    NotAnArray,
    UnexpectedStruct,
    UntypedStruct,
    WrongElementCount,
    WrongFieldCount,
)
from penstockc.language.types import OPEN, ArrayType, StructType, Type
from penstockc.semantics import typed
from penstockc.semantics.expressions.calls import Check, leaves_arguments_out
from penstockc.semantics.expressions.constants import constant
from penstockc.semantics.expressions.context import BodyContext
from penstockc.semantics.expressions.conversions import Expected, ReportedType, closed, common_type, convert, type_of
from penstockc.syntax import ast


def needs_context(body: BodyContext, node: ast.Expression) -> bool:
    """Return whether the type of an expression depends on its context."""
    match node:
        case ast.StructLiteral():
            return True
        case ast.ArrayLiteral(elements=elements):
            return all(needs_context(body, element) for element in elements)
        case ast.Conditional(then=then, otherwise=otherwise):
            return needs_context(body, then) and needs_context(body, otherwise)
        case ast.Index(base=base):
            return needs_context(body, base)
        case ast.New():
            return leaves_arguments_out(body, node)
        case _:
            return False


def in_one_context(
    body: BodyContext, nodes: Sequence[ast.Expression], expected: Expected, check: Check
) -> list[typed.Expression | None]:
    """Check expressions of one type: without a given type, the first with its own is the context of the rest."""
    values = dict[int, typed.Expression | None]()
    if expected is None:
        values = {at: check(node, None) for at, node in enumerate(nodes) if not needs_context(body, node)}
        expected = next(map(type_of, values.values()), None)
    return [values[at] if at in values else check(node, expected) for at, node in enumerate(nodes)]


def array_literal(
    body: BodyContext, node: ast.ArrayLiteral, expected: Expected, check: Check
) -> typed.Expression | None:
    """Check `[e, ..]`."""
    array = expected if isinstance(expected, ArrayType) else None
    wanted = array.element if array is not None else expected if isinstance(expected, ReportedType) else None
    elements = in_one_context(body, node.elements, wanted, check)
    known = [element for element in elements if element is not None]
    if len(known) < len(elements):
        return None
    if array is not None and array.size not in {OPEN, len(known)}:
        body.report(WrongElementCount(node.span, str(array), array.size, len(known)))
        return None
    kind = _common(body, known) if array is None else closed(array.element, known[0].type)
    converted = tuple(value for value in (convert(body, element, kind) for element in known) if value is not None)
    if kind is None or len(converted) < len(known):
        return None
    made = ArrayType(kind, len(known))
    return typed.ArrayLiteral(node.span, made, converted) if body.context.types.fits_stack(node.span, made) else None


def _common(body: BodyContext, elements: Sequence[typed.Expression]) -> Type | None:
    """Return the common type of all elements."""
    kind = elements[0].type
    for element in elements[1:]:
        common = common_type(kind, element.type)
        if common is None:
            body.report(ElementsMismatch(element.span, str(kind), str(element.type)))
            return None
        kind = common
    return kind


def struct_literal(
    body: BodyContext, node: ast.StructLiteral, expected: Expected, check: Check
) -> typed.Expression | None:
    """Check `{e, ..}`."""
    if not isinstance(expected, StructType):
        for value in node.values:
            check(value, ReportedType.UNKNOWN)
        if expected is None:
            body.report(UntypedStruct(node.span))
        elif not isinstance(expected, ReportedType):
            body.report(UnexpectedStruct(node.span, str(expected)))
        return None
    fields = [kind for _, kind in expected.fields]
    if len(fields) != len(node.values):
        for value in node.values:
            check(value, ReportedType.UNKNOWN)
        body.report(WrongFieldCount(node.span, expected.name, len(fields), len(node.values)))
        return None
    values = [convert(body, check(value, kind), kind) for value, kind in zip(node.values, fields, strict=True)]
    known = tuple(value for value in values if value is not None)
    return typed.StructLiteral(node.span, expected, known) if len(known) == len(values) else None


def array_of(expected: Expected) -> Expected:
    """Return the expected type of an array whose element is expected to be `expected`."""
    return expected if expected is None or isinstance(expected, ReportedType) else ArrayType(expected, OPEN)


def element(
    body: BodyContext, node: ast.Index, base: typed.Expression | None, index: typed.Expression | None
) -> typed.Expression | None:
    """Check `base[index]`; a constant index must be in range, unless it is another constant in other iterations."""
    index = convert(body, index, BasicType.INT)
    if base is None:
        return None
    if not isinstance(base.type, ArrayType):
        body.report(NotAnArray(node.base.span, str(base.type)))
        return None
    if index is None:
        return None
    known = constant(index)
    if known is None:
        return typed.Index(node.span, base.type.element, base, index)
    if not _is_in(known, base.type) and not body.scope.has_constants:
        body.report(IndexOutOfRange(node.index.span, str(base.type), int(known.value), base.type.size))
        return None
    return typed.Index(node.span, base.type.element, base, known)


def _is_in(index: typed.Literal, array: ArrayType) -> bool:
    return isinstance(index.value, int) and 0 <= index.value < array.size
