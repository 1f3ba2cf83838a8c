"""Opcodes that move items."""

from collections.abc import Mapping
from typing import Final

from penstock.prove.script.machine import Handler, Run
from penstock.prove.script.stack import RunFails, alike, truth_of
from penstock.prove.script.words import CannotJudge
from penstock.prove.terms.comparisons import at_least_zero
from penstock.prove.terms.node import FALSE, TRUE, Term
from penstock.prove.terms.numbers import constant_of, number, polynomial, subtract
from penstock.prove.terms.selection import selected
from penstock.script.opcodes import Op

_WIDEST: Final = 2400
"""Places that an index may have."""

_MOVES: Final[Mapping[Op, tuple[int, tuple[int, ...]]]] = {
    Op.OP_2DROP: (2, ()),
    Op.OP_2DUP: (2, (0, 1, 0, 1)),
    Op.OP_3DUP: (3, (0, 1, 2, 0, 1, 2)),
    Op.OP_2OVER: (4, (0, 1, 2, 3, 0, 1)),
    Op.OP_2ROT: (6, (2, 3, 4, 5, 0, 1)),
    Op.OP_2SWAP: (4, (2, 3, 0, 1)),
    Op.OP_DROP: (1, ()),
    Op.OP_DUP: (1, (0, 0)),
    Op.OP_NIP: (2, (1,)),
    Op.OP_OVER: (2, (0, 1, 0)),
    Op.OP_ROT: (3, (1, 2, 0)),
    Op.OP_SWAP: (2, (1, 0)),
    Op.OP_TUCK: (2, (1, 0, 1)),
}
"""How many items each takes, and which of them it leaves, deepest first."""


def _move(count: int, places: tuple[int, ...]) -> Handler:
    def handler(run: Run) -> None:
        items = run.pop_many(count)
        run.stack.extend(items[place] for place in places)

    return handler


def _to_alt(run: Run) -> None:
    run.alt.append(run.pop())


def _from_alt(run: Run) -> None:
    if not run.alt:
        raise RunFails
    run.stack.append(run.alt.pop())


def _dup_if_true(run: Run) -> None:
    top = run.pop()
    condition = truth_of(top)
    way = {TRUE: True, FALSE: False}.get(condition, run.path.decide(condition))
    if way is None:
        raise CannotJudge("IFDUP of an item that may be true or false")
    run.stack += [top, top] if way else [top]


def _depth(run: Run) -> None:
    run.stack.append(number(len(run.stack)))


def _pick(run: Run) -> None:
    place = run.pop_number()
    known = constant_of(place)
    if known is not None:
        if not 0 <= known < len(run.stack):
            raise RunFails
        run.stack.append(run.stack[-1 - known])
        return
    run.require(at_least_zero(place))
    run.require(at_least_zero(subtract(number(len(run.stack) - 1), place)))
    run.stack.append(_picked(run, place))


def _picked(run: Run, place: Term) -> Term:
    """Return the item at a depth that is not constant, by the bounds that are known of it."""
    constant, terms = place.args
    factor = terms[0][1] if len(terms) == 1 else 1 if terms[0][1] > 0 else -1
    form = polynomial(0, {atom: each // factor for atom, each in terms})
    known = run.path.facts.range_of(form)
    low, high = known.low, known.high
    if low is None or high is None or high - low > _WIDEST:
        raise CannotJudge("PICK at an index without bounds")
    items = []
    for value in range(low, high + 1):
        depth = constant + factor * value
        items.append(run.stack[-1 - depth] if 0 <= depth < len(run.stack) else None)
    found = [each for each in items if each is not None]
    if not found:
        raise RunFails
    filled = [found[0] if each is None else each for each in items]
    return selected(form, low, alike(filled))


def _roll(run: Run) -> None:
    place = constant_of(run.pop_number())
    if place is None:
        raise CannotJudge("ROLL at an index that is not a constant")
    if not 0 <= place < len(run.stack):
        raise RunFails
    run.stack.append(run.stack.pop(-1 - place))


HANDLERS: Final[dict[Op, Handler]] = {
    **{op: _move(*move) for op, move in _MOVES.items()},
    Op.OP_TOALTSTACK: _to_alt,
    Op.OP_FROMALTSTACK: _from_alt,
    Op.OP_IFDUP: _dup_if_true,
    Op.OP_DEPTH: _depth,
    Op.OP_PICK: _pick,
    Op.OP_ROLL: _roll,
}
