"""Expansion of operations without opcodes into operations that have them, and of reads from tables of constants.

Afterwards every `Apply` has opcodes. Shared and folded operations stay so; the new parts can be folded again.
"""

from collections.abc import Callable
from typing import Final

from penstock.artifact.artifact import Kind
from penstock.script.numbers import decode_number, encode_number
from penstockc.diagnostics import InternalError
from penstockc.ir import nodes
from penstockc.ir.passes.expansions.reversal import LONGEST, SHORTEST, length_of, reversed_bytes
from penstockc.ir.passes.expansions.tables import table_read
from penstockc.ir.walking import Walk
from penstockc.language.operations import Operation
from penstockc.source import Span
from penstockc.targets import Target

LONGEST_POWER: Final = 8 * 64  # bits; beyond them a power of two is shorter computed than written
BIT_STEPS: Final = b"\x01\x00"
"""Shifted by 0 to 7 bits as a bit string and read as a number, 1 to 128."""


def expand(script: nodes.Script, target: Target) -> nodes.Script:
    """Return the script with every operation spelled out."""
    return _Expansion(script, target).script()


class _Expansion(Walk):
    rewritten = nodes.BRANCHING | {nodes.Apply, nodes.Element}

    def __init__(self, script: nodes.Script, target: Target) -> None:
        super().__init__(script)
        self.has_cuts = target.has(Operation.SLICE)

    def statement(self, statement: nodes.Statement) -> None:
        """Rewrite an operation without opcodes, or a read from a table, and keep all others."""
        if isinstance(statement, nodes.Apply) and statement.operation.opcodes is None:
            expansion = EXPANSIONS.get(statement.operation)
            if expansion is None:
                raise InternalError(f"no expansion of {statement.operation.name}")
            self.rename(statement.results[0], expansion(self, statement.span, *statement.operands))
            return
        if isinstance(statement, nodes.Element) and self.has_cuts:
            leaf = table_read(self, statement)
            if leaf is not None:
                self.rename(statement.results[0], leaf)
                return
        super().statement(statement)

    def number(self, span: Span, number: int) -> nodes.Value:
        """Write a number."""
        return self.constant(span, Kind.INT, encode_number(number))


def _take(code: _Expansion, span: Span, data: nodes.Value, end: nodes.Value) -> nodes.Value:
    return code.apply(span, Operation.SPLIT, data, end)[0]


def _skip(code: _Expansion, span: Span, data: nodes.Value, start: nodes.Value) -> nodes.Value:
    return code.apply(span, Operation.SPLIT, data, start)[1]


def _slice(code: _Expansion, span: Span, data: nodes.Value, start: nodes.Value, end: nodes.Value) -> nodes.Value:
    """Cut off what is before the slice first, if its size is at hand: cuts of one value can follow each other then."""
    size = _size_between(code, span, start, end)
    if size is None:
        return _skip(code, span, _take(code, span, data, end), start)
    return _take(code, span, _skip(code, span, data, start), size)


def _size_between(code: _Expansion, span: Span, start: nodes.Value, end: nodes.Value) -> nodes.Value | None:
    """Return the distance of two places: a constant, or the number that was added to the first; None otherwise."""
    first, last, made = code.known(start), code.known(end), code.made.get(end)
    if first is not None and last is not None:
        return code.number(span, decode_number(last) - decode_number(first))
    if not isinstance(made, nodes.Apply):
        return None
    if made.operation is Operation.INCREMENT and made.operands[0] == start:
        return code.number(span, 1)
    if made.operation is Operation.ADD:
        for one, other in (made.operands, made.operands[::-1]):
            if one == start or (first is not None and code.known(one) == first):
                return other
    return None


def _bitwise(operation: Operation) -> Callable[["_Expansion", Span, nodes.Value, nodes.Value], nodes.Value]:
    """Return the expansion of a bit operation: widen both numbers to the longer one, combine, decode the bytes."""

    def expansion(code: _Expansion, span: Span, left: nodes.Value, right: nodes.Value) -> nodes.Value:
        sizes = [
            code.apply(span, Operation.LENGTH, *code.apply(span, Operation.PACK, side))[0] for side in (left, right)
        ]
        (size,) = code.apply(span, Operation.MAX, *sizes)
        widened = [code.apply(span, Operation.NUM_TO_BIN, side, size)[0] for side in (left, right)]
        return code.apply(span, Operation.UNPACK, *code.apply(span, operation, *widened))[0]

    return expansion


def _power_of_two(code: _Expansion, span: Span, exponent: nodes.Value) -> nodes.Value:
    """Return 2^exponent: as many zero bytes as it has whole bytes, then one bit in the next.

    A negative exponent aborts: either its whole bytes are a negative size, or its odd bits a negative shift.
    """
    known = code.known(exponent)
    if known is not None and 0 <= (number := decode_number(known)) <= LONGEST_POWER:
        return code.number(span, 1 << number)
    eight = code.number(span, 8)
    (size,) = code.apply(span, Operation.DIV, exponent, eight)
    (odd,) = code.apply(span, Operation.MOD, exponent, eight)
    (zeros,) = code.apply(span, Operation.NUM_TO_BIN, code.number(span, 0), size)
    (bit,) = code.apply(span, Operation.BYTES_SHIFT_LEFT, code.constant(span, Kind.BYTES, BIT_STEPS), odd)
    return code.apply(span, Operation.UNPACK, *code.apply(span, Operation.CONCATENATE, zeros, bit))[0]


def _shift_left(code: _Expansion, span: Span, number: nodes.Value, count: nodes.Value) -> nodes.Value:
    return code.apply(span, Operation.MUL, number, _power_of_two(code, span, count))[0]


def _shift_right(code: _Expansion, span: Span, number: nodes.Value, count: nodes.Value) -> nodes.Value:
    return code.apply(span, Operation.DIV, number, _power_of_two(code, span, count))[0]


def _bytes_to_bool(code: _Expansion, span: Span, data: nodes.Value) -> nodes.Value:
    """Decode as a number after appending a zero byte: otherwise a last byte of 80 would be a sign."""
    (padded,) = code.apply(span, Operation.CONCATENATE, data, code.constant(span, Kind.BYTES, b"\x00"))
    return code.apply(span, Operation.INT_TO_BOOL, *code.apply(span, Operation.UNPACK, padded))[0]


def _reverse(code: _Expansion, span: Span, data: nodes.Value, size: nodes.Value) -> nodes.Value:
    """Require the length, unless it is certain, and reverse the bytes: by arithmetic, or one by one if there are few.

    One by one, bytes are cut off and concatenated in the order in which they come back.
    """
    known = code.known(size)
    if known is None:
        raise InternalError("reverseBytes with an unknown size")
    count = decode_number(known)
    if length_of(code, data) != count:
        (length,) = code.apply(span, Operation.LENGTH, data)
        code.write(nodes.Require(span, *code.apply(span, Operation.NUM_EQUAL, length, code.number(span, count))))
    if SHORTEST <= count <= LONGEST:
        return reversed_bytes(code, span, data, count)
    one = code.number(span, 1)
    heads, rest = [], data
    for _ in range(count - 1):
        head, rest = code.apply(span, Operation.SPLIT, rest, one)
        heads.append(head)
    for head in reversed(heads):
        (rest,) = code.apply(span, Operation.CONCATENATE, rest, head)
    return rest


EXPANSIONS: Final[dict[Operation, Callable[..., nodes.Value]]] = {
    Operation.TAKE: _take,
    Operation.SKIP: _skip,
    Operation.SLICE: _slice,
    Operation.INT_AND: _bitwise(Operation.BYTES_AND),
    Operation.INT_OR: _bitwise(Operation.BYTES_OR),
    Operation.INT_XOR: _bitwise(Operation.BYTES_XOR),
    Operation.INT_SHIFT_LEFT: _shift_left,
    Operation.INT_SHIFT_RIGHT: _shift_right,
    Operation.BYTES_TO_BOOL: _bytes_to_bool,
    Operation.REVERSE: _reverse,
}
"""Expansion of each operation without opcodes: writes it and returns its result."""
