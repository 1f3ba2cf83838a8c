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


OPERATORS: Final[Mapping[str, Operator]] = {
    "NEGATE": _total(lambda a: scale(a, -1)),
    "INCREMENT": _total(lambda a: plus(a, 1)),
    "DECREMENT": _total(lambda a: plus(a, -1)),
    "ABS": _total(absolute),
    "ADD": _total(add),
    "SUB": _total(difference),
    "MUL": _total(multiply),
    "DIV": _divided(quotient),
    "MOD": _divided(remainder),
    "MIN": _total(lesser),
    "MAX": _total(greater),
    "INT_AND": _total(lambda a, b: combined_numbers("and", a, b)),
    "INT_OR": _total(lambda a, b: combined_numbers("or", a, b)),
    "INT_XOR": _total(lambda a, b: combined_numbers("xor", a, b)),
    "INT_INVERT": _total(inverted_number),
    "NORMALIZE": _total(lambda a: a),
    "INT_SHIFT_LEFT": _shifted_left,
    "INT_SHIFT_RIGHT": _shifted_right,
    "NUM_EQUAL": _total(same_number),
    "NUM_NOT_EQUAL": _total(lambda a, b: negation(same_number(a, b))),
    "LESS": _total(less),
    "LESS_OR_EQUAL": _total(at_most),
    "GREATER": _total(lambda a, b: less(b, a)),
    "GREATER_OR_EQUAL": _total(lambda a, b: at_most(b, a)),
    "WITHIN": _total(lambda x, low, high: conjunction((at_most(low, x), less(x, high)))),
    "BYTES_EQUAL": _total(same_string),
    "BOOL_EQUAL": _total(equivalent),
    "NOT": _total(negation),
    "NORMALIZE_BOOL": _total(lambda a: a),
    "BOOL_AND": _total(lambda a, b: conjunction((a, b))),
    "BOOL_OR": _total(either),
    "INT_TO_BOOL": _total(lambda a: negation(is_zero(a))),
    "IS_ZERO": _total(is_zero),
    "BYTES_TO_BOOL": _total(_counts),
    "CONCATENATE": _total(join),
    "SLICE": _slice,
    "TAKE": _take,
    "SKIP": _skip,
    "LENGTH": _total(length),
    "BYTES_AND": _bits("and"),
    "BYTES_OR": _bits("or"),
    "BYTES_XOR": _bits("xor"),
    "BYTES_INVERT": _total(inverted),
    "BYTES_SHIFT_LEFT": _moved("lsh"),
    "BYTES_SHIFT_RIGHT": _moved("rsh"),
    "REVERSE": _reversed,
    "NUM_TO_BIN": _to_bytes,
    "PACK": _total(encoded),
    "UNPACK": _total(number_of),
    "RIPEMD160": _hashes("ripemd160"),
    "SHA1": _hashes("sha1"),
    "SHA256": _hashes("sha256"),
    "HASH160": _hashes("sha256", "ripemd160"),
    "HASH256": _hashes("sha256", "sha256"),
}
UNREAD: Final = frozenset({"PACK"})
"""Operations that use a number's bytes, and do not read it."""
BY_BYTES: Final = frozenset({"PACK", "INT_INVERT", "BOOL_EQUAL"})
"""Operations that use the bytes of a number or truth value."""
