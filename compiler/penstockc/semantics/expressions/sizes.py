"""Numbers known when compiling: sizes, bounds, compile-time arguments."""

from penstock.artifact.artifact import BasicType
from penstockc.errors.constants import ConstantOutOfRange
from penstockc.semantics.expressions.constants import known_int
from penstockc.semantics.expressions.context import BodyContext
from penstockc.semantics.expressions.conversions import convert
from penstockc.semantics.expressions.dispatch import check_expression
from penstockc.syntax import ast

LARGEST_SIZE = 100_000  # elements of an array, iterations of a loop: each of them becomes stack items or code


def array_size(body: BodyContext, node: ast.Expression) -> int | None:
    """Return the value of `node` as the size of an array; None after a report."""
    return constant_int(body, node, 1, LARGEST_SIZE)


def constant_int(
    body: BodyContext, node: ast.Expression, least: int, most: int, *, is_loop_bound: bool = False
) -> int | None:
    """Return the number value of `node`, from `least` to `most`; None after a report."""
    converted = convert(body, check_expression(body, node), BasicType.INT)
    value = known_int(body, converted, is_loop_bound=is_loop_bound)
    if value is not None and not least <= value <= most:
        body.report(ConstantOutOfRange(node.span, value, least, most))
        return None
    return value
