"""Statements as written -> typed statements; None for one that was reported."""

from typing import assert_never

from penstockc.errors.calls import EntryPointAsStatement
from penstockc.errors.names import ForeignStatement
from penstockc.errors.statements import AsmNotAlone, MisplacedReturn
from penstockc.errors.warnings.expressions import UselessStatement
from penstockc.language.types import Type
from penstockc.semantics import typed
from penstockc.semantics.bodies.loops import check_loop
from penstockc.semantics.expressions import names, operators, places
from penstockc.semantics.expressions.calls import is_assembly, is_entry_point
from penstockc.semantics.expressions.context import BodyContext
from penstockc.semantics.expressions.conversions import asked, condition, convert, is_open, type_of
from penstockc.semantics.expressions.dispatch import check_expression
from penstockc.source import Span
from penstockc.syntax import ast


def check_statements(body: BodyContext, nodes: tuple[ast.Statement, ...]) -> tuple[typed.Statement, ...]:
    """Return the valid statements, in order."""
    body.extent.add(len(nodes))
    statements = [check_statement(body, node) for node in nodes]
    known = tuple(statement for statement in statements if statement is not None)
    if len(known) < len(statements):
        body.lose()
    return known


def check_statement(body: BodyContext, node: ast.Statement) -> typed.Statement | None:  # noqa: C901 - one line per node
    """Return the typed statement; None after a report."""
    match node:
        case ast.Block():
            return check_block(body, node)
        case ast.Declare():
            return _declare(body, node)
        case ast.Assign():
            return _assign(body, node)
        case ast.Require():
            value = condition(body, check_expression(body, node.condition, in_require=True))
            return None if value is None else typed.Require(node.span, value)
        case ast.Exit():
            value = condition(body, check_expression(body, node.condition))
            return None if value is None else typed.Exit(node.span, value)
        case ast.If():
            return _if(body, node)
        case ast.ExpressionStatement():
            return _evaluate(body, node)
        case ast.Return():
            if node.value is not None:
                check_expression(body, node.value)
            body.report(MisplacedReturn(node.span, is_public=body.is_public))
        case ast.Loop():
            return check_loop(body, node, check_block)
        case ast.CodeSeparator():
            return typed.CodeSeparator(node.span)
        case ast.Asm():
            body.report(AsmNotAlone(node.span))
        case _:
            assert_never(node)
    return None


def check_block(body: BodyContext, node: ast.Statement) -> typed.Block:
    """Check a block, or a single statement without braces, in a scope of its own."""
    with body.scope.block():
        inner = node.statements if isinstance(node, ast.Block) else (node,)
        return typed.Block(node.span, check_statements(body, inner))


def _declare(body: BodyContext, node: ast.Declare) -> typed.Statement | None:
    declared: Type | None = None
    if node.type is None:
        value = check_expression(body, node.value)
    else:
        declared = body.resolve(node.type, may_be_open=True)
        value = convert(body, check_expression(body, node.value, asked(declared)), declared)
    if value is not None:
        declared = value.type
    elif declared is not None and is_open(declared):
        declared = None
    local = body.scope.declare(node.name, declared, is_const=node.is_const)
    if local is None or value is None:
        return None
    return typed.Declare(node.span, local, value)


def _assign(body: BodyContext, node: ast.Assign) -> typed.Statement | None:
    current = check_expression(body, node.target)
    place = places.target(body, node.target, current)
    wanted = type_of(current) if node.operator is None else None
    value = check_expression(body, node.value, wanted)
    if current is None or value is None:
        return None
    before: tuple[typed.Statement, ...] = ()
    if node.operator is not None:
        if place is not None:
            before, current = places.locate(body, place)
            place = current
        span = node.target.span.merge(node.value.span)
        value = operators.binary(body, span, node.operator, current, value)
    value = convert(body, value, current.type)
    if place is None or value is None:
        return None
    assignment = typed.Assign(node.span, place, value)
    return typed.Block(node.span, (*before, assignment)) if before else assignment


def _if(body: BodyContext, node: ast.If) -> typed.Statement | None:
    decided = condition(body, check_expression(body, node.condition))
    then = check_block(body, node.then)
    if node.otherwise is None:
        otherwise = typed.Block(Span(node.span.end, node.span.end), ())
    else:
        otherwise = check_block(body, node.otherwise)
    return None if decided is None else typed.If(node.span, decided, then, otherwise)


def _evaluate(body: BodyContext, node: ast.ExpressionStatement) -> typed.Statement | None:
    if isinstance(node.expression, ast.Name) and names.is_foreign_statement(body, node.expression.text):
        body.report(ForeignStatement(node.expression.span, node.expression.text))
        return None
    value = check_expression(body, node.expression, in_require=isinstance(node.expression, ast.MethodCall))
    if isinstance(value, typed.Invoke) and is_entry_point(body, value):
        return _require_entry(body, node, value)
    if value is not None and not isinstance(node.expression, ast.Call | ast.MethodCall | ast.Increment):
        body.report(UselessStatement(node.span))
    return None if value is None else typed.Evaluate(node.span, value)


def _require_entry(body: BodyContext, node: ast.ExpressionStatement, value: typed.Invoke) -> typed.Statement | None:
    """Check the call of a public function as a statement: all of its requires must hold, the last one too."""
    if is_assembly(body, value):
        body.report(EntryPointAsStatement(node.expression.span, value.function.name))
        return None
    return typed.Require(node.span, value)
