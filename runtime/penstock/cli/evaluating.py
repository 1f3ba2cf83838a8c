"""`penstock run --evaluate`: evaluates a call by the meaning of the language, next to the verdict on its script.

In: a source file, a spend, a call. Out: the evaluator's result for the call. The evaluator does not use stacks and
opcodes, so it and the script are unlikely to have the same error.
"""

from dataclasses import dataclass
from pathlib import Path

import penstock
from penstock.cli.loading import seen_from_here
from penstock.contract.spend import Spend
from penstock.evaluation.calls import evaluate_beside
from penstock.project.compiling import settings_of
from penstockc.meaning.evaluate import Outcome
from penstockc.pipeline import read_file
from penstockc.semantics import check
from penstockc.support.recursion_limit import raised_recursion_limit


@dataclass(frozen=True, slots=True)
class EvaluatedCall:
    """The evaluator's result for a call: the outcome, and the place that decided it, from 1."""

    outcome: Outcome
    file: str
    line: int
    column: int

    @property
    def as_text(self) -> str:
        """The outcome on one line."""
        word = "accepted" if self.outcome else "refused"
        return f"evaluated: {word}, {self.outcome.reason}, at {self.file}:{self.line}:{self.column}"

    @property
    def as_json(self) -> dict[str, object]:
        """The outcome for programs."""
        return {
            "accepted": self.outcome.accepted,
            "reason": self.outcome.reason,
            "source": {"file": self.file, "line": self.line, "column": self.column},
        }

    def difference(self, verdict: penstock.Verdict) -> str | None:
        """Return the message about a different result of the script; None if the results are equal."""
        if self.outcome.accepted == bool(verdict):
            return None
        script, meaning = ("accepts", "refuses") if verdict else ("refuses", "accepts")
        return (
            f"error: the script {script} a call that the language's meaning {meaning}.\n"
            "Either inline assembly reads more than the items that it is given, or the compiler is wrong: "
            "do not use the script, and please report the contract."
        )


def evaluation_of(file: Path, spend: Spend, call: penstock.Call, verdict: penstock.Verdict) -> EvaluatedCall:
    """Evaluate a call of the contract in a file.

    Args:
        file: the source that the spend's contract was compiled from.
        spend: the spend.
        call: a call of the contract, in that spend.
        verdict: the verdict on its script.
    """
    with raised_recursion_limit():
        program = check(read_file(file, settings_of(file).remappings))
    outcome = evaluate_beside(program, spend, call, verdict).outcome
    source = seen_from_here(program.sources, file).find(outcome.span.start)
    return EvaluatedCall(outcome, source.name, *source.position(outcome.span.start))
