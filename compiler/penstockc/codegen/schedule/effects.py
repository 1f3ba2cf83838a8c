"""Effects: the ways to do one step, from the items that it touches on top of the stack.

A step in one situation (which of its values are needed later) has the same ways from the same items, however the stack
goes on below them: each is found once.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import assert_never

from penstock.records import Record, field
from penstock.script.opcodes import Op
from penstockc.codegen.instructions.instruction import Code, Instr, Word, code_size
from penstockc.codegen.plan.plan import ArrayRead, BranchStep, Compute, End, Push, Rename, Select, Step, least_size
from penstockc.codegen.schedule.approach import approaches
from penstockc.codegen.schedule.models import Likeness
from penstockc.codegen.stack.array_reads import reads
from penstockc.codegen.stack.moves import DEAD, Layout
from penstockc.codegen.stack.stack_shuffle import MAX_WINDOW, Arrangement, arrange
from penstockc.diagnostics import InternalError


class Join(Record, frozen=True):
    """A scheduled `If`: the layout after it (from the deepest item that its arms touch) and its code.

    With a `likeness`, the code is that of a model, with its places in the source.
    """

    layout: Layout
    size: int
    disorder: int
    code: Code
    likeness: Likeness | None = None


Joiner = Callable[[BranchStep, Layout, frozenset[int]], tuple[Join, ...]]
"""Schedules both arms of a branch from one layout, keeping some values; several ways, the shortest first."""


class Outcome(Record, frozen=True, eq=False):
    """A way to do a step: the layout after it, and its code, a way to the operands and what follows.

    `cost` are the bytes beyond those that every schedule takes; `joined` are the arms of a branch.
    """

    layout: Layout
    cost: int
    way: Arrangement | None
    then: Code
    joined: Join | None = None

    @property
    def code(self) -> Code:
        """The code after the way."""
        likeness = None if self.joined is None else self.joined.likeness
        return self.then if likeness is None else likeness.code(self.then)


class Effect(Record, frozen=True, eq=False):
    """One step in one situation.

    Attributes:
        step: the step.
        takes: the values that it takes from the stack.
        kept: those of them that are needed later.
        expired: the other ones, and those of its results that are not needed.
        words: pushes of the values that are not the result of a step.
        copied: the values that the step itself pushes.
        join: schedules the arms of a branch.
        known: the ways from each layout.
    """

    step: Step
    takes: frozenset[int]
    kept: frozenset[int]
    expired: frozenset[int]
    words: dict[int, Word]
    copied: frozenset[int]
    join: Joiner
    known: dict[Layout, tuple[Outcome, ...]] = field(default_factory=dict)

    def on(self, layout: Layout) -> tuple[int, tuple[Outcome, ...]]:
        """Return the ways to do the step, and the place in the layout from which on they change it."""
        bottom = self._bottom(layout)
        window = layout[bottom:]
        ways = self.known.get(window)
        if ways is None:
            ways = self.known[window] = tuple(self._outcomes(window))
        return bottom, ways

    def _bottom(self, layout: Layout) -> int:
        match self.step:
            case Push():
                return len(layout)
            case BranchStep(then=then, otherwise=otherwise) if then.needs_depth or otherwise.needs_depth:
                return 0
            case _:
                return (
                    min([len(layout) - MAX_WINDOW, *map(layout.index, self.takes)]) if len(layout) > MAX_WINDOW else 0
                )

    def _outcomes(self, layout: Layout) -> Iterator[Outcome]:
        match self.step:
            case Push(span=span, value=value):
                yield self._after((*layout, value), 0, None, (Instr(self.words[value], span),))
            case Rename():
                yield from self._rename(layout, self.step)
            case Compute():
                yield from self._compute(layout, self.step)
            case ArrayRead():
                yield from self._read(layout, self.step)
            case BranchStep():
                yield from self._branch(layout, self.step)
            case End() | Select():
                raise InternalError("the script's end is not a step among others")
            case _:
                assert_never(self.step)

    def _after(
        self, layout: Layout, cost: int, way: Arrangement | None, then: Code, joined: Join | None = None
    ) -> Outcome:
        return Outcome(_buried(layout, self.expired), cost, way, then, joined)

    def _rename(self, layout: Layout, step: Rename) -> Iterator[Outcome]:
        if step.operand in layout and not self.kept:
            yield self._after(tuple(step.result if item == step.operand else item for item in layout), 0, None, ())
            return
        for way in arrange(layout, (step.operand,), self.kept):
            yield self._after((*way.layout[:-1], step.result), way.size, way, ())

    def _compute(self, layout: Layout, step: Compute) -> Iterator[Outcome]:
        required = () if step.requires is None else (Instr(Op.OP_VERIFY, step.requires),)
        for operands, code in step.orders:
            consumed = 0 if step.leaves_operand else len(operands)
            pushed = self.copied.intersection(operands)
            for way in arrange(layout, operands, frozenset() if step.leaves_operand else self.kept):
                left = _buried(way.layout[: len(way.layout) - consumed], pushed)
                yield self._after((*left, *step.results), way.size, way, code + required)

    def _read(self, layout: Layout, step: ArrayRead) -> Iterator[Outcome]:
        least = least_size(step, self.words)
        for way, code in reads(step, layout, self.kept):
            yield self._after((*way.layout[:-1], *step.results), way.size + code_size(code) - least, way, code)

    def _branch(self, layout: Layout, step: BranchStep) -> Iterator[Outcome]:
        least = least_size(step, self.words)
        for way in approaches(layout, step, self.kept):
            below = way.layout[:-1]
            bottom = window_bottom(below, step)
            window = below[bottom:]
            kept = frozenset(item for item in window if item != DEAD and item not in self.expired)
            for join in self.join(step, window, kept):
                after = (*below[:bottom], *join.layout)
                yield self._after(after, way.size + join.size - least, way, join.code, join)


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
