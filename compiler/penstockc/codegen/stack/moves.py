"""Stack moves: the effect of each stack opcode on a layout, taken from the opcode table.

Layouts are tuples of value numbers, the top last; `DEAD` is an item that is not needed any more.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise
from operator import itemgetter
from typing import Final

from penstock.records import Record
from penstock.script.opcodes import Family, Op
from penstockc.codegen.instructions.instruction import Words, number_word, words_size

DEAD: Final = -1
BELOW: Final = -1
"""The item below those of a shuffle."""

Layout = tuple[int, ...]


class Deep(Record, frozen=True):
    """PICK or ROLL: the item `depth` below the top (0 is the top) is copied or moved to the top."""

    op: Op
    depth: int


class Fresh(Record, frozen=True):
    """The push of a constant or placeholder that is not on the stack."""

    value: int


Move = Op | Deep | Fresh


class Shuffle(Record, frozen=True):
    """A stack opcode as its effect on the top items, counted from the deepest.

    Attributes:
        op: the opcode.
        takes: number of items that it reads.
        leaves: the items that it leaves, in order.
        drops: the items that are gone afterwards.
        copies: the items that are there once more afterwards.
        joins: number of new pairs of neighbouring items afterwards, the item below included.
    """

    op: Op
    takes: int
    leaves: tuple[int, ...]
    drops: tuple[int, ...]
    copies: tuple[int, ...]
    joins: int


def _shuffle(op: Op) -> Shuffle:
    items = range(op.takes)
    leaves = tuple(op.inputs.index(word) for word in op.outputs)
    drops = tuple(item for item in items if item not in leaves)
    copies = tuple(item for item in items if leaves.count(item) == 2)
    joins = Counter(pairwise((BELOW, *leaves))) - Counter(pairwise((BELOW, *items)))
    return Shuffle(op, op.takes, leaves, drops, copies, joins.total())


SHUFFLES: Final = tuple(
    _shuffle(op)
    for op in Op
    if op.family is Family.STACK
    and not op.variadic
    and set(op.outputs) <= set(op.inputs)
    and op is not Op.OP_TOALTSTACK  # not a drop: the item is elsewhere
)
"""Every opcode of fixed effect on the main stack alone."""

MOST_COPIES: Final = max(len(each.copies) for each in SHUFFLES)
"""Limit of items that one byte copies."""
MOST_JOINS: Final = tuple(
    max(each.joins for each in SHUFFLES if len(each.copies) <= copies) for copies in range(MOST_COPIES + 1)
)
"""Limit of pairs that one byte brings together, by the number of copies it may make; PICK and ROLL bring no more."""


def copy(depth: int) -> Op | Deep:
    """Return the shortest move that copies the item at `depth` to the top."""
    match depth:
        case 0:
            return Op.OP_DUP
        case 1:
            return Op.OP_OVER
        case _:
            return Deep(Op.OP_PICK, depth)


def pull(depth: int) -> Op | Deep | None:
    """Return the shortest move of the item at `depth` to the top; None when it is there."""
    match depth:
        case 0:
            return None
        case 1:
            return Op.OP_SWAP
        case 2:
            return Op.OP_ROT
        case _:
            return Deep(Op.OP_ROLL, depth)


def spell(move: Op | Deep) -> Words:
    """Return the words of a move."""
    match move:
        case Op():
            return (move,)
        case Deep(op=op, depth=depth):
            return (number_word(depth), op)


def move_size(move: Move) -> int:
    """Return the bytes of a move; the push of a value counts with the value."""
    match move:
        case Op():
            return 1
        case Deep(depth=depth):
            return _deep_size(depth)
        case Fresh():
            return 0


@cache
def _deep_size(depth: int) -> int:
    return words_size((number_word(depth), Op.OP_PICK))


class _Placed(Record, frozen=True):
    """A move on layouts of one length: `pick` makes the layout after it; the places that it drops and copies."""

    move: Move
    size: int
    pick: Callable[[Layout], Layout]
    drops: tuple[int, ...]
    copies: tuple[int, ...]


@cache
def _moves(length: int) -> tuple[_Placed, ...]:
    """Return every move on layouts of this length, except the pushes of fresh values."""
    placed = []
    for shuffle in SHUFFLES:
        below = length - shuffle.takes
        if below >= 0:
            order = (*range(below), *(below + item for item in shuffle.leaves))
            drops, copies = (tuple(below + item for item in items) for items in (shuffle.drops, shuffle.copies))
            placed.append(_Placed(shuffle.op, 1, _picker(order), drops, copies))
    for depth in range(2, length):
        place = length - 1 - depth
        pick, roll = Deep(Op.OP_PICK, depth), Deep(Op.OP_ROLL, depth)
        placed.append(_Placed(pick, move_size(pick), _picker((*range(length), place)), (), (place,)))
        if depth > 2:
            rolled = (*range(place), *range(place + 1, length), place)
            placed.append(_Placed(roll, move_size(roll), _picker(rolled), (), ()))
    return tuple(placed)


def _picker(order: tuple[int, ...]) -> Callable[[Layout], Layout]:
    match order:
        case ():
            return lambda _: ()
        case (only,):
            return lambda layout: (layout[only],)
        case _:
            return itemgetter(*order)


def neighbours(layout: Layout, missing: dict[int, int]) -> Iterator[tuple[Move, int, Layout]]:
    """Yield each useful move on `layout`, with its size in bytes and the layout after it.

    `missing` counts the further copies that each value needs: these values may be copied, or pushed if they are not in
    `layout` yet. Only dead items are dropped.
    """
    copyable = {value for value, count in missing.items() if count > 0}
    for placed in _moves(len(layout)):
        for place in placed.drops:
            if layout[place] != DEAD:
                break
        else:
            for place in placed.copies:
                if layout[place] not in copyable:
                    break
            else:
                yield placed.move, placed.size, placed.pick(layout)
    for value, count in missing.items():
        if count > 0 and value not in layout:
            yield Fresh(value), 0, (*layout, value)
