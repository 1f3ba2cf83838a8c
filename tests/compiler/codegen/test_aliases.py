"""An item that is used under two names, as a number and as its bytes, is not copied for that."""

import pytest

from penstock import Spend
from penstockc.pipeline import compile_source

CONTRACT = "contract A {{ public function f(int x, bool c, bytes a) {{ {} }} }}"


BODY = "require(num2bin(x * 3, max(1, len(pack(x * 3)))) == a); require(c);"


def test_no_copy_for_another_name() -> None:
    artifact = compile_source(CONTRACT.format(BODY))
    assert "OP_SIZE OP_1 OP_MAX OP_NUM2BIN" in artifact.asm


@pytest.mark.parametrize("number", [0, 1, -1, 42, 43, -43, 85, 86, 11_000, -(2**70)])
def test_numbers_as_bytes(number: int) -> None:
    spend = Spend(compile_source(CONTRACT.format(BODY)).instantiate())
    shortest = (abs(3 * number).bit_length() + 8) // 8 if number else 1
    body = abs(3 * number).to_bytes(shortest, "little")
    data = body[:-1] + bytes((body[-1] | (0x80 if number < 0 else 0),))
    assert spend.verify("f", number, True, data)
    assert not spend.verify("f", number + 1, True, data)
