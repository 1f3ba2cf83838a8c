"""Scheduling: from values in regions to instructions on a stack, decided once and counted in bytes."""

from dataclasses import dataclass, field, replace
from typing import Final

from penstockc.codegen import endings, joins
from penstockc.codegen.instructions import Code, code_size
from penstockc.codegen.likeness import Description, likeness
from penstockc.codegen.peephole import polish
from penstockc.codegen.plan import Branch, Plan
from penstockc.codegen.planning import make_plan
from penstockc.codegen.search import Join, Search
from penstockc.codegen.shuffles import DEAD, Layout
from penstockc.codegen.straight import Line
from penstockc.ir.nodes import Script
from penstockc.nesting import room_for_nesting

WIDTH: Final = 16
"""States that the outermost search keeps, at most."""
EFFORT: Final = 1000
"""Steps times width, at most: longer scripts are searched more narrowly, so that time stays linear."""
NARROWING: Final = 2
"""How many times fewer states are kept within the arms of a branch."""
SPARING: Final = 6
"""Branches within one another that may leave values lying: with each, its arms are met by one more layout."""
LONG: Final = 1000
"""Steps: a longer plan is not searched."""
SHORT: Final = 24
"""Steps: within a long plan, a branch with no more is searched."""
BRANCH_WIDTH: Final = 2
"""States that such a search keeps."""
NAMELESS: Final = -1_000_000
"""Below every number that a plan uses."""


def schedule(script: Script) -> Code:
    """Return the instructions of a script whose operations all have opcodes."""
    with room_for_nesting():
        plan = make_plan(script.span, script.body)
        width = max(1, min(WIDTH, EFFORT // max(1, plan.size)))
        return Scheduler(width).end(plan, tuple(value.number for value in script.arguments))


@dataclass(slots=True)
class Scheduler:
    """Schedules plans, and remembers each answer: the same arm from the same layout is scheduled once."""

    width: int
    depth: int = 0
    joined: dict[tuple[Branch, Layout, frozenset[int]], tuple[Join, ...]] = field(default_factory=dict)
    ended: dict[tuple[Plan, Layout], Code] = field(default_factory=dict)
    alike: dict[tuple[Description, Layout, frozenset[int]], Join] = field(default_factory=dict)
    inner: "Scheduler | None" = None

    @property
    def may_spare(self) -> bool:
        """Whether arms may leave values lying that nobody needs behind them."""
        return self.depth <= SPARING

    def search(self, plan: Plan, kept: frozenset[int]) -> Search:
        """Return the search for code of a plan that leaves the kept values."""
        return Search(plan, kept, self._join, self.width)

    def end(self, plan: Plan, layout: Layout) -> Code:
        """Return the code of a plan in which the script ends."""
        key = plan, layout
        if key not in self.ended:
            found = polish(Line(self, plan, frozenset(), list(layout)).end())
            if plan.size <= LONG:
                found = min(endings.end(self, plan, layout), found, key=code_size)
            self.ended[key] = found
        return self.ended[key]

    def searched(self, branch: Branch, window: Layout, kept: frozenset[int]) -> Join | None:
        """Return the shortest way through both arms of a branch, if it has so few steps that it can be searched."""
        if branch.then.size + branch.otherwise.size > SHORT or branch.then.needs_depth or branch.otherwise.needs_depth:
            return None
        alike = likeness(branch)
        names = {DEAD: DEAD} | alike.names
        names |= {item: NAMELESS - place for place, item in enumerate(window) if item not in names}
        key = alike.description, tuple(names[item] for item in window), frozenset(names[item] for item in kept)
        if key not in self.alike:
            found = Scheduler(BRANCH_WIDTH, SPARING)._join(branch, window, kept)[0]  # noqa: SLF001 - its own kind
            self.alike[key] = replace(found, layout=tuple(names[item] for item in found.layout))
        back = {name: item for item, name in names.items()}
        found = self.alike[key]
        return replace(found, layout=tuple(back[item] for item in found.layout))

    def _join(self, branch: Branch, window: Layout, kept: frozenset[int]) -> tuple[Join, ...]:
        """Schedule the arms; values that they do not touch have no names, so that like layouts look alike."""
        touched = branch.then.outer | branch.otherwise.outer | {DEAD}
        names = {item: NAMELESS - place for place, item in enumerate(window) if item not in touched}
        renamed = tuple(names.get(item, item) for item in window)
        key = branch, renamed, frozenset(names.get(item, item) for item in kept)
        if key not in self.joined:
            self.joined[key] = joins.join(self._narrower(), *key)
        if not names:
            return self.joined[key]
        back = {name: item for item, name in names.items()}
        return tuple(
            replace(found, layout=tuple(back.get(item, item) for item in found.layout)) for found in self.joined[key]
        )

    def _narrower(self) -> "Scheduler":
        """Return the scheduler for what lies within an arm."""
        if self.inner is None:
            self.inner = Scheduler(max(1, self.width // NARROWING), self.depth + 1)
        return self.inner
