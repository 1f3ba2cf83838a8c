"""Judging an input, step by step: unlocking script, locking script, redeem script, witness.

In: a case. Out: its verdict. The steps are those of the nodes' `VerifyScript`, in their order, because the first one
that fails gives the error its name.
"""

from typing import Final, Protocol

from penstock.script.opcodes import Op
from penstock.script.pushes import is_push_only, push_data
from penstock.tx.digests import Digests
from penstock.vm.case import Case, Phase
from penstock.vm.checker import Checker, Recorder
from penstock.vm.decode import decode, plain_pushes
from penstock.vm.dialect import Dialect, dialect
from penstock.vm.errors import Reason, ScriptError
from penstock.vm.items import Item, as_bytes, is_true, size_of
from penstock.vm.machine import execute
from penstock.vm.metered import Listener
from penstock.vm.plan import Plan, plan
from penstock.vm.program import Program
from penstock.vm.recall import recall
from penstock.vm.run import Run
from penstock.vm.setting import ITEM_OVERHEAD
from penstock.vm.verdict import Verdict
from penstock.vm.witness import run_program, witness_program

_P2SH_HEAD: Final = bytes((Op.OP_HASH160, 20))
_P2SH_TAIL: Final = bytes((Op.OP_EQUAL,))
_UNLOCKING: Final = Phase.UNLOCKING  # looking members up takes time, and every verdict needs these two
_LOCKING: Final = Phase.LOCKING
_SILENT: Final = frozenset({Op.OP_NOP.value, Op.OP_ENDIF.value})


class Watcher(Listener, Recorder, Protocol):
    """Who hears everything: scripts as they begin, every opcode, every signature."""

    def script(self, phase: Phase, script: bytes) -> None:
        """Hear that a script is about to run."""


def is_p2sh(script: bytes) -> bool:
    """Tell whether a locking script is the hash of a script (BIP16)."""
    return len(script) == 23 and script.startswith(_P2SH_HEAD) and script.endswith(_P2SH_TAIL)


def judge(case: Case, digests: Digests | None = None, watcher: Watcher | None = None) -> Verdict:
    """Judge a case.

    Args:
        case: what to judge.
        digests: the digests of its transaction, if they are there already.
        watcher: who wants to hear of everything.
    """
    steps = plan(case.rules, case.tx.version > 1)
    evaluation = Evaluation(case, steps, digests or Digests(case.tx, case.spent_outputs), watcher)
    try:
        evaluation.evaluate()
    except ScriptError as error:
        return evaluation.failed(error)
    return evaluation.passed()


class Evaluation:
    """The course of judging one case.

    Attributes:
        case: the case.
        plan: the steps.
        checker: who knows the transaction.
        phase: the script that is running, or has run last.
        stack: its stack.
        longest: bytes that no item exceeds that a script begins with.
        state: the rest of its state; None before the first script.
        program: the script decoded; None before the first.
    """

    __slots__ = ("case", "checker", "longest", "phase", "plan", "program", "stack", "state", "watcher")

    def __init__(self, case: Case, steps: Plan, digests: Digests, watcher: Watcher | None = None) -> None:
        self.case = case
        self.plan = steps
        self.watcher = watcher
        self.longest = size = case.size
        self.checker = Checker(digests, case.input_index, case.value, steps.rules, size, watcher)
        self.phase = _UNLOCKING
        self.stack: list[Item] = []
        self.state: Run | None = None
        self.program: Program | None = None

    def evaluate(self) -> None:
        """Go through all steps.

        Raises:
            ScriptError: a step fails.
        """
        case, steps, base = self.case, self.plan, self.plan.base
        if steps.contradictory:
            raise ScriptError(Reason.INVALID_FLAGS)
        items = plain_pushes(case.unlocking, base) if self.watcher is None else None
        if items is not None:
            self.stack = items
        else:
            if steps.push_only and not is_push_only(case.unlocking):
                raise ScriptError(Reason.SIG_PUSHONLY)
            self.run(_UNLOCKING, case.unlocking, base, case.locking if steps.signs_locking else b"")
            self.longest = max([self.longest, *map(size_of, self.stack)])
            base = self.after_unlocking()
        p2sh = steps.p2sh and is_p2sh(case.locking)
        saved = self.stack.copy() if p2sh else []
        self.run(_LOCKING, case.locking, base)
        self.require_true()
        # a script that pays to a script hash is no witness program itself
        witnessed = self.run_redeem(saved) if p2sh else steps.witness and self.run_witness(case.locking)
        if steps.clean_stack_without_p2sh:
            raise ScriptError(Reason.INVALID_FLAGS)
        if steps.clean_stack and len(self.stack) != 1:
            raise ScriptError(Reason.CLEANSTACK)
        if steps.witness and case.witness and not witnessed:
            raise ScriptError(Reason.WITNESS_UNEXPECTED)

    def after_unlocking(self) -> Dialect:
        """Return the dialect of the locking script.

        Where memory is limited, what the unlocking script leaves on its second stack goes on counting, though it is
        gone: the node forgets to give it back.
        """
        base, state = self.plan.base, self.state
        if state is None or not state.alt or base.setting.spacious:
            return base
        left_behind = sum(size_of(item) + ITEM_OVERHEAD for item in state.alt)
        memory = base.setting.limits.stack_memory - left_behind
        return dialect(self.plan.rules.with_limits(stack_memory=memory))

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
        """Demand that the script has left something true."""
        top = self.stack[-1] if self.stack else 0
        if not (top if type(top) is int else is_true(top)):
            raise ScriptError(Reason.EVAL_FALSE)

    def run_redeem(self, saved: list[Item]) -> bool:
        """Run the script behind the hash (BIP16); tell whether it was a witness program."""
        if not is_push_only(self.case.unlocking):
            raise ScriptError(Reason.SIG_PUSHONLY)
        self.stack = saved
        redeem = as_bytes(self.stack.pop())
        self.run(Phase.REDEEM, redeem, self.plan.base)
        self.require_true()
        return self.plan.witness and self.run_witness(redeem, nested=True)

    def run_witness(self, script: bytes, *, nested: bool = False) -> bool:
        """Run the witness if `script` is a witness program (BIP141); tell whether it is one."""
        program = witness_program(script)
        if program is None:
            return False
        if self.case.unlocking != (push_data(script) if nested else b""):
            raise ScriptError(Reason.WITNESS_MALLEATED_P2SH if nested else Reason.WITNESS_MALLEATED)
        run_program(self, program, nested=nested)
        return True

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
