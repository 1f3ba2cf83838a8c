"""Quick driver: runs a program as long as it cannot break a limit.

Before each segment one comparison checks that the stack has the required items and cannot grow beyond the limit; then
the opcodes run with their own checks only. If the comparison fails, `metered` takes over and checks every opcode. Both
drivers run the same handlers.
"""

from operator import length_hint
from types import FunctionType
from typing import Final, TypeAlias

from penstock.vm.execution.metered import Listener, run_metered
from penstock.vm.execution.program import END, ScriptProgram
from penstock.vm.items import Item, size_of
from penstock.vm.opcodes.setting import ITEM_OVERHEAD
from penstock.vm.reasons import ScriptError
from penstock.vm.run import NeedsMeter, Run

_Place: TypeAlias = tuple[int, int]
"""The index of a segment, and of an item in it."""

_ITEMS_PER_OPCODE: Final = 3
"""Largest number of items that an opcode pushes."""

_START: Final[_Place] = (0, 0)


def execute(
    program: ScriptProgram, stack: list[Item], run: Run, longest: int, listener: Listener | None = None
) -> None:
    """Run a program on a stack.

    Args:
        program: the program.
        stack: the stack, changed in place. An opcode that fails leaves it unchanged.
        run: the rest of the state, changed in place.
        longest: upper bound in bytes on the items on the stack; items that the program pushes are not included.
        listener: called for every opcode.

    Raises:
        ScriptError: an opcode fails.
    """
    stopped: _Place | None = _START
    if listener is None and not program.counted_out:
        setting = program.dialect.setting
        if longest <= setting.large or _is_roomy(program, stack, run):
            stopped = _run_quickly(program, stack, run, setting.deepest)
    if stopped is not None:
        run_metered(program, stack, run, *stopped, listener)


def _is_roomy(program: ScriptProgram, stack: list[Item], run: Run) -> bool:
    """Return whether the items that can be on the stacks are all small, or fit the memory even if all are large."""
    setting, largest = program.dialect.setting, max(map(size_of, stack), default=0)
    largest = max(largest, program.largest)
    if largest <= setting.large:
        return True
    memory = run.checker.memory
    if memory is None or not setting.spacious:
        return False
    return largest <= memory // (len(stack) + _ITEMS_PER_OPCODE * program.opcodes + 1) - ITEM_OVERHEAD


def _run_quickly(program: ScriptProgram, stack: list[Item], run: Run, deepest: int) -> _Place | None:
    """Run segments that cannot break a limit; return the place where this ends, or None at the end of the program.

    No item is large enough to break a limit on memory: opcodes that make a large item request it first.
    """
    segments, append, alt, trail = program.segments, stack.append, run.alt, run.trail
    index = 0
    while index != END:
        segment = segments[index]
        depth = len(stack)
        if depth < segment.need or depth + len(alt) + segment.peak > deepest:
            return index, 0
        trail.append(index)
        quick = segment.quick
        rest = iter(quick)
        in_items = True
        try:
            if segment.pushes:
                for item in rest:
                    if type(item) is FunctionType:
                        item(stack, run)
                    else:
                        append(item)  # type: ignore[arg-type]  # not a function, so an item
            else:
                for handler in rest:
                    handler(stack, run)  # type: ignore[operator]  # handlers only
            in_items = False
            decide = segment.decide
            index = segment.then if decide is None or decide(stack, run) else segment.otherwise
        except ScriptError as error:
            done = len(quick) - length_hint(rest) - 1
            error.opcode = segment.start + segment.offset(quick, done) if in_items else segment.end
            raise
        except NeedsMeter:
            return index, segment.offset(quick, len(quick) - length_hint(rest) - 1)
    return None
