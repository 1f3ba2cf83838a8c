"""Choosing the public function that the selector on top of the stack names."""

from collections.abc import Sequence

from penstock.script.opcodes import Op
from penstockc.codegen.conditional import conditional
from penstockc.codegen.instructions import Code, Instr, Word, number_word
from penstockc.source import Span


def dispatch(span: Span, bodies: Sequence[Code], *, strict_if: bool) -> Code:
    """Return the code that runs `bodies[selector]`, and fails for every other selector.

    Each body but the last costs five bytes: a selector that is not 0 stays for the next question, one less. With
    `strict_if` IF cannot ask a number that may be more than 1, so all but the last two questions compare.
    """
    second_last, last = bodies[-2:]
    code = (
        *_words(span, Op.OP_IFDUP),
        *conditional(span, (*_words(span, number_word(1), Op.OP_NUMEQUALVERIFY), *last), second_last),
    )
    if strict_if and len(bodies) > 2:
        code = (*_words(span, number_word(len(bodies) - 2), Op.OP_SUB), *code)
    for index in reversed(range(len(bodies) - 2)):
        if strict_if:
            asked = _words(span, Op.OP_DUP, *((number_word(index), Op.OP_NUMEQUAL) if index else (Op.OP_NOT,)))
            code = (*asked, *conditional(span, (*_words(span, Op.OP_DROP), *bodies[index]), code))
        else:
            rest = (*_words(span, Op.OP_1SUB), *code)
            code = (*_words(span, Op.OP_IFDUP), *conditional(span, rest, bodies[index]))
    return code


def _words(span: Span, *words: Word) -> Code:
    return tuple(Instr(word, span) for word in words)
