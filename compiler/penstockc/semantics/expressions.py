"""Expressions as they are written -> typed expressions.

None means that something in the expression was reported: whoever gets it stays silent. Operands and arguments are
checked first, each on its own, so that one run reports what is wrong with all of them.
"""

from typing import assert_never

from penstock.contract.artifact import BasicType
from penstockc.errors.support import Backslash
from penstockc.errors.types import ArmsMismatch, NotAnArray, OperandMismatch
from penstockc.language.builtins import BUILTINS, TYPE_NAMES
from penstockc.language.operations import Operation
from penstockc.semantics import builtin_calls, calls, names, operators, places, typed
from penstockc.semantics.body import Body
from penstockc.semantics.conversions import cast, common_type, condition, convert
from penstockc.syntax import ast


def check_expression(  # noqa: C901, PLR0912 - one line per node
    body: Body, node: ast.Expression, *, in_require: bool = False
) -> typed.Expression | None:
    """The typed expression; `in_require` says that it is the condition of a `require`, or an operand in one."""
    match node:
        case ast.IntLiteral():
            return typed.Literal(node.span, BasicType.INT, node.value)
        case ast.BoolLiteral():
            return typed.Literal(node.span, BasicType.BOOL, node.value)
        case ast.BytesLiteral():
            return typed.Literal(node.span, BasicType.BYTES, node.value)
        case ast.StringLiteral():
            return _string(body, node)
        case ast.Name():
            return names.name(body, node)
        case ast.This():
            return names.this(body, node)
        case ast.Unary():
            operand = check_expression(body, node.operand, in_require=in_require)
            return None if operand is None else operators.unary(body, node, operand)
        case ast.Binary():
            return _binary(body, node, in_require=in_require)
        case ast.Conditional():
            return _conditional(body, node, in_require=in_require)
        case ast.Increment():
            return _increment(body, node)
        case ast.Slice():
            return _slice(body, node)
        case ast.Member():
            return _member(body, node)
        case ast.Call():
            return _call(body, node)
        case ast.MethodCall():
            return _method_call(body, node, in_require=in_require)
        case ast.New():
            return calls.construct(body, node, check_all(body, node.arguments))
        case ast.Index():
            _index(body, node)
            return None
        case ast.ArrayLiteral():
            check_all(body, node.elements)
            body.unsupported(node.span, "arrays")
            return None
        case ast.StructLiteral():
            check_all(body, node.values)
            body.unsupported(node.span, "structs")
            return None
        case ast.GenericName():
            names.generic(body, node.type.name)
            return None
        case _:
            assert_never(node)


def check_all(body: Body, nodes: tuple[ast.Expression, ...]) -> list[typed.Expression | None]:
    """All of them, in order."""
    return [check_expression(body, node) for node in nodes]


def _string(body: Body, node: ast.StringLiteral) -> typed.Expression:
    if "\\" in node.text:
        body.report(Backslash(node.span))
    return typed.Literal(node.span, BasicType.BYTES, node.text.encode())


def _binary(body: Body, node: ast.Binary, *, in_require: bool) -> typed.Expression | None:
    left = check_expression(body, node.left, in_require=in_require)
    right = check_expression(body, node.right, in_require=in_require)
    if left is None or right is None:
        return None
    return operators.binary(body, node.span, node.operator, left, right)


def _conditional(body: Body, node: ast.Conditional, *, in_require: bool) -> typed.Expression | None:
    decided, then, otherwise = (
        check_expression(body, part, in_require=in_require) for part in (node.condition, node.then, node.otherwise)
    )
    decided = condition(body, decided)
    if decided is None or then is None or otherwise is None:
        return None
    common = common_type(then.type, otherwise.type)
    if common is None:
        body.report(ArmsMismatch(node.span, str(then.type), str(otherwise.type)))
        return None
    if isinstance(common, BasicType):
        then, otherwise = cast(then, common), cast(otherwise, common)
    return typed.Conditional(node.span, common, decided, then, otherwise)


def _increment(body: Body, node: ast.Increment) -> typed.Expression | None:
    value = check_expression(body, node.target)
    place = places.target(body, node.target, value)
    if place is None:
        return None
    if place.type is not BasicType.INT:
        body.report(OperandMismatch(node.span, "++" if node.step > 0 else "--", str(place.type)))
        return None
    return typed.Increment(node.span, BasicType.INT, place, node.step, node.prefix)


def _slice(body: Body, node: ast.Slice) -> typed.Expression | None:
    base = convert(body, check_expression(body, node.base), BasicType.BYTES)
    bounds = [
        None if bound is None else convert(body, check_expression(body, bound), BasicType.INT)
        for bound in (node.start, node.end)
    ]
    start, end = bounds
    if base is None or (node.start and start is None) or (node.end and end is None):
        return None
    match start, end:
        case None, None:
            return base
        case None, typed_end:
            assert typed_end is not None
            return typed.Apply(node.span, BasicType.BYTES, Operation.TAKE, (base, typed_end))
        case typed_start, None:
            return typed.Apply(node.span, BasicType.BYTES, Operation.SKIP, (base, typed_start))
        case typed_start, typed_end:
            return typed.Apply(node.span, BasicType.BYTES, Operation.SLICE, (base, typed_start, typed_end))


def _index(body: Body, node: ast.Index) -> None:
    base, index = check_expression(body, node.base), check_expression(body, node.index)
    convert(body, index, BasicType.INT)
    if base is not None:
        body.report(NotAnArray(node.base.span, str(base.type)))


def _member(body: Body, node: ast.Member) -> typed.Expression | None:
    match node.base:
        case ast.This():
            return names.property_of_this(body, node)
        case ast.Name(text=text) if (owner := body.class_named(text)) is not None:
            return names.static_of_class(body, owner, node)
        case ast.Name(text=text) if body.is_standard(text):
            body.unsupported(node.base.span, f"the standard library's `{text}`")
            return None
        case _:
            base = check_expression(body, node.base)
            return None if base is None else names.property_of_value(body, node, base)


def _call(body: Body, node: ast.Call) -> typed.Expression | None:
    if node.type_arguments:
        names.generic(body, node.function)
        check_all(body, node.arguments)
        return None
    name = node.function.text
    if name == "checkMultiSig" and name not in body.owner.functions:
        return _multi_sig(body, node)
    arguments = check_all(body, node.arguments)
    function = calls.static_of_owner(body, node, arguments)
    if function is not None:
        return calls.invoke(body, node.span, function, None, arguments)
    if name in BUILTINS:
        return builtin_calls.builtin(body, node.span, BUILTINS[name], arguments)
    if name in TYPE_NAMES:
        return builtin_calls.conversion(body, node.span, TYPE_NAMES[name], arguments)
    if name in body.world.declarations.aliases:
        wanted = body.world.types.of_alias(name)
        if isinstance(wanted, BasicType):
            return builtin_calls.conversion(body, node.span, wanted, arguments)
    calls.report_unknown_function(body, node)
    return None


def _multi_sig(body: Body, node: ast.Call) -> typed.Expression | None:
    if not calls.count_fits(body, node.span, "checkMultiSig", 2, len(node.arguments)):
        return None
    literals = [
        (argument.span, check_all(body, argument.elements))
        for argument in node.arguments
        if isinstance(argument, ast.ArrayLiteral)
    ]
    if len(literals) < len(node.arguments):
        for argument in node.arguments:
            if not isinstance(argument, ast.ArrayLiteral):
                check_expression(body, argument)
        body.unsupported(node.span, "`checkMultiSig` of anything but array literals")
        return None
    signatures, keys = literals
    return builtin_calls.multi_sig(body, node.span, signatures, keys)


def _method_call(body: Body, node: ast.MethodCall, *, in_require: bool) -> typed.Expression | None:
    arguments = check_all(body, node.arguments)
    receiver: typed.Expression | None
    match node.receiver:
        case ast.Name(text=text) if (owner := body.class_named(text)) is not None:
            receiver, function = None, calls.static_function(body, owner, node)
        case ast.Name(text=text) if body.is_standard(text):
            body.unsupported(node.receiver.span, f"the standard library's `{text}`")
            return None
        case ast.This():
            receiver = names.this(body, node.receiver)
            function = calls.method(body, body.owner, node) if not body.is_static else None
        case _:
            receiver = check_expression(body, node.receiver)
            if receiver is None:
                return None
            owner = calls.owner_of(body, receiver, node.function)
            function = None if owner is None else calls.method(body, owner, node)
    if function is None or not calls.check_context(body, node, function, in_require=in_require):
        return None
    if receiver is None and not function.is_static:  # `this` has a property that cannot be compiled yet
        body.use(function.key)
        return None
    if receiver is not None:
        places.note_call(body, node.receiver, receiver, function.key)
    return calls.invoke(body, node.span, function, receiver, arguments)
