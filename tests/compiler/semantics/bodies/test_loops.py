"""Loops: their bounds, the induction variable, and bodies that iterations share."""

import pytest

from penstockc.errors.constants import ConstantOutOfRange
from penstockc.language.limits import LARGEST_SCRIPT
from penstockc.semantics import typed
from penstockc.semantics.expressions.sizes import LARGEST_SIZE
from penstockc.semantics.typed import MemberKey
from penstockc.semantics.typed.text import show_function
from tests.support.compiling.sources import body_codes, codes, diagnostics, program

SAMPLE = """
import "limits";
contract Sample {{
    static const int N = Limits.MOST - 1;
    static int count = 2;
    public function f(int x, bytes b) {{ {statements} require(true); }}
    static function end(int y) : int {{ return y; }}
}}
"""
LIMITS = {"limits": "library Limits { static const int MOST = Far.MOST; } library Far { static const int MOST = 4; }"}

# Statements of a function -> their meaning.
MEANINGS = {
    "loop (2) x++;": "loop 2\n    x#0++",
    "loop (0) { x++; }": "loop 0",
    "loop (N) : i { x += i; }": "loop 3 : i#2\n    x#0 = ADD(x#0, i#2)",
    "loop (Limits.MOST - N) : i if (i > 0) x = i;": "loop 1 : i#2\n    if GREATER(i#2, 0)\n      x#0 = i#2",
    "loop (2) { int y = x; } int y = 3;": "loop 2\n    int y#2 = x#0\n  int y#3 = 3",
    "loop (2) : i { loop (2) : j { x = i + j; } }": ("loop 2 : i#2\n    loop 2 : j#3\n      x#0 = ADD(i#2, j#3)"),
    "loop (3) : i { loop (i) : j { x += j; } }": (
        "loop 3\n"
        "    iteration 0\n"
        "      loop 0 : j#2\n"
        "    iteration 1\n"
        "      loop 1 : j#3\n"
        "        x#0 = ADD(x#0, j#3)\n"
        "    iteration 2\n"
        "      loop 2 : j#4\n"
        "        x#0 = ADD(x#0, j#4)"
    ),
    "loop (2) : i { b = reverseBytes(b, 2 * i + 1); x = i; }": (
        "loop 2\n"
        "    iteration 0\n"
        "      b#1 = REVERSE(b#1, 1)\n"
        "      x#0 = 0\n"
        "    iteration 1\n"
        "      b#1 = REVERSE(b#1, 3)\n"
        "      x#0 = 1"
    ),
    "loop (2) { *** exit(b); }": "loop 2\n    ***\n    exit BYTES_TO_BOOL(b#1)",
}


@pytest.mark.parametrize(("statements", "meaning"), MEANINGS.items())
def test_meanings(statements: str, meaning: str) -> None:
    found = program(SAMPLE.format(statements=statements), LIMITS)
    shown = show_function(found.functions[MemberKey("Sample", "f")])
    assert shown == f"public function f(int x#0, bytes b#1)\n  {meaning}\n  require true\n"


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ("loop (3) : i { i = 2; }", ["const-assignment"]),
        ("loop (3) : i { i++; }", ["const-assignment"]),
        ("loop (3) : i { i++; b = reverseBytes(b, i + 1); }", ["const-assignment"]),
        ("loop (3) : i { } x = i;", ["unknown-name"]),
        ("loop (3) : x { }", ["shadowed-name"]),
        ("loop (3) : i { int i = i; }", ["shadowed-name"]),
        ("loop (3) : i { int i = 3; b = reverseBytes(b, i); }", ["shadowed-name", "not-constant"]),
        ("loop (3) : i { int j = 3; int j = 4; }", ["duplicate-name"]),
        ("loop (x) { }", ["not-constant"]),
        ("const int n = 3; loop (n) { }", ["not-constant"]),
        ("loop (b) { }", ["type-mismatch"]),
        ("loop (true) { }", ["type-mismatch"]),
        ("loop (1 / 0) { }", ["not-constant"]),
        ("loop (-1) { }", ["constant-out-of-range"]),
        (f"loop ({LARGEST_SIZE}) {{ }}", []),
        (f"loop ({LARGEST_SIZE} + 1) {{ }}", ["constant-out-of-range"]),
        ("loop (x) : i { x = b; i = 2; }", ["not-constant", "type-mismatch", "const-assignment"]),
        ("loop (0) { x = b; }", ["type-mismatch"]),
        ("loop (3) : i { x = b; b = reverseBytes(b, i + 1); }", ["type-mismatch"]),
        ("loop (3) : i { int x = i; loop (i) { int x = 0; } }", ["shadowed-name", "shadowed-name"]),
        ("loop (3) : i { b = reverseBytes(b, i); }", ["constant-out-of-range"]),
        ("loop (3) : i { loop (i - 2) { } }", ["constant-out-of-range"]),
        ("loop (3) return x;", ["misplaced-return"]),
        ("loop (7 % 4 * 2 > 5 ? -(-3) : x) { }", []),
    ],
)
def test_rules(statements: str, expected: list[str]) -> None:
    assert body_codes(statements, "int x, bytes b") == expected


def test_statics_are_no_bounds_unless_they_are_constants() -> None:
    text = SAMPLE.format(statements="loop (count) { } loop (Sample.N) { } loop (this.count) { }")
    assert codes(text, LIMITS) == ["not-constant", "through-instance"]


def test_the_largest_amount_of_code() -> None:
    loops = "loop (100) { loop (1000) { x = 1; x = 2; x = 4; x = 3; } }"
    assert body_codes(loops, "int x") == ["unrolled-too-large"]
    assert body_codes(loops.replace("x = 3;", ""), "int x") == []
    assert body_codes("loop (3000) { loop (3000) { } }", "int x") == ["unrolled-too-large"]
    assert body_codes("loop (100000) " * 50 + "x = 1;", "int x") == ["unrolled-too-large"]


def test_the_largest_amount_of_code_that_differs() -> None:
    """Checking stops at the limit."""
    inner = f"loop ({LARGEST_SIZE}) : j x = j;"
    assert body_codes(f"loop (1000) : i {{ b = reverseBytes(b, i + 1); {inner} }}", "int x, bytes b") == [
        "unrolled-too-large"
    ]


def test_iterations_share_one_body() -> None:
    found = program(SAMPLE.format(statements=f"loop ({LARGEST_SIZE}) : i {{ x += i; }}"), LIMITS)
    body = found.functions[MemberKey("Sample", "f")].body
    assert isinstance(body, typed.Block)
    loop = body.statements[0]
    assert isinstance(loop, typed.Loop)
    assert len(loop.iterations) == LARGEST_SIZE
    assert len(set(map(id, loop.iterations))) == 1
    assert loop.variable is not None
    assert loop.variable.name == "i"
    assert LARGEST_SCRIPT > LARGEST_SIZE


def test_the_first_iteration_that_is_wrong_is_told() -> None:
    text = SAMPLE.format(statements="loop (9) : i { b = reverseBytes(b, 10000 + i - 5); }")
    (found,) = diagnostics(text, LIMITS)
    assert isinstance(found, ConstantOutOfRange)
    assert found.value == 10_001
