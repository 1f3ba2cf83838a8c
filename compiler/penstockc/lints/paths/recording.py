"""A program -> the traces of its public functions: the lowered statements in order, with marks in between."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from penstock.artifact.artifact import BasicType
from penstock.records import Record
from penstockc.ir import nodes
from penstockc.ir.lowering.builder import Builder
from penstockc.ir.lowering.code import Lowering
from penstockc.ir.lowering.environment import Leaves
from penstockc.ir.lowering.script import ScriptLowering
from penstockc.semantics import typed
from penstockc.semantics.declarations.state import SCRIPT, is_state_text
from penstockc.source import Span
from penstockc.support.recursion_limit import raised_recursion_limit
from penstockc.targets import Target


class StateChange(Record, frozen=True):
    """A change of a `@state` property of the contract."""

    span: Span


class HandOver(Record, frozen=True):
    """The script of the next output was made, with the current state."""

    script: nodes.Value


class Fork(Record, frozen=True):
    """A branch, with the traces of both arms; `decides`: whether more than values depend on it."""

    branch: nodes.If
    then: "tuple[Step, ...]"
    otherwise: "tuple[Step, ...]"
    decides: bool


Step = nodes.Statement | StateChange | HandOver | Fork
Trace = tuple[Step, ...]


class EntryTrace(Record, frozen=True):
    """A public function: the argument values of each parameter, and its trace."""

    function: typed.Function
    arguments: tuple[tuple[nodes.Value, ...], ...]
    trace: Trace

    @property
    def loading(self) -> Span | None:
        """The place where its state is read: the first parameter that is a preimage."""
        preimages = (local for local in self.function.parameters if local.type is BasicType.SIG_HASH_PREIMAGE)
        return next((local.span for local in preimages), None)


class ProgramTraces(Record, frozen=True):
    """The traces of a program. `known` are the values that do not depend on the spend, as stack items."""

    prologue: Trace
    entries: tuple[EntryTrace, ...]
    preimages: frozenset[nodes.Value]
    """All values that had type SigHashPreimage somewhere."""
    lock_times: frozenset[nodes.Value]
    """All results of `SigHash.nLocktime`."""
    script_codes: frozenset[nodes.Value]
    """All results of `SigHash.scriptCode`."""
    known: dict[nodes.Value, bytes]

    @property
    def traces(self) -> tuple[Trace, ...]:
        """The traces of the prologue and of each public function."""
        return (self.prologue, *(entry.trace for entry in self.entries))


def record(program: typed.Program, target: Target) -> ProgramTraces:
    """Lower a program and record its traces."""
    recorder = TraceBuilder(target)
    code = RecordingCode(program, recorder)
    code.recorder = recorder
    with raised_recursion_limit():
        script = ScriptLowering(program, target, code=code).script()
    functions = program.entry_points
    prologue, traces = tuple(recorder.trace), recorder.functions
    arguments = [script.arguments]
    if len(functions) > 1:
        dispatch = script.body.statements[-1]
        assert isinstance(dispatch, nodes.Dispatch), "several public functions have a dispatch"
        arguments = [function.arguments for function in dispatch.functions]
    elif functions:
        prologue, traces = (), [prologue]
    entries = (
        EntryTrace(function, tuple(_by_parameter(code, function, values)), trace)
        for function, values, trace in zip(functions, arguments, traces, strict=False)
    )
    return ProgramTraces(
        prologue,
        tuple(entries),
        frozenset(code.preimages),
        frozenset(code.lock_times),
        frozenset(code.script_codes),
        dict(recorder.items),
    )


def _by_parameter(code: Lowering, function: typed.Function, values: Leaves) -> Iterator[Leaves]:
    start = 0
    for parameter in function.parameters:
        size = code.layout.size(parameter.type)
        yield values[start : start + size]
        start += size


def _decides(step: Step) -> bool:
    """Return whether a step can end the script, or affects the state."""
    match step:
        case Fork(decides=decides):
            return decides
        case nodes.Require() | nodes.Exit() | nodes.Assembly() | StateChange() | HandOver():
            return True
        case _:
            return False


@dataclass(slots=True)
class TraceBuilder(Builder):
    """A builder that records the trace in addition to the statements."""

    trace: list[Step] = field(default_factory=list)
    left: list[Trace] = field(default_factory=list)
    """The traces of closed regions within the open one that belong to no statement yet."""
    functions: list[Trace] = field(default_factory=list)

    def write(self, statement: nodes.Statement) -> None:
        """Append a statement, to the trace too."""
        is_over = self.is_over
        Builder.write(self, statement)  # `super()` does not work in classes with slots
        if isinstance(statement, nodes.Dispatch):
            self.functions, self.left = self.left, []
        elif isinstance(statement, nodes.If):
            then, otherwise = self.left or ((), ())  # a choice between values has no code in its arms
            self.left = []
            written = self.statements[-1] if self.statements else None
            if isinstance(written, nodes.If) and not is_over:
                self.trace.append(Fork(written, then, otherwise, any(map(_decides, (*then, *otherwise)))))
        elif not is_over:
            self.trace.append(self.statements[-1])

    def mark(self, mark: StateChange | HandOver) -> None:
        """Append a mark."""
        if not self.is_over:
            self.trace.append(mark)

    @contextmanager
    def region(self) -> Iterator[list[nodes.Statement]]:
        """Write into a new region, with a new trace."""
        outer = self.trace, self.left
        self.trace, self.left = [], []
        with Builder.region(self) as statements:
            yield statements
        trace = tuple(self.trace)
        self.trace, self.left = outer
        self.left.append(trace)


@dataclass(slots=True)
class RecordingCode(Lowering):
    """Lowers code, and marks changes of the main contract's state."""

    recorder: TraceBuilder = field(init=False)
    preimages: set[nodes.Value] = field(default_factory=set)
    lock_times: set[nodes.Value] = field(default_factory=set)
    script_codes: set[nodes.Value] = field(default_factory=set)
    owner: str | None = None
    """The class whose function is being lowered; None in a constructor."""

    def construct(self, span: Span, owner: str, arguments: list[Leaves]) -> Leaves:
        """Run a constructor: its assignments to state do not count as a change."""
        outer, self.owner = self.owner, None
        instance = Lowering.construct(self, span, owner, arguments)
        self.owner = outer
        return instance

    def call(
        self, span: Span, function: typed.Function, this: Leaves | None, arguments: list[Leaves]
    ) -> tuple[Leaves, Leaves | None]:
        """Run a function."""
        outer, self.owner = self.owner, function.key.owner
        result = Lowering.call(self, span, function, this, arguments)
        self.owner = outer
        return result

    def statement(self, statement: typed.Statement) -> Leaves | None:
        """Lower a statement; mark an assignment that changes state."""
        if not isinstance(statement, typed.Assign):
            return Lowering.statement(self, statement)
        before = self._state()
        result = Lowering.statement(self, statement)
        self._mark_change(statement.span, before)
        return result

    def value(self, expression: typed.Expression) -> Leaves:
        """Lower an expression; mark its changes of state, and record preimages and lock times."""
        is_change = isinstance(expression, typed.Increment) or (
            isinstance(expression, typed.Invoke) and not isinstance(expression.receiver, typed.This)
        )
        before = self._state() if is_change else None
        result = Lowering.value(self, expression)
        if is_change:
            self._mark_change(expression.span, before)
        if expression.type is BasicType.SIG_HASH_PREIMAGE:
            self.preimages.update(result)
        if isinstance(expression, typed.Invoke):
            self._note_call(expression.function, result)
        return result

    def _note_call(self, function: typed.MemberKey, result: Leaves) -> None:
        if function == typed.MemberKey(self.program.main, SCRIPT):
            self.recorder.mark(HandOver(result[0]))
        elif function == typed.MemberKey("SigHash", "nLocktime"):
            self.lock_times.update(result)
        elif function == typed.MemberKey("SigHash", "scriptCode"):
            self.script_codes.update(result)

    def _state(self) -> Leaves | None:
        """Return the leaves of the contract's state, in one of its functions."""
        if self.owner != self.program.main or None not in self.environment:
            return None
        this, contract = self.environment[None], self.program.contract
        if not any(entry.is_state for entry in contract.properties):
            return None
        spots = (self.layout.field(contract.type, entry.name) for entry in contract.properties if entry.is_state)
        return tuple(leaf for start, size in spots for leaf in this[start : start + size])

    def _mark_change(self, span: Span, before: Leaves | None) -> None:
        if before is not None and before != self._state() and not is_state_text(span):
            self.recorder.mark(StateChange(span))
