"""Functions with `static const` parameters: an instance for each tuple of constants."""

import pytest

from penstockc.errors.calls import Recursion
from penstockc.semantics.typed import MemberKey
from penstockc.semantics.typed.text import show_function
from tests.support.compiling.sources import codes, diagnostics, program
from tests.support.compiling.typed_invariants import check_program

SAMPLE = """
struct Pair {{ int x; int y; }}
library Tools<T> {{
    T item;
    function fill(static const int N) : T[N] {{ return repeat(this.item, N); }}
}}
library Own {{
    static function reverseBytes(static const int N, int x) : int {{ return x * N; }}
    static function own(int x) : int {{ return reverseBytes(2, x); }}
}}
library Sums {{
    static const int MOST = 3;
    static function sum(static const int N, int[N] xs) : int {{
        int total = 0;
        loop (N) : i {{ total += xs[i]; }}
        return total;
    }}
    static function turn(bytes b, static const int SIZE) : bytes {{ return reverseBytes(b, SIZE); }}
    static function pairs(static const int A, Pair p, static const int B) : int[A][B] {{
        return repeat(repeat(p.x, B), A);
    }}
    private static function hidden(static const int N) : int {{ return N; }}
}}
contract Sample {{
    static const int K = Sums.MOST - 1;
    Tools<int> tools;
    public function f(int x, bytes b) {{ {statements} require(true); }}
    function method(static const int N) : int {{ this.tools.item += N; return N; }}
}}
"""

# Statement(s) of a function -> their meaning.
MEANINGS = {
    "x = Sums.sum(1, [x]);": "x#0 = Sums.sum[1]([x#0])",
    "x = Sums.sum(K, [x, 2 * 3]);": "x#0 = Sums.sum[2]([x#0, MUL(2, 3)])",
    "x = Sums.sum(-(-1) + (true ? 1 : x), repeat(x, K));": "x#0 = Sums.sum[2](REPEAT(x#0, 2))",
    "b = Sums.turn(b, Sums.MOST);": "b#1 = Sums.turn[3](b#1)",
    "auto m = Sums.pairs(1, {x, 2}, 2);": "int[1][2] m#2 = Sums.pairs[1, 2]({x#0, 2})",
    "x = this.method(4) + this.method(K);": "x#0 = ADD(this.Sample.method[4](), this.Sample.method[2]())",
    "x = this.tools.fill(2)[1];": "x#0 = this.tools.Tools<int>.fill[2]()[1]",
    "x = Own.own(x);": "x#0 = Own.own(x#0)",
    "loop (2) : i { b = Sums.turn(b, i); }": (
        "loop 2\n    iteration 0\n      b#1 = Sums.turn[0](b#1)\n    iteration 1\n      b#1 = Sums.turn[1](b#1)"
    ),
    "loop (2) : i { x += Sums.sum(1, [i]); }": (
        "loop 2\n"
        "    iteration 0\n"
        "      x#0 = ADD(x#0, Sums.sum[1]([0]))\n"
        "    iteration 1\n"
        "      x#0 = ADD(x#0, Sums.sum[1]([1]))"
    ),
}


@pytest.mark.parametrize(("statements", "meaning"), MEANINGS.items())
def test_meanings(statements: str, meaning: str) -> None:
    text = SAMPLE.format(statements=statements)
    if "turn(b, i)" in statements:
        text = text.replace("reverseBytes(b, SIZE)", "b[SIZE:]")
    found = program(text)
    check_program(found)
    shown = show_function(found.functions[MemberKey("Sample", "f")])
    assert shown == f"public function f(int x#0, bytes b#1)\n  {meaning}\n  require true\n"


def test_an_instance() -> None:
    found = program(SAMPLE.format(statements="x = Sums.sum(K, [x, x]) + Sums.sum(1, [x]) + Own.own(1);"))
    instances = [key for key in found.functions if key.name in {"sum", "reverseBytes"}]
    own = MemberKey("Own", "reverseBytes", (2,))
    assert set(instances) == {own, MemberKey("Sums", "sum", (1,)), MemberKey("Sums", "sum", (2,))}
    assert show_function(found.functions[own]) == (
        "static function reverseBytes[2](int x#0) : int\n  return MUL(x#0, 2)\n"
    )
    assert show_function(found.functions[MemberKey("Sums", "sum", (2,))]) == (
        "static function sum[2](int[2] xs#0) : int\n"
        "  int total#1 = 0\n"
        "  loop 2 : i#2\n"
        "    total#1 = ADD(total#1, xs#0[i#2])\n"
        "  return total#1\n"
    )


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ("x = Sums.sum(2, [x]);", ["wrong-element-count"]),
        ("x = Sums.sum(x, [x]);", ["not-constant"]),
        ("const int k = 1; x = Sums.sum(k, [x]);", ["not-constant"]),
        ("x = Sums.sum(b, [x]);", ["type-mismatch"]),
        ("x = Sums.sum(0, [x]);", ["constant-out-of-range"]),
        ("x = Sums.sum([x]);", ["wrong-argument-count"]),
        ("x = Sums.sum(1, [x], 3);", ["wrong-argument-count"]),
        ("x = Sums.sum(y, [z]);", ["unknown-name", "unknown-name"]),
        ("x = Sums.hidden(1);", ["private-member"]),
        ("x = Sums.sum;", ["function-as-value"]),
        ("loop (2) : i { x = Sums.sum(i + 1, [x, x]); }", ["wrong-element-count"]),
        ("b = Sums.turn(b, 0); b = Sums.turn(b, -1);", ["constant-out-of-range"]),
    ],
)
def test_rules(statements: str, expected: list[str]) -> None:
    assert codes(SAMPLE.format(statements=statements)) == expected


@pytest.mark.parametrize(
    ("member", "expected"),
    [
        ("static function g(static const int N, int N) : int { return 1; }", ["duplicate-name"]),
        ("static function g(static const bytes N) : int { return 1; }", ["type-mismatch"]),
        ("static function g(static const Nothing N) : int { return 1; }", ["unknown-type"]),
        ("static function g(static const int N) { return 1; }", ["missing-result-type"]),
        ("public function g(static const int N) { require(N > 1); }", ["bad-modifier"]),
        ("constructor(static const int N) { require(N > 1); }", ["bad-modifier"]),
        ("static int x = g(2); static function g(static const int N) : int { return x; }", ["static-ring"]),
        ("int x = g(1); static function g(static const int N) : int { return N; }", ["property-with-value"]),
        ("static int x = g(1); static function g(static const int N) : int { N = 2; return N; }", ["const-assignment"]),
        (
            "static int x = g(1, 2); static function g(static const int N, int N) : int { return 1; }",
            ["duplicate-name"],
        ),
        ("static int x = g(1); static function g(static const int N) : int[N] { return [2]; }", ["type-mismatch"]),
        (
            "static int x = g(1); static function g(static const int N) : int { int N = 2; return N; }",
            ["duplicate-name"],
        ),
        (
            "static int x = g(1); static function g(static const int N) : int { { int N = 2; } return N; }",
            ["shadowed-name"],
        ),
    ],
)
def test_declarations(member: str, expected: list[str]) -> None:
    assert codes(f"contract C {{ {member} public function end() {{ require(true); }} }}") == expected


@pytest.mark.parametrize(
    ("members", "ring"),
    [
        ("static function g(static const int N) : int { return g(N); }", ("C.g", "C.g")),
        ("static function g(static const int N) : int { return g(N + 1); }", ("C.g", "C.g")),
        (
            """static function g(static const int N) : int { return h(N + 1); }
            static function h(static const int N) : int { return g(N); }""",
            ("C.g", "C.h", "C.g"),
        ),
        ("static function g(static const int N) : int { loop (2) : i { g(i); } return 1; }", ("C.g", "C.g")),
        (
            "static function g(static const int N) : int { return h(); } static function h() : int { return g(2); }",
            ("C.h", "C.g", "C.h"),
        ),
    ],
)
def test_endless_rows(members: str, ring: tuple[str, ...]) -> None:
    (found,) = diagnostics(f"contract C {{ {members} public function f() {{ require(g(1) == 1); }} }}")
    assert isinstance(found, Recursion)
    assert found.ring == ring


def test_mistakes_are_told_once() -> None:
    text = SAMPLE.format(statements="x = Sums.sum(1, [x]) + Sums.sum(2, [x, x]) + Sums.sum(3, [x, x, x]);")
    assert codes(text.replace("xs[i]", "ys[i]")) == ["unknown-name"]
    assert codes(text.replace("int[N] xs", "int[M] xs")) == ["unknown-name"]
    assert codes(text.replace("total += xs[i];", "total += xs[i]; int total = 3;")) == ["shadowed-name"]


def test_indices_that_depend_on_constants_abort_when_they_are_reached() -> None:
    guarded = "static function g(static const int N, int[N] x) : int { int y = 0; if (N > 2) { y = x[2]; } return y; }"
    text = "contract C {{ {} public function f() {{ require(g(2, [1, 2]) == g(3, [1, 2, 3])); }} }}"
    assert codes(text.format(guarded)) == []
    assert (
        codes(text.format(guarded.replace("int[N] x)", "int[N] z)").replace("int y", "int[2] x = [1, 2]; int y"))) == []
    )


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("loop (N - 5) { x[7] += 2; } return true;", []),  # unknown
        ("return y;", ["unknown-name"]),
        ("return h(N);", ["unknown-function"]),
        ("int x = 2; return 1;", ["duplicate-name"]),
        ("loop (N - 3) : i { i += z; } return Far.f(N);", ["unknown-name", "unknown-name"]),
        ("return 1 + g(N + 1, [1, 2, 3]);", ["recursion"]),
        ("return more(N);", []),
    ],
)
def test_names_where_nobody_calls(body: str, expected: list[str]) -> None:
    function = f"static function g(static const int N, int[N] x) : int {{ {body} }}"
    more = "static function more(static const int N) : int { return N + 1; }"
    assert codes(f"contract C {{ {function} {more} public function end() {{ require(true); }} }}") == expected
