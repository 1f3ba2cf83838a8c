"""Scheduler: from values in regions to instructions on a stack."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from penstock.records import replace
from penstockc.codegen.instructions.instruction import Code, code_size
from penstockc.codegen.instructions.peephole import polish
from penstockc.codegen.plan.make import make_plan
from penstockc.codegen.plan.plan import BranchStep, RegionPlan
from penstockc.codegen.plan.precedence import Precedence, precedence
from penstockc.codegen.schedule import endings, joins
from penstockc.codegen.schedule.linear import straight
from penstockc.codegen.schedule.search import Effort, Exhausted, Join, ScheduleSearch
from penstockc.codegen.stack.moves import DEAD, Layout
from penstockc.ir import nodes
from penstockc.ir.nodes import walk
from penstockc.support.recursion_limit import raised_recursion_limit


class Manner(NamedTuple):
    """Limits of a search.

    Attributes:
        reach: distance after the first step that is not done within which steps are considered. Independent steps that
            are far apart are joined with a long one, rounds that follow each other stay apart with a short one.
        fan: steps that are tried from one state.
        width: states that the outermost search keeps.
        effort: steps times width: longer scripts are searched more narrowly, so that time stays linear.
    """

    reach: int
    fan: int
    width: int
    effort: int

    def width_for(self, plan: RegionPlan) -> int:
        """Return the number of states that are kept for a plan."""
        return max(1, min(self.width, self.effort // max(1, plan.size)))


AFAR: Final = Manner(reach=24, fan=8, width=16, effort=1000)
"""The search of every script."""
NEARBY: Final = Manner(reach=8, fan=6, width=10, effort=500)
"""A second search of scripts with rounds; the shorter code is kept."""
ROUNDS: Final = 3
"""Operations from one place in the source that make it likely that a script has rounds."""
NARROWING: Final = 2
"""Factor by which fewer states are kept within the arms of a branch."""
SPARING: Final = 6
"""Limit of nested branches that may leave values: with each, its arms are joined from one more layout."""
LONG: Final = 1000
"""Steps: a longer plan is not searched."""
PATIENCE: Final = 10_000
"""Steps that all searches of a script try together; after that the rest is written linearly."""
NAMELESS: Final = -1_000_000
"""Below every number in a plan."""


def schedule(script: nodes.Script) -> Code:
    """Return the instructions of a script whose operations all have opcodes."""
    with raised_recursion_limit():
        plan = make_plan(script.span, script.body)
        layout = tuple(value.number for value in script.arguments)
        manners = (AFAR, NEARBY) if plan.size <= LONG and _has_rounds(script) else (AFAR,)
        effort = Effort(PATIENCE)
        schedulers = (Scheduler(each.width_for(plan), each, effort) for each in manners)
        return min((each.end(plan, layout) for each in schedulers), key=code_size)


def _has_rounds(script: nodes.Script) -> bool:
    """Return whether a script repeats an operation: in a loop, or in a calculation that is many operations."""
    made = Counter((each.span, each.operation) for each in walk(script.body) if isinstance(each, nodes.Apply))
    return max(made.values(), default=0) >= ROUNDS


@dataclass(slots=True)
class Scheduler:
    """Schedules plans, and caches each result: the same arm from the same layout is scheduled once."""

    width: int
    manner: Manner
    effort: Effort
    depth: int = 0
    before: dict[RegionPlan, Precedence] = field(default_factory=dict)
    joined: dict[tuple[BranchStep, Layout, frozenset[int]], tuple[Join, ...]] = field(default_factory=dict)
    ended: dict[tuple[RegionPlan, Layout], Code] = field(default_factory=dict)
    inner: "Scheduler | None" = None

    @property
    def may_spare(self) -> bool:
        """Whether arms may leave values that are not needed after them."""
        return self.depth <= SPARING

    def search(self, plan: RegionPlan, kept: frozenset[int]) -> ScheduleSearch:
        """Return the search for code of a plan that leaves the kept values."""
        if plan not in self.before:
            self.before[plan] = precedence(plan)
        return ScheduleSearch(
            plan, self.before[plan], kept, self._join, self.width, self.manner.reach, self.manner.fan, self.effort
        )

    def end(self, plan: RegionPlan, layout: Layout) -> Code:
        """Return the code of a plan in which the script ends."""
        key = plan, layout
        if key not in self.ended:
            self.ended[key] = self._end(plan, layout)
        return self.ended[key]

    def _end(self, plan: RegionPlan, layout: Layout) -> Code:
        code = polish(straight(plan, layout))
        if plan.size > LONG:
            return code
        try:
            return min(endings.end(self, plan, layout), code, key=code_size)
        except Exhausted:
            return code

    def _join(self, branch: BranchStep, window: Layout, kept: frozenset[int]) -> tuple[Join, ...]:
        """Schedule the arms; values that they do not touch lose their names, so that similar layouts are equal."""
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
        """Return the scheduler for the arms of a branch."""
        if self.inner is None:
            self.inner = Scheduler(
                max(1, self.width // NARROWING), self.manner, self.effort, self.depth + 1, self.before
            )
        return self.inner
