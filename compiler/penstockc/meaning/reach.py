"""Which statics a contract uses, in an order in which they can be evaluated.

A static is used when the constructor or a public function of the main contract can come to it through any chain of
calls, taken or not. Nothing else of an imported file counts.
"""

from collections.abc import Iterator
from typing import assert_never

from penstockc.semantics import typed


def used_statics(program: typed.Program) -> tuple[typed.MemberKey, ...]:
    """Return the statics in use, each after those that its initial value needs."""
    search = _Search(program)
    search.block(program.contract.constructor.body)
    for function in program.entry_points:
        search.function(function.key)
    return tuple(search.statics)


class _Search:
    """Walks everything reachable once; a static is entered when all it needs has been."""

    def __init__(self, program: typed.Program) -> None:
        self.program = program
        self.seen: set[typed.MemberKey | str] = set()
        self.statics: list[typed.MemberKey] = []

    def function(self, key: typed.MemberKey) -> None:
        if key not in self.seen:
            self.seen.add(key)
            body = self.program.functions[key].body
            if isinstance(body, typed.Block):
                self.block(body)

    def constructor(self, owner: str) -> None:
        if owner not in self.seen:
            self.seen.add(owner)
            self.block(self.program.classes[owner].constructor.body)

    def static(self, key: typed.MemberKey) -> None:
        if key not in self.seen:
            self.seen.add(key)
            self.expression(self.program.statics[key].initial)
            self.statics.append(key)

    def block(self, block: typed.Block) -> None:
        for statement in block.statements:
            match statement:
                case typed.Block():
                    self.block(statement)
                case typed.If(then=then, otherwise=otherwise):
                    self.expression(statement.condition)
                    self.block(then)
                    self.block(otherwise)
                case typed.Loop(iterations=iterations):
                    for iteration in {id(each): each for each in iterations}.values():  # mostly one and the same block
                        self.block(iteration)
                case _:
                    for expression in expressions_of(statement):
                        self.expression(expression)

    def expression(self, expression: typed.Expression) -> None:
        match expression:
            case typed.StaticValue(key=key):
                self.static(key)
            case typed.Invoke(function=key):
                self.function(key)
            case typed.Construct(type=library):
                self.constructor(library.name)
            case _:
                pass
        for operand in operands_of(expression):
            self.expression(operand)


def expressions_of(
    statement: typed.Declare
    | typed.Assign
    | typed.Require
    | typed.Exit
    | typed.CodeSeparator
    | typed.Evaluate
    | typed.Return,
) -> Iterator[typed.Expression]:
    """Yield the expressions directly in a statement that has no statements inside."""
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


def operands_of(  # noqa: C901, PLR0912 - one arm per node of a closed union
    expression: typed.Expression,
) -> Iterator[typed.Expression]:
    """Yield the expressions directly in an expression, in order."""
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
