"""Array reads at an index that is known only when the script runs.

In: the positions of the leaves. Out: ways to bring the index to the top, each with the code that then fails
unless it is in range, and replaces it by copies of that element's leaves.

If every leaf of an element has a constant distance from the same leaf of the element before, its depth can be
computed; otherwise all leaves are brought together first, and stay there.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from penstock.script.opcodes import Op
from penstockc.codegen.instructions.instruction import Code, Instr, Word, Words, number_word, words_size
from penstockc.codegen.plan.plan import ArrayRead
from penstockc.codegen.stack.moves import DEAD, Layout, copy, spell
from penstockc.codegen.stack.stack_shuffle import Arrangement, arrange

TWICE: Final = 2
UPWARDS: Final = 1
DOWNWARDS: Final = -1

Places = Sequence[Sequence[int]]
"""Positions of the leaves of each element, counted from the bottom."""


def reads(step: ArrayRead, layout: Layout, kept: frozenset[int]) -> Iterator[tuple[Arrangement, Code]]:
    """Yield the ways to read one element, each with the code that then turns the index into the results.

    In the layout of a way, values that were pushed or copied for the read only are dead.
    """
    leaves = tuple(leaf for element in step.elements for leaf in element)
    is_regular = False
    for way in arrange(layout, (step.index,), kept):
        place = {value: place for place, value in enumerate(way.layout[:-1])}
        if all(leaf in place for leaf in leaves):
            places = [[place[leaf] for leaf in element] for element in step.elements]
            words = _words(places, len(way.layout) - 1)
            if words is not None:
                is_regular = True
                yield way, _code(step, words)
    if is_regular:
        return
    yield from _brought(step, layout, kept, UPWARDS)
    if len(step.elements[0]) == 1:
        yield from _brought(step, layout, kept, DOWNWARDS)


def _brought(
    step: ArrayRead, layout: Layout, kept: frozenset[int], direction: int
) -> Iterator[tuple[Arrangement, Code]]:
    """Yield the ways to bring all elements up. With the first one on top, its depth is the index itself."""
    leaves = tuple(leaf for element in step.elements[::direction] for leaf in element)
    size = len(step.elements[0])
    for way in arrange(layout, (*leaves, step.index), kept & {step.index} - set(leaves)):
        height = len(way.layout) - 1
        places = [range(place, place + size) for place in range(height - len(leaves), height, size)]
        words = _words(places[::direction], height)
        if words is not None:
            yield Arrangement(way.moves, way.size, _forgotten(way.layout, layout, leaves)), _code(step, words)


def _forgotten(brought: Layout, before: Layout, leaves: Layout) -> Layout:
    """Return a layout with dead items instead of leaves that were not there before, or are there twice."""
    forgotten, left = list(brought), set(leaves).intersection(before)
    for place in range(len(brought) - 2, len(brought) - 2 - len(leaves), -1):
        if brought[place] not in left:
            forgotten[place] = DEAD
        left.discard(brought[place])
    return tuple(forgotten)


def _code(step: ArrayRead, words: Words) -> Code:
    count = number_word(len(step.elements))
    check: Words = (Op.OP_DUP, number_word(0), count, Op.OP_WITHIN, Op.OP_VERIFY)
    return tuple(Instr(word, step.span) for word in (*check, *words))


def _words(places: Places, height: int) -> Words | None:
    """Return the words that turn an index on top of `height` items into leaves; None for irregular positions."""
    strides = []
    for leaf, first in enumerate(places[0]):
        stride = places[-1][leaf] - first
        stride = stride // (len(places) - 1) if len(places) > 1 else 0
        if any(element[leaf] != first + stride * number for number, element in enumerate(places)):
            return None
        strides.append(stride)
    ways = [_one_by_one(places[0], strides, height)]
    row = range(places[0][0], places[0][0] + len(strides))
    if strides[0] > 0 and len(set(strides)) == 1 and [*places[0]] == [*row]:
        ways.append(_in_a_row(row, strides[0], height))
    return min(ways, key=words_size)


def _one_by_one(first: Sequence[int], strides: Sequence[int], height: int) -> Words:
    """Fetch each leaf with a copy of the index, which is above the leaves fetched before."""
    words: list[Word] = []
    for leaf, (place, stride) in enumerate(zip(first, strides, strict=True)):
        depth = height - 1 - place + leaf
        is_last = leaf == len(strides) - 1
        if stride == 0:
            words += [Op.OP_DROP, *spell(copy(depth))] if is_last else [*spell(copy(depth + 1)), Op.OP_SWAP]
        elif is_last:
            words += [*_depth(depth, stride), Op.OP_PICK]
        else:
            words += [Op.OP_DUP, *_depth(depth + 1, stride), Op.OP_PICK, Op.OP_SWAP]
    return tuple(words)


def _in_a_row(row: range, stride: int, height: int) -> Words:
    """Compute the depth once: each leaf is right above the one before, and is fetched from a stack one deeper."""
    again = (Op.OP_DUP, Op.OP_PICK, Op.OP_SWAP)
    return (*_depth(height - row.start, stride), *again * (len(row) - 1), Op.OP_1SUB, Op.OP_PICK)


def _depth(depth: int, stride: int) -> Words:
    """Turn an index on top into `depth - stride * index`."""
    scale: Words = ()
    if abs(stride) == TWICE:
        scale = (Op.OP_DUP, Op.OP_ADD)
    elif abs(stride) != 1:
        scale = (number_word(abs(stride)), Op.OP_MUL)
    if stride > 0:
        return (*scale, number_word(depth), Op.OP_SWAP, Op.OP_SUB)
    return (*scale, number_word(depth), Op.OP_ADD) if depth else scale
