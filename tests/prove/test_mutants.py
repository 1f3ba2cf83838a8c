"""Scripts with one word changed are not called proved: a spend shows the difference, or the claim is left open."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest

import penstock
from penstock import Artifact
from penstock.artifact.template import Placeholder
from penstock.prove.proof import Budget, Way, prove
from penstock.script.opcodes import BY_BYTE, Op
from penstock.script.parse import instructions

SWAPS = {
    Op.OP_IF: Op.OP_NOTIF,
    Op.OP_NOTIF: Op.OP_IF,
    Op.OP_ADD: Op.OP_SUB,
    Op.OP_SUB: Op.OP_ADD,
    Op.OP_LESSTHAN: Op.OP_LESSTHANOREQUAL,
    Op.OP_GREATERTHAN: Op.OP_GREATERTHANOREQUAL,
    Op.OP_SHA256: Op.OP_HASH256,
    Op.OP_OVER: Op.OP_DUP,
    Op.OP_ROT: Op.OP_SWAP,
    Op.OP_SWAP: Op.OP_DUP,
    Op.OP_EQUALVERIFY: Op.OP_2DROP,
    Op.OP_CHECKSIGVERIFY: Op.OP_2DROP,
    Op.OP_VERIFY: Op.OP_DROP,
    Op.OP_NUMEQUALVERIFY: Op.OP_2DROP,
    Op.OP_1ADD: Op.OP_1SUB,
    Op.OP_MIN: Op.OP_MAX,
    Op.OP_CHECKSIG: Op.OP_2DROP,
    Op.OP_BIN2NUM: Op.OP_NOP,
    **{op: BY_BYTE[op + 1] for op in (Op.OP_1, Op.OP_2, Op.OP_3, Op.OP_4, Op.OP_5)},
}
EQUAL = {
    ("pay_word", "7 OP_5"): "the loop ends below anyway",
    ("pay_word", "13 OP_1"): "the first round of hashes",
    ("meter", "50 OP_ROT"): "before two additions",
}
"""Changes after which a script accepts the same spends, by contract and word, with the reason."""
CONTRACTS = (
    *("streaming", "escrow", "hash_lock_choice", "coin_toss", "pay_word", "p2pkh", "meter", "licence", "chunk_sale"),
    *("vault", "paid_key_btc", "safe_streaming", "multisig", "guest_list"),
)


def mutants(artifact: Artifact) -> Iterator[tuple[str, Artifact]]:
    """Scripts with one word changed, each with the word: its number in the script, and its opcode."""
    number = -1
    pieces = artifact.template.pieces
    for place, piece in enumerate(pieces):
        if isinstance(piece, Placeholder):
            number += 1
            continue
        for each in instructions(piece):
            number += 1
            op = BY_BYTE[each.opcode] if each.data is None else None
            if op is not None and op in SWAPS:
                changed = piece[: each.offset] + bytes((SWAPS[op],)) + piece[each.offset + 1 :]
                parts = [
                    f"<{other.name}>" if isinstance(other, Placeholder) else (changed if at == place else other).hex()
                    for at, other in enumerate(pieces)
                ]
                yield f"{number} {op.name}", replace(artifact, hex="".join(parts), md5="")


@pytest.mark.parametrize("count", [3, pytest.param(60, marks=pytest.mark.long)])
@pytest.mark.parametrize("name", CONTRACTS)
def test_no_wrong_script_is_proved(name: str, count: int) -> None:
    target = "btc" if name in {"vault", "paid_key_btc"} else "bsv"
    found = list(mutants(penstock.compile_file(penstock.bundled(name), target=target)))
    random.Random(5).shuffle(found)
    tally: Counter[str] = Counter()
    for word, mutant in found[:count]:
        proof = prove(mutant, Budget(seconds=2, steps=0, spends=40))
        assert proof is not None
        assert not proof.is_complete or (name, word) in EQUAL, (name, word, mutant.asm)
        tally["differs" if proof.differences else "open"] += 1
    assert tally.total()


@pytest.mark.parametrize("name", sorted({name for name, _ in EQUAL}))
def test_changes_that_change_nothing_are_proved(name: str) -> None:
    found = dict(mutants(penstock.compile_file(penstock.bundled(name))))
    for word in (word for contract, word in EQUAL if contract == name):
        proof = prove(found[word], Budget(seconds=2, steps=0, spends=0))
        assert proof is not None
        assert proof.is_complete


SELECTOR = """contract Two {
    public function one(int x) { require(x == 3); }
    public function two(int x) { require(x == 4); }
}"""


def test_a_dispatch_that_takes_every_selector_is_found() -> None:
    """The last function would be selected by any number: only the claim about selectors sees it."""
    right = penstock.compile_source(SELECTOR)
    assert (known := prove(right)) is not None
    assert known.is_complete
    assert "519d" in right.hex
    wrong = replace(right, hex=right.hex.replace("519d", "75"), md5="")
    proof = prove(wrong, Budget(seconds=2, spends=60))
    assert proof is not None
    assert {each.claim: each.way for each in proof.differences} == {"selector": Way.DIFFERS}


def test_a_dispatch_that_reads_arguments_as_selectors_is_judged() -> None:
    """With the first test of the selector turned round, the next one is about a signature: its formula is not made."""
    found = dict(mutants(penstock.compile_file(penstock.bundled("escrow"))))
    proof = prove(found["7 OP_IF"], Budget(seconds=1, steps=0, spends=4))
    assert proof is not None
    assert not proof.is_complete


SIGNED = "contract S { PubKey key; public function f(int x, Sig s) { bool b = checkSig(s, this.key); require(%s); } }"


def test_a_signature_whose_check_is_skipped_is_found() -> None:
    """`x == 1 || b` accepts for x == 1 only if the check does not fail the script, as a wrong signature makes it."""
    right = penstock.compile_source(SIGNED % "x == 1 || b")
    lazy = penstock.compile_source(
        "contract S { PubKey key; public function f(int x, Sig s) { require(x == 1 || checkSig(s, this.key)); } }"
    )
    wrong = replace(right, hex=lazy.hex, md5="")
    assert right.hex != lazy.hex
    assert (known := prove(right, Budget(steps=0))) is not None
    assert known.is_complete
    proof = prove(wrong, Budget(seconds=2, steps=0, spends=20))
    assert proof is not None
    assert not proof.is_complete


BUGS = {
    "modular power": (
        "int r = 1; loop (4) { if (e % 2 == 1) { r = r * b % 7; } b = b * b % 7; e = e / 2; } require(r == y);",
        "int r = 1; loop (4) { b = b * b % 7; if (e % 2 == 1) { r = r * b % 7; } e = e / 2; } require(r == y);",
    ),
    "assignment in an if of a loop": (
        "int r = 0; loop (3) : i { if (i < e) { r = r + b; } } require(r == y);",
        "int r = 0; loop (3) : i { if (i < e) { r = b; } } require(r == y);",
    ),
    "start of a loop": (
        "int r = 0; loop (3) : i { r += i + 1; } require(r + b == y);",
        "int r = 0; loop (3) : i { r += i; } require(r + b == y);",
    ),
    "repeated operand": ("require(b * b - e == y);", "require(b * e - e == y);"),
    "two writes in an if": (
        "int r = 1; int s = 2; if (b > e) { r = b; s = e; } require(r * 10 + s == y);",
        "int r = 1; int s = 2; if (b > e) { r = b; s = b; } require(r * 10 + s == y);",
    ),
}
"""Kinds of bugs that other compilers for this language had: what was meant, and what was compiled."""


@pytest.mark.parametrize("bug", BUGS)
def test_bugs_of_other_compilers_are_found(bug: str) -> None:
    meant, compiled = (
        penstock.compile_source(f"contract C {{ public function f(int b, int e, int y) {{ {body} }} }}")
        for body in BUGS[bug]
    )
    assert (right := prove(meant, Budget(steps=0))) is not None
    assert right.is_complete
    proof = prove(replace(meant, hex=compiled.hex, md5=""), Budget(seconds=3, steps=0, spends=200))
    assert proof is not None
    assert proof.differences
