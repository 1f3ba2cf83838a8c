"""Linear forms over whole numbers, and whether some that are zero or more imply another one that is.

By elimination of unknowns, after Fourier and Motzkin: the negation is added, and unknowns are removed by adding pairs
of forms, until only numbers are left. If one of them is negative, the forms cannot be together.
"""

from collections.abc import Hashable, Iterable, Mapping
from math import gcd
from typing import Final, NamedTuple

MOST_FORMS: Final = 60
"""Forms at any moment; with more, nothing is implied."""

Unknown = Hashable


class Linear(NamedTuple):
    """A constant plus multiples of unknowns, none of them zero."""

    terms: Mapping[Unknown, int]
    constant: int = 0

    def plus(self, other: "Linear", factor: int = 1) -> "Linear":
        """Return the sum with a multiple of another form."""
        terms = dict(self.terms)
        for unknown, by in other.terms.items():
            terms[unknown] = terms.get(unknown, 0) + factor * by
        return Linear({unknown: by for unknown, by in terms.items() if by}, self.constant + factor * other.constant)

    def times(self, factor: int) -> "Linear":
        """Return a multiple."""
        return Linear({}).plus(self, factor)


def number(value: int) -> Linear:
    """Return a constant."""
    return Linear({}, value)


def unknown(name: Unknown) -> Linear:
    """Return an unknown number."""
    return Linear({name: 1})


def implies(known: Iterable[Linear], goal: Linear) -> bool:
    """Return whether a form is zero or more wherever all known ones are."""
    forms = [*_connected(list(known), goal), goal.times(-1).plus(number(-1))]
    while len(forms) <= MOST_FORMS:
        if any(not each.terms and each.constant < 0 for each in forms):
            return True
        forms = [each for each in forms if each.terms]
        if not forms:
            return False
        forms = _without(_easiest(forms), forms)
    return False


def _connected(known: list[Linear], goal: Linear) -> list[Linear]:
    """Return the forms that have an unknown in common with the goal, or with others that are connected with it."""
    reached, found = set(goal.terms), list[Linear]()
    while True:
        near = [each for each in known if not reached.isdisjoint(each.terms)]
        if not near:
            return found
        found += near
        known = [each for each in known if reached.isdisjoint(each.terms)]
        reached.update(*(each.terms for each in near))


def _easiest(forms: list[Linear]) -> Unknown:
    """Return the unknown whose removal makes the fewest forms."""
    above: dict[Unknown, int] = {}
    below: dict[Unknown, int] = {}
    for each in forms:
        for name, factor in each.terms.items():
            side = above if factor > 0 else below
            side[name] = side.get(name, 0) + 1
    return min({**above, **below}, key=lambda name: above.get(name, 0) * below.get(name, 0))


def _without(name: Unknown, forms: list[Linear]) -> list[Linear]:
    """Return what follows from forms without an unknown."""
    kept = {_reduced(each): None for each in forms if name not in each.terms}
    for low in (each for each in forms if each.terms.get(name, 0) > 0):
        for high in (each for each in forms if each.terms.get(name, 0) < 0):
            made = low.times(-high.terms[name]).plus(high, low.terms[name])
            kept[_reduced(made)] = None
    return [Linear(dict(terms), constant) for terms, constant in kept]


def _reduced(form: Linear) -> tuple[frozenset[tuple[Unknown, int]], int]:
    """Return a form divided by the common divisor of its factors, rounded down: unknowns are whole numbers."""
    divisor = gcd(*form.terms.values()) or 1
    terms = frozenset((name, factor // divisor) for name, factor in form.terms.items())
    return terms, form.constant // divisor
