"""The quick driver: runs a program as long as that can break no limit.

Before each segment one comparison makes sure that the stack holds what the segment needs and that it cannot grow beyond
what is allowed; then its opcodes run without any checks but their own. Where that cannot be said, `metered` takes over
and checks every opcode. Both run the same handlers.
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
"""The most that an opcode pushes."""

_START: Final[_Place] = (0, 0)


def execute(
    program: ScriptProgram, stack: list[Item], run: Run, longest: int, listener: Listener | None = None
) -> None:
    """Run a program on a stack.

    Args:
        program: what to run.
        stack: the stack, changed in place. An opcode that fails leaves it as it found it.
        run: the rest of the state, changed in place.
        longest: bytes that no item on the stack exceeds, and nothing that the program pushes.
        listener: who wants to hear of every opcode.

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
    """Tell whether all items that there ever are on the stacks are small, or fit the memory even if all are large."""
    setting, largest = program.dialect.setting, max(map(size_of, stack), default=0)
    largest = max(largest, program.largest)
    if largest <= setting.large:
        return True
    memory = run.checker.memory
    if memory is None or not setting.spacious:
        return False
    return largest <= memory // (len(stack) + _ITEMS_PER_OPCODE * program.opcodes + 1) - ITEM_OVERHEAD


def _run_quickly(program: ScriptProgram, stack: list[Item], run: Run, deepest: int) -> _Place | None:
    """Run segments as long as that can break no limit; return where that ends, or None at the end of the program.

    No item is so large that it could break a limit on memory, and none will be: who makes a large one asks first.
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
                        append(item)  # type: ignore[arg-type]  # what is no function is an item
            else:
                for handler in rest:
                    handler(stack, run)  # type: ignore[operator]  # there are handlers only
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
