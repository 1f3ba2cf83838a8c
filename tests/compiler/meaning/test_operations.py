"""The meaning of each row of the operations table agrees with its opcodes and with the language's reference."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

import penstock
from penstock.artifact.artifact import Kind
from penstock.script.numbers import decode_number, encode_number
from penstock.script.pushes import push
from penstock.tx.transaction import OutPoint, Transaction, TxIn
from penstockc.language.abort import Abort
from penstockc.language.operations import Operation, Value
from penstockc.language.value_limits import ValueLimits
from penstockc.meaning.apply import apply
from tests.support.compiling.targets import TARGETS

BSV, BTC = TARGETS["bsv"].limits, TARGETS["btc"].limits

TX = Transaction(1, (TxIn(OutPoint(bytes(32), 0)),), (), 0)

WITH_OPCODES = [row for row in Operation if row.opcodes is not None and row.meaning is not None]

SAMPLES: dict[Kind, list[Value]] = {
    Kind.INT: [*range(-20, 21), 127, 128, -127, -128, 255, 256, 32768, -32768, 2**31 - 1, -(2**31), 2**40, -(2**70)],
    Kind.BOOL: [False, True],
    Kind.BYTES: [
        *(bytes.fromhex(text) for text in ("", "00", "01", "7f", "80", "81", "ff", "0080", "8000", "0100", "ffff")),
        *(bytes.fromhex(text) for text in ("ff7f", "000080", "010203", "fffefd", "0000000000")),
        bytes(range(40)),
    ],
}
ANY: dict[Kind, st.SearchStrategy[Value]] = {
    Kind.INT: st.one_of(st.integers(-70, 70), st.integers(-(2**31), 2**31), st.integers()),
    Kind.BOOL: st.booleans(),
    Kind.BYTES: st.one_of(st.binary(max_size=6), st.binary(min_size=30, max_size=90)),
}


def stacked(value: Value) -> bytes:
    """How a value lies on the stack."""
    if isinstance(value, bytes):
        return value
    return b"\x01" if value is True else b"" if value is False else encode_number(value)


def read(kind: Kind, item: bytes) -> Value:
    """Read an item back, which must be in the one form that its kind has."""
    match kind:
        case Kind.INT:
            return decode_number(item, minimal=True)
        case Kind.BOOL:
            assert item in (b"", b"\x01")
            return item == b"\x01"
        case Kind.BYTES:
            return item


def by_machine(operation: Operation, operands: tuple[Value, ...]) -> tuple[Value, ...] | None:
    """What the opcodes leave, or None if they fail."""
    assert operation.opcodes is not None
    pushes = b"".join(push(stacked(operand)) for operand in operands)
    script = pushes + bytes(operation.opcodes)
    verdict = penstock.verify(b"", script, tx=TX, input_index=0, value=0, rules="bsv-consensus")
    if verdict.error not in (None, "EVAL_FALSE"):  # a false result is a result
        return None
    return tuple(read(kind, item) for kind, item in zip(operation.gives, verdict.stack, strict=True))


def by_meaning(
    operation: Operation, operands: tuple[Value, ...], limits: ValueLimits = BSV
) -> tuple[Value, ...] | None:
    try:
        return apply(operation, operands, limits)
    except Abort:
        return None


def too_large_to_try(operation: Operation, operands: tuple[Value, ...]) -> bool:
    """Whether the machine would be asked for more memory than a test should take."""
    return operation is Operation.NUM_TO_BIN and int(operands[1]) > 1000


@pytest.mark.parametrize("operation", WITH_OPCODES, ids=lambda row: row.name)
def test_the_meaning_is_what_the_opcodes_do(operation: Operation) -> None:
    tried = 0
    for operands in product(*(SAMPLES[kind] for kind in operation.takes)):
        if len(operands) == 3 and any(abs(int(operand)) > 9 for operand in operands):
            continue  # of the cube only the middle
        if not too_large_to_try(operation, operands):
            assert by_meaning(operation, operands) == by_machine(operation, operands), operands
            tried += 1
    assert tried >= 2


@pytest.mark.parametrize("operation", WITH_OPCODES, ids=lambda row: row.name)
@given(data=st.data())
def test_so_it_is_for_any_operands(operation: Operation, data: st.DataObject) -> None:
    operands = tuple(data.draw(ANY[kind]) for kind in operation.takes)
    if not too_large_to_try(operation, operands):
        assert by_meaning(operation, operands) == by_machine(operation, operands)


def test_only_partial_operations_abort() -> None:
    for operation in Operation:
        if operation.meaning is None or operation.freedom is not operation.freedom.TOTAL:
            continue
        for operands in product(*(SAMPLES[kind][-16:] for kind in operation.takes)):
            assert by_meaning(operation, operands) is not None, (operation, operands)


def test_operations_that_commute_do() -> None:
    for operation in Operation:
        if operation.commutes and operation.meaning is not None:
            for left, right in product(*(SAMPLES[kind] for kind in operation.takes)):
                assert by_meaning(operation, (left, right)) == by_meaning(operation, (right, left))


@pytest.mark.parametrize(
    ("operation", "operands", "result"),
    [
        pytest.param(Operation.DIV, (-7, 2), -3, id="division truncates toward zero"),
        pytest.param(Operation.MOD, (-7, 2), -1, id="the rest has the sign of the dividend"),
        pytest.param(Operation.MOD, (7, -2), 1, id="and not that of the divisor"),
        pytest.param(Operation.INT_INVERT, (0,), 0, id="zero has no bits to turn over"),
        pytest.param(Operation.INT_INVERT, (-2142284617,), 5199030, id="the sign bit turns over with the others"),
        pytest.param(Operation.INT_AND, (-1, 0x1FF), 1, id="and works on magnitudes"),
        pytest.param(Operation.INT_OR, (-1, 0x100), -0x101, id="or keeps a sign of the shorter number"),
        pytest.param(Operation.INT_XOR, (-5, 5), 0, id="xor of opposite numbers is negative zero, which is zero"),
        pytest.param(Operation.INT_SHIFT_LEFT, (-3, 4), -48, id="shifts multiply"),
        pytest.param(Operation.INT_SHIFT_RIGHT, (-7, 1), -3, id="or divide, toward zero"),
        pytest.param(Operation.INT_SHIFT_RIGHT, (5, 9), 0, id="until nothing is left"),
        pytest.param(Operation.BYTES_SHIFT_LEFT, (b"\x01\x80", 1), b"\x03\x00", id="bytes shift as one string of bits"),
        pytest.param(Operation.BYTES_SHIFT_RIGHT, (b"\x01\x80", 17), b"\x00\x00", id="bytes keep their length"),
        pytest.param(Operation.BYTES_TO_BOOL, (b"\x80",), True, id="80 is true as bytes"),
        pytest.param(Operation.BYTES_TO_BOOL, (bytes(3),), False, id="zeros are false"),
        pytest.param(Operation.BYTES_TO_BOOL, (b"",), False, id="nothing is false"),
        pytest.param(Operation.UNPACK, (b"\x05\x00\x80",), -5, id="the last byte has the sign"),
        pytest.param(Operation.UNPACK, (b"\x00\x80",), 0, id="negative zero is zero"),
        pytest.param(Operation.PACK, (0,), b"", id="zero packs to nothing"),
        pytest.param(Operation.NUM_TO_BIN, (-5, 3), b"\x05\x00\x80", id="the sign moves to the last byte"),
        pytest.param(Operation.NUM_TO_BIN, (0, 0), b"", id="zero fits into no byte"),
        pytest.param(Operation.NUM_TO_BIN, (128, 1), None, id="128 needs a byte more for its sign"),
        pytest.param(Operation.NUM_TO_BIN, (1, -1), None, id="no negative sizes"),
        pytest.param(Operation.NUM_TO_BIN, (1, 2**31), None, id="no size that the opcode refuses"),
        pytest.param(Operation.DIV, (1, 0), None, id="division by zero"),
        pytest.param(Operation.MOD, (0, 0), None, id="modulo zero"),
        pytest.param(Operation.INT_SHIFT_LEFT, (1, -1), None, id="no negative shifts"),
        pytest.param(Operation.BYTES_SHIFT_RIGHT, (b"", -1), None, id="not even of nothing"),
        pytest.param(Operation.BYTES_AND, (b"ab", b"a"), None, id="lengths must agree"),
        pytest.param(Operation.SLICE, (b"abcdef", 1, 3), b"bc", id="a slice leaves out its end"),
        pytest.param(Operation.SLICE, (b"abcdef", 3, 3), b"", id="a slice may be empty"),
        pytest.param(Operation.SLICE, (b"abcdef", 4, 3), None, id="a slice may not run backward"),
        pytest.param(Operation.SLICE, (b"abcdef", -1, 3), None, id="nor start from the end"),
        pytest.param(Operation.SLICE, (b"abcdef", 1, 7), None, id="nor leave the bytes"),
        pytest.param(Operation.TAKE, (b"abc", 3), b"abc", id="all of it"),
        pytest.param(Operation.SKIP, (b"abc", 4), None, id="more than there is"),
        pytest.param(Operation.REVERSE, (b"abc", 3), b"cba", id="reverse"),
        pytest.param(Operation.REVERSE, (b"abcd", 3), None, id="reverse of a string one byte longer"),
        pytest.param(Operation.REVERSE, (b"ab", 3), None, id="reverse of a string one byte short"),
        pytest.param(Operation.REVERSE, (b"a", 3), None, id="reverse of a string two bytes short"),
        pytest.param(Operation.REVERSE, (b"", 0), b"", id="reverse of nothing"),
        pytest.param(Operation.WITHIN, (3, 3, 4), True, id="the lower bound is within"),
        pytest.param(Operation.WITHIN, (4, 3, 4), False, id="the upper is not"),
    ],
)
def test_what_the_reference_says(operation: Operation, operands: tuple[Value, ...], result: Value | None) -> None:
    assert by_meaning(operation, operands) == (None if result is None else (result,))


class TestLimits:
    """Where a target stops, the meaning does."""

    def test_btc_reads_four_bytes(self) -> None:
        assert by_meaning(Operation.ADD, (2**31 - 1, 2**31 - 1), BTC) == (2**32 - 2,)
        assert by_meaning(Operation.ADD, (2**31, 0), BTC) is None
        assert by_meaning(Operation.INT_TO_BOOL, (-(2**31),), BTC) is None

    def test_btc_does_not_read_what_no_opcode_touches(self) -> None:
        assert by_meaning(Operation.PACK, (2**40,), BTC) == ((2**40).to_bytes(6, "little"),)

    def test_bsv_bounds_what_is_written(self) -> None:
        small = ValueLimits(operand=4, result=4, lock_time=5, element=None)
        assert by_meaning(Operation.ADD, (2**31 - 1, 1), small) is None

    def test_elements_are_bounded(self) -> None:
        short = ValueLimits(operand=None, result=None, lock_time=5, element=3)
        assert by_meaning(Operation.CONCATENATE, (b"ab", b"c"), short) == (b"abc",)
        assert by_meaning(Operation.CONCATENATE, (b"ab", b"cd"), short) is None
        assert by_meaning(Operation.NUM_TO_BIN, (0, 2**31 - 1), short) is None  # and takes no memory to say so
