"""Type parameters: every instance is a class or struct of its own, checked as far as it is used."""

import pytest

from penstockc.semantics import typed
from penstockc.semantics.typed.text import show_program
from tests.support.compiling.sources import codes, diagnostics, program
from tests.support.compiling.typed_invariants import check_program

HEAD = """
    struct Pair<A, B> { A first; B second; }
    struct Point { int x; int y; }
    library Box<T> {
        T item;
        int changes;
        static const int SIZE = 2;
        static int counter = 0;
        constructor(T item) { this.item = item; this.changes = 0; }
        function get() : T { return this.item; }
        function set(T item) : bool { this.item = item; this.changes++; return true; }
        function me() : Box<T> { return this; }
        function again() : Box<T> { return new Box(this.item); }
        static function same(T one, T other) : bool { return one == other; }
        static function made(T item) : Box<T> { return new Box(item); }
        static function count() : int { counter += SIZE; return Box.counter; }
    }
    library Nest<T> {
        Box<T[2]> inner;
        function first() : T { return this.inner.get()[0]; }
        function pair() : Pair<T, Box<T>> { T one = this.first(); return {one, new Box(one)}; }
    }
    library Plain<A> { A a; }
    type Ints = Pair<int, int>;
    type Boxed = Box<Ints>;
    type Row = int[2];
"""
PARAMETERS = "int i, bytes b, Pair<int, bytes> p, Point q, Box<int> box, Nest<bytes> nest, Ints ints, Boxed boxed"


def body(statements: str) -> str:
    return f"{HEAD} contract C {{ public function f({PARAMETERS}) {{ {statements} require(true); }} }}"


@pytest.mark.parametrize(
    "statements",
    [
        "Pair<int, bytes> x = {1, b}; x = p; x.first = 2; x.second = b; require(x == p && p == {1, b});",
        "Ints x = {1, 2}; Pair<int, int> y = x; require(x.first == ints.second);",
        "Pair<Pair<int, int>, Point[2]> x = {{1, 2}, [{1, 2}, q]}; x.first.second = x.second[i].y;",
        "Pair<Row, Pair<Row, Row>> x = {[1, 2], {[1, 2], [3, 4]}}; int y = x.second.second[1];",
        "Box<int> x = new Box<int>(1); x.set(2); int y = x.get() + x.item + x.changes;",
        "Box<int> x = new Box(1); x = new Box(2); require(x == new Box(3) && new Box(4) == x);",
        "auto x = new Box<bytes>(b); bytes y = x.get();",
        "auto y = box.get() + 1; auto z = nest.first() + b; auto x = boxed.get().first + 1;",
        "Box<Point> x = new Box({1, 2}); x.set({3, 4}); x.item.x = x.get().y;",
        "Box<Point[2]> x = new Box([{1, 2}, q]); x.item[i] = {1, i};",
        "Box<Row> x = new Box([1, 2]); Box<int[2]> y = x;",
        "Box<int>[2] x = [new Box(1), box]; x[i].set(3); Box<int>[] y = [new Box(1)];",
        "bool x = Box<int>.same(1, i) && Box<Point>.same({1, 2}, q) && Box<Row>.same([1, 2], [i, i]);",
        "int x = Box<int>.count() + Box<bytes>.SIZE + Box<int>.counter; Box<int>.counter = 3;",
        "int[Box<bytes>.SIZE] x = [1, 2];",
        "Box<int> x = box.me(); x = box.again().me(); x = Box<int>.made(3); int y = box.me().again().get();",
        "Nest<int> x = new Nest(new Box([1, 2])); int y = x.first() + x.pair().second.get();",
        "Nest<Point> x = new Nest(new Box([q, {1, 2}])); Point y = x.pair().first;",
        "Box<Box<int>> x = new Box(new Box(1)); x.item.set(2); x.get().set(3); int y = x.item.item;",
        "Box<Box<Box<int>>> x = new Box(new Box(new Box(1)));",
        "Boxed x = new Box({1, 2}); x = new Boxed({1, 2}); x = boxed;",
        "Plain<bool> x = new Plain(true); Plain<Plain<bool>> y = new Plain(x);",
        "Sha256 h = flattenSha256(nest); require(flattenSha256(p) == h);",
        "Box<int> x = true ? new Box(1) : box; Pair<int, bytes> y = i > 0 ? {1, b} : p;",
        "Box<int>[2] x = repeat(new Box(1), 2);",
        "require(i < 3 && i > 2); bool x = i < 2 == i > (3);",
    ],
)
def test_what_is_right(statements: str) -> None:
    assert diagnostics(body(statements)) == []
    check_program(program(body(statements)))


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ("Pair<int> x = p;", ["wrong-type-argument-count"]),
        ("Pair<int, int, int> x = p;", ["wrong-type-argument-count"]),
        ("Pair x = p;", ["missing-type-arguments"]),
        ("Pair<int, Box> x = p;", ["missing-type-arguments"]),
        ("Pair<int, Nothing> x = p;", ["unknown-type"]),
        ("Point<int> x = q;", ["unexpected-type-arguments"]),
        ("int<int> x = 1;", ["unexpected-type-arguments"]),
        ("Ints<int> x = ints;", ["unexpected-type-arguments"]),
        ("Nothing<int> x = ints;", ["unknown-type"]),
        ("Pair<int, int> x = p;", ["type-mismatch"]),
        ("Pair<bytes, int> x = {1, b};", ["type-mismatch", "type-mismatch"]),
        ("Box<bytes> x = box;", ["type-mismatch"]),
        ("Box<bytes> x = new Box(1);", ["type-mismatch"]),
        ("Box<bytes> x = new Box<int>(1);", ["type-mismatch"]),
        ("auto x = new Box(1);", ["missing-type-arguments"]),
        ("int x = new Box(1);", ["missing-type-arguments"]),
        ("require(new Box(1) == new Box(2));", ["missing-type-arguments", "missing-type-arguments"]),
        ("bool x = Box.same(1, 2);", ["missing-type-arguments"]),
        ("bool x = Box<int, int>.same(1, 2);", ["wrong-type-argument-count"]),
        ("bool x = Box<int>.same(1, b);", ["type-mismatch"]),
        ("bool x = Box<int>.other(1, b);", ["unknown-member"]),
        ("bool x = Box<int>.get();", ["needs-instance"]),
        ("bool x = Box<int>.item;", ["needs-instance"]),
        ("bool x = Pair<int, int>.first;", ["class-as-value"]),
        ("bool x = box.same(1, 2);", ["through-instance"]),
        ("bool x = Box<int>(1);", ["not-constructible"]),
        ("box.set(b);", ["type-mismatch"]),
        ("boxed.set({1});", ["wrong-field-count"]),
        ("T x = 1;", ["unknown-type"]),
    ],
)
def test_what_is_wrong(statements: str, expected: list[str]) -> None:
    assert codes(body(statements)) == expected


@pytest.mark.parametrize(
    ("declarations", "expected"),
    [
        ("library L<T> { Nothing x; }", ["unknown-type"]),
        ("struct S<T> { Nothing<T> x; }", ["unknown-type"]),
        ("struct S<T> { T<int> x; }", ["unexpected-type-arguments"]),
        ("library L<T> { L<T> x; }", ["recursive-class"]),
        ("library L<T> { M<T> x; } library M<T> { L<T[2]> y; }", ["endless-instances"]),
        ("struct S<T> { R<S<T>> x; } struct R<T> { T x; }", ["recursive-struct"]),
        ("library L<T> { T x; T x; }", ["duplicate-name"]),
        ("contract D<T> { T x; public function f() { require(true); } }", ["generic-contract"]),
        ("library L<T> { public function f() { require(true); } } library M { L<int> x; }", ["library-entry-point"]),
        ("type A<T> = T;", ["unexpected-text"]),
        ("type A = S; struct S<T> { T x; }", ["missing-type-arguments"]),
        ("library L<T> { static function f() : int { return M.x; } }", []),
        ("library L<T> { static const int N = 2; int[N] x; } library M { L<int> x; L<bool> y; }", []),
        ("struct T { int x; } library L<T> { T y; } library M { L<bool> x; L<T> z; }", []),
    ],
)
def test_declarations(declarations: str, expected: list[str]) -> None:
    assert codes(f"{declarations} contract C {{ public function f() {{ require(true); }} }}") == expected


def test_a_mistake_is_told_once_whatever_the_number_of_instances() -> None:
    text = """
        library L<T> {
            T x;
            constructor(T x) { this.x = x; nothing(); }
            function f() : T { return this.nothing; }
            function g(T x) : bool { return x > 1; }
            function h(Nothing x) : int { return 1; }
        }
        contract C {
            public function f(L<int> a, L<bool> b, L<bytes> c) {
                require(a.f() == 1 && b.f() && c.f() == b'');
                require(a.g(1) && b.g(true) && c.g(b''));
                require(a.h(1) == b.h(2));
            }
        }
    """
    assert codes(text) == ["unknown-function", "unknown-member", "operands-mismatch", "unknown-type"]


def test_of_an_instance_only_what_is_used_is_checked() -> None:
    """`sum` is invalid for points, and unused for them."""
    text = """
        struct Point { int x; int y; }
        library L<T> {
            T x;
            function sum(T y) : T { return this.x + y; }
            function get() : T { return this.x; }
        }
        contract C { public function f(L<Point> a, L<int> b) { require(a.get().x == b.sum(2)); } }
    """
    found = program(text)
    check_program(found)
    assert {str(key) for key in found.functions} == {"C.f", "L<Point>.get", "L<int>.sum"}
    assert {*found.classes} == {"C", "L<Point>", "L<int>"}
    assert codes(text.replace("a.get()", "a.sum({1, 2})")) == ["operands-mismatch"]


@pytest.mark.long
def test_instances_without_end() -> None:
    text = """
        library L<T> { T x; function f() : int { return new L<L<T>>(this).f(); } }
        contract C { public function f(L<int> a) { require(a.f() == 1); } }
    """
    assert codes(text) == ["endless-instances"]


def test_recursion_within_an_instance() -> None:
    text = """
        library L<T> { T x; function f() : int { return this.g(); } function g() : int { return this.f(); } }
        contract C { public function f(L<int> a) { require(a.f() == 1); } }
    """
    assert codes(text) == ["recursion"]


def test_instances_have_statics_of_their_own() -> None:
    text = """
        library L<T> { static int n = 1; static function up() : int { n++; return n; } }
        contract C { public function f() { require(L<int>.up() + L<bytes>.up() == 4); } }
    """
    found = program(text)
    assert {str(key) for key in found.statics} == {"L<int>.n", "L<bytes>.n"}


def test_what_is_declared_is_told_with_its_parameters_open() -> None:
    text = f"{HEAD} contract C {{ Boxed b; Pair<Row, bool>[2] p; public function f() {{ require(true); }} }}"
    found = program(text)
    assert found.structs == (
        typed.Struct("Pair", ("A", "B"), (("first", "A"), ("second", "B"))),
        typed.Struct("Point", (), (("x", "int"), ("y", "int"))),
    )
    assert [library.name for library in found.libraries] == ["Box", "Nest", "Plain"]
    box, nest, plain = found.libraries
    assert box == typed.Library(
        "Box", ("T",), False, (("item", "T"),), (("item", "T"), ("changes", "int"))
    )  # fmt: skip
    assert nest.arguments == nest.properties == (("inner", "Box<T[2]>"),)
    assert plain.is_implicit
    assert [str(entry.type) for entry in found.contract.properties] == ["Box<Pair<int,int>>", "Pair<int[2],bool>[2]"]
    assert "'" not in show_program(found)
