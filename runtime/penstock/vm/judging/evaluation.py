"""State of judging one input: runs its scripts in order on one stack, and makes the verdict.

`steps` decides which scripts run; `witness` runs those of witness programs.
"""

from typing import Final, Protocol

from penstock.script.consensus import is_p2sh
from penstock.script.opcodes import Op
from penstock.tx.digests import Digests
from penstock.vm.execution.decode import decode
from penstock.vm.execution.machine import execute
from penstock.vm.execution.metered import Listener
from penstock.vm.execution.program import ScriptProgram
from penstock.vm.execution.program_cache import recall
from penstock.vm.items import Item, is_true
from penstock.vm.judging.case import Case, Phase
from penstock.vm.judging.checker import Checker, SignatureRecorder
from penstock.vm.judging.plan import JudgingPlan
from penstock.vm.judging.verdict import Verdict
from penstock.vm.opcodes.dialect import Dialect
from penstock.vm.reasons import Reason, ScriptError
from penstock.vm.run import Run

_UNLOCKING: Final = Phase.UNLOCKING  # saves the lookup of the member, which every verdict would make
_LOCKING: Final = Phase.LOCKING
_SILENT: Final = frozenset({Op.OP_NOP.value, Op.OP_ENDIF.value})


class Watcher(Listener, SignatureRecorder, Protocol):
    """Listener for everything: scripts, opcodes, signatures."""

    def script(self, phase: Phase, script: bytes) -> None:
        """Receive a script before it runs."""


class Evaluation:
    """The state of judging one case.

    Attributes:
        case: the case.
        plan: the steps.
        checker: the checks that need the transaction.
        phase: the script that is running, or ran last.
        stack: its stack.
        longest: upper bound in bytes on the items that a script starts with.
        state: the rest of its state; None before the first script.
        program: the decoded script; None before the first.
    """

    __slots__ = ("case", "checker", "longest", "phase", "plan", "program", "stack", "state", "watcher")

    def __init__(self, case: Case, steps: JudgingPlan, digests: Digests, watcher: Watcher | None = None) -> None:
        self.case = case
        self.plan = steps
        self.watcher = watcher
        self.longest = size = case.size
        self.checker = Checker(digests, case.input_index, case.value, steps.rules, size, watcher)
        self.phase = _UNLOCKING
        self.stack: list[Item] = []
        self.state: Run | None = None
        self.program: ScriptProgram | None = None

    def run(self, phase: Phase, script: bytes, words: Dialect, suffix: bytes = b"") -> None:
        """Run one script on the stack."""
        self.phase = phase
        self.state = None
        if len(script) > words.max_script_size:
            raise ScriptError(Reason.SCRIPT_SIZE)
        self.program = program = decode(script, words) if phase is _UNLOCKING else recall(script, words)
        self.state = state = Run(script, self.checker, suffix)
        if self.watcher is not None:
            self.watcher.script(phase, script)
        execute(program, self.stack, state, self.longest, self.watcher)

    def require_true(self) -> None:
        """Check that the script has left a true item on top of the stack."""
        top = self.stack[-1] if self.stack else 0
        if not (top if type(top) is int else is_true(top)):
            raise ScriptError(Reason.EVAL_FALSE)

    def passed(self) -> Verdict:
        """Return the verdict if all steps have passed."""
        state = self.state
        alt = tuple(state.alt) if state is not None and state.alt else ()
        return Verdict(None, None, self.phase, None, tuple(self.stack), alt, self.case)

    def failed(self, error: ScriptError) -> Verdict:
        """Return the verdict if a step has failed."""
        opcode = error.opcode
        if error.reason is Reason.EVAL_FALSE:
            opcode = self._last_opcode()
        elif self.program is not None and opcode == self.program.past_end:
            opcode = None
        line = self._source_line(opcode)
        alt = () if self.state is None else tuple(self.state.alt)
        return Verdict(error.reason.name, opcode, self.phase, line, tuple(self.stack), alt, self.case)

    def _last_opcode(self) -> int | None:
        """Return the index of the last opcode that has run, not counting those that do nothing."""
        if self.program is None or self.state is None:
            return None
        for index in reversed(self.state.trail):
            segment = self.program.segments[index]
            for place in reversed(range(len(segment.items))):
                if segment.codes[place] not in _SILENT:
                    return segment.start + place
        return None

    def _source_line(self, opcode: int | None) -> str | None:
        if opcode is None or self.case.artifact is None or self.phase is Phase.UNLOCKING:
            return None
        if self.phase is Phase.LOCKING and self.plan.p2sh and is_p2sh(self.case.locking):
            return None
        return self.case.artifact.source_line(opcode)
