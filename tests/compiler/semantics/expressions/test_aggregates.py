"""Arrays and structs: types, literals typed by their context, elements and fields, equality."""

import pytest

from penstockc.language.types import ArrayType
from penstockc.semantics.typed.text import show_program
from tests.support.compiling.sources import codes, diagnostics, program
from tests.support.compiling.typed_invariants import check_program

HEAD = """
    struct Point { int x; int y; }
    struct Tag { bytes text; Point[2] where; bool on; }
    struct Keys { PubKey key; Sig[2] sigs; }
    library Disc { Point middle; int radius; function grow() : Point { this.radius++; return this.middle; } }
    library Sizes { static const int N = 2; static const int M = N + 1; static int loose = 3; }
    type Row = int[Sizes.M];
    type Grid = Row[Sizes.N];
"""
PARAMETERS = (
    "int i, bytes b, bool c, Point p, Tag t, int[3] row, Grid grid, Point[2] ps, PubKey k, Sig s, Keys keys, Disc d"
)


def body(statements: str) -> str:
    return f"{HEAD} contract C {{ public function f({PARAMETERS}) {{ {statements} require(true); }} }}"


RIGHT = [
    "int[3] a = [1, 2, 3];",
    "int[] a = [1, 2, 3]; int x = a[i];",
    "int[][2] a = [[1, 2]]; int[2] x = a[0];",
    "int[][] a = [[1, 2], [3, 4], [5, 6]]; int[3][2] x = a;",
    "bytes[] a = [b, k, s, b'00'];",
    "auto a = [k, k]; PubKey[2] x = a;",
    "auto a = [b, k]; bytes[2] x = a;",
    "auto a = [row, [1, 2, 3]]; a[1][2] = i;",
    "grid[1][2] = row[0] + grid[0][i]; row[i]++; ++grid[i][i];",
    "grid[1] = row; grid = [row, row];",
    "Row r = grid[0]; int[2][3] g = grid; Row[2] h = g;",
    "Point q = {1, i}; q.x = q.y; q = {q.x, 3}; q.x += 2; q.y++;",
    "Point[2] q = [{1, 2}, p]; q[i].x = 3; q[1] = {1, 2};",
    "Point[] q = [{1, 2}, {3, 4}, p];",
    "auto q = [p, {1, 2}]; auto r = [{1, 2}, p];",
    "Tag u = {b, [{1, 2}, p], true}; u.where[1].x = 2; u.where = ps;",
    "Tag u = {k, ps, false};",
    "Keys z = {k, [s, s]}; z.sigs[i] = s;",
    "require(p == {1, 2} && {1, 2} == p && p != {1, i});",
    "require(ps == [{1, 2}, p] && [{1, 2}, {3, 4}] == ps && ps[0] == ps[i]);",
    "require(row == [1, 2, 3] && grid[0] == row && grid == [row, row] && d == d);",
    "require([b] == [k] && [[b, k]] == [[k, k]] && repeat(s, 2) == repeat(b, 2));",
    "require(t == {b'', [p, p], true});",
    "Point q = c ? {1, 2} : p; q = c ? p : {1, 2}; q = c ? {1, 2} : {3, 4};",
    "require((c ? p : {1, 2}) == (c ? {1, 2} : p));",
    "Point[2] q = c ? [{1, 2}, {3, 4}] : ps;",
    "int x = [1, 2, 3][i] + [p, {1, 2}][0].x;",
    "Point q = [{1, 2}, {3, 4}][i]; require(p == [{1, 2}, {3, 4}][i]);",
    "int x = d.middle.x + new Disc({1, 2}, 3).middle.y + d.grow().y;",
    "Disc e = new Disc({1, 2}, 3); e.middle = {3, 4}; e.middle.x = d.grow().x;",
    "Disc[2] e = [d, new Disc(p, 1)]; e[i].grow(); e[0].middle.x = 3; auto q = e[1].grow();",
    "int[4] a = repeat(i, 4); Point[3] q = repeat({1, 2}, 3); int[2][3] g = repeat(row, 2);",
    "Point[3] q = repeat(p, Sizes.M); auto r = repeat(ps, 2); r[1][0].x = 1;",
    "Row r = repeat(0, Sizes.M); Point[][] q = repeat([p, p], 2);",
    "bytes[2] x = repeat(k, 2); bytes[2][2] y = repeat([b, k], 2); PubKey[2] z = repeat(k, 2);",
    "int x = len(row) + len(grid) + len(grid[0]) + len(t.where) + len(b);",
    "int x = len([i / 2, 3]) + len(grid[i]); require(new Sizes() == new Sizes());",
    "int[len(row)] a = row;",
    "require(checkMultiSig(keys.sigs, [k, k, k])); require(checkMultiSig([s], repeat(k, 2)));",
    "Sha256 h = flattenSha256(p); require(flattenSha256(grid) == h || flattenSha256(d) == flattenSha256(i));",
    "row[[0, 1, 2][i]] = 3; row[p.x]++; (row)[0] = 1; (ps[0]).x = 2;",
    "int[Sizes.N + 1] a = row; int[Sizes.M][1 << 1] g = repeat([1, 2], 3);",
    "const int[3] a = row; const Point q = p; int x = a[0] + q.x;",
]


@pytest.mark.parametrize("statements", RIGHT)
def test_what_is_right(statements: str) -> None:
    assert diagnostics(body(statements)) == []
    check_program(program(body(statements)))


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ("int[2] a = row;", ["type-mismatch"]),
        ("int[3] a = [1, 2];", ["wrong-element-count"]),
        ("int[] a = i;", ["type-mismatch"]),
        ("int[][] a = row;", ["type-mismatch"]),
        ("int[][] a = [1, 2];", ["type-mismatch", "type-mismatch"]),
        ("int[] a = [1, b];", ["type-mismatch"]),
        ("int[] a = [[1]];", ["type-mismatch"]),
        ("auto a = [1, b];", ["elements-mismatch"]),
        ("auto a = [row, [1, 2]];", ["elements-mismatch"]),
        ("int[0] a = [1];", ["constant-out-of-range"]),
        ("int[-1] a = [1];", ["constant-out-of-range"]),
        ("int[100001] a = repeat(1, 2);", ["constant-out-of-range"]),
        ("int[50000][50000] a = grid;", ["value-too-large"]),
        ("int[i] a = row;", ["not-constant"]),
        ("int[Sizes.loose] a = row;", ["not-constant"]),
        ("int[b] a = row;", ["type-mismatch"]),
        ("const int n = 3; int[n] a = row;", ["not-constant"]),
        ("PubKey[2] a = [b, b];", ["type-mismatch", "type-mismatch"]),
        ("bytes[2] a = [k, k]; a = keys.sigs;", ["type-mismatch"]),
        ("int x = i[0];", ["not-an-array"]),
        ("int x = b[0];", ["not-an-array"]),
        ("int x = p[0];", ["not-an-array"]),
        ("int x = row[b];", ["type-mismatch"]),
        ("int x = row[3];", ["index-out-of-range"]),
        ("int x = grid[2][0] + grid[0][3];", ["index-out-of-range", "index-out-of-range"]),
        ("row[-1] = 2;", ["index-out-of-range"]),
        ("const int[3] a = row; a[0] = 1;", ["const-assignment"]),
        ("const Point q = p; q.x++;", ["const-assignment"]),
        ("[1, 2][0] = 3;", ["not-assignable"]),
        ("d.grow().x = 3;", ["not-assignable"]),
        ("row++;", ["operand-mismatch"]),
        ("int x = row + 1;", ["operands-mismatch"]),
        ("require(row == grid);", ["incomparable-types"]),
        ("require([b] == [i]);", ["incomparable-types"]),
        ("require([b] == [b, b]);", ["incomparable-types"]),
        ("require(p == d);", ["incomparable-types"]),
        ("require(p < p);", ["operands-mismatch"]),
        ("require(p);", ["not-a-condition"]),
        ("require(p == i);", ["incomparable-types"]),
        ("require(i == p);", ["operands-mismatch"]),
        ("int x = p.z;", ["unknown-member"]),
        ("int x = row.x;", ["unknown-member"]),
        ("p.grow();", ["unknown-member"]),
        ("Point q = {1};", ["wrong-field-count"]),
        ("Point q = {1, 2, 3};", ["wrong-field-count"]),
        ("Point q = {1, b};", ["type-mismatch"]),
        ("Point q = {1, nothing};", ["unknown-name"]),
        ("Nothing q = {1, 2}; q.x = 1;", ["unknown-type"]),
        ("auto q = {1, 2};", ["untyped-struct"]),
        ("auto q = [{1, 2}];", ["untyped-struct"]),
        ("auto q = nothing; require(q == {1, 2});", ["unknown-name"]),
        ("int x = {1, 2};", ["unexpected-struct"]),
        ("Disc e = {p, 2};", ["unexpected-struct"]),
        ("nothing({1, 2});", ["unknown-function"]),
        ("d.nothing({1, 2});", ["unknown-member"]),
        ("Disc e = new Disc({1, 2});", ["wrong-argument-count"]),
        ("Disc e = new Disc({1, 2}, 3, {4});", ["wrong-argument-count"]),
        ("Point q = Point({1, 2});", ["unknown-function"]),
        ("Point q = new Point(1, 2);", ["not-constructible"]),
        ("Point q = c ? {1, 2} : i;", ["arms-mismatch"]),
        ("int[2] a = repeat(1, 3);", ["type-mismatch"]),
        ("auto a = repeat(1, i);", ["not-constant"]),
        ("auto a = repeat(1, 0);", ["constant-out-of-range"]),
        ("auto a = repeat({1, 2}, 3);", ["untyped-struct"]),
        ("int x = len(i);", ["type-mismatch"]),
        ("require(flattenSha256(new Sizes()) == b'');", ["nothing-to-hash"]),
        ("require(checkMultiSig(keys.sigs, [k]));", ["more-signatures-than-keys"]),
        ("require(checkMultiSig(keys.sigs, keys.sigs));", ["type-mismatch"]),
        ("require(checkMultiSig(s, k));", ["type-mismatch", "type-mismatch"]),
        ("Sizes x = {1};", ["unexpected-struct"]),
    ],
)
def test_what_is_wrong(statements: str, expected: list[str]) -> None:
    assert codes(body(statements)) == expected


@pytest.mark.parametrize(
    ("written", "resolved"),
    [
        ("int[2][3]", "int[2][3]"),
        ("Row[2]", "int[2][3]"),
        ("Grid[4]", "int[4][2][3]"),
        ("Row[2][5]", "int[2][5][3]"),
        ("Point[Sizes.N]", "Point[2]"),
        ("PubKeyHash[1]", "Ripemd160[1]"),
    ],
)
def test_the_first_dimension_is_the_outer_one(written: str, resolved: str) -> None:
    found = program(f"{HEAD} contract C {{ {written} a; public function f() {{ require(true); }} }}")
    (entry,) = found.contract.properties
    assert str(entry.type) == resolved
    assert isinstance(entry.type, ArrayType)


def test_indices_apply_from_left_to_right() -> None:
    text = f"{HEAD} contract C {{ public function f(Grid g, int i) {{ require(g[1][i] == 0); }} }}"
    assert "require NUM_EQUAL(g#0[1][i#1], 0)" in show_program(program(text))


def test_sizes_come_from_anywhere() -> None:
    text = """
        type Table = Cell[C.N][After.M];
        struct Cell { int[C.N] values; }
        contract C {
            static const int N = After.M - 1;
            Table table;
            int[N] own;
            static const int[] LIST = [N, 2];
            function g(int[N * 2] x) : int[N] { return this.own; }
            public function f(Cell[After.M] row) { require(this.table[0] == row); }
        }
        library After { static const int M = 3; int[C.N] n; }
    """
    found = program(text)
    check_program(found)
    assert [str(entry.type) for entry in found.contract.properties] == ["Cell[2][3]", "int[2]"]
    assert [str(alias.type) for alias in found.aliases] == ["Cell[2][3]"]


def test_a_struct_sees_the_constants_of_its_own_file() -> None:
    """As `ringsig` has it: the size is a constant of the contract that follows."""
    lib = "struct Ring { int[N] rs; } type Row = int[N]; library L { static const int N = 2; }"
    text = (
        'import "lib"; struct Own { Row[N] x; } contract C { static const int N = 3; public function f(Own o, Ring r) '
    )
    found = program(f"{text} {{ require(o.x[0] == r.rs); }} }}", {"lib": lib})
    assert "Own(" not in show_program(found)
    assert [(struct.name, struct.fields) for struct in found.structs] == [
        ("Own", (("x", "int[3][2]"),)),
        ("Ring", (("rs", "int[2]"),)),
    ]


@pytest.mark.parametrize(
    ("declarations", "expected"),
    [
        ("struct S { int x; int x; }", ["duplicate-name"]),
        ("struct S { }", ["empty-struct"]),
        ("struct S { Nothing x; }", ["unknown-type"]),
        ("struct S { S x; }", ["recursive-struct"]),
        ("struct S { T[2] x; } struct T { S y; }", ["recursive-struct"]),
        ("struct S { L x; } library L { S y; }", ["recursive-class"]),
        ("struct S { A x; } type A = S[2];", ["recursive-struct"]),
        ("type A = A[2];", ["alias-cycle"]),
        ("type A = int[];", ["missing-size"]),
        ("struct S { int[] x; }", ["missing-size"]),
        ("library L { int[] x; }", ["missing-size"]),
        ("library L { static const int N = M; static const int M = N; int[N] x; }", ["static-ring"]),
        ("library L { static const int[N] A = [1]; static const int N = A[0]; }", ["static-ring"]),
        ("library L { static int N = 2; int[N] x; }", ["not-constant"]),
        ("library L { static const int N = 2; int[this.N] x; }", ["this-as-class"]),
        ("library L { static private const int N = 2; } struct S { int[L.N] x; }", ["private-member"]),
        ("struct S { int x; } struct S { int y; }", ["duplicate-name"]),
        ("struct int { int x; }", ["predeclared-name"]),
        ("contract int { public function f() { require(true); } }", ["predeclared-name"]),
        ("library L { static const int[] A = [1, 2]; static const int B = A[2]; }", ["index-out-of-range"]),
        ("library L { static const int[] A = []; }", ["foreign-syntax"]),
        ("library L { int x; function f(const int[2] a) : int { a[0] = 1; return a[0]; } }", ["const-assignment"]),
        ("library L { const int[2] a; function f() : int { this.a[1] = 2; return 1; } }", ["const-assignment"]),
        ("library L { int[2] a; constructor() { this.a[1] = 2; } }", []),
        ("library L { const int[2] a; constructor() { this.a[1] = 2; } }", []),
        ("library L { static const int[] A = [1]; static function f() : int { A[0] = 1; return 1; } }",
         ["const-assignment"]),
        ("library L { static int[] a = [1]; static function f() : int { a[0] = 1; L.a[0]++; return 1; } }", []),
        ("library L { function f() : int[2] { return [1, 2]; } function g() : int { return this.f()[1]; } }", []),
        ("struct S { int x; } library L { function f() : S { return {1}; } function g() : int { return this.f().x; } }",
         []),
        ("struct S { int x; } library L { static const S A = {1}; static function f() : int { return A.x; } }", []),
        ("library L { const int[2] a; function g() : int { this.a[0]++; return 1; } }", ["const-assignment"]),
    ],
)  # fmt: skip
def test_declarations(declarations: str, expected: list[str]) -> None:
    text = f"{declarations} contract C {{ public function f() {{ require(true); }} }}"
    assert codes(text) == expected


@pytest.mark.parametrize("call", ["ms[i].direct()", "ms[0].direct()", "pair.left.direct()", "pair.deep[1].direct()"])
def test_calls_on_parts_of_const_values(call: str) -> None:
    text = """
        library M {{ int x; function direct() : int {{ this.x = 2; return 3; }} }}
        struct Pair {{ M left; M[2] deep; }}
        contract C {{ public function f({0} M[2] ms, {0} Pair pair, int i) {{ require({1} == 3); }} }}
    """
    assert codes(text.format("", call)) == []
    assert codes(text.format("const", call)) == ["changing-call-on-const"]
