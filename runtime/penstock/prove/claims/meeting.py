"""Meeting: parts of two formulas that are equal by cases get one form, the innermost first.

Two formulas are gone through side by side. Where they part, two terms stand at one place; if these are equal in all
cases, of which there are few, the one of the first formula is put for the other one everywhere in the second formula.
So a script that does one thing otherwise in each round of a loop costs some cases for each round, not their product.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Protocol

from penstock.prove.terms.comparisons import same_number
from penstock.prove.terms.equality import same_string
from penstock.prove.terms.node import TRUE, Sort, Term, conditions_in, parts_in
from penstock.prove.terms.numbers import wrap
from penstock.prove.terms.rewriting import Rewriting

MOST_CASES: Final = 40
"""Cases of one pair of terms."""
MOST_CONDITIONS: Final = 8
"""Conditions that only one term of a pair depends on."""
SECONDS: Final = 0.3
"""Time of the processor for one pair of terms."""


class Equality(Protocol):
    """Decides by cases whether two truth values are equal; it may give up, and then says no."""

    def __call__(self, one: Term, other: Term, seconds: float, most_cases: int) -> int | None:
        """Return the number of cases; None if they differ, or are too many."""


@dataclass(slots=True)
class Meeting:
    """Two formulas that are brought to meet.

    Attributes:
        are_equal: the judge of pairs.
        deadline: when to give up, by the time of the processor.
        cases: cases that the pairs took.
    """

    are_equal: Equality
    deadline: float
    cases: int = 0
    rewriting: Rewriting = field(default_factory=lambda: Rewriting({}))
    tried: set[tuple[Term, Term]] = field(default_factory=set)

    def met(self, one: Term, other: Term) -> Term:
        """Return the other formula with parts of the first one instead of equal parts of its own."""
        self._meet(one, other)
        return self.rewriting(other)

    def _meet(self, one: Term, other: Term) -> None:
        if one is other or (one, other) in self.tried or time.process_time() > self.deadline:
            return
        self.tried.add((one, other))
        for pair in sorted(_pairs(one, other), key=lambda pair: pair[0].serial):
            self._meet(*pair)
        one, found = _whole(one), self.rewriting(_whole(other))
        if found is one:
            return
        cases = self._cases(one, found)
        if cases is not None:
            self.cases += cases
            self.rewriting.done[other] = self.rewriting.done[found] = one

    def _cases(self, one: Term, other: Term) -> int | None:
        if len(set(conditions_in(one)) ^ set(conditions_in(other))) > MOST_CONDITIONS:
            return None
        seconds = min(SECONDS, self.deadline - time.process_time())
        match one.sort:
            case Sort.BOOL:
                return self.are_equal(one, other, seconds, MOST_CASES)
            case Sort.INT:
                return self.are_equal(same_number(one, other), TRUE, seconds, MOST_CASES)
            case Sort.BYTES:
                return self.are_equal(same_string(one, other), TRUE, seconds, MOST_CASES)


def _whole(term: Term) -> Term:
    """Return an atom of a number as a number."""
    return wrap(term) if term.sort is Sort.INT and term.kind != "poly" else term


def _pairs(one: Term, other: Term) -> Iterator[tuple[Term, Term]]:
    """Yield parts that only one of two terms has, each with one of its kind that only the other one has."""
    if one.kind != other.kind:
        return
    ours, theirs = parts_in(one), parts_in(other)
    left, right = (
        [each for each in side if each not in set(beside)] for side, beside in ((ours, theirs), (theirs, ours))
    )
    for each in left:
        partner = next((another for another in right if another.kind == each.kind), None)
        if partner is not None:
            right.remove(partner)
            yield each, partner
