"""Operands of both arms of a branch are brought up once, before it."""

import penstock

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
