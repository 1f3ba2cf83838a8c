"""Results reported as the same in every spend are so: random contracts, evaluated on random arguments."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

import pytest
from hypothesis import HealthCheck, Phase, given, settings

import penstockc.meaning.evaluate as evaluation
from penstock import Spend
from penstockc.diagnostics import Diagnostic
from penstockc.errors.warnings.constancy import AlwaysFails, AlwaysFalse, AlwaysTrue, DeadArm, UnreachableCode
from penstockc.language.operations import Operation
from penstockc.lints.constancy.walking import constant_results
from penstockc.meaning.interpreter import Interpreter
from penstockc.meaning.places import Frame
from penstockc.meaning.values import Value
from penstockc.semantics import typed
from penstockc.source import Span
from tests.support.compiling.programs import program_of
from tests.support.compiling.targets import TARGETS
from tests.support.generators.differential import compiled, evaluated
from tests.support.generators.random_contracts import (
    Chooser,
    call_arguments,
    choosers,
    constructor_arguments,
    random_contract,
)

CALLS: Final = 6
CONTRACTS: Final = {"bsv": 60, "btc": 30}


@dataclass
class Seen:
    """What evaluations came by: values of conditions, expressions that were finished, code that was run."""

    values: set[tuple[Span, bool]] = field(default_factory=set)
    finished: set[Span] = field(default_factory=set)
    run: set[Span] = field(default_factory=set)

    def contradicts(self, claim: Diagnostic) -> bool:
        match claim:
            case AlwaysTrue(span=span):
                return (span, False) in self.values
            case AlwaysFalse(span=span):
                return (span, True) in self.values
            case AlwaysFails(span=span):
                return span in self.finished
            case DeadArm(span=span) | UnreachableCode(span=span):
                return span in self.run
            case _:
                raise AssertionError(claim)


SEEN = Seen()


class Watching(Interpreter, frozen=True):
    """An evaluator that records the places it passes."""

    def value(self, expression: typed.Expression, frame: Frame) -> Value:
        SEEN.run.add(expression.span)
        match expression:
            case typed.Apply(operation=Operation.NOT, operands=(inner,)) if inner.span == expression.span:
                equal = self.unwatched(inner, frame)  # `a != b`: only the outer one is written
                value: Value = not equal
            case _:
                value = super().value(expression, frame)
        if isinstance(value, bool):
            SEEN.values.add((expression.span, value))
        SEEN.finished.add(expression.span)
        return value

    def unwatched(self, expression: typed.Expression, frame: Frame) -> Value:
        return super().value(expression, frame)

    def _run(self, block: typed.Block, frame: Frame) -> Value | None:
        if block.statements:
            SEEN.run.add(block.span)
        return super()._run(block, frame)

    def _step(self, statement: typed.Statement, frame: Frame) -> Value | None:
        SEEN.run.add(statement.span)
        return super()._step(statement, frame)


def try_contract(choose: Chooser, target: str, claimed: Counter[str]) -> None:
    """Make a contract, and call it; no call may contradict the reports about it."""
    contract = random_contract(choose, target, 4)
    found = list(constant_results(program_of(contract.text, contract.load), TARGETS[target]))
    by_types = [claim for claim in found if "by their types" in claim.message]  # casts get round them
    claims = [claim for claim in found if claim not in by_types and not (by_types and isinstance(claim, DeadArm))]
    claimed.update(claim.code for claim in claims)
    of = compiled(contract) if claims else None
    if of is None:
        return
    for seen in (SEEN.values, SEEN.finished, SEEN.run):
        seen.clear()
    for _ in range(CALLS):
        entry = choose.one_of(contract.entry_points)
        spend = Spend(of.artifact.instantiate(*constructor_arguments(choose, contract)), value=1000)
        evaluated(of, spend, entry.name, call_arguments(choose, contract, entry.parameters))
    for claim in claims:
        source = of.program.sources.find(claim.span.start)
        text = source.text[claim.span.start - source.base : claim.span.end - source.base]
        assert not SEEN.contradicts(claim), f"{claim.message}: {text}\n{contract.text}"


@pytest.mark.long
@pytest.mark.parametrize("target", CONTRACTS)
def test_no_evaluation_contradicts_them(target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluation, "Interpreter", Watching)
    claimed: Counter[str] = Counter()

    @settings(
        max_examples=CONTRACTS[target],
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        deadline=None,
    )
    @given(choosers())
    def run(choose: Chooser) -> None:
        try_contract(choose, target, claimed)

    run()
    assert claimed.total() > 20, claimed
