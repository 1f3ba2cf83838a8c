"""A number and the opcode behind it as one: shortcuts for programs that run more than once.

A pair does what pushing the number and then running the opcode would do. It knows the common case, in which what it
finds is a small number too; everything else it leaves to the opcode's own handler, with the number pushed.
"""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from penstock.script.numbers import decode_number, is_minimal
from penstock.script.opcodes import Op
from penstock.vm.items import Item
from penstock.vm.run import Handler, Run

PairMaker: TypeAlias = Callable[[int, Item, Handler], Handler]
"""Makes a pair of a number, the item that stands for it, and the opcode's own handler."""

# Such numbers fit every chain, and CPython adds and compares them quickly: they take one digit.
_SMALL: Final = (1 << 30) - 1
_SHORT: Final = 4


def number_of(item: object) -> int | None:
    """Return the number that a constant stands for, if it is one that pairs are made of."""
    if type(item) is int:
        return item
    return decode_number(item) if isinstance(item, bytes) and len(item) < _SHORT and is_minimal(item) else None


def _add(number: int, item: Item, plain: Handler) -> Handler:
    def handler(stack: list[Item], run: Run) -> None:
        try:
            result = stack[-1] + number  # type: ignore[operator]  # bytes are no numbers: TypeError
            if result < _SMALL and result > -_SMALL:  # two comparisons are quicker than a chain
                stack[-1] = result
                return
        except TypeError:
            pass
        stack.append(item)
        plain(stack, run)

    return handler


def _subtract(number: int, item: Item, plain: Handler) -> Handler:
    return _add(-number, item, plain)


def _equal(number: int, item: Item, plain: Handler) -> Handler:
    def handler(stack: list[Item], run: Run) -> None:
        other = stack[-1]
        if type(other) is int:
            stack[-1] = 1 if other == number else 0
        else:
            stack.append(item)
            plain(stack, run)

    return handler


def _pick(number: int, item: Item, plain: Handler) -> Handler:
    place = -1 - number

    def handler(stack: list[Item], run: Run) -> None:
        if 0 <= number < len(stack):
            stack.append(stack[place])
        else:
            stack.append(item)
            plain(stack, run)

    return handler


def _roll(number: int, item: Item, plain: Handler) -> Handler:
    place = -1 - number

    def handler(stack: list[Item], run: Run) -> None:
        if 0 <= number < len(stack):
            stack.append(stack.pop(place))
        else:
            stack.append(item)
            plain(stack, run)

    return handler


PAIRS: Final[Mapping[int, PairMaker]] = {
    Op.OP_ADD.value: _add,
    Op.OP_SUB.value: _subtract,
    Op.OP_EQUAL.value: _equal,
    Op.OP_NUMEQUAL.value: _equal,
    Op.OP_PICK.value: _pick,
    Op.OP_ROLL.value: _roll,
}
"""The opcodes that there are pairs of; each exists on both chains, in every era."""
