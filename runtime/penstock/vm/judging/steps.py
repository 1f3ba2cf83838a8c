"""Steps of judging an input: unlocking script, locking script, redeem script, witness.

In: a case. Out: its verdict. The steps are those of the nodes' `VerifyScript`, in the same order, because the first
failure gives the error its name.
"""

from typing import Final

from penstock.script.consensus import is_p2sh
from penstock.script.pushes import is_push_only, push_data
from penstock.script.witness_program import witness_program
from penstock.tx.digests import Digests
from penstock.vm.execution.decode import plain_pushes
from penstock.vm.items import Item, as_bytes, size_of
from penstock.vm.judging.case import Case, Phase
from penstock.vm.judging.evaluation import Evaluation, Watcher
from penstock.vm.judging.plan import plan
from penstock.vm.judging.relay import input_fault
from penstock.vm.judging.verdict import Verdict
from penstock.vm.judging.witness import run_program
from penstock.vm.opcodes.dialect import Dialect, dialect
from penstock.vm.opcodes.setting import ITEM_OVERHEAD
from penstock.vm.reasons import Reason, ScriptError

_UNLOCKING: Final = Phase.UNLOCKING  # saves the lookup of the member, which every verdict would make
_LOCKING: Final = Phase.LOCKING


def judge(case: Case, digests: Digests | None = None, watcher: Watcher | None = None) -> Verdict:
    """Judge a case.

    Args:
        case: the case.
        digests: the digests of its transaction, if they exist already.
        watcher: called for every script, opcode and signature.
    """
    steps = plan(case.rules, case.tx.version > 1)
    evaluation = Evaluation(case, steps, digests or Digests(case.tx, case.spent_outputs), watcher)
    try:
        evaluate(evaluation)
    except ScriptError as error:
        return evaluation.failed(error)
    verdict = evaluation.passed()
    fault = input_fault(case) if steps.relay else None
    return verdict if fault is None else verdict.refused(fault.rule.name, Phase.INPUT)


def evaluate(evaluation: Evaluation) -> None:
    """Run all steps.

    Raises:
        ScriptError: a step fails.
    """
    case, steps, base = evaluation.case, evaluation.plan, evaluation.plan.base
    if steps.contradictory:
        raise ScriptError(Reason.INVALID_FLAGS)
    items = plain_pushes(case.unlocking, base) if evaluation.watcher is None else None
    if items is not None:
        evaluation.stack = items
    else:
        if steps.push_only and not is_push_only(case.unlocking):
            raise ScriptError(Reason.SIG_PUSHONLY)
        evaluation.run(_UNLOCKING, case.unlocking, base, case.locking if steps.signs_locking else b"")
        evaluation.longest = max([evaluation.longest, *map(size_of, evaluation.stack)])
        base = _after_unlocking(evaluation)
    p2sh = steps.p2sh and is_p2sh(case.locking)
    saved = evaluation.stack.copy() if p2sh else []
    evaluation.run(_LOCKING, case.locking, base)
    evaluation.require_true()
    # a script that pays to a script hash is not a witness program itself
    witnessed = _run_redeem(evaluation, saved) if p2sh else steps.witness and _run_witness(evaluation, case.locking)
    if steps.clean_stack_without_p2sh:
        raise ScriptError(Reason.INVALID_FLAGS)
    if steps.clean_stack and len(evaluation.stack) != 1:
        raise ScriptError(Reason.CLEANSTACK)
    if steps.witness and case.witness and not witnessed:
        raise ScriptError(Reason.WITNESS_UNEXPECTED)


def _after_unlocking(evaluation: Evaluation) -> Dialect:
    """Return the dialect of the locking script.

    Where memory is limited, the items that the unlocking script leaves on its second stack still count, although the
    stack is gone: the node does not release them.
    """
    base, state = evaluation.plan.base, evaluation.state
    if state is None or not state.alt or base.setting.spacious:
        return base
    left_behind = sum(size_of(item) + ITEM_OVERHEAD for item in state.alt)
    memory = base.setting.limits.stack_memory - left_behind
    return dialect(evaluation.plan.rules.with_limits(stack_memory=memory))


def _run_redeem(evaluation: Evaluation, saved: list[Item]) -> bool:
    """Run the redeem script (BIP16); return whether it was a witness program."""
    if not is_push_only(evaluation.case.unlocking):
        raise ScriptError(Reason.SIG_PUSHONLY)
    evaluation.stack = saved
    redeem = as_bytes(evaluation.stack.pop())
    evaluation.run(Phase.REDEEM, redeem, evaluation.plan.base)
    evaluation.require_true()
    return evaluation.plan.witness and _run_witness(evaluation, redeem, nested=True)


def _run_witness(evaluation: Evaluation, script: bytes, *, nested: bool = False) -> bool:
    """Run the witness if `script` is a witness program (BIP141); return whether it is one."""
    program = witness_program(script)
    if program is None:
        return False
    if evaluation.case.unlocking != (push_data(script) if nested else b""):
        raise ScriptError(Reason.WITNESS_MALLEATED_P2SH if nested else Reason.WITNESS_MALLEATED)
    run_program(evaluation, program, nested=nested)
    return True
