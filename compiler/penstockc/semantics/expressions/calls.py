"""Calls: the called function, its accessibility, and whether the arguments fit."""

from collections.abc import Callable, Sequence
from itertools import chain, repeat

from penstock.artifact.artifact import BasicType
from penstockc.errors.calls import EntryPointOutsideRequire, NotConstructible, SwappedArguments, WrongArgumentCount
from penstockc.errors.names import (
    MethodCalledBare,
    NeedsInstance,
    PrivateMember,
    ThroughInstance,
    UnknownFunction,
    UnknownMember,
)
from penstockc.language.builtins import BUILTINS, TYPE_NAMES, Builtin
from penstockc.language.types import LibraryType, Type
from penstockc.semantics import typed
from penstockc.semantics.declarations import signatures
from penstockc.semantics.declarations.findings import of_constructor
from penstockc.semantics.declarations.headers import ClassHeader, FunctionHeader, ParameterHeader
from penstockc.semantics.expressions.context import BodyContext
from penstockc.semantics.expressions.conversions import Expected, ReportedType, asked, closed, convert, fits
from penstockc.source import Span
from penstockc.support.suggestions import suggest
from penstockc.syntax import ast

Arguments = Sequence[typed.Expression | None]

Check = Callable[[ast.Expression, Expected], typed.Expression | None]
"""Checks an expression where a value of a certain type is expected."""


def static_of_owner(body: BodyContext, node: ast.Call) -> FunctionHeader | None:
    """Return the static of the owner with the name in `f(..)`."""
    function = body.owner.functions.get(node.function.text)
    return function if function is not None and function.is_static else None


def is_built_in_meant(function: FunctionHeader, row: Builtin, arguments: Arguments) -> bool:
    """Return whether a call is of the built-in function, not of the static of its name: only its parameters fit."""
    wanted = [parameter.type for parameter in function.parameters]
    return not _fit(arguments, wanted) and _fit(arguments, row.parameters)


def check_arguments(nodes: Sequence[ast.Expression], parameters: Sequence[ParameterHeader], check: Check) -> Arguments:
    """Check the arguments, each with its parameter's type as the expected one."""
    return check_each(nodes, [asked(parameter.type) for parameter in parameters], check)


def check_each(nodes: Sequence[ast.Expression], wanted: Sequence[Expected], check: Check) -> Arguments:
    """Check the arguments, each with its expected type; surplus ones have none."""
    places = chain(wanted, repeat(ReportedType.UNKNOWN))
    return [check(node, expected) for node, expected in zip(nodes, places, strict=False)]


def _fit(arguments: Arguments, wanted: Sequence[Type | None]) -> bool:
    """Return whether the arguments could be passed; an unknown one fits nowhere."""
    return len(arguments) == len(wanted) and all(map(_fits, arguments, wanted))


def _fits(argument: typed.Expression | None, wanted: Type | None) -> bool:
    """Return whether the argument could be passed where `wanted` is required."""
    return argument is not None and wanted is not None and fits(argument.type, closed(wanted, argument.type))


def are_swapped(
    body: BodyContext, name: str, signature: str, arguments: Arguments, wanted: Sequence[Type | None]
) -> bool:
    """Return whether two arguments are swapped, and all others fit; report that."""
    known = [argument for argument in arguments if argument is not None]
    wrong = [index for index, pair in enumerate(zip(arguments, wanted, strict=True)) if not _fits(*pair)]
    if len(known) < len(arguments) or len(wrong) != 2:
        return False
    first, second = wrong
    if not (_fits(arguments[first], wanted[second]) and _fits(arguments[second], wanted[first])):
        return False
    body.report(SwappedArguments(known[first].span.merge(known[second].span), name, signature))
    return True


def report_unknown_function(body: BodyContext, node: ast.Call) -> None:
    """Report why `f(..)` calls nothing."""
    name = node.function.text
    if name in body.owner.functions:
        body.report(MethodCalledBare(node.function.span, name))
    elif name in body.context.declarations.classes:
        body.report(NotConstructible(node.function.span, name, "an instance is made by `new`"))
    else:
        statics = (key for key, function in body.owner.functions.items() if function.is_static)
        close = suggest(name, [*statics, *BUILTINS, *TYPE_NAMES])
        body.report(UnknownFunction(node.function.span, name, close))


def static_function(body: BodyContext, owner: ClassHeader, node: ast.MethodCall) -> FunctionHeader | None:
    """Return the function that `Owner.f(..)` calls; None after a report."""
    function = owner.functions.get(node.function.text)
    if function is None:
        body.report(_unknown_method(owner, node.function))
    elif not function.is_static:
        body.report(NeedsInstance(node.function.span, owner.name, function.key.name))
    elif _is_accessible(body, function, node.function.span):
        return function
    return None


def method(body: BodyContext, owner: ClassHeader, node: ast.MethodCall) -> FunctionHeader | None:
    """Return the function that `receiver.f(..)` calls on an instance of `owner`; None after a report."""
    name = node.function
    function = owner.functions.get(name.text)
    if function is None:
        body.report(_unknown_method(owner, name))
    elif function.is_static:
        body.report(ThroughInstance(name.span, owner.name, name.text))
    elif _is_accessible(body, function, name.span):
        return function
    return None


def _unknown_method(owner: ClassHeader, name: ast.Identifier) -> UnknownMember:
    """Return the error for a function that the class does not have; a built-in one belongs to no class."""
    close = f"{name.text}(..)" if name.text in BUILTINS else suggest(name.text, owner.functions)
    return UnknownMember(name.span, name.text, owner.name, close)


def owner_of(body: BodyContext, value: typed.Expression, name: ast.Identifier) -> ClassHeader | None:
    """Return the class of a receiver; report a receiver without functions."""
    if isinstance(value.type, LibraryType):
        return body.context.classes[value.type.name]
    body.report(UnknownMember(name.span, name.text, str(value.type), None))
    return None


def invoke(
    body: BodyContext, span: Span, function: FunctionHeader, receiver: typed.Expression | None, arguments: Arguments
) -> typed.Expression | None:
    """Return the call, once all of its arguments are known; also record the use of the function.

    With an unknown argument, even the choice of this function is unsure.
    """
    if any(argument is None for argument in arguments):
        return None
    body.use(function.key)
    converted = _converted(
        body, span, function.key.name, signatures.of_function(function), function.parameters, arguments
    )
    result = BasicType.BOOL if function.is_public else function.result
    if result is None or converted is None:
        return None
    return typed.Invoke(span, result, function.key, receiver, converted)


def construct(body: BodyContext, node: ast.New, expected: Expected, check: Check) -> typed.Expression | None:
    """Check `new L(..)`; the type arguments of a generic L may be left to the context."""
    made = _constructed(body, node, expected)
    if not isinstance(made, LibraryType):
        for argument in node.arguments:
            check(argument, ReportedType.UNKNOWN)
        if made is not None:
            name = node.type.name.text
            body.report(NotConstructible(node.type.span, name, "only libraries and contracts have instances"))
        return None
    body.use(of_constructor(made.name))
    parameters = body.context.classes[made.name].constructor.parameters
    arguments = check_arguments(node.arguments, parameters, check)
    signature = signatures.of_constructor(body.context.classes[made.name])
    converted = _converted(body, node.span, made.name, signature, parameters, arguments)
    return None if converted is None else typed.Construct(node.span, made, converted)


def leaves_arguments_out(body: BodyContext, node: ast.New) -> bool:
    """Return whether the node makes an instance of a generic library without its type arguments."""
    return not node.type.arguments and body.context.types.takes_arguments(node.type.name.text)


def _constructed(body: BodyContext, node: ast.New, expected: Expected) -> Type | None:
    if not leaves_arguments_out(body, node):
        return body.resolve(node.type)
    name = node.type.name.text
    if isinstance(expected, LibraryType) and expected.declared_name == name:
        return expected
    if expected is ReportedType.UNKNOWN:
        return None
    return body.owner.type if name == body.owner.node.name.text else body.resolve(node.type)


def is_entry_point(body: BodyContext, call: typed.Invoke) -> bool:
    """Return whether a call is of a public function."""
    return _header(body, call).is_public


def is_assembly(body: BodyContext, call: typed.Invoke) -> bool:
    """Return whether the called function is inline assembly, which has no `require`."""
    return any(isinstance(statement, ast.Asm) for statement in _header(body, call).node.body.statements)


def _header(body: BodyContext, call: typed.Invoke) -> FunctionHeader:
    return body.context.classes[call.function.owner].functions[call.function.name]


def check_context(body: BodyContext, node: ast.MethodCall, function: FunctionHeader, *, in_require: bool) -> bool:
    """Return whether the function may be called here: public ones in the condition of a `require` only."""
    if function.is_public and not in_require:
        body.report(EntryPointOutsideRequire(node.function.span, function.key.name))
        return False
    return True


def count_fits(  # noqa: PLR0913, PLR0917 - the facts of the report
    body: BodyContext, span: Span, name: str, wanted: int, given: int, signature: str
) -> bool:
    """Return whether the number of arguments is right; report a wrong one with the function's signature."""
    if wanted != given:
        body.report(WrongArgumentCount(span, name, wanted, given, signature))
    return wanted == given


def _converted(  # noqa: PLR0913, PLR0917 - the call, and the declaration of its function
    body: BodyContext,
    span: Span,
    name: str,
    signature: str,
    parameters: Sequence[ParameterHeader],
    arguments: Arguments,
) -> tuple[typed.Expression, ...] | None:
    if not count_fits(body, span, name, len(parameters), len(arguments), signature):
        return None
    if are_swapped(body, name, signature, arguments, [parameter.type for parameter in parameters]):
        return None
    values = [
        convert(body, argument, parameter.type) for parameter, argument in zip(parameters, arguments, strict=True)
    ]
    known = tuple(value for value in values if value is not None)
    return known if len(known) == len(values) else None


def _is_accessible(body: BodyContext, function: FunctionHeader, span: Span) -> bool:
    if function.is_private and function.key.owner != body.owner.name:
        body.report(PrivateMember(span, function.key.owner, function.key.name))
        return False
    return True
