"""Ways to bring values to the top have the stated effect, and known shortest ways are found."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from penstockc.codegen.stack.moves import DEAD, SHUFFLES, Deep, Fresh, Layout, Move, move_size
from penstockc.codegen.stack.stack_shuffle import Arrangement, arrange, permute

BY_OPCODE = {shuffle.op: shuffle for shuffle in SHUFFLES}


def moved(layout: Layout, move: Move) -> Layout:
    """What one move leaves, worked out from the opcode's effect alone."""
    match move:
        case Fresh(value=value):
            return (*layout, value)
        case Deep(op=op, depth=depth):
            item = layout[-1 - depth]
            rest = layout if op.name == "OP_PICK" else (*layout[: -1 - depth], *layout[len(layout) - depth :])
            return (*rest, item)
        case _:
            shuffle = BY_OPCODE[move]
            below = len(layout) - shuffle.takes
            assert below >= 0
            return (*layout[:below], *(layout[below + item] for item in shuffle.leaves))


def follow(layout: Layout, way: Arrangement) -> Layout:
    for move in way.moves:
        layout = moved(layout, move)
    return layout


def live(layout: Layout) -> list[int]:
    return sorted(item for item in layout if item != DEAD)


layouts = (
    st.integers(0, 9)
    .flatmap(lambda size: st.tuples(st.permutations(range(size)), st.sets(st.integers(0, 9), max_size=3)))
    .map(lambda drawn: tuple(DEAD if item in drawn[1] else item for item in drawn[0]))
)


@given(layout=layouts, data=st.data())
def test_wanted_values_come_to_the_top(layout: Layout, data: st.DataObject) -> None:
    wanted = tuple(data.draw(st.lists(st.sampled_from([*live(layout), 100, 101]), max_size=4)))
    kept = frozenset(value for value in wanted if value in layout and data.draw(st.booleans()))
    for way in arrange(layout, wanted, kept):
        assert follow(layout, way) == way.layout
        assert way.size == sum(map(move_size, way.moves))
        below = way.layout[: len(way.layout) - len(wanted)]
        assert way.layout[len(below) :] == wanted
        assert live(below) == sorted(item for item in live(layout) if item not in wanted or item in kept)


@given(layout=layouts, data=st.data())
def test_a_permutation_ends_where_it_should(layout: Layout, data: st.DataObject) -> None:
    dead = data.draw(st.integers(0, layout.count(DEAD)))
    target = tuple(data.draw(st.permutations([*live(layout), *[DEAD] * dead])))
    way = permute(layout, target)
    assert way is not None
    assert follow(layout, way) == way.layout == target
    assert way.size == sum(map(move_size, way.moves))


def test_what_is_not_there_cannot_be_put_in_order() -> None:
    assert permute((1, 2), (1, 3)) is None
    assert permute((1, 2), (1, 2, DEAD)) is None


def one_byte_more(layouts: set[Layout]) -> set[Layout]:
    """All layouts that a byte leads to.

    Only dead items are dropped, and only live ones copied: a dead copy would have to be dropped as well.
    """
    return {
        moved(layout, shuffle.op)
        for layout in layouts
        for shuffle in SHUFFLES
        if shuffle.takes <= len(layout)
        and all(layout[len(layout) - shuffle.takes + item] == DEAD for item in shuffle.drops)
        and all(layout[len(layout) - shuffle.takes + item] != DEAD for item in shuffle.copies)
    }


def pushed(layouts: set[Layout], missing: set[int]) -> set[Layout]:
    """The layouts, and all layouts after pushes: pushes are free, since every way has them."""
    reached, waiting = set(layouts), list(layouts)
    while waiting:
        layout = waiting.pop()
        for after in {(*layout, value) for value in missing.difference(layout)} - reached:
            reached.add(after)
            waiting.append(after)
    return reached


@settings(max_examples=200)
@given(layout=st.permutations((1, 2, 3, DEAD)), size=st.integers(1, 4), data=st.data())
def test_no_way_of_up_to_two_bytes_is_missed(layout: list[int], size: int, data: st.DataObject) -> None:
    """For any layout, and any values to be pushed."""
    start = tuple(layout[:size])
    wanted = tuple(data.draw(st.lists(st.sampled_from([*live(start), 8, 9]), min_size=1, max_size=4)))
    present = sorted(set(wanted).intersection(start))
    kept = data.draw(st.sets(st.sampled_from(present))) if present else set[int]()
    way = arrange(start, wanted, frozenset(kept))[0]
    missing = set(wanted).difference(start)
    found = pushed({start}, missing)
    for bytes_taken in range(way.size):
        fits = [each for each in found if each[-len(wanted) :] == wanted and live(each) == live(way.layout)]
        assert bytes_taken > 2 or not fits, f"{way.moves} takes {way.size} bytes, and {bytes_taken} are enough"
        found = pushed(one_byte_more(found), missing) if bytes_taken < 2 else set()


@pytest.mark.parametrize(
    ("layout", "wanted", "kept", "size"),
    [
        ((1, 2), (1, 2), (), 0),
        ((DEAD, 1, 3, 2), (1,), (1,), 2),  # 2 PICK: 2OVER would leave another dead item
        ((1, 2), (2, 1), (), 1),
        ((1, 2), (1,), (1,), 1),
        ((1, 2), (9, 1, 2), (), 2),  # 9 ROT ROT
        ((1, 2, 3), (9, 1, 2, 3), (), 3),  # 9 2SWAP, then the third from below
        ((1, 2), (1, 2), (1, 2), 1),  # 2DUP
        ((1, 2, DEAD), (1, 2), (), 1),  # DROP
        ((1, 2, 3, 4), (1, 2), (), 1),  # 2SWAP
        ((1, 2), (1, 2, 1, 2), (1, 2), 2),  # 2DUP, 2DUP
        ((1, 2, 3), (1, 2, 3, 1, 2, 3), (), 1),  # 3DUP
        ((1,), (1, 1, 1, 1), (), 2),  # DUP, 2DUP
        ((3, 1, 2, DEAD), (2, 8, 9, 1), (), 2),  # 9 2SWAP 8 2SWAP
        ((DEAD, 1, 2, 3), (1, 2, 3), (2, 3), 2),  # 2SWAP 2OVER: with the dead item from below
        ((1,), (1, 1, 1, 1, 1, 1), (1,), 3),  # DUP, 2DUP, 3DUP
        ((1,), (9, 1, 1, 1, 1, 1), (), 4),  # 9 SWAP, DUP, 2DUP, DUP
    ],
)
def test_known_shortest_ways(layout: Layout, wanted: Layout, kept: Layout, size: int) -> None:
    assert {way.size for way in arrange(layout, wanted, frozenset(kept))} == {size}
