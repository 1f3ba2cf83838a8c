"""Products with a constant without OP_MUL: they are additions, as few as needed."""

import pytest

from penstock.script.numbers import encode_number
from penstock.script.opcodes import Op
from penstock.script.pushes import push
from penstockc.codegen.instructions.products import times
from tests.support.spending.script_runs import BTC, error


@pytest.mark.parametrize("factor", [*range(1, 70), 127, 128, 129, 255, 256, 1000, 65535, 65536])
def test_the_words_multiply(factor: int) -> None:
    words = b"".join(bytes([word]) for word in times(factor))
    for number in (0, 1, -1, 7, -300):
        expected = push(encode_number(number * factor)) + bytes([Op.OP_EQUAL])
        assert error(push(encode_number(number)), words + expected, BTC) is None


@pytest.mark.parametrize("power", range(20))
def test_a_power_of_two_is_doubled_so_often(power: int) -> None:
    """Nothing is kept to be added, and nothing left to be dropped."""
    assert times(2**power) == (Op.OP_DUP, Op.OP_ADD) * power


@pytest.mark.parametrize("factor", [3, 5, 6, 7, 100, 255])
def test_another_factor_takes_two_words_a_bit_and_two_a_bit_that_is_set(factor: int) -> None:
    digits = f"{factor:b}"[1:]
    assert len(times(factor)) == 1 + 2 * len(digits) + 2 * digits.count("1") + 1
