"""The quick driver: runs a program as long as that can break no limit.

Before each segment one comparison makes sure that the stack holds what the segment needs and that it cannot grow beyond
what is allowed; then its opcodes run without any checks but their own. Where that cannot be said, `metered` takes over
and checks every opcode. Both run the same handlers.
"""

from operator import length_hint
from types import FunctionType

from penstock.vm.errors import ScriptError
from penstock.vm.items import Item, size_of
from penstock.vm.metered import Listener, run_metered
from penstock.vm.program import END, Program
from penstock.vm.run import NeedsMeter, Run


def execute(program: Program, stack: list[Item], run: Run, listener: Listener | None = None) -> None:
    """Run a program on a stack.

    Args:
        program: what to run.
        stack: the stack, changed in place. An opcode that fails leaves it as it found it.
        run: the rest of the state, changed in place.
        listener: who wants to hear of every opcode.

    Raises:
        ScriptError: an opcode fails.
    """
    setting = program.dialect.setting
    large, deepest = setting.large, setting.deepest
    if listener or program.most_opcodes > setting.limits.opcodes or any(size_of(item) > large for item in stack):
        return run_metered(program, stack, run, 0, 0, listener)
    append, alt, trail = stack.append, run.alt, run.trail
    index = 0
    try:
        while index != END:
            segment = program.segments[index]
            trail.append(index)
            depth = len(stack)
            if depth < segment.need or depth + len(alt) + segment.peak > deepest or segment.largest > large:
                return run_metered(program, stack, run, index, 0)
            rest = iter(segment.items)
            in_items = True
            for item in rest:
                if type(item) is FunctionType:
                    item(stack, run)
                else:
                    append(item)  # type: ignore[arg-type]  # what is no function is an item
            in_items = False
            index = segment.then if segment.decide is None or segment.decide(stack, run) else segment.otherwise
    except ScriptError as error:
        error.opcode = segment.end - length_hint(rest) - in_items
        raise
    except NeedsMeter:
        return run_metered(program, stack, run, index, len(segment.items) - length_hint(rest) - 1)
