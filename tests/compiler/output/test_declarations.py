"""Types in an artifact: resolved in the ABI, declared once each, generic ones with their parameters open."""

import json

from penstock.artifact.artifact import Alias, Artifact, Constructor, Function, Library, Parameter, Struct
from penstockc.pipeline import compile_source

TEXT = """
    type Row = int[Table.N];
    type Boxed = Box<Pair<int, Row>>;
    struct Pair<A, B> { A first; B[2] second; }
    struct Point { int x; Row row; }
    library Box<T> { T item; constructor(T it) { this.item = it; } function get() : T { return this.item; } }
    library Plain { Point p; Box<bytes> b; }
    contract Other { int x; public function g(int y) { require(y == this.x); } }
    contract Unused { int x; public function g(int y) { require(y == this.x); } }
    contract Table {
        static const int N = 3;
        Row[2] rows;
        Plain plain;
        Boxed[1] boxed;
        public function f(Point p, Pair<int, Pair<Row, bool>> pair, PubKeyHash[N] hashes, Other o) {
            require(p == this.plain.p && pair.first == o.x && this.rows[1] == p.row && this.boxed[0].get().first == 1);
            require(len(hashes[0]) == 20);
        }
        public function g(SortedItem<bytes> item) { require(item.idx == 1); }
    }
"""


def parameters(text: str) -> tuple[Parameter, ...]:
    """`type name; type name`."""
    return tuple(Parameter(name, kind) for kind, name in (part.split() for part in text.split(";")))


def test_types_are_resolved_and_declared() -> None:
    made = compile_source(TEXT)
    assert made.constructor == Constructor(
        parameters("int[2][3] rows; Plain plain; Box<Pair<int,int[3]>>[1] boxed"),
    )
    assert made.functions == (
        Function("f", 0, parameters("Point p; Pair<int,Pair<int[3],bool>> pair; Ripemd160[3] hashes; Other o")),
        Function("g", 1, parameters("SortedItem<bytes> item")),
    )
    assert set(made.structs) == {
        Struct("Pair", parameters("A first; B[2] second"), ("A", "B")),
        Struct("Point", parameters("int x; int[3] row")),
        Struct("SortedItem", parameters("T item; int idx"), ("T",)),
    }
    assert set(made.libraries) == {
        Library("Box", parameters("T ctor.it"), parameters("T item"), ("T",)),
        Library("Plain", parameters("Point p; Box<bytes> b"), parameters("Point p; Box<bytes> b")),
        Library("Other", parameters("int x"), parameters("int x")),
    }
    assert set(made.aliases) == {Alias("Row", "int[3]"), Alias("Boxed", "Box<Pair<int,int[3]>>")}


def test_json_gives_it_back() -> None:
    made = compile_source(TEXT)
    assert Artifact.from_json(made.to_json()) == made
    assert {entry["name"]: entry["genericTypes"] for entry in json.loads(made.to_json())["library"]} == {
        "Box": ["T"],
        "Plain": [],
        "Other": [],
    }


def test_there_is_a_placeholder_for_each_leaf() -> None:
    names = compile_source(TEXT).template.names
    assert sorted(names) == sorted(
        [
            *(f"rows[{row}][{column}]" for row in range(2) for column in range(3)),
            "plain.p.x",
            *(f"plain.p.row[{column}]" for column in range(3)),
            "plain.b.ctor.it",
            "boxed[0].ctor.it.first",
            *(f"boxed[0].ctor.it.second[{index}][{column}]" for index in range(2) for column in range(3)),
        ]
    )
