"""Search for short code: an order of a plan's steps, and a place on the stack for every value at every moment.

A beam search. A state is a set of done steps and the stack layout after them; each round does one more step in each
state, in every way worth trying, and keeps the states that needed the fewest bytes. How many it keeps (the width)
shrinks as plans grow, so that time stays linear in their size.

Code that every schedule of a plan writes in the same way (opcodes, pushes of constants) does not count: states are
compared by their bytes for moving and copying.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, assert_never

from penstock.records import Record, field, replace
from penstock.script.opcodes import Op
from penstockc.codegen.instructions.instruction import Code, Instr, Word, code_size
from penstockc.codegen.plan.plan import (
    ArrayRead,
    BranchStep,
    Compute,
    End,
    Order,
    Push,
    RegionPlan,
    Rename,
    Select,
    is_requirement,
    least_size,
)
from penstockc.codegen.plan.precedence import Precedence
from penstockc.codegen.schedule.approach import approaches
from penstockc.codegen.stack.array_reads import reads
from penstockc.codegen.stack.moves import DEAD, Fresh, Layout, spell
from penstockc.codegen.stack.stack_shuffle import Arrangement, arrange
from penstockc.diagnostics import InternalError
from penstockc.source import Span

HOPELESS: Final = 4  # bytes: a state this much worse than the best one is dropped
DEAD_ITEM: Final = 0.5  # bytes that a dead item on the stack will probably cost
LIVE_ITEM: Final = 0.7  # bytes that fetching items from below a live one will probably cost
OVERTAKING: Final = 0.3  # bytes that keeping two requirements in order is worth


class DoneSteps(Record, frozen=True):
    """A set of steps: all before `first`, and those after it whose bit is set in `others` (bit 0 is `first` + 1)."""

    first: int = 0
    others: int = 0

    def __contains__(self, step: int) -> bool:
        return step < self.first or (step > self.first and self.others >> (step - self.first - 1) & 1 == 1)

    def add(self, step: int) -> "DoneSteps":
        """Return the set with one more step."""
        if step != self.first:
            return DoneSteps(self.first, self.others | 1 << (step - self.first - 1))
        first, others = step + 1, self.others
        while others & 1:
            first, others = first + 1, others >> 1
        return DoneSteps(first, others >> 1)


class CodeTrace(Record, frozen=True):
    """The code so far: a way to operands and the code after it, and the trace before that."""

    before: "CodeTrace | None"
    way: Arrangement | None
    span: Span
    then: Code


class Move(Record, frozen=True):
    """Effect of one step, for any layout: the steps done after it, and the values that stay or expire.

    Of the values that it takes, the `kept` ones are needed later; `expired` are those, and those of its results, that
    are not needed any more. `overtakes` counts the requirements before it in the source that are not done yet.
    """

    after: DoneSteps
    kept: frozenset[int]
    expired: frozenset[int]
    overtakes: int


class State(Record, frozen=True):
    """Some steps of a plan done: the layout, and the bytes beyond those that every schedule takes.

    `disorder` counts how often a requirement overtook another: of two schedules of one length, the one that fails in
    the order of the source is better.
    """

    done: DoneSteps
    layout: Layout
    cost: int
    disorder: int
    trace: CodeTrace | None

    @property
    def rank(self) -> float:
        """Bytes so far, and bytes expected."""
        dead = self.layout.count(DEAD)
        expected = DEAD_ITEM * dead + LIVE_ITEM * (len(self.layout) - dead)
        return self.cost + expected + OVERTAKING * self.disorder


class Join(Record, frozen=True):
    """A scheduled `If`: the layout after it (from the deepest item that its arms touch) and its code."""

    layout: Layout
    size: int
    disorder: int
    code: Code


Joiner = Callable[[BranchStep, Layout, frozenset[int]], tuple[Join, ...]]
"""Schedules both arms of a branch from one layout, keeping some values; several ways, the shortest first."""


class Exhausted(Exception):  # noqa: N818 - an outcome
    """The search has tried too many steps."""


@dataclass(slots=True)
class Effort:
    """Number of steps that may still be tried, in all searches together."""

    left: int

    def spend(self) -> None:
        """Count one tried step.

        Raises:
            Exhausted: the limit is reached.
        """
        self.left -= 1
        if self.left < 0:
            raise Exhausted


class ScheduleSearch(Record, frozen=True):
    """Schedules one plan, whose region leaves the `kept` values (its results among them).

    It keeps `width` states at a time, and tries `fan` steps from each, at most `reach` after the first one that is not
    done.
    """

    plan: RegionPlan
    before: Precedence
    kept: frozenset[int]
    join: Joiner
    width: int
    reach: int
    fan: int
    effort: Effort
    steps_ready: dict[DoneSteps, tuple[int, ...]] = field(default_factory=dict)
    moves: dict[tuple[DoneSteps, int], Move] = field(default_factory=dict)

    def run(self, layout: Layout, rounds: int) -> tuple[State, ...]:
        """Do `rounds` steps from `layout`; return the best states, the best first."""
        start = DoneSteps()
        alive = tuple(item if self._is_live(item, start) else DEAD for item in layout)
        states: tuple[State, ...] = (State(start, alive, 0, 0, None),)
        for _ in range(rounds):
            found: dict[tuple[DoneSteps, Layout], State] = {}
            for state in states:
                for step in self._choices(state):
                    self.effort.spend()
                    for after in self.do(state, step):
                        key = after.done, after.layout
                        if key not in found or after.rank < found[key].rank:
                            found[key] = after
            states = self._best(found.values())
        return states

    def _best(self, states: Iterable[State]) -> tuple[State, ...]:
        ranked = sorted((state.rank, place, state) for place, state in enumerate(states))[: self.width]
        return tuple(state for rank, _, state in ranked if rank <= ranked[0][0] + HOPELESS)

    def code(self, state: State) -> Code:
        """Return the whole code of a state."""
        pieces: list[Code] = []
        trace = state.trace
        while trace is not None:
            pieces.append(trace.then if trace.way is None else self.spell(trace.way, trace.span) + trace.then)
            trace = trace.before
        return tuple(instr for piece in reversed(pieces) for instr in piece)

    def spell(self, way: Arrangement, span: Span) -> Code:
        """Return the code of a way."""
        words: list[Word] = []
        for move in way.moves:
            words += (self.plan.words[move.value],) if isinstance(move, Fresh) else spell(move)
        return tuple(Instr(word, span) for word in words)

    # Choice of steps --------------------------------------------------------------------------------------------------

    def ready(self, done: DoneSteps) -> tuple[int, ...]:
        """Return the steps that can be done next, in program order, within reach; none at the end."""
        if done not in self.steps_ready:
            needs = self.before.needs
            near = range(done.first, min(done.first + self.reach + 1, len(needs)))
            self.steps_ready[done] = tuple(
                step for step in near if step not in done and all(need in done for need in needs[step])
            )
        return self.steps_ready[done]

    def _choices(self, state: State) -> Iterable[int]:
        """Return the steps to try, the first in program order first; a step without cost is done at once."""
        ready, tried = self.ready(state.done), list[int]()
        for number in ready:
            match self.plan.steps[number]:
                case Rename(operand=operand) if operand in state.layout and not self.move(state.done, number).kept:
                    return (number,)
                case Push() if not self._is_wanted(number, state.done):
                    continue
            if len(tried) < self.fan:
                tried.append(number)
        return tried or ready[:1]

    def _is_wanted(self, push: int, done: DoneSteps) -> bool:
        """Return whether some user of a push waits only for pushes."""
        steps, needs = self.plan.steps, self.before.needs
        users = self.before.followers[push]
        return not users or any(
            all(need in done or isinstance(steps[need], Push) for need in needs[user]) for user in users
        )

    def move(self, before: DoneSteps, number: int) -> Move:
        """Return the effect of a step."""
        key = before, number
        if key not in self.moves:
            self.moves[key] = self._move(before, number)
        return self.moves[key]

    def _move(self, before: DoneSteps, number: int) -> Move:
        done, requirements = before.add(number), self.plan.requirements
        takes = self.plan.takes[number]
        kept = frozenset(value for value in takes if self._is_live(value, done))
        gone = frozenset(value for value in self.plan.gives[number] if not self._is_live(value, done))
        earlier = requirements[bisect_left(requirements, before.first) : bisect_left(requirements, number)]
        overtakes = sum(step not in done for step in earlier) if is_requirement(self.plan.steps[number]) else 0
        return Move(done, kept, (takes - kept) | gone, overtakes)

    def _is_live(self, value: int, done: DoneSteps) -> bool:
        return value in self.kept or any(user not in done for user in reversed(self.plan.users.get(value, ())))

    # Doing a step -----------------------------------------------------------------------------------------------------

    def do(self, state: State, number: int) -> Iterator[State]:
        """Yield the states after one step."""
        step, move = self.plan.steps[number], self.move(state.done, number)
        match step:
            case Push(span=span, value=value):
                then = (Instr(self.plan.words[value], span),)
                yield self._after(state, move, (*state.layout, value), 0, CodeTrace(state.trace, None, span, then))
            case Rename():
                yield from self._rename(state, move, step)
            case Compute():
                for order in step.orders:
                    yield from self._compute(state, move, step, order)
            case ArrayRead():
                yield from self._read(state, move, step)
            case BranchStep():
                yield from self._branch(state, move, step)
            case End() | Select():
                raise InternalError("the script's end is not a step among others")
            case _:
                assert_never(step)

    def _after(self, state: State, move: Move, layout: Layout, cost: int, trace: CodeTrace) -> State:
        layout = _buried(layout, move.expired)
        return State(move.after, layout, state.cost + cost, state.disorder + move.overtakes, trace)

    def _read(self, state: State, move: Move, step: ArrayRead) -> Iterator[State]:
        least = least_size(step, self.plan.words)
        for way, code in reads(step, state.layout, move.kept):
            trace = CodeTrace(state.trace, way, step.span, code)
            yield self._after(state, move, (*way.layout[:-1], *step.results), way.size + code_size(code) - least, trace)

    def _rename(self, state: State, move: Move, step: Rename) -> Iterator[State]:
        layout = state.layout
        if step.operand in layout and not move.kept:
            renamed = tuple(step.result if item == step.operand else item for item in layout)
            yield self._after(state, move, renamed, 0, CodeTrace(state.trace, None, step.span, ()))
            return
        for way in arrange(layout, (step.operand,), move.kept):
            trace = CodeTrace(state.trace, way, step.span, ())
            yield self._after(state, move, (*way.layout[:-1], step.result), way.size, trace)

    def _compute(self, state: State, move: Move, step: Compute, order: Order) -> Iterator[State]:
        operands, then = order
        consumed = 0 if step.leaves_operand else len(operands)
        pushed_for_it = {item for item in operands if item in self.plan.words and item not in self.plan.users}
        if step.requires is not None:
            then = (*then, Instr(Op.OP_VERIFY, step.requires))
        for way in arrange(state.layout, operands, frozenset() if step.leaves_operand else move.kept):
            left = _buried(way.layout[: len(way.layout) - consumed], pushed_for_it)
            yield self._after(
                state, move, (*left, *step.results), way.size, CodeTrace(state.trace, way, step.span, then)
            )

    def _branch(self, state: State, move: Move, step: BranchStep) -> Iterator[State]:
        for way in approaches(state.layout, step, move.kept):
            layout = way.layout[:-1]
            bottom = window_bottom(layout, step)
            window = layout[bottom:]
            kept = frozenset(item for item in window if item != DEAD and item not in move.expired)
            for join in self.join(step, window, kept):
                cost = way.size + join.size - least_size(step, self.plan.words)
                trace = CodeTrace(state.trace, way, step.span, join.code)
                after = self._after(state, move, (*layout[:bottom], *join.layout), cost, trace)
                yield replace(after, disorder=after.disorder + join.disorder)


def _buried(layout: Layout, gone: Iterable[int]) -> Layout:
    """Return the layout with dead items instead of values that are not needed any more."""
    for value in gone:
        while value in layout:
            place = layout.index(value)
            layout = (*layout[:place], DEAD, *layout[place + 1 :])
    return layout


def window_bottom(layout: Sequence[int], step: BranchStep) -> int:
    """Return the start of the part of the stack that the arms of a branch touch."""
    if step.then.needs_depth or step.otherwise.needs_depth:
        return 0
    touched = step.then.outer | step.otherwise.outer
    return next((place for place, item in enumerate(layout) if item in touched), len(layout))
