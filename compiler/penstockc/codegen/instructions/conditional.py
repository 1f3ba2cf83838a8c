"""IF, ELSE and ENDIF around the code of two arms."""

from dataclasses import replace
from itertools import takewhile

from penstock.script.opcodes import Family, Op
from penstockc.codegen.instructions.instruction import Code, Hole, Instr
from penstockc.source import Span

OPENING = (Op.OP_IF, Op.OP_NOTIF)


def conditional(span: Span, then: Code, otherwise: Code, *, ends: bool, negated: bool = False) -> Code:
    """Return the code that takes a truth value from the top and runs one arm; `ends`: the script then ends.

    `then` is the arm for true, or, `negated`, for false.

    A common end of both arms is written once, after them, as far as it has the same source in both: the last
    executed instruction must have the source line that failed. Moves on the stack never fail, so in the middle of a
    script they may have the span of the whole `If`.
    """
    shared = _shared_end(then, otherwise, ends=ends)
    pairs = zip(then[len(then) - shared :], otherwise[len(otherwise) - shared :], strict=True)
    tail = tuple(_one_of(left, right) if left == right else Instr(left.word, span) for left, right in pairs)
    then, otherwise = then[: len(then) - shared], otherwise[: len(otherwise) - shared]
    opening, opposite = (Op.OP_NOTIF, Op.OP_IF) if negated else (Op.OP_IF, Op.OP_NOTIF)
    if then and otherwise:
        return (_at(span, opening), *then, _at(span, Op.OP_ELSE), *otherwise, _at(span, Op.OP_ENDIF), *tail)
    if then:
        return (_at(span, opening), *then, _at(span, Op.OP_ENDIF), *tail)
    if otherwise:
        return (_at(span, opposite), *otherwise, _at(span, Op.OP_ENDIF), *tail)
    return (_at(span, Op.OP_DROP), *tail)


def _shows_alike(left: Instr, right: Instr) -> bool:
    """Return whether two instructions are the same, and have the same line of the contract as source."""
    return left == right and left.span.shown == right.span.shown


def _one_of(left: Instr, right: Instr) -> Instr:
    """Return the instruction for both arms: without the calls that led to one of them only."""
    if left.span.path == right.span.path:
        return left
    both = takewhile(
        lambda pair: pair[0] == pair[1], zip(reversed(left.span.calls), reversed(right.span.calls), strict=False)
    )
    calls = tuple(call for call, _ in both)[::-1]
    return left._replace(span=replace(left.span, calls=calls))


def _at(span: Span, op: Op) -> Instr:
    return Instr(op, span)


def _shared_end(then: Code, otherwise: Code, *, ends: bool) -> int:
    """Return the number of common instructions at the end of both arms, an IF always together with its ENDIF."""
    whole, open_blocks = 0, 0
    for count, (left, right) in enumerate(zip(reversed(then), reversed(otherwise), strict=False), start=1):
        is_move = isinstance(left.word, Op) and left.word.family is Family.STACK
        is_same = _shows_alike(left, right) or (left.word == right.word and is_move and not ends)
        if not is_same or isinstance(left.word, Hole) or left.as_written or right.as_written:
            break
        if left.word is Op.OP_ENDIF:
            open_blocks += 1
        elif left.word in OPENING:
            open_blocks -= 1
        if open_blocks == 0 and left.word is not Op.OP_ELSE:
            whole = count
    return whole
