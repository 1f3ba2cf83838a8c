"""Two requirements that bound a number, and the one that they become, accept the same numbers."""

from itertools import product

import pytest

from penstock.script.numbers import encode_number
from penstockc.ir.nodes import Require, walk
from penstockc.ir.passes.branches import BOUNDS, branches
from penstockc.ir.verify import verify
from penstockc.language.operations import Operation
from tests.support.compiling.ir_meaning import accepts
from tests.support.compiling.ir_parser import read_script
from tests.support.compiling.targets import TARGETS

BOUNDED = """\
script v0: int
  v1: int = constant 03
  v2: int = constant 07
  v3: bool = {one}
  require v3
  v4: bool = {other}
  require v4
"""


@pytest.mark.parametrize("target", ["bsv", "btc"])
@pytest.mark.parametrize("one", BOUNDS, ids=lambda each: each.name)
def test_each_pair_of_bounds(one: Operation, target: str) -> None:
    joined = 0
    for other, left, right in product(BOUNDS, ("v0 v1", "v1 v0"), ("v0 v2", "v2 v0")):
        text = BOUNDED.format(one=f"{one.name.lower()} {left}", other=f"{other.name.lower()} {right}")
        before = read_script(text)
        after = branches(before, TARGETS[target])
        verify(after)
        joined += sum(isinstance(each, Require) for each in walk(after.body)) == 1
        for number in range(11):
            assert accepts(before, [encode_number(number)], {}) == accepts(after, [encode_number(number)], {}), text
        too_long = b"\x05\x00\x00\x00\x00"
        limits = TARGETS[target].limits
        assert accepts(before, [too_long], {}, limits) == accepts(after, [too_long], {}, limits)
    assert joined == 8
