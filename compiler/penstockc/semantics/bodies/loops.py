"""Loops: a body for each iteration, or one that all of them share.

Where a size, a bound or another compile-time constant in the body depends on the induction variable, each iteration is
checked separately, with the variable as a literal number. Otherwise the body is checked once.
"""

from collections.abc import Callable

from penstock.artifact.artifact import BasicType
from penstockc.errors.constants import UnrolledTooLarge
from penstockc.language.limits import LARGEST_SCRIPT
from penstockc.semantics import typed
from penstockc.semantics.bodies.constant_positions import demands
from penstockc.semantics.expressions.context import BodyContext
from penstockc.semantics.expressions.sizes import LARGEST_SIZE, constant_int
from penstockc.syntax import ast

CheckBlock = Callable[[BodyContext, ast.Statement], typed.Block]


def check_loop(body: BodyContext, node: ast.Loop, check_block: CheckBlock) -> typed.Loop | None:
    """Return the typed loop; None after a report."""
    count = constant_int(body, node.count, 0, LARGEST_SIZE, is_loop_bound=True)
    fitted_before = not body.extent.is_too_large
    if node.variable is not None and demands(node.body, node.variable.text, body.context.constant_takers):
        loop = _separate(body, node, node.variable, count or 0, check_block)
    else:
        loop = _shared(body, node, 1 if count is None else count, check_block)
    if fitted_before and body.extent.is_too_large and not body.extent.is_in_loop:
        body.report(UnrolledTooLarge(node.span, LARGEST_SCRIPT))
    return None if count is None or body.extent.is_too_large else loop


def _shared(body: BodyContext, node: ast.Loop, count: int, check_block: CheckBlock) -> typed.Loop:
    with body.scope.block(), body.extent.loop(count):
        body.extent.add(1)
        name = node.variable
        variable = None if name is None else body.scope.declare(name, BasicType.INT, is_const=True)
        block = check_block(body, node.body)
    return typed.Loop(node.span, variable, (block,) * count)


def _separate(
    body: BodyContext, node: ast.Loop, variable: ast.Identifier, count: int, check_block: CheckBlock
) -> typed.Loop:
    blocks = list[typed.Block]()
    for iteration in range(count):
        if body.extent.is_too_large:
            break
        is_repeated = iteration > 0
        with body.scope.block(), body.extent.loop(1), body.context.findings.repeated(is_repeated=is_repeated):
            body.extent.add(1)
            body.scope.declare_constant(variable, typed.Literal(variable.span, BasicType.INT, iteration))
            blocks.append(check_block(body, node.body))
    return typed.Loop(node.span, None, tuple(blocks))
