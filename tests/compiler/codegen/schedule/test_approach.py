"""Operands of both arms of a branch are brought up once, before it."""

import penstock
from penstockc.codegen import generate
from tests.support.compiling.ir_parser import read_script

DEEP = """contract C {
    public function f(bytes x, bytes y, bool swaps, int a, int b, int c, int d) {
        require(a + b == c - d && a < d && b < c);
        require(hash160(swaps ? x + y : y + x) == b'00112233445566778899aabbccddeeff00112233');
    }
}"""


def test_deep_values_are_swapped_on_top() -> None:
    words = penstock.compile_source(DEEP).asm.split()
    arms = " ".join(words[words.index("OP_IF" if "OP_IF" in words else "OP_NOTIF") :])
    assert arms.split(" OP_ENDIF")[0].split()[1:] == ["OP_SWAP"]


CONDITION_IN_AN_ARM = """script v0: bool, v1: bool, v2: int, v3: int, v4: int
  v5: int = if v1
    v6: int = add v2 v3
    yield v6
  else
    require v1
    v7: int = sub v3 v2
    yield v7
  v8: bool = num_equal v5 v4
  require v8
  require v0
"""


def test_a_condition_that_one_arm_uses_stays_for_it() -> None:
    assert generate(read_script(CONDITION_IN_AN_ARM))
