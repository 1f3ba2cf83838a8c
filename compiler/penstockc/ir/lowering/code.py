"""Lowering of statements and expressions: what they compute is written into the open region of a builder."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import assert_never

from penstock.contract.artifact import Kind
from penstockc.diagnostics import InternalError
from penstockc.ir.lowering.builder import Builder
from penstockc.ir.lowering.environment import Environment, Leaves, Variable, field_range
from penstockc.ir.nodes import CheckMultiSig, If, Region, Require, Statement, Value
from penstockc.language.operations import Operation
from penstockc.language.types import leaves
from penstockc.meaning.places import is_place
from penstockc.semantics import typed
from penstockc.source import Span


@dataclass(slots=True)
class _Arm:
    """One side of a branch: its code, its value, and the variables as it leaves them."""

    statements: tuple[Statement, ...]
    value: Leaves
    environment: Environment

    @property
    def ends_script(self) -> bool:
        return Region(self.statements).ends_script


@dataclass(slots=True)
class Code:
    """Lowers the code of one program; `environment` is that of the function being lowered."""

    program: typed.Program
    builder: Builder
    environment: Environment

    # Calls ------------------------------------------------------------------------------------------------------------

    def construct(self, span: Span, owner: str, arguments: list[Leaves]) -> Leaves:
        """Run the constructor of class `owner`; return the instance's leaves."""
        definition = self.program.classes[owner]
        zero = tuple(self.zero(span, kind) for kind in leaves(definition.type))
        callee = self.environment.for_call(zero, definition.constructor.parameters, arguments)
        self._in(callee, definition.constructor.body)
        return callee.variables[None]

    def zero(self, span: Span, kind: Kind) -> Value:
        """Return the value that a property of this kind starts with."""
        match kind:
            case Kind.INT:
                return self.builder.constant(span, kind, 0)
            case Kind.BOOL:
                return self.builder.constant(span, kind, value=False)
            case Kind.BYTES:
                return self.builder.constant(span, kind, b"")
            case _:
                assert_never(kind)

    def _in(self, callee: Environment, body: typed.Block) -> Leaves | None:
        """Lower `body` in an environment of its own; return the value of its `return`."""
        caller, self.environment = self.environment, callee
        result = self.block(body)
        self.environment = caller
        caller.after_call(callee)
        return result

    def _invoke(self, call: typed.Invoke) -> Leaves:
        receiver, function = call.receiver, self.program.functions[call.function]
        this = None if receiver is None or is_place(receiver) else self.value(receiver)
        arguments = [self.value(argument) for argument in call.arguments]
        if receiver is not None and is_place(receiver):
            this = self.environment.read(receiver)
        callee = self.environment.for_call(this, function.parameters, arguments)
        result = self._in(callee, function.body)
        if receiver is not None and is_place(receiver):
            self.environment.write(receiver, callee.variables[None])
        if result is None:  # a public function: it has come to its end, so it holds
            return self._true(call.span)
        return result

    # Statements -------------------------------------------------------------------------------------------------------

    def block(self, block: typed.Block) -> Leaves | None:
        """Lower a block; return the value of its `return`, which only the last statement of a function can be."""
        result = None
        for statement in block.statements:
            result = self._statement(statement)
        return result

    def _statement(self, statement: typed.Statement) -> Leaves | None:
        match statement:
            case typed.Declare(local=local, value=value):
                self.environment.declare(local, self.value(value))
            case typed.Assign(place=place, value=value):
                self.environment.write(place, self.value(value))
            case typed.Require(condition=condition, span=span):
                self.builder.write(Require(span, self._one(condition)))
            case typed.Exit(condition=condition, span=span):
                self.builder.exit(span, self._one(condition))
            case typed.If(condition=condition, then=then, otherwise=otherwise, span=span):
                decided = self._one(condition)
                self._branch(span, decided, lambda: self._effect(then), lambda: self._effect(otherwise))
            case typed.Evaluate(expression=expression):
                self.value(expression)
            case typed.Block():
                self.block(statement)
            case typed.Return(value=value):
                return self.value(value)
            case _:
                assert_never(statement)
        return None

    def _effect(self, block: typed.Block) -> Leaves:
        self.block(block)
        return ()

    # Branches ---------------------------------------------------------------------------------------------------------

    def _branch(
        self, span: Span, condition: Value, then: Callable[[], Leaves], otherwise: Callable[[], Leaves]
    ) -> Leaves:
        """Lower both arms; return the value of the one taken, and let each variable hold what that one left in it."""
        before = self.environment
        arms = self._arm(then), self._arm(otherwise)
        self.environment = before
        going_on = [arm for arm in arms if not arm.ends_script]
        if not going_on:
            self.builder.write(If(span, condition, Region(arms[0].statements), Region(arms[1].statements)))
            return arms[0].value  # nothing behind this is reachable
        changed = [
            (variable, index)
            for variable, old in before.variables.items()
            if any(arm.environment.variables[variable] is not old for arm in going_on)
            for index, leaf in enumerate(old)
            if any(arm.environment.variables[variable][index] != leaf for arm in going_on)
        ]
        yields = [(*(arm.environment.variables[v][i] for v, i in changed), *arm.value) for arm in arms]
        results = tuple(self.builder.fresh(value.kind) for value in yields[0 if going_on[0] is arms[0] else 1])
        regions = [
            Region(arm.statements, () if arm.ends_script else values) for arm, values in zip(arms, yields, strict=True)
        ]
        self.builder.write(If(span, condition, regions[0], regions[1], results))
        for (variable, index), result in zip(changed, results, strict=False):
            self._replace(variable, index, result)
        return results[len(changed) :]

    def _arm(self, lower: Callable[[], Leaves]) -> _Arm:
        outer, self.environment = self.environment, self.environment.copy()
        with self.builder.region() as statements:
            value = lower()
        arm = _Arm(tuple(statements), value, self.environment)
        self.environment = outer
        return arm

    def _replace(self, variable: Variable, index: int, value: Value) -> None:
        old = self.environment.variables[variable]
        self.environment.variables[variable] = (*old[:index], value, *old[index + 1 :])

    # Expressions ------------------------------------------------------------------------------------------------------

    def _one(self, expression: typed.Expression) -> Value:
        value = self.value(expression)
        if len(value) != 1:
            raise InternalError(f"{len(value)} leaves where one was expected")
        return value[0]

    def value(  # noqa: C901, PLR0912 - one arm per node of a closed union
        self, expression: typed.Expression
    ) -> Leaves:
        """Lower an expression and its effects; return its leaves."""
        match expression:
            case typed.Literal(span=span, type=kind, value=value):
                return (self.builder.constant(span, kind.kind, value),)
            case typed.LocalValue() | typed.This() | typed.StaticValue():
                return self.environment.read(expression)
            case typed.Field(base=base, name=name):
                start, stop = field_range(base.type, name)
                return self.value(base)[start:stop]
            case typed.Apply():
                return self._apply(expression)
            case typed.CheckMultiSig(span=span, signatures=signatures, keys=keys):
                operands, result = (self.value(signatures), self.value(keys)), self.builder.fresh(Kind.BOOL)
                self.builder.write(CheckMultiSig(span, result, *operands))
                return (result,)
            case typed.Cast(operand=operand):
                return self.value(operand)
            case typed.And(span=span, left=left, right=right):
                return self._branch(span, self._one(left), lambda: self.value(right), lambda: self._false(span))
            case typed.Or(span=span, left=left, right=right):
                return self._branch(span, self._one(left), lambda: self._true(span), lambda: self.value(right))
            case typed.Conditional(span=span, condition=condition, then=then, otherwise=otherwise):
                decided = self._one(condition)
                return self._branch(span, decided, lambda: self.value(then), lambda: self.value(otherwise))
            case typed.Increment():
                return self._increment(expression)
            case typed.Invoke():
                return self._invoke(expression)
            case typed.Construct(span=span, type=library, arguments=arguments):
                return self.construct(span, library.name, [self.value(argument) for argument in arguments])
            case typed.ArrayLiteral(elements=elements):
                return tuple(leaf for element in elements for leaf in self.value(element))
            case _:
                assert_never(expression)

    def _true(self, span: Span) -> Leaves:
        return (self.builder.constant(span, Kind.BOOL, value=True),)

    def _false(self, span: Span) -> Leaves:
        return (self.builder.constant(span, Kind.BOOL, value=False),)

    def _apply(self, expression: typed.Apply) -> Leaves:
        operands = [self._one(operand) for operand in expression.operands]
        results = self.builder.apply(expression.span, expression.operation, *operands)
        return results or self._true(expression.span)  # a lock-time check is true or aborts

    def _increment(self, expression: typed.Increment) -> Leaves:
        old = self.environment.read(expression.place)
        step = self.builder.constant(expression.span, Kind.INT, expression.step)
        new = self.builder.apply(expression.span, Operation.ADD, *old, step)
        self.environment.write(expression.place, new)
        return new if expression.prefix else old
