"""The search for short code: an order of a plan's steps, and a place on the stack for every value at every moment.

A beam search. A state is a set of steps done and the stack layout they left; each round does one more step in each
state, in every way worth trying, and keeps the states that needed the fewest bytes. How many it keeps (the width)
shrinks as plans grow, so that time stays linear in their size.

What every schedule of a plan writes in the same way (opcodes, pushes of constants) counts as nothing: states are
compared by what they spend on moving and copying.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import assert_never

from penstock.script.opcodes import Op
from penstockc.codegen.arrange import Arrangement, arrange
from penstockc.codegen.instructions import Code, Instr, Word
from penstockc.codegen.plan import Branch, Compute, End, Plan, Push, Rename, Select, least_size
from penstockc.codegen.shuffles import DEAD, Fresh, Layout, spell
from penstockc.diagnostics import InternalError
from penstockc.source import Span

LOOKAHEAD = 24  # how far behind the first step that is not done a step may be to be considered
FAN = 8  # how many steps are tried from one state
HOPELESS = 4  # bytes: a state this much worse than the best one is given up
DEAD_ITEM = 0.5  # bytes that a dead item on the stack will probably cost


@dataclass(frozen=True, slots=True)
class Done:
    """A set of steps: all before `first`, and those behind it whose bit is set in `others` (bit 0 is `first` + 1)."""

    first: int = 0
    others: int = 0

    def __contains__(self, step: int) -> bool:
        return step < self.first or (step > self.first and self.others >> (step - self.first - 1) & 1 == 1)

    def add(self, step: int) -> "Done":
        """Return the set with one more step."""
        if step != self.first:
            return Done(self.first, self.others | 1 << (step - self.first - 1))
        first, others = step + 1, self.others
        while others & 1:
            first, others = first + 1, others >> 1
        return Done(first, others >> 1)


@dataclass(frozen=True, slots=True)
class Trace:
    """What has been written so far: the last piece, and the trace before it."""

    before: "Trace | None"
    piece: Code

    def code(self) -> Code:
        """Return all of it."""
        pieces = []
        trace: Trace | None = self
        while trace is not None:
            pieces.append(trace.piece)
            trace = trace.before
        return tuple(instr for piece in reversed(pieces) for instr in piece)


@dataclass(frozen=True, slots=True)
class State:
    """Some steps of a plan done: what lies where, and what it took in bytes."""

    done: Done
    ready: tuple[int, ...]
    layout: Layout
    cost: int
    trace: Trace | None

    @property
    def code(self) -> Code:
        """All that has been written."""
        return self.trace.code() if self.trace else ()

    @property
    def rank(self) -> float:
        """Bytes spent and to be expected."""
        return self.cost + DEAD_ITEM * self.layout.count(DEAD)


@dataclass(frozen=True, slots=True)
class Join:
    """A scheduled `If`: the layout behind it (from the deepest item that its arms touch) and its code."""

    layout: Layout
    size: int
    code: Code


Joiner = Callable[[Branch, Layout, frozenset[int]], tuple[Join, ...]]
"""Schedules both arms of a branch from one layout, keeping some values; several ways, the shortest first."""


@dataclass(frozen=True, slots=True)
class Search:
    """Schedules one plan, whose region leaves the `kept` values behind (its results among them)."""

    plan: Plan
    kept: frozenset[int]
    join: Joiner
    width: int

    def run(self, layout: Layout, rounds: int) -> tuple[State, ...]:
        """Do `rounds` steps from `layout`; return the best states, the best first."""
        ready = tuple(step for step, needs in enumerate(self.plan.needs) if not needs)
        done = Done()
        states: tuple[State, ...] = (State(done, ready, self._without_dead(layout, done), 0, None),)
        for _ in range(rounds):
            found: dict[tuple[Done, Layout], State] = {}
            for state in states:
                for step in self._choices(state):
                    for after in self.do(state, step):
                        same = found.get((after.done, after.layout))
                        if same is None or after.cost < same.cost:
                            found[after.done, after.layout] = after
            states = self._best(found.values())
        return states

    def _best(self, states: Iterable[State]) -> tuple[State, ...]:
        ranked = sorted(((state.rank, place, state) for place, state in enumerate(states)))[: self.width]
        return tuple(state for rank, _, state in ranked if rank <= ranked[0][0] + HOPELESS)

    def _choices(self, state: State) -> Iterable[int]:
        """Return the steps to try, the first in program order first; what costs nothing is done at once."""
        tried: list[int] = []
        for step in state.ready:
            match self.plan.steps[step]:
                case Rename(operand=operand) if operand in state.layout and not self.is_live(operand, state.done, step):
                    return (step,)
                case Push() if not self._is_wanted(step, state.done):
                    continue
            if step - state.done.first <= LOOKAHEAD and len(tried) < FAN:
                tried.append(step)
        return tried or state.ready[:1]

    def _is_wanted(self, push: int, done: Done) -> bool:
        """Tell whether some user of a push waits for nothing but pushes."""
        steps, needs = self.plan.steps, self.plan.needs
        users = self.plan.followers[push]
        return not users or any(
            all(need in done or isinstance(steps[need], Push) for need in needs[user]) for user in users
        )

    def is_live(self, value: int, done: Done, step: int | None = None) -> bool:
        """Tell whether `value` is needed once `done` and `step` are."""
        if value in self.kept:
            return True
        return any(user not in done and user != step for user in reversed(self.plan.users.get(value, ())))

    def _without_dead(self, layout: Layout, done: Done) -> Layout:
        return tuple(item if item == DEAD or self.is_live(item, done) else DEAD for item in layout)

    def do(self, state: State, number: int) -> Iterator[State]:
        """Yield the states that doing one step leads to."""
        step = self.plan.steps[number]
        match step:
            case Push(span=span, value=value):
                piece = (Instr(self.plan.words[value], span),)
                yield self._after(state, number, (*state.layout, value), 0, piece)
            case Rename():
                yield from self._rename(state, number, step)
            case Compute():
                for operands, opcodes in step.orders:
                    yield from self._compute(state, number, step, operands, opcodes)
            case Branch():
                yield from self._branch(state, number, step)
            case End() | Select():
                raise InternalError("the script's end is no step among others")
            case _:
                assert_never(step)

    def _after(self, state: State, step: int, layout: Layout, cost: int, piece: Code) -> State:
        done = state.done.add(step)
        ready = [other for other in state.ready if other != step]
        ready += [other for other in self.plan.followers[step] if all(need in done for need in self.plan.needs[other])]
        cleared = self._without_dead(layout, done)
        return State(done, tuple(sorted(ready)), cleared, state.cost + cost, Trace(state.trace, piece))

    def ways(self, state: State, step: int, wanted: Layout) -> tuple[Arrangement, ...]:
        """Return the ways to bring operands to the top for `step`, leaving those that are needed later."""
        kept = frozenset(value for value in wanted if value in state.layout and self.is_live(value, state.done, step))
        return arrange(state.layout, wanted, kept)

    def to_condition(self, state: State, number: int, step: Branch) -> tuple[Arrangement, ...]:
        """Return the ways to bring a branch's condition to the top; if its arms use it too, a copy of it."""
        if step.condition in step.then.outer | step.otherwise.outer:
            return arrange(state.layout, (step.condition,), frozenset({step.condition}))
        return self.ways(state, number, (step.condition,))

    def spell(self, way: Arrangement, span: Span, *then: Op) -> Code:
        """Return the code of a way and of the opcodes after it."""
        words: list[Word] = []
        for move in way.moves:
            words += (self.plan.words[move.value],) if isinstance(move, Fresh) else spell(move)
        return tuple(Instr(word, span) for word in (*words, *then))

    def _rename(self, state: State, number: int, step: Rename) -> Iterator[State]:
        layout = state.layout
        if step.operand in layout and not self.is_live(step.operand, state.done, number):
            renamed = tuple(step.result if item == step.operand else item for item in layout)
            yield self._after(state, number, renamed, 0, ())
            return
        for way in self.ways(state, number, (step.operand,)):
            yield self._after(state, number, (*way.layout[:-1], step.result), way.size, self.spell(way, step.span))

    def _compute(
        self, state: State, number: int, step: Compute, operands: Layout, opcodes: tuple[Op, ...]
    ) -> Iterator[State]:
        if step.leaves_operand:
            ways = arrange(state.layout, operands, frozenset())
        else:
            ways = self.ways(state, number, operands)
        for way in ways:
            below = way.layout if step.leaves_operand else way.layout[: len(way.layout) - len(operands)]
            piece = self.spell(way, step.span, *opcodes)
            if step.requires is not None:
                piece = (*piece, Instr(Op.OP_VERIFY, step.requires))
            yield self._after(state, number, (*below, *step.results), way.size, piece)

    def _branch(self, state: State, number: int, step: Branch) -> Iterator[State]:
        done = state.done.add(number)
        for way in self.to_condition(state, number, step):
            layout = way.layout[:-1]
            bottom = window_bottom(layout, step)
            kept = frozenset(item for item in layout[bottom:] if item != DEAD and self.is_live(item, done))
            for join in self.join(step, layout[bottom:], kept):
                piece = (*self.spell(way, step.span), *join.code)
                cost = way.size + join.size - least_size(step, self.plan.words)
                yield self._after(state, number, (*layout[:bottom], *join.layout), cost, piece)


def window_bottom(layout: Layout, step: Branch) -> int:
    """Return where the part of the stack begins that the arms of a branch have to do with."""
    if step.then.needs_depth or step.otherwise.needs_depth:
        return 0
    touched = step.then.outer | step.otherwise.outer
    return next((place for place, item in enumerate(layout) if item in touched), len(layout))
