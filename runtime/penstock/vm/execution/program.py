"""A decoded script: what the machine runs.

A program's segments, put end to end, are the opcodes of the script in their order. A `ProgramSegment` has no
branches inside: constants to push and handlers to run, one per opcode, and then perhaps the opcode that branches. It
knows how many items it needs and how high the stack may grow, so that the machine checks a segment once instead of
every opcode.

The jumps of IF, ELSE and ENDIF are indexes of segments. Skipping needs no reading, because whatever fails even where it
is skipped (a push that runs past the end, a disabled opcode, …) ends the program: every way through the script comes to
it, or fails before.
"""

from types import FunctionType
from typing import Final

from penstock.vm.opcodes.dialect import Dialect, Meaning
from penstock.vm.opcodes.pairs import PAIRS, number_of
from penstock.vm.run import Decider, Handler

END: Final = -1
"""In place of a segment's index: the script has ended well."""


class ProgramSegment:
    """A stretch of opcodes without branches, and where it leads. Nothing changes once `decode` has returned.

    Attributes:
        start: index of its first opcode in the script.
        items: for each opcode a constant to push, or a handler.
        quick: the same, perhaps with a constant and the handler behind it as one handler; what the quick driver runs.
        pushes: whether there may be constants among `quick`.
        codes: the bytes of these opcodes.
        branch: the byte of the opcode behind them that branches or jumps; None if there is none.
        decide: asks whether to go on at `then` (else at `otherwise`); None to go on at `then` without asking.
        then: index of the segment to go on with.
        otherwise: the same, if `decide` says no.
        need: how many items must be on the stack.
        peak: by how many items the stacks grow at most on the way.
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
        """Make `quick` shorter than `items` where a constant and the handler behind it have a shortcut.

        The `pairs` of a program, by constant and opcode, are made once: they come again and again in long scripts.
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
        """Return which item comes once `done` of these quick ones are through; of a pair, the handler."""
        place = -1
        for item in quick[: done + 1]:
            place += 1
            if item is not self.items[place]:
                place += 1
        return place

    @property
    def end(self) -> int:
        """Index of the opcode behind the items: the one that branches, if there is one."""
        return self.start + len(self.items)


class ScriptProgram:
    """A decoded script.

    Attributes:
        dialect: what the bytes of the script mean.
        segments: the stretches, in order; execution starts with the first.
        past_end: index of the failure that stands for the end of the script, where an IF is still open; None without.
        largest: bytes of the longest push.
        opcodes: how many opcodes there are.
        counted_out: whether the limit on opcodes could be broken, if every CHECKMULTISIG had all the keys it may.
        paired: whether constants have been joined with the handlers behind them.
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
        """Join constants with the handlers behind them, where there is a shortcut: pays from the second run on."""
        self.paired = True
        pairs: dict[tuple[Meaning, int], Handler] = {}
        for segment in self.segments:
            segment.pair(pairs)
