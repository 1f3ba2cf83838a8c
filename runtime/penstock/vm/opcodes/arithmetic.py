"""Arithmetic opcodes.

Four shapes (one operand or two, a number or a truth value as the result) read the operands, deepest first as the nodes
do, and push the result; the table gives the calculation.
"""

import operator
from collections.abc import Callable, Mapping
from typing import TypeAlias

from penstock.script.consensus import INT32_MAX
from penstock.script.opcodes import Op
from penstock.vm.items import Item, size_of
from penstock.vm.opcodes.setting import Setting
from penstock.vm.reasons import Reason, ScriptError
from penstock.vm.run import Handler, Run

_One: TypeAlias = Callable[[int], object]
_OneNumber: TypeAlias = Callable[[int], int]
_Two: TypeAlias = Callable[[int, int], object]
_TwoNumber: TypeAlias = Callable[[int, int], int]


def handlers(setting: Setting) -> Mapping[Op, Handler]:
    """Return the handlers of the family."""
    numbers: dict[Op, _OneNumber] = {
        Op.OP_1ADD: lambda a: a + 1,
        Op.OP_1SUB: lambda a: a - 1,
        Op.OP_2MUL: lambda a: a * 2,
        Op.OP_2DIV: lambda a: _quotient(a, 2),
        Op.OP_NEGATE: operator.neg,
        Op.OP_ABS: abs,
    }
    truths: dict[Op, _One] = {Op.OP_NOT: operator.not_, Op.OP_0NOTEQUAL: bool}
    numbers_of_two: dict[Op, _TwoNumber] = {
        Op.OP_ADD: operator.add,
        Op.OP_SUB: operator.sub,
        Op.OP_MIN: min,
        Op.OP_MAX: max,
    }
    shifts: dict[Op, _TwoNumber] = {Op.OP_LSHIFTNUM: _shift_left(setting), Op.OP_RSHIFTNUM: _shift_right}
    products: dict[Op, _TwoNumber] = {Op.OP_MUL: operator.mul, Op.OP_DIV: _quotient, Op.OP_MOD: _remainder}
    truths_of_two: dict[Op, _Two] = {
        Op.OP_BOOLAND: lambda a, b: a and b,
        Op.OP_BOOLOR: operator.or_,
        Op.OP_NUMEQUAL: operator.eq,
        Op.OP_NUMNOTEQUAL: operator.ne,
        Op.OP_LESSTHAN: operator.lt,
        Op.OP_GREATERTHAN: operator.gt,
        Op.OP_LESSTHANOREQUAL: operator.le,
        Op.OP_GREATERTHANOREQUAL: operator.ge,
    }
    return {
        **{op: _number(setting, compute) for op, compute in numbers.items()},
        **{op: _truth(setting, compute) for op, compute in truths.items()},
        **{op: _number_of_two(setting, compute) for op, compute in numbers_of_two.items()},
        **{op: _shift(setting, compute) for op, compute in shifts.items()},
        **{op: _product(setting, compute) for op, compute in products.items()},
        **{op: _truth_of_two(setting, compute) for op, compute in truths_of_two.items()},
        Op.OP_NUMEQUALVERIFY: _verify_equal(setting),
        Op.OP_WITHIN: _within(setting),
    }


def _number(setting: Setting, compute: _OneNumber) -> Handler:
    read, low, high, beyond = setting.read, setting.low, setting.high, setting.beyond()

    def handler(stack: list[Item], run: Run) -> None:
        a = stack[-1]
        result = compute(a if type(a) is int else read(a))
        stack[-1] = result if low <= result <= high else beyond(result, run)

    return handler


def _truth(setting: Setting, compute: _One) -> Handler:
    read = setting.read

    def handler(stack: list[Item], run: Run) -> None:
        a = stack[-1]
        stack[-1] = 1 if compute(a if type(a) is int else read(a)) else 0

    return handler


def _number_of_two(setting: Setting, compute: _TwoNumber) -> Handler:
    read, low, high, beyond = setting.read, setting.low, setting.high, setting.beyond()

    def handler(stack: list[Item], run: Run) -> None:
        a = stack[-2]
        b = stack[-1]
        result = compute(a if type(a) is int else read(a), b if type(b) is int else read(b))
        if low <= result <= high:
            stack.pop()
            stack[-1] = result
        else:
            stack[-2:] = (beyond(result, run),)

    return handler


def _shift(setting: Setting, compute: _TwoNumber) -> Handler:
    """Shift a number; the number of bits is read and checked before the number is read."""
    read, low, high, beyond = setting.read, setting.low, setting.high, setting.beyond()

    def handler(stack: list[Item], run: Run) -> None:
        bits = read(stack[-1])
        if bits < 0:
            raise ScriptError(Reason.INVALID_NUMBER_RANGE)
        result = compute(read(stack[-2]), bits)
        stack[-2:] = (result if low <= result <= high else beyond(result, run),)

    return handler


def _product(setting: Setting, compute: _TwoNumber) -> Handler:
    """Calculate in more than linear time: only on the metered driver, if an operand is long."""
    read, low, high, beyond = setting.read, setting.low, setting.high, setting.beyond()
    long_number = setting.long_number

    def handler(stack: list[Item], run: Run) -> None:
        a = stack[-2]
        b = stack[-1]
        if type(a) is not int:
            if len(a) > long_number:  # type: ignore[arg-type]  # mypy keeps int here
                run.reserve(len(a))  # type: ignore[arg-type]  # as above
            a = read(a)
        if type(b) is not int:
            if len(b) > long_number:  # type: ignore[arg-type]  # as above
                run.reserve(len(b))  # type: ignore[arg-type]  # as above
            b = read(b)
        result = compute(a, b)
        if low <= result <= high:
            stack.pop()
            stack[-1] = result
        else:
            stack[-2:] = (beyond(result, run),)

    return handler


def _truth_of_two(setting: Setting, compute: _Two) -> Handler:
    read = setting.read

    def handler(stack: list[Item], run: Run) -> None:
        a = stack[-2]
        b = stack[-1]
        result = compute(a if type(a) is int else read(a), b if type(b) is int else read(b))
        stack.pop()
        stack[-1] = 1 if result else 0

    return handler


def _verify_equal(setting: Setting) -> Handler:
    read = setting.read

    def handler(stack: list[Item], run: Run) -> None:
        if read(stack[-2]) != read(stack[-1]):
            raise ScriptError(Reason.NUMEQUALVERIFY)
        del stack[-2:]

    return handler


def _within(setting: Setting) -> Handler:
    read = setting.read

    def handler(stack: list[Item], run: Run) -> None:
        number, low, high = map(read, stack[-3:])
        stack[-3:] = (1 if low <= number < high else 0,)

    return handler


def _quotient(a: int, b: int) -> int:
    """Divide toward zero."""
    if a >= 0 and b > 0:
        return a // b
    if b == 0:
        raise ScriptError(Reason.DIV_BY_ZERO)
    quotient = abs(a) // abs(b)
    return quotient if (a < 0) == (b < 0) else -quotient


def _remainder(a: int, b: int) -> int:
    """Return the remainder of the division toward zero: it has the sign of the dividend."""
    if a >= 0 and b > 0:
        return a % b
    if b == 0:
        raise ScriptError(Reason.MOD_BY_ZERO)
    remainder = abs(a) % abs(b)
    return -remainder if a < 0 else remainder


def _shift_left(setting: Setting) -> _TwoNumber:
    """Return `a` times two to the power of `bits`; the size of the result is checked before it is calculated."""
    max_size, too_long = setting.limits.number_size, setting.numbers.too_long

    def shift(a: int, bits: int) -> int:
        if size_of(a) + bits // 8 > max_size:
            raise ScriptError(too_long)
        return a << bits

    return shift


def _shift_right(a: int, bits: int) -> int:
    """Return `a` divided by two to the power of `bits`, toward zero."""
    if bits > INT32_MAX:
        raise ScriptError(Reason.BIG_INT)
    return a >> bits if a >= 0 else -(-a >> bits)
