"""Dispatch to the public function whose index, the selector, is on top of the stack."""

from collections.abc import Sequence

from penstock.script.opcodes import Op
from penstockc.codegen.instructions.conditional import conditional
from penstockc.codegen.instructions.instruction import Code, Instr, Word, number_word
from penstockc.source import Span


def dispatch(span: Span, bodies: Sequence[Code]) -> Code:
    """Return the code that runs `bodies[selector]`, and fails for every other selector.

    The bodies are in order. A selector that is not 0 stays on the stack for the next test, one less. At the last test
    it must be 0 or 1.
    """
    second_last, last = bodies[-2:]
    last = (*_words(span, number_word(1), Op.OP_NUMEQUALVERIFY), *last)
    code = (*_words(span, Op.OP_IFDUP), *conditional(span, second_last, last, ends=True, negated=True))
    for body in reversed(bodies[:-2]):
        rest = (*_words(span, Op.OP_1SUB), *code)
        code = (*_words(span, Op.OP_IFDUP, Op.OP_NOT), *conditional(span, body, rest, ends=True))
    return code


def _words(span: Span, *words: Word) -> Code:
    return tuple(Instr(word, span) for word in words)
