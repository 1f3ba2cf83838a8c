"""End of a script: only the result is left on the stack."""

from collections.abc import Iterator

from penstockc.codegen.instructions.conditional import conditional
from penstockc.codegen.instructions.dispatch import dispatch
from penstockc.codegen.instructions.instruction import Code, code_size
from penstockc.codegen.instructions.peephole import polish
from penstockc.codegen.instructions.result import clear_below, exits, known_exit, leave_true
from penstockc.codegen.plan.plan import ArrayRead, BranchStep, Compute, End, Push, RegionPlan, Rename, Select, Step
from penstockc.codegen.schedule.approach import approaches
from penstockc.codegen.schedule.joins import Scheduling
from penstockc.codegen.schedule.search import ScheduleSearch, State
from penstockc.codegen.stack.moves import Layout
from penstockc.codegen.stack.stack_shuffle import arrange
from penstockc.source import Span


def end(scheduling: Scheduling, plan: RegionPlan, layout: Layout) -> Code:
    """Return the shortest code found for a plan that ends the script, from the whole stack `layout`."""
    search = scheduling.search(plan, frozenset())
    states = search.run(layout, max(len(plan.steps) - 1, 0))
    found = [(polish(code), state.disorder) for state in states for code in _endings(scheduling, search, state)]
    return min(found, key=lambda ending: (code_size(ending[0]), ending[1]))[0]


def _endings(scheduling: Scheduling, search: ScheduleSearch, state: State) -> Iterator[Code]:
    """Yield the whole code of each way to do the last step of a plan and leave the result."""
    before = search.code(state)
    ready = search.ready(state.done)
    if not ready:
        yield before + leave_true(search.plan.span, len(state.layout))
        return
    (last,) = ready
    step, move = search.plan.steps[last], search.move(state.done, last)
    kept = move.effect.kept
    for ending in _last_steps(scheduling, search, state, kept, step):
        yield before + ending
    if not (isinstance(step, End | Select) or search.plan.ends_script):
        for after in search.do(state, move):
            yield search.code(after) + leave_true(step.span, len(after.layout))


def _last_steps(
    scheduling: Scheduling, search: ScheduleSearch, state: State, kept: frozenset[int], step: Step
) -> Iterator[Code]:
    """Yield the ways to do a last step such that its own result is the script's."""
    match step:
        case Compute(requires=Span()):
            yield from _result(search, state, kept, step)
        case End():
            yield from _exit(search, state, kept, step)
        case Select():
            yield from _select(scheduling, search, state, kept, step)
        case BranchStep():
            yield from _arms(scheduling, search, state, kept, step)
        case Push() | ArrayRead() | Rename() | Compute():
            return


def _result(search: ScheduleSearch, state: State, kept: frozenset[int], step: Compute) -> Iterator[Code]:
    """Leave the condition of the last requirement as the script's result; its opcodes get the requirement's span."""
    span = step.requires or step.span
    for operands, code in step.orders:
        done = tuple(instr if instr.as_written else instr._replace(span=span) for instr in code)
        for way in arrange(state.layout, operands, kept):
            below = len(way.layout) - len(operands)
            yield search.spell(way, step.span) + done + clear_below(span, below)


def _exit(search: ScheduleSearch, state: State, kept: frozenset[int], step: End) -> Iterator[Code]:
    """Leave the condition and end the script there."""
    known = search.plan.words.get(step.condition)
    if isinstance(known, bytes):
        yield known_exit(step.span, len(state.layout), known, returns=step.returns)
        return
    for way in arrange(state.layout, (step.condition,), kept):
        code = search.spell(way, step.span)
        yield from (code + ending for ending in exits(step.span, len(way.layout) - 1))


def _select(
    scheduling: Scheduling, search: ScheduleSearch, state: State, kept: frozenset[int], step: Select
) -> Iterator[Code]:
    for way in arrange(state.layout, (step.selector,), kept):
        bodies = scheduling.functions(step, way.layout[:-1])
        yield search.spell(way, step.span) + dispatch(step.span, bodies)


def _arms(
    scheduling: Scheduling, search: ScheduleSearch, state: State, kept: frozenset[int], step: BranchStep
) -> Iterator[Code]:
    """End the script in each arm separately."""
    for way in approaches(state.layout, step, kept):
        then, otherwise = (scheduling.end(arm, way.layout[:-1]) for arm in (step.then, step.otherwise))
        yield search.spell(way, step.span) + conditional(step.span, then, otherwise, ends=True)
