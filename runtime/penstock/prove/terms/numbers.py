"""Numbers: every one is a polynomial, a constant plus multiples of atoms and of products of atoms.

So `(x + 1) * 2` and `x + x + 2` are one node. Atoms are arguments, and results of operations that polynomials cannot
express. Bounds follow from those of the atoms.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from penstock.prove.terms.node import Sort, Term, node

_MOST_TERMS: Final = 40
"""Products of more terms than this stay products: opaque atoms."""
_HIGHEST_DEGREE: Final = 12


def _bounds(constant: int, terms: Iterable[tuple[Term, int]]) -> tuple[int | None, int | None]:
    low: int | None = constant
    high: int | None = constant
    for atom, factor in terms:
        least, most = (atom.low, atom.high) if factor > 0 else (atom.high, atom.low)
        low = None if low is None or least is None else low + factor * least
        high = None if high is None or most is None else high + factor * most
    return low, high


def polynomial(constant: int, terms: Mapping[Term, int]) -> Term:
    """Return a constant plus multiples of atoms, those with factor zero left out."""
    kept = [(atom, factor) for atom, factor in terms.items() if factor]
    if len(kept) > 1:
        kept.sort(key=_serial)
    mask = 0
    for atom, _ in kept:
        mask |= atom.mask | atom.bit
    return node("poly", Sort.INT, (constant, tuple(kept)), mask, *_bounds(constant, kept))


def _serial(term: tuple[Term, int]) -> int:
    return term[0].serial


def number(value: int) -> Term:
    """Return a constant."""
    return node("poly", Sort.INT, (value, ()), 0, value, value)


ZERO: Final = number(0)
ONE: Final = number(1)


def wrap(atom: Term) -> Term:
    """Return an atom as a number."""
    return node("poly", Sort.INT, (0, ((atom, 1),)), atom.mask | atom.bit, atom.low, atom.high)


def constant_of(term: Term) -> int | None:
    """Return the value of a constant; None for any other number."""
    value: int = term.args[0]
    return None if term.args[1] else value


def atom_of(term: Term) -> Term | None:
    """Return the atom that a number is; None for any other number."""
    constant, terms = term.args
    if constant == 0 and len(terms) == 1 and terms[0][1] == 1:
        found: Term = terms[0][0]
        return found
    return None


def add(one: Term, other: Term) -> Term:
    """Return the sum."""
    if not one.args[1] and not other.args[1]:
        return number(one.args[0] + other.args[0])
    terms = dict(one.args[1])
    for atom, factor in other.args[1]:
        terms[atom] = terms.get(atom, 0) + factor
    return polynomial(one.args[0] + other.args[0], terms)


def scale(term: Term, factor: int) -> Term:
    """Return a multiple."""
    if factor == 1:
        return term
    return polynomial(term.args[0] * factor, {atom: each * factor for atom, each in term.args[1]})


def subtract(one: Term, other: Term) -> Term:
    """Return the difference."""
    return add(one, scale(other, -1))


def plus(term: Term, constant: int) -> Term:
    """Return a number plus a constant."""
    return add(term, number(constant))


def multiply(one: Term, other: Term) -> Term:
    """Return the product."""
    for left, right in ((one, other), (other, one)):
        if not left.args[1]:
            return scale(right, left.args[0]) if left.args[0] else ZERO
    if (len(one.args[1]) + 1) * (len(other.args[1]) + 1) > _MOST_TERMS:
        return wrap(node("times", Sort.INT, tuple(sorted((one, other), key=lambda each: each.serial))))
    terms: dict[Term, int] = {}
    for left, right in ((one, other), (other, one)):
        if constant := right.args[0]:
            for atom, factor in left.args[1]:
                terms[atom] = terms.get(atom, 0) + factor * constant
    for first, by in one.args[1]:
        for second, factor in other.args[1]:
            product = _product(first, second)
            terms[product] = terms.get(product, 0) + by * factor
    return polynomial(one.args[0] * other.args[0], terms)


def _product(one: Term, other: Term) -> Term:
    """Return the product of two atoms, or products of atoms, as an atom; a truth value is its own square."""
    factors = sorted(
        [*(one.args if one.kind == "product" else (one,)), *(other.args if other.kind == "product" else (other,))],
        key=lambda each: each.serial,
    )
    kept: list[Term] = []
    for factor in factors:
        if not (kept and kept[-1] is factor and factor.kind == "b2i"):
            kept.append(factor)
    if len(kept) == 1:
        return kept[0]
    if len(kept) > _HIGHEST_DEGREE:
        pair = tuple(sorted((wrap(one), wrap(other)), key=lambda each: each.serial))
        return node("times", Sort.INT, pair)
    low = 0 if all(each.low is not None and each.low >= 0 for each in kept) else None
    high: int | None = 1
    for each in kept:
        high = None if high is None or each.high is None or low is None else high * each.high
    return node("product", Sort.INT, tuple(kept), None, low, high)


def quotient(dividend: Term, divisor: Term) -> Term:
    """Return the quotient, rounded toward zero; without a meaning where the divisor is zero."""
    by, value = constant_of(divisor), constant_of(dividend)
    if by == 1:
        return dividend
    if by == -1:
        return scale(dividend, -1)
    if by and value is not None:
        return number(divided(value, by))
    if by and dividend.low is not None and dividend.high is not None and max(-dividend.low, dividend.high) < abs(by):
        return ZERO
    low = high = None
    if by is not None and by > 0:
        low = None if dividend.low is None else divided(dividend.low, by)
        high = None if dividend.high is None else divided(dividend.high, by)
    return wrap(node("div", Sort.INT, (dividend, divisor), None, low, high))


def remainder(dividend: Term, divisor: Term) -> Term:
    """Return the remainder, with the sign of the dividend; without a meaning where the divisor is zero."""
    by, value = constant_of(divisor), constant_of(dividend)
    if by in {1, -1}:
        return ZERO
    if by and value is not None:
        return number(value - by * divided(value, by))
    low = high = None
    if by:
        largest = abs(by) - 1
        if dividend.low is not None and dividend.high is not None and max(-dividend.low, dividend.high) <= largest:
            return dividend
        low = 0 if dividend.low is not None and dividend.low >= 0 else -largest
        high = 0 if dividend.high is not None and dividend.high <= 0 else largest
    return wrap(node("mod", Sort.INT, (dividend, divisor), None, low, high))


def divided(dividend: int, divisor: int) -> int:
    """Return the quotient of two numbers, rounded toward zero."""
    size = abs(dividend) // abs(divisor)
    return size if (dividend < 0) == (divisor < 0) else -size


def remained(dividend: int, divisor: int) -> int:
    """Return the remainder of two numbers, with the sign of the dividend."""
    return dividend - divisor * divided(dividend, divisor)
