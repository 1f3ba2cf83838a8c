"""Bodies in the syntax tree for SDKs: each construct as a node, and each node where it is in the source."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from penstockc.output.scryptc.expressions import BINARY
from penstockc.output.scryptc.json_text import json_text
from penstockc.output.scryptc.tree import program_trees
from penstockc.support.recursion_limit import MAX_OPERATORS
from penstockc.syntax.imports import read_modules
from tests.support.engines.sdk_side import outputs

Tree = Mapping[str, Any]


def main(text: str) -> Tree:
    """The last contract of a text."""
    tree: Any = outputs(text).tree
    found: Tree = tree["stdin"]["contracts"][-1]
    return found


def without_places(value: Any) -> Any:
    """The tree without `src`, lists and texts as they are."""
    if isinstance(value, list):
        return [without_places(each) for each in value]
    if isinstance(value, dict):
        return {name: without_places(each) for name, each in value.items() if name != "src"}
    return value


def variable(name: str) -> dict[str, object]:
    return {"nodeType": "Variable", "name": name}


def number(value: int, *, is_hex: bool = False) -> dict[str, object]:
    return {"nodeType": "IntLiteral", "value": value, "hex": is_hex}


def binary(left: object, name: str, right: object) -> dict[str, object]:
    return {"nodeType": "BinaryExpr", "lExpr": left, "name": name, "rExpr": right}


X, Y, B = map(variable, "xyb")
THIS_N = binary(variable("this"), "Dot", variable("n"))


def in_function(statements: str) -> str:
    return f"""struct Pair {{ int left; int right; }}
library Box<T> {{ T inside; function get() : T {{ return this.inside; }} }}
contract Sample {{
    int n;
    static function twice(int v) : int {{ return v + v; }}
    public function open(int x, int y, bytes b) {{ {statements} require(x > 0); }}
}}"""


def statements_of(text: str) -> list[Any]:
    body = main(in_function(text))["functions"][1]["body"]
    assert body["nodeType"] == "FunctionBodyRegular"
    assert body["return"] is None
    found: list[Any] = without_places(body["stmts"])
    assert found.pop() == {"nodeType": "Requirement", "expr": binary(X, "GreaterThan", number(0))}
    return found


EXPRESSIONS = {
    "0x10": number(16, is_hex=True),
    "-3": number(-3),
    "-x": {"nodeType": "UnaryExpr", "name": "Negate", "expr": X},
    "~x": {"nodeType": "UnaryExpr", "name": "Invert", "expr": X},
    "x++": {"nodeType": "UnaryExpr", "name": "PostIncrement", "expr": X},
    "--x": {"nodeType": "UnaryExpr", "name": "PreDecrement", "expr": X},
    "this.n": THIS_N,
    "x > y ? x : this.n": {
        "nodeType": "TernaryExpr",
        "cond": binary(X, "GreaterThan", Y),
        "trueExpr": X,
        "falseExpr": THIS_N,
    },
    "[x, y][1]": binary({"nodeType": "ArrayLiteral", "value": [X, Y]}, "Index", number(1)),
    "len(b)": {"nodeType": "FunctionCall", "name": "len", "params": [B]},
    "twice(x)": {"nodeType": "FunctionCall", "name": "twice", "params": [X]},
    "Sample.twice(x)": {"nodeType": "FunctionCall", "name": "Sample.twice", "params": [X]},
    "Utils.fromLEUnsigned(b[1 :])": {
        "nodeType": "FunctionCall",
        "name": "Utils.fromLEUnsigned",
        "params": [{"nodeType": "Slice", "expr": B, "start": number(1), "end": None}],
    },
    "unpack(b[: y])": {
        "nodeType": "FunctionCall",
        "name": "unpack",
        "params": [{"nodeType": "Slice", "expr": B, "start": None, "end": Y}],
    },
    "(new Box<int>(x)).get()": {"nodeType": "FunctionCall", "name": "new Box<int>(x).get", "params": []},
}


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_expressions(text: str) -> None:
    (declared,) = statements_of(f"const int z = {text};")
    assert declared == {
        "nodeType": "VariableDeclaration",
        "expr": EXPRESSIONS[text],
        "name": "z",
        "const": True,
        "type": "int",
    }


@pytest.mark.parametrize("operator", BINARY, ids=lambda operator: operator.name)
def test_every_operator_has_a_name_of_its_own(operator: Any) -> None:
    operands = {"&&": "bool", "||": "bool"}.get(operator.value, "int")
    left, right = ("x > 1", "y > 1") if operands == "bool" else ("x", "y")
    (declared,) = statements_of(f"auto z = {left} {operator.value} {right};")
    assert declared["expr"]["name"] == BINARY[operator]
    assert (declared["expr"]["nodeType"], declared["type"]) == ("BinaryExpr", "auto")
    assert len(set(BINARY.values())) == len(BINARY)


def test_literals_of_other_types() -> None:
    first, second, third, fourth = statements_of(
        "bool t = !false; bytes d = b'00ff'; bytes e = \"é\"; Pair p = {x, 2};"
    )
    false = {"nodeType": "BoolLiteral", "value": False}
    assert first["expr"] == {"nodeType": "UnaryExpr", "name": "Not", "expr": false}
    assert second["expr"] == {"nodeType": "BytesLiteral", "value": [0, 255]}
    assert third["expr"] == {"nodeType": "BytesLiteral", "value": [0xC3, 0xA9]}
    assert fourth["expr"] == {"nodeType": "StructLiteral", "value": [X, number(2)]}


def test_a_library_is_made() -> None:
    (declared,) = statements_of("Box<int> box = new Box<int>(x);")
    assert declared["expr"] == {"nodeType": "New", "type": "Box<int>", "params": [X]}


STATEMENTS = {
    "x = y;": {"nodeType": "Assignment", "lhs": X, "rhs": Y},
    "x += y;": {"nodeType": "Assignment", "lhs": X, "rhs": binary(X, "Add", Y)},
    "x++;": {
        "nodeType": "ExpressionStatement",
        "expr": {"nodeType": "UnaryExpr", "name": "PostIncrement", "expr": X},
    },
    "exit(x == y);": {"nodeType": "Exit", "expr": binary(X, "Equal", Y)},
    "***": {"nodeType": "CodeSeparator"},
    "{ x = y; }": {"nodeType": "Block", "stmts": [{"nodeType": "Assignment", "lhs": X, "rhs": Y}]},
    "if (b) x = y;": {
        "nodeType": "If",
        "cond": B,
        "trueBranch": {"nodeType": "Assignment", "lhs": X, "rhs": Y},
        "falseBranch": None,
    },
    "if (x) { } else { y = x; }": {
        "nodeType": "If",
        "cond": X,
        "trueBranch": {"nodeType": "Block", "stmts": []},
        "falseBranch": {"nodeType": "Block", "stmts": [{"nodeType": "Assignment", "lhs": Y, "rhs": X}]},
    },
    "loop (3) : i { x = i; }": {
        "nodeType": "Loop",
        "count": number(3),
        "var": "i",
        "body": {"nodeType": "Block", "stmts": [{"nodeType": "Assignment", "lhs": X, "rhs": variable("i")}]},
    },
    "loop (2) x = y;": {
        "nodeType": "Loop",
        "count": number(2),
        "var": None,
        "body": {"nodeType": "Assignment", "lhs": X, "rhs": Y},
    },
}


@pytest.mark.parametrize("text", STATEMENTS)
def test_statements(text: str) -> None:
    assert statements_of(text) == [STATEMENTS[text]]


def test_a_returned_value_is_apart_from_the_statements() -> None:
    function = main(
        "contract C { static function f(int x) : int { int y = x; return y; } public function g(int x) "
        "{ require(f(x) == 1); } }"
    )["functions"][0]
    assert [each["nodeType"] for each in function["body"]["stmts"]] == ["VariableDeclaration"]
    assert without_places(function["body"]["return"]) == Y


def test_a_static_of_a_generic_library() -> None:
    text = """library Box<T> { static function same(T x) : T { return x; } }
        contract C { public function f(int x) { require(Box<int>.same(x) == 1); } }"""
    (required,) = main(text)["functions"][0]["body"]["stmts"]
    assert required["expr"]["lExpr"]["name"] == "Box<int>.same"


def test_hand_written_code() -> None:
    text = (
        """contract C { public function f(int x) { asm { OP_DUP 0a "b" b'0c' $d loop (2) : i { i op_drop } OP_1 } } }"""
    )
    function = main(text)["functions"][0]
    assert without_places(function["body"]) == {
        "nodeType": "FunctionBodyAsm",
        "return": None,
        "stmts": [
            {"nodeType": "AsmWord", "name": "OP_DUP"},
            {"nodeType": "AsmWord", "name": "0a"},
            {"nodeType": "BytesLiteral", "value": [0x62]},
            {"nodeType": "BytesLiteral", "value": [0x0C]},
            {"nodeType": "AsmVariable", "name": "d"},
            {
                "nodeType": "AsmLoop",
                "count": "2",
                "var": "i",
                "stmts": [{"nodeType": "AsmWord", "name": "i"}, {"nodeType": "AsmWord", "name": "op_drop"}],
            },
            {"nodeType": "AsmWord", "name": "OP_1"},
        ],
    }


def test_a_constructor_has_a_body_without_a_value() -> None:
    text = "contract C { int n; constructor(int x) { this.n = x; } public function f(int y) { require(y > this.n); } }"
    constructor = main(text)["constructor"]
    assigned = {"nodeType": "Assignment", "lhs": THIS_N, "rhs": X}
    assert without_places(constructor["body"]) == {"nodeType": "FunctionBodyRegular", "stmts": [assigned]}


def test_what_does_not_compile_has_a_tree_too() -> None:
    """An editor shows it: the tree is of the text, before its meaning is checked."""

    def no_load(importing: str, path: str) -> str:
        raise FileNotFoundError

    text = """contract C { static function f(int x) : int {
        if (x) { return y; } else return; asm { OP_1 } auto b = Box<int>.N; } }"""
    tree: Any = program_trees(read_modules(text, "stdin", no_load))
    branch, code, declared = without_places(tree["stdin"]["contracts"][0]["functions"][0]["body"]["stmts"])
    assert branch["trueBranch"]["stmts"] == [{"nodeType": "Return", "expr": Y}]
    assert branch["falseBranch"] == {"nodeType": "Return", "expr": None}
    assert code == {"nodeType": "Asm", "stmts": [{"nodeType": "AsmWord", "name": "OP_1"}]}
    assert declared["expr"] == binary(variable("Box<int>"), "Dot", variable("N"))


PLACED = """struct Pair { int a; }
library Lib { int w; }
contract Placed {
    @state int count;
    private const bytes word;
    static const int N = 1 + 2;

    constructor(bytes word) {
        this.word = word;
    }

    /* function */ public /* the function */ function open(SigHashPreimage p, int x) {
        require(Tx.checkPreimage(p));
        if (x > N) { x -= 1; }
        require(this.sum(x) == this.count);
    }
    private function sum(int y) : int { return y + 1; }
}
"""


def text_at(src: str) -> str:
    """The text of a place in `PLACED`."""
    place = re.fullmatch(r"stdin:(\d+):(\d+):(\d+):(\d+)", src)
    assert place is not None
    line, column, end_line, end_column = map(int, place.groups())
    lines = PLACED.splitlines(keepends=True)
    start = sum(map(len, lines[: line - 1])) + column - 1
    return PLACED[start : sum(map(len, lines[: end_line - 1])) + end_column - 1]


def every_node(value: object) -> Iterator[Tree]:
    if isinstance(value, list):
        for each in value:
            yield from every_node(each)
    elif isinstance(value, dict):
        if "nodeType" in value:
            yield value
        yield from every_node(list(value.values()))


def test_places_begin_at_the_name_or_the_keyword_and_end_before_a_propertys_semicolon() -> None:
    contract = main(PLACED)
    assert text_at(contract["src"]).startswith("Placed {")
    assert text_at(contract["src"]).endswith("}")
    assert [text_at(each["src"]) for each in contract["properties"]] == ["@state int count", "private const bytes word"]
    assert [text_at(each["src"]) for each in contract["statics"]] == ["static const int N = 1 + 2"]
    assert text_at(contract["constructor"]["src"]).startswith("constructor(bytes word) {")
    starts = [text_at(each["src"])[:13] for each in contract["functions"]]
    assert starts == ["function open", "function sum("]
    assert all(text_at(each["body"]["src"])[0 :: 10**6] == "{" for each in contract["functions"])
    assert "genericTypes" not in contract


def test_every_node_in_a_body_is_where_its_source_is() -> None:
    (checked, branch, compared) = main(PLACED)["functions"][0]["body"]["stmts"]
    assert text_at(checked["src"]) == "require(Tx.checkPreimage(p));"
    assert text_at(checked["expr"]["src"]) == "Tx.checkPreimage(p)"
    assert text_at(branch["src"]) == "if (x > N) { x -= 1; }"
    assert text_at(branch["trueBranch"]["stmts"][0]["rhs"]["src"]) == "x -= 1"
    assert text_at(compared["expr"]["rExpr"]["src"]) == "this.count"
    assert text_at(compared["expr"]["rExpr"]["rExpr"]["src"]) == "count"
    found = list(every_node(main(PLACED)))
    assert len(found) > 30
    for node in found:
        if node["nodeType"] in {"Variable", "Parameter"}:
            assert node["name"] in text_at(node["src"])


# JSON -----------------------------------------------------------------------------------------------------------------


LONG = MAX_OPERATORS // 4
"""Operands of a chain that is quickly compiled."""


def test_a_long_chain_of_operators_is_written() -> None:
    text = f"contract C {{ public function f(int x) {{ require({' + '.join(['x'] * LONG)} > 3); }} }}"
    made = outputs(text)
    assert json_text(made.tree).count("BinaryExpr") == LONG
    assert made.at_once.startswith('{"ast": {"stdin"')


@pytest.mark.parametrize(
    "value", [{}, [], [[], {}], {"a": [1, None, True, "é\n"], "b c": {"d": [{"e": -(10**30)}]}}, "text", 7, None]
)
def test_json_text_is_that_of_json(value: object) -> None:
    assert json_text(value) == json.dumps(value)
