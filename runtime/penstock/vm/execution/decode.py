"""Decoding: turns the bytes of a script into a program.

In: a script and a dialect. Out: a `ScriptProgram`. Decoding never raises: a fault in a script becomes a handler that
fails at the place where the nodes detect it. Time and memory are linear in the script.
"""

from typing import Final, NamedTuple

from penstock.script.opcodes import Op
from penstock.script.pushes import is_minimal_push
from penstock.vm.execution.program import END, ProgramSegment, ScriptProgram
from penstock.vm.items import Item
from penstock.vm.opcodes.crypto import separator
from penstock.vm.opcodes.dialect import CONSTANTS, Dialect, Meaning
from penstock.vm.opcodes.flow import REFUSE, nothing
from penstock.vm.reasons import Reason

_LENGTH_BYTES: Final = {Op.OP_PUSHDATA1.value: 1, Op.OP_PUSHDATA2.value: 2, Op.OP_PUSHDATA4.value: 4}
_SHORTEST: Final = {Op.OP_PUSHDATA1.value: 0x4C, Op.OP_PUSHDATA2.value: 0x100, Op.OP_PUSHDATA4.value: 0x1_0000}
"""Fewest bytes for which each of these opcodes is the shortest push."""

_LONG: Final = 1 << 16
"""Bytes. Longer pushes are not copied from the script."""

_WINDOW: Final = 64
"""Bytes that are examined together."""

_UNCOUNTED: Final = bytes(range(Op.OP_16 + 1))

# plain integers and a plain function: these are used for every opcode that is not simple
_PUSHDATA1: Final = Op.OP_PUSHDATA1.value
_PUSHDATA4: Final = Op.OP_PUSHDATA4.value
_NOP: Final = Op.OP_NOP.value
_ELSE: Final = Op.OP_ELSE.value
_ENDIF: Final = Op.OP_ENDIF.value
_RETURN: Final = Op.OP_RETURN.value
_TO_ALT_STACK: Final = Op.OP_TOALTSTACK.value
_CODESEPARATOR: Final = Op.OP_CODESEPARATOR.value
_number: Final = int.from_bytes


def plain_pushes(script: bytes, dialect: Dialect) -> list[Item] | None:
    """Return the items that an unlocking script of plain pushes pushes; None if it must be decoded.

    That is the case for other opcodes, for pushes that are not in their shortest form, and if a limit may be broken.
    """
    items: list[Item] = []
    position, end, longest = 0, len(script), dialect.short_way
    if not longest or end > dialect.max_script_size:
        return None
    while position < end:
        opcode = script[position]
        position += 1
        if 1 < opcode < _PUSHDATA1:
            start, position = position, position + opcode
            items.append(script[start:position])
        elif opcode in _LENGTH_BYTES:
            start = position + _LENGTH_BYTES[opcode]
            size = _number(script[position:start], "little")
            if not _SHORTEST[opcode] <= size <= longest:
                return None
            position = start + size
            items.append(script[start:position] if size <= _LONG else memoryview(script)[start:position])
        elif opcode in CONSTANTS:
            items.append(CONSTANTS[opcode])
        else:
            return None
    if position > end:  # the last push runs past the end
        return None
    return items if len(items) <= dialect.setting.deepest else None


def _data(script: bytes, start: int, end: int) -> bytes | memoryview:
    """Slice data from a script; long data is not copied."""
    return script[start:end] if end - start <= _LONG else memoryview(script)[start:end]


def decode(script: bytes, dialect: Dialect) -> ScriptProgram:
    """Decode `script` by `dialect`."""
    decoder = _Decoder(script, dialect)
    decoder.finish(decoder.read())
    for segment in decoder.segments:
        _measure(segment, dialect)
    limits = dialect.setting.limits
    most_opcodes = decoder.opcodes + decoder.multisigs * limits.multisig_keys
    counted_out = dialect.counts_opcodes and most_opcodes > limits.opcodes
    past_end = decoder.segment.start if decoder.position == len(script) and decoder.open else None
    return ScriptProgram(
        dialect, tuple(decoder.segments), past_end=past_end, largest=decoder.largest, counted_out=counted_out
    )


class _OpenBranch(NamedTuple):
    """An IF that is still open.

    Attributes:
        waiting: the segment that jumps to the next ELSE or ENDIF of the branch: the IF's, or the last ELSE's.
        turned: whether there has been an ELSE.
    """

    waiting: ProgramSegment
    turned: bool = False

    def land(self, index: int) -> None:
        """Set the jump of the waiting segment to segment number `index`."""
        if self.waiting.decide is not None:
            self.waiting.otherwise = index
        else:
            self.waiting.then = index


class _Decoder:
    """Reads a script from its first byte to its last, or to the first opcode that fails even in a skipped branch.

    The methods that read something return the reason of such a failure.
    """

    def __init__(self, script: bytes, dialect: Dialect) -> None:
        self.script = script
        self.dialect = dialect
        self.segment = ProgramSegment(0)
        self.segments = [self.segment]
        self.position = 0
        self.largest = 0
        self.opcodes = 0
        self.multisigs = 0
        self.open: list[_OpenBranch] = []
        self.returns: list[ProgramSegment] = []

    def read(self) -> Reason | None:
        script, stops, end = self.script, self.dialect.stops, len(self.script)
        while self.position < end:
            opcode = script[self.position]
            if 0 < opcode <= _PUSHDATA4:
                reason = self.push(opcode)
            elif stops[opcode]:
                reason = self.special(opcode)
            else:
                codes = script[self.position : self.position + _WINDOW]
                stop = codes.translate(stops).find(1)
                reason = self.stretch(codes if stop < 0 else codes[:stop])
            if reason is not None:
                return reason
        return Reason.UNBALANCED_CONDITIONAL if self.open else None

    def finish(self, reason: Reason | None) -> None:
        """Set all open jumps to the end of the script, or to the failure there."""
        last, end = self.segment, END
        if reason is not None:
            end = self.begin(last.end)
            self.add(_NOP, REFUSE[reason])
        last.then = end
        for branch in self.open:
            branch.land(end)
        for segment in self.returns:
            segment.then = end

    def begin(self, start: int) -> int:
        """Start a new segment at opcode number `start`; return its index."""
        self.segment = ProgramSegment(start)
        self.segments.append(self.segment)
        return len(self.segments) - 1

    def add(self, opcode: int, meaning: Meaning) -> None:
        self.segment.items.append(meaning)
        self.segment.codes.append(opcode)

    def push(self, opcode: int) -> Reason | None:
        """Read a push of bytes."""
        script, dialect = self.script, self.dialect
        start, size = self.position + 1, opcode
        if opcode >= _PUSHDATA1:
            start += _LENGTH_BYTES[opcode]
            size = _number(script[self.position + 1 : start], "little")
        end = start + size
        if end > len(script):
            return Reason.BAD_OPCODE
        if size > dialect.setting.limits.element_size:
            return Reason.PUSH_SIZE
        data = _data(script, start, end)
        minimal = not dialect.minimal_pushes or is_minimal_push(opcode, data)  # type: ignore[arg-type]  # read alike
        self.add(opcode, data if minimal else REFUSE[Reason.MINIMALDATA])
        self.largest = max(self.largest, size)
        self.position = end
        return None

    def stretch(self, codes: bytes) -> Reason | None:
        """Read one-byte opcodes that neither branch nor depend on their position."""
        reason = None
        if self.dialect.counts_opcodes:
            codes, reason = self.count(codes)
        meanings = self.dialect.meanings
        self.segment.items += [meanings[code] for code in codes]
        self.segment.codes += codes
        self.position += len(codes)
        return reason

    def count(self, codes: bytes) -> tuple[bytes, Reason | None]:
        """Count opcodes; return those within the limit, and the reason if some are beyond it."""
        counted = len(codes.translate(None, _UNCOUNTED))
        allowed = self.dialect.setting.limits.opcodes - self.opcodes
        if counted <= allowed:
            self.opcodes += counted
            return codes, None
        self.opcodes += allowed
        places = [place for place, code in enumerate(codes) if code > Op.OP_16]
        return codes[: places[allowed]], Reason.OP_COUNT

    def special(self, opcode: int) -> Reason | None:
        """Read an opcode that branches, ends the script, or depends on its position."""
        reason = self.dialect.poisons.get(opcode)
        if self.dialect.counts_opcodes:
            reason = self.count(bytes((opcode,)))[1] or reason
        if reason is not None:
            return reason
        self.position += 1
        if opcode in self.dialect.deciders:
            self.open_branch(opcode)
        elif opcode == _ELSE:
            return self.turn_branch()
        elif opcode == _ENDIF:
            return self.close_branch()
        elif opcode == _RETURN and self.dialect.return_ends:
            self.end()
        else:
            self.place(opcode)
        return None

    def place(self, opcode: int) -> None:
        """Add an opcode whose handler depends on its position, or that ends its segment."""
        segment = self.segment
        if opcode == _CODESEPARATOR:
            self.add(opcode, separator(self.position, segment.end))
        else:
            self.add(opcode, self.dialect.meanings[opcode])
        if opcode in self.dialect.open_depth:
            self.multisigs += opcode != Op.OP_IFDUP
            segment.then = self.begin(segment.end)

    def leave(self, opcode: int) -> ProgramSegment:
        """End the segment with an opcode that branches or jumps, start the next one, and return the ended one."""
        segment = self.segment
        segment.branch = opcode
        self.begin(segment.end + 1)
        return segment

    def open_branch(self, opcode: int) -> None:
        segment = self.leave(opcode)
        segment.decide = self.dialect.deciders[opcode]
        segment.then = len(self.segments) - 1
        self.open.append(_OpenBranch(segment))

    def turn_branch(self) -> Reason | None:
        """Read ELSE: a skipped branch continues after it, an executed one jumps away."""
        if not self.open or (self.open[-1].turned and self.dialect.single_else):
            return Reason.UNBALANCED_CONDITIONAL
        segment = self.leave(_ELSE)
        self.open.pop().land(len(self.segments) - 1)
        self.open.append(_OpenBranch(segment, turned=True))
        return None

    def close_branch(self) -> Reason | None:
        """Read ENDIF: a skipped branch continues at it."""
        if not self.open:
            return Reason.UNBALANCED_CONDITIONAL
        segment = self.segment
        segment.then = self.begin(segment.end)
        self.open.pop().land(segment.then)
        self.add(_ENDIF, nothing)
        return None

    def end(self) -> None:
        """Read RETURN since Genesis: it ends the script at once, or inside a branch if the rest is well-formed."""
        segment = self.leave(_RETURN)
        if self.open:
            self.returns.append(segment)
        else:
            self.position = len(self.script)


def _measure(segment: ProgramSegment, dialect: Dialect) -> None:
    """Compute the items that the segment requires, and the largest growth of the stack."""
    takes, net = dialect.takes, dialect.net
    height = need = peak = 0
    for code in segment.codes:
        missing = takes[code] - height
        if missing > need:  # noqa: PLR1730 - a call of max() would take longer than the rest
            need = missing
        height += net[code]
        if height > peak:  # noqa: PLR1730 - as above
            peak = height
    segment.need = need
    segment.peak = peak + segment.codes.count(_TO_ALT_STACK)
