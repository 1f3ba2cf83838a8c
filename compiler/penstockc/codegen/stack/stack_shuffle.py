"""Shuffles: values are brought to the top of the stack in the fewest bytes.

In: a stack layout, the values wanted on top in order, and which of them must stay below as well. Out: the layouts
that the shortest ways lead to, each with its way. The other values may end up in any order below, and dead ones may
be dropped on the way.

Shallow stacks are searched exhaustively, each shape of the problem once; in deep ones values are fetched one after
the other.
"""

from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from itertools import count, pairwise
from typing import Final

from penstock.records import Record
from penstock.script.opcodes import Op
from penstockc.codegen.stack.moves import (
    DEAD,
    MOST_COPIES,
    MOST_JOINS,
    Deep,
    Fresh,
    Layout,
    Move,
    copy,
    move_size,
    neighbours,
    pull,
)

MAX_WINDOW: Final = 6
"""Items: in a deeper window the values are fetched one after the other."""
MAX_SEARCHED: Final = (4, 4, 4, 4, 4, 3, 3)
"""Bytes of the longest searched way, by the items in the window: instead of a longer one, values are fetched."""
STAYING: Final = -1 << 62
"""Placeholder for an item that is in its final place."""
LONG_WAY: Final = 2
"""Bytes: for a longer way, items below the lowest wanted one may help; shorter ways are not improved by them."""
MAX_VARIANTS: Final = 4
"""Limit of different layouts that are kept for ways of one length."""


class Arrangement(Record, frozen=True):
    """A way: its moves, their bytes (without pushes of values), and the layout after it."""

    moves: tuple[Move, ...]
    size: int
    layout: Layout


def arrange(layout: Layout, wanted: Layout, kept: frozenset[int]) -> tuple[Arrangement, ...]:
    """Return the shortest ways to bring `wanted` to the top; those of them in `kept` also stay below, once each.

    Wanted values that are not in `layout` are pushed. Two ways of one length to the same layout count as one.
    """
    if not wanted:
        return (Arrangement((), 0, layout),)
    bottom = min((layout.index(value) for value in wanted if value in layout), default=len(layout))
    window = layout[bottom:]
    ways = _known_arranged(window, wanted, kept) if len(window) <= MAX_WINDOW else _arranged(window, wanted, kept)
    if ways[0].size > LONG_WAY and bottom and len(window) < MAX_WINDOW:
        wider = layout[-MAX_WINDOW:]
        shorter = _known_arranged(wider, wanted, kept)
        if shorter[0].size < ways[0].size:
            bottom, ways = len(layout) - len(wider), shorter
    base = layout[:bottom]
    return tuple([Arrangement(way.moves, way.size, base + way.layout) for way in ways]) if base else ways


def _arranged(window: Layout, wanted: Layout, kept: frozenset[int]) -> tuple[Arrangement, ...]:
    """Arrange within a window; a last value that must be pushed is pushed last, unless pushing it earlier helps."""
    *before, last = wanted
    if last not in window:
        ways = tuple(
            Arrangement((*way.moves, Fresh(last)), way.size, (*way.layout, last))
            for way in arrange(window, tuple(before), kept)
        )
        if ways[0].size <= 1 or max(len(window), len(wanted)) > MAX_WINDOW:
            return ways
        searched = _searched(window, wanted, kept)
        return searched if searched[0].size < ways[0].size else ways
    if max(len(window), len(wanted)) > MAX_WINDOW:
        return (_fetch(window, wanted, kept),)
    return _searched(window, wanted, kept)


def _searched(window: Layout, wanted: Layout, kept: frozenset[int]) -> tuple[Arrangement, ...]:
    names = _names((*wanted, *window))
    shape = tuple(names[value] for value in window)
    keeping = frozenset(names[value] for value in kept if value in wanted)
    ways = _shortest(shape, tuple(names[value] for value in wanted), keeping)
    values = {name: value for value, name in names.items()}
    return tuple(_renamed(way, values) for way in ways)


_known_arranged: Final = lru_cache(maxsize=100_000)(_arranged)
"""Cache for small windows, which recur; results for large ones would fill the memory."""


def permute(layout: Layout, target: Layout) -> Arrangement | None:
    """Return a shortest way from `layout` to exactly `target`; None if it would need values that are not there.

    Both have the same live values once each; `target` may have fewer dead items.
    """
    same = _common(layout, target)
    window, goal = layout[same:], target[same:]
    way = _known_permuted(window, goal) if len(window) <= MAX_WINDOW else _permuted(window, goal)
    return None if way is None else Arrangement(way.moves, way.size, target)


def _permuted(window: Layout, goal: Layout) -> Arrangement | None:
    if not _covers(window, goal):
        return None
    if len(window) > MAX_WINDOW:
        return _rebuild(window, goal)
    names = _names((*goal, *window))
    return _exactly(tuple(names[value] for value in window), tuple(names[value] for value in goal))


_known_permuted: Final = lru_cache(maxsize=100_000)(_permuted)


def _names(values: Iterable[int]) -> dict[int, int]:
    """Number the live values in order of appearance, so that similar problems are equal."""
    names = {DEAD: DEAD}
    for value in values:
        names.setdefault(value, len(names) - 1)
    return names


def _renamed(way: Arrangement, values: dict[int, int]) -> Arrangement:
    moves = tuple(Fresh(values[move.value]) if isinstance(move, Fresh) else move for move in way.moves)
    return Arrangement(moves, way.size, tuple(values[item] for item in way.layout))


def _covers(window: Layout, goal: Layout) -> bool:
    live, wanted = sorted(set(window) - {DEAD}), sorted(item for item in goal if item != DEAD)
    return live == wanted and window.count(DEAD) >= goal.count(DEAD)


@lru_cache(maxsize=100_000)
def _shortest(window: Layout, wanted: Layout, kept: frozenset[int]) -> tuple[Arrangement, ...]:
    needed = {value: wanted.count(value) + (value in kept) for value in wanted}

    def is_goal(layout: Layout) -> bool:
        return layout[-len(wanted) :] == wanted and all(layout.count(value) == needed[value] for value in needed)

    bound = _fetch(window, wanted, kept)
    question = _Question(wanted, needed, is_goal)
    return _search(window, question, min(bound.size, MAX_SEARCHED[len(window)])) or (bound,)


@lru_cache(maxsize=100_000)
def _exactly(window: Layout, goal: Layout) -> Arrangement:
    if len(set(window)) == len(window) == len(goal):
        return Arrangement(*_permutations(len(window))[tuple(window.index(item) for item in goal)], goal)
    bound = _rebuild(window, goal)
    question = _Question(goal, {}, lambda layout: layout == goal)
    found = _search(window, question, min(bound.size, MAX_SEARCHED[len(window)]))
    return found[0] if found else bound


@cache
def _permutations(size: int) -> dict[Layout, tuple[tuple[Move, ...], int]]:
    """Return the shortest way to every order of `size` items; an order lists the former positions of its items."""
    ways: dict[Layout, tuple[tuple[Move, ...], int]] = {}
    queues: dict[int, list[tuple[Layout, tuple[Move, ...]]]] = {0: [(tuple(range(size)), ())]}
    for length in count():
        if not queues:
            return ways
        for layout, moves in queues.pop(length, []):
            if layout not in ways:
                ways[layout] = moves, length
                for move, cost, after in neighbours(layout, {}):
                    if after not in ways:
                        queues.setdefault(length + cost, []).append((after, (*moves, move)))
    raise AssertionError("unreachable: the search ends by returning")


class _Question(Record, frozen=True):
    """Goal of a search: a layout with `wanted` on top, and `needed` copies of its values in all."""

    wanted: Layout
    needed: dict[int, int]
    is_goal: Callable[[Layout], bool]

    def may_be_near(self, layout: Layout, budget: int) -> bool:
        """Estimate whether a goal may be `budget` bytes away, to give up hopeless layouts early.

        Live items are not dropped, a byte makes few copies of a value, and it brings few wanted pairs
        together; only a fresh value gets onto another item at no cost.
        """
        copies = 0
        for value, needed in self.needed.items():
            present = layout.count(value)
            if present > needed or _most_items(max(present, 1), budget) < needed:
                return False
            copies += needed - max(present, 1)
        pairs, apart = list(pairwise(layout)), 0
        for pair in pairwise(self.wanted):
            if pair in pairs:
                pairs.remove(pair)
            elif pair[1] in layout:
                apart += 1
        return apart <= budget * MOST_JOINS[min(copies, MOST_COPIES)]


@cache
def _most_items(present: int, budget: int) -> int:
    """Return the limit of copies of a value on the stack after `budget` bytes, if `present` are there now."""
    for _ in range(budget):
        present += min(present, MOST_COPIES)
    return present


def _search(start: Layout, question: _Question, bound: int) -> tuple[Arrangement, ...]:
    """Return the shortest ways from `start` to a goal, if one of at most `bound` bytes exists."""
    queues: list[dict[Layout, tuple[Move, ...]]] = [{} for _ in range(bound + 1)]
    queues[0][start] = ()
    seen: set[Layout] = set()
    for size, queue in enumerate(queues):
        found = []
        while queue:
            layout, moves = queue.popitem()
            if layout in seen:
                continue
            seen.add(layout)
            if question.is_goal(layout):
                found.append(Arrangement(moves, size, layout))
                continue
            if not question.may_be_near(layout, bound - size):
                continue
            missing = {value: count - layout.count(value) for value, count in question.needed.items()}
            for move, cost, after in neighbours(layout, missing):
                arrival = size + cost
                if (arrival < bound and after not in seen) or (arrival == bound and question.is_goal(after)):
                    queues[arrival].setdefault(after, (*moves, move))
        if found:
            return tuple(sorted(found, key=lambda way: (len(way.layout), way.layout)))[:MAX_VARIANTS]
    return ()


def _fetch(layout: Layout, wanted: Layout, kept: frozenset[int]) -> Arrangement:
    """Fetch the wanted values one after the other; a prefix of them that is in place already stays there."""
    ready = next(length for length in range(len(wanted), -1, -1) if _lies_right(layout, wanted, kept, length))
    stack: list[int] = list(layout)
    moves: list[Move] = []
    for place in range(ready, len(wanted)):
        value, below = wanted[place], stack[: len(stack) - place]
        if value not in below:
            moves.append(Fresh(value))
        else:
            depth = len(stack) - 1 - below.index(value)
            stays = value in kept or value in wanted[place + 1 :]
            move = copy(depth) if stays else pull(depth)
            if not stays:
                stack.pop(-1 - depth)
            if move is not None:
                moves.append(move)
        stack.append(value)
    return Arrangement(tuple(moves), sum(map(move_size, moves)), tuple(stack))


def _lies_right(layout: Layout, wanted: Layout, kept: frozenset[int], length: int) -> bool:
    values = wanted[:length]
    in_place = length == 0 or layout[-length:] == values
    return in_place and not kept.intersection(values) and not set(values).intersection(wanted[length:])


def _rebuild(layout: Layout, target: Layout) -> Arrangement:
    """Drop surplus dead items from the top down, then pull up in order the items that cannot stay in place.

    As many of the lowest items of the target stay as are in its order already, with any items between them.
    """
    stack: list[int] = list(layout)
    moves: list[Move] = []
    surplus = layout.count(DEAD) - target.count(DEAD)
    for place in range(len(stack) - 1, -1, -1):
        if surplus and stack[place] == DEAD:
            moves += _removal(len(stack) - 1 - place)
            stack.pop(place)
            surplus -= 1
    in_order = 0
    for place, item in enumerate(stack):
        if in_order < len(target) and item == target[in_order]:
            in_order += 1
            stack[place] = STAYING
    for item in target[in_order:]:
        at = stack.index(item)
        move = pull(len(stack) - 1 - at)
        moves += [] if move is None else [move]
        stack.pop(at)
        stack.append(STAYING)
    return Arrangement(tuple(moves), sum(map(move_size, moves)), target)


def _removal(depth: int) -> list[Move]:
    match depth:
        case 0:
            return [Op.OP_DROP]
        case 1:
            return [Op.OP_NIP]
        case 2:
            return [Op.OP_ROT, Op.OP_DROP]
        case _:
            return [Deep(Op.OP_ROLL, depth), Op.OP_DROP]


def _common(layout: Layout, target: Layout) -> int:
    """Return the number of items from the bottom that are in place already."""
    same = 0
    while same < min(len(layout), len(target)) and layout[same] == target[same]:
        same += 1
    return same
