"""Judged calls: the machine's verdict on the script of a call, beside the evaluator's result.

The verdict is the machine's, over the deployed bytes. If the evaluator disagrees, either the compiler is wrong or the
contract's assembly does more than it says: that is an error of its own.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from penstock.contract.contract import Call
from penstock.contract.spend import Spend
from penstock.errors import PenstockError, hides_frames
from penstock.evaluation.calls import Evaluated, evaluate_beside
from penstock.evaluation.programs import program_of
from penstock.evaluation.watching import Watch
from penstock.vm.judging.case import Phase
from penstock.vm.judging.verdict import Verdict
from penstockc.semantics import typed

__tracebackhide__ = hides_frames

_WHOLE: Final = frozenset({Phase.INPUT, Phase.TRANSACTION})
_LIMITS: Final = frozenset(
    {
        *("SCRIPT_SIZE", "PUSH_SIZE", "OP_COUNT", "STACK_SIZE", "RESOURCE_LIMIT", "TAPSCRIPT_VALIDATION_WEIGHT"),
        *("SCRIPTNUM", "SCRIPTNUM_OVERFLOW", "SIG_FINDANDDELETE"),
    }
)
"""Failures of the machine's limits, of which the language's meaning knows nothing."""


class DisagreementError(PenstockError):
    """The script and the language's meaning give different results for one call."""


@dataclass(frozen=True, slots=True)
class JudgedCall:
    """A call of a contract, with both results.

    Attributes:
        spend: the spend.
        call: the call.
        verdict: the machine's verdict.
        evaluated: the evaluator's result; None without the contract's sources.
    """

    spend: Spend = field(repr=False)
    call: Call
    verdict: Verdict
    evaluated: Evaluated | None = field(repr=False)

    @property
    def name(self) -> str:
        """The contract and its function, `HashLock.open`."""
        return f"{self.spend.contract.artifact.contract}.{self.call.function.name}"

    @property
    def accepted(self) -> bool:
        """Whether the script accepts the call; the transaction may be refused for another reason."""
        return bool(self.verdict) or self.verdict.script in _WHOLE


WatchFor = Callable[[typed.Program, Spend, Call], Watch | None]


def judge_call(spend: Spend, call: Call, verdict: Verdict, watch_for: WatchFor) -> JudgedCall:
    """Evaluate a call whose script has been judged.

    Args:
        spend: the spend.
        call: the call.
        verdict: the machine's verdict.
        watch_for: gives the watch for the evaluation.

    Raises:
        DisagreementError: the evaluator accepts what the script refuses, or the other way round.
    """
    program = program_of(spend.contract.artifact)
    if program is None:
        return JudgedCall(spend, call, verdict, None)
    evaluated = evaluate_beside(program, spend, call, verdict, watch_for(program, spend, call))
    judged = JudgedCall(spend, call, verdict, evaluated)
    if evaluated.outcome.accepted != judged.accepted and verdict.error not in _LIMITS:
        script, meaning = ("accepts", "refuses") if judged.accepted else ("refuses", "accepts")
        raise DisagreementError(
            f"{judged.name}: the script {script} a call that the language's meaning {meaning}"
            f" ({evaluated.outcome.reason}; {verdict!r}). Either inline assembly does more than it says, or the"
            " compiler is wrong: do not use the script, and please report the contract"
        )
    return judged
