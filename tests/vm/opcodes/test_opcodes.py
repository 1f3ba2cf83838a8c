"""Effect of each opcode, with results worked out by hand, and common properties of all opcodes."""

from collections.abc import Callable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from penstock.script.numbers import decode_number, encode_number
from penstock.script.opcodes import Op
from penstock.script.pushes import push, push_data, push_number
from penstock.tx.signature_version import SignatureVersion
from penstock.vm.opcodes import arithmetic, byte_strings, crypto, flow, lock_times, stack
from penstock.vm.opcodes.dialect import dialect
from penstock.vm.opcodes.setting import Setting
from penstock.vm.rules import RuleSet
from tests.support.spending.script_runs import BTC, CHRONICLE, GENESIS, PLAIN, error, run

MOVES = {
    "OP_2DROP": "1 2 3 -> 1",
    "OP_2DUP": "1 2 3 -> 1 2 3 2 3",
    "OP_3DUP": "1 2 3 -> 1 2 3 1 2 3",
    "OP_2OVER": "1 2 3 4 -> 1 2 3 4 1 2",
    "OP_2ROT": "1 2 3 4 5 6 -> 3 4 5 6 1 2",
    "OP_2SWAP": "1 2 3 4 -> 3 4 1 2",
    "OP_DEPTH": "7 8 -> 7 8 2",
    "OP_DROP": "1 2 -> 1",
    "OP_DUP": "1 2 -> 1 2 2",
    "OP_NIP": "1 2 3 -> 1 3",
    "OP_OVER": "1 2 3 -> 1 2 3 2",
    "OP_ROT": "1 2 3 4 -> 1 3 4 2",
    "OP_SWAP": "1 2 3 -> 1 3 2",
    "OP_TUCK": "1 2 3 -> 1 3 2 3",
    "OP_IFDUP": "1 2 -> 1 2 2",
    "OP_PICK": "4 5 6 7 2 -> 4 5 6 7 5",
    "OP_ROLL": "4 5 6 7 2 -> 4 6 7 5",
}


@pytest.mark.parametrize("name", MOVES)
@pytest.mark.parametrize("rules", [PLAIN, CHRONICLE, BTC], ids=["old", "chronicle", "btc"])
def test_moves(name: str, rules: RuleSet) -> None:
    before, _, after = MOVES[name].partition("->")
    verdict = run("", " ".join(f"OP_{word}" for word in before.split()) + " " + name, rules)
    assert [decode_number(item) for item in verdict.stack] == list(map(int, after.split()))


def test_ifdup_leaves_false_alone() -> None:
    for false in ("OP_0", "00", "000080"):
        assert len(run("", f"OP_1 {false} OP_IFDUP").stack) == 2


@pytest.mark.parametrize("op", ["OP_PICK", "OP_ROLL"])
def test_places_outside_of_the_stack(op: str) -> None:
    assert error("", f"OP_1 OP_1 {op}") == "INVALID_STACK_OPERATION"
    assert error("", f"OP_1 OP_1NEGATE {op}") == "INVALID_STACK_OPERATION"
    assert error("", f"OP_1 OP_0 {op}") is None
    assert error("", f"OP_1 ffffffffff7f {op}") == "INVALID_STACK_OPERATION"


NUMBERS = st.one_of(st.integers(-20, 20), st.integers(-(2**31) + 1, 2**31 - 1), st.integers(-(2**300), 2**300))


def toward_zero(a: int, b: int) -> int:
    quotient = abs(a) // abs(b)
    return quotient if a * b >= 0 else -quotient


BINARY: dict[Op, Callable[[int, int], int]] = {
    Op.OP_ADD: lambda a, b: a + b,
    Op.OP_SUB: lambda a, b: a - b,
    Op.OP_MUL: lambda a, b: a * b,
    Op.OP_DIV: toward_zero,
    Op.OP_MOD: lambda a, b: a - b * toward_zero(a, b),
    Op.OP_MIN: min,
    Op.OP_MAX: max,
    Op.OP_BOOLAND: lambda a, b: a != 0 and b != 0,
    Op.OP_BOOLOR: lambda a, b: a != 0 or b != 0,
    Op.OP_NUMEQUAL: lambda a, b: a == b,
    Op.OP_NUMNOTEQUAL: lambda a, b: a != b,
    Op.OP_LESSTHAN: lambda a, b: a < b,
    Op.OP_GREATERTHAN: lambda a, b: a > b,
    Op.OP_LESSTHANOREQUAL: lambda a, b: a <= b,
    Op.OP_GREATERTHANOREQUAL: lambda a, b: a >= b,
}
UNARY: dict[Op, Callable[[int], int]] = {
    Op.OP_1ADD: lambda a: a + 1,
    Op.OP_1SUB: lambda a: a - 1,
    Op.OP_2MUL: lambda a: a * 2,
    Op.OP_2DIV: lambda a: toward_zero(a, 2),
    Op.OP_NEGATE: lambda a: -a,
    Op.OP_ABS: abs,
    Op.OP_NOT: lambda a: a == 0,
    Op.OP_0NOTEQUAL: lambda a: a != 0,
}


def results(script: bytes) -> list[int]:
    verdict = run(b"", script)
    assert verdict.error in {None, "EVAL_FALSE"}
    assert all(item == encode_number(decode_number(item)) for item in verdict.stack)
    return [decode_number(item) for item in verdict.stack]


@given(NUMBERS, NUMBERS, st.sampled_from(sorted(BINARY)), st.booleans())
def test_calculations_with_two_numbers(a: int, b: int, op: Op, made: bool) -> None:
    """Whether the operands have been pushed or calculated makes no difference."""
    assume(b or op not in (Op.OP_DIV, Op.OP_MOD))
    twice_negated = bytes((Op.OP_NEGATE, Op.OP_NEGATE)) if made else b""
    script = push_number(a) + twice_negated + push_number(b) + twice_negated + bytes((op,))
    assert results(script) == [int(BINARY[op](a, b))]


@given(NUMBERS, st.sampled_from(sorted(UNARY)))
def test_calculations_with_one_number(a: int, op: Op) -> None:
    assert results(push_number(a) + bytes((op,))) == [int(UNARY[op](a))]


@given(NUMBERS, NUMBERS, NUMBERS)
def test_within(a: int, low: int, high: int) -> None:
    script = push_number(a) + push_number(low) + push_number(high) + bytes((Op.OP_WITHIN,))
    assert results(script) == [int(low <= a < high)]


@given(NUMBERS, st.integers(0, 400))
def test_shifts_of_numbers(a: int, bits: int) -> None:
    both = push_number(a) + push_number(bits)
    assert results(both + bytes((Op.OP_LSHIFTNUM,))) == [a * 2**bits]
    assert results(both + bytes((Op.OP_RSHIFTNUM,))) == [toward_zero(a, 2**bits)]


@given(st.binary(max_size=40), st.integers(0, 340))
def test_shifts_of_bits(data: bytes, bits: int) -> None:
    digits = "".join(f"{byte:08b}" for byte in data)
    left = (digits + "0" * bits)[bits:][: len(digits)]
    right = ("0" * bits + digits)[: len(digits)]
    for op, expected in ((Op.OP_LSHIFT, left), (Op.OP_RSHIFT, right)):
        stack_after = run(b"", push(data) + push_number(bits) + bytes((op,))).stack
        assert "".join(f"{byte:08b}" for byte in stack_after[0]) == expected


@given(st.binary(max_size=40), st.data())
def test_bytes_apart_and_together(data: bytes, draws: st.DataObject) -> None:
    place = draws.draw(st.integers(0, len(data)))
    split = push(data) + push_number(place) + bytes((Op.OP_SPLIT,))
    assert run(b"", split).stack == (data[:place], data[place:])
    assert run(b"", split + bytes((Op.OP_CAT,))).stack == (data,)
    assert run(b"", push(data) + push_number(place) + bytes((Op.OP_LEFT,))).stack == (data[:place],)
    assert run(b"", push(data) + push_number(place) + bytes((Op.OP_RIGHT,))).stack == (data[len(data) - place :],)


@given(st.binary(max_size=40), st.binary(max_size=40))
def test_bitwise(a: bytes, b: bytes) -> None:
    verdicts = {op: run(b"", push(a) + push(b) + bytes((op,))) for op in (Op.OP_AND, Op.OP_OR, Op.OP_XOR)}
    if len(a) != len(b):
        assert {verdict.error for verdict in verdicts.values()} == {"OPERAND_SIZE"}
        return
    assert verdicts[Op.OP_AND].stack == (bytes(x & y for x, y in zip(a, b, strict=True)),)
    assert verdicts[Op.OP_OR].stack == (bytes(x | y for x, y in zip(a, b, strict=True)),)
    assert verdicts[Op.OP_XOR].stack == (bytes(x ^ y for x, y in zip(a, b, strict=True)),)


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("aabb OP_3 OP_SPLIT", "SPLIT_RANGE"),
        ("aabb OP_1NEGATE OP_SPLIT", "SPLIT_RANGE"),
        ("aabb OP_1 OP_NUM2BIN", "IMPOSSIBLE_ENCODING"),
        ("aabb OP_1NEGATE OP_NUM2BIN", "PUSH_SIZE"),
        ("aabb 0000008000 OP_NUM2BIN", "PUSH_SIZE"),
        ("OP_1 OP_0 OP_DIV", "DIV_BY_ZERO"),
        ("OP_1 80 OP_MOD", "MOD_BY_ZERO"),
        ("aabb OP_1NEGATE OP_LSHIFT", "INVALID_NUMBER_RANGE"),
        ("aabb OP_1NEGATE OP_RSHIFT", "INVALID_NUMBER_RANGE"),
        ("OP_FROMALTSTACK", "INVALID_ALTSTACK_OPERATION"),
        ("OP_0 OP_VERIFY", "VERIFY"),
        ("OP_1 OP_2 OP_EQUALVERIFY", "EQUALVERIFY"),
        ("OP_1 OP_2 OP_NUMEQUALVERIFY", "NUMEQUALVERIFY"),
        ("OP_RESERVED", "BAD_OPCODE"),
        ("OP_CHECKSIGADD", "BAD_OPCODE"),
        ("OP_UNKNOWN_FE", "BAD_OPCODE"),
    ],
)
def test_failures(script: str, expected: str) -> None:
    assert error("", script) == expected
    assert error("", f"OP_1 OP_0 OP_IF {script} OP_ENDIF") is None, "what is skipped cannot fail"


def test_the_second_stack_is_gone_in_the_next_script() -> None:
    assert error("OP_1 OP_1 OP_TOALTSTACK", "OP_FROMALTSTACK") == "INVALID_ALTSTACK_OPERATION"
    assert run("", "OP_1 OP_2 OP_TOALTSTACK OP_FROMALTSTACK").stack == (b"\x01", b"\x02")


NUMERIC = [(op, place) for op in Op for place, word in enumerate(op.inputs) if word == "n" or word.startswith("n_")]


@pytest.mark.parametrize(("op", "place"), NUMERIC, ids=[f"{op.name}-{place}" for op, place in NUMERIC])
def test_every_number_in_a_row_is_read_as_one(op: Op, place: int) -> None:
    """A number that is too long, or not minimal, is refused wherever the opcode's row has a number."""
    if op.variadic and not op.inputs[-1].startswith("n"):
        pytest.skip("its numbers lie behind others")
    for rules, too_long, not_minimal in ((GENESIS, 750_001, "SCRIPTNUM_MINENCODE"), (BTC, 6, "SCRIPTNUM")):
        strict = rules.with_flags("MINIMALDATA", "CHECKLOCKTIMEVERIFY", "CHECKSEQUENCEVERIFY").without_guard()
        words = dialect(strict)
        if words.takes[op] == 0 or op.value in words.poisons:
            continue
        items = [push(b"\x05")] * len(op.inputs)
        items[place] = push_data(b"\x05\x00")
        at_the_end = op.variadic and place < len(op.inputs) - 1
        if at_the_end:
            continue
        assert error(b"", b"".join(items) + bytes((op,)), strict) == not_minimal
        items[place] = push_data(bytes(too_long - 1) + b"\x01")
        expected = "SCRIPTNUM" if rules is BTC else "SCRIPTNUM_OVERFLOW"
        assert error(b"", b"".join(items) + bytes((op,)), strict) == expected


def test_every_opcode_has_one_handler_or_a_reason_for_none() -> None:
    families = (stack, arithmetic, byte_strings, flow, crypto, lock_times)
    setting = Setting(RuleSet.named("bsv"), SignatureVersion.LEGACY)
    handled = [op for family in families for op in family.handlers(setting)]
    assert len(handled) == len(set(handled))
    without = {op for op in Op if op not in handled}
    pushes = {op for op in Op if op <= Op.OP_16}
    branches = {Op.OP_IF, Op.OP_NOTIF, Op.OP_VERIF, Op.OP_VERNOTIF, Op.OP_ELSE, Op.OP_ENDIF, Op.OP_CODESEPARATOR}
    nothing = {Op.OP_NOP, Op.OP_NOP1, Op.OP_NOP9, Op.OP_NOP10, Op.OP_RESERVED1, Op.OP_RESERVED2}
    assert without == pushes | branches | nothing
