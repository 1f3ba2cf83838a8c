"""Peephole optimisation: a few neighbouring instructions are rewritten into fewer bytes.

A rule replaces a sequence of words by another with the same effect on every stack on which the first one does not
abort (and aborts on no other). `polish` applies them until none matches. The tests run both sides of each rule.
"""

from typing import Final

from penstock.records import Record
from penstock.script.opcodes import Op
from penstockc.codegen.instructions.instruction import Code, Instr, Words

ONE: Final = b"\x01"


class PeepholeRule(Record, frozen=True):
    """A sequence of words, and its replacement."""

    pattern: Words
    replacement: Words


FUSE_VERIFY: Final = (
    PeepholeRule((Op.OP_EQUAL, Op.OP_VERIFY), (Op.OP_EQUALVERIFY,)),
    PeepholeRule((Op.OP_NUMEQUAL, Op.OP_VERIFY), (Op.OP_NUMEQUALVERIFY,)),
    PeepholeRule((Op.OP_CHECKSIG, Op.OP_VERIFY), (Op.OP_CHECKSIGVERIFY,)),
    PeepholeRule((Op.OP_CHECKMULTISIG, Op.OP_VERIFY), (Op.OP_CHECKMULTISIGVERIFY,)),
)

JOIN_STACK_MOVES: Final = (
    PeepholeRule((Op.OP_DROP, Op.OP_DROP), (Op.OP_2DROP,)),
    PeepholeRule((Op.OP_NIP, Op.OP_DROP), (Op.OP_2DROP,)),
    PeepholeRule((Op.OP_SWAP, Op.OP_DROP), (Op.OP_NIP,)),
    PeepholeRule((Op.OP_SWAP, Op.OP_OVER), (Op.OP_TUCK,)),
    PeepholeRule((Op.OP_OVER, Op.OP_OVER), (Op.OP_2DUP,)),
)

FORGET_STACK_MOVES: Final = (
    PeepholeRule((Op.OP_SWAP, Op.OP_SWAP), ()),
    PeepholeRule((Op.OP_DUP, Op.OP_DROP), ()),
)

USE_SHORT_NUMBERS: Final = (
    PeepholeRule((ONE, Op.OP_ADD), (Op.OP_1ADD,)),
    PeepholeRule((ONE, Op.OP_SUB), (Op.OP_1SUB,)),
)

RULES: Final = (
    *FUSE_VERIFY,
    *JOIN_STACK_MOVES,
    *FORGET_STACK_MOVES,
    *USE_SHORT_NUMBERS,
)

_BY_LAST_WORD: Final = {
    last: tuple(rule for rule in RULES if rule.pattern[-1] == last) for last in {rule.pattern[-1] for rule in RULES}
}


def polish(code: Code) -> Code:
    """Return the code with every rule applied, except to hand-written instructions.

    The replacement of several instructions has the last one's source.
    """
    done: list[Instr] = []
    for instr in code:
        done.append(instr)
        while _rewrite_end(done):
            pass
    return tuple(done)


def unfused(code: Code) -> Code:
    """Return the code with two instructions for each that compares or checks and verifies, except hand-written ones."""
    apart = {rule.replacement[0]: rule.pattern for rule in FUSE_VERIFY}
    parts = ((instr, (instr.word,) if instr.as_written else apart.get(instr.word, (instr.word,))) for instr in code)
    return tuple(instr._replace(word=word) for instr, words in parts for word in words)


def _rewrite_end(done: list[Instr]) -> bool:
    for rule in _BY_LAST_WORD.get(done[-1].word, ()) if done else ():
        length = len(rule.pattern)
        end = done[-length:]
        if tuple(instr.word for instr in end) == rule.pattern and not any(instr.as_written for instr in end):
            span = done[-1].span
            done[-length:] = [Instr(word, span) for word in rule.replacement]
            return True
    return False
