"""Scheduler: from values in regions to instructions on a stack."""

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from penstockc.codegen.instructions.instruction import Code, code_size
from penstockc.codegen.instructions.peephole import polish
from penstockc.codegen.plan.aliases import without_aliases
from penstockc.codegen.plan.make import make_plan
from penstockc.codegen.plan.plan import BranchStep, Compute, RegionPlan, Select, steps_in
from penstockc.codegen.plan.precedence import Precedence, precedence
from penstockc.codegen.schedule import endings, joins
from penstockc.codegen.schedule.effects import Effect, Join
from penstockc.codegen.schedule.effort import Effort, Exhausted
from penstockc.codegen.schedule.linear import straight
from penstockc.codegen.schedule.memory import Memory, Model, process_memory
from penstockc.codegen.schedule.models import Likeness
from penstockc.codegen.schedule.search import ScheduleSearch
from penstockc.codegen.stack.moves import Layout
from penstockc.ir import nodes
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
ROUNDS: Final = 2
"""Operations from one place in the source that make it likely that a script has rounds."""
NARROWING: Final = 2
"""Factor by which fewer states are kept within the arms of a branch."""
SPARING: Final = 6
"""Limit of nested branches that may leave values: with each, its arms are joined from one more layout."""
LONG: Final = 1000
"""Steps: a longer plan is not searched."""
PATIENCE: Final = 10_000
"""Steps that the searches of a script try together, in equal shares for its public functions; with more a part is
written linearly."""


def schedule(script: nodes.Script) -> Code:
    """Return the instructions of a script whose operations all have opcodes."""
    with raised_recursion_limit():
        script = without_aliases(script)
        plan = make_plan(script.span, script.body)
        return schedule_whole(plan, tuple(value.number for value in script.arguments), PATIENCE)


def schedule_whole(plan: RegionPlan, layout: Layout, patience: int) -> Code:
    """Return the code of a script or of a public function: one search, which tries at most `patience` steps."""
    memory = process_memory()
    if plan.size > LONG:
        return polish(straight(plan, layout))
    if _chooses(plan):
        return _searched(plan, layout, patience, memory)
    model, like = memory.model_of_plan(plan)
    names = like.names(layout, plan.outer)
    key = model, tuple([names[item] for item in layout]), patience
    code = memory.codes.get(key)
    if code is None:
        code = memory.codes[key] = _searched(model.part, *key[1:], memory)
    return like.code(code)


def _searched(plan: RegionPlan, layout: Layout, patience: int, memory: Memory) -> Code:
    """Return the shortest code of all manners, or that in program order where a search takes too long."""
    effort, found = Effort(patience), list[Code]()
    manners = (AFAR, NEARBY) if _has_rounds(plan) else (AFAR,)
    with suppress(Exhausted):
        found.extend(Scheduler(each.width_for(plan), each, effort, memory).end(plan, layout) for each in manners)
    return min(found, key=code_size) if found else polish(straight(plan, layout))


def _chooses(plan: RegionPlan) -> bool:
    """Return whether a plan ends in the choice of a function: each function is scheduled by itself."""
    return any(isinstance(step, Select) for step in plan.steps)


def _has_rounds(plan: RegionPlan) -> bool:
    """Return whether a plan repeats an operation: in a loop, or in a calculation that is many operations."""
    made = Counter((step.span, step.orders[0][1]) for step in steps_in(plan) if isinstance(step, Compute))
    return max(made.values(), default=0) >= ROUNDS


@dataclass(slots=True)
class Scheduler:
    """Schedules plans, and caches each result: the same arm from the same layout is scheduled once."""

    width: int
    manner: Manner
    effort: Effort
    memory: Memory
    depth: int = 0
    before: dict[RegionPlan, Precedence] = field(default_factory=dict)
    models: dict[BranchStep, tuple[Model[BranchStep], Likeness]] = field(default_factory=dict)
    ended: dict[tuple[RegionPlan, Layout], Code] = field(default_factory=dict)
    effects: dict[tuple[RegionPlan, int, frozenset[int], frozenset[int]], Effect] = field(default_factory=dict)
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
            plan, self.before[plan], kept, self._effect, self.width, self.manner.reach, self.manner.fan, self.effort
        )

    def end(self, plan: RegionPlan, layout: Layout) -> Code:
        """Return the code of a plan in which the script ends."""
        key = plan, layout
        if key not in self.ended:
            self.ended[key] = endings.end(self, plan, layout)
            if not _chooses(plan):
                self.ended[key] = min(self.ended[key], polish(straight(plan, layout)), key=code_size)
        return self.ended[key]

    def functions(self, choice: Select, below: Layout) -> list[Code]:
        """Return the codes of the public functions, each from its arguments on top of the stack `below`."""
        patience = PATIENCE // len(choice.functions)
        return [schedule_whole(each.plan, (*each.arguments, *below), patience) for each in choice.functions]

    def _effect(self, plan: RegionPlan, number: int, kept: frozenset[int], expired: frozenset[int]) -> Effect:
        """Return the effect of a step in a situation, with the ways that are known from earlier searches."""
        key = plan, number, kept, expired
        if key not in self.effects:
            step, takes, words = plan.steps[number], plan.takes[number], plan.words
            orders = step.orders if isinstance(step, Compute) else ()
            operands = {item for order, _ in orders[:1] for item in order}
            copied = frozenset(item for item in operands if item in words and item not in plan.users)
            self.effects[key] = Effect(step, takes, kept, expired, words, copied, self._join)
        return self.effects[key]

    def _join(self, branch: BranchStep, window: Layout, kept: frozenset[int]) -> tuple[Join, ...]:
        """Schedule the arms like those of the branch's model."""
        if branch not in self.models:
            self.models[branch] = self.memory.model_of_branch(branch)
        model, like = self.models[branch]
        names = like.names(window, branch.then.outer | branch.otherwise.outer)
        there, staying = tuple([names[item] for item in window]), frozenset([names[item] for item in kept])
        back = like.values_of(names)
        return tuple(
            [
                Join(tuple([back.get(item, item) for item in each.layout]), each.size, each.disorder, each.code, like)
                for each in self._joined(model, there, staying)
            ]
        )

    def _joined(self, model: Model[BranchStep], window: Layout, kept: frozenset[int]) -> tuple[Join, ...]:
        key = model, window, kept, (self.width, self.depth, self.manner)
        known = self.memory.joins.get(key)
        if known is not None:
            self.effort.repeat(key, self.memory.tried)
            return known
        with self.effort.part(key) as taken:
            found = joins.join(self._narrower(), model.part, window, kept)
        self.memory.tried[key] = taken[0]
        return self.memory.joins.setdefault(key, found)

    def _narrower(self) -> "Scheduler":
        """Return the scheduler for the arms of a branch."""
        if self.inner is None:
            width = max(1, self.width // NARROWING)
            self.inner = Scheduler(width, self.manner, self.effort, self.memory, self.depth + 1, self.before)
        return self.inner
