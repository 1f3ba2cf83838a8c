"""Symbolic evaluation of statements, calls and whole functions."""

from collections.abc import Iterator
from typing import assert_never

from penstock.artifact.artifact import BasicType, Kind
from penstock.artifact.template import Placeholder
from penstock.prove.script.chain_opcodes import handlers_of
from penstock.prove.script.machine import Run, execute
from penstock.prove.script.stack import bytes_of, number_in, truth_of
from penstock.prove.script.words import Word, block_of
from penstock.prove.terms.node import TRUE, Term
from penstock.prove.terms.numbers import number, plus
from penstock.prove.tree.context import NOTHING, Ended
from penstock.prove.tree.expressions import Expressions
from penstock.prove.tree.frame import Spot, read, write
from penstock.prove.tree.statics import statics_of
from penstock.prove.tree.values import Value, leaves_of, value_of, zero
from penstockc.language.types import ArrayType, LibraryType, StructType, Type, leaves
from penstockc.semantics import typed


class Evaluation(Expressions):
    """Evaluates public functions of a program."""

    __slots__ = ()

    def accepts(self, function: typed.Function, arguments: Iterator[Term]) -> Term:
        """Return when a call of a public function is accepted.

        Args:
            function: a public function of the main contract.
            arguments: its arguments' basic parts, in order.
        """
        try:
            this = self._contract()
            given = tuple(self._argument(local.type, arguments) for local in function.parameters)
            self._call(function, this, given)
        except Ended:
            if not self.path.is_over:
                self.path.fail()
        return self.path.accepts(TRUE)

    def _contract(self) -> Value:
        """Evaluate the statics, then the constructor on the placeholders."""
        for key in statics_of(self.program):
            write(self.frame, Spot(key), self.value(self.program.statics[key].initial))
        parameters = self.program.contract.constructor.parameters
        given = tuple(self._given(local.name, local.type) for local in parameters)
        return self.construct(self.program.main, given)

    def _given(self, name: str, kind: Type) -> Value:
        """Return a constructor's argument; of a library, what its own constructor makes of its arguments."""
        match kind:
            case BasicType():
                return self.placeholders(name)
            case ArrayType(element=element, size=size):
                return tuple(self._given(f"{name}[{at}]", element) for at in range(size))
            case StructType(fields=fields):
                leaves_ = (leaf for each, of in fields for leaf in leaves_of(self._given(f"{name}.{each}", of)))
                return value_of(kind, leaves_)
            case LibraryType(name=owner):
                constructor = self.program.classes[owner].constructor
                prefix = name if constructor.is_implicit else f"{name}.ctor"
                given = (self._given(f"{prefix}.{local.name}", local.type) for local in constructor.parameters)
                return self.construct(owner, tuple(given))

    def _argument(self, kind: Type, items: Iterator[Term]) -> Value:
        return value_of(kind, map(read_as, leaves(kind), items))

    # Calls ------------------------------------------------------------------------------------------------------------

    def construct(self, owner: str, arguments: tuple[Value, ...]) -> Value:
        """Return the instance that the constructor of a class makes."""
        definition = self.program.classes[owner]
        _, this = self._in(
            zero(definition.type), definition.constructor.parameters, arguments, definition.constructor.body
        )
        assert this is not None, "a constructor has an instance"
        return this

    def _in(
        self, this: Value | None, parameters: tuple[typed.Local, ...], arguments: tuple[Value, ...], body: typed.Block
    ) -> tuple[Value, Value | None]:
        """Run the body of a function; return its value, and `this` afterwards."""
        caller, self.frame = self.frame, self.frame.callee(this)
        try:
            for parameter, argument in zip(parameters, arguments, strict=True):
                write(self.frame, Spot((parameter.name, parameter.number)), argument)
            value = self._run(body)
            after = None if this is None else read(self.frame, Spot(None))
            caller.take_statics(self.frame)
        finally:
            self.frame = caller
        return value, after

    def _call(
        self, function: typed.Function, this: Value | None, arguments: tuple[Value, ...]
    ) -> tuple[Value, Value | None]:
        if isinstance(function.body, typed.Assembly):
            return self._assembled(function, function.body, arguments), this
        value, after = self._in(this, function.parameters, arguments, function.body)
        return (TRUE if function.result is None else value), after

    def invoke(self, expression: typed.Invoke) -> Value:
        """Evaluate a call: a receiver that is a place is read after the arguments, and written back."""
        receiver, function = expression.receiver, self.program.functions[expression.function]
        if receiver is None:
            return self._call(function, None, self.values(expression.arguments))[0]
        if not typed.is_place(receiver):
            this = self.value(receiver)
            return self._call(function, this, self.values(expression.arguments))[0]
        spot = self.locate(receiver)
        arguments = self.values(expression.arguments)
        result, changed = self._call(function, read(self.frame, spot), arguments)
        assert changed is not None, "a method has a receiver"
        write(self.frame, spot, changed)
        return result

    def _assembled(self, function: typed.Function, body: typed.Assembly, arguments: tuple[Value, ...]) -> Value:
        """Run hand-written code on the arguments' basic parts; one item is the result of a public function."""
        given = [leaf for argument in arguments for leaf in leaves_of(argument)]
        if function.result is not None:
            for leaf in given:
                self.use_bytes(leaf)
        kinds = (Kind.BOOL,) if function.result is None else leaves(function.result)
        words = (
            Word(
                at, Placeholder(function.key.variable(word.name)) if isinstance(word, typed.AssemblyVariable) else word
            )
            for at, (_, word) in enumerate(body.words)
        )
        run = Run(self.era, given, self.path, self.alt, self.separators, self.placeholders)
        execute(run, block_of(words), handlers_of(self.chain))
        self.separators, self.alt = run.separators, run.alt
        if self.path.is_over or len(run.stack) != len(kinds):
            self.path.fail()
            raise Ended
        if function.result is None:
            self.require([truth_of(run.stack[0])])
            return TRUE
        return value_of(function.result, iter([read_as(*pair) for pair in zip(kinds, run.stack, strict=True)]))

    # Statements -------------------------------------------------------------------------------------------------------

    def _run(self, block: typed.Block) -> Value:
        """Run a block; return the value of its `return`."""
        result = NOTHING
        for statement in block.statements:
            result = self._step(statement)
        return result

    def _step(self, statement: typed.Statement) -> Value:  # noqa: C901 - one arm per node of a closed union
        match statement:
            case typed.Declare(local=local, value=value):
                write(self.frame, Spot((local.name, local.number)), self.value(value))
            case typed.Assign(place=place, value=value):
                spot = self.locate(place)
                write(self.frame, spot, self.value(value))
            case typed.Require(condition=condition):
                self.require([self.term(condition)])
            case typed.Exit(condition=condition):
                self.path.end(self.term(condition))
                raise Ended
            case typed.If(condition=condition, then=then, otherwise=otherwise):
                self.branch(self.term(condition), lambda: self._effect(then), lambda: self._effect(otherwise))
            case typed.Loop(variable=variable, iterations=iterations):
                for count, iteration in enumerate(iterations):
                    if variable is not None:
                        write(self.frame, Spot((variable.name, variable.number)), number(count))
                    self._run(iteration)
            case typed.CodeSeparator():
                self.separators = plus(self.separators, 1)
            case typed.Evaluate(expression=expression):
                self.value(expression)
            case typed.Block():
                self._run(statement)
            case typed.Return(value=value):
                return self.value(value)
            case _:
                assert_never(statement)
        return NOTHING

    def _effect(self, block: typed.Block) -> Value:
        self._run(block)
        return NOTHING


def read_as(kind: Kind, item: Term) -> Term:
    """Return the value that an item means as an argument or result of a kind."""
    match kind:
        case Kind.INT:
            return number_in(item)
        case Kind.BOOL:
            return truth_of(item)
        case Kind.BYTES:
            return bytes_of(item)
