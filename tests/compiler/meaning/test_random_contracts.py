"""Random contracts on random arguments: what the language means is what the compiled script does.

Each contract is compiled once and called several times, in real transactions with real signatures. Engines of others
judge the same transactions. The tally at the end makes sure that the cases were worth the while.
"""

from dataclasses import dataclass

import pytest
from differential import (
    Call,
    Compiled,
    Tally,
    compiled,
    evaluated,
    outside_judge_agrees,
    verdict_on,
)
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st
from random_contracts import call_arguments, constructor_arguments, contracts
from random_contracts.forms import FORMS, LOCK_TIMES

from penstock import Spend

CALLS = 10  # per contract
LOCKS = (0, 5, 100, 499_999_999, 500_000_000, 2**31)
SEQUENCES = (0xFFFF_FFFF, 0xFFFF_FFFE, 0, 5, 100, (1 << 22) | 100, 1 << 31)


@dataclass(frozen=True, slots=True)
class Plan:
    """A target, a form of its outputs, and how many contracts to try by default and in the long run."""

    target: str
    wrap: str
    contracts: int

    def __str__(self) -> str:
        return f"{self.target} {self.wrap}"


PLANS = [Plan("bsv", "bare", 200), Plan("btc", "bare", 80), Plan("btc", "p2wsh", 80)]


def try_contract(data: st.DataObject, plan: Plan, tally: Tally) -> None:
    """Draw a contract and calls of it; every verdict must be the same everywhere."""
    contract = data.draw(contracts(plan.target))
    of = compiled(contract)
    if of is None:
        tally.too_large += 1
        return
    tally.contracts += 1
    tally.constructs.update(contract.constructs)
    for _ in range(CALLS):
        call = data.draw(calls(of, plan))
        verdict = verdict_on(call)
        tally.reasons[call.reason] += 1
        if bool(call.outcome) != bool(verdict) or not outside_judge_agrees(call, verdict):
            note(call.explain(verdict))
            raise AssertionError("the verdicts differ")


@st.composite
def calls(draw: st.DrawFn, of: Compiled, plan: Plan) -> Call:
    """Return a call; in every other case one that is accepted, if three attempts find one."""
    attempts = draw(st.sampled_from((1, 3)))
    for _ in range(attempts):
        entry = draw(st.sampled_from(of.source.entry_points))
        call = evaluated(of, draw(spends(of, plan)), entry.name, draw(call_arguments(of.source, entry.parameters)))
        if call.outcome:
            break
    return call


@st.composite
def spends(draw: st.DrawFn, of: Compiled, plan: Plan) -> Spend:
    """Return a spend of an instance of the contract."""
    contract = of.artifact.instantiate(*draw(constructor_arguments(of.source)))
    return Spend(
        contract,
        value=1000,
        outputs=[(900, b"\x51")],
        version=draw(st.sampled_from((1, 2))),
        lock_time=draw(st.sampled_from(LOCKS)),
        sequence=draw(st.sampled_from(SEQUENCES)),
        wrap=plan.wrap,
    )


def run(plan: Plan, examples: int, phases: tuple[Phase, ...]) -> Tally:
    """Try so many contracts and return what they were."""
    tally = Tally()

    @settings(max_examples=examples, phases=phases, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def try_one(data: st.DataObject) -> None:
        try_contract(data, plan, tally)

    try_one()
    return tally


def assert_worth_the_while(plan: Plan, tally: Tally) -> None:
    """The cases went both ways, for many reasons, through every form of the language."""
    print(f"\n{plan}: {tally}")  # noqa: T201 - shown with -s, and when the test fails
    forms = [form for form in FORMS if plan.target == "bsv" or not form.bsv_only]
    if plan.target == "btc":
        forms += LOCK_TIMES
    assert tally.cases >= 0.8 * CALLS * plan.contracts
    assert tally.too_large <= 0.1 * tally.contracts
    assert 0.2 <= tally.share("accepted") <= 0.8
    assert tally.share("the requirement does not hold") >= 0.1
    assert len(tally.reasons) >= 8
    assert {form.name for form in forms} <= tally.constructs.keys()


@pytest.mark.parametrize("plan", PLANS, ids=str)
def test_evaluated_and_run_agree(plan: Plan) -> None:
    tally = run(plan, plan.contracts, (Phase.reuse, Phase.generate))  # to shrink takes minutes: the long test does
    assert_worth_the_while(plan, tally)


@pytest.mark.long
@pytest.mark.parametrize("plan", PLANS, ids=str)
def test_evaluated_and_run_agree_on_many(plan: Plan) -> None:
    assert_worth_the_while(plan, run(plan, 20 * plan.contracts, tuple(Phase)))
