"""Parser of scripts: splits the bytes into instructions.

In: script bytes. Out: instructions in order; concatenated they are the script. The only possible error is a push with
more data than the script has.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from penstock.errors import PenstockError, hides_frames
from penstock.script.opcodes import Op

__tracebackhide__ = hides_frames

_LENGTH_BYTES: Final = {Op.OP_PUSHDATA1.value: 1, Op.OP_PUSHDATA2.value: 2, Op.OP_PUSHDATA4.value: 4}


class ScriptParseError(PenstockError, ValueError):
    """A push that runs past the end of the script.

    Attributes:
        offset: offset of the push in bytes.
    """

    def __init__(self, offset: int, script_size: int) -> None:
        super().__init__(f"the push at byte {offset} runs past the end of the script ({script_size} bytes)")
        self.offset = offset


class Instruction(NamedTuple):
    """One instruction of a script.

    Attributes:
        opcode: its first byte.
        data: the data of a push of bytes (opcodes 0x00 to 0x4e); None for every other opcode.
        offset: its offset in the script, in bytes.
        size: its size in bytes, including length prefix and data.
    """

    opcode: int
    data: bytes | None
    offset: int
    size: int


def instructions(script: bytes, start: int = 0) -> Iterator[Instruction]:
    """Yield the instructions of `script` from offset `start` on.

    Raises:
        ScriptParseError: at a truncated push (the instructions before it have been yielded).
    """
    offset, end = start, len(script)
    while offset < end:
        opcode = script[offset]
        if opcode > Op.OP_PUSHDATA4:
            yield Instruction(opcode, None, offset, 1)
            offset += 1
            continue
        data, size = offset + 1, opcode
        if length_bytes := _LENGTH_BYTES.get(opcode):
            data += length_bytes
            size = int.from_bytes(script[offset + 1 : data], "little")
        if data + size > end:
            raise ScriptParseError(offset, end)
        yield Instruction(opcode, script[data : data + size], offset, data + size - offset)
        offset = data + size
