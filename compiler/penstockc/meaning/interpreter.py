"""The meaning of statements, expressions and calls: what each does to the values of a frame.

Everything happens strictly left to right; `&&`, `||` and `? :` evaluate only what they need. A method reads its
receiver when its arguments are known, and writes it back when it returns.
"""

from dataclasses import dataclass
from typing import assert_never

from penstockc.diagnostics import InternalError
from penstockc.language.abort import Abort
from penstockc.language.operations import Operation
from penstockc.language.operations import Value as BasicValue
from penstockc.meaning.apply import apply, read_numbers
from penstockc.meaning.limits import Limits
from penstockc.meaning.oracle import Oracle
from penstockc.meaning.places import Frame, Statics, field_of, is_place, read, write
from penstockc.meaning.values import Value, zero
from penstockc.semantics import typed
from penstockc.source import Span


class Finished(Exception):  # noqa: N818 - an outcome, not an error
    """The script ends here: a `require` that does not hold, an abort, or an `exit` either way."""

    def __init__(self, span: Span, reason: str, *, accepted: bool = False) -> None:
        super().__init__(reason)
        self.span = span
        self.reason = reason
        self.accepted = accepted


@dataclass(frozen=True, slots=True)
class Interpreter:
    """Runs the functions of one program on one spend. Its methods raise `Finished` when the script ends."""

    program: typed.Program
    limits: Limits
    spend: Oracle
    statics: Statics

    # Calls ------------------------------------------------------------------------------------------------------------

    def construct(self, owner: str, arguments: tuple[Value, ...]) -> Value:
        """Return what the constructor of class `owner` makes of its arguments."""
        definition = self.program.classes[owner]
        frame = self._frame(zero(definition.type), definition.constructor.parameters, arguments)
        self._run(definition.constructor.body, frame)
        return _this(frame)

    def call(
        self, function: typed.Function, this: Value | None, arguments: tuple[Value, ...]
    ) -> tuple[Value, Value | None]:
        """Run `function` on `this`; return its value (true for a public one) and `this` as it left it."""
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
        if not is_place(receiver):
            this = self.value(receiver, frame)
            return self.call(function, this, self._values(expression.arguments, frame))[0]
        arguments = self._values(expression.arguments, frame)
        result, changed = self.call(function, read(receiver, frame), arguments)
        if changed is None:
            raise InternalError(f"{expression.function} lost its receiver")
        write(receiver, changed, frame)
        return result

    # Statements -------------------------------------------------------------------------------------------------------

    def _run(self, block: typed.Block, frame: Frame) -> Value | None:
        """Run a block; return the value of its `return`, which only the last statement of a function can be."""
        result = None
        for statement in block.statements:
            result = self._step(statement, frame)
        return result

    def _step(self, statement: typed.Statement, frame: Frame) -> Value | None:
        match statement:
            case typed.Declare(local=local, value=value):
                frame.declare(local, self.value(value, frame))
            case typed.Assign(place=place, value=value):
                write(place, self.value(value, frame), frame)
            case typed.Require(condition=condition, span=span):
                if not self.value(condition, frame):
                    raise Finished(span, "the requirement does not hold")
            case typed.Exit(condition=condition, span=span):
                accepted = bool(self.value(condition, frame))
                raise Finished(span, "exit", accepted=accepted)
            case typed.If(condition=condition, then=then, otherwise=otherwise):
                self._run(then if self.value(condition, frame) else otherwise, frame)
            case typed.Evaluate(expression=expression):
                self.value(expression, frame)
            case typed.Block():
                self._run(statement, frame)
            case typed.Return(value=value):
                return self.value(value, frame)
            case _:
                assert_never(statement)
        return None

    # Expressions ------------------------------------------------------------------------------------------------------

    def value(  # noqa: C901, PLR0912 - one arm per node of a closed union
        self, expression: typed.Expression, frame: Frame
    ) -> Value:
        """Return the value of `expression`, with its effects done."""
        match expression:
            case typed.Literal(value=value):
                return value
            case typed.LocalValue() | typed.This() | typed.StaticValue():
                return read(expression, frame)
            case typed.Field(base=base, name=name):
                return field_of(self.value(base, frame), name)
            case typed.Apply():
                return self._apply(expression, frame)
            case typed.CheckMultiSig():
                return self._check_multi_sig(expression, frame)
            case typed.Cast(operand=operand):
                return self.value(operand, frame)
            case typed.And(left=left, right=right):
                return self.value(right, frame) if self.value(left, frame) else False
            case typed.Or(left=left, right=right):
                return True if self.value(left, frame) else self.value(right, frame)
            case typed.Conditional(condition=condition, then=then, otherwise=otherwise):
                return self.value(then if self.value(condition, frame) else otherwise, frame)
            case typed.Increment():
                return self._increment(expression, frame)
            case typed.Invoke():
                return self._invoke(expression, frame)
            case typed.Construct(type=library, arguments=arguments):
                return self.construct(library.name, self._values(arguments, frame))
            case typed.ArrayLiteral(elements=elements):
                return self._values(elements, frame)
            case _:
                assert_never(expression)

    def _values(self, expressions: tuple[typed.Expression, ...], frame: Frame) -> tuple[Value, ...]:
        return tuple(self.value(expression, frame) for expression in expressions)

    def _increment(self, expression: typed.Increment, frame: Frame) -> Value:
        old = read(expression.place, frame)
        try:
            (new,) = apply(Operation.ADD, (_basic(old), expression.step), self.limits)
        except Abort as abort:
            raise Finished(expression.span, str(abort)) from None
        write(expression.place, new, frame)
        return new if expression.prefix else old

    def _apply(self, expression: typed.Apply, frame: Frame) -> Value:
        operands = tuple(map(_basic, self._values(expression.operands, frame)))
        try:
            if expression.operation.meaning is None:
                return self._ask(expression.operation, operands)
            (result,) = apply(expression.operation, operands, self.limits)
        except Abort as abort:
            raise Finished(expression.span, str(abort)) from None
        return result

    def _ask(self, operation: Operation, operands: tuple[BasicValue, ...]) -> bool:
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
                raise InternalError(f"nobody knows what {operation.name} means")
        return True

    def _check_multi_sig(self, expression: typed.CheckMultiSig, frame: Frame) -> bool:
        signatures = _byte_strings(self.value(expression.signatures, frame))
        public_keys = _byte_strings(self.value(expression.keys, frame))
        try:
            return self.spend.check_multi_sig(signatures, public_keys)
        except Abort as abort:
            raise Finished(expression.span, str(abort)) from None


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
