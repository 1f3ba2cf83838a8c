"""Walks over the statements and expressions of the typed tree."""

from collections.abc import Iterator
from typing import assert_never

from penstockc.semantics import typed

Simple = typed.Declare | typed.Assign | typed.Require | typed.Exit | typed.CodeSeparator | typed.Evaluate | typed.Return
"""Statements without statements inside."""


def expressions_of(statement: Simple) -> Iterator[typed.Expression]:
    """Yield the expressions that a statement evaluates, in order, including the assigned place."""
    match statement:
        case typed.Declare(value=value) | typed.Return(value=value):
            yield value
        case typed.Assign(place=place, value=value):
            yield place
            yield value
        case typed.Require(condition=condition) | typed.Exit(condition=condition):
            yield condition
        case typed.Evaluate(expression=expression):
            yield expression
        case typed.CodeSeparator():
            return
        case _:
            assert_never(statement)


def operands_of(  # noqa: C901 - one arm per node of a closed union
    expression: typed.Expression,
) -> Iterator[typed.Expression]:
    """Yield the expressions directly inside an expression, in the order of their evaluation."""
    match expression:
        case typed.Literal() | typed.LocalValue() | typed.This() | typed.StaticValue():
            return
        case typed.Field(base=base):
            yield base
        case typed.Index(base=base, index=index):
            yield from (base, index)
        case typed.Cast(operand=operand) | typed.FlattenSha256(operand=operand):
            yield operand
        case typed.Repeat(operand=operand) | typed.ArrayLength(operand=operand):
            yield operand
        case typed.Increment(place=place):
            yield place
        case typed.Apply(operands=operands):
            yield from operands
        case typed.Construct(arguments=arguments):
            yield from arguments
        case typed.ArrayLiteral(elements=elements):
            yield from elements
        case typed.StructLiteral(values=values):
            yield from values
        case typed.CheckMultiSig(signatures=signatures, keys=keys):
            yield from (signatures, keys)
        case (
            typed.And(left=left, right=right) | typed.Or(left=left, right=right) | typed.Equals(left=left, right=right)
        ):
            yield from (left, right)
        case typed.Conditional(condition=condition, then=then, otherwise=otherwise):
            yield from (condition, then, otherwise)
        case typed.Invoke(receiver=receiver, arguments=arguments):
            if receiver is not None:
                yield receiver
            yield from arguments
        case _:
            assert_never(expression)


def statements_in(block: typed.Block) -> Iterator[typed.Statement]:
    """Yield every statement in a block, outer ones first; a body that iterations of a loop share comes once."""
    for statement in block.statements:
        yield statement
        match statement:
            case typed.Block():
                yield from statements_in(statement)
            case typed.If(then=then, otherwise=otherwise):
                yield from statements_in(then)
                yield from statements_in(otherwise)
            case typed.Loop(iterations=iterations):
                for iteration in distinct(iterations):
                    yield from statements_in(iteration)
            case _:
                pass


def distinct(iterations: tuple[typed.Block, ...]) -> tuple[typed.Block, ...]:
    """Return the blocks of a loop, each once: mostly they are the same."""
    return tuple({id(block): block for block in iterations}.values())


def expressions_in(statement: typed.Statement) -> Iterator[typed.Expression]:
    """Yield every expression of a statement, outer ones first, without those of nested statements."""
    match statement:
        case typed.Block() | typed.Loop():
            return
        case typed.If(condition=condition):
            yield from inside(condition)
        case _:
            for expression in expressions_of(statement):
                yield from inside(expression)


def inside(expression: typed.Expression) -> Iterator[typed.Expression]:
    """Yield an expression and all in it."""
    waiting = [expression]  # not by recursion: every level would yield every expression below it again
    while waiting:
        expression = waiting.pop()
        yield expression
        waiting.extend(reversed(tuple(operands_of(expression))))
