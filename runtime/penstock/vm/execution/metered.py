"""Metered driver: checks every limit at every opcode, and calls a listener.

It continues where the quick driver stops: when a stack runs short or comes near a limit, when an item is large, when
opcodes have to be counted one by one, or from the start if there is a listener. It is several times slower per opcode.
"""

from collections.abc import Sequence
from contextlib import suppress
from types import FunctionType
from typing import Final, Protocol

from penstock.script.chain_parts import UNLIMITED
from penstock.script.opcodes import Op
from penstock.script.parse import ScriptParseError, instructions
from penstock.vm.execution.program import END, ProgramSegment, ScriptProgram
from penstock.vm.items import Item, as_bytes, size_of
from penstock.vm.opcodes.setting import ITEM_OVERHEAD
from penstock.vm.reasons import Reason, ScriptError
from penstock.vm.run import Run

_PRODUCTS: Final = {Op.OP_MUL.value: 24, Op.OP_DIV.value: 8, Op.OP_MOD.value: 8}
"""Opcodes whose time grows with the product of their operands' sizes, and the share of it that counts as work."""

_RIPEMD160: Final = Op.OP_RIPEMD160.value
_RIPEMD160_WORK: Final = 5
"""Cost of hashing a byte with it, relative to the other hashes."""

_RECOUNT_WORK: Final = 128


class Listener(Protocol):
    """Called for every opcode. The arguments may be read but not kept: they change."""

    def opcode(self, index: int, stack: Sequence[Item], alt: Sequence[Item]) -> None:
        """Receive the stacks before opcode number `index` runs."""

    def branch(self, *, taken: bool) -> None:
        """Receive the decision of that opcode, an IF or a similar one."""


class Tally:
    """Resources that one run has used, and their limits."""

    def __init__(self, program: ScriptProgram, stack: list[Item], run: Run) -> None:
        self.program = program
        self.stack = stack
        self.run = run
        dialect = program.dialect
        self.takes, self.net = dialect.takes, dialect.net
        self.large, self.long_number = dialect.setting.large, dialect.setting.long_number
        limits = dialect.setting.limits
        self.stack_items = limits.stack_items
        guard_memory = run.checker.memory
        self.guarded = guard_memory is not None
        self.memory_limit, self.too_much = limits.stack_memory, Reason.STACK_SIZE
        if guard_memory is not None and guard_memory < limits.stack_memory:
            self.memory_limit, self.too_much = guard_memory, Reason.RESOURCE_LIMIT
        self.memory_bound = self.memory_in_use() if self.memory_limit < UNLIMITED else 0
        self.opcode = 0
        self.keys = 0
        self.last_opcode = UNLIMITED
        self.counted: list[int] | None = None

    def memory_in_use(self) -> int:
        """Return the size that counts for the items on both stacks."""
        items = len(self.stack) + len(self.run.alt)
        return sum(map(size_of, self.stack)) + sum(map(size_of, self.run.alt)) + ITEM_OVERHEAD * items

    def reserve(self, size: int) -> None:
        """Allow an item of `size` bytes, or raise `ScriptError`."""
        if size > self.memory_limit:
            raise ScriptError(self.too_much)
        if self.guarded:
            self.run.checker.spend(size)

    def count_keys(self, keys: int) -> None:
        """Count the public keys of a CHECKMULTISIG as opcodes, or raise `ScriptError`.

        Skipped opcodes count too, so the limit is a position in the script: the more keys, the earlier.
        """
        if not keys or not self.program.dialect.counts_opcodes:
            return
        self.keys += keys
        left = max(0, self.program.dialect.setting.limits.opcodes - self.keys)
        if self.counted is None:
            self.counted = _counted_opcodes(self.run.script)
        self.last_opcode = self.counted[left] - 1 if left < len(self.counted) else UNLIMITED
        self.check_count(self.opcode)

    def check_count(self, opcode: int) -> None:
        """Raise `ScriptError` for an opcode beyond the limit on opcodes."""
        if opcode > self.last_opcode:
            self.opcode = min(opcode, max(self.opcode, self.last_opcode + 1))
            raise ScriptError(Reason.OP_COUNT)

    def before(self, code: int) -> None:
        """Check the items that an opcode requires, and count its work on large items.

        Work on small items is not counted, as on the quick driver: a verdict does not depend on the driver.
        """
        takes = self.takes[code]
        if len(self.stack) < takes:
            raise ScriptError(Reason.INVALID_STACK_OPERATION)
        if not self.guarded or not takes:
            return
        sizes = list(map(size_of, self.stack[-takes:]))
        largest = max(sizes)
        if largest > self.large:
            self.run.checker.spend(sum(sizes) + (_RIPEMD160_WORK * largest if code == _RIPEMD160 else 0))
        if largest > self.long_number and code in _PRODUCTS:
            self.run.checker.spend(sizes[0] * sizes[1] // _PRODUCTS[code])

    def after(self, code: int) -> None:
        """Check that the stacks are within their limits."""
        if len(self.stack) + len(self.run.alt) > self.stack_items:
            raise ScriptError(Reason.STACK_SIZE)
        if self.memory_limit == UNLIMITED:
            return
        gives = self.takes[code] + self.net[code]
        if gives > 0:
            self.memory_bound += sum(map(size_of, self.stack[-gives:])) + ITEM_OVERHEAD * gives
            if self.memory_bound > self.memory_limit:
                self.recount()

    def recount(self) -> None:
        """Count the memory exactly: the bound includes items that were pushed, but not those that were popped."""
        self.memory_bound = self.memory_in_use()
        if self.memory_bound > self.memory_limit:
            raise ScriptError(self.too_much)
        if self.guarded:
            self.run.checker.spend(_RECOUNT_WORK * (len(self.stack) + len(self.run.alt)))


def run_metered(  # noqa: PLR0913, PLR0917 - the state of the driver that stops here
    program: ScriptProgram, stack: list[Item], run: Run, index: int, offset: int, listener: Listener | None = None
) -> None:
    """Continue a program at opcode number `offset` of segment number `index`; see `machine.execute`."""
    tally = Tally(program, stack, run)
    run.meter = tally
    try:
        while index != END:
            segment = program.segments[index]
            if run.trail[-1:] != [index]:
                run.trail.append(index)
            _run_items(segment, offset, tally, listener)
            index, offset = _leave(segment, tally, listener), 0
    except ScriptError as error:
        error.opcode = tally.opcode
        raise
    for place, item in enumerate(stack):
        if type(item) is int and size_of(item) > tally.long_number:
            stack[place] = as_bytes(item)  # the next script starts on the quick driver: see `Setting`


def _run_items(segment: ProgramSegment, offset: int, tally: Tally, listener: Listener | None) -> None:
    stack, run = tally.stack, tally.run
    for place in range(offset, len(segment.items)):
        item, code = segment.items[place], segment.codes[place]
        tally.check_count(segment.start + place)
        tally.opcode = segment.start + place
        if listener is not None:
            listener.opcode(tally.opcode, stack, run.alt)
        tally.before(code)
        if type(item) is FunctionType:
            item(stack, run)
        else:
            stack.append(item)  # type: ignore[arg-type]  # not a function, so an item
        tally.after(code)


def _leave(segment: ProgramSegment, tally: Tally, listener: Listener | None) -> int:
    """Run the branching opcode of the segment, if it has one, and return the next segment."""
    if segment.branch is None:
        return segment.then
    tally.check_count(segment.end)
    tally.opcode = segment.end
    if listener is not None:
        listener.opcode(segment.end, tally.stack, tally.run.alt)
    if segment.decide is None:
        return segment.then
    taken = segment.decide(tally.stack, tally.run)
    tally.after(segment.branch)
    if listener is not None:
        listener.branch(taken=taken)
    return segment.then if taken else segment.otherwise


def _counted_opcodes(script: bytes) -> list[int]:
    """Return the indexes of the opcodes that count toward the limit, including skipped ones."""
    counted: list[int] = []
    with suppress(ScriptParseError):
        for index, instruction in enumerate(instructions(script)):
            if instruction.opcode > Op.OP_16:
                counted.append(index)
    return counted
