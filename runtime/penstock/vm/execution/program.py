"""Decoded script: the form that the machine runs.

The segments of a program, one after the other, are the opcodes of the script in their order. A `ProgramSegment` has no
branches inside: constants to push and handlers to run, one per opcode, and then possibly an opcode that branches. It
records how many items it requires and how far the stack may grow, so the machine checks once per segment instead of
once per opcode.

The jumps of IF, ELSE and ENDIF are indexes of segments. Skipped code is not read: a fault that fails even in a skipped
branch (a push that runs past the end, a disabled opcode, …) ends the program, so every path through the script reaches
it or fails earlier.
"""

from types import FunctionType
from typing import Final

from penstock.vm.opcodes.dialect import Dialect, Meaning
from penstock.vm.opcodes.pairs import PAIRS, number_of
from penstock.vm.run import Decider, Handler

END: Final = -1
"""Used as a segment's index: the script has ended with success."""


class ProgramSegment:
    """A stretch of opcodes without branches, and its successors. Not changed after `decode` has returned.

    Attributes:
        start: index of its first opcode in the script.
        items: for each opcode a constant to push, or a handler.
        quick: the same, with a constant and the following handler possibly joined; for the quick driver.
        pushes: whether `quick` may contain constants.
        codes: the bytes of these opcodes.
        branch: the byte of the following opcode that branches or jumps; None if there is none.
        decide: decides between `then` and `otherwise`; None to always continue at `then`.
        then: index of the next segment.
        otherwise: index of the next segment if `decide` returns False.
        need: number of items required on the stack.
        peak: largest growth of the stacks in the segment, in items.
    """

    __slots__ = ("branch", "codes", "decide", "items", "need", "otherwise", "peak", "pushes", "quick", "start", "then")

    def __init__(self, start: int) -> None:
        self.start = start
        self.items: list[Meaning] = []
        self.quick = self.items
        self.pushes = True
        self.codes = bytearray()
        self.branch: int | None = None
        self.decide: Decider | None = None
        self.then = self.otherwise = END
        self.need = self.peak = 0

    def pair(self, pairs: dict[tuple[Meaning, int], Handler]) -> None:
        """Shorten `quick` where a constant and the following handler have a shortcut.

        The `pairs` of a program, by constant and opcode, are made once, because long scripts repeat them.
        """
        quick: list[Meaning] = []
        for item, code in zip(self.items, self.codes, strict=True):
            number = number_of(quick[-1]) if quick and code in PAIRS else None
            if number is None:
                quick.append(item)
                continue
            key = quick[-1], code
            if key not in pairs:
                pairs[key] = PAIRS[code](number, quick[-1], item)  # type: ignore[arg-type]  # a constant and a handler
            quick[-1] = pairs[key]
        self.quick = quick
        self.pushes = not all(type(item) is FunctionType for item in quick)

    def offset(self, quick: list[Meaning], done: int) -> int:
        """Return the index in `items` after `done` items of `quick`; inside a pair, that of the handler."""
        place = -1
        for item in quick[: done + 1]:
            place += 1
            if item is not self.items[place]:
                place += 1
        return place

    @property
    def end(self) -> int:
        """Index of the opcode after the items: the branching one, if there is one."""
        return self.start + len(self.items)


class ScriptProgram:
    """A decoded script.

    Attributes:
        dialect: the meaning of the script's bytes.
        segments: the stretches, in order; execution starts with the first.
        past_end: index of the segment that fails at the end of the script, because an IF is open; None without.
        largest: bytes of the longest push.
        opcodes: number of opcodes.
        counted_out: whether the limit on opcodes can be broken if every CHECKMULTISIG has the maximum of keys.
        paired: whether constants have been joined with the following handlers.
    """

    __slots__ = ("counted_out", "dialect", "largest", "opcodes", "paired", "past_end", "segments")

    def __init__(
        self,
        dialect: Dialect,
        segments: tuple[ProgramSegment, ...],
        *,
        past_end: int | None,
        largest: int,
        counted_out: bool,
    ) -> None:
        self.dialect = dialect
        self.segments = segments
        self.past_end = past_end
        self.opcodes = segments[-1].end
        self.largest = largest
        self.counted_out = counted_out
        self.paired = False

    def pair(self) -> None:
        """Join constants with the following handlers where there is a shortcut; worthwhile from the second run on."""
        self.paired = True
        pairs: dict[tuple[Meaning, int], Handler] = {}
        for segment in self.segments:
            segment.pair(pairs)
