"""Comparisons of numbers, each spelled as `ge(form, k)` or `eq(form, k)`, or the negation of one.

The form has no constant, its factors have no common divisor, and the first is positive: so `a < b`, `!(b <= a)` and
`a + 1 <= b` are one node. A comparison of a choice is a choice of comparisons where it depends on one condition, or on
a few and on nothing else.
"""

from math import gcd

from penstock.prove.terms.logic import conjunction, negation
from penstock.prove.terms.node import FALSE, TRUE, Sort, Term, node, remembered
from penstock.prove.terms.numbers import atom_of, plus, polynomial, subtract
from penstock.prove.terms.rewriting import REBUILD, choose, restrict

_MOST_CONDITIONS = 4


@remembered
def at_least_zero(term: Term) -> Term:
    """Return whether a number is zero or more."""
    if term.low is not None and term.low >= 0:
        return TRUE
    if term.high is not None and term.high < 0:
        return FALSE
    constant, terms = term.args
    condition = _lifted(terms)
    if condition is not None:
        return choose(
            condition,
            at_least_zero(restrict(term, condition, value=True)),
            at_least_zero(restrict(term, condition, value=False)),
        )
    divisor = gcd(*(factor for _, factor in terms))
    if terms[0][1] > 0:
        return _ge(_form(terms, divisor), -(constant // divisor))
    return negation(_ge(_form(terms, -divisor), constant // divisor + 1))


@remembered
def is_zero(term: Term) -> Term:
    """Return whether a number is zero."""
    constant, terms = term.args
    if not terms:
        return FALSE if constant else TRUE
    if (term.low is not None and term.low > 0) or (term.high is not None and term.high < 0):
        return FALSE
    divisor = gcd(*(factor for _, factor in terms))
    if constant % divisor:
        return FALSE
    condition = _lifted(terms)
    if condition is not None:
        return choose(
            condition,
            is_zero(restrict(term, condition, value=True)),
            is_zero(restrict(term, condition, value=False)),
        )
    if terms[0][1] < 0:
        divisor = -divisor
    form, value = _form(terms, divisor), -constant // divisor
    if len(terms) == 1 and form.low == value:
        return negation(_ge(form, value + 1))
    if len(terms) == 1 and form.high == value:
        return _ge(form, value)
    return node("eq", Sort.BOOL, (form, value))


def _form(terms: tuple[tuple[Term, int], ...], divisor: int) -> Term:
    return polynomial(0, {atom: factor // divisor for atom, factor in terms})


def _ge(form: Term, value: int) -> Term:
    if form.low is not None and form.low >= value:
        return TRUE
    if form.high is not None and form.high < value:
        return FALSE
    atom = atom_of(form)
    if atom is not None and atom.kind == "b2i":
        condition: Term = atom.args[0]
        return condition
    return node("ge", Sort.BOOL, (form, value))


def _lifted(terms: tuple[tuple[Term, int], ...]) -> Term | None:
    """Return the condition on which a comparison is split; None if it is left whole."""
    found: dict[Term, None] = {}
    is_all = True
    for atom, _ in terms:
        if atom.kind in {"b2i", "ite"}:
            found[atom.args[0]] = None
        else:
            is_all = False
    if any(each.kind in {"and", "ite"} for each in found):
        return None
    if not found or (len(found) > 1 and not (is_all and len(found) <= _MOST_CONDITIONS)):
        return None
    return min(found, key=lambda each: each.serial)


def less(one: Term, other: Term) -> Term:
    """Return whether one number is less than the other."""
    return at_least_zero(plus(subtract(other, one), -1))


def at_most(one: Term, other: Term) -> Term:
    """Return whether one number is at most the other."""
    return at_least_zero(subtract(other, one))


def same_number(one: Term, other: Term) -> Term:
    """Return whether two numbers are equal."""
    return is_zero(subtract(one, other))


def within(term: Term, low: int, high: int) -> Term:
    """Return whether a number lies from `low` to `high`, both included."""
    return conjunction((at_least_zero(plus(term, -low)), negation(at_least_zero(plus(term, -high - 1)))))


REBUILD.update(
    {
        "ge": lambda form, value: at_least_zero(plus(form, -value)),
        "eq": lambda form, value: is_zero(plus(form, -value)),
    }
)
