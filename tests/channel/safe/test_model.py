"""The exhaustive model of the safe channel (tests/support/model): invariants, margins, and planted faults."""

import pytest

from tests.support.model.faults import FAULTS, Fault
from tests.support.model.runs import CHAINS, RUNS, least_delay, least_margin, planted
from tests.support.model.world import Setting, World

MOST_STATES = 1_000_000


def holds(honest: str, chain: str, **numbers: object) -> None:
    result = RUNS[honest](World(Setting(CHAINS[chain], **numbers)))  # type: ignore[arg-type] # numbers of the setting
    assert result.broken is None, str(result)
    assert result.states < MOST_STATES


@pytest.mark.parametrize(
    ("honest", "chain"),
    [
        ("payee", "bsv"),
        ("payer", "btc"),
        pytest.param("payee", "btc", marks=pytest.mark.long),
        pytest.param("payer", "bsv", marks=pytest.mark.long),
        pytest.param("both", "btc", marks=pytest.mark.long),
    ],
)
def test_no_honest_side_loses_with_one_chunk(honest: str, chain: str) -> None:
    holds(honest, chain, chunks=1)


@pytest.mark.parametrize(
    ("honest", "chain"),
    [
        pytest.param("payee", "btc", marks=pytest.mark.long),
        pytest.param("payee", "bsv", marks=pytest.mark.long),
        pytest.param("payer", "bsv", marks=pytest.mark.long),
        pytest.param("both", "btc", marks=pytest.mark.long),
    ],
)
def test_no_honest_side_loses_by_the_2_way_close(honest: str, chain: str) -> None:
    holds(honest, chain, chunks=1, patience=2)


@pytest.mark.parametrize("chain", CHAINS)
@pytest.mark.parametrize("chunks", [pytest.param(2, marks=pytest.mark.long), pytest.param(3, marks=pytest.mark.deep)])
@pytest.mark.parametrize("honest", ["payee", "payer"])
def test_no_honest_side_loses(honest: str, chunks: int, chain: str) -> None:
    holds(honest, chain, chunks=chunks)


@pytest.mark.long
@pytest.mark.parametrize("honest", ["payee", "payer"])
@pytest.mark.parametrize("chain", CHAINS)
def test_no_honest_side_loses_when_the_price_rises(chain: str, honest: str) -> None:
    holds(honest, chain, chunks=2, is_raised=True)


@pytest.mark.long
def test_both_can_always_close_together() -> None:
    holds("both", "btc", chunks=2)


@pytest.mark.deep
@pytest.mark.parametrize("chain", CHAINS)
def test_a_disk_that_loses_a_write_costs_what_was_in_it(chain: str) -> None:
    holds("payee", chain, chunks=2, is_rolled_back=True, is_third_party=False)


@pytest.mark.deep
@pytest.mark.parametrize("chain", CHAINS)
def test_two_crashes_and_longer_waiting(chain: str) -> None:
    holds("payee", chain, chunks=1, crashes=2, waiting=2)
    holds("payer", chain, chunks=1, crashes=2, waiting=2)


@pytest.mark.parametrize(("waiting", "undoings"), [(0, 1), (1, 0), (1, 1)])
@pytest.mark.parametrize("chain", CHAINS)
def test_the_least_margins_are_those_of_the_formula(chain: str, waiting: int, undoings: int) -> None:
    formula = (undoings + 1) * (waiting + 1)
    assert least_margin(chain, waiting, undoings) == formula
    least = least_delay(chain, waiting, undoings)
    assert least == formula + 1 if chain == "btc" else least <= formula + 1


@pytest.mark.parametrize(
    "fault",
    [pytest.param(each, id=each.name, marks=[pytest.mark.long] if each.is_slow else []) for each in FAULTS],
)
def test_the_model_finds_planted_faults(fault: Fault) -> None:
    result = planted(fault, fault.on[-1])
    assert result.broken is not None
    assert fault.invariant in result.broken
    assert result.trace


@pytest.mark.deep
@pytest.mark.parametrize("fault", [fault for fault in FAULTS if len(fault.on) > 1], ids=lambda fault: fault.name)
def test_the_model_finds_planted_faults_on_the_other_chain(fault: Fault) -> None:
    result = planted(fault, fault.on[0])
    assert result.broken is not None
    assert fault.invariant in result.broken
