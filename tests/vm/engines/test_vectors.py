"""Every row of the nodes' own test vectors gets the node's verdict, with the node's reason.

Core's rows also satisfy the requirement of its own test program: a passing row still passes with fewer rules, a failing
one still fails with more.
"""

import pytest

from penstock.vm.rules import Rule, RuleSet
from tests.support.vectors.script_vectors import ScriptRow, bsv_rows, core_rows
from tests.support.vectors.tx_vectors import ALL_CORE_RULES, TxRow, all_but, rules_of, tx_rows
from tests.support.vectors.vector_files import vector_rows

CORE_SCRIPTS = vector_rows("bitcoin-core/script_tests.json", core_rows)
BSV_SCRIPTS = vector_rows("bitcoin-sv/script_tests.json", bsv_rows)


@pytest.mark.parametrize("row", [*CORE_SCRIPTS, *BSV_SCRIPTS])
def test_scripts(row: ScriptRow) -> None:
    assert row.judge().error == (None if row.expected == "OK" else row.expected), row.comment


@pytest.mark.parametrize("row", vector_rows("bitcoin-core/tx_valid.json", tx_rows("btc")))
def test_valid_core_transactions(row: TxRow) -> None:
    assert row.fault() is None
    rules = all_but(row.flags)
    assert row.errors(rules) == [None] * len(row.transaction().inputs)
    for rule in ALL_CORE_RULES - rules.rules:
        more = rules.with_flags(rule.name)
        if more.rules - rules.rules == {rule}:
            assert not row.passes(more), f"{rule.name} need not be left out"


@pytest.mark.parametrize("row", vector_rows("bitcoin-core/tx_invalid.json", tx_rows("btc")))
def test_invalid_core_transactions(row: TxRow) -> None:
    if row.flags == "BADTX":
        assert row.fault() is not None
        return
    assert row.fault() is None
    rules = rules_of(row)
    assert not row.passes(rules)
    for rule in rules.rules:
        fewer = rules.without(rule.name)
        if rules.rules - fewer.rules == {rule}:
            assert row.passes(fewer), f"fails without {rule.name} as well"


@pytest.mark.parametrize("row", vector_rows("bitcoin-sv/tx_valid.json", tx_rows("bsv")))
def test_valid_bsv_transactions(row: TxRow) -> None:
    assert row.fault() is None
    assert row.errors(rules_of(row)) == [None] * len(row.transaction().inputs)


@pytest.mark.parametrize("row", vector_rows("bitcoin-sv/tx_invalid.json", tx_rows("bsv")))
def test_invalid_bsv_transactions(row: TxRow) -> None:
    assert row.fault() is not None or not row.passes(rules_of(row))


def _more_and_fewer(rules: RuleSet) -> list[RuleSet]:
    """Return the rule sets that differ by one rule, and those that it brings or that cannot do without it."""
    return [
        rules.without(rule.name) if rule in rules.rules else rules.with_flags(rule.name)
        for rule in Rule
        if rule in ALL_CORE_RULES
    ]


@pytest.mark.parametrize("row", CORE_SCRIPTS)
def test_fewer_rules_let_more_pass(row: ScriptRow) -> None:
    passes = row.expected == "OK"
    for other in _more_and_fewer(row.rules):
        if passes and other.rules < row.rules.rules:
            assert row.judge(other), f"fails with {other.flags}"
        if not passes and other.rules > row.rules.rules:
            assert not row.judge(other), f"passes with {other.flags}"
