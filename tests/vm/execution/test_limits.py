"""Every limit holds to the last byte, item and opcode; and nothing hostile takes long or much."""

import tracemalloc

import pytest

from penstock.script.assembler import assemble
from penstock.script.numbers import encode_number
from penstock.script.pushes import push_data
from penstock.tx.transaction import TxOut
from penstock.vm.rules import RuleSet
from tests.support.engines.kernel_judge import kernel_accepts
from tests.support.spending.script_runs import BTC, CHRONICLE, GENESIS, PLAIN, error, run, transaction

NOP = b"\x61"
ONE = b"\x51"


def core_accepts(locking: bytes) -> bool:
    tx = transaction()
    return kernel_accepts(tx, 0, [TxOut(1000, locking)])


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        pytest.param(push_data(bytes(520)) * 19 + b"\x61" * 62 + ONE, None, id="10000 bytes"),
        pytest.param(push_data(bytes(520)) * 19 + b"\x61" * 63 + ONE, "SCRIPT_SIZE", id="10001 bytes"),
        pytest.param(push_data(bytes(520)) + ONE, None, id="520 bytes"),
        pytest.param(push_data(bytes(521)) + ONE, "PUSH_SIZE", id="521 bytes"),
        pytest.param(b"\x00\x63" + push_data(bytes(521)) + b"\x68" + ONE, "PUSH_SIZE", id="521 bytes skipped"),
        pytest.param(NOP * 201 + ONE, None, id="201 opcodes"),
        pytest.param(NOP * 202 + ONE, "OP_COUNT", id="202 opcodes"),
        pytest.param(b"\x00\x63" + NOP * 199 + b"\x68" + ONE, None, id="201 opcodes skipped"),
        pytest.param(b"\x00\x63" + NOP * 200 + b"\x68" + ONE, "OP_COUNT", id="202 opcodes skipped"),
        pytest.param(b"\x51" * 1000, None, id="1000 items"),
        pytest.param(b"\x51" * 1001, "STACK_SIZE", id="1001 items"),
        pytest.param(b"\x51" * 1001 + b"\x75", "STACK_SIZE", id="1001 items for a moment"),
        pytest.param(b"\x51" * 900 + b"\x6b" * 100 + b"\x51" * 100, None, id="1000 items on two stacks"),
        pytest.param(b"\x51" * 900 + b"\x6b" * 100 + b"\x51" * 101, "STACK_SIZE", id="1001 items on two stacks"),
        pytest.param(b"\x51" * 997 + b"\x6f", None, id="1000 items by 3DUP"),
        pytest.param(b"\x51" * 998 + b"\x6f", "STACK_SIZE", id="1001 items by 3DUP"),
        pytest.param(b"\x00\x00" + b"\x51" * 20 + b"\x01\x14\xae", None, id="20 keys"),
        pytest.param(b"\x00\x00" + b"\x51" * 21 + b"\x01\x15\xae", "PUBKEY_COUNT", id="21 keys"),
        pytest.param((b"\x00\x00" + b"\x51" * 20 + b"\x01\x14\xae\x75") * 9 + NOP * 3 + ONE, None, id="201 with keys"),
        pytest.param(
            (b"\x00\x00" + b"\x51" * 20 + b"\x01\x14\xae\x75") * 9 + NOP * 4 + ONE, "OP_COUNT", id="202 with keys"
        ),
        pytest.param(
            b"\x00\x00" + b"\x51" * 20 + b"\x01\x14\xaf\x00\x63" + NOP * 179 + b"\x68" + ONE,
            "OP_COUNT",
            id="202 with keys, the last ones skipped",
        ),
        pytest.param(
            b"\x00\x00" + b"\x51" * 20 + b"\x01\x14\xaf\x00\x63" + NOP * 178 + b"\x68" + ONE,
            None,
            id="201 with keys, the last ones skipped",
        ),
    ],
)
def test_limits_of_btc(script: bytes, reason: str | None) -> None:
    assert error(b"", script, BTC) == reason
    assert core_accepts(script) == (reason is None)


def test_the_opcode_that_is_one_too_many_is_named() -> None:
    assert run(b"", NOP * 202, BTC).opcode_index == 201
    skipped = b"\x00\x00" + b"\x51" * 20 + b"\x01\x14\xaf\x00\x63" + NOP * 190 + b"\x68"
    assert run(b"", skipped, BTC).opcode_index == 26 + 179
    assert run(b"", b"\x51" * 1001, BTC).opcode_index == 1000


def test_bsv_had_500_opcodes_before_genesis_and_no_limit_since() -> None:
    assert error(b"", NOP * 500 + ONE, PLAIN) is None
    assert error(b"", NOP * 501 + ONE, PLAIN) == "OP_COUNT"
    assert error(b"", NOP * 100_000 + ONE, GENESIS) is None


@pytest.mark.parametrize(
    ("rules", "size"), [(PLAIN, 4), (GENESIS, 750_000), (CHRONICLE, 32_000_000)], ids=["old", "genesis", "chronicle"]
)
def test_numbers_have_a_length(rules: RuleSet, size: int) -> None:
    largest = push_data(b"\xff" * (size - 1) + b"\x7f")
    longer = push_data(b"\xff" * size + b"\x00")
    rules = rules.without_guard()
    assert error(largest, "OP_0 OP_ADD OP_SIZE OP_NIP", rules) is None
    assert error(longer, "OP_0 OP_ADD", rules) == "SCRIPTNUM_OVERFLOW"
    beyond = None if rules == PLAIN.without_guard() else "SCRIPTNUM_OVERFLOW"
    assert error(largest, "OP_1ADD OP_SIZE OP_NIP", rules) == beyond
    assert error(largest, "OP_1ADD OP_1SUB", rules) == "SCRIPTNUM_OVERFLOW"
    assert error(longer, "OP_BIN2NUM", rules) == "INVALID_NUMBER_RANGE"


@pytest.mark.parametrize("size", [4, 5, 9])
def test_a_shift_gives_the_longest_number_and_none_longer(size: int) -> None:
    """LSHIFTNUM judges the size before it shifts: whole bytes that are added, whatever the bits inside."""
    rules = CHRONICLE.with_limits(number_size=size)
    most = 8 * (size - 1)
    for number, bits in (("OP_1", most), ("OP_1NEGATE", most), ("ff00", most - 8), ("7f", most)):
        shifted = f"{number} {encode_number(bits).hex()} OP_LSHIFTNUM"
        assert error("", f"{shifted} OP_SIZE OP_NIP {encode_number(size).hex()} OP_EQUAL", rules) is None, (
            number,
            bits,
        )
        beyond = f"{number} {encode_number(bits + 8).hex()} OP_LSHIFTNUM OP_DROP OP_1"
        assert error("", beyond, rules) == "SCRIPTNUM_OVERFLOW"


def test_a_shift_reaches_the_limit_of_chronicle_itself() -> None:
    rules, size = CHRONICLE.without_guard(), 32_000_000
    shift = f"OP_1 {encode_number(8 * (size - 1)).hex()} OP_LSHIFTNUM"
    assert error("", f"{shift} OP_SIZE OP_NIP {encode_number(size).hex()} OP_EQUAL", rules) is None
    longer = f"OP_1 {encode_number(8 * size).hex()} OP_LSHIFTNUM OP_DROP OP_1"
    assert error("", longer, rules) == "SCRIPTNUM_OVERFLOW"


def test_memory_is_counted_as_the_node_counts_it() -> None:
    """An item counts its length and 32 bytes."""
    rules = CHRONICLE.with_limits(stack_memory=10_000)
    assert error(push_data(bytes(9_968)), "OP_SIZE OP_DROP OP_DROP OP_1", rules) == "STACK_SIZE"
    assert error(push_data(bytes(9_967)), "OP_DROP OP_1", rules) is None
    assert error(push_data(bytes(9_968)), "OP_DROP OP_1", rules) is None
    assert error(push_data(bytes(9_969)), "OP_DROP OP_1", rules) == "STACK_SIZE"
    assert error(b"\x51" * 303, b"", rules) is None
    assert error(b"\x51" * 304, b"", rules) == "STACK_SIZE"
    assert error(b"\x51" * 303, "OP_TOALTSTACK OP_1", rules) == "STACK_SIZE"
    assert error(b"\x51" * 300 + b"\x75" * 300 + b"\x51" * 300, b"", rules) is None


BOMBS = {
    "doubling": ("OP_1 " + "OP_DUP OP_CAT " * 60, "RESOURCE_LIMIT"),
    "doubling twice": ("00 " + "OP_DUP OP_CAT " * 20 + "OP_DUP OP_2DUP OP_CAT OP_CAT " * 60, "RESOURCE_LIMIT"),
    "one large item": ("OP_1 ffffff7f OP_NUM2BIN", "RESOURCE_LIMIT"),
    "many large items": ("OP_1 40420f OP_NUM2BIN " * 200, "RESOURCE_LIMIT"),
    "a shift": ("OP_1 00fffffff000 OP_LSHIFTNUM " * 10, "SCRIPTNUM_OVERFLOW"),
    "squares": ("OP_3 " + "OP_DUP OP_MUL " * 40, "RESOURCE_LIMIT"),
    "division": (
        "OP_3 " + "OP_DUP OP_MUL " * 18 + "OP_DUP OP_1ADD OP_SWAP " + "OP_2DUP OP_DIV OP_DROP " * 10_000,
        "RESOURCE_LIMIT",
    ),
    "hashing": ("OP_1 80969800 OP_NUM2BIN " + "OP_DUP OP_HASH256 OP_DROP " * 100_000, "RESOURCE_LIMIT"),
    "copying": ("OP_1 80969800 OP_NUM2BIN " + "OP_DUP OP_INVERT OP_DROP " * 100_000, "RESOURCE_LIMIT"),
    "splitting": ("OP_1 80969800 OP_NUM2BIN " + "OP_DUP OP_1 OP_SPLIT OP_2DROP " * 100_000, "RESOURCE_LIMIT"),
    "small items": ("OP_1 OP_1 OP_1 " + "OP_3DUP " * 300_000, "CLEANSTACK"),
    "deep": ("OP_1 " * 100_000 + "OP_DEPTH OP_2 OP_SUB OP_ROLL " * 20_000, "CLEANSTACK"),
}
SLOW_BOMBS = {"hashing", "small items", "deep"}


@pytest.mark.parametrize(
    "bomb", [pytest.param(bomb, marks=[pytest.mark.long] if bomb in SLOW_BOMBS else []) for bomb in BOMBS]
)
def test_the_guard_ends_what_takes_too_much(bomb: str) -> None:
    script = assemble(BOMBS[bomb][0])
    tracemalloc.start()
    verdict = run(b"", script, "bsv")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 500_000_000, f"{peak:,} bytes"
    assert verdict.error == BOMBS[bomb][1]
