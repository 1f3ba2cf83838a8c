"""Expressions as written -> typed expressions.

None means that something in the expression was reported: the caller reports nothing more. Operands and arguments are
checked first, each separately, so that one run reports the errors of all.
"""

from collections.abc import Sequence
from typing import assert_never

from penstock.artifact.artifact import BasicType
from penstockc.errors.calls import NotConstructible
from penstockc.errors.names import ClassAsValue
from penstockc.errors.types import ArmsMismatch, OperandMismatch
from penstockc.errors.warnings.expressions import Backslash, ThisAsClass
from penstockc.language.builtins import BUILTINS, TYPE_NAMES, Builtin
from penstockc.language.operations import Operation
from penstockc.language.types import Type
from penstockc.semantics import typed
from penstockc.semantics.declarations.headers import ClassHeader, FunctionHeader
from penstockc.semantics.expressions import aggregates, builtin_calls, calls, names, operators, places
from penstockc.semantics.expressions.context import BodyContext
from penstockc.semantics.expressions.conversions import Expected, ReportedType, cast, common_type, condition, convert
from penstockc.semantics.expressions.static_parameters import settle
from penstockc.syntax import ast
from penstockc.syntax.literals import has_stray_backslash, unescaped


def check_expression(  # noqa: C901 - one arm per kind of node
    body: BodyContext, node: ast.Expression, expected: Expected = None, *, in_require: bool = False
) -> typed.Expression | None:
    """Return the typed expression.

    `expected` is the type that the context expects: it determines the types of literals without one of their own, and
    is not guaranteed. `in_require`: the node is the condition of a `require`, or an operand in one.
    """
    match node:
        case ast.IntLiteral() | ast.BoolLiteral() | ast.BytesLiteral() | ast.StringLiteral():
            return _literal(body, node)
        case ast.Name():
            return names.name(body, node)
        case ast.This():
            return names.whole(body, node)
        case ast.Unary():
            return _unary(body, node, in_require=in_require)
        case ast.Binary():
            return _binary(body, node, in_require=in_require)
        case ast.Conditional():
            return _conditional(body, node, expected, in_require=in_require)
        case ast.Increment():
            return _increment(body, node)
        case ast.Slice():
            return _slice(body, node)
        case ast.Member():
            return _member(body, node)
        case ast.Call():
            return _call(body, node, expected)
        case ast.MethodCall():
            return _method_call(body, node, in_require=in_require)
        case ast.New():
            return calls.construct(body, node, expected, _checking(body))
        case ast.Index() | ast.ArrayLiteral() | ast.StructLiteral():
            return _aggregate(body, node, expected)
        case ast.GenericName():
            _report_class(body, node)
            return None
        case _:
            assert_never(node)


def _unary(body: BodyContext, node: ast.Unary, *, in_require: bool) -> typed.Expression | None:
    operand = check_expression(body, node.operand, in_require=in_require)
    return None if operand is None else operators.unary(body, node, operand)


def _report_class(body: BodyContext, node: ast.GenericName) -> None:
    owner = names.generic(body, node.type)
    if owner is not None:
        body.report(ClassAsValue(node.span, owner.name))


def _literal(
    body: BodyContext, node: ast.IntLiteral | ast.BoolLiteral | ast.BytesLiteral | ast.StringLiteral
) -> typed.Expression | None:
    match node:
        case ast.IntLiteral():
            return typed.Literal(node.span, BasicType.INT, node.value)
        case ast.BoolLiteral():
            return typed.Literal(node.span, BasicType.BOOL, node.value)
        case ast.BytesLiteral():
            return typed.Literal(node.span, BasicType.BYTES, node.value)
        case ast.StringLiteral():
            return _string(body, node)


def _aggregate(
    body: BodyContext, node: ast.Index | ast.ArrayLiteral | ast.StructLiteral, expected: Expected
) -> typed.Expression | None:
    match node:
        case ast.Index():
            base = check_expression(body, node.base, aggregates.array_of(expected))
            return aggregates.element(body, node, base, check_expression(body, node.index))
        case ast.ArrayLiteral():
            return aggregates.array_literal(body, node, expected, _checking(body))
        case ast.StructLiteral():
            return aggregates.struct_literal(body, node, expected, _checking(body))


def check_all(
    body: BodyContext, nodes: Sequence[ast.Expression], expected: Expected = None
) -> list[typed.Expression | None]:
    """Check all nodes, in order."""
    return [check_expression(body, node, expected) for node in nodes]


def _string(body: BodyContext, node: ast.StringLiteral) -> typed.Expression:
    if has_stray_backslash(node.text):
        body.report(Backslash(node.span))
    return typed.Literal(node.span, BasicType.BYTES, unescaped(node.text).encode())


def _checking(body: BodyContext, *, in_require: bool = False) -> calls.Check:
    """Return `check_expression` for one body, as a plain function, since chains of operators recurse through it.

    Calls from Python to Python use no C stack; `functools.partial` and `map` would, for each operand.
    """

    def check(node: ast.Expression, expected: Expected) -> typed.Expression | None:
        return check_expression(body, node, expected, in_require=in_require)

    return check


def _binary(body: BodyContext, node: ast.Binary, *, in_require: bool) -> typed.Expression | None:
    """Check a comparison or other operator; either operand of a comparison is the context of the other."""
    operands, check = (node.left, node.right), _checking(body, in_require=in_require)
    if node.operator in {ast.BinaryOperator.EQUAL, ast.BinaryOperator.NOT_EQUAL}:
        left, right = aggregates.in_one_context(body, operands, None, check)
    else:
        left, right = [check(operand, None) for operand in operands]
    if left is None or right is None:
        return None
    return operators.binary(body, node.span, node.operator, left, right)


def _conditional(
    body: BodyContext, node: ast.Conditional, expected: Expected, *, in_require: bool
) -> typed.Expression | None:
    check = _checking(body, in_require=in_require)
    decided = condition(body, check(node.condition, None))
    then, otherwise = aggregates.in_one_context(body, (node.then, node.otherwise), expected, check)
    if decided is None or then is None or otherwise is None:
        return None
    common = common_type(then.type, otherwise.type)
    if common is None:
        body.report(ArmsMismatch(node.span, str(then.type), str(otherwise.type)))
        return None
    if isinstance(common, BasicType):
        then, otherwise = cast(then, common), cast(otherwise, common)
    return typed.Conditional(node.span, common, decided, then, otherwise)


def _increment(body: BodyContext, node: ast.Increment) -> typed.Expression | None:
    value = check_expression(body, node.target)
    place = places.target(body, node.target, value)
    if place is None:
        return None
    if place.type is not BasicType.INT:
        body.report(OperandMismatch(node.span, "++" if node.step > 0 else "--", str(place.type)))
        return None
    return typed.Increment(node.span, BasicType.INT, place, node.step, node.prefix)


def _slice(body: BodyContext, node: ast.Slice) -> typed.Expression | None:
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


def _member(body: BodyContext, node: ast.Member) -> typed.Expression | None:
    if isinstance(node.base, ast.This):
        return names.property_of_this(body, node)
    owner = _class_before(body, node.base)
    if owner is not None:
        return names.static_of_class(body, owner, node)
    foreign = names.foreign_member(body, node)
    if foreign is not None:
        body.report(foreign)
        return None
    base = None if isinstance(node.base, ast.GenericName) else check_expression(body, node.base)
    return None if base is None else names.property_of_value(body, node, base)


def _class_before(body: BodyContext, node: ast.Expression) -> ClassHeader | None:
    """Return the class before the dot of a static, if `node` names one; report wrong type arguments."""
    match node:
        case ast.Name(text=text):
            return body.class_named(text)
        case ast.GenericName():
            return names.generic(body, node.type)
        case _:
            return None


def _call(body: BodyContext, node: ast.Call, expected: Expected) -> typed.Expression | None:
    name = node.function.text
    check = _checking(body)
    if node.type_arguments:
        owner = names.generic(body, ast.NamedType(node.function.span, node.function, node.type_arguments))
        if owner is not None:
            body.report(NotConstructible(node.function.span, owner.name, "an instance is made by `new`"))
        check_all(body, node.arguments, ReportedType.UNKNOWN)
        return None
    function, row = calls.static_of_owner(body, node), BUILTINS.get(name)
    if function is None:
        return _built_in(body, node, row, expected)
    settled = settle(body, node.span, function, node.arguments, check)
    if settled is None:
        return None
    function, passed = settled
    arguments = calls.check_arguments(passed, function.parameters, check)
    if row is not None and calls.is_built_in_meant(function, row, arguments):
        return builtin_calls.builtin(body, node.span, row, arguments)
    return calls.invoke(body, node.span, function, None, arguments)


def _built_in(body: BodyContext, node: ast.Call, row: Builtin | None, expected: Expected) -> typed.Expression | None:
    """Check a call of a built-in function, or a cast."""
    if row is not None:
        wanted = builtin_calls.expected_arguments(row, expected)
        arguments = calls.check_each(node.arguments, wanted, _checking(body))
        return builtin_calls.builtin(body, node.span, row, arguments, expected)
    name = node.function.text
    cast_to: Type | None = TYPE_NAMES.get(name)
    if cast_to is None and name in body.context.declarations.aliases:
        cast_to = body.context.types.of_alias(name)
    if isinstance(cast_to, BasicType):
        return builtin_calls.conversion(body, node.span, cast_to, check_all(body, node.arguments))
    check_all(body, node.arguments, ReportedType.UNKNOWN)
    calls.report_unknown_function(body, node)
    return None


def _method_call(body: BodyContext, node: ast.MethodCall, *, in_require: bool) -> typed.Expression | None:
    receiver, function = _method(body, node)
    if function is None or not calls.check_context(body, node, function, in_require=in_require):
        check_all(body, node.arguments, ReportedType.UNKNOWN)
        return None
    check = _checking(body)
    settled = settle(body, node.span, function, node.arguments, check)
    if settled is None:
        return None
    function, passed = settled
    arguments = calls.check_arguments(passed, function.parameters, check)
    if receiver is None and not function.is_static:  # `this` has a property that cannot be compiled yet
        body.use(function.key)
        return None
    if receiver is not None:
        places.note_call(body, node.receiver, receiver, function.key)
    return calls.invoke(body, node.span, function, receiver, arguments)


def _method_of_this(
    body: BodyContext, node: ast.MethodCall, this: ast.This
) -> tuple[typed.Expression | None, FunctionHeader | None]:
    """Return the receiver and the function of `this.f(..)`; in a static function `this` can only mean the class."""
    if not body.is_static:
        return names.this(body, this), calls.method(body, body.owner, node)
    function = body.owner.functions.get(node.function.text)
    if function is None or not function.is_static:
        return names.this(body, this), None
    body.report(ThisAsClass(this.span, body.owner.name))
    return None, calls.static_function(body, body.owner, node)


def _method(body: BodyContext, node: ast.MethodCall) -> tuple[typed.Expression | None, FunctionHeader | None]:
    """Return the receiver and the function of a call; no function after a report, no receiver for a static."""
    if isinstance(node.receiver, ast.This):
        return _method_of_this(body, node, node.receiver)
    owner = _class_before(body, node.receiver)
    if owner is not None:
        return None, calls.static_function(body, owner, node)
    foreign = names.foreign_member(body, node)
    if foreign is not None:
        body.report(foreign)
        return None, None
    receiver = None if isinstance(node.receiver, ast.GenericName) else check_expression(body, node.receiver)
    if receiver is None:
        return None, None
    owner = calls.owner_of(body, receiver, node.function)
    return receiver, None if owner is None else calls.method(body, owner, node)
