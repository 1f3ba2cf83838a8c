"""The opcode table has no gaps, no twins, and effects that can be read."""

import re

import pytest

from penstock.script.chains import BSV, BTC, CHAINS, Chain
from penstock.script.opcode_names import opcode_name, opcodes_by_name
from penstock.script.opcodes import ALIASES, BY_BYTE, Op

BY_NAME, BTC_BY_NAME = opcodes_by_name(BSV), opcodes_by_name(BTC)


def test_no_two_rows_share_a_byte() -> None:
    assert len(Op.__members__) == len(BY_BYTE) == len(set(Op))


def test_every_byte_from_the_first_opcode_to_the_last_has_a_row() -> None:
    assert sorted(BY_BYTE) == [0x00, *range(0x4C, 0xBB)]


@pytest.mark.parametrize("chain", CHAINS.values(), ids=str)
def test_every_byte_has_a_name_of_its_own_that_reads_back(chain: Chain) -> None:
    names = [opcode_name(byte, chain) for byte in range(256)]
    table = opcodes_by_name(chain)
    assert len(set(names)) == 256
    assert [table[name] for name in names] == list(range(256))


def test_names_work_with_and_without_their_prefix() -> None:
    assert BY_NAME["OP_ADD"] == BY_NAME["ADD"] == 0x93
    assert BY_NAME["OP_16"] == 0x60
    assert "16" not in BY_NAME
    assert BY_NAME["TRUE"] == BY_NAME["OP_TRUE"] == 0x51


def test_the_two_chains_call_some_bytes_differently() -> None:
    assert (BY_NAME["OP_SUBSTR"], BTC_BY_NAME["OP_SUBSTR"]) == (0xB3, 0x7F)
    assert (BY_NAME["OP_LEFT"], BTC_BY_NAME["OP_LEFT"]) == (0xB4, 0x80)
    assert (BY_NAME["OP_RIGHT"], BTC_BY_NAME["OP_RIGHT"]) == (0xB5, 0x81)
    assert "OP_SPLIT" not in BTC_BY_NAME
    assert BTC_BY_NAME["OP_NOP8"] == BY_NAME["OP_RSHIFTNUM"] == 0xB7


def test_aliases_are_second_names() -> None:
    assert not set(ALIASES) & set(Op.__members__)


@pytest.mark.parametrize("op", Op, ids=lambda op: op.name)
def test_an_effect_is_words_on_both_sides_of_the_dashes(op: Op) -> None:
    assert re.fullmatch(r"(\w+\*? )*--( \w+[*?]?)*", op.effect)


@pytest.mark.parametrize(
    ("op", "takes", "gives", "variadic"),
    [
        (Op.OP_DUP, 1, 2, False),
        (Op.OP_2ROT, 6, 6, False),
        (Op.OP_WITHIN, 3, 1, False),
        (Op.OP_IFDUP, 1, 1, True),
        (Op.OP_PICK, 2, 2, True),
        (Op.OP_ROLL, 2, 1, True),
        (Op.OP_CHECKMULTISIG, 3, 1, True),
        (Op.OP_RETURN, 0, 0, False),
    ],
)
def test_counts_come_from_the_effect(op: Op, takes: int, gives: int, variadic: bool) -> None:
    assert (op.takes, op.gives, op.variadic) == (takes, gives, variadic)


def test_the_byte_zero_has_its_name() -> None:
    """Its number is false, so a careless lookup takes it for missing."""
    assert opcode_name(0) == "OP_0"
    assert BY_NAME["OP_0"] == BY_NAME["OP_FALSE"] == 0
