"""Approach to a branch: the condition on top, and right below it values that both arms would have to bring up."""

from itertools import permutations
from typing import Final

from penstockc.codegen.plan.plan import BranchStep
from penstockc.codegen.stack.moves import Layout
from penstockc.codegen.stack.stack_shuffle import Arrangement, arrange

MOST: Final = 2
"""Limit of values that are brought up before a branch."""
SMALL: Final = 20
"""Steps of both arms together: larger ones bring up values when they need them."""
NEAR: Final = 2
"""Items from the top, below the condition: values that lie there need not be brought up."""


def approaches(layout: Layout, step: BranchStep, kept: frozenset[int]) -> tuple[Arrangement, ...]:
    """Return the ways to bring a branch's condition to the top; of it, and of what the arms use, `kept` stays below.

    A condition that the arms use too is copied.
    """
    used_again = {step.condition} & (step.then.outer | step.otherwise.outer)
    below = kept | used_again
    ways = arrange(layout, (step.condition,), below)
    shared = shared_operands(layout, step, kept)
    brought = (way for order in permutations(shared) for way in arrange(layout, (*order, step.condition), below))
    return (*ways, *brought) if shared else ways


def shared_operands(layout: Layout, step: BranchStep, kept: frozenset[int]) -> tuple[int, ...]:
    """Return the values for which both arms reach down, and that nothing needs after them, the lowest first."""
    shared = step.then.outer & step.otherwise.outer
    is_small = step.then.size + step.otherwise.size <= SMALL
    if not shared or not is_small or len(shared) > MOST or step.condition in shared or not kept.isdisjoint(shared):
        return ()
    places = sorted(layout.index(value) for value in shared if value in layout)
    if len(places) < len(shared) or places[0] >= len(layout) - NEAR - (step.condition in layout[-NEAR:]):
        return ()
    return tuple(layout[place] for place in places)
