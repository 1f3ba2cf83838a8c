"""Where a target has no OP_MUL, additions do the same; and nothing that a target lacks is ever written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from script_runs import BTC, error

import penstock
from penstock.script.opcodes import BTC_DISABLED
from penstock.script.parse import instructions
from penstock.script.pushes import push_number
from penstockc.codegen.products import times

TABLE = """
struct Row { int place; int tenfold; int negated; }

contract Table {
    Row[4] rows;

    public function field(int place, int tenfold) {
        require(this.rows[place].tenfold == tenfold);
    }

    public function row(int place, Row wanted) {
        Row found = this.rows[place];
        require(found == wanted);
    }

    public function write(Row[3] rows, int place, int value) {
        rows[place].negated = value;
        require(rows[place].negated == value && rows[1 - place].place == 7);
    }
}
"""


@given(st.integers(1, 2000), st.integers(-1_000_000, 1_000_000))
def test_additions_multiply(factor: int, number: int) -> None:
    words = bytes(times(factor))
    assert error(push_number(number), words + push_number(factor * number) + b"\x9c", BTC) is None
    assert error(push_number(number), words + push_number(factor * number + 1) + b"\x9c", BTC) == "EVAL_FALSE"


@pytest.mark.parametrize("target", ["bsv", "btc"])
def test_elements_of_several_leaves_are_read_on_every_target(target: str) -> None:
    rows = [{"place": place, "tenfold": 10 * place, "negated": -place} for place in range(4)]
    spend = penstock.Spend(penstock.compile_source(TABLE, target=target).instantiate(rows))
    for place in range(4):
        assert spend.verify("field", place, 10 * place)
        assert spend.verify("row", place, rows[place])
        assert not spend.verify("field", place, 10 * place + 1)
        assert not spend.verify("row", place, rows[place] | {"negated": 5})
    for place in (-1, 4):
        assert spend.verify("field", place, 10 * place).error == "VERIFY"
        assert spend.verify("row", place, rows[0]).error == "VERIFY"
    sevens = [{"place": 7, "tenfold": 0, "negated": 0}] * 3
    assert spend.verify("write", sevens, 1, 5)
    assert not spend.verify("write", [*sevens[:1], *rows[1:3]], 0, 5)
    assert spend.verify("write", sevens, 2, 5).error == "VERIFY"


def test_btc_gets_nothing_that_it_disables() -> None:
    rows = [{"place": place, "tenfold": 10 * place, "negated": -place} for place in range(4)]
    script = penstock.compile_source(TABLE, target="btc").instantiate(rows).locking_script
    assert not {instruction.opcode for instruction in instructions(script)} & BTC_DISABLED
