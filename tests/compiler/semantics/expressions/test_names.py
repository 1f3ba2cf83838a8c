"""Resolution of names, order of declarations, and hidden names."""

import pytest

from penstockc.errors.names import UnknownFunction, UnknownName
from penstockc.support.suggestions import suggest
from tests.support.compiling.sources import body_codes, codes, diagnostics

BODY = "{ public function f() { require(true); } }"


def test_files_have_no_order() -> None:
    text = """
        type Amount = Number;
        contract Main {
            Late late;
            Amount n;
            static const int FIRST = SECOND;
            static const int SECOND = Late.LIMIT;
            public function f(Amount x) { require(this.late.twice() == FIRST + g(x) + this.n); }
            static function g(Number x) : Amount { return Late.half(x); }
        }
        library Late {
            Amount n;
            function twice() : Amount { return this.n * 2; }
            static function half(int x) : Number { return x / LIMIT; }
            static const Amount LIMIT = 2;
        }
        type Number = int;
    """
    assert codes(text) == []


@pytest.mark.parametrize(
    ("use", "expected"),
    [
        ("A a = new A(1); require(a.n == B.LIMIT && A.half(2) == 1);", []),
        ("L l = new B(1); A a = l; require(a == l);", []),
        ("Amount x = Amount(3); int y = x;", []),
        ("auto x = new Amount(3);", ["not-constructible"]),
        ("int x = Amount;", ["class-as-value"]),
        ("int x = Amount.n;", ["class-as-value"]),
        ("int x = A;", ["class-as-value"]),
        ("int x = A(1);", ["unknown-function"]),
        ("int x = Table.n;", ["class-as-value"]),
        ("Table x = 3;", ["type-mismatch"]),
        ("int A = 3; require(A == 3);", []),
    ],
)
def test_aliases_are_what_they_stand_for(use: str, expected: list[str]) -> None:
    text = """
        type A = B; type B = L; type Amount = int; type Table = int[3];
        library L { int n; static const int LIMIT = 3; static function half(int x) : int { return x / 2; } }
        contract C { public function f() { ... require(true); } }
    """
    assert codes(text.replace("...", use)) == expected


def test_names_of_all_files_are_one_space() -> None:
    assert codes(f'import "a"; library L {{ }} contract C {BODY}', {"a": "library L { }"}) == ["duplicate-name"]
    assert codes(f'import "a"; type L = int; contract C {BODY}', {"a": "struct L { int x; }"}) == ["duplicate-name"]
    files = {"a": 'import "c"; library A { }', "b": 'import "c"; library B { }', "c": "library L { }"}
    assert codes(f'import "a"; import "b"; contract C {BODY}', files) == []


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ("int x = 1; int x = 2;", ["duplicate-name"]),
        ("int x = 1; { int x = 2; }", ["shadowed-name"]),
        ("{ int x = 2; } int x = 1;", []),
        ("{ int x = 1; } { int x = 2; }", []),
        ("if (true) int x = 1; else int x = 2;", []),
        ("if (true) { int x = 1; } require(x == 1);", ["unknown-name"]),
        ("int x = x;", ["unknown-name"]),
        ("int p = 1;", ["duplicate-name"]),
        ("{ int p = 1; { int p = 2; } }", ["shadowed-name", "shadowed-name"]),
        ("int y = p; { int y = y * 2; require(y == 2); }", ["shadowed-name"]),
        ("int Sample = 1; int f = 2; int len = len(b'');", []),
        ("auto x = nowhere; x = 3; x += b''; require(x);", ["unknown-name"]),
        ("int x = nowhere; bytes y = x;", ["unknown-name", "type-mismatch"]),
        ("int q = 1; bytes q = b''; q += 2;", ["duplicate-name"]),
    ],
)
def test_scopes(statements: str, expected: list[str]) -> None:
    assert body_codes(statements, "int p") == expected


MEMBERS = """
    library L {{
        int n;
        const int fixed;
        private int hidden;
        static int s = 1;
        static const int C = 2;
        private static int t = 3;
        function m() : int {{ return this.n + this.hidden + s + C + t + L.t; }}
        private function p() : int {{ return this.m() + q(); }}
        static private function q() : int {{ return C; }}
        static function r() : int {{ return q() + L.q(); }}
    }}
    contract K {{ int n; private int h; public function go(int x) {{ require(x == this.n); }} }}
    contract Sample {{
        L l;
        K k;
        int n;
        static int s = 1;
        function m() : int {{ return 1; }}
        static function r() : int {{ return 2; }}
        public function f(int x) {{ {} require(true); }}
    }}
"""


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ("x = this.l.n + this.l.m() + L.s + L.C + L.r();", []),
        ("x = this.l.n++ + this.k.n;", []),
        ("this.l.n = 3; L.s = 4; s = 5; Sample.s = 6;", []),
        ("x = this.l.hidden;", ["private-member"]),
        ("x = this.k.h;", ["private-member"]),
        ("x = L.t;", ["private-member"]),
        ("x = this.l.p();", ["private-member"]),
        ("x = L.q();", ["private-member"]),
        ("x = L.m();", ["needs-instance"]),
        ("x = L.n;", ["needs-instance"]),
        ("x = this.l.r();", ["through-instance"]),
        ("x = this.l.s;", ["through-instance"]),
        ("x = this.r();", ["through-instance"]),
        ("x = this.s;", ["through-instance"]),
        ("x = m();", ["method-called-bare"]),
        ("x = n;", ["bare-property"]),
        ("x = this.m;", ["function-as-value"]),
        ("x = r;", ["function-as-value"]),
        ("x = L;", ["class-as-value"]),
        ("x = L.nothing;", ["unknown-member"]),
        ("x = L.nothing();", ["unknown-member"]),
        ("x = this.nothing;", ["unknown-member"]),
        ("x = this.nothing();", ["unknown-member"]),
        ("x = x.n;", ["unknown-member"]),
        ("x = x.m();", ["unknown-member"]),
        ("x = nothing();", ["unknown-function"]),
        ("require(this.k.go(x));", []),
        ("require(x == 1 && this.k.go(x) || !this.k.go(2));", []),
        ("require(x == 1 ? this.k.go(x) : this.k.go(2));", []),
        ("bool b = this.k.go(x);", ["entry-point-outside-require"]),
        ("if (this.k.go(x)) { }", ["entry-point-outside-require"]),
        ("exit(this.k.go(x));", ["entry-point-outside-require"]),
        ("this.k.go(x);", []),
        ("require(within(1, 2, x) == this.k.go(3) || max(this.k.go(3), 1));", ["entry-point-outside-require"]),
        ("this.l.fixed = 1;", ["const-assignment"]),
        ("L.C = 1;", ["const-assignment"]),
        ("L l = this.l; l.fixed++;", ["const-assignment"]),
        ("const L l = this.l; l.n = 1;", ["const-assignment"]),
        ("this = this;", ["not-assignable"]),
        ("L.r() = 1;", ["not-assignable"]),
        ("new L(1, 2, 3).n = 1;", ["not-assignable"]),
        ("(x == 1 ? this.l : this.l).n = 1;", ["not-assignable"]),
        ("L l = new L(1, 2, 3).m();", ["type-mismatch"]),
        ("K k = new K(1, 2); require(k.go(3));", []),
        ("L.s.n = 1;", ["unknown-member"]),
    ],
)
def test_members(statements: str, expected: list[str]) -> None:
    assert codes(MEMBERS.format(statements)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("library L { int a; int a; }", ["duplicate-name"]),
        ("library L { int a; static int a = 1; }", ["duplicate-name"]),
        ("library L { function a() : int { return 1; } static function a() : int { return 1; } }", ["duplicate-name"]),
        ("library L { static int a = 1; function a() : int { return 1; } }", ["duplicate-name"]),
        ("library L { int a; function a() : int { return this.a; } }", []),
        ("library L { int L; function f(int f) : int { int L = f; return L; } }", []),
        ("library L { } struct L { int x; }", ["duplicate-name"]),
        ("struct S { int x; int x; }", ["duplicate-name"]),
        ("struct S { Nowhere x; }", ["unknown-type"]),
        ("struct S<T> { T x; S<T> y; }", ["recursive-struct"]),
        ("library L<T> { T t; function f(T x) : T { return x; } }", []),
    ],
)
def test_declarations(text: str, expected: list[str]) -> None:
    assert codes(f"{text} contract C {BODY}") == expected


def test_a_static_and_a_built_in_of_one_name() -> None:
    """The static is meant where it fits; the built-in where only that does."""
    library = """
        library L {
            bytes b;
            static function abs(bytes x) : int { return abs(unpack(x)); }
            static function max(int x, int y) : int { return x; }
            function len() : int { return len(this.b); }
        }
    """
    text = f"{library} contract C {{ public function f(int x) {{ require(L.abs(b'') == L.max(x, 1)); }} }}"
    assert codes(text) == []
    recursive = "library L { static function abs(int x) : int { return abs(x - 1); } }"
    assert codes(f"{recursive} contract C {BODY}") == ["recursion"]


@pytest.mark.parametrize(
    ("name", "candidates", "expected"),
    [
        ("checksig", ["checkSig", "checkMultiSig"], "checkSig"),
        ("lenght", ["length", "left"], "length"),
        ("x", ["y", "z"], None),
        ("frobnicate", ["checkSig"], None),
        ("y", [], None),
        ("LIMT", ["LIMIT", "limits"], "LIMIT"),
        ("sha265", ["Sha256", "sha256"], "sha256"),
        ("Sha265", ["Sha256", "sha256"], "Sha256"),
    ],
)
def test_suggestions(name: str, candidates: list[str], expected: str | None) -> None:
    assert suggest(name, candidates) == expected


def test_suggestions_come_from_what_is_in_sight() -> None:
    (name, function) = diagnostics(
        "contract C { static const int LIMIT = 3; public function f(int degrees) {"
        " require(degres == 1); require(sha265(b'') == b''); } }"
    )
    assert isinstance(name, UnknownName)
    assert name.suggestion == "degrees"
    assert isinstance(function, UnknownFunction)
    assert function.suggestion == "sha256"
