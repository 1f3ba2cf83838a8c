"""The list of instructions and the source map: one row and one column per instruction, placeholders included."""

import re
from typing import Any

import pytest

from tests.support.engines.sdk_side import outputs

CONTRACT = """import "lib.scrypt";

contract Gate {
    int low;
    bytes word;

    public function open(int x, bytes w) {
        require(Lib.twice(x) > this.low);
        require(w == this.word);
    }

    public function shut(int x) {
        require(x == 77777);
    }
}
"""
LIB = """library Lib {
    static function twice(int x) : int {
        return x + x;
    }
}
"""
DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


@pytest.fixture(scope="module")
def made() -> Any:
    return outputs(CONTRACT, {"lib.scrypt": LIB})


def numbers(word: str) -> list[int]:
    """One segment's numbers: digits of base 64, least first, five bits each, the sign in the lowest bit."""
    found, value, shift = [], 0, 0
    for digit in map(DIGITS.index, word):
        value |= (digit & 31) << shift
        shift += 5
        if digit < 32:
            found.append(-(value >> 1) if value & 1 else value >> 1)
            value = shift = 0
    return found


def segments(mappings: str) -> list[list[int]]:
    """Column, file, line and column of each segment, as numbers of their own."""
    state, found = [0, 0, 0, 0], []
    for word in mappings.split(","):
        state = [one + other for one, other in zip(state, numbers(word), strict=True)]
        found.append(state)
    return found


def test_the_rows_joined_are_the_template(made: Any) -> None:
    assert "".join(row["hex"] for row in made.assembly["output"]) == made.hex
    assert {row["opcode"]: row["hex"] for row in made.assembly["output"] if "<" in row["hex"]} == {
        "$low": "<low>",
        "$word": "<word>",
    }
    assert [row["hex"] for row in made.assembly["output"] if row["opcode"] == "d12f01"] == ["03d12f01"]


def test_each_row_has_a_place_in_a_file(made: Any) -> None:
    assert made.assembly["sources"] == ["stdin", "lib.scrypt"]
    assert made.assembly["autoTypedVars"] == []
    texts = [CONTRACT.split("\n"), LIB.split("\n")]
    for row in made.assembly["output"]:
        place = re.fullmatch(r"(\d+):(\d+):(\d+):(\d+):(\d+)", row["src"])
        assert place
        file, line, column, end_line, end_column = map(int, place.groups())
        assert (line, column) < (end_line, end_column)
        assert texts[file][line - 1][column - 1 :].strip()
    addition = next(row for row in made.assembly["output"] if row["opcode"] == "OP_ADD")
    assert addition["src"] == "1:3:16:3:21"


AUTOS = """import "lib.scrypt";
struct Pair { int left; bytes right; }
library Box<T> { T inside; }
contract Gate {
    static auto most = Lib.twice(4);
    int low;
    constructor(int x) { auto y = x; this.low = y; }
    public function open(int x, bytes w) {
        auto total = Lib.twice(x); int plain = x;
        Pair[2][2] pairs = repeat(repeat({x, w}, 2), 2);
        auto row = pairs[1];
        loop (2) : i { auto each = row[i]; require(each.left < total + plain + most); }
        auto box = new Box<bytes>(w);
        require(box.inside != w || x > this.low);
    }
}
"""
AUTO_LIB = "library Lib { static function twice(int x) : int { auto both = x + x; return both; } }"


def test_auto_declarations_have_their_types_and_places() -> None:
    made: Any = outputs(AUTOS, {"lib.scrypt": AUTO_LIB})
    rows = made.assembly["autoTypedVars"]
    assert [(row["name"], row["type"]) for row in rows] == [
        ("most", "int"),
        ("y", "int"),
        ("total", "int"),
        ("row", "Pair[2]"),
        ("each", "Pair"),
        ("box", "Box<bytes>"),
        ("both", "int"),
    ]
    texts = [AUTOS.splitlines(), AUTO_LIB.splitlines()]
    for row in rows:
        file, line, column, end_line, end_column = map(int, row["src"].split(":"))
        assert line == end_line
        assert texts[file][line - 1][column - 1 : end_column - 1] == row["name"]


def test_the_map_counts_instructions_and_lines_from_1(made: Any) -> None:
    shape = made.source_map
    assert {name: shape[name] for name in ("version", "sources", "names")} == {
        "version": 3,
        "sources": ["stdin", "lib.scrypt"],
        "names": [],
    }
    found = segments(shape["mappings"])
    rows = made.assembly["output"]
    starts = [start for start, *_ in found]
    assert starts == sorted(set(starts))
    for index, row in enumerate(rows):
        _, file, line, column = max(segment for segment in found if segment[0] <= index)
        assert row["src"].startswith(f"{file}:{line}:{column + 1}:")
