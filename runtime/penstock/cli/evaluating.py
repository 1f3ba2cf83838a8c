"""`penstock run --evaluate`: evaluates a call by the meaning of the language, next to the verdict on its script.

In: a source file, a spend, a call. Out: the evaluator's result for the call. The evaluator does not use stacks and
opcodes, so it and the script are unlikely to have the same error.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import penstock
from penstock.artifact.basic_types import Kind
from penstock.cli.loading import seen_from_here
from penstock.cli.spend_oracle import SpendOracle
from penstock.contract.spend import Spend
from penstock.script.numbers import decode_number
from penstockc.language.operations import Value as BasicValue
from penstockc.language.types import Type, leaves
from penstockc.language.value_limits import ValueLimits
from penstockc.meaning.evaluate import Outcome, evaluate
from penstockc.meaning.values import unflattened
from penstockc.pipeline import read_file
from penstockc.semantics import check, typed
from penstockc.support.recursion_limit import raised_recursion_limit
from penstockc.targets import target_of

_READ: Final[dict[Kind, Callable[[bytes], BasicValue]]] = {
    Kind.INT: decode_number,
    Kind.BOOL: bool,
    Kind.BYTES: bytes,
}


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

    On a chain with short numbers a script may accept or refuse a long one, if a branch chooses between a number from
    outside and a computed one (`ValueLimits.packed`). In this case the evaluator adopts the script's result.

    Args:
        file: the source that the spend's contract was compiled from.
        spend: the spend.
        call: a call of the contract, in that spend.
        verdict: the verdict on its script.
    """
    with raised_recursion_limit():
        program = check(read_file(file))
        limits = target_of(spend.contract.artifact.chain).limits
        outcome = outcome_of(program, spend, call, limits)
        if outcome and not verdict and limits.packed != limits.operand:
            strict = outcome_of(program, spend, call, replace(limits, packed=limits.operand))
            outcome = outcome if strict else strict
    source = seen_from_here(program.sources, file).find(outcome.span.start)
    return EvaluatedCall(outcome, source.name, *source.position(outcome.span.start))


def outcome_of(program: typed.Program, spend: Spend, call: penstock.Call, limits: ValueLimits) -> Outcome:
    """Evaluate a call with the values of its stack items."""
    entry = next(each for each in program.entry_points if each.key.name == call.function.name)
    constructor = iter([argument.value for argument in spend.contract.arguments])
    items = iter(call.items)
    return evaluate(
        program,
        [unflattened(local.type, constructor) for local in program.contract.constructor.parameters],
        entry.key.name,
        [unflattened(local.type, _values(local.type, items)) for local in entry.parameters],
        limits=limits,
        spend=SpendOracle(spend),
    )


def _values(type_: Type, items: Iterator[bytes]) -> Iterator[BasicValue]:
    """Decode the stack items of one argument."""
    for kind in leaves(type_):
        yield _READ[kind](next(items))
