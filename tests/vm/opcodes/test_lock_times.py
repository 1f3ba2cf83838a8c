"""CHECKLOCKTIMEVERIFY and CHECKSEQUENCEVERIFY at the edges of versions, sequences and units, as in Core's engine."""

import pytest

from penstock.script.assembler import assemble
from penstock.script.numbers import encode_number
from penstock.script.pushes import push
from penstock.tx.transaction import TxOut
from tests.support.engines.kernel_judge import kernel_accepts
from tests.support.spending.script_runs import VALUE, run, transaction

THRESHOLD = 500_000_000
FINAL = 0xFFFF_FFFF
SECONDS = 1 << 22
DISABLED = 1 << 31


def error(opcode: str, number: int, *, version: int = 2, lock_time: int = 0, sequence: int = 0) -> str | None:
    """Judge one check by consensus rules, and hear Core's engine on it."""
    locking = push(encode_number(number)) + assemble(f"{opcode} OP_DROP OP_1")
    tx = transaction(version=version, lock_time=lock_time, sequence=sequence)
    verdict = run(b"", locking, "btc-consensus", tx=tx)
    assert kernel_accepts(tx, 0, [TxOut(VALUE, locking)]) == bool(verdict)
    return verdict.error


@pytest.mark.parametrize(
    ("version", "waits"),
    [(-(2**31), True), (-1, True), (0, False), (1, False), (2, True), (3, True), (2**31 - 1, True)],
)
def test_versions_are_compared_without_a_sign(version: int, waits: bool) -> None:
    opcode = "OP_CHECKSEQUENCEVERIFY"
    assert error(opcode, 5, version=version, sequence=5) == (None if waits else "UNSATISFIED_LOCKTIME")
    assert error(opcode, DISABLED, version=version, sequence=5) is None
    assert error(opcode, 6, version=version, sequence=5) == "UNSATISFIED_LOCKTIME"


@pytest.mark.parametrize(
    ("wanted", "sequence", "fits"),
    [
        (5, 4, False),
        (5, 5, True),
        (5, 6, True),
        (0, 0, True),
        (0xFFFF, 0xFFFF, True),
        (0xFFFF, 0xFFFE, False),
        (0x1_0000, 0, True),  # above the mask there is nothing to wait for
        (5, SECONDS | 5, False),
        (SECONDS | 5, 5, False),
        (SECONDS | 5, SECONDS | 5, True),
        (SECONDS | 5, SECONDS | 4, False),
        (5, DISABLED | 5, False),
        (DISABLED | 5, 0, True),
        (5, FINAL, False),
        (2**39 - 1, 0xFFFF, True),
    ],
)
def test_a_sequence_waits_as_long_and_in_the_same_unit(wanted: int, sequence: int, fits: bool) -> None:
    assert error("OP_CHECKSEQUENCEVERIFY", wanted, sequence=sequence) == (None if fits else "UNSATISFIED_LOCKTIME")


@pytest.mark.parametrize(
    ("wanted", "lock_time", "sequence", "fits"),
    [
        (0, 0, 0, True),
        (10, 9, 0, False),
        (10, 10, 0, True),
        (10, 10, FINAL - 1, True),
        (10, 10, FINAL, False),
        (THRESHOLD - 1, THRESHOLD - 1, 0, True),
        (THRESHOLD - 1, THRESHOLD, 0, False),
        (THRESHOLD, THRESHOLD - 1, 0, False),
        (THRESHOLD, THRESHOLD, 0, True),
        (FINAL, FINAL, 0, True),
        (FINAL + 1, FINAL, 0, False),
    ],
)
def test_a_lock_time_is_reached_on_its_own_side(wanted: int, lock_time: int, sequence: int, fits: bool) -> None:
    for version in (-1, 1, 2):
        found = error("OP_CHECKLOCKTIMEVERIFY", wanted, version=version, lock_time=lock_time, sequence=sequence)
        assert found == (None if fits else "UNSATISFIED_LOCKTIME")


@pytest.mark.parametrize("opcode", ["OP_CHECKLOCKTIMEVERIFY", "OP_CHECKSEQUENCEVERIFY"])
def test_lock_times_are_numbers_of_up_to_five_bytes(opcode: str) -> None:
    assert error(opcode, -1) == "NEGATIVE_LOCKTIME"
    assert error(opcode, -(2**39 - 1)) == "NEGATIVE_LOCKTIME"
    assert error(opcode, 2**39) == "SCRIPTNUM"
