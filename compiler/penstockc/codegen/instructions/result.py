"""End of a script: one item stays as the result, and those below it are removed."""

from collections.abc import Iterator
from typing import Final

from penstock.script.numbers import as_bool
from penstock.script.opcodes import Op
from penstockc.codegen.instructions.instruction import Code, Instr, Word, number_word
from penstockc.source import Span

TRUE: Final = number_word(1)
FALSE: Final = number_word(0)


def clear_below(span: Span, count: int) -> Code:
    """Remove `count` items from below the top."""
    aside = (Op.OP_TOALTSTACK, *_drops(count), Op.OP_FROMALTSTACK)
    nips = (Op.OP_NIP,) * min(count, len(aside) + 1)
    return words(span, *min(nips, aside, key=len))


def leave_true(span: Span, count: int) -> Code:
    """Remove `count` items from the top and leave true."""
    return words(span, *_drops(count), TRUE)


def exits(span: Span, below: int) -> Iterator[Code]:
    """Yield the ways to end the script with the truth value on top of `below` other items."""
    ending = words(span, Op.OP_RETURN)
    yield clear_below(span, below) + ending
    yield words(span, Op.OP_VERIFY) + leave_true(span, below) + ending


def known_exit(span: Span, height: int, value: bytes, *, returns: bool) -> Code:
    """End the script with a known truth value, from a stack of this height; `returns`: code may follow."""
    ending = words(span, Op.OP_RETURN) if returns else ()
    return (leave_true(span, height) if as_bool(value) else words(span, FALSE)) + ending


def words(span: Span, *written: Word) -> Code:
    """Return instructions with one place in the source."""
    return tuple(Instr(word, span) for word in written)


def drops(span: Span, count: int) -> Code:
    """Remove `count` items from the top."""
    return words(span, *_drops(count))


def _drops(count: int) -> tuple[Op, ...]:
    return (Op.OP_2DROP,) * (count // 2) + (Op.OP_DROP,) * (count % 2)
