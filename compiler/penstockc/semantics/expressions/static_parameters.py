"""Calls of functions with `static const` parameters -> calls of their instances.

The types of an instance's other parameters and of its result may depend on the constants, so its header is made here.
"""

from collections.abc import Sequence

from penstock.artifact.artifact import BasicType
from penstock.records import replace
from penstockc.errors.calls import Recursion
from penstockc.semantics import typed
from penstockc.semantics.declarations.headers import FunctionHeader, ParameterHeader
from penstockc.semantics.declarations.signatures import of_function
from penstockc.semantics.expressions.calls import Check, count_fits
from penstockc.semantics.expressions.constants import known_int
from penstockc.semantics.expressions.context import BodyContext, Context
from penstockc.semantics.expressions.conversions import ReportedType, convert
from penstockc.semantics.expressions.scope import Scope
from penstockc.source import Span
from penstockc.syntax import ast

Nodes = Sequence[ast.Expression]


def settle(
    body: BodyContext, span: Span, function: FunctionHeader, nodes: Nodes, check: Check
) -> tuple[FunctionHeader, Nodes] | None:
    """Return the function of a call, and the arguments that it passes to it; None after a report."""
    if not function.takes_constants:
        return function, nodes
    signature = of_function(function)
    if not count_fits(body, span, function.key.name, len(function.parameters), len(nodes), signature):
        for node in nodes:
            check(node, ReportedType.UNKNOWN)
        return None
    pairs = list(zip(function.parameters, nodes, strict=True))
    passed = [node for parameter, node in pairs if not parameter.is_static]
    fixed = [check(node, BasicType.INT) for parameter, node in pairs if parameter.is_static]
    values = [known_int(body, convert(body, value, BasicType.INT)) for value in fixed]
    known = tuple(value for value in values if value is not None)
    found = _find(body, function, known) if len(known) == len(values) else None
    if found is None:
        for node in passed:
            check(node, ReportedType.UNKNOWN)
        return None
    return found, passed


def _find(body: BodyContext, function: FunctionHeader, constants: tuple[int, ...]) -> FunctionHeader | None:
    """Return the instance, which may be a new one; report an endless sequence of instances."""
    instances = body.context.instances
    key = replace(function.key, constants=constants)
    found = instances.find(key)
    if found is not None:
        return found
    ring = instances.ring(body.key, key)
    if ring:
        body.report(Recursion(function.span, tuple(map(str, ring))))
        return None
    with body.context.findings.repeated(is_repeated=instances.has_any_of(key)):
        made = instance(body.context, function, constants)
    instances.add(body.key, made)
    return made


def instance(context: Context, function: FunctionHeader, constants: tuple[int, ...]) -> FunctionHeader:
    """Return the header of a function with `static const` parameters, for these constants."""
    key = replace(function.key, constants=constants)
    body = BodyContext(
        context, context.classes[key.owner], key, Scope(context.findings), is_static=True, is_constructor=False
    )
    pairs = list(zip(function.parameters, function.node.parameters, strict=True))
    fixed = [node for parameter, node in pairs if parameter.is_static]
    bound = tuple(zip((node.name for node in fixed), constants, strict=True))
    for name, value in bound:
        body.scope.declare_constant(name, typed.Literal(name.span, BasicType.INT, value))
    parameters = tuple(
        ParameterHeader(parameter.name, body.resolve(node.type), parameter.is_const)
        for parameter, node in pairs
        if not parameter.is_static
    )
    result = None if function.node.result is None else body.resolve(function.node.result)
    return replace(function, key=key, parameters=parameters, result=result, constants=bound)
