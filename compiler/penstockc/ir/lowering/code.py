"""Lowering of statements and expressions into the open region of a builder."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import assert_never

from penstock.artifact.artifact import Kind
from penstock.script.opcodes import Op
from penstockc.diagnostics import InternalError
from penstockc.ir import nodes
from penstockc.ir.lowering import arrays
from penstockc.ir.lowering.arrays import LeafPlace, Part
from penstockc.ir.lowering.builder import Builder
from penstockc.ir.lowering.environment import Environment, Leaves, Variable
from penstockc.ir.lowering.equality import equal
from penstockc.ir.lowering.layout import Layout
from penstockc.ir.lowering.shared_calls import SharedCalls
from penstockc.language.items import FALSE, TRUE
from penstockc.language.operations import Operation
from penstockc.language.types import ArrayType, leaves
from penstockc.semantics import typed
from penstockc.source import Span

Words = tuple[tuple[Span, Op | bytes | str], ...]


@dataclass(slots=True)
class _LoweredArm:
    """One side of a branch: its code, its value, and the variables at its end."""

    statements: tuple[nodes.Statement, ...]
    ends_script: bool
    value: Leaves
    environment: Environment


@dataclass(slots=True)
class Lowering:
    """Lowers the code of one program; `environment` is that of the function being lowered."""

    program: typed.Program
    builder: Builder
    environment: Environment = field(default_factory=Environment)
    layout: Layout = field(default_factory=Layout)
    words: dict[typed.MemberKey, Words] = field(default_factory=dict)
    """Words of hand-written functions, which can be long and called often."""
    left: typed.Statement | typed.Assembly | None = None
    """The requirement, or hand-written code, whose condition is left as the script's result."""
    shared_calls: SharedCalls = field(init=False)

    def __post_init__(self) -> None:
        """Analyse the program's functions when they are called."""
        self.shared_calls = SharedCalls(self.program)

    # Calls ------------------------------------------------------------------------------------------------------------

    def construct(self, span: Span, owner: str, arguments: list[Leaves]) -> Leaves:
        """Run the constructor of class `owner`; return the instance's leaves."""
        definition = self.program.classes[owner]
        zero = tuple(self.zero(span, kind) for kind in leaves(definition.type))
        callee = self.environment.for_call(zero, definition.constructor.parameters, arguments)
        with self.builder.call(span, owner, definition.constructor.span):
            self._in(callee, definition.constructor.body)
        return callee[None]

    def zero(self, span: Span, kind: Kind) -> nodes.Value:
        """Return the first value of a property of this kind: the empty item, for every kind."""
        return self.builder.item(span, kind, b"")

    def call(
        self, span: Span, function: typed.Function, this: Leaves | None, arguments: list[Leaves]
    ) -> tuple[Leaves, Leaves | None]:
        """Lower the call of a function; return its value (true for a public one), and `this` after the body."""
        if isinstance(function.body, typed.Assembly):
            with self.builder.call(span, function.key.name, function.span):
                return self._assembled(span, function, function.body, arguments), this
        callee = self.environment.for_call(this, function.parameters, arguments)
        with self.builder.call(span, function.key.name, function.span):
            result = self._in(callee, function.body)
        if result is None:  # a public function: it is true when it completes
            result = self.builder.true(span)
        return result, None if this is None else callee[None]

    def _in(self, callee: Environment, body: typed.Block) -> Leaves | None:
        """Lower `body` in an environment of its own; return the value of its `return`."""
        caller, self.environment = self.environment, callee
        result = self.block(body)
        self.environment = caller
        return result

    def _invoke(self, expression: typed.Invoke) -> Leaves:
        receiver, function = expression.receiver, self.program.functions[expression.function]
        spot = self._locate(receiver) if receiver is not None and typed.is_place(receiver) else None
        this = None if receiver is None or spot is not None else self.value(receiver)
        arguments = [self.value(argument) for argument in expression.arguments]
        if spot is not None:
            this = self._read(spot)
        result, this = self._called(expression.span, function, this, arguments)
        if spot is not None and this is not None:
            self._write(spot, this)
        return result

    def _called(
        self, span: Span, function: typed.Function, this: Leaves | None, arguments: list[Leaves]
    ) -> tuple[Leaves, Leaves | None]:
        """Lower a call; return the result of an earlier equal call on this path, if there is one."""
        if not self.shared_calls.can_share(function.key):
            return self.call(span, function, this, arguments)
        key = function.key, this, tuple(arguments)
        known = self.builder.known_call(key)
        return known or self.builder.remember_call(key, self.call(span, function, this, arguments))

    def _assembled(self, span: Span, function: typed.Function, body: typed.Assembly, arguments: list[Leaves]) -> Leaves:
        """Write hand-written code, which takes the arguments; the result of a public function is required.

        A public function is the whole script of its author, and gets the arguments as the spender pushed them.
        """
        words = self.words.get(function.key)
        if words is None:
            words = self.words[function.key] = tuple(
                (place, function.key.variable(word.name) if isinstance(word, typed.AssemblyVariable) else word)
                for place, word in body.words
            )
        kinds = (Kind.BOOL,) if function.result is None else leaves(function.result)
        results = tuple(self.builder.fresh(kind) for kind in kinds)
        operands = tuple(leaf for argument in arguments for leaf in argument)
        if function.result is not None:
            operands = tuple(self.builder.normalized(span, operand) for operand in operands)
        self.builder.write(nodes.Assembly(body.span, results, operands, words))
        if function.result is not None:
            return results
        self._demand(body, *results)
        return self.builder.true(body.span)

    # Places -----------------------------------------------------------------------------------------------------------

    def _locate(self, place: typed.Expression) -> LeafPlace:
        """Lower the indices of a place; return its position."""
        match place:
            case typed.LocalValue(local=local):
                return LeafPlace((local.name, local.number))
            case typed.This():
                return LeafPlace(None)
            case typed.StaticValue(key=key):
                return LeafPlace(key)
            case typed.Field(base=base, name=name):
                outer = self._locate(base)
                return LeafPlace(outer.variable, (*outer.steps, Part(*self.layout.field(base.type, name))))
            case typed.Index(base=base):
                outer = self._locate(base)
                return LeafPlace(outer.variable, (*outer.steps, self._step(place)))
            case _:
                raise InternalError("a part of a value that is not a place was assigned")

    def _step(self, place: typed.Index) -> arrays.Step:
        """Lower the index of an element."""
        if not isinstance(place.base.type, ArrayType):
            raise InternalError(f"an element of {place.base.type}")
        size = self.layout.size(place.type)
        return arrays.element(self.builder, place.span, self._one(place.index), place.base.type.size, size)

    def _read(self, spot: LeafPlace) -> Leaves:
        return arrays.read(self.builder, self.environment[spot.variable], spot.steps)

    def _write(self, spot: LeafPlace, value: Leaves) -> None:
        if spot.steps:
            value = arrays.write(self.builder, self.environment[spot.variable], spot.steps, value)
        self.environment[spot.variable] = value

    # Statements -------------------------------------------------------------------------------------------------------

    def block(self, block: typed.Block) -> Leaves | None:
        """Lower a block; return the value of its `return`, which only the last statement of a function can be."""
        result = None
        for statement in block.statements:
            result = self.statement(statement)
        return result

    def statement(  # noqa: C901 - one arm per node of a closed union
        self, statement: typed.Statement
    ) -> Leaves | None:
        """Lower a statement; return the value of a `return`."""
        match statement:
            case typed.Declare(local=local, value=value):
                self.environment[local.name, local.number] = self.value(value)
            case typed.Assign(place=place, value=value):
                spot = self._locate(place)
                self._write(spot, self.value(value))
            case typed.Require(condition=condition):
                self._demand(statement, self._one(condition))
            case typed.Exit(condition=condition, span=span):
                self.builder.exit(span, self._one(condition))
            case typed.If(condition=condition, then=then, otherwise=otherwise, span=span):
                decided = self._one(condition)
                self._branch(span, decided, lambda: self._effect(then), lambda: self._effect(otherwise))
            case typed.Loop(span=span, variable=variable, iterations=iterations):
                for count, iteration in enumerate(iterations):
                    if variable is not None:
                        self.environment[variable.name, variable.number] = (self.builder.number(span, count),)
                    self.block(iteration)
            case typed.CodeSeparator(span=span):
                self.builder.write(nodes.Separator(span))
            case typed.Evaluate(expression=expression):
                self.value(expression)
            case typed.Block():
                self.block(statement)
            case typed.Return(value=value):
                return self.value(value)
            case _:
                assert_never(statement)
        return None

    def _demand(self, by: typed.Require | typed.Assembly, condition: nodes.Value) -> None:
        """Require a condition, or leave it as the script's result."""
        self.builder.write((nodes.Result if by is self.left else nodes.Require)(by.span, condition))

    def _effect(self, block: typed.Block) -> Leaves:
        self.block(block)
        return ()

    # Branches ---------------------------------------------------------------------------------------------------------

    def _branch(
        self, span: Span, condition: nodes.Value, then: Callable[[], Leaves], otherwise: Callable[[], Leaves]
    ) -> Leaves:
        """Lower both arms; return the value of the one taken, and merge the variables of both.

        For a known condition, only its arm is lowered.
        """
        truth = self.builder.known_truth(condition)
        if truth is not None:
            return then() if truth else otherwise()
        arms = self._arm(then), self._arm(otherwise)
        going_on = [arm for arm in arms if not arm.ends_script]
        if not going_on:
            self.builder.write(
                nodes.If(span, condition, nodes.Region(arms[0].statements), nodes.Region(arms[1].statements))
            )
            return arms[0].value  # the code after this is unreachable
        written = dict.fromkeys(variable for arm in going_on for variable in arm.environment.written())
        changed = [
            (variable, index)
            for variable in written
            if variable in self.environment
            for index in self._changed(variable, going_on)
        ]
        yields = [(*(arm.environment[v][i] for v, i in changed), *arm.value) for arm in arms]
        results = tuple(self.builder.fresh(value.kind) for value in yields[0 if going_on[0] is arms[0] else 1])
        regions = [
            nodes.Region(arm.statements, () if arm.ends_script else values)
            for arm, values in zip(arms, yields, strict=True)
        ]
        self.builder.write(nodes.If(span, condition, regions[0], regions[1], results))
        self._take_over(changed, results)
        return results[len(changed) :]

    def _arm(self, lower: Callable[[], Leaves]) -> _LoweredArm:
        outer, self.environment = self.environment, self.environment.copy()
        with self.builder.region() as statements:
            value = lower()
            arm = _LoweredArm(tuple(statements), self.builder.is_over, value, self.environment)
        self.environment = outer
        return arm

    def _changed(self, variable: Variable, arms: list[_LoweredArm]) -> list[int]:
        """Return the indices of a variable's leaves that the arms change, in order."""
        before = self.environment[variable]
        found = {
            index
            for arm in arms
            if (after := arm.environment[variable]) is not before
            for index, (old, new) in enumerate(zip(before, after, strict=True))
            if old is not new
        }
        return sorted(found)

    def _take_over(self, changed: list[tuple[Variable, int]], results: Leaves) -> None:
        """Assign results to changed leaves of variables."""
        variables = {variable: list(self.environment[variable]) for variable, _ in changed}
        for (variable, index), result in zip(changed, results, strict=False):
            variables[variable][index] = result
        for variable, held in variables.items():
            self.environment[variable] = tuple(held)

    # Expressions ------------------------------------------------------------------------------------------------------

    def _one(self, expression: typed.Expression) -> nodes.Value:
        value = self.value(expression)
        if len(value) != 1:
            raise InternalError(f"{len(value)} leaves where one was expected")
        return value[0]

    def value(self, expression: typed.Expression) -> Leaves:  # noqa: C901 - one arm per kind of node
        """Lower an expression and its effects; return its leaves."""
        match expression:
            case typed.Literal(span=span, type=kind, value=value):
                return (self.builder.constant(span, kind.kind, value),)
            case typed.LocalValue(local=local):
                return self.environment[local.name, local.number]
            case typed.This():
                return self.environment[None]
            case typed.StaticValue(key=key):
                return self.environment[key]
            case typed.Field() | typed.Index() if typed.is_place(expression):
                return self._read(self._locate(expression))
            case typed.Field(base=base, name=name):
                return arrays.read(self.builder, self.value(base), (Part(*self.layout.field(base.type, name)),))
            case typed.Index(base=base):
                array = self.value(base)
                return arrays.read(self.builder, array, (self._step(expression),))
            case typed.Apply():
                return self._apply(expression)
            case typed.Equals(span=span, left=left, right=right):
                return equal(self.builder, span, self.value(left), self.value(right))
            case typed.FlattenSha256(span=span, operand=operand):
                return self._flattened_hash(span, self.value(operand))
            case typed.CheckMultiSig():
                return self._check_multi_sig(expression)
            case typed.Cast(operand=operand):
                return self.value(operand)
            case typed.And() | typed.Or() | typed.Conditional():
                return self._choice(expression)
            case typed.Increment():
                return self._increment(expression)
            case typed.Invoke():
                return self._invoke(expression)
            case typed.Construct(span=span, type=library, arguments=arguments):
                return self.construct(span, library.name, [self.value(argument) for argument in arguments])
            case typed.Repeat() | typed.ArrayLength() | typed.ArrayLiteral() | typed.StructLiteral():
                return self._aggregate(expression)
            case _:
                assert_never(expression)

    def _choice(self, expression: typed.Choice) -> Leaves:
        match expression:
            case typed.And(span=span, left=left, right=right):
                return self._branch(span, self._one(left), lambda: self.value(right), lambda: self.builder.false(span))
            case typed.Or(span=span, left=left, right=right):
                return self._branch(span, self._one(left), lambda: self.builder.true(span), lambda: self.value(right))
            case typed.Conditional(span=span, condition=condition, then=then, otherwise=otherwise):
                decided = self._one(condition)
                return self._branch(span, decided, lambda: self.value(then), lambda: self.value(otherwise))

    def _aggregate(self, expression: typed.Aggregate) -> Leaves:
        match expression:
            case typed.Repeat(type=array_type, operand=operand):
                return self.value(operand) * array_type.size
            case typed.ArrayLength(span=span, operand=operand):
                assert isinstance(operand.type, ArrayType), "as the check promises"
                self.value(operand)
                return (self.builder.constant(span, Kind.INT, operand.type.size),)
            case typed.ArrayLiteral(elements=elements):
                return tuple(leaf for element in elements for leaf in self.value(element))
            case typed.StructLiteral(values=values):
                return tuple(leaf for each in values for leaf in self.value(each))

    def _check_multi_sig(self, expression: typed.CheckMultiSig) -> Leaves:
        signatures, keys = self.value(expression.signatures), self.value(expression.keys)
        result = self.builder.fresh(Kind.BOOL)
        self.builder.write(nodes.CheckMultiSig(expression.span, result, signatures, keys))
        return (result,)

    def _apply(self, expression: typed.Apply) -> Leaves:
        operands = [self._one(operand) for operand in expression.operands]
        results = self.builder.apply(expression.span, expression.operation, *operands)
        return results or self.builder.true(expression.span)  # a lock-time check is true or aborts

    def _increment(self, expression: typed.Increment) -> Leaves:
        spot = self._locate(expression.place)
        old = self._read(spot)
        new = self.builder.apply(
            expression.span, Operation.ADD, *old, self.builder.number(expression.span, expression.step)
        )
        self._write(spot, new)
        return new if expression.prefix else old

    def _flattened_hash(self, span: Span, operand: Leaves) -> Leaves:
        joined, *others = (self.builder.apply(span, Operation.SHA256, self._bytes(span, leaf)) for leaf in operand)
        for each in others:
            joined = self.builder.apply(span, Operation.CONCATENATE, *joined, *each)
        return self.builder.apply(span, Operation.SHA256, *joined) if others else joined

    def _bytes(self, span: Span, leaf: nodes.Value) -> nodes.Value:
        """Return a leaf as bytes: a truth value becomes 01 or empty, for any item that a spender pushed."""
        match leaf.kind:
            case Kind.BYTES:
                return leaf
            case Kind.INT:
                return self.builder.apply(span, Operation.PACK, leaf)[0]
            case Kind.BOOL:
                items = (self.builder.item(span, Kind.BYTES, item) for item in (TRUE, FALSE))
                true, false = ((item,) for item in items)
                return self._branch(span, leaf, lambda: true, lambda: false)[0]
            case _:
                assert_never(leaf.kind)
