"""The quick driver and the metered one agree on everything that a verdict says."""

import pytest
from hypothesis import given, settings
from random_scripts import BTC, CHRONICLE, Chooser, Seeded, drawn
from random_spends import RandomSpend, btc_spend, plain_spend
from script_runs import run

from penstock.script.opcodes import Op
from penstock.vm.dialect import dialect
from penstock.vm.rules import RuleSet
from penstock.vm.trace import trace_case
from penstock.vm.verdict import Verdict
from penstock.vm.verify import verify

RULES = {
    "bsv": RuleSet.named("bsv"),
    "btc": RuleSet.named("btc-consensus"),
    "lax": RuleSet.from_flags("UTXO_AFTER_GENESIS", chain="bsv"),
}


def judge(spend: RandomSpend, rules: RuleSet) -> Verdict:
    return verify(
        spend.unlocking,
        spend.locking,
        tx=spend.tx,
        input_index=spend.input_index,
        value=spend.value,
        rules=rules,
        spent_outputs=spend.spent,
    )


def compare(spend: RandomSpend, rules: RuleSet) -> None:
    quick = judge(spend, rules)
    traced = trace_case(quick.case).verdict
    assert (traced.error, traced.opcode_index, traced.script) == (quick.error, quick.opcode_index, quick.script)
    assert traced.stack == quick.stack
    assert traced.alt_stack == quick.alt_stack


def make_bsv(choose: Chooser) -> RandomSpend:
    return plain_spend(choose, CHRONICLE)


def make_btc(choose: Chooser) -> RandomSpend:
    return btc_spend(choose, BTC)


@settings(max_examples=150)
@given(drawn(make_bsv))
def test_on_bsv(spend: RandomSpend) -> None:
    compare(spend, RULES["bsv"])
    compare(spend, RULES["lax"])


@settings(max_examples=150)
@given(drawn(make_btc))
def test_on_btc(spend: RandomSpend) -> None:
    compare(spend, RULES["btc"])


@pytest.mark.parametrize("seed", range(0, 1500, 250))
def test_from_seeds(seed: int) -> None:
    for each in range(seed, seed + 250):
        compare(make_bsv(Seeded(each)), RULES["bsv"])
        compare(make_btc(Seeded(each)), RULES["btc"])


@pytest.mark.parametrize("op", [op for op in Op if op.takes], ids=lambda op: op.name)
@pytest.mark.parametrize("rules", ["bsv", "btc"])
def test_too_few_items_are_noticed_and_left_alone(op: Op, rules: str) -> None:
    rule_set = RULES[rules].without("DISCOURAGE_UPGRADABLE_NOPS")
    needed = dialect(rule_set).takes[op]
    for items in range(needed):
        script = "OP_1 " * items + op.name
        verdict = run("", script, rule_set)
        assert verdict.error == "INVALID_STACK_OPERATION"
        assert verdict.opcode_index == items
        assert verdict.stack == (b"\x01",) * items


def test_the_metered_driver_takes_over_in_the_middle() -> None:
    """An item grows large between two opcodes that must run once each."""
    script = (
        "OP_1 OP_TOALTSTACK 00 " + "OP_DUP OP_CAT " * 14 + "OP_SIZE OP_NIP OP_FROMALTSTACK OP_DEPTH OP_2 OP_EQUALVERIFY"
    )
    verdict = run("", script)
    assert (verdict.error, verdict.stack) == (None, ((1 << 14).to_bytes(2, "little"), b"\x01"))


def test_a_large_number_takes_over_in_the_middle() -> None:
    script = "OP_2 " + "OP_DUP OP_MUL " * 17 + "OP_SIZE OP_NIP"
    assert run("", script).stack == (((1 << 17) // 8 + 1).to_bytes(2, "little"),)


def test_guards_do_not_change_what_a_script_does() -> None:
    rules = RULES["bsv"]
    for seed in range(300):
        spend = make_bsv(Seeded(seed))
        guarded, free = judge(spend, rules), judge(spend, rules.without_guard())
        if guarded.error != "RESOURCE_LIMIT":
            assert (guarded.error, guarded.stack) == (free.error, free.stack)
