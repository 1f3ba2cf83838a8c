"""Operators and built-in functions on terms, by the reference of the language.

Each takes the operands and returns the value with the conditions under which it has one. The names are those of the
rows of operations; their meanings there, which the compiler folds constants by, are not used.
"""

from collections.abc import Callable, Mapping
from typing import Final

from penstock.prove.terms.bits import combined, inverted, shifted
from penstock.prove.terms.comparisons import at_least_zero, at_most, is_zero, less, same_number
from penstock.prove.terms.crypto import hashed
from penstock.prove.terms.equality import same_string
from penstock.prove.terms.functions import (
    absolute,
    combined_numbers,
    fits,
    greater,
    inverted_number,
    lesser,
    power_of_two,
)
from penstock.prove.terms.logic import conjunction, either, equivalent, negation
from penstock.prove.terms.node import FALSE, Term
from penstock.prove.terms.numbers import ZERO, add, constant_of, multiply, plus, quotient, remainder, scale
from penstock.prove.terms.numbers import subtract as difference
from penstock.prove.terms.reversal import reversed_bytes
from penstock.prove.terms.strings import cut, encoded, join, length, number_of, resized, text
from penstockc.language.operations import Operation

Meaning = tuple[Term, list[Term]]
Operator = Callable[..., Meaning]


def _total(compute: Callable[..., Term]) -> Operator:
    return lambda *operands: (compute(*operands), [])


def _divided(compute: Callable[[Term, Term], Term]) -> Operator:
    return lambda one, other: (compute(one, other), [negation(is_zero(other))])


def _shifted_left(value: Term, count: Term) -> Meaning:
    power, conditions = power_of_two(count)
    return multiply(value, power), conditions


def _shifted_right(value: Term, count: Term) -> Meaning:
    power, conditions = power_of_two(count)
    return quotient(value, power), conditions


def _take(data: Term, end: Term) -> Meaning:
    return cut(data, ZERO, end), [at_least_zero(end), at_most(end, length(data))]


def _skip(data: Term, start: Term) -> Meaning:
    whole = length(data)
    return cut(data, start, whole), [at_least_zero(start), at_most(start, whole)]


def _slice(data: Term, start: Term, end: Term) -> Meaning:
    head, conditions = _take(data, end)
    found, further = _skip(head, start)
    return found, [*conditions, *further]


def _bits(name: str) -> Operator:
    return lambda one, other: (combined(name, one, other), [same_number(length(one), length(other))])


def _moved(kind: str) -> Operator:
    return lambda data, count: (shifted(kind, data, count), [at_least_zero(count)])


def _hashes(*names: str) -> Operator:
    def compute(data: Term) -> Meaning:
        for name in names:
            data = hashed(name, data)
        return data, []

    return compute


def _reversed(data: Term, size: Term) -> Meaning:
    count = constant_of(size)
    if count is None:
        return data, [FALSE]
    return reversed_bytes(data, count), [same_number(length(data), size)]


def _counts(data: Term) -> Term:
    """Return whether bytes count as true: one of them is not zero."""
    return negation(is_zero(number_of(join(data, text(b"\x00")))))


def _to_bytes(value: Term, size: Term) -> Meaning:
    return resized(value, size), fits(value, size)


OPERATORS: Final[Mapping[Operation, Operator]] = {
    Operation.NEGATE: _total(lambda a: scale(a, -1)),
    Operation.INCREMENT: _total(lambda a: plus(a, 1)),
    Operation.DECREMENT: _total(lambda a: plus(a, -1)),
    Operation.ABS: _total(absolute),
    Operation.ADD: _total(add),
    Operation.SUB: _total(difference),
    Operation.MUL: _total(multiply),
    Operation.DIV: _divided(quotient),
    Operation.MOD: _divided(remainder),
    Operation.MIN: _total(lesser),
    Operation.MAX: _total(greater),
    Operation.INT_AND: _total(lambda a, b: combined_numbers("and", a, b)),
    Operation.INT_OR: _total(lambda a, b: combined_numbers("or", a, b)),
    Operation.INT_XOR: _total(lambda a, b: combined_numbers("xor", a, b)),
    Operation.INT_INVERT: _total(inverted_number),
    Operation.NORMALIZE: _total(lambda a: a),
    Operation.INT_SHIFT_LEFT: _shifted_left,
    Operation.INT_SHIFT_RIGHT: _shifted_right,
    Operation.NUM_EQUAL: _total(same_number),
    Operation.NUM_NOT_EQUAL: _total(lambda a, b: negation(same_number(a, b))),
    Operation.LESS: _total(less),
    Operation.LESS_OR_EQUAL: _total(at_most),
    Operation.GREATER: _total(lambda a, b: less(b, a)),
    Operation.GREATER_OR_EQUAL: _total(lambda a, b: at_most(b, a)),
    Operation.WITHIN: _total(lambda x, low, high: conjunction((at_most(low, x), less(x, high)))),
    Operation.BYTES_EQUAL: _total(same_string),
    Operation.BOOL_EQUAL: _total(equivalent),
    Operation.NOT: _total(negation),
    Operation.NORMALIZE_BOOL: _total(lambda a: a),
    Operation.BOOL_AND: _total(lambda a, b: conjunction((a, b))),
    Operation.BOOL_OR: _total(either),
    Operation.INT_TO_BOOL: _total(lambda a: negation(is_zero(a))),
    Operation.IS_ZERO: _total(is_zero),
    Operation.BYTES_TO_BOOL: _total(_counts),
    Operation.CONCATENATE: _total(join),
    Operation.SLICE: _slice,
    Operation.TAKE: _take,
    Operation.SKIP: _skip,
    Operation.LENGTH: _total(length),
    Operation.BYTES_AND: _bits("and"),
    Operation.BYTES_OR: _bits("or"),
    Operation.BYTES_XOR: _bits("xor"),
    Operation.BYTES_INVERT: _total(inverted),
    Operation.BYTES_SHIFT_LEFT: _moved("lsh"),
    Operation.BYTES_SHIFT_RIGHT: _moved("rsh"),
    Operation.REVERSE: _reversed,
    Operation.NUM_TO_BIN: _to_bytes,
    Operation.PACK: _total(encoded),
    Operation.UNPACK: _total(number_of),
    Operation.RIPEMD160: _hashes("ripemd160"),
    Operation.SHA1: _hashes("sha1"),
    Operation.SHA256: _hashes("sha256"),
    Operation.HASH160: _hashes("sha256", "ripemd160"),
    Operation.HASH256: _hashes("sha256", "sha256"),
}
UNREAD: Final = frozenset({Operation.PACK})
"""Operations that use a number's bytes, and do not read it."""
BY_BYTES: Final = frozenset({Operation.PACK, Operation.INT_INVERT, Operation.BOOL_EQUAL})
"""Operations that use the bytes of a number or truth value."""
