"""Functions of numbers that are choices of simpler ones, and the conditions for writing a number in so many bytes."""

from penstock.prove.terms.bits import combined, inverted, shifted
from penstock.prove.terms.comparisons import at_least_zero, at_most, less, within
from penstock.prove.terms.node import Term
from penstock.prove.terms.numbers import ZERO, constant_of, number, quotient, remainder, scale
from penstock.prove.terms.rewriting import choose
from penstock.prove.terms.strings import encoded, join, number_of, resized, size_of_number, text
from penstock.script.consensus import INT32_MAX

_WIDEST = 8 * 64
"""Bits of a power of two that is computed."""


def absolute(term: Term) -> Term:
    """Return a number without its sign."""
    return choose(at_least_zero(term), term, scale(term, -1))


def lesser(one: Term, other: Term) -> Term:
    """Return the lesser of two numbers."""
    one, other = _ordered(one, other)
    return choose(less(one, other), one, other)


def greater(one: Term, other: Term) -> Term:
    """Return the greater of two numbers."""
    one, other = _ordered(one, other)
    return choose(less(one, other), other, one)


def _ordered(one: Term, other: Term) -> tuple[Term, Term]:
    return (one, other) if one.serial <= other.serial else (other, one)


def fits(value: Term, size: Term) -> list[Term]:
    """Return the conditions under which a number can be written in so many bytes."""
    conditions = [at_least_zero(size), at_most(size, number(INT32_MAX))]
    room = constant_of(size)
    if room is None or not 0 <= room <= 1 << 12:
        return [*conditions, at_most(size_of_number(value), size)]
    largest = (1 << (8 * room - 1)) - 1 if room else 0
    return [*conditions, within(value, -largest, largest)]


def combined_numbers(name: str, one: Term, other: Term) -> Term:
    """Return `and`, `or` or `xor` of two numbers, both widened to the longer one."""
    size = greater(size_of_number(one), size_of_number(other))
    return number_of(combined(name, resized(one, size), resized(other, size)))


def inverted_number(term: Term) -> Term:
    """Return a number whose shortest form has every bit of another one inverted."""
    return number_of(inverted(encoded(term)))


def power_of_two(exponent: Term) -> tuple[Term, list[Term]]:
    """Return two to the power of a number, and the conditions under which a script can compute it."""
    known = constant_of(exponent)
    if known is not None and 0 <= known <= _WIDEST:
        return number(1 << known), []
    size, odd = quotient(exponent, number(8)), remainder(exponent, number(8))
    zeros, bit = resized(ZERO, size), shifted("lsh", text(b"\x01\x00"), odd)
    return number_of(join(zeros, bit)), [*fits(ZERO, size), at_least_zero(odd)]
