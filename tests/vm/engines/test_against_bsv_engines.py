"""Random spends on bsv get the same answer from bsv-sdk and bitcoinX, except where these are known to be wrong."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings

from penstock.script.opcodes import Op
from penstock.vm.judging.verdict import Verdict
from penstock.vm.judging.verify import verify
from penstock.vm.rules import RuleSet
from tests.support.engines.bsv_judges import (
    BITCOINX_RULES,
    SDK_RULES,
    bitcoinx_differs,
    bitcoinx_verdict,
    sdk_differs,
    sdk_verdict,
)
from tests.support.generators.random_scripts import CHRONICLE, GENESIS, Chooser, drawn, from_seeds
from tests.support.generators.random_spends import RandomSpend, plain_spend

A_RUN = 2_000
A_LONG_RUN = 1_000_000


def of_chronicle(choose: Chooser) -> RandomSpend:
    return plain_spend(choose, CHRONICLE)


def of_genesis(choose: Chooser) -> RandomSpend:
    return plain_spend(choose, GENESIS)


def ours(spend: RandomSpend, rules: RuleSet) -> Verdict:
    return verify(
        spend.unlocking, spend.locking, tx=spend.tx, input_index=spend.input_index, value=spend.value, rules=rules
    )


def check_sdk(spend: RandomSpend) -> bool:
    verdict = ours(spend, SDK_RULES)
    if verdict.error == "RESOURCE_LIMIT" or sdk_differs(spend, verdict) is not None:
        return bool(verdict)
    assert sdk_verdict(spend, native=True) == bool(verdict), verdict.explain()
    if Op.OP_2DIV not in spend.locking:  # which the Python machine does in floating point
        assert sdk_verdict(spend, native=False) in (bool(verdict), None), verdict.explain()
    return bool(verdict)


def check_bitcoinx(spend: RandomSpend) -> bool:
    accepted = 0
    for era, rules in BITCOINX_RULES.items():
        verdict = ours(spend, rules)
        accepted += bool(verdict)
        if verdict.error != "RESOURCE_LIMIT" and bitcoinx_differs(spend, verdict) is None:
            assert (bitcoinx_verdict(spend, era) or False) == bool(verdict), verdict.explain()
    return bool(accepted)


Engine = tuple[Callable[[Chooser], RandomSpend], Callable[[RandomSpend], bool]]
ENGINES = [
    pytest.param((of_chronicle, check_sdk), id="bsv-sdk"),
    pytest.param((of_genesis, check_bitcoinx), id="bitcoinx"),
]


@settings(max_examples=300)
@given(drawn(of_chronicle))
def test_spends_that_hypothesis_makes_for_bsv_sdk(spend: RandomSpend) -> None:
    check_sdk(spend)


@settings(max_examples=150)
@given(drawn(of_genesis))
def test_spends_that_hypothesis_makes_for_bitcoinx(spend: RandomSpend) -> None:
    check_bitcoinx(spend)


@pytest.mark.parametrize("engine", ENGINES)
def test_spends_from_seeds(engine: Engine) -> None:
    make, check = engine
    accepted = sum(from_seeds(range(A_RUN), lambda choose: check(make(choose))))
    assert A_RUN // 5 < accepted < 4 * A_RUN // 5, "the spends are too easy or too hard to tell much"


@pytest.mark.million
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("part", range(10))
def test_a_million_spends(part: int, engine: Engine) -> None:
    make, check = engine
    seeds = range(A_RUN + part * A_LONG_RUN // 10, A_RUN + (part + 1) * A_LONG_RUN // 10)
    accepted = sum(from_seeds(seeds, lambda choose: check(make(choose))))
    assert len(seeds) // 5 < accepted < 4 * len(seeds) // 5
