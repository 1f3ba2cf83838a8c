"""Opcodes that split, join and compare byte strings."""

import operator
from collections.abc import Callable, Mapping

from penstock.script.consensus import INT32_MAX
from penstock.script.numbers import NumberDoesNotFit, decode_number, minimal, resize_number
from penstock.script.opcodes import Op
from penstock.vm.items import Item, as_bytes, same, size_of
from penstock.vm.opcodes.setting import Setting
from penstock.vm.reasons import Reason, ScriptError
from penstock.vm.run import Handler, Run

_INVERTED = bytes(0xFF - byte for byte in range(256))
_WORD = 8


def handlers(setting: Setting) -> Mapping[Op, Handler]:
    """Return the handlers of the family."""
    return {
        Op.OP_CAT: _cat(setting),
        Op.OP_SPLIT: _split(setting),
        Op.OP_NUM2BIN: _number_to_bytes(setting),
        Op.OP_BIN2NUM: _bytes_to_number(setting),
        Op.OP_SIZE: _size,
        Op.OP_INVERT: _invert,
        Op.OP_AND: _bitwise(operator.and_),
        Op.OP_OR: _bitwise(operator.or_),
        Op.OP_XOR: _bitwise(operator.xor),
        Op.OP_LSHIFT: _shift(setting, operator.lshift),
        Op.OP_RSHIFT: _shift(setting, operator.rshift),
        Op.OP_EQUAL: _equal,
        Op.OP_EQUALVERIFY: _equal_verify,
        Op.OP_SUBSTR: _substring(setting),
        Op.OP_LEFT: _end(setting, lambda data, size: data[:size]),
        Op.OP_RIGHT: _end(setting, lambda data, size: data[len(data) - size :]),
    }


def _cat(setting: Setting) -> Handler:
    large, max_size = setting.large, setting.limits.element_size

    def handler(stack: list[Item], run: Run) -> None:
        a = stack[-2]
        b = stack[-1]
        if type(a) is not bytes:
            a = as_bytes(a)
        if type(b) is not bytes:
            b = as_bytes(b)
        size = len(a) + len(b)
        if size > max_size:
            raise ScriptError(Reason.PUSH_SIZE)
        if size > large:
            run.reserve(size)
        stack.pop()
        stack[-1] = a + b

    return handler


def _split(setting: Setting) -> Handler:
    read = setting.read

    def handler(stack: list[Item], run: Run) -> None:
        data = as_bytes(stack[-2])
        position = read(stack[-1])
        if not 0 <= position <= len(data):
            raise ScriptError(Reason.SPLIT_RANGE)
        stack[-2] = data[:position]
        stack[-1] = data[position:]

    return handler


def _number_to_bytes(setting: Setting) -> Handler:
    read, large, max_size = setting.read, setting.large, min(setting.limits.element_size, INT32_MAX)

    def handler(stack: list[Item], run: Run) -> None:
        size = read(stack[-1])
        if not 0 <= size <= max_size:
            raise ScriptError(Reason.PUSH_SIZE)
        if size > large:
            run.reserve(size)
        try:
            resized = resize_number(as_bytes(stack[-2]), size)
        except NumberDoesNotFit:
            raise ScriptError(Reason.IMPOSSIBLE_ENCODING) from None
        stack.pop()
        stack[-1] = resized

    return handler


def _bytes_to_number(setting: Setting) -> Handler:
    max_size = setting.limits.number_size

    def handler(stack: list[Item], run: Run) -> None:
        shortest = minimal(as_bytes(stack[-1]))
        if len(shortest) > max_size:
            raise ScriptError(Reason.INVALID_NUMBER_RANGE)
        stack[-1] = decode_number(shortest)

    return handler


def _size(stack: list[Item], run: Run) -> None:
    stack.append(size_of(stack[-1]))


def _invert(stack: list[Item], run: Run) -> None:
    stack[-1] = as_bytes(stack[-1]).translate(_INVERTED)


def _bitwise(compute: Callable[[int, int], int]) -> Handler:
    def handler(stack: list[Item], run: Run) -> None:
        a, b = as_bytes(stack[-2]), as_bytes(stack[-1])
        if len(a) != len(b):
            raise ScriptError(Reason.OPERAND_SIZE)
        bits = compute(int.from_bytes(a, "little"), int.from_bytes(b, "little"))
        stack.pop()
        stack[-1] = bits.to_bytes(len(a), "little")

    return handler


def _shift(setting: Setting, compute: Callable[[int, int], int]) -> Handler:
    """Shift a string of bits, first byte first, keeping its length."""
    read = setting.read

    def handler(stack: list[Item], run: Run) -> None:
        data = as_bytes(stack[-2])
        count = read(stack[-1])
        if count < 0:
            raise ScriptError(Reason.INVALID_NUMBER_RANGE)
        bits = 8 * len(data)
        shifted = compute(int.from_bytes(data, "big"), count) & ((1 << bits) - 1) if count < bits else 0
        stack.pop()
        stack[-1] = shifted.to_bytes(len(data), "big")

    return handler


def _equal(stack: list[Item], run: Run) -> None:
    b = stack.pop()
    a = stack[-1]
    stack[-1] = 1 if (a == b if type(a) is type(b) else same(a, b)) else 0


def _equal_verify(stack: list[Item], run: Run) -> None:
    if not same(stack[-2], stack[-1]):
        raise ScriptError(Reason.EQUALVERIFY)
    del stack[-2:]


def _substring(setting: Setting) -> Handler:
    read = _place_reader(setting)

    def handler(stack: list[Item], run: Run) -> None:
        size, offset, data = read(stack[-1]), read(stack[-2]), as_bytes(stack[-3])
        if not 0 <= offset < len(data) or not 0 <= size <= len(data) - offset:
            raise ScriptError(Reason.INVALID_NUMBER_RANGE)
        stack[-3:] = (data[offset : offset + size],)

    return handler


def _end(setting: Setting, cut: Callable[[bytes, int], bytes]) -> Handler:
    """Keep a number of bytes at one end."""
    read = _place_reader(setting)

    def handler(stack: list[Item], run: Run) -> None:
        data, size = as_bytes(stack[-2]), read(stack[-1])
        if not 0 <= size <= len(data):
            raise ScriptError(Reason.INVALID_NUMBER_RANGE)
        stack.pop()
        stack[-1] = cut(data, size)

    return handler


def _place_reader(setting: Setting) -> Callable[[Item], int]:
    """Return the function by which SUBSTR, LEFT and RIGHT read a number: into 64 bits, whatever its length.

    For a number of more than eight bytes the node drops the last byte, with the sign, and combines the others in words
    of eight bytes by OR. From ten bytes on its source is undefined (a shift by more than 63 bits); compilers produce
    this result, unless they may use the vector instructions of later processors.
    """
    read = setting.read

    def read_place(item: Item) -> int:
        number = read(item)
        return number if size_of(item) <= _WORD else _folded(as_bytes(item)[:-1])

    return read_place


def _folded(data: bytes) -> int:
    """Return the words of eight bytes in `data`, low byte first, joined by OR.

    The node reads the result as signed. No item is long enough for this to matter: both readings are out of range.
    """
    folded, words = int.from_bytes(data, "little"), -(-len(data) // _WORD)
    while words > 1:
        words = -(-words // 2)
        bits = 8 * _WORD * words
        folded = folded >> bits | folded & ((1 << bits) - 1)
    return folded
