"""Interpreter of statements, expressions and calls over the values of a frame.

Everything happens strictly left to right; `&&`, `||` and `? :` evaluate only what they need. A place is located first,
its indices evaluated once and in order, and read or written last: an assigned one after the value, a
method's receiver after the arguments; the receiver is written back when the method returns.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import assert_never

from penstock.artifact.artifact import Kind
from penstock.records import Record
from penstock.script.numbers import as_bool
from penstockc.diagnostics import InternalError
from penstockc.language.abort import Abort
from penstockc.language.items import read_item, stack_bytes
from penstockc.language.operations import Operation
from penstockc.language.operations import Value as BasicValue
from penstockc.language.operators import EQUALITIES
from penstockc.language.types import ArrayType, Type, leaves
from penstockc.language.value_limits import ValueLimits
from penstockc.meaning.apply import apply, read_numbers
from penstockc.meaning.oracle import Oracle
from penstockc.meaning.places import Frame, Statics, ValuePlace, locate, part_of, read, write
from penstockc.meaning.values import RecordValue, Unread, Value, flattened, unflattened, unread, zero
from penstockc.semantics import typed
from penstockc.source import Span


class Finished(Exception):  # noqa: N818 - an outcome, not an error
    """End of the script: a `require` that is false, an abort, or an `exit` either way."""

    def __init__(self, span: Span, reason: str, *, accepted: bool = False) -> None:
        super().__init__(reason)
        self.span = span
        self.reason = reason
        self.accepted = accepted


class Interpreter(Record, frozen=True):
    """Runs the functions of one program on one spend. Its methods raise `Finished` when the script ends."""

    program: typed.Program
    limits: ValueLimits
    spend: Oracle
    statics: Statics

    # Calls ------------------------------------------------------------------------------------------------------------

    def construct(self, owner: str, arguments: tuple[Value, ...]) -> Value:
        """Return the instance that the constructor of class `owner` makes from its arguments."""
        definition = self.program.classes[owner]
        frame = self._frame(zero(definition.type), definition.constructor.parameters, arguments)
        self._run(definition.constructor.body, frame)
        return _this(frame)

    def call(
        self, function: typed.Function, this: Value | None, arguments: tuple[Value, ...]
    ) -> tuple[Value, Value | None]:
        """Run `function` on `this`; return its value (true for a public one) and `this` afterwards."""
        if isinstance(function.body, typed.Assembly):
            return self._assembled(function, function.body, arguments), this
        frame = self._frame(this, function.parameters, arguments)
        result = self._run(function.body, frame)
        return (True if result is None else result), frame.this

    def _frame(self, this: Value | None, parameters: tuple[typed.Local, ...], arguments: tuple[Value, ...]) -> Frame:
        frame = Frame(this, self.statics)
        for parameter, argument in zip(parameters, arguments, strict=True):
            frame.declare(parameter, argument)
        return frame

    def _invoke(self, expression: typed.Invoke, frame: Frame) -> Value:
        receiver, function = expression.receiver, self.program.functions[expression.function]
        if receiver is None:
            return self.call(function, None, self._values(expression.arguments, frame))[0]
        if not typed.is_place(receiver):
            this = self.value(receiver, frame)
            return self.call(function, this, self._values(expression.arguments, frame))[0]
        spot = self._locate(receiver, frame)
        arguments = self._values(expression.arguments, frame)
        result, changed = self.call(function, self._read(spot, receiver.span, frame), arguments)
        if changed is None:
            raise InternalError(f"{expression.function} lost its receiver")
        self._write(spot, changed, receiver.span, frame)
        return result

    def _assembled(self, function: typed.Function, body: typed.Assembly, arguments: tuple[Value, ...]) -> Value:
        """Run hand-written code on the arguments' leaves; one item is the result of a public function."""
        words = tuple(
            function.key.variable(word.name) if isinstance(word, typed.AssemblyVariable) else word
            for _, word in body.words
        )
        given = [stack_bytes(leaf) for leaf in flattened(arguments)]
        if function.result is not None:
            with _aborting(body.span):
                self._check_used_by_bytes(flattened(arguments))
        kinds = (Kind.BOOL,) if function.result is None else leaves(function.result)
        with _aborting(body.span):
            items = self.spend.run_assembly(words, given, len(kinds))
        if function.result is None:
            if not as_bool(items[0]):
                raise Finished(body.span, "the assembly leaves an item that is not true")
            return True
        return unread(unflattened(function.result, map(read_item, kinds, items)))

    # Places -----------------------------------------------------------------------------------------------------------

    def _locate(self, place: typed.Place, frame: Frame) -> ValuePlace:
        return locate(place, lambda element: self._index_of(element, frame))

    def _index_of(self, element: typed.Index, frame: Frame) -> int:
        """Evaluate the index of an element."""
        count = int(_basic(self.value(element.index, frame)))
        assert isinstance(element.base.type, ArrayType), "as the check promises"
        self.index(element, within=0 <= count < element.base.type.size)
        return count

    def _read(self, spot: ValuePlace, span: Span, frame: Frame) -> Value:
        with _aborting(span):
            return read(spot, frame)

    def _write(self, spot: ValuePlace, value: Value, span: Span, frame: Frame) -> None:
        with _aborting(span):
            write(spot, value, frame)

    # Statements -------------------------------------------------------------------------------------------------------

    def _run(self, block: typed.Block, frame: Frame) -> Value | None:
        """Run a block; return the value of its `return`, which only the last statement of a function can be."""
        result = None
        for statement in block.statements:
            self.reach(statement, frame)
            result = self._step(statement, frame)
        return result

    def _step(  # noqa: C901 - one arm per node of a closed union
        self, statement: typed.Statement, frame: Frame
    ) -> Value | None:
        match statement:
            case typed.Declare(local=local, value=value):
                frame.declare(local, self.value(value, frame))
            case typed.Assign(place=place, value=value):
                spot = self._locate(place, frame)
                self._write(spot, self.value(value, frame), place.span, frame)
            case typed.Require(condition=condition, span=span):
                self.require(span, condition, frame)
            case typed.Exit(condition=condition, span=span):
                raise Finished(span, "exit", accepted=self._decided(condition, frame))
            case typed.If(condition=condition, then=then, otherwise=otherwise):
                self._run(then if self._decided(condition, frame) else otherwise, frame)
            case typed.Loop(variable=variable, iterations=iterations):
                for count, iteration in enumerate(iterations):
                    if variable is not None:
                        frame.declare(variable, count)
                    self._run(iteration, frame)
            case typed.CodeSeparator():
                self.spend.separate_code()
            case typed.Evaluate(expression=expression):
                self.value(expression, frame)
            case typed.Block():
                self._run(statement, frame)
            case typed.Return(value=value):
                return self.value(value, frame)
            case _:
                assert_never(statement)
        return None

    def require(self, span: Span, condition: typed.Expression, frame: Frame) -> None:
        """Go on if a condition is true; an abort in it is a refusal too."""
        try:
            held = bool(self.value(condition, frame))
        except Finished as end:
            self.decide(span, end.accepted)
            raise
        self.decide(span, held)
        if not held:
            raise Finished(span, "the requirement is false")

    # Expressions ------------------------------------------------------------------------------------------------------

    def value(self, expression: typed.Expression, frame: Frame) -> Value:  # noqa: C901 - one arm per kind of node
        """Evaluate `expression` with its effects."""
        match expression:
            case typed.Literal(value=value):
                return value
            case typed.LocalValue() | typed.This() | typed.StaticValue():
                return read(ValuePlace(expression), frame)
            case typed.Field() | typed.Index() if typed.is_place(expression):
                return self._read(self._locate(expression, frame), expression.span, frame)
            case typed.Field(base=base, name=name):
                return part_of(self.value(base, frame), name)
            case typed.Index(span=span, base=base):
                array, count = self.value(base, frame), self._index_of(expression, frame)
                with _aborting(span):
                    return part_of(array, count)
            case typed.Apply():
                return self._apply(expression, frame)
            case typed.Equals(span=span, left=left, right=right):
                return self._equal(span, left.type, self.value(left, frame), self.value(right, frame))
            case typed.FlattenSha256(span=span, operand=operand):
                return self._flattened_hash(span, self.value(operand, frame))
            case typed.CheckMultiSig():
                return self._check_multi_sig(expression, frame)
            case typed.Cast(operand=operand):
                return self.value(operand, frame)
            case typed.And() | typed.Or() | typed.Conditional():
                return self._choice(expression, frame)
            case typed.Increment():
                return self._increment(expression, frame)
            case typed.Invoke():
                return self._invoke(expression, frame)
            case typed.Construct(type=library, arguments=arguments):
                return self.construct(library.name, self._values(arguments, frame))
            case typed.Repeat() | typed.ArrayLength() | typed.ArrayLiteral() | typed.StructLiteral():
                return self._aggregate(expression, frame)
            case _:
                assert_never(expression)

    def _decided(self, condition: typed.Expression, frame: Frame) -> bool:
        """Evaluate a condition that decides where to go on."""
        way = bool(self.value(condition, frame))
        self.decide(condition.span, way)
        return way

    # Hooks: here they do nothing, a subclass may take note -----------------------------------------------------------

    def reach(self, statement: typed.Statement, frame: Frame) -> None:
        """Take note of a statement that is about to run."""

    def decide(self, span: Span, way: bool) -> None:  # noqa: FBT001 - the value of the condition
        """Take note of the way that a condition, or a requirement, went."""

    def index(self, element: typed.Index, *, within: bool) -> None:
        """Take note of an index, and whether the array has it."""

    # Parts of expressions ---------------------------------------------------------------------------------------------

    def _choice(self, expression: typed.Choice, frame: Frame) -> Value:
        match expression:
            case typed.And(left=left, right=right):
                return self.value(right, frame) if self._decided(left, frame) else False
            case typed.Or(left=left, right=right):
                return True if self._decided(left, frame) else self.value(right, frame)
            case typed.Conditional(condition=condition, then=then, otherwise=otherwise):
                return self.value(then if self._decided(condition, frame) else otherwise, frame)

    def _aggregate(self, expression: typed.Aggregate, frame: Frame) -> Value:
        match expression:
            case typed.Repeat(type=array_type, operand=operand):
                return (self.value(operand, frame),) * array_type.size
            case typed.ArrayLength(operand=operand):
                array = self.value(operand, frame)
                assert isinstance(array, tuple), "as the check promises"
                return len(array)
            case typed.ArrayLiteral(elements=elements):
                return self._values(elements, frame)
            case typed.StructLiteral(type=struct, values=values):
                names = (name for name, _ in struct.fields)
                return RecordValue(dict(zip(names, self._values(values, frame), strict=True)))

    def _values(self, expressions: tuple[typed.Expression, ...], frame: Frame) -> tuple[Value, ...]:
        return tuple(self.value(expression, frame) for expression in expressions)

    def _increment(self, expression: typed.Increment, frame: Frame) -> Value:
        place, span = expression.place, expression.span
        spot = self._locate(place, frame)
        old = self._read(spot, place.span, frame)
        (new,) = self._applied(span, Operation.ADD, _basic(old), expression.step)
        self._write(spot, new, place.span, frame)
        return new if expression.prefix else old

    def _apply(self, expression: typed.Apply, frame: Frame) -> Value:
        operands = tuple(map(_basic, self._values(expression.operands, frame)))
        if expression.operation.meaning is None:
            with _aborting(expression.span):
                return self.ask(expression, operands)
        (result,) = self._applied(expression.span, expression.operation, *operands)
        return result

    def _applied(self, span: Span, operation: Operation, *operands: BasicValue) -> tuple[BasicValue, ...]:
        with _aborting(span):
            if operation.uses_bytes:
                self._check_used_by_bytes(operands)
            return tuple(
                int(each) if isinstance(each, Unread) else each for each in apply(operation, operands, self.limits)
            )

    def _check_used_by_bytes(self, operands: Iterable[BasicValue]) -> None:
        """Check operands whose bytes are used: raise `Abort` for a number from outside that is too long to read."""
        for operand in operands:
            if isinstance(operand, int) and not isinstance(operand, bool):
                limit = self.limits.operand if isinstance(operand, Unread) else self.limits.packed
                read_numbers(Operation.NORMALIZE, (operand,), limit)

    def _equal(self, span: Span, kind: Type, left: Value, right: Value) -> bool:
        """Compare leaf by leaf, all of them: a number that is too long aborts at any place."""
        equal = [
            self._applied(span, EQUALITIES[leaf], one, other)
            for leaf, one, other in zip(leaves(kind), flattened(left), flattened(right), strict=True)
        ]
        return all(each for (each,) in equal)

    def _flattened_hash(self, span: Span, value: Value) -> bytes:
        with _aborting(span):
            self._check_used_by_bytes(flattened(value))
        hashes = [self._applied(span, Operation.SHA256, stack_bytes(leaf))[0] for leaf in flattened(value)]
        joined, *others = hashes
        for each in others:
            (joined,) = self._applied(span, Operation.CONCATENATE, joined, each)
        if others:
            (joined,) = self._applied(span, Operation.SHA256, joined)
        return bytes(joined)

    def ask(self, expression: typed.Apply, operands: tuple[BasicValue, ...]) -> bool:
        """Return the answer of the spend: whether a signature is valid, or a lock time is met.

        Raises:
            Abort: the spend refuses an operand, or a lock time is not met.
        """
        operation = expression.operation
        match operation, operands:
            case Operation.CHECK_SIG, (bytes(signature), bytes(public_key)):
                return self.spend.check_sig(signature, public_key)
            case Operation.CHECK_LOCK_TIME, (int(lock_time),):
                read_numbers(operation, operands, self.limits.lock_time)
                self.spend.check_lock_time(lock_time)
            case Operation.CHECK_SEQUENCE, (int(sequence),):
                read_numbers(operation, operands, self.limits.lock_time)
                self.spend.check_sequence(sequence)
            case _:
                raise InternalError(f"{operation.name} has no meaning")
        return True

    def _check_multi_sig(self, expression: typed.CheckMultiSig, frame: Frame) -> bool:
        signatures = _byte_strings(self.value(expression.signatures, frame))
        public_keys = _byte_strings(self.value(expression.keys, frame))
        with _aborting(expression.span):
            return self.ask_for_several(expression, signatures, public_keys)

    def ask_for_several(
        self,
        expression: typed.CheckMultiSig,  # noqa: ARG002 - for subclasses
        signatures: tuple[bytes, ...],
        public_keys: tuple[bytes, ...],
    ) -> bool:
        """Return the answer of the spend: whether each signature is valid for one of the keys, in their order.

        Raises:
            Abort: the spend refuses a signature or a key.
        """
        return self.spend.check_multi_sig(signatures, public_keys)


@contextmanager
def _aborting(span: Span) -> Iterator[None]:
    """End the script at `span` if the code in the context aborts."""
    try:
        yield
    except Abort as abort:
        raise Finished(span, str(abort)) from None


def _this(frame: Frame) -> Value:
    if frame.this is None:
        raise InternalError("a constructor lost its instance")
    return frame.this


def _basic(value: Value) -> BasicValue:
    if not isinstance(value, int | bool | bytes):
        raise InternalError(f"an operation on {value!r}")
    return value


def _byte_strings(value: Value) -> tuple[bytes, ...]:
    if not isinstance(value, tuple):
        raise InternalError(f"checkMultiSig of {value!r}")
    return tuple(element for element in value if isinstance(element, bytes))
