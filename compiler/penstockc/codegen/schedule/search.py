"""Search for short code: an order of a plan's steps, and a place on the stack for every value at every moment.

A beam search. A state is a set of done steps and the stack layout after them; each round does one more step in each
state, in every way worth trying, and keeps the states that needed the fewest bytes. How many it keeps (the width)
shrinks as plans grow, so that time stays linear in their size.

Code that every schedule of a plan writes in the same way (opcodes, pushes of constants) does not count: states are
compared by their bytes for moving and copying.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from penstock.records import Record, field
from penstockc.codegen.instructions.instruction import Code, Instr, Word
from penstockc.codegen.plan.plan import Push, RegionPlan, Rename, Step, is_requirement
from penstockc.codegen.plan.precedence import Precedence, Steps
from penstockc.codegen.schedule.effects import Effect, Outcome
from penstockc.codegen.schedule.effort import Effort
from penstockc.codegen.stack.moves import DEAD, Fresh, Layout, spell
from penstockc.codegen.stack.stack_shuffle import Arrangement
from penstockc.source import Span

HOPELESS: Final = 4  # bytes: a state this much worse than the best one is dropped
DEAD_ITEM: Final = 0.5  # bytes that a dead item on the stack will probably cost
LIVE_ITEM: Final = 0.7  # bytes that fetching items from below a live one will probably cost
OVERTAKING: Final = 0.3  # bytes that keeping two requirements in order is worth


class Move(Record, frozen=True, eq=False):
    """One step of a plan after some others: the steps done after it, its effect, and the requirements it overtakes."""

    after: Steps
    effect: Effect
    overtakes: int


class State(Record, frozen=True, eq=False):
    """Some steps of a plan done: the layout, and the bytes beyond those that every schedule takes.

    `disorder` counts how often a requirement overtook another: of two schedules of one length, the one that fails in
    the order of the source is better. `rank` are the bytes so far and those expected; the state `before` became this
    one by `step`, in the way of `outcome`.
    """

    done: Steps
    layout: Layout
    cost: int
    disorder: int
    rank: float
    before: "State | None" = None
    step: Step | None = None
    outcome: Outcome | None = None


EffectOf = Callable[[RegionPlan, int, frozenset[int], frozenset[int]], Effect]
"""Returns the effect of a step by its number; of the values that it touches some are kept, others expire."""


class ScheduleSearch(Record, frozen=True):
    """Schedules one plan, whose region leaves the `kept` values (its results among them).

    It keeps `width` states at a time, and tries `fan` steps from each, at most `reach` after the first one that is not
    done.
    """

    plan: RegionPlan
    before: Precedence
    kept: frozenset[int]
    effect: EffectOf
    width: int
    reach: int
    fan: int
    effort: Effort
    choices: dict[Steps, tuple[Move, ...]] = field(default_factory=dict)

    def run(self, layout: Layout, rounds: int) -> tuple[State, ...]:
        """Do `rounds` steps from `layout`; return the best states, the best first."""
        alive = tuple(item if self._is_live(item, 0) else DEAD for item in layout)
        states: tuple[State, ...] = (State(0, alive, 0, 0, 0.0),)
        for _ in range(rounds):
            found: dict[tuple[Steps, Layout], State] = {}
            for state in states:
                for move in self._choices(state.done):
                    self.effort.spend()
                    for after in self.do(state, move):
                        key = after.done, after.layout
                        known = found.get(key)
                        if known is None or after.rank < known.rank:
                            found[key] = after
            states = self._best(found.values())
        return states

    def _best(self, states: Iterable[State]) -> tuple[State, ...]:
        ranked = sorted((state.rank, place, state) for place, state in enumerate(states))[: self.width]
        return tuple(state for rank, _, state in ranked if rank <= ranked[0][0] + HOPELESS)

    def code(self, state: State) -> Code:
        """Return the whole code of a state."""
        pieces: list[Code] = []
        at: State | None = state
        while at is not None and at.outcome is not None and at.step is not None:
            way = at.outcome.way
            pieces.append(at.outcome.code if way is None else self.spell(way, at.step.span) + at.outcome.code)
            at = at.before
        return tuple(instr for piece in reversed(pieces) for instr in piece)

    def spell(self, way: Arrangement, span: Span) -> Code:
        """Return the code of a way."""
        words: list[Word] = []
        for move in way.moves:
            words += (self.plan.words[move.value],) if isinstance(move, Fresh) else spell(move)
        return tuple(Instr(word, span) for word in words)

    # Choice of steps --------------------------------------------------------------------------------------------------

    def ready(self, done: Steps) -> tuple[int, ...]:
        """Return the steps that can be done next, in program order, within reach; none at the end."""
        return tuple(self.before.ready(done, self.reach))

    def _choices(self, done: Steps) -> tuple[Move, ...]:
        """Return the steps to try, the first in program order first; a step without cost is done at once."""
        if done not in self.choices:
            self.choices[done] = tuple(self._chosen(done))
        return self.choices[done]

    def _chosen(self, done: Steps) -> list[Move]:
        ready, tried = self.ready(done), list[Move]()
        for number in ready:
            match self.plan.steps[number]:
                case Rename() if self.plan.takes[number]:
                    move = self.move(done, number)
                    if not move.effect.kept:
                        return [move]
                case Push() if not self.before.is_wanted(number, done):
                    continue
            if len(tried) < self.fan:
                tried.append(self.move(done, number))
        return tried or [self.move(done, number) for number in ready[:1]]

    def move(self, before: Steps, number: int) -> Move:
        """Return the effect of a step."""
        after, takes = before | 1 << number, self.plan.takes[number]
        kept = frozenset(value for value in takes if self._is_live(value, after))
        gone = frozenset(value for value in self.plan.gives[number] if not self._is_live(value, after))
        overtakes = self.before.overtaken(number, after) if is_requirement(self.plan.steps[number]) else 0
        return Move(after, self.effect(self.plan, number, kept, (takes - kept) | gone), overtakes)

    def _is_live(self, value: int, done: Steps) -> bool:
        return value in self.kept or self.before.is_used(value, done)

    # Doing a step -----------------------------------------------------------------------------------------------------

    def do(self, state: State, move: Move) -> Iterator[State]:
        """Yield the states after one step."""
        step = move.effect.step
        bottom, outcomes = move.effect.on(state.layout)
        below = state.layout[:bottom]
        for outcome in outcomes:
            layout = below + outcome.layout
            cost, disorder = state.cost + outcome.cost, state.disorder + move.overtakes
            disorder += 0 if outcome.joined is None else outcome.joined.disorder
            yield State(move.after, layout, cost, disorder, _rank(layout, cost, disorder), state, step, outcome)


def _rank(layout: Layout, cost: int, disorder: int) -> float:
    """Return the bytes so far and those expected."""
    dead = layout.count(DEAD)
    return cost + (DEAD_ITEM * dead + LIVE_ITEM * (len(layout) - dead)) + OVERTAKING * disorder
