"""Pairs: a number and the following opcode as one handler, a shortcut for programs that run more than once.

A pair has the effect of pushing the number and then running the opcode. It handles the common case, a small number on
the stack; for everything else it pushes the number and calls the opcode's own handler.
"""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from penstock.script.numbers import decode_number, is_minimal
from penstock.script.opcodes import Op
from penstock.vm.items import Item
from penstock.vm.run import Handler, Run

PairMaker: TypeAlias = Callable[[int, Item, Handler], Handler]
"""Makes a pair of a number, the item that means it, and the opcode's own handler."""

# Such numbers fit every chain, and CPython adds and compares them quickly: they have one digit.
_SMALL: Final = (1 << 30) - 1
_SHORT: Final = 4


def number_of(item: object) -> int | None:
    """Return the number of a constant, if pairs can be made of it."""
    if type(item) is int:
        return item
    return decode_number(item) if isinstance(item, bytes) and len(item) < _SHORT and is_minimal(item) else None


def _add(number: int, item: Item, plain: Handler) -> Handler:
    def handler(stack: list[Item], run: Run) -> None:
        try:
            result = stack[-1] + number  # type: ignore[operator]  # bytes are not numbers: TypeError
            if result < _SMALL and result > -_SMALL:  # faster than a chained comparison
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
"""Opcodes with pairs; each exists on both chains, in every era."""
