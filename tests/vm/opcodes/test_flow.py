"""IF, ELSE, ENDIF and RETURN, in every era: jumps resolved beforehand go where reading opcode by opcode goes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.script.opcodes import Op
from penstock.vm.rules import RuleSet
from tests.support.spending.script_runs import BTC, CHRONICLE, GENESIS, PLAIN, error, run

BSV = {"old": PLAIN, "genesis": GENESIS, "chronicle": CHRONICLE}


@pytest.mark.parametrize("rules", [BTC, *BSV.values()], ids=["btc", *BSV])
@pytest.mark.parametrize(
    ("script", "result"),
    [
        ("OP_1 OP_IF OP_2 OP_ELSE OP_3 OP_ENDIF", b"\x02"),
        ("OP_0 OP_IF OP_2 OP_ELSE OP_3 OP_ENDIF", b"\x03"),
        ("OP_0 OP_NOTIF OP_2 OP_ELSE OP_3 OP_ENDIF", b"\x02"),
        ("OP_4 OP_0 OP_IF OP_2 OP_ENDIF", b"\x04"),
        ("OP_1 OP_1 OP_IF OP_IF OP_5 OP_ELSE OP_6 OP_ENDIF OP_ELSE OP_7 OP_ENDIF", b"\x05"),
        ("OP_0 OP_1 OP_IF OP_IF OP_5 OP_ELSE OP_6 OP_ENDIF OP_ELSE OP_7 OP_ENDIF", b"\x06"),
        ("OP_8 OP_0 OP_IF OP_IF OP_5 OP_ELSE OP_6 OP_ENDIF OP_ELSE OP_1ADD OP_ENDIF", b"\x09"),
        ("OP_1 OP_IF OP_ELSE OP_ENDIF OP_9", b"\x09"),
    ],
)
def test_branches(script: str, result: bytes, rules: RuleSet) -> None:
    verdict = run("", script, rules)
    assert (verdict.error, verdict.stack) == (None, (result,))


def test_elses_take_turns_before_genesis() -> None:
    for rules in (BTC, PLAIN):
        taken = run("OP_1", "OP_IF OP_1 OP_ELSE OP_2 OP_ELSE OP_3 OP_ELSE OP_4 OP_ENDIF OP_DEPTH", rules)
        assert taken.stack == (b"\x01", b"\x03", b"\x02")
        skipped = run("OP_0", "OP_IF OP_1 OP_ELSE OP_2 OP_ELSE OP_3 OP_ELSE OP_4 OP_ENDIF OP_DEPTH", rules)
        assert skipped.stack == (b"\x02", b"\x04", b"\x02")


@pytest.mark.parametrize("condition", ["OP_0", "OP_1"])
def test_since_genesis_there_is_one_else(condition: str) -> None:
    verdict = run(condition, "OP_IF OP_1 OP_ELSE OP_1 OP_ELSE OP_1 OP_ENDIF", GENESIS)
    assert (verdict.error, verdict.opcode_index) == ("UNBALANCED_CONDITIONAL", 4)
    nested = "OP_IF OP_ELSE OP_0 OP_IF OP_ELSE OP_ELSE OP_ENDIF OP_ENDIF OP_1"
    assert error(condition, nested, GENESIS) == "UNBALANCED_CONDITIONAL"


@pytest.mark.parametrize("rules", [BTC, *BSV.values()], ids=["btc", *BSV])
@pytest.mark.parametrize(
    ("script", "opcode"),
    [("OP_1 OP_IF", None), ("OP_0 OP_IF OP_ELSE", None), ("OP_1 OP_ENDIF", 1), ("OP_1 OP_ELSE OP_1 OP_ENDIF", 1)],
)
def test_what_is_opened_is_closed(script: str, opcode: int | None, rules: RuleSet) -> None:
    verdict = run("", script, rules)
    assert (verdict.error, verdict.opcode_index) == ("UNBALANCED_CONDITIONAL", opcode)


def test_an_empty_stack_has_no_condition() -> None:
    assert error("", "OP_IF OP_ENDIF OP_1", PLAIN) == "UNBALANCED_CONDITIONAL"
    assert error("", "OP_IF OP_ENDIF OP_1", BTC) == "INVALID_STACK_OPERATION"


def test_return_fails_before_genesis_and_on_btc() -> None:
    for rules in (BTC, PLAIN):
        assert error("OP_1", "OP_RETURN", rules) == "OP_RETURN"
        assert error("OP_1", "OP_0 OP_IF OP_RETURN OP_ENDIF", rules) is None


@pytest.mark.parametrize(
    ("unlocking", "locking", "expected"),
    [
        ("OP_1", "OP_RETURN", None),
        ("OP_0", "OP_RETURN", "EVAL_FALSE"),
        ("OP_1", "OP_RETURN !4c", None),
        ("OP_1", "OP_RETURN OP_ENDIF OP_VERIF OP_0", None),
        ("OP_1 OP_RETURN OP_0", "OP_DEPTH OP_1 OP_EQUAL", None),
        ("OP_1 OP_1", "OP_IF OP_RETURN OP_0 OP_ENDIF", None),
        ("OP_1 OP_1", "OP_IF OP_RETURN OP_0 OP_ELSE OP_0 OP_ENDIF OP_0", None),
        ("OP_1 OP_1", "OP_IF OP_RETURN !4c", "BAD_OPCODE"),
        ("OP_1 OP_1", "OP_IF OP_RETURN", "UNBALANCED_CONDITIONAL"),
        ("OP_1 OP_1", "OP_IF OP_RETURN OP_ENDIF OP_ENDIF", "UNBALANCED_CONDITIONAL"),
        ("OP_1 OP_1", "OP_IF OP_RETURN OP_ELSE OP_ELSE OP_ENDIF", "UNBALANCED_CONDITIONAL"),
        ("OP_1 OP_1", "OP_IF OP_RETURN OP_ENDIF OP_RETURN OP_ENDIF !05", None),
        ("OP_1 OP_1", "OP_IF OP_RETURN OP_IF OP_RETURN OP_ENDIF OP_ENDIF OP_RESERVED", None),
        ("OP_1 OP_0", "OP_IF OP_RETURN OP_ENDIF OP_0", "EVAL_FALSE"),
    ],
)
def test_return_since_genesis(unlocking: str, locking: str, expected: str | None) -> None:
    for rules in (GENESIS, CHRONICLE):
        assert error(unlocking, locking, rules) == expected


@pytest.mark.parametrize("op", [Op.OP_2MUL, Op.OP_2DIV, Op.OP_VERIF, Op.OP_VERNOTIF, Op.OP_VER, Op.OP_RESERVED])
def test_what_fails_where_it_is_skipped(op: Op) -> None:
    def skipped(rules: RuleSet) -> str | None:
        return error("OP_1", f"OP_0 OP_IF {op.name} OP_ENDIF", rules)

    old = {
        "OP_2MUL": "DISABLED_OPCODE",
        "OP_2DIV": "DISABLED_OPCODE",
        "OP_VERIF": "BAD_OPCODE",
        "OP_VERNOTIF": "BAD_OPCODE",
    }
    assert skipped(PLAIN) == old.get(op.name)
    assert skipped(BTC) == old.get(op.name)
    assert skipped(GENESIS) is None
    opens = op in (Op.OP_VERIF, Op.OP_VERNOTIF)
    assert skipped(CHRONICLE) == ("UNBALANCED_CONDITIONAL" if opens else None)


class Reader:
    """Reads a script opcode by opcode, as the nodes do, with numbers, IF, NOTIF, ELSE and ENDIF only."""

    def __init__(self, *, single_else: bool) -> None:
        self.single_else = single_else
        self.stack: list[int] = []

    def read(self, words: list[str]) -> str | None:
        taken: list[bool] = []
        turned: list[bool] = []
        for word in words:
            runs = all(taken)
            match word:
                case "OP_IF" | "OP_NOTIF":
                    condition = False
                    if runs:
                        if not self.stack:
                            return "UNBALANCED_CONDITIONAL"
                        condition = (self.stack.pop() != 0) is (word == "OP_IF")
                    taken.append(condition)
                    turned.append(False)
                case "OP_ELSE":
                    if not taken or (turned[-1] and self.single_else):
                        return "UNBALANCED_CONDITIONAL"
                    taken[-1], turned[-1] = not taken[-1], True
                case "OP_ENDIF":
                    if not taken:
                        return "UNBALANCED_CONDITIONAL"
                    taken.pop()
                    turned.pop()
                case _ if runs:
                    self.stack.append(int(word.removeprefix("OP_")))
        return "UNBALANCED_CONDITIONAL" if taken else None


WORDS = st.sampled_from(["OP_0", "OP_1", "OP_2", "OP_IF", "OP_NOTIF", "OP_ELSE", "OP_ENDIF"])


@given(st.lists(WORDS, max_size=40), st.booleans())
def test_any_sequence_goes_where_reading_goes(words: list[str], since_genesis: bool) -> None:
    rules = GENESIS if since_genesis else PLAIN
    reader = Reader(single_else=since_genesis)
    expected = reader.read(words)
    verdict = run("OP_1 OP_0 OP_1 OP_1", " ".join(["OP_2DROP", "OP_2DROP", *words]), rules)
    if expected is None:
        assert verdict.error in {None, "EVAL_FALSE"}
        assert [int.from_bytes(item, "little") for item in verdict.stack] == reader.stack
    else:
        assert verdict.error == expected
