"""Joins: both arms of an `If`, and the one layout in which they end.

Each arm is searched freely; then the arms meet in the layout where both together are shortest. Values that are not
needed after the `If` may be consumed by the arms, or left by both to be dropped together later: both are tried.
"""

from typing import Final, Protocol

from penstock.records import Record
from penstockc.codegen.instructions.conditional import conditional
from penstockc.codegen.instructions.instruction import Code, Instr, code_size
from penstockc.codegen.plan.plan import BranchStep, RegionPlan, Select
from penstockc.codegen.schedule.effects import Join
from penstockc.codegen.schedule.search import DEAD_ITEM, ScheduleSearch
from penstockc.codegen.stack.moves import DEAD, Fresh, Layout, spell
from penstockc.codegen.stack.stack_shuffle import Arrangement, permute
from penstockc.source import Span

MEETING_POINTS: Final = 2  # layouts of one arm that are tried with the other
JOINS: Final = 2  # ways of one `If` that the search around it can choose from


class Scheduling(Protocol):
    """Interface of the scheduler for its parts."""

    @property
    def may_spare(self) -> bool:
        """Whether arms may leave values that are not needed after them."""

    def search(self, plan: RegionPlan, kept: frozenset[int]) -> ScheduleSearch:
        """Return the search for code of a plan that leaves the kept values."""

    def end(self, plan: RegionPlan, layout: Layout) -> Code:
        """Return the code of a plan in which the script ends."""

    def functions(self, choice: Select, below: Layout) -> list[Code]:
        """Return the codes of the public functions, each from its arguments on top of the stack `below`."""


class _Way(Record, frozen=True):
    """One way to write an arm: its code, and the layout that it leaves."""

    layout: Layout
    code: Code
    size: int
    disorder: int

    def on_to(self, span: Span, rest: Arrangement) -> "_Way":
        """Return the way continued by a shuffle."""
        words = (word for move in rest.moves if not isinstance(move, Fresh) for word in spell(move))
        code = (*self.code, *(Instr(word, span) for word in words))
        return _Way(rest.layout, code, self.size + rest.size, self.disorder)


class _ArmCode(Record, frozen=True):
    """All the ways of an arm, the shortest first; or (`ending`) its code, if the script ends in it."""

    span: Span
    ways: tuple[_Way, ...] = ()
    ending: Code | None = None

    def to(self, meeting: Layout) -> _Way | None:
        """Return the shortest way that leaves exactly the layout `meeting`; None if none can."""
        if self.ending is not None:
            return _Way(meeting, self.ending, code_size(self.ending), 0)
        best: tuple[int, _Way, Arrangement] | None = None
        for way in self.ways:
            if best is not None and way.size >= best[0]:
                break
            rest = permute(way.layout, meeting)
            if rest is not None and (best is None or way.size + rest.size < best[0]):
                best = way.size + rest.size, way, rest
        return None if best is None else best[1].on_to(self.span, best[2])


def join(scheduling: Scheduling, branch: BranchStep, window: Layout, kept: frozenset[int]) -> tuple[Join, ...]:
    """Return the shortest ways through both arms from the layout `window`, each to a different layout."""
    outer = branch.then.outer | branch.otherwise.outer
    spent = frozenset(item for item in window if item in outer and item not in kept)
    joins: dict[Layout, Join] = {}
    for spared in {frozenset[int](): None, **({spent: None} if scheduling.may_spare else {})}:
        then = _arm(scheduling, branch.then, window, kept, spared)
        otherwise = _arm(scheduling, branch.otherwise, window, kept, spared)
        for meeting in _meeting_points(then, otherwise):
            ways = then.to(meeting), otherwise.to(meeting)
            if ways[0] is not None and ways[1] is not None:
                code = conditional(branch.span, ways[0].code, ways[1].code, ends=False)
                found = Join(meeting, code_size(code), ways[0].disorder + ways[1].disorder, code)
                joins[meeting] = min(joins.get(meeting, found), found, key=_merit)
    return tuple(sorted(joins.values(), key=_merit)[:JOINS])


def _merit(found: Join) -> tuple[float, int]:
    return found.size + DEAD_ITEM * found.layout.count(DEAD), found.disorder


def _arm(
    scheduling: Scheduling, plan: RegionPlan, window: Layout, kept: frozenset[int], spared: frozenset[int]
) -> _ArmCode:
    """Schedule an arm that keeps the values needed later, and spares some of the others."""
    if plan.ends_script:
        return _ArmCode(plan.span, ending=scheduling.end(plan, window))
    search = scheduling.search(plan, kept | spared | frozenset(plan.results))
    ways: dict[Layout, _Way] = {}
    for state in search.run(window, len(plan.steps)):
        layout = tuple(DEAD if item in spared else item for item in state.layout)
        code = search.code(state)
        ways.setdefault(layout, _Way(layout, code, code_size(code), state.disorder))
    return _ArmCode(plan.span, tuple(sorted(ways.values(), key=lambda way: (way.size, way.disorder))))


def _meeting_points(then: _ArmCode, otherwise: _ArmCode) -> tuple[Layout, ...]:
    """Return the layouts to try: those that either arm ends in, and the same without dead items."""
    layouts: dict[Layout, None] = {}
    for way in (*then.ways[:MEETING_POINTS], *otherwise.ways[:MEETING_POINTS]):
        layouts[way.layout] = None
        layouts[tuple(item for item in way.layout if item != DEAD)] = None
    return tuple(layouts) or ((),)
