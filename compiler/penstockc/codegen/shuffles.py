"""The moves that a stack knows: what each does to a layout, taken from the opcode table.

Layouts are tuples of value numbers, the top last; `DEAD` is an item that nobody needs any more.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from penstock.script.opcodes import Family, Op
from penstockc.codegen.instructions import Words, number_word, words_size

DEAD: Final = -1

Layout = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Deep:
    """PICK or ROLL: the item `depth` below the top (0 is the top) is copied or moved to the top."""

    op: Op
    depth: int


@dataclass(frozen=True, slots=True)
class Fresh:
    """The push of a constant or placeholder that is not on the stack."""

    value: int


Move = Op | Deep | Fresh


@dataclass(frozen=True, slots=True)
class Shuffle:
    """A stack opcode: which of the `takes` items on top (counted from the deepest) it leaves there, in order."""

    op: Op
    takes: int
    leaves: tuple[int, ...]

    @property
    def drops(self) -> tuple[int, ...]:
        """The items that are gone afterwards."""
        return tuple(item for item in range(self.takes) if item not in self.leaves)

    @property
    def copies(self) -> tuple[int, ...]:
        """The items that are there once more afterwards."""
        return tuple(item for item in range(self.takes) if self.leaves.count(item) == 2)


def _shuffle(op: Op) -> Shuffle:
    return Shuffle(op, op.takes, tuple(op.inputs.index(word) for word in op.outputs))


SHUFFLES: Final = tuple(
    _shuffle(op)
    for op in Op
    if op.family is Family.STACK
    and not op.variadic
    and set(op.outputs) <= set(op.inputs)
    and op is not Op.OP_TOALTSTACK  # no drop: the item is elsewhere
)
"""Every opcode of fixed effect on the main stack alone."""


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
        case Deep():
            return words_size(spell(move))
        case Fresh():
            return 0


def neighbours(layout: Layout, missing: dict[int, int]) -> Iterator[tuple[Move, Layout]]:
    """Yield each move that makes sense on `layout`, with the layout after it.

    `missing` says how many more copies of which values are wanted: those may be copied, and pushed if they are not in
    `layout`. Only dead items are dropped.
    """
    size = len(layout)
    for shuffle in SHUFFLES:
        if shuffle.takes <= size:
            top = layout[size - shuffle.takes :]
            dropping = all(top[item] == DEAD for item in shuffle.drops)
            if dropping and all(missing.get(top[item], 0) > 0 for item in shuffle.copies):
                yield shuffle.op, layout[: size - shuffle.takes] + tuple(top[item] for item in shuffle.leaves)
    for depth in range(2, size):
        item = layout[-1 - depth]
        if missing.get(item, 0) > 0:
            yield Deep(Op.OP_PICK, depth), (*layout, item)
        if depth > 2:
            yield Deep(Op.OP_ROLL, depth), (*layout[: -1 - depth], *layout[size - depth :], item)
    for value, count in missing.items():
        if count > 0 and value not in layout:
            yield Fresh(value), (*layout, value)
