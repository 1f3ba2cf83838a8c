"""The passes over the intermediate form, in order.

Each is a function from a script and a target to a script that accepts in the same spends, in a file of its own with
its promises in the docstring. A pass that changes nothing returns the same script object.
"""

from collections.abc import Callable
from itertools import cycle, islice
from typing import Final, NamedTuple

from penstockc.ir import nodes
from penstockc.ir.nodes import walk
from penstockc.ir.passes.branches import branches
from penstockc.ir.passes.checks.spare import spare
from penstockc.ir.passes.choose import choose
from penstockc.ir.passes.cut import cut
from penstockc.ir.passes.dead_code import dead_code
from penstockc.ir.passes.expand import expand
from penstockc.ir.passes.fold import fold
from penstockc.ir.passes.hoist import hoist
from penstockc.ir.passes.merge import merge
from penstockc.ir.passes.place import place
from penstockc.ir.passes.regroup import regroup
from penstockc.ir.passes.share import share
from penstockc.ir.passes.shorten import shorten
from penstockc.ir.passes.unite import unite
from penstockc.targets import Target

Pass = Callable[[nodes.Script, Target], nodes.Script]

SIMPLIFY: Final[tuple[Pass, ...]] = (fold, branches, unite, choose, hoist, merge, share, regroup, shorten, dead_code)
"""Repeated until they change nothing."""

PASSES: Final[tuple[tuple[Pass, ...], ...]] = (SIMPLIFY, (expand,), (cut,), (spare,), SIMPLIFY, (place,))


class Order(NamedTuple):
    """A constraint on `PASSES`: `first` runs before `then` runs for the first time, because of `reason`."""

    first: Pass
    then: Pass
    reason: str


ORDERS: Final = (
    Order(fold, branches, "constants decide branches"),
    Order(fold, shorten, "constants make equations fit"),
    Order(branches, hoist, "it handles the remaining branches"),
    Order(branches, unite, "a negated condition is the condition then"),
    Order(branches, choose, "it decides and joins branches"),
    Order(choose, merge, "operands of an operation in one arm are not moved out of it before"),
    Order(hoist, merge, "what both arms do before all else is not moved after them"),
    Order(branches, share, "computations of two arms may be on one path then"),
    Order(fold, regroup, "a known sum is a constant then"),
    Order(regroup, shorten, "a sum with 1 is another operation then"),
    Order(share, shorten, "equal operands have one name then"),
    *(
        Order(each, dead_code, "it leaves unused values")
        for each in (fold, branches, unite, choose, hoist, merge, share, regroup, shorten)
    ),
    Order(shorten, expand, "equations match slices and shifts, not the operations that these become"),
    Order(expand, cut, "slices are cuts then"),
    Order(cut, spare, "cuts tell of lengths, and are where they stay"),
    Order(branches, spare, "both bounds of a number are one requirement then"),
    *(
        Order(each, place, "placed values are hidden in the arms that use them")
        for each in (
            fold,
            branches,
            unite,
            choose,
            hoist,
            merge,
            share,
            regroup,
            shorten,
            dead_code,
            expand,
            cut,
            spare,
        )
    ),
)
"""Every constraint; a test checks `PASSES` against them."""

MAX_ROUNDS: Final = 10
MIN_ROUNDS: Final = 1
STATEMENTS: Final = 300_000
"""Statements that all rounds together may visit, before there are fewer of them."""


def run_passes(script: nodes.Script, target: Target) -> nodes.Script:
    """Return the script after every pass."""
    settled: dict[tuple[Pass, ...], nodes.Script] = {}
    """Scripts that a group no longer changes."""
    for group in PASSES:
        if settled.get(group) is not script:
            script, is_settled = _repeated(group, script, target)
            if is_settled:
                settled[group] = script
    return script


def _repeated(group: tuple[Pass, ...], script: nodes.Script, target: Target) -> tuple[nodes.Script, bool]:
    """Run the passes of a group in turn, until none changes anything or the limit is reached; return which."""
    rounds, idle = _rounds(script) if len(group) > 1 else 1, 0
    for each in islice(cycle(group), rounds * len(group)):
        before, script = script, each(script, target)
        idle = idle + 1 if script is before else 0
        if idle == len(group):
            return script, True
    return script, False


def _rounds(script: nodes.Script) -> int:
    """Return the limit of rounds of a group of passes: large scripts get fewer."""
    size = sum(1 for _ in walk(script.body))
    return max(MIN_ROUNDS, min(MAX_ROUNDS, STATEMENTS // (size + 1)))
