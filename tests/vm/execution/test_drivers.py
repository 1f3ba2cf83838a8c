"""The quick driver and the metered one agree on everything in a verdict."""

import pytest
from hypothesis import given, settings

from penstock.script.numbers import encode_number
from penstock.script.opcodes import Op
from penstock.vm.explaining.trace import trace_case
from penstock.vm.judging.verdict import Verdict
from penstock.vm.judging.verify import verify
from penstock.vm.opcodes.dialect import dialect
from penstock.vm.rules import Guard, RuleSet
from tests.support.generators.random_scripts import BTC, CHRONICLE, Chooser, Seeded, drawn
from tests.support.generators.random_spends import RandomSpend, btc_spend, plain_spend
from tests.support.spending.script_runs import run

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
    """From the second run on a program has shortcuts; a trace uses none."""
    quick = judge(spend, rules)
    again = judge(spend, rules)
    assert again == quick
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


PAIRED = {
    "OP_7 OP_3 OP_ADD": "0a",
    "OP_7 OP_3 OP_SUB": "04",
    "0700 OP_3 OP_ADD": "0a",
    "ffffff3f OP_16 OP_ADD": "0f000040",
    "OP_7 20 OP_SUB": "99",
    "OP_7 8000 OP_ADD": "8700",
    "ffffffffffffff7f OP_1 OP_ADD": "000000000000008000",
    "OP_7 OP_7 OP_NUMEQUAL": "01",
    "OP_7 OP_8 OP_EQUAL": "",
    "07 OP_7 OP_EQUAL": "01",
    "0700 OP_7 OP_NUMEQUAL": "01",
    "0700 OP_7 OP_EQUAL": "",
    "OP_7 OP_8 OP_9 OP_1 OP_PICK": "07 08 09 08",
    "OP_7 OP_8 OP_9 OP_2 OP_ROLL": "08 09 07",
    "OP_7 OP_0 OP_ROLL": "07",
    "OP_7 OP_0 OP_PICK": "07 07",
}


@pytest.mark.parametrize("script", PAIRED)
def test_shortcuts_do_the_same(script: str) -> None:
    expected = tuple(bytes.fromhex(item) for item in PAIRED[script].split(" "))
    for _ in range(3):
        assert run("", script, RULES["lax"]).stack == expected


EDGES = sorted({sign * (1 << bits) + near for bits in (30, 31) for sign in (1, -1) for near in range(-17, 18)})


@pytest.mark.parametrize("constant", [-1, 1, 2, 5, 16])
@pytest.mark.parametrize("opcode", ["OP_ADD", "OP_SUB"])
def test_a_shortcut_keeps_to_the_numbers_of_the_chain(opcode: str, constant: int) -> None:
    """Sums around the largest digit and around four bytes, on either side: the next opcode depends on their size."""
    for number in EDGES:
        result = number + constant if opcode == "OP_ADD" else number - constant
        fits = abs(number) < 1 << 31
        word = "OP_1NEGATE" if constant == -1 else f"OP_{constant}"
        # negated twice, so that the number is computed, as in a script that runs for long
        script = f"{encode_number(number).hex()} OP_NEGATE OP_NEGATE {word} {opcode}"
        reads = fits and abs(result) < 1 << 31
        for _ in range(3):
            left, read = run("", script, RULES["btc"]), run("", f"{script} OP_1ADD OP_DROP OP_1", RULES["btc"])
            assert left.stack[-1:] == (encode_number(result),) or not fits
            assert read.error == (None if reads else "SCRIPTNUM"), (number, read)
            assert run("", script, RULES["lax"]).stack == (encode_number(result),)


@pytest.mark.parametrize(
    ("script", "reason", "opcode"),
    [
        ("OP_1 OP_2 OP_PICK OP_1 OP_ADD", "INVALID_STACK_OPERATION", 2),
        ("OP_1 OP_1NEGATE OP_ROLL", "INVALID_STACK_OPERATION", 2),
        ("OP_1 OP_1 OP_ADD OP_1 OP_1 OP_SUB OP_VERIFY", "VERIFY", 6),
        ("OP_1 OP_1 OP_ADD 0100 OP_5 OP_ADD", "SCRIPTNUM_MINENCODE", 5),
    ],
)
def test_shortcuts_fail_at_the_same_place(script: str, reason: str, opcode: int) -> None:
    rules = RULES["lax"].with_flags("MINIMALDATA")
    verdicts = [run("", script, rules) for _ in range(3)]
    assert {(verdict.error, verdict.opcode_index, verdict.stack) for verdict in verdicts} == {
        (reason, opcode, verdicts[0].stack)
    }


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


PIECES = (
    *("OP_1 ff0f OP_NUM2BIN", "OP_1 0110 OP_NUM2BIN", "OP_1 0004 OP_NUM2BIN OP_INVERT", "OP_1 a08601 OP_NUM2BIN"),
    *("OP_1 e803 OP_LSHIFTNUM", "OP_1 401f OP_LSHIFTNUM", "OP_DUP", "OP_3DUP", "OP_DUP OP_CAT", "OP_DUP OP_MUL"),
    *("OP_MUL", "OP_2DUP OP_DIV OP_DROP", "OP_SHA256 OP_DROP", "OP_DUP OP_RIPEMD160 OP_DROP", "OP_DUP OP_BIN2NUM"),
    *("OP_DROP", "OP_TOALTSTACK", "OP_FROMALTSTACK", "OP_1ADD", "OP_SWAP", "OP_IFDUP", "OP_1 OP_SPLIT", "OP_5"),
    *("OP_DUP OP_INVERT OP_DROP", "OP_2DUP OP_EQUAL OP_DROP", "OP_1 OP_IF OP_7 OP_ENDIF"),
)
TIGHT = tuple(Guard(memory, work) for memory in (200_000, 5_000_000) for work in (100_000, 1_000_000, 10_000_000))


def test_the_guard_strikes_at_the_same_opcode_on_either_driver() -> None:
    """Work that the quick driver does not count is not counted by the metered one either."""
    rules = RULES["bsv"].without("MINIMALDATA", "CLEANSTACK")
    struck = 0
    for seed in range(400):
        choose = Seeded(seed)
        guarded = RuleSet("bsv", rules.rules, choose.pick(TIGHT))
        unlocking, locking = (
            " ".join(choose.pick(PIECES) for _ in range(choose.integer(1, most))) for most in (30, 120)
        )
        quick = run(unlocking, "OP_2 OP_3 " + locking, guarded, version=2)
        traced = trace_case(quick.case).verdict
        assert (traced.error, traced.opcode_index, traced.script) == (quick.error, quick.opcode_index, quick.script)
        assert traced.stack == quick.stack
        struck += quick.error == "RESOURCE_LIMIT"
    assert struck > 20
