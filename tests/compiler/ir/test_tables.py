"""A read from a table of constants finds each element, and aborts at every index outside, however it is written."""

import pytest

from penstock.script.numbers import encode_number
from penstockc.ir.nodes import Element as ElementNode
from penstockc.ir.nodes import walk
from penstockc.ir.passes.expand import expand
from penstockc.ir.verify import verify
from tests.support.compiling.ir_meaning import accepts
from tests.support.compiling.ir_parser import read_script
from tests.support.compiling.targets import TARGETS

NUMBERS = [[3, 1, 4, 1, 5], [0, -1, 127, 128, -255, 1000, 2000, 3000], [-(2**70), 2**70, 2**69, 1 - 2**68], [0, 0, 0]]
STRINGS = [[b"ab", b"cd", b"\x00\x00"], [b"\x01"] * 4]


def reading(items: list[bytes], kind: str) -> str:
    constants = [f"  v{10 + place}: {kind} = constant {item.hex() or repr('')}" for place, item in enumerate(items)]
    elements = ", ".join(f"v{10 + place}" for place in range(len(items)))
    equal = "num_equal" if kind == "int" else "bytes_equal"
    lines = (
        f"script v0: int, v1: {kind}",
        *constants,
        f"  v2: {kind} = element v0 of {elements}",
        f"  v3: bool = {equal} v2 v1",
        "  require v3",
    )
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("items", "kind"),
    [([encode_number(number) for number in numbers], "int") for numbers in NUMBERS]
    + [(each, "bytes") for each in STRINGS],
    ids=str,
)
def test_each_index(items: list[bytes], kind: str) -> None:
    before = read_script(reading(items, kind))
    after = expand(before, TARGETS["bsv"])
    verify(after)
    assert not any(isinstance(statement, ElementNode) for statement in walk(after.body))
    count = len(items)
    for index in (*range(-2, count + 3), 256, 2**40, -(2**40)):
        for item in {*items, b"\x07"}:
            expected = 0 <= index < count and items[index] == item
            for spelt in (encode_number(index), encode_number(index) + b"\x00" * (index > 0)):
                assert accepts(before, [spelt, item], {}) == accepts(after, [spelt, item], {}) == expected
    assert expand(before, TARGETS["btc"]) is before
