"""Pushes: instructions that put given data on the stack.

The minimal push (MINIMALDATA) is a dedicated opcode for the empty string, for -1 and for 1 to 16; otherwise the data
with the shortest length prefix.
"""

from typing import Final

from penstock.errors import hides_frames
from penstock.script.numbers import encode_number
from penstock.script.opcodes import Op
from penstock.script.parse import ScriptParseError, instructions

__tracebackhide__ = hides_frames

MAX_PUSH: Final = 0xFFFF_FFFF
"""Maximum of bytes in one push (its length has four bytes)."""

_SMALL: Final[dict[bytes, int]] = {
    b"": Op.OP_0,
    b"\x81": Op.OP_1NEGATE,
    **{bytes((n,)): Op.OP_1 + n - 1 for n in range(1, 17)},
}


def push(data: bytes) -> bytes:
    """Return the minimal push of `data`.

    Raises:
        ValueError: more than `MAX_PUSH` bytes.
    """
    small = _SMALL.get(data) if len(data) <= 1 else None
    return bytes((small,)) if small is not None else push_prefix(len(data)) + data


def push_data(data: bytes) -> bytes:
    """Return `data` with its shortest length prefix, never `OP_1NEGATE` or `OP_1` to `OP_16`.

    Raises:
        ValueError: more than `MAX_PUSH` bytes.
    """
    return push_prefix(len(data)) + data


def push_number(value: int) -> bytes:
    """Return the minimal push of the number `value`."""
    return push(encode_number(value))


def push_size(data: bytes) -> int:
    """Return the length of `push(data)` in bytes, without making the push."""
    if len(data) <= 1 and data in _SMALL:
        return 1
    return len(push_prefix(len(data))) + len(data)


def push_prefix(size: int) -> bytes:
    """Return the shortest prefix of a push of `size` bytes of data.

    Raises:
        ValueError: more than `MAX_PUSH` bytes.
    """
    if size <= 0x4B:
        return bytes((size,))
    if size <= 0xFF:
        return bytes((Op.OP_PUSHDATA1, size))
    if size <= 0xFFFF:
        return bytes((Op.OP_PUSHDATA2,)) + size.to_bytes(2, "little")
    if size <= MAX_PUSH:
        return bytes((Op.OP_PUSHDATA4,)) + size.to_bytes(4, "little")
    raise ValueError(f"a push holds at most {MAX_PUSH} bytes, not {size}")


def is_minimal_push(opcode: int, data: bytes) -> bool:
    """Return whether `opcode`, which pushes `data`, is the shortest push of it."""
    if len(data) <= 1 and data in _SMALL:
        return opcode == _SMALL[data]
    return opcode == push_prefix(len(data))[0]


def last_push(script: bytes) -> bytes | None:
    """Return the data of the push of bytes at the end of a script; None if it ends otherwise."""
    last = None
    try:
        for each in instructions(script):
            last = each.data
    except ScriptParseError:
        return None
    return last


def is_push_only(script: bytes) -> bool:
    """Return whether `script` parses and has no opcode above `OP_16` (so `OP_RESERVED` counts as a push)."""
    uncopied: bytes = memoryview(script)  # type: ignore[assignment]  # same interface; pushes may have gigabytes
    try:
        return all(instruction.opcode <= Op.OP_16 for instruction in instructions(uncopied))
    except ScriptParseError:
        return False
