"""A decoded script: what the machine runs.

A program's segments, put end to end, are the opcodes of the script in their order. A `Segment` is a stretch without
branches: constants to push and handlers to run, one per opcode, and then perhaps the opcode that branches. It knows how
many items it needs and how high the stack may grow, so that the machine checks a segment once instead of every opcode.

The jumps of IF, ELSE and ENDIF are indexes of segments. Skipping needs no reading, because whatever fails even where it
is skipped (a push that runs past the end, a disabled opcode, …) ends the program: every way through the script comes to
it, or fails before.
"""

from contextlib import suppress
from typing import Final, NamedTuple

from penstock.script.parse import Instruction, ScriptParseError, instructions
from penstock.vm.dialect import Dialect, Meaning
from penstock.vm.run import Decider

END: Final = -1
"""In place of a segment's index: the script has ended well."""


class Segment:
    """A stretch of opcodes without branches, and where it leads. Nothing changes once `decode` has returned.

    Attributes:
        start: index of its first opcode in the script.
        items: for each opcode a constant to push, or a handler.
        codes: the bytes of these opcodes.
        branch: the byte of the opcode behind them that branches or jumps; None if there is none.
        decide: asks whether to go on at `then` (else at `otherwise`); None to go on at `then` without asking.
        then: index of the segment to go on with.
        otherwise: the same, if `decide` says no.
        need: how many items must be on the stack.
        peak: by how many items the stacks grow at most on the way.
        largest: bytes of the longest push.
    """

    __slots__ = ("branch", "codes", "decide", "items", "largest", "need", "otherwise", "peak", "start", "then")

    def __init__(self, start: int) -> None:
        self.start = start
        self.items: list[Meaning] = []
        self.codes = bytearray()
        self.branch: int | None = None
        self.decide: Decider | None = None
        self.then = self.otherwise = END
        self.need = self.peak = self.largest = 0

    @property
    def end(self) -> int:
        """Index of the opcode behind the items: the one that branches, if there is one."""
        return self.start + len(self.items)


class Program(NamedTuple):
    """A decoded script.

    Attributes:
        script: the script.
        dialect: what its bytes mean.
        segments: the stretches, in order; execution starts with the first.
        past_end: index of the failure that stands for the end of the script, where an IF is still open; None without.
        opcodes: how many opcodes there are.
        most_opcodes: how many opcodes could count toward the limit, if every CHECKMULTISIG had all the keys it may.
    """

    script: bytes
    dialect: Dialect
    segments: tuple[Segment, ...]
    past_end: int | None
    opcodes: int
    most_opcodes: int

    def instruction(self, index: int) -> Instruction | None:
        """Return opcode number `index` with its data and place, for showing it; None if the script ends before."""
        numbered = enumerate(instructions(self.script))
        with suppress(ScriptParseError):
            return next((instruction for number, instruction in numbered if number == index), None)
        return None
