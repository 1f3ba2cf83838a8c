"""Every rule of the peephole table is shorter, is needed, and has the same effect on any stack as its pattern."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import penstock
from penstock.script.opcodes import Op
from penstock.script.pushes import push
from penstock.tx.transaction import OutPoint, Transaction, TxIn, TxOut
from penstockc.codegen.instructions.instruction import Instr, Words, words_size
from penstockc.codegen.instructions.peephole import FUSE_VERIFY, RULES, PeepholeRule, polish, unfused
from penstockc.source import Span

KEY, OTHER_KEY = penstock.PrivateKey.from_bytes(b"\x07" * 32), penstock.PrivateKey.from_bytes(b"\x08" * 32)
TX = Transaction(1, (TxIn(OutPoint(bytes(31) + b"\x01", 0)),), (TxOut(900, b"\x51"),), 0)
VALUE = 1000  # satoshis
SIGNERS = {"signature": KEY, "other signature": OTHER_KEY}

# An item is bytes, or a signer's name: the signed text depends on the script, so each side has its own signature.
Item = bytes | str
NUMBERS = [bytes.fromhex(text) for text in ("", "01", "02", "7f", "81", "82", "ff00", "ff80", "ffffff7f", "0000008000")]
OTHERS = [b"\x00", b"\x80", b"penstock", KEY.public_key, OTHER_KEY.public_key]
ITEMS: st.SearchStrategy[Item] = st.sampled_from([*NUMBERS, *OTHERS, *SIGNERS])
CHECKABLE: list[list[Item]] = [
    ["signature", KEY.public_key],
    ["signature", OTHER_KEY.public_key],
    [b"", "signature", b"\x01", KEY.public_key, b"\x01"],
    [b"", "signature", "other signature", b"\x02", KEY.public_key, OTHER_KEY.public_key, b"\x02"],
    [b"", "other signature", "signature", b"\x02", KEY.public_key, OTHER_KEY.public_key, b"\x02"],
]
STACKS = st.builds(
    lambda below, top: (*below, *top),
    st.lists(ITEMS, max_size=6),
    st.one_of(st.just([]), st.lists(st.sampled_from(NUMBERS), min_size=2, max_size=3), st.sampled_from(CHECKABLE)),
)


def script(words: Words) -> bytes:
    return b"".join(bytes([word]) if isinstance(word, Op) else push(bytes(word)) for word in words)  # type: ignore[arg-type]  # rules hold no placeholders


def left_by(words: Words, stack: tuple[Item, ...]) -> tuple[bytes, ...] | None:
    """What the words leave of a stack, or None if they abort."""
    locking = script(words)
    items = (
        penstock.sign(TX, 0, locking, VALUE, SIGNERS[item], "ALL") if isinstance(item, str) else item for item in stack
    )
    unlocking = b"".join(map(push, items))
    verdict = penstock.verify(unlocking, locking, tx=TX, input_index=0, value=VALUE, rules="bsv-consensus")
    if verdict.error not in {None, "EVAL_FALSE"}:
        return None
    # a signature that stays on the stack differs between the two sides: only its place counts
    return tuple(item if len(item) < 70 else b"signature" for item in verdict.stack)


def code(words: Words) -> tuple[Instr, ...]:
    return tuple(Instr(word, Span(0, 0)) for word in words)


def name(rule: PeepholeRule) -> str:
    return " ".join(map(str, rule.pattern))


@pytest.mark.parametrize("rule", RULES, ids=name)
@given(stack=STACKS)
def test_both_sides_leave_the_same(rule: PeepholeRule, stack: tuple[Item, ...]) -> None:
    expected = left_by(rule.pattern, stack)
    if expected is not None:
        assert left_by(rule.replacement, stack) == expected


@pytest.mark.parametrize("rule", RULES, ids=name)
def test_there_are_stacks_that_it_does_not_abort_on(rule: PeepholeRule) -> None:
    stacks: list[tuple[Item, ...]] = [*map(tuple, CHECKABLE), (b"\x02", b"\x02"), (b"\x02", b"\x02", b"\x02")]
    assert any(left_by(rule.pattern, stack) is not None for stack in stacks)


@pytest.mark.parametrize("rule", RULES, ids=name)
def test_it_is_shorter(rule: PeepholeRule) -> None:
    assert words_size(rule.replacement) < words_size(rule.pattern)


@pytest.mark.parametrize("rule", RULES, ids=name)
def test_polish_applies_it(rule: PeepholeRule) -> None:
    assert [instr.word for instr in polish(code(rule.pattern))] == list(rule.replacement)


def test_no_pattern_stands_twice_or_within_another() -> None:
    patterns = [rule.pattern for rule in RULES]
    assert len(set(patterns)) == len(patterns)
    for one, other in combinations(sorted(patterns, key=len), 2):
        assert not any(other[i : i + len(one)] == one for i in range(len(other) - len(one) + 1))


def test_a_rewriting_can_make_way_for_the_next() -> None:
    words: Words = (Op.OP_SWAP, Op.OP_SWAP, Op.OP_SWAP, Op.OP_DROP, Op.OP_DUP, Op.OP_DROP, b"\x01", Op.OP_ADD)
    assert [instr.word for instr in polish(code(words))] == [Op.OP_NIP, Op.OP_1ADD]


@pytest.mark.parametrize("rule", FUSE_VERIFY, ids=name)
def test_unfused_takes_apart_what_polish_fuses(rule: PeepholeRule) -> None:
    fused = code((Op.OP_DUP, *rule.replacement, b"\x01"))
    assert [instr.word for instr in unfused(fused)] == [Op.OP_DUP, *rule.pattern, b"\x01"]
    assert polish(unfused(fused)) == fused


@pytest.mark.parametrize("rule", FUSE_VERIFY, ids=name)
def test_hand_written_instructions_stay_fused(rule: PeepholeRule) -> None:
    written = tuple(instr._replace(as_written=True) for instr in code(rule.replacement))
    assert unfused(written) == written
