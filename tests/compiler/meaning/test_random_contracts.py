"""Random contracts on random arguments: the evaluator and the compiled script agree.

Each contract is compiled once and called several times, in real transactions with real signatures. Engines of others
judge the same transactions. The tally at the end makes sure that the cases were worth the while.
"""

from dataclasses import dataclass, replace

import pytest
from hypothesis import HealthCheck, Phase, given, reject, settings

from penstock import ArgumentError, Contract, Spend
from tests.support.generators.contract_reducer import reduced
from tests.support.generators.differential import (
    Call,
    Compiled,
    Tally,
    compiled,
    evaluated,
    may_be_refused,
    outside_judge_agrees,
    repeated,
    spelled_otherwise,
    verdict_on,
)
from tests.support.generators.random_contracts import (
    Chooser,
    RandomContract,
    call_arguments,
    choosers,
    constructor_arguments,
    random_contract,
)
from tests.support.generators.random_contracts.forms import FORMS, LOCK_TIMES

CALLS = 15  # per contract
OUTPUTS = ([(900, b"\x51")], [(900, b"\x51")], [(300, b"\x51"), (600, b"\x52")])
ATTEMPTS = 50  # to find arguments that are lock times
PARTS = 8  # of a long run: several processes can share them, and a failure costs only its part
LOCKS = (0, 5, 100, 499_999_999, 500_000_000, 2**31)
SEQUENCES = (0xFFFF_FFFF, 0xFFFF_FFFE, 0, 5, 100, (1 << 22) | 100, 1 << 31)


@dataclass(frozen=True, slots=True)
class Plan:
    """A target, a form of its outputs, how many contracts to try, and how large their functions are.

    Contracts of another `part` are different ones, for any seed.
    """

    target: str
    wrap: str
    contracts: int
    forms_per_function: int = 4
    part: int = 0
    layout: str = "smallest"

    def __str__(self) -> str:
        return f"{self.target} {self.wrap} {self.layout}"


PLANS = [
    Plan("bsv", "bare", 60),
    Plan("btc", "bare", 40),
    Plan("btc", "p2wsh", 40),
    Plan("bsv", "bare", 40, layout="official"),
    Plan("btc", "p2wsh", 20, layout="official"),
]


def try_contract(choose: Chooser, plan: Plan, tally: Tally) -> None:
    """Make a contract and calls of it; every verdict must be the same everywhere."""
    contract = random_contract(choose, plan.target, plan.forms_per_function)
    of = compiled_or_explained(contract, plan.layout)
    if of is None:
        tally.too_large += 1
        return
    tally.contracts += 1
    tally.constructs.update(contract.constructs)
    for _ in range(CALLS):
        call = random_call(choose, of, plan)
        tally.reasons[call.reason] += 1
        assert everybody_agrees(call), explanation(call)


def compiled_or_explained(contract: RandomContract, layout: str) -> Compiled | None:
    """Compile a contract; show one on which the compiler fails as small as can be."""

    def failure(text: str) -> type[Exception] | None:
        try:
            compiled(replace(contract, text=text), layout)
        except Exception as error:  # noqa: BLE001 - the compiler should raise no other exception
            return type(error)
        return None

    try:
        return compiled(contract, layout)
    except Exception as error:
        kind = type(error)
        smaller = reduced(contract.text, lambda text: failure(text) is kind)
        raise AssertionError(f"compiling raises {error!r}:\n{smaller}") from error


def random_call(choose: Chooser, of: Compiled, plan: Plan) -> Call:
    """Return a call; in every other case one that is accepted, if three attempts find one."""
    attempts = choose.one_of((1, 3))
    while True:
        attempts -= 1
        entry = choose.one_of(of.source.entry_points)
        arguments = call_arguments(choose, of.source, entry.parameters)
        call = evaluated(of, random_spend(choose, of, plan), entry.name, arguments)
        if call.outcome or not attempts:
            return call


def random_spend(choose: Chooser, of: Compiled, plan: Plan) -> Spend:
    """Return a spend of an instance of the contract."""
    spend = Spend(
        random_instance(choose, of),
        value=1000,
        outputs=choose.one_of(OUTPUTS),
        version=choose.one_of((1, 2)),
        lock_time=choose.one_of(LOCKS),
        sequence=choose.one_of(SEQUENCES),
        wrap=plan.wrap,
        scripts_only=True,
    )
    for _ in range(choose.one_of((0, 0, 1, 2))):
        spend = spend.add_input(700, b"\x51", sequence=choose.one_of(SEQUENCES))
    return spend


def random_instance(choose: Chooser, of: Compiled) -> Contract:
    """Return an instance of the contract; its arguments for lock times are valid locks."""
    for _ in range(ATTEMPTS):
        try:
            return of.artifact.instantiate(*constructor_arguments(choose, of.source))
        except ArgumentError:
            assert of.artifact.locks
    return reject()


def everybody_agrees(call: Call) -> bool:
    """Whether the evaluator, our machine and the outside judge say the same, and other spellings change nothing."""
    verdict = verdict_on(call)
    is_same = bool(call.outcome) == bool(verdict) or (not verdict and may_be_refused(call))
    return is_same and outside_judge_agrees(call, verdict) and not spelled_otherwise(call)


def text_still_differs(text: str, call: Call) -> bool:
    """Whether the same call of a changed contract is judged differently."""
    changed = repeated(call, text)
    return changed is not None and not everybody_agrees(changed)


def explanation(call: Call) -> str:
    """Show a call that is judged differently, of a contract as small as can be."""
    smaller = reduced(call.of.source.text, lambda text: text_still_differs(text, call))
    call = repeated(call, smaller) or call
    return f"the verdicts differ:\n{call.explain(verdict_on(call))}"


def run(plan: Plan, examples: int) -> Tally:
    """Try this number of contracts and return their counts."""
    tally = Tally()

    # Seeds do not shrink; a failing contract is reduced as text.
    @settings(max_examples=examples, phases=(Phase.reuse, Phase.generate), suppress_health_check=list(HealthCheck))
    @given(choosers(plan, plan.part))
    def try_one(choose: Chooser) -> None:
        try_contract(choose, plan, tally)

    try_one()
    return tally


def assert_worth_the_while(plan: Plan, tally: Tally, *, forms_left_out: float) -> None:
    """The cases went both ways, for many reasons, through the forms of the language."""
    print(f"\n{plan}: {tally}")  # noqa: T201 - shown with -s, and when the test fails
    forms = {form.name for form in FORMS if plan.target == "bsv" or not form.bsv_only}
    if plan.target == "btc":
        forms |= {form.name for form in LOCK_TIMES}
    assert tally.cases >= 0.8 * CALLS * plan.contracts
    assert tally.too_large <= 0.25 * tally.contracts  # official scripts are longer
    assert 0.2 <= tally.share("accepted") <= 0.8
    assert tally.share("the requirement is false") >= 0.1
    assert len(tally.reasons) >= min(8, plan.contracts // 6)  # few contracts end in few ways
    assert len(forms - tally.constructs.keys()) <= forms_left_out * len(forms)


@pytest.mark.parametrize("plan", PLANS, ids=str)
def test_evaluated_and_run_agree(plan: Plan) -> None:
    assert_worth_the_while(plan, run(plan, plan.contracts), forms_left_out=0.2)


@pytest.mark.parametrize(
    "part",
    [pytest.param(part, marks=pytest.mark.long if part < PARTS // 2 else pytest.mark.deep) for part in range(PARTS)],
)
@pytest.mark.parametrize("plan", PLANS, ids=str)
def test_evaluated_and_run_agree_on_many(plan: Plan, part: int) -> None:
    """Every third part is of larger functions, and of fewer of them."""
    times, forms = (1, 40) if part % 3 == 2 else (2, 12)
    many = replace(plan, contracts=times * plan.contracts, forms_per_function=forms, part=part + 1)
    assert_worth_the_while(many, run(many, many.contracts), forms_left_out=0.3)  # few contracts leave some out
