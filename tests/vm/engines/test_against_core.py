"""Random spends on btc get the same answer from Bitcoin Core's own engine."""

import pytest
from hypothesis import given, settings

from penstock.vm.judging.verdict import Verdict
from penstock.vm.judging.verify import verify
from penstock.vm.rules import RuleSet
from tests.support.engines.kernel_judge import Flags, kernel_accepts
from tests.support.generators.random_scripts import BTC, Chooser, drawn, from_seeds
from tests.support.generators.random_spends import RandomSpend, btc_spend
from tests.support.generators.taproot_corners import corner_spend

CONSENSUS = RuleSet.named("btc-consensus")
A_RUN = 2_000
A_LONG_RUN = 1_000_000


def make(choose: Chooser) -> RandomSpend:
    return btc_spend(choose, BTC)


def ours(spend: RandomSpend, rules: RuleSet = CONSENSUS) -> Verdict:
    return verify(
        spend.unlocking,
        spend.locking,
        tx=spend.tx,
        input_index=spend.input_index,
        value=spend.value,
        rules=rules,
        spent_outputs=spend.spent,
    )


def check(spend: RandomSpend) -> bool:
    verdict = ours(spend)
    assert bool(verdict) == kernel_accepts(spend.tx, spend.input_index, spend.spent), verdict.explain()
    return bool(verdict)


@settings(max_examples=300)
@given(drawn(make))
def test_spends_that_hypothesis_makes(spend: RandomSpend) -> None:
    check(spend)


def test_spends_from_seeds() -> None:
    accepted = sum(from_seeds(range(A_RUN), lambda choose: check(make(choose))))
    assert A_RUN // 4 < accepted < 3 * A_RUN // 4, "the spends are too easy or too hard to tell much"


def test_corners_of_taproot() -> None:
    accepted = sum(from_seeds(range(A_RUN), lambda choose: check(corner_spend(choose))))
    assert A_RUN // 4 < accepted < 3 * A_RUN // 4


FLAGS = ("P2SH", "DERSIG", "NULLDUMMY", "CHECKLOCKTIMEVERIFY", "CHECKSEQUENCEVERIFY", "WITNESS", "TAPROOT")
"""Those that Core's library knows."""


def check_with_some_flags(choose: Chooser) -> bool:
    """Judge a spend by the flags of blocks of some time: a spend that passes also passes with fewer flags."""
    spend = choose.pick((make, corner_spend))(choose)
    rules = RuleSet.from_flags(",".join(flag for flag in FLAGS if choose.integer(0, 1)), chain="btc").without_guard()
    bits = sum(int(getattr(Flags, name)) for name in FLAGS if name in rules.flags.split(","))
    verdict = ours(spend, rules)
    assert bool(verdict) == kernel_accepts(spend.tx, spend.input_index, spend.spent, bits), (rules, verdict.explain())
    if verdict:
        assert ours(spend, rules.without(choose.pick(FLAGS)))
    else:
        assert not ours(spend, rules.with_flags(choose.pick(FLAGS)))
    return bool(verdict)


def test_any_set_of_consensus_flags() -> None:
    accepted = sum(from_seeds(range(A_RUN), check_with_some_flags))
    assert A_RUN // 4 < accepted < 9 * A_RUN // 10


@pytest.mark.million
@pytest.mark.parametrize("part", range(10))
def test_a_million_spends(part: int) -> None:
    seeds = range(A_RUN + part * A_LONG_RUN // 10, A_RUN + (part + 1) * A_LONG_RUN // 10)
    accepted = sum(from_seeds(seeds, lambda choose: check(choose.pick((make, make, make, corner_spend))(choose))))
    assert len(seeds) // 5 < accepted < 4 * len(seeds) // 5
