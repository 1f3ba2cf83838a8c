"""The end of a script: one item is left, the result, and everything else is gone."""

from collections.abc import Iterator
from typing import Final

from penstock.script.numbers import as_bool
from penstock.script.opcodes import Op
from penstockc.codegen.arrange import arrange
from penstockc.codegen.conditional import conditional
from penstockc.codegen.dispatch import dispatch
from penstockc.codegen.instructions import Code, Instr, Word, code_size, number_word
from penstockc.codegen.joins import Scheduling
from penstockc.codegen.peephole import polish
from penstockc.codegen.plan import Branch, Compute, End, Plan, Push, Read, Rename, Select, Step
from penstockc.codegen.search import Move, Search, State
from penstockc.codegen.shuffles import Layout
from penstockc.source import Span

TRUE: Final = number_word(1)
FALSE: Final = number_word(0)


def end(scheduling: Scheduling, plan: Plan, layout: Layout) -> Code:
    """Return the shortest code found for a plan that ends the script, from the whole stack `layout`."""
    search = scheduling.search(plan, frozenset())
    states = search.run(layout, max(len(plan.steps) - 1, 0))
    found = [(polish(code), state.disorder) for state in states for code in _endings(scheduling, search, state)]
    return min(found, key=lambda ending: (code_size(ending[0]), ending[1]))[0]


def _endings(scheduling: Scheduling, search: Search, state: State) -> Iterator[Code]:
    """Yield the whole code of each way to do the last step of a plan and leave the result."""
    before = search.code(state)
    ready = search.ready(state.done)
    if not ready:
        yield before + _leave_true(search.plan.span, len(state.layout))
        return
    (last,) = ready
    step, move = search.plan.steps[last], search.move(state.done, last)
    for ending in _last_steps(scheduling, search, state, move, step):
        yield before + ending
    if not (isinstance(step, End | Select) or search.plan.ends_script):
        for after in search.do(state, last):
            yield search.code(after) + _leave_true(step.span, len(after.layout))


def _last_steps(scheduling: Scheduling, search: Search, state: State, move: Move, step: Step) -> Iterator[Code]:
    """Yield the ways to do a last step such that its own result is the script's."""
    match step:
        case Compute(requires=Span()):
            yield from _result(search, state, move, step)
        case End():
            yield from _exit(search, state, move, step)
        case Select():
            yield from _select(scheduling, search, state, move, step)
        case Branch():
            yield from _arms(scheduling, search, state, move, step)
        case Push() | Read() | Rename() | Compute():
            return


def _result(search: Search, state: State, move: Move, step: Compute) -> Iterator[Code]:
    """Leave what the last requirement is about as the script's result; its opcodes stand for the requirement then."""
    span = step.requires or step.span
    for operands, code in step.orders:
        done = tuple(instr if instr.as_written else instr._replace(span=span) for instr in code)
        for way in arrange(state.layout, operands, move.kept):
            below = len(way.layout) - len(operands)
            yield search.spell(way, step.span) + done + _clear_below(span, below)


def _exit(search: Search, state: State, move: Move, step: End) -> Iterator[Code]:
    """Leave the condition and end the script there."""
    known = search.plan.words.get(step.condition)
    ending = _words(step.span, Op.OP_RETURN)
    if isinstance(known, bytes):
        drops = _leave_true(step.span, len(state.layout)) if as_bool(known) else _words(step.span, FALSE)
        yield drops + ending
        return
    for way in arrange(state.layout, (step.condition,), move.kept):
        below, code = len(way.layout) - 1, search.spell(way, step.span)
        yield code + _clear_below(step.span, below) + ending
        yield code + _words(step.span, Op.OP_VERIFY) + _leave_true(step.span, below) + ending


def _select(scheduling: Scheduling, search: Search, state: State, move: Move, step: Select) -> Iterator[Code]:
    for way in arrange(state.layout, (step.selector,), move.kept):
        below = way.layout[:-1]
        bodies = [scheduling.end(entry.plan, (*entry.arguments, *below)) for entry in step.functions]
        yield search.spell(way, step.span) + dispatch(step.span, bodies)


def _arms(scheduling: Scheduling, search: Search, state: State, move: Move, step: Branch) -> Iterator[Code]:
    """Let the script end in each arm by itself."""
    for way in search.to_condition(state.layout, move, step):
        then, otherwise = (scheduling.end(arm, way.layout[:-1]) for arm in (step.then, step.otherwise))
        yield search.spell(way, step.span) + conditional(step.span, then, otherwise, ends=True)


def _clear_below(span: Span, count: int) -> Code:
    """Remove `count` items from below the top."""
    aside = (Op.OP_TOALTSTACK, *_drops(count), Op.OP_FROMALTSTACK)
    nips = (Op.OP_NIP,) * count
    return _words(span, *min(nips, aside, key=len))


def _leave_true(span: Span, count: int) -> Code:
    """Remove `count` items from the top and leave true."""
    return _words(span, *_drops(count), TRUE)


def _drops(count: int) -> tuple[Op, ...]:
    return (Op.OP_2DROP,) * (count // 2) + (Op.OP_DROP,) * (count % 2)


def _words(span: Span, *words: Word) -> Code:
    return tuple(Instr(word, span) for word in words)
