"""The script code as the original digest writes it: without its OP_CODESEPARATORs.

In comes a script, which may be huge; out come the slices of it that are hashed, and
the length that is announced for them. Nothing long is copied.

The nodes announce the length of the whole script less its separators, but stop
writing where they stop reading: behind the opcode (and the length, if that is whole)
of a push that runs past the end. Such a script can succeed on BSV, behind a RETURN,
so the same is done here.
"""

from typing import NamedTuple

from penstock.script.opcodes import Op

ScriptCode = bytes | memoryview

_SEPARATOR = Op.OP_CODESEPARATOR.value
_PUSHDATA1 = Op.OP_PUSHDATA1.value
_PUSHDATA4 = Op.OP_PUSHDATA4.value
_INSTRUCTION_WORK = 256
_PIECE_WORK = 1024
_LONG = 1 << 20
# How many bytes an instruction takes; 0 where the bytes behind the opcode say so.
_STEP = tuple(1 + opcode if opcode < _PUSHDATA1 else 0 if opcode <= _PUSHDATA4 else 1 for opcode in range(256))


class SeparatedScript(NamedTuple):
    """A script without separators.

    Attributes:
        pieces: what to hash.
        size: the size to announce, in bytes.
        work: what it took to find the pieces, in bytes that could have been hashed meanwhile.
    """

    pieces: tuple[ScriptCode, ...]
    size: int
    work: int


def without_separators(script: ScriptCode) -> SeparatedScript:
    """Leave every OP_CODESEPARATOR out of `script`; those inside pushed data stay."""
    separators: list[int] = []
    offset, end, instructions = 0, len(script), 0
    while offset < end:
        instructions += 1
        opcode = script[offset]
        step = _STEP[opcode]
        if not step:
            step = _pushdata_step(script, offset)
        elif opcode == _SEPARATOR:
            separators.append(offset)
        if offset + step > end:
            offset += _read_of_truncated(script, offset)
            break
        offset += step
    if not separators and offset == end:
        return SeparatedScript((script,), end, _INSTRUCTION_WORK * instructions)
    view = script if end < _LONG else memoryview(script)  # bytes are cut more quickly, but copied
    starts = [0, *(separator + 1 for separator in separators)]
    pieces = tuple(view[start:stop] for start, stop in zip(starts, [*separators, offset], strict=True))
    work = _INSTRUCTION_WORK * instructions + _PIECE_WORK * len(pieces)
    return SeparatedScript(pieces, end - len(separators), work)


def _pushdata_step(script: ScriptCode, offset: int) -> int:
    width = 1 << (script[offset] - _PUSHDATA1)
    start = offset + 1
    return 1 + width + int.from_bytes(script[start : start + width], "little")


def _read_of_truncated(script: ScriptCode, offset: int) -> int:
    """How many bytes of a push that runs past the end are read before that is noticed."""
    if script[offset] < _PUSHDATA1:
        return 1
    width = 1 << (script[offset] - _PUSHDATA1)
    return 1 + width if offset + 1 + width <= len(script) else 1
