"""Inline assembly: the meaning of its words, and invalid words."""

import pytest

from penstock.script.opcodes import Op
from penstockc.semantics.expressions.sizes import LARGEST_SIZE
from penstockc.semantics.typed import MemberKey
from penstockc.semantics.typed.text import show_function
from tests.support.compiling.sources import codes, program

SAMPLE = """
contract Sample {{
    static const int N = 1 + 1;
    static const bytes TEXT = b'01';
    static int count = 2;
    static function g(static const int M, int x) : int {{ asm {{ {words} }} }}
    public function f(int x) {{ require(g(3, x) == 1); }}
}}
"""

# Words -> their meaning.
MEANINGS = {
    "": "",
    "OP_ADD op_add Op_Add": "OP_ADD OP_ADD OP_ADD",
    "dup DUP Swap": "OP_DUP OP_DUP OP_SWAP",
    "OP_0 OP_16 OP_TRUE OP_FALSE true FALSE": "OP_0 OP_16 OP_1 OP_0 OP_1 OP_0",
    "OP_1NEGATE OP_NOP2 OP_CODESEPARATOR": "OP_1NEGATE OP_CHECKLOCKTIMEVERIFY OP_CODESEPARATOR",
    "00 13 AB12 ab12 1add": "b'00' b'13' b'ab12' b'ab12' b'1add'",
    "\"é\" \"\" b'' b'Ab'": "b'c3a9' b'' b'' b'ab'",
    "$x $x $long_1": "$x $x $long_1",
    "OP_DUP/* one */OP_DROP // the rest\n OP_NIP": "OP_DUP OP_DROP OP_NIP",
    "loop (2) { OP_DUP }": "OP_DUP OP_DUP",
    "loop (N) : i { i OP_ADD }": "b'' OP_ADD b'01' OP_ADD",
    "loop (M) : ab { ab 00 ab } ab": "b'' b'00' b'' b'01' b'00' b'01' b'02' b'00' b'02' b'ab'",
    "loop (0x2) : i { loop (2) : j { i j } $i }": "b'' b'' b'' b'01' $i b'01' b'' b'01' b'01' $i",
    "loop (2) : i { loop (2) : i { i } i }": "b'' b'01' b'' b'' b'01' b'01'",
    "loop (0) { OP_DUP } loop (0) : i { i }": "",
    "OP_IF OP_NOTIF OP_ELSE OP_ENDIF OP_ENDIF": "OP_IF OP_NOTIF OP_ELSE OP_ENDIF OP_ENDIF",
    "loop (2) { OP_IF } loop (2) { OP_ENDIF }": "OP_IF OP_IF OP_ENDIF OP_ENDIF",
}


@pytest.mark.parametrize(("words", "meaning"), MEANINGS.items())
def test_meanings(words: str, meaning: str) -> None:
    found = program(SAMPLE.format(words=words))
    shown = show_function(found.functions[MemberKey("Sample", "g", (3,))])
    assert shown == f"static function g[3](int x#0) : int\n  asm {meaning}\n"


CLOSED = {Op.OP_ELSE: "OP_IF {} OP_ENDIF", Op.OP_ENDIF: "OP_IF {}"} | dict.fromkeys(
    (Op.OP_IF, Op.OP_NOTIF, Op.OP_VERIF, Op.OP_VERNOTIF), "{} OP_ENDIF"
)


@pytest.mark.parametrize("op", [op for op in Op if not op.name.startswith("OP_PUSHDATA")], ids=lambda op: op.name)
def test_each_opcode(op: Op) -> None:
    words = " ".join(CLOSED.get(op, "{}").format(name) for name in (op.name, op.name.lower()))
    found = program(SAMPLE.format(words=words))
    shown = show_function(found.functions[MemberKey("Sample", "g", (3,))])
    assert shown.endswith(f"  asm {words.upper()}\n")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("add", ["bad-assembly-word"]),
        ("ADD", ["bad-assembly-word"]),
        ("1", ["bad-assembly-word"]),
        ("abc", ["bad-assembly-word"]),
        ("0x00", ["bad-assembly-word"]),
        ("OP_", ["bad-assembly-word"]),
        ("OP_17", ["bad-assembly-word"]),
        ("OP_PUSHDATA1 PUSHDATA4", ["bad-assembly-word"] * 2),
        ("x", ["bad-assembly-word"]),
        ("N M", ["bad-assembly-word"] * 2),
        ("loop (2) : i { } i", ["bad-assembly-word"]),
        ("loop (2) : i { foo }", ["bad-assembly-word"]),
        ("loop (0) : i { foo }", ["bad-assembly-word"]),
        ("loop (x) { foo }", ["not-constant", "bad-assembly-word"]),
        ("loop (count) { }", ["not-constant"]),
        ("loop (TEXT) { }", ["not-constant"]),
        ("loop (nothing) { }", ["not-constant"]),
        ("loop (2) : i { loop (i) { } }", ["not-constant"]),
        ("loop (9a) { }", ["bad-number"]),
        (f"loop ({LARGEST_SIZE}) {{ OP_NOP }}", []),
        (f"loop ({LARGEST_SIZE + 1}) {{ OP_NOP }}", ["constant-out-of-range"]),
        ("loop (2000) { loop (2000) { OP_NOP } }", ["unrolled-too-large"]),
        ("loop (2000) : i { loop (2000) : j { i } }", ["unrolled-too-large"]),
        ("loop (9000) : i { loop (9000) : j { } }", ["unrolled-too-large"]),
        ("OP_IF", ["unbalanced-assembly"]),
        ("OP_ELSE", ["unbalanced-assembly"]),
        ("OP_IF OP_ENDIF OP_ENDIF", ["unbalanced-assembly"]),
        ("loop (2) { OP_NOTIF } OP_ENDIF", ["unbalanced-assembly"]),
        ("OP_DUP, OP_DROP", ["unexpected-text"]),
    ],
)
def test_what_is_wrong(words: str, expected: list[str]) -> None:
    assert codes(SAMPLE.format(words=words)) == expected


@pytest.mark.parametrize(
    ("member", "expected"),
    [
        ("public function g(int x) { asm { OP_1 } }", []),
        ("function g(int x) : int { asm { OP_1 } }", []),
        ("function g(int x) : int { asm { OP_1 } return 1; }", ["asm-not-alone"]),
        ("public function g(int x) { asm { OP_1 } asm { OP_1 } }", ["asm-not-alone"] * 2),
        ("function g(int x) : int { if (x) { asm { OP_1 } } return 1; }", ["asm-not-alone"]),
        ("constructor() { asm { OP_1 } }", ["asm-not-alone"]),
        ("function g(Nothing x) : int { asm { OP_1 } }", ["unknown-type"]),
        ("function g(int x) { asm { OP_1 } }", ["missing-result-type"]),
    ],
)
def test_where_it_may_stand(member: str, expected: list[str]) -> None:
    assert codes(f"contract C {{ {member} public function end() {{ require(true); }} }}") == expected
