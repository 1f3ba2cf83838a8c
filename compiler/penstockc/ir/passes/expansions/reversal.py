"""Reversal of a known number of bytes by arithmetic, in fewer bytes of script than one after the other.

Let x be n bytes, and read x x x .., n + 1 times, as digits of base 256, the lowest
first. Byte i of copy i + 1 is at n + i (n + 1). A mask keeps these n bytes and clears all others. Modulo
256^(n+2) - 1 a digit at place p has the value of one at p mod (n + 2), which is n - i here: so the remainder has
the bytes of x at the places n to 1, which is x reversed after one zero byte.
"""

from typing import Final, Protocol

from penstock.artifact.artifact import Kind
from penstock.script.numbers import decode_number, encode_number
from penstockc.ir import nodes
from penstockc.language.operations import Operation
from penstockc.source import Span

SHORTEST: Final = 16
"""Fewer bytes are reversed one by one: that is shorter."""
LONGEST: Final = 64
"""More would need numbers of more than some thousand bytes, which some nodes may refuse."""

DIGESTS: Final = {
    Operation.RIPEMD160: 20,
    Operation.SHA1: 20,
    Operation.SHA256: 32,
    Operation.HASH160: 20,
    Operation.HASH256: 32,
}
AS_LONG: Final = {
    Operation.BYTES_AND,
    Operation.BYTES_OR,
    Operation.BYTES_XOR,
    Operation.BYTES_INVERT,
    Operation.BYTES_SHIFT_LEFT,
    Operation.BYTES_SHIFT_RIGHT,
}
"""Operations whose results are as long as their first operand."""
_DEEPEST: Final = 8  # operations that are looked through


class CodeWriter(Protocol):
    """The script that is being written."""

    made: dict[nodes.Value, nodes.Statement]

    def known(self, value: nodes.Value) -> bytes | None:
        """Return the bytes of a constant; None for any other value."""

    def apply(self, span: Span, operation: Operation, *operands: nodes.Value) -> tuple[nodes.Value, ...]:
        """Write an operation; return its results."""

    def constant(self, span: Span, kind: Kind, data: bytes) -> nodes.Value:
        """Write a constant."""


def length_of(code: CodeWriter, value: nodes.Value, depth: int = _DEEPEST) -> int | None:
    """Return the length of a value in bytes, if that is certain."""
    made = code.made.get(value)
    if isinstance(made, nodes.Constant):
        return len(made.data)
    if not isinstance(made, nodes.Apply) or not depth:
        return None
    operation, operands = made.operation, made.operands
    match operation:
        case Operation.NUM_TO_BIN:
            return _number(code, operands[1])
        case Operation.SPLIT:
            place = _number(code, operands[1])
            if value == made.results[0] or place is None:
                return place
            whole = length_of(code, operands[0], depth - 1)
            return None if whole is None else whole - place
        case Operation.CONCATENATE:
            sizes = [length_of(code, operand, depth - 1) for operand in operands]
            return None if None in sizes else sum(size for size in sizes if size)
        case _ if operation in AS_LONG:
            return length_of(code, operands[0], depth - 1)
        case _:
            return DIGESTS.get(operation)


def reversed_bytes(code: CodeWriter, span: Span, data: nodes.Value, size: int) -> nodes.Value:
    """Write the reversal of data of exactly `size` bytes; return the result."""
    mark = _zeros_and(code, span, size, b"\xff")
    (copies,) = code.apply(span, Operation.CONCATENATE, _repeated(code, span, data, size), data)
    (kept,) = code.apply(span, Operation.BYTES_AND, copies, _repeated(code, span, mark, size))
    (unsigned,) = code.apply(span, Operation.CONCATENATE, kept, code.constant(span, Kind.BYTES, b"\x00"))
    (number,) = code.apply(span, Operation.UNPACK, unsigned)
    (power,) = code.apply(span, Operation.UNPACK, _zeros_and(code, span, size + 2, b"\x01"))
    (modulus,) = code.apply(span, Operation.DECREMENT, power)
    (rest,) = code.apply(span, Operation.MOD, number, modulus)
    (digits,) = code.apply(span, Operation.NUM_TO_BIN, rest, _count(code, span, size + 2))
    _, tail = code.apply(span, Operation.SPLIT, digits, _count(code, span, 1))
    return code.apply(span, Operation.SPLIT, tail, _count(code, span, size))[0]


def _zeros_and(code: CodeWriter, span: Span, zeros: int, last: bytes) -> nodes.Value:
    """Write this number of zero bytes and another byte."""
    (padding,) = code.apply(span, Operation.NUM_TO_BIN, _count(code, span, 0), _count(code, span, zeros))
    return code.apply(span, Operation.CONCATENATE, padding, code.constant(span, Kind.BYTES, last))[0]


def _repeated(code: CodeWriter, span: Span, data: nodes.Value, times: int) -> nodes.Value:
    """Write this number of copies of some bytes: doubled for each binary digit, with one more where that is 1."""
    copies = data
    for digit in f"{times:b}"[1:]:
        (copies,) = code.apply(span, Operation.CONCATENATE, copies, copies)
        if digit == "1":
            (copies,) = code.apply(span, Operation.CONCATENATE, copies, data)
    return copies


def _count(code: CodeWriter, span: Span, number: int) -> nodes.Value:
    return code.constant(span, Kind.INT, encode_number(number))


def _number(code: CodeWriter, value: nodes.Value) -> int | None:
    known = code.known(value)
    return None if known is None else decode_number(known)
