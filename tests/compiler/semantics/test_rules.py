"""Rules for functions, constructors and constants, and reachability from the main contract."""

import pytest

from tests.support.compiling.sources import body_codes, codes

END = "public function end() { require(true); } }"


@pytest.mark.parametrize(
    ("member", "expected"),
    [
        ("public function f() { require(true); }", []),
        ("public static function f() { require(true); }", []),
        ("static public function f(int x) { { require(x); } require(x); }", []),
        ("public function f() { }", ["entry-point-without-require"]),
        ("public function f() { { require(true); } }", ["entry-point-without-require"]),
        ("public function f() { if (true) require(true); }", ["entry-point-without-require"]),
        ("public function f() { exit(true); }", ["entry-point-without-require"]),
        ("public function f() : bool { require(true); }", ["entry-point-with-result"]),
        ("public function f() { return true; }", ["entry-point-without-require"]),
        ("function f() : int { return 1; }", []),
        ("private function f() : int { exit(true); return 1; }", []),
        ("default static function f() : int { require(false); return 1; }", []),
        ("function f() : int { { return 1; } }", ["missing-return", "misplaced-return"]),
        ("function f() : int { if (true) return 1; return 2; }", ["misplaced-return"]),
        ("function f() : int { return 1; require(true); }", ["missing-return", "misplaced-return"]),
        ("function f() : int { return; }", ["return-without-value"]),
        ("function f() { return 1; }", ["missing-result-type"]),
        ("function f() : int { return b''; }", ["type-mismatch"]),
        ("function f() : Sha256 { return b''; }", []),
        ("function f() : PrivKey { return 3; }", []),
        ("function f() : Sha256 { return sha1(b''); }", ["type-mismatch"]),
        ("int x; constructor() { this.x = 1; exit(true); require(true); }", []),
        ("int x; constructor() { }", []),
        ("int x; constructor(int y) { return y; }", ["misplaced-return"]),
        ("constructor() { } constructor() { }", ["second-constructor"]),
        ("const int x; constructor(int y) { this.x = y; this.x += 1; this.x++; }", []),
        ("const int x; function f() : int { this.x = 1; return 1; }", ["const-assignment"]),
        ("static const int X;", ["static-without-value"]),
        ("static int x;", ["static-without-value"]),
        ("int x = 3;", ["property-with-value"]),
        ("auto x;", ["auto-property"]),
        ("static auto x = 3;", []),
        ("static int x = this.y;", ["this-in-static"]),
        ("function f(public int x) : int { return x; }", ["bad-modifier"]),
        ("const function f() : int { return 1; }", ["bad-modifier"]),
        ("function f<T>(int x) : int { return x; }", ["generic-function"]),
    ],
)
def test_members(member: str, expected: list[str]) -> None:
    assert codes(f"contract C {{ {member} {END}") == expected


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ("x = 1;", []),
        ("c = 1;", ["const-assignment"]),
        ("c++;", ["const-assignment"]),
        ("const int k = x; k -= 1;", ["const-assignment"]),
        ("3 = x;", ["not-assignable"]),
        ("b[1:] = b'';", ["not-assignable"]),
        ("len(b) = 3;", ["not-assignable"]),
        ("(x) = 1;", []),
        ("x++; --x; len(b);", []),
        ("x;", ["useless-statement"]),
        ("(x + 1);", ["useless-statement"]),
        ("b++;", ["operand-mismatch"]),
        ("k++;", ["operand-mismatch"]),
        ("x = y = 1;", ["foreign-syntax"]),
        ("return x;", ["misplaced-return"]),
        ('b = "a\\q";', ["backslash"]),
        ('b = "a\\n\\r\\t\\\\";', []),
        ("require(checkMultiSig([], []));", ["foreign-syntax"]),
        ("require(checkMultiSig([s], [p]));", []),
        ("require(checkMultiSig([s, s, s], [p, p, p, p]));", []),
        ("require(checkMultiSig([s, s], [p]));", ["more-signatures-than-keys"]),
        ("require(checkMultiSig([p], [s]));", ["type-mismatch", "type-mismatch"]),
        ("require(checkMultiSig([s, b], [p, p]));", ["type-mismatch"]),
        ("require(checkMultiSig([s]));", ["wrong-argument-count"]),
        ("b = reverseBytes(b, 0);", ["constant-out-of-range"]),
        ("b = reverseBytes(b, 10_000);", ["bad-number"]),
        ("b = reverseBytes(b, 10000);", []),
        ("b = reverseBytes(b, 10001);", ["constant-out-of-range"]),
        ("b = reverseBytes(b, x);", ["not-constant"]),
        ("b = reverseBytes(b, 2 > 1 ? 6 / 2 % 2 << 3 : x);", []),
        ("b = reverseBytes(b, x > 1 ? 1 : 2);", ["not-constant"]),
        ("b = reverseBytes(b, len(b'00'));", ["not-constant"]),
        ("b = reverseBytes(b, -(-4));", []),
        ("b = reverseBytes(b, b);", ["type-mismatch"]),
        ("b = reverseBytes(b);", ["wrong-argument-count"]),
    ],
)
def test_statements(statements: str, expected: list[str]) -> None:
    parameters = "int x, const int c, bytes b, PrivKey k, Sig s, PubKey p"
    if "const int k" in statements:
        parameters = parameters.replace(", PrivKey k", "")
    assert body_codes(statements, parameters) == expected


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ("static int a = b; static int b = 1;", []),
        ("static int a = a;", ["static-ring"]),
        ("static const int a = b; static const int b = c; static const int c = a;", ["static-ring"]),
        ("static int a = f(); static function f() : int { return a; }", ["static-ring"]),
        ("static int a = f(); static function f() : int { return b; } static int b = 2;", []),
        ("static auto a = C.b; static auto b = C.a;", ["static-ring"]),
        ("function f() : int { return this.g() + this.g(); } function g() : int { return 1; }", []),
        ("function f() : int { return this.f(); }", ["recursion"]),
        ("function f() : int { return this.g(); } function g() : int { return this.f(); }", ["recursion"]),
        ("function f() : int { require(this.end()); return 1; }", []),
        ("function f() : int { return new C().f(); }", ["recursion"]),
        ("constructor() { this.f(); } function f() : int { return 1; }", []),
        ("constructor() { C c = new C(); }", ["recursion"]),
        ("constructor() { this.f(); } function f() : int { C c = new C(); return 1; }", ["recursion"]),
    ],
)
def test_rings(members: str, expected: list[str]) -> None:
    assert codes(f"contract C {{ {members} {END}") == expected


def test_rings_of_entry_points() -> None:
    text = """
        contract A { B b; public function f() { require(this.b.g(new A(this.b))); } }
        contract B { public function g(A a) { require(a.f()); } }
    """
    assert codes(text) == ["recursion"]


CHANGES = """
    library L {{
        int n;
        M m;
        function look() : int {{ return this.n; }}
        function direct() : int {{ this.n = 1; return 1; }}
        function deep() : int {{ this.m.x++; return 1; }}
        function through() : int {{ return this.direct(); }}
        function inner() : int {{ return this.m.change(); }}
        function local() : int {{ L l = this; return l.direct(); }}
        function other(L l) : int {{ return l.direct(); }}
    }}
    library M {{ int x; function change() : int {{ this.x = 2; return 3; }} }}
    contract C {{
        const L fixed;
        L free;
        constructor(L l) {{ this.fixed = l; this.fixed.direct(); }}
        public function f(const L p, L q) {{ {} require(true); }}
    }}
"""


@pytest.mark.parametrize("call", ["look()", "local()", "other(q)", "m.x + 1 == 2 ? 1 : 2", "n"])
@pytest.mark.parametrize("receiver", ["this.fixed", "p", "this.free", "q"])
def test_calls_that_change_nothing(receiver: str, call: str) -> None:
    assert codes(CHANGES.format(f"int x = {receiver}.{call};".replace("= this.fixed.m.x", "= 0 * 1"))) == []


@pytest.mark.parametrize("call", ["direct()", "deep()", "through()", "inner()", "m.change()"])
def test_calls_that_change_their_instance(call: str) -> None:
    for receiver in ("this.fixed", "p"):
        assert codes(CHANGES.format(f"int x = {receiver}.{call};")) == ["changing-call-on-const"]
    for receiver in ("this.free", "q"):
        assert codes(CHANGES.format(f"int x = {receiver}.{call};")) == []


def test_mistakes_count_everywhere() -> None:
    text = 'import "a"; contract C { public function f() { require(true); } }'
    assert codes(text, {"a": "library A { static function f() : int { return b''; } }"}) == ["type-mismatch"]
