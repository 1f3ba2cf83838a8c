"""The syntax tree that the SDKs make their ABI of: types as written, literals as values, nothing folded."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from penstockc.output.scryptc.tree import program_trees
from penstockc.syntax.imports import read_modules
from tests.support.engines.sdk_side import outputs

EVERYTHING = """type Row = int[Sizes.N];
struct Pair<A, B> { A first; B[2] second; }
library Sizes { static const int N = 3; }
library Box<T> {
    T inside;
    constructor(T first) { this.inside = first; }
}
contract Early { public function f(int x) { require(x == 1); } }
contract Main {
    static const int WIDE = 0x0123456789abcdef0123456789abcdef0123456789abcdef;
    static const int LOW = -5;
    static const int SUM = LOW + 1;
    static const int SAME = LOW;
    static const bool YES = true;
    static const bool BOTH = true && false;
    static const bytes DATA = b'00ff';
    static const bytes TEXT = "é";
    static const PubKey KEY = PubKey(b'02aa');
    static const PrivKey SECRET = PrivKey(7);
    static const PubKey WIDENED = PubKey(DATA + DATA);
    static int moving = 1;
    @state int count;
    private const Row[ 2 ][ /* columns */ N ] rows;
    constructor(int count, Row[2][3] rows) { this.count = count; this.rows = rows; }
    public function unlock(Pair<int, bytes> p, SigHashPreimage preimage) { require(true); }
    static function helper(static const int SIZE, int[SIZE] values) : int { return 1; }
    private function hidden(Sig[ Sizes.N ] s) : bool { return true; }
    public function again(Box<Pair<int,bytes>>[2] b) { require(true); }
}
library Late { int x; }
"""


OPERATIONS = {"BinaryExpr", "UnaryExpr"}


def no_load(importing: str, path: str) -> str:
    raise FileNotFoundError


@pytest.fixture(scope="module")
def program() -> Mapping[str, Any]:
    trees: Mapping[str, Any] = program_trees(read_modules(EVERYTHING, "stdin", no_load))
    assert set(trees) == {"stdin", "std"}
    found: Mapping[str, Any] = trees["stdin"]
    return found


@pytest.fixture(scope="module")
def main(program: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = program["contracts"][-1]
    return found


def pairs(entries: list[Mapping[str, Any]]) -> list[tuple[str, str]]:
    return [(entry["name"], entry["type"]) for entry in entries]


def test_the_compiled_contract_is_the_last(program: Mapping[str, Any]) -> None:
    assert [(entry["nodeType"], entry["name"]) for entry in program["contracts"]] == [
        ("Library", "Sizes"),
        ("Library", "Box"),
        ("Library", "Late"),
        ("Contract", "Early"),
        ("Contract", "Main"),
    ]


def test_structs_and_aliases(program: Mapping[str, Any]) -> None:
    assert [(entry["alias"], entry["type"]) for entry in program["alias"]] == [("Row", "int[Sizes.N]")]
    (struct,) = program["structs"]
    assert (struct["name"], struct["genericTypes"]) == ("Pair", ["A", "B"])
    assert pairs(struct["fields"]) == [("first", "A"), ("second", "B[2]")]


def test_constructors_and_properties(program: Mapping[str, Any], main: Mapping[str, Any]) -> None:
    box = next(entry for entry in program["contracts"] if entry["name"] == "Box")
    assert (box["genericTypes"], pairs(box["constructor"]["params"])) == (["T"], [("first", "T")])
    late = next(entry for entry in program["contracts"] if entry["name"] == "Late")
    assert (late["constructor"], pairs(late["properties"])) == (None, [("x", "int")])
    assert pairs(main["constructor"]["params"]) == [("count", "int"), ("rows", "Row[2][3]")]
    assert [(entry["name"], entry["type"], entry["state"], entry["visibility"]) for entry in main["properties"]] == [
        ("count", "int", True, "Default"),
        ("rows", "Row[2][N]", False, "Private"),
    ]


def test_functions(main: Mapping[str, Any]) -> None:
    assert [(entry["name"], entry["visibility"], pairs(entry["params"])) for entry in main["functions"]] == [
        ("unlock", "Public", [("p", "Pair<int,bytes>"), ("preimage", "SigHashPreimage")]),
        ("helper", "Default", [("SIZE", "int"), ("values", "int[SIZE]")]),
        ("hidden", "Private", [("s", "Sig[Sizes.N]")]),
        ("again", "Public", [("b", "Box<Pair<int,bytes>>[2]")]),
    ]


def test_first_values_of_statics(main: Mapping[str, Any]) -> None:
    values = {
        entry["name"]: (entry["type"], entry["const"], entry["expr"]["nodeType"], entry["expr"].get("value"))
        for entry in main["statics"]
    }
    assert values == {
        "WIDE": ("int", True, "IntLiteral", 0x0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF),
        "LOW": ("int", True, "IntLiteral", -5),
        "SUM": ("int", True, "BinaryExpr", None),
        "SAME": ("int", True, "Variable", None),
        "YES": ("bool", True, "BoolLiteral", True),
        "BOTH": ("bool", True, "BinaryExpr", None),
        "DATA": ("bytes", True, "BytesLiteral", [0x00, 0xFF]),
        "TEXT": ("bytes", True, "BytesLiteral", [0xC3, 0xA9]),
        "KEY": ("PubKey", True, "FunctionCall", None),
        "SECRET": ("PrivKey", True, "FunctionCall", None),
        "WIDENED": ("PubKey", True, "Expression", None),
        "moving": ("int", False, "IntLiteral", 1),
    }
    calls = {
        entry["name"]: (entry["expr"]["name"], entry["expr"]["params"][0]["value"])
        for entry in main["statics"]
        if entry["expr"]["nodeType"] == "FunctionCall"
    }
    assert calls == {"KEY": ("PubKey", [0x02, 0xAA]), "SECRET": ("PrivKey", 7)}


def nodes(value: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, list):
        for entry in value:
            yield from nodes(entry)
    elif isinstance(value, dict):
        if "nodeType" in value:
            yield value
        for entry in value.values():
            yield from nodes(entry)


def test_every_node_says_where_it_is(program: Mapping[str, Any]) -> None:
    lines = EVERYTHING.split("\n")
    found = list(nodes(program))
    assert len(found) > 40
    for node in found:
        place = re.fullmatch(r"stdin:(\d+):(\d+):(\d+):(\d+)", node["src"])
        assert place
        line, column, end_line, end_column = map(int, place.groups())
        assert (line, column) <= (end_line, end_column)
        if line == end_line and "name" in node and node["nodeType"] not in OPERATIONS:
            assert node["name"] in lines[line - 1][column - 1 : end_column - 1]


def test_the_standard_library_is_empty_for_the_sdks() -> None:
    made = outputs("contract C { public function f(int x) { require(x == 1); } }")
    tree: Any = made.tree
    assert [tree["std"][name] for name in ("structs", "alias", "contracts")] == [[], [], []]


def test_a_file_of_structs_alone_is_no_error() -> None:
    made = outputs("struct Point { int x; int y; }\n")
    tree: Any = made.tree
    assert (made.hex, made.warnings) == ("", "")
    assert (tree["stdin"]["contracts"], tree["stdin"]["structs"][0]["name"]) == ([], "Point")
