"""A branch that chooses between numbers and the operation that it becomes accept the same arguments."""

from itertools import product

import pytest

from penstock.script.numbers import encode_number
from penstockc.ir.passes.choose import EXTREMES, choose
from penstockc.ir.text import script_text
from penstockc.ir.verify import verify
from penstockc.language.operations import Operation
from tests.support.compiling.ir_meaning import accepts
from tests.support.compiling.ir_parser import read_script
from tests.support.compiling.targets import TARGETS

COMPARED = """\
script v0: int, v1: int, v2: int
  v3: int = constant {compared}
  v4: int = constant {yielded}
  v5: bool = {operation} {operands}
  v6: int = if v5
    yield {then}
  else
    yield {otherwise}
  v7: bool = num_equal v6 v2
  require v7
"""


def item(number: int) -> str:
    return encode_number(number).hex() or "empty"


@pytest.mark.parametrize("operation", EXTREMES, ids=lambda each: each.name)
def test_constants_beside_the_compared_one(operation: Operation) -> None:
    """A choice becomes an operation only where it is one, for each constant near the compared one."""
    changed = 0
    orders = product(("v0 v3", "v3 v0"), (("v0", "v4"), ("v4", "v0")), range(-3, 4))
    for operands, (then, otherwise), beside in orders:
        text = COMPARED.format(
            compared=item(7),
            yielded=item(7 + beside),
            operation=operation.name.lower(),
            operands=operands,
            then=then,
            otherwise=otherwise,
        )
        before = read_script(text)
        after = choose(before, TARGETS["bsv"])
        verify(after)
        changed += after is not before
        for x, result in product(range(3, 12), range(3, 12)):
            arguments = [encode_number(number) for number in (x, 0, result)]
            assert accepts(before, arguments, {}) == accepts(after, arguments, {}), script_text(after)
    assert changed == 8


def test_a_constant_that_is_too_long_to_read_stays_in_its_arm() -> None:
    longest = 2**31 - 1
    text = COMPARED.format(
        compared=item(longest),
        yielded=item(longest + 1),
        operation="less_or_equal",
        operands="v0 v3",
        then="v0",
        otherwise="v4",
    )
    before = read_script(text)
    assert choose(before, TARGETS["btc"]) is before
    assert choose(before, TARGETS["bsv"]) is not before
