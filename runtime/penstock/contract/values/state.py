"""State: the values that a contract passes on from transaction to transaction, in the data after its code.

    code  6a  flag  leaf…  length  version

| part    | bytes                                                                                          |
|---------|------------------------------------------------------------------------------------------------|
| code    | the template, filled in; OP_RETURN (`6a`) ends the script, so the rest is never executed        |
| flag    | 1: `01` until the first transition, while the state is that of the constructor; then `00`       |
| leaf    | bool: 1, `01` or `00`; numbers and bytes: a push without short forms, the number 0 as `01 00`   |
| length  | 4, little endian: the number of bytes of flag and leaves                                       |
| version | 1, `00`                                                                                        |

In: typed leaves, or the data of a script. Out: the data, or the leaves; a `StateError` gives the invalid byte. A state
has one encoding, and only that one is accepted, except that the leaves after flag `01` are ignored.
"""

from collections.abc import Iterable
from typing import Final

from penstock.artifact.artifact import BasicType, Kind
from penstock.contract.errors import StateError
from penstock.contract.values.arguments import Argument, LeafValue
from penstock.contract.values.shape import ValueLeaf
from penstock.errors import hides_frames
from penstock.script.numbers import decode_number, encode_number
from penstock.script.opcodes import Op
from penstock.script.parse import ScriptParseError, instructions
from penstock.script.pushes import push_data
from penstock.wording import counted

__tracebackhide__ = hides_frames

RETURN: Final = bytes((Op.OP_RETURN,))
VERSION: Final = 0
_LENGTH_SIZE: Final = 4
_TAIL_SIZE: Final = _LENGTH_SIZE + 1
_ZERO: Final = b"\x00"


def encode_state(leaves: Iterable[Argument]) -> bytes:
    """Return the data of a contract with this state, without the OP_RETURN."""
    return _framed(_ZERO + b"".join(_leaf(argument.value) for argument in leaves))


def genesis_data(leaves: Iterable[ValueLeaf]) -> bytes:
    """Return the data of a contract before its first transition, with the SDKs' placeholders for leaves."""
    return _framed(b"\x01" + b"".join(b"\x01" if leaf.type is BasicType.BOOL else push_data(_ZERO) for leaf in leaves))


def decode_state(leaves: Iterable[ValueLeaf], data: bytes) -> tuple[Argument, ...] | None:
    """Decode the data of a contract, without the OP_RETURN.

    Returns a value for each leaf; None before the first transition.

    Args:
        leaves: the leaves of its state properties.
        data: all of the data.

    Raises:
        StateError: it is not a result of `encode_state`.
    """
    size = _announced(data)
    if size != len(data) - _TAIL_SIZE:
        raise StateError("length", len(data) - _TAIL_SIZE, f"{len(data) - _TAIL_SIZE} bytes before it, not {size}")
    body = data[:-_TAIL_SIZE]
    if not body:
        raise StateError("flag", 0, "missing")
    if body[0] > 1:
        raise StateError("flag", 0, f"expected 00 or 01, got {body[0]:02x}")
    if body[0]:
        return None
    offset, found = 1, list[Argument]()
    for leaf in leaves:
        value, offset = _read(leaf, body, offset)
        found.append(Argument(leaf.path, value))
    if offset < len(body):
        raise StateError("leaves", offset, f"{counted(len(body) - offset, 'byte')} after the last one")
    return tuple(found)


def split(script: bytes) -> tuple[bytes, bytes]:
    """Split a locking script with state into its code and its data, without the OP_RETURN between them.

    Raises:
        StateError: the end of the script is not that of a state, or there is no OP_RETURN before the data.
    """
    size = _announced(script)
    start = len(script) - _TAIL_SIZE - size
    if start < 1:
        raise StateError("length", len(script) - _TAIL_SIZE, f"the script is shorter than the {size} bytes it gives")
    if script[start - 1] != Op.OP_RETURN:
        raise StateError("code", start - 1, f"ends in {script[start - 1]:02x} where OP_RETURN (6a) is expected")
    return script[: start - 1], script[start:]


def _framed(body: bytes) -> bytes:
    return body + len(body).to_bytes(_LENGTH_SIZE, "little") + bytes((VERSION,))


def _announced(data: bytes) -> int:
    """Return the number of bytes of flag and leaves, from the end of the data."""
    if len(data) < _TAIL_SIZE:
        raise StateError("length", 0, f"{counted(len(data), 'byte')} where a state has at least {_TAIL_SIZE + 1}")
    if data[-1] != VERSION:
        raise StateError("version", len(data) - 1, f"expected {VERSION:02x}, got {data[-1]:02x}")
    return int.from_bytes(data[-_TAIL_SIZE:-1], "little")


def _leaf(value: LeafValue) -> bytes:
    match value:
        case bool():
            return bytes((value,))
        case int():
            return push_data(encode_number(value) or _ZERO)
        case bytes():
            return push_data(value)


def _read(leaf: ValueLeaf, body: bytes, offset: int) -> tuple[LeafValue, int]:
    """Decode one leaf; return it with the offset of the next one."""
    if offset == len(body):
        raise StateError(leaf.path, offset, "missing: the data ends before it")
    if leaf.type.kind is Kind.BOOL:
        if body[offset] > 1:
            raise StateError(leaf.path, offset, f"expected a bool as 00 or 01, got {body[offset]:02x}")
        return body[offset] == 1, offset + 1
    data, end = _pushed(leaf, body, offset)
    if leaf.type.kind is Kind.BYTES:
        return data, end
    number = decode_number(data)
    if _leaf(number) != body[offset:end]:
        raise StateError(leaf.path, offset, f"the number {number} is not in its shortest form")
    return number, end


def _pushed(leaf: ValueLeaf, body: bytes, offset: int) -> tuple[bytes, int]:
    try:
        pushed = next(instructions(body, offset))
    except ScriptParseError:
        raise StateError(leaf.path, offset, "a length beyond the end of the data") from None
    if pushed.data is None:
        raise StateError(leaf.path, offset, f"expected the length of a push, got {pushed.opcode:02x}")
    end = offset + pushed.size
    if push_data(pushed.data) != body[offset:end]:
        raise StateError(leaf.path, offset, "a length that is not in its shortest form")
    return pushed.data, end
