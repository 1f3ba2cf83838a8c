"""Each habit of other languages is reported at its place, with a replacement that compiles."""

import re

import pytest

from penstockc.catalogue.samples import start, whole
from penstockc.diagnostics import Diagnostic
from penstockc.habits.calls import FUNCTIONS, MEMBERS
from penstockc.habits.forms import CHARACTERS, FORMS, NUMBERS
from penstockc.habits.rows import ForeignForm, SourceLevel, Word
from penstockc.habits.words import NAMES, TYPES
from penstockc.pipeline import check_source

FEES = "library Fees { static const int LEAST = 500; }"
WORDS = (*NAMES, *TYPES, *FUNCTIONS, *MEMBERS)
ROWS = (*FORMS, *WORDS)


def found(text: str, place: SourceLevel) -> tuple[Diagnostic, ...]:
    """All errors in a piece of source."""
    checked = check_source(whole(text, place), load=lambda _importing, _path: FEES)
    return tuple(one for one in checked.diagnostics if one.severity == "error")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.wrong)
def test_the_habit_is_told_with_its_advice(row: ForeignForm | Word) -> None:
    first = found(row.wrong, row.place)[0]
    assert first.hint == row.instead
    assert start(row.place) <= first.span.start < start(row.place) + len(row.wrong)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.wrong)
def test_what_to_write_instead_compiles(row: ForeignForm | Word) -> None:
    assert [one.code for one in found(row.right, row.place) if one.code != "nothing-to-compile"] == []


def test_no_row_says_what_another_one_says_of_the_same_text() -> None:
    assert len({(row.wrong, row.place) for row in FORMS}) == len(FORMS)


@pytest.mark.parametrize("rows", [NAMES, TYPES, FUNCTIONS, MEMBERS])
def test_names_stand_once(rows: tuple[Word, ...]) -> None:
    plain = [name for row in rows for name in row.names.split("|") if name.isidentifier()]
    assert len(plain) == len(set(plain))


# A piece of source, the code, the underlined text, and a part of the advice.
TOLD = [
    ("loop (3) { break; }", "foreign-statement", "break", "keep a bool"),
    ("loop (3) { continue; }", "foreign-statement", "continue", "into an `if`"),
    ("throw;", "foreign-statement", "throw", "`require(c);`"),
    ('throw new Error("x");', "foreign-syntax", "throw", "`require(false);`"),
    ("if (x == 1) { return; }", "misplaced-return", "return;", "the other arm"),
    ("assert(x == 1);", "unknown-function", "assert", "`require(c);`"),
    ('assert(x == 1, "m");', "unknown-function", "assert", "`require(c);`"),
    ('require(x == 1, "message");', "foreign-syntax", ', "message"', "leave the message out"),
    ("x = this.data.length;", "unknown-member", "length", "`len(x)`"),
    ("bytes b = this.data.split(4)[0];", "unknown-member", "split", "`data[: 4]`"),
    ("x = 1.5;", "foreign-syntax", "1.5", "satoshis"),
    ("bytes b = 'abc';", "foreign-syntax", "'abc'", "double quotes"),
    ("x = x ** 2;", "foreign-syntax", "**", "`x * x`"),
    ("require(x == 1 and x == 2);", "foreign-syntax", "and", "`&&`"),
    ("require(x == 1 or x == 2);", "foreign-syntax", "or", "`||`"),
    ("uint256 n = 3;", "unknown-type", "uint256", "`int`"),
    ('string s = "a";', "unknown-type", "string", "`bytes`"),
    ("address a = this.data;", "unknown-type", "address", "`PubKeyHash`"),
    ("let n = 3;", "unknown-type", "let", "`auto`"),
    ("let n: bigint = 3n;", "foreign-syntax", "n: bigint", "`auto`"),
    ("require(msg.sender == this.owner);", "unknown-name", "msg.sender", "checkSig(sig, this.owner)"),
    ("require(tx.locktime > 3);", "unknown-name", "tx.locktime", "SigHash.lockTimeReached(p, t)"),
    ("require(x & 3 == 1);", "operands-mismatch", "x & 3 == 1", "(x & y) == z"),
    ("loop (x) { x++; }", "not-constant", "x", "`loop (10) : i { if (i < n) { .. } }`"),
    ("require(checkSig(sig));", "wrong-argument-count", "checkSig(sig)", "`checkSig(Sig sig, PubKey key) : bool`"),
    ("x = len();", "wrong-argument-count", "len()", "`len(bytes b) : int`"),
    ("require(checkSig(this.owner, sig));", "swapped-arguments", "this.owner, sig", "checkSig(Sig sig, PubKey key)"),
    ("require(checkMultiSig([this.owner], [sig]));", "type-mismatch", "this.owner", "signatures come first"),
    ("require(this.checkSig(sig, this.owner));", "unknown-member", "checkSig", "`checkSig(..)`"),
]


@pytest.mark.parametrize(("text", "code", "underlined", "advice"), TOLD, ids=str)
def test_habits_in_statements(text: str, code: str, underlined: str, advice: str) -> None:
    first = found(text, SourceLevel.STATEMENTS)[0]
    assert first.code == code
    assert whole(text, SourceLevel.STATEMENTS)[first.span.start : first.span.end] == underlined
    assert advice in (first.hint or "")


IN_MEMBERS = [
    ("function f(y) : int { return 1; }", "foreign-syntax", "y", "before the name"),
    ("mapping(address => uint) balances;", "foreign-syntax", "mapping", "HashedMap<K, V>"),
    (
        "public function f(int y) { if (y == 1) { require(y > 0); } else { require(y < 0); } }",
        "entry-point-without-require",
        "if (y == 1) { require(y > 0); } else { require(y < 0); }",
        "add `require(true);`",
    ),
    (
        "public function f(int y) { return y == 1; }",
        "entry-point-without-require",
        "return y == 1;",
        "`require(x == 1);`",
    ),
    (
        "function f(int y) : int { if (y == 1) { return 1; } else { return 2; } }",
        "missing-return",
        "f",
        "`return c ? a : b;`",
    ),
    (
        "HashedMap<int, bytes> m; public function f(int k, bytes v) { require(this.m.set(k, v)); }",
        "type-mismatch",
        "k",
        "take a `SortedItem<int>` as an argument",
    ),
    (
        "function f(int y, int[2] zs) : int { return y; } public function g(int y) { require(this.f(y) == 1); }",
        "wrong-argument-count",
        "this.f(y)",
        "`f(int y, int[2] zs) : int`",
    ),
    (
        "static function f(static const int n, int[n] y) : int { return 1; } public function g() { require(f(7)>0); }",
        "wrong-argument-count",
        "f(7)",
        "`f(static const int n, int[n] y) : int`",
    ),
    (
        "static function f(bytes b, int y) : bool { return true; } public function g(int y) { require(f(y, b'')); }",
        "swapped-arguments",
        "y, b''",
        "`f(bytes b, int y) : bool`",
    ),
]


@pytest.mark.parametrize(("text", "code", "underlined", "advice"), IN_MEMBERS, ids=str)
def test_habits_in_members(text: str, code: str, underlined: str, advice: str) -> None:
    told = next(one for one in found(text, SourceLevel.MEMBERS) if one.code == code)
    assert whole(text, SourceLevel.MEMBERS)[told.span.start : told.span.end] == underlined
    assert advice in (told.hint or "")


def test_a_habit_after_a_missing_semicolon() -> None:
    text = "int y = 3\nwhile (x > y) { x--; }\nint z = 4\nx = z ** 2;"
    assert [one.code for one in found(text, SourceLevel.STATEMENTS)] == [
        "missing-semicolon",
        "foreign-syntax",
        "missing-semicolon",
        "foreign-syntax",
    ]


def test_several_habits_are_told_in_one_run() -> None:
    text = 'require(x === 1);\nthrow new Error("m");\nint y = x ** 2;\nrequire(x == 1, "m");\nfor (;;) { }'
    assert [one.code for one in found(text, SourceLevel.STATEMENTS)] == ["foreign-syntax"] * 5


@pytest.mark.parametrize(
    "text",
    [
        "bool break = x == 1; if (break) { x = 1; }",  # contracts of real use have such names
        "int let = 3; let = 4;",
        "int now = 3; x = now;",
        "int tx = 3; x = tx;",
        "int length = len(this.data); x = length;",
        "int not = 1; x = not + 1;",
        "require((x & 3) == 1);",
        "bytes b = \"it's 1.5 and not ** 'this'\";",
    ],
)
def test_names_of_ones_own_are_no_habits(text: str) -> None:
    assert found(text, SourceLevel.STATEMENTS) == ()


def test_a_function_of_ones_own_with_such_a_name() -> None:
    text = "static function assert(bool c) : bool { return c; } public function f(bool c) { require(assert(c)); }"
    assert found(text, SourceLevel.MEMBERS) == ()


def test_arguments_that_fit_in_neither_order_are_not_called_swapped() -> None:
    text = "require(checkSig(this.data, this.limit));"
    assert [one.code for one in found(text, SourceLevel.STATEMENTS)] == ["type-mismatch", "type-mismatch"]


@pytest.mark.parametrize("character", CHARACTERS)
def test_each_foreign_character_has_its_advice(character: str) -> None:
    first = found(f"x = 1 {character} 2;", SourceLevel.STATEMENTS)[0]
    assert first.code == "unexpected-character"
    assert first.hint == CHARACTERS[character]


@pytest.mark.parametrize("number", ["17n", "1_000", "3e8", "0b11", "0o17"])
def test_each_foreign_number_has_its_advice(number: str) -> None:
    (only,) = found(f"x = {number};", SourceLevel.STATEMENTS)
    (advice,) = (said for spelling, said in NUMBERS if re.fullmatch(spelling, number))
    assert only.code == "bad-number"
    assert only.hint == advice.format(digits=number.replace("_", "").rstrip("n"))
