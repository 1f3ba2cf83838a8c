"""Code for long plans: steps in program order, each in the way that is shortest for it and for the next one.

In: a plan of any length and the stack that it starts from. Out: its code, in time and memory proportional to the
length. Alternatives that only later steps can decide between are not tried, so the code is sometimes a little longer
than the result of `search`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, assert_never

from penstock.script.opcodes import Op
from penstockc.codegen.instructions.conditional import conditional
from penstockc.codegen.instructions.dispatch import dispatch
from penstockc.codegen.instructions.instruction import Code, Instr, code_size
from penstockc.codegen.instructions.result import clear_below, drops, exits, known_exit, leave_true
from penstockc.codegen.plan.plan import (
    ArrayRead,
    BranchStep,
    Compute,
    End,
    Push,
    RegionPlan,
    Rename,
    Select,
    Step,
    is_requirement,
)
from penstockc.codegen.schedule.approach import shared_operands
from penstockc.codegen.schedule.effects import window_bottom
from penstockc.codegen.schedule.search import DEAD_ITEM
from penstockc.codegen.stack.array_reads import reads
from penstockc.codegen.stack.moves import DEAD, Fresh, Layout, spell
from penstockc.codegen.stack.stack_shuffle import MAX_WINDOW, Arrangement, arrange, permute
from penstockc.source import Span

NEAR: Final = 3
"""Items from the top: an arm that does not use a value among them drops it; deeper values stay."""
MOST_DEAD: Final = 128
"""Limit of dead items on the stack; above it, as many as live ones."""
LOW: Final = 8
"""Items: with a stack no higher, a last branch ends the script in each arm, and need not bring both to one layout."""


def straight(plan: RegionPlan, layout: Layout) -> Code:
    """Return code for a plan that ends the script, from the whole stack `layout`."""
    return _LinearSchedule(plan, frozenset(), list(layout)).end()


@dataclass(slots=True)
class _LinearSchedule:
    """Writer of one plan.

    Attributes:
        plan: the plan.
        kept: the values that are needed after it.
        stack: the values on the stack, the top last.
        out: the code so far.
        left: for each value, the number of steps that still take it.
    """

    plan: RegionPlan
    kept: frozenset[int]
    stack: list[int]
    out: list[Instr] = field(default_factory=list)
    left: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.left = {value: len(users) for value, users in self.plan.users.items()}
        self.stack = [item if self._is_live(item) else DEAD for item in self.stack]

    def run(self) -> None:
        """Write the whole plan."""
        for number in range(len(self.plan.steps)):
            self._step(number)

    def end(self) -> Code:
        """Write the whole plan and the script's end, which leaves one item; return the code."""
        count = len(self.plan.steps)
        for number in range(count - 1):
            self._step(number)
        if not count or not self._last(count - 1):
            if count:
                self._step(count - 1)
            self.out += leave_true(self.plan.span, len(self.stack))
        return tuple(self.out)

    # Steps ------------------------------------------------------------------------------------------------------------

    def _step(self, number: int) -> None:
        step = self.plan.steps[number]
        if isinstance(step, Push):
            if step.comes_first or step.value not in self.left:
                self.out.append(Instr(self.plan.words[step.value], step.span))
                self._put((step.value,))
            return
        kept = self._take(number)
        match step:
            case Rename():
                self._rename(step, kept)
            case Compute():
                self._compute(step, kept, number)
            case ArrayRead():
                self._read(step, kept)
            case BranchStep():
                self._branch(step, kept)
            case End() | Select():
                raise AssertionError("the script's end is not a step among others")
            case _:
                assert_never(step)
        self._tidy(step.span)

    def _tidy(self, span: Span) -> None:
        """Drop dead items: from the top at once, from further down when there are too many."""
        dead = 0
        while self.stack and self.stack[-1] == DEAD:
            self.stack.pop()
            dead += 1
        self.out += drops(span, dead)
        if len(self.stack) > MOST_DEAD and self.stack.count(DEAD) > (len(self.stack) + MOST_DEAD) // 2:
            layout = tuple(self.stack)
            way = permute(layout, _without_dead(layout))
            if way is not None:
                self._go(way, 0, span)

    def _take(self, number: int) -> frozenset[int]:
        """Count a step's uses as done, and push values that it is the first to take; return the values that stay."""
        takes = self.plan.takes[number]
        for value in takes:
            self.left[value] -= 1
            if value in self.plan.words and value not in self.stack:
                self._push(self.plan.steps[number].span, value)
        return frozenset(filter(self._is_live, takes))

    def _is_live(self, value: int) -> bool:
        return self.left.get(value, 0) > 0 or value in self.kept

    def _push(self, span: Span, value: int) -> None:
        self.out.append(Instr(self.plan.words[value], span))
        self.stack.append(value)

    def _put(self, values: Iterable[int]) -> None:
        """Put results on the stack."""
        self.stack += [value if self._is_live(value) else DEAD for value in values]

    def _go(self, way: Arrangement, bottom: int, span: Span) -> None:
        """Write a way, which applies to the stack from `bottom` up."""
        for move in way.moves:
            if isinstance(move, Fresh):
                self.out.append(Instr(self.plan.words[move.value], span))
            else:
                self.out += [Instr(word, span) for word in spell(move)]
        self.stack[bottom:] = way.layout

    def _ways(self, wanted: Sequence[int], kept: frozenset[int]) -> tuple[int, tuple[Arrangement, ...]]:
        """Return the lowest stack index that they touch, and the ways to bring values to the top."""
        stack = self.stack
        bottom = min((stack.index(value) for value in wanted if value in stack), default=len(stack))
        return bottom, arrange(tuple(stack[bottom:]), tuple(wanted), kept)

    def _bring(self, wanted: Sequence[int], kept: frozenset[int], span: Span) -> None:
        bottom, ways = self._ways(wanted, kept)
        self._go(ways[0], bottom, span)

    def _rename(self, step: Rename, kept: frozenset[int]) -> None:
        if kept or step.operand not in self.stack:
            self._bring((step.operand,), kept, step.span)
            self.stack[-1] = step.result
        else:
            self.stack[self.stack.index(step.operand)] = step.result
        if not self._is_live(step.result):
            self.stack[self.stack.index(step.result)] = DEAD

    def _compute(self, step: Compute, kept: frozenset[int], number: int) -> None:
        code = self._apply(step, frozenset() if step.leaves_operand else kept, number)
        self.out += code
        if step.requires is not None:
            self.out.append(Instr(Op.OP_VERIFY, step.requires))
        consumed = len(step.orders[0][0])
        if not step.leaves_operand:
            del self.stack[len(self.stack) - consumed :]
        elif not self._is_live(self.stack[-1]):
            self.stack[-1] = DEAD
        self._put(step.results)

    def _apply(self, step: Compute, kept: frozenset[int], number: int) -> Code:
        """Bring the operands up in the shortest order; return the code for that order."""
        orders = step.orders
        if len(orders) == 1 and len(orders[0][0]) <= 1:
            self._bring(orders[0][0], kept, step.span)
            return orders[0][1]
        found = []
        for operands, code in orders:
            bottom, ways = self._ways(operands, kept)
            found += [(way, bottom, operands, code) for way in ways]
        least = min(way.size for way, *_ in found)
        found = [each for each in found if each[0].size <= least + 1]
        if len(found) > 1:
            following = self._following(number)
            found.sort(key=lambda each: self._merit(each[0], each[1], step, following))
        way, bottom, _, code = found[0]
        self._go(way, bottom, step.span)
        return code

    def _following(self, number: int) -> Compute | BranchStep | ArrayRead | None:
        """Return the next step that needs values on top."""
        for step in self.plan.steps[number + 1 : number + 4]:
            if isinstance(step, Compute | BranchStep | ArrayRead):
                return step
        return None

    def _merit(self, way: Arrangement, bottom: int, step: Compute, following: Step | None) -> float:
        """Return the bytes of a way, and of the preparation of the following step after it."""
        consumed = 0 if step.leaves_operand else len(step.orders[0][0])
        top = (*way.layout[: len(way.layout) - consumed], *step.results)
        if len(top) < MAX_WINDOW:
            top = (*self.stack[max(0, bottom - MAX_WINDOW + len(top)) : bottom], *top)
        top = top[-MAX_WINDOW:]
        cost = way.size + DEAD_ITEM * way.layout.count(DEAD)
        match following:
            case Compute(orders=orders):
                wanted = [tuple(value for value in operands if value in top) for operands, _ in orders]
            case BranchStep(condition=value) | ArrayRead(index=value):
                wanted = [(value,) if value in top else ()]
            case _:
                wanted = []
        costs = [arrange(top, each, frozenset(filter(self._stays, each)))[0].size for each in wanted]
        return cost + min(costs, default=0)

    def _stays(self, value: int) -> bool:
        """Return whether a value is needed after the next step that takes it."""
        return self.left.get(value, 0) > 1 or value in self.kept

    def _read(self, step: ArrayRead, kept: frozenset[int]) -> None:
        ways = reads(step, tuple(self.stack), kept)
        way, code = min(ways, key=lambda found: found[0].size + code_size(found[1]))
        self._go(way, 0, step.span)
        self.stack.pop()
        self.out += code
        for leaf in {leaf for element in step.elements for leaf in element if not self._is_live(leaf)}:
            if leaf in self.stack:
                self.stack[self.stack.index(leaf)] = DEAD
        self._put(step.results)

    # Branches ---------------------------------------------------------------------------------------------------------

    def _branch(self, step: BranchStep, kept: frozenset[int]) -> None:
        used_again = {step.condition} & (step.then.outer | step.otherwise.outer)
        operands = shared_operands(tuple(self.stack), step, kept)
        self._bring((*operands, step.condition), kept | used_again, step.span)
        self.stack.pop()
        bottom = window_bottom(self.stack, step)
        window = tuple(self.stack[bottom:])
        needed = frozenset(item for item in window if item != DEAD and self._is_live(item))
        layout, code = self._joined(step, window, needed)
        self.out += code
        live = needed.union(filter(self._is_live, step.results))
        self.stack[bottom:] = [item if item in live else DEAD for item in layout]

    def _joined(self, step: BranchStep, window: Layout, needed: frozenset[int]) -> tuple[Layout, Code]:
        """Write both arms, and then bring them to one layout."""
        spared = self._spared(step, window, needed)
        arms = [self._arm(arm, window, needed, spared) for arm in (step.then, step.otherwise)]
        layouts = [layout for layout, _ in arms if layout is not None]
        meetings = {layout: None for each in layouts for layout in (each, _without_dead(each))}
        ways = [(meeting, [permute(layout, meeting) for layout in layouts]) for meeting in meetings]
        fitting = [(meeting, [way for way in each if way is not None]) for meeting, each in ways if None not in each]
        meeting, rest = min(fitting, key=_cost, default=((), []))
        moves = iter(rest)
        codes = [code if layout is None else (*code, *_spelt(next(moves), step.span)) for layout, code in arms]
        return meeting, conditional(step.span, codes[0], codes[1], ends=False)

    def _spared(self, step: BranchStep, window: Layout, needed: frozenset[int]) -> frozenset[int]:
        """Return the values that are not needed after a branch, but that only one arm would have to bring up."""
        alone = step.then.outer ^ step.otherwise.outer
        return frozenset(item for item in window[: len(window) - NEAR] if item in alone and item not in needed)

    def _arm(
        self, plan: RegionPlan, window: Layout, needed: frozenset[int], spared: frozenset[int]
    ) -> tuple[Layout | None, Code]:
        """Return the layout that an arm leaves, or None if the script ends in it, and its code."""
        if plan.ends_script:
            return None, straight(plan, window)
        line = _LinearSchedule(plan, needed | spared | frozenset(plan.results), list(window))
        line.run()
        return tuple(DEAD if item in spared else item for item in line.stack), tuple(line.out)

    # The end ----------------------------------------------------------------------------------------------------------

    def _last(self, number: int) -> bool:
        """Write a last step such that its own result is the script's; return whether it has one."""
        step, span = self.plan.steps[number], self.plan.steps[number].span
        match step:
            case Compute(requires=Span() as span):
                code = self._apply(step, self._take(number), number)
                self.out += [instr if instr.as_written else instr._replace(span=span) for instr in code]
                self.out += clear_below(span, len(self.stack) - len(step.orders[0][0]))
            case End():
                self._exit(step, self._take(number))
            case Select():
                self._bring((step.selector,), self._take(number), span)
                below = tuple(self.stack[:-1])
                ends = [straight(entry.plan, (*entry.arguments, *below)) for entry in step.functions]
                self.out += dispatch(span, ends)
            case BranchStep() if self.plan.ends_script or (is_requirement(step) and len(self.stack) <= LOW):
                used_again = {step.condition} & (step.then.outer | step.otherwise.outer)
                self._bring((step.condition,), self._take(number) | used_again, span)
                then, otherwise = (straight(arm, tuple(self.stack[:-1])) for arm in (step.then, step.otherwise))
                self.out += conditional(span, then, otherwise, ends=True)
            case _:
                return False
        return True

    def _exit(self, step: End, kept: frozenset[int]) -> None:
        known = self.plan.words.get(step.condition)
        if isinstance(known, bytes):
            self.out += known_exit(step.span, len(self.stack), known, returns=step.returns)
            return
        self._bring((step.condition,), kept, step.span)
        ending = min(exits(step.span, len(self.stack) - 1), key=code_size)
        self.out += ending


def _without_dead(layout: Layout) -> Layout:
    return tuple(item for item in layout if item != DEAD)


def _cost(meeting: tuple[Layout, list[Arrangement]]) -> float:
    layout, ways = meeting
    return sum(way.size for way in ways) + DEAD_ITEM * layout.count(DEAD)


def _spelt(way: Arrangement, span: Span) -> Code:
    return tuple(Instr(word, span) for move in way.moves if not isinstance(move, Fresh) for word in spell(move))
