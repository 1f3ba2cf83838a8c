"""Each peephole rule made wrong: the proof of a contract that it shortens finds a spend.

The scheduler writes most of these sequences in their short form at once. So they are written out before the rules are
applied: the right rules then give the same script as without.
"""

from typing import Final

import pytest

import penstock
from penstock.records import replace
from penstock.script.opcodes import Op
from penstockc import codegen
from penstockc.codegen.instructions import peephole
from penstockc.codegen.instructions.instruction import Code, Instr, Words
from penstockc.codegen.instructions.peephole import ONE, RULES, PeepholeRule, polish
from tests.support.planted import check, faulty

PLAIN: Final = "public function f(int x, int y, bytes a, bytes b) {{ {} }}"
SIGNED: Final = "PubKey k; PubKey l; public function f(Sig s, Sig t, int x, int y) {{ {} }}"
FAULTS: Final[dict[Words, tuple[Words, str]]] = {
    (Op.OP_EQUAL, Op.OP_VERIFY): ((Op.OP_2DROP,), PLAIN.format("require(a == b'07'); require(x > y);")),
    (Op.OP_NUMEQUAL, Op.OP_VERIFY): ((Op.OP_2DROP,), PLAIN.format("require(x + y == 9); require(x > y);")),
    (Op.OP_CHECKSIG, Op.OP_VERIFY): (
        (Op.OP_2DROP,),
        SIGNED.format("require(checkSig(s, this.k)); require(checkSig(t, this.l));"),
    ),
    (Op.OP_CHECKMULTISIG, Op.OP_VERIFY): (
        (Op.OP_CHECKMULTISIG, Op.OP_DROP),
        SIGNED.format("require(checkMultiSig([s, t], [this.k, this.l])); require(x == 7);"),
    ),
    (Op.OP_DROP, Op.OP_DROP): ((Op.OP_DROP, Op.OP_NIP), PLAIN.format("require(x > y);")),
    (Op.OP_NIP, Op.OP_DROP): ((Op.OP_DROP, Op.OP_NIP), PLAIN.format("require(x > y);")),
    (Op.OP_SWAP, Op.OP_DROP): ((Op.OP_DROP,), PLAIN.format("require(a == b'07');")),
    (Op.OP_SWAP, Op.OP_OVER): ((Op.OP_SWAP, Op.OP_DUP), PLAIN.format("require((x + y) * y == 9);")),
    (Op.OP_OVER, Op.OP_OVER): (
        (Op.OP_OVER, Op.OP_DUP),
        SIGNED.format("require(x + y == 9); require(x > y); require(checkSig(s, this.k));"),
    ),
    (Op.OP_SWAP, Op.OP_SWAP): ((Op.OP_SWAP,), PLAIN.format("require(a == b'07');")),
    (Op.OP_DUP, Op.OP_DROP): ((b"",), PLAIN.format("require(x > y);")),
    (ONE, Op.OP_ADD): ((Op.OP_1SUB,), PLAIN.format("require(x + 1 == y);")),
    (ONE, Op.OP_SUB): ((Op.OP_1ADD,), PLAIN.format("require(x - 1 == y * 2);")),
}
"""For each pattern what is put for it instead, and the members of a contract in which it is."""


def written_out(rule: PeepholeRule, patch: pytest.MonkeyPatch) -> None:
    """Have the sequence of a rule in the code, wherever its replacement is; before the code, if that is empty."""

    def polish_written_out(code: Code) -> Code:
        if not rule.replacement:
            return polish((*(Instr(word, code[0].span) for word in rule.pattern), *code))
        words = ((rule.pattern if (instr.word,) == rule.replacement else (instr.word,), instr) for instr in code)
        return polish(tuple(instr._replace(word=word) for written, instr in words for word in written))

    patch.setattr(codegen, "polish", polish_written_out)


def planted(rule: PeepholeRule, patch: pytest.MonkeyPatch) -> None:
    wrong = replace(rule, replacement=FAULTS[rule.pattern][0])
    rules = tuple(wrong if each is rule else each for each in RULES)
    by_last_word = {
        last: tuple(each for each in rules if each.pattern[-1] == last) for last in {each.pattern[-1] for each in rules}
    }
    patch.setattr(peephole, "_BY_LAST_WORD", by_last_word)


def test_each_rule_has_a_fault() -> None:
    assert FAULTS.keys() == {rule.pattern for rule in RULES}


@pytest.mark.parametrize(
    "rule", RULES, ids=lambda rule: " ".join(word.name if isinstance(word, Op) else "1" for word in rule.pattern)
)
def test_a_wrong_rule_is_found(rule: PeepholeRule) -> None:
    source = f"contract C {{ {FAULTS[rule.pattern][1]} }}"
    assert faulty(source, lambda patch: written_out(rule, patch), "bsv").hex == penstock.compile_source(source).hex

    def plant(patch: pytest.MonkeyPatch) -> None:
        written_out(rule, patch)
        planted(rule, patch)

    check(source, plant)
