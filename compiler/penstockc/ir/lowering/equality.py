"""Equality of two values, leaf by leaf."""

from penstockc.ir.lowering.builder import Builder
from penstockc.ir.lowering.environment import Leaves
from penstockc.language.operations import Operation
from penstockc.language.operators import EQUALITIES
from penstockc.source import Span


def equal(builder: Builder, span: Span, left: Leaves, right: Leaves) -> Leaves:
    """Compare all leaves, including those after a difference."""
    compared = [builder.apply(span, EQUALITIES[one.kind], one, other) for one, other in zip(left, right, strict=True)]
    joined, *others = compared or [builder.true(span)]
    for each in others:
        joined = builder.apply(span, Operation.BOOL_AND, *joined, *each)
    return joined
