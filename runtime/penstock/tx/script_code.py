"""Script code of the original digest: the script without its OP_CODESEPARATORs.

In: a script, which may be huge. Out: the slices of it that are hashed, and the length that precedes them. Long data is
not copied.

The nodes write the length of the whole script minus its separators, but write only the bytes that they have read: of a
push that runs past the end, the opcode (and the length, if it is complete). Such a script can succeed on BSV, after a
RETURN, so this module does the same.
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
# Bytes of an instruction; 0 if the bytes after the opcode give the length.
_STEP = tuple(1 + opcode if opcode < _PUSHDATA1 else 0 if opcode <= _PUSHDATA4 else 1 for opcode in range(256))


class SeparatedScript(NamedTuple):
    """A script without separators.

    Attributes:
        pieces: the bytes to hash.
        size: the size to write before them, in bytes.
        work: the cost of finding the pieces, as the number of bytes that can be hashed in the same time.
    """

    pieces: tuple[ScriptCode, ...]
    size: int
    work: int


def without_separators(script: ScriptCode) -> SeparatedScript:
    """Remove each OP_CODESEPARATOR from `script`; bytes inside pushed data are unchanged."""
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
    view = script if end < _LONG else memoryview(script)  # slicing bytes is faster, but copies
    starts = [0, *(separator + 1 for separator in separators)]
    pieces = tuple(view[start:stop] for start, stop in zip(starts, [*separators, offset], strict=True))
    work = _INSTRUCTION_WORK * instructions + _PIECE_WORK * len(pieces)
    return SeparatedScript(pieces, end - len(separators), work)


def _pushdata_step(script: ScriptCode, offset: int) -> int:
    width = 1 << (script[offset] - _PUSHDATA1)
    start = offset + 1
    return 1 + width + int.from_bytes(script[start : start + width], "little")


def _read_of_truncated(script: ScriptCode, offset: int) -> int:
    """Return the number of bytes that the nodes read of a push that runs past the end."""
    if script[offset] < _PUSHDATA1:
        return 1
    width = 1 << (script[offset] - _PUSHDATA1)
    return 1 + width if offset + 1 + width <= len(script) else 1
