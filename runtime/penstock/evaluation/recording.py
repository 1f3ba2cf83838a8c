"""The evaluator's interpreter and oracle for a call: they keep what explains it, and tell a watch what runs."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from penstock.evaluation.spend_oracle import SpendOracle
from penstock.evaluation.watching import Watch
from penstock.records import field
from penstockc.language.operations import Operation
from penstockc.language.operations import Value as BasicValue
from penstockc.meaning.interpreter import Finished, Interpreter
from penstockc.meaning.places import Frame
from penstockc.meaning.values import Value
from penstockc.semantics import typed
from penstockc.semantics.declarations.state import FUNCTIONS, LOAD
from penstockc.source import Span

_HANDING_ON: Final = frozenset(FUNCTIONS) - {LOAD}
"""Functions of a contract with state that write it."""


class RecordingInterpreter(Interpreter, frozen=True):
    """Keeps the state of the contract whenever it is handed on, and the requirements in which the call ended.

    Attributes:
        handed_on: result: the contract at each call of a function that writes its state.
        ended_in: result: the requirements that were being checked when the call ended, innermost first.
    """

    handed_on: list[Value] = field(default_factory=list)
    ended_in: list[Span] = field(default_factory=list)

    def require(self, span: Span, condition: typed.Expression, frame: Frame) -> None:
        """Go on if a condition is true; the requirement is noted if it ends the call."""
        try:
            Interpreter.require(self, span, condition, frame)
        except Finished:
            self.ended_in.append(span)
            raise

    def call(
        self, function: typed.Function, this: Value | None, arguments: tuple[Value, ...]
    ) -> tuple[Value, Value | None]:
        """Run a function; one that hands the state on is noted with it."""
        if this is not None and function.key.owner == self.program.main and function.key.name in _HANDING_ON:
            self.handed_on.append(this)
        return Interpreter.call(self, function, this, arguments)


class WatchedInterpreter(RecordingInterpreter, frozen=True, kw_only=True):
    """Tells a watch what runs."""

    watch: Watch

    def call(
        self, function: typed.Function, this: Value | None, arguments: tuple[Value, ...]
    ) -> tuple[Value, Value | None]:
        """Run a function that the watch is told of."""
        self.watch.call(function)
        result = RecordingInterpreter.call(self, function, this, arguments)
        self.watch.leave(function, result[0])
        return result

    def reach(self, statement: typed.Statement, frame: Frame) -> None:
        """Tell the watch of a statement."""
        self.watch.reach(statement, frame)

    def decide(self, span: Span, way: bool) -> None:  # noqa: FBT001 - the value of the condition
        """Tell the watch the way that a condition, or a requirement, went."""
        self.watch.decide(span, way)

    def index(self, element: typed.Index, *, within: bool) -> None:
        """Tell the watch of an index."""
        self.watch.index(element, within=within)

    def ask(self, expression: typed.Apply, operands: tuple[BasicValue, ...]) -> bool:
        """Return the answer of the spend; the watch is told how a check of a signature went."""
        if expression.operation is not Operation.CHECK_SIG:
            return Interpreter.ask(self, expression, operands)
        with self._answering(expression.span, is_empty=not operands[0]) as answers:
            answers.append(Interpreter.ask(self, expression, operands))
        return answers[0]

    def ask_for_several(
        self, expression: typed.CheckMultiSig, signatures: tuple[bytes, ...], public_keys: tuple[bytes, ...]
    ) -> bool:
        """Return the answer of the spend; the watch is told how the check went."""
        with self._answering(expression.span, is_empty=not any(signatures)) as answers:
            answers.append(Interpreter.ask_for_several(self, expression, signatures, public_keys))
        return answers[0]

    @contextmanager
    def _answering(self, span: Span, *, is_empty: bool) -> Iterator[list[bool]]:
        """Tell the watch of the answer that is put into a list; without one the check has aborted."""
        answers: list[bool] = []
        try:
            yield answers
        finally:
            self.watch.check_signature(span, "valid" if any(answers) else "empty" if is_empty else "wrong")


@dataclass(slots=True)
class RecordingOracle(SpendOracle):
    """Keeps the signature that was checked last if it did not hold, and whether a lock time was not met."""

    failed: bytes | None = None
    early: bool = False

    def check_lock_time(self, lock_time: int) -> None:
        """Compare the transaction's lock time with `lock_time` (BIP65)."""
        self.early = True
        SpendOracle.check_lock_time(self, lock_time)
        self.early = False

    def check_sequence(self, sequence: int) -> None:
        """Compare the input's sequence number with an age (BIP112)."""
        self.early = True
        SpendOracle.check_sequence(self, sequence)
        self.early = False

    def check_sig(self, signature: bytes, public_key: bytes) -> bool:
        """Return whether a signature is valid for a key."""
        self.failed = signature  # also if the check aborts
        is_good = SpendOracle.check_sig(self, signature, public_key)
        self.failed = None if is_good else signature
        return is_good
