"""Opcodes on numbers and truth values."""

from collections.abc import Callable
from typing import Final

from penstock.prove.script.machine import Handler, Run
from penstock.prove.script.stack import RunFails, truth_of
from penstock.prove.terms.comparisons import at_most, is_zero, less, same_number
from penstock.prove.terms.functions import absolute, greater, lesser
from penstock.prove.terms.logic import conjunction, either, negation
from penstock.prove.terms.node import Sort, Term
from penstock.prove.terms.numbers import add, multiply, number, plus, quotient, remainder, scale, subtract
from penstock.script.opcodes import Op


def _one(compute: Callable[[Term], Term]) -> Handler:
    def handler(run: Run) -> None:
        run.stack.append(compute(run.pop_number()))

    return handler


def _two(compute: Callable[[Term, Term], Term]) -> Handler:
    def handler(run: Run) -> None:
        one, other = run.pop_many(2)
        run.stack.append(compute(run.read(one), run.read(other)))

    return handler


def _logic(compute: Callable[[Term, Term], Term]) -> Handler:
    """Return an opcode on two truth values, which it reads as numbers."""

    def handler(run: Run) -> None:
        sides = run.pop_many(2)
        run.stack.append(compute(*(_truth(run, side) for side in sides)))

    return handler


def _truth(run: Run, item: Term) -> Term:
    """Read an item as a number that is zero or not."""
    if item.sort is Sort.BOOL:
        return item
    run.read(item)
    return truth_of(item)


def _not(run: Run) -> None:
    run.stack.append(negation(_truth(run, run.pop())))


def _is_true(run: Run) -> None:
    run.stack.append(_truth(run, run.pop()))


def _divided(compute: Callable[[Term, Term], Term]) -> Handler:
    def handler(run: Run) -> None:
        items = run.pop_many(2)
        one, other = (run.read(each) for each in items)
        run.require(negation(is_zero(other)))
        run.stack.append(compute(one, other))

    return handler


def _verify(run: Run) -> None:
    run.require(truth_of(run.pop()))


def _equal_numbers(run: Run) -> None:
    one, other = run.pop_many(2)
    run.require(same_number(run.read(one), run.read(other)))


def _within(run: Run) -> None:
    value, low, high = (run.read(each) for each in run.pop_many(3))
    run.stack.append(conjunction((at_most(low, value), less(value, high))))


def _fails(_run: Run) -> None:
    raise RunFails


def _nothing(_run: Run) -> None:
    pass


HANDLERS: Final[dict[Op, Handler]] = {
    Op.OP_NOP: _nothing,
    Op.OP_RETURN: _fails,
    Op.OP_VERIFY: _verify,
    Op.OP_1ADD: _one(lambda a: plus(a, 1)),
    Op.OP_1SUB: _one(lambda a: plus(a, -1)),
    Op.OP_2MUL: _one(lambda a: scale(a, 2)),
    Op.OP_2DIV: _one(lambda a: quotient(a, number(2))),
    Op.OP_NEGATE: _one(lambda a: scale(a, -1)),
    Op.OP_ABS: _one(absolute),
    Op.OP_NOT: _not,
    Op.OP_0NOTEQUAL: _is_true,
    Op.OP_ADD: _two(add),
    Op.OP_SUB: _two(subtract),
    Op.OP_MUL: _two(multiply),
    Op.OP_DIV: _divided(quotient),
    Op.OP_MOD: _divided(remainder),
    Op.OP_MIN: _two(lesser),
    Op.OP_MAX: _two(greater),
    Op.OP_BOOLAND: _logic(lambda a, b: conjunction((a, b))),
    Op.OP_BOOLOR: _logic(either),
    Op.OP_NUMEQUAL: _two(same_number),
    Op.OP_NUMNOTEQUAL: _two(lambda a, b: negation(same_number(a, b))),
    Op.OP_LESSTHAN: _two(less),
    Op.OP_GREATERTHAN: _two(lambda a, b: less(b, a)),
    Op.OP_LESSTHANOREQUAL: _two(at_most),
    Op.OP_GREATERTHANOREQUAL: _two(lambda a, b: at_most(b, a)),
    Op.OP_NUMEQUALVERIFY: _equal_numbers,
    Op.OP_WITHIN: _within,
}
