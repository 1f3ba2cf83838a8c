"""Comparison of two formulas: by their form, else by cases.

What both demand becomes a context: its literals decide conditions in the rest, and its equations put known values into
it. If the rest still differs, a condition that it depends on is tried both ways. Each case is a smaller comparison.
"""

import time
from collections import Counter
from dataclasses import dataclass, field

from penstock.prove.claims.divergence import parting_conditions
from penstock.prove.claims.meeting import Meeting
from penstock.prove.claims.reducing import OpenCase, decided, parts_of, reduced
from penstock.prove.claims.shared import without_shared_choices
from penstock.prove.claims.solver import Solver
from penstock.prove.terms.facts import Facts
from penstock.prove.terms.logic import atoms_in, conjunction, is_literal, negation
from penstock.prove.terms.node import FALSE, Term, conditions_in
from penstock.prove.terms.rewriting import Rewriting, choose

_MOST_SHARPENED = 6
"""Conditions by which both sides are simplified before a case is split."""
_SHARPENED_DEPTH = 8
_SHARE_OF_MEETING = 1 / 4
"""Of the time, that in which parts are brought to meet."""


def compared(one: Term, other: Term, seconds: float, most_cases: int, solver: Solver | None = None) -> "Comparison":
    """Compare two formulas by cases; return the first comparison that settles it, or the last one.

    First parts of both are brought to meet. Then come cases: with choices that both have as values, then with all of
    their conditions, and last with both sides simplified further between splits, which are fewer then, but take longer.

    Args:
        one: a formula.
        other: another one.
        seconds: the most time of the processor.
        most_cases: the most cases of each comparison.
        solver: what decides conditions, and cases that differ in form; None for comparison by form alone.
    """
    start = time.process_time()
    whole = reduced(one, other, ())
    meeting = Meeting(_by_cases, start + _SHARE_OF_MEETING * seconds)
    met = whole and reduced(whole.one, meeting.met(whole.one, whole.other), whole.context)
    found = Comparison(start + seconds / 2, most_cases, cases=meeting.cases, solver=solver)
    if whole is None or met is None:
        found.cases += 1
        return found
    for share, depth, case in (
        (1 / 2, 0, without_shared_choices(met)),
        (3 / 4, 0, met),
        (1, _SHARPENED_DEPTH, whole),
    ):
        if case is not None:
            found = Comparison(
                start + share * seconds, most_cases, cases=meeting.cases, solver=solver, sharpened_depth=depth
            )
            found.compare(case.one, case.other, case.context)
            if found.is_settled:
                break
    return found


def _by_cases(one: Term, other: Term, seconds: float, most_cases: int) -> int | None:
    """Return the number of cases in which two truth values were shown to be equal; None if they were not."""
    found = Comparison(time.process_time() + seconds, most_cases, most_open=1)
    found.compare(one, other)
    return found.cases if found.is_settled else None


@dataclass(slots=True)
class Comparison:
    """A comparison under way.

    Attributes:
        deadline: when to give up, by the time of the processor, `time.process_time`.
        most_cases: cases after which to give up.
        most_open: open cases after which to give up.
        cases: cases that were settled.
        found: cases that are left open.
        is_given_up: whether cases were left out.
        solver: what decides conditions, and cases that differ in form; None for comparison by form alone.
        by_solver: cases that it settled.
        sharpened_depth: splits up to which both sides are simplified further before they are split again.
    """

    deadline: float
    most_cases: int
    most_open: int = 8
    cases: int = 0
    found: list[OpenCase] = field(default_factory=list)
    is_given_up: bool = False
    solver: Solver | None = None
    by_solver: int = 0
    sharpened_depth: int = 0

    @property
    def is_settled(self) -> bool:
        """Whether every case was settled."""
        return not self.found and not self.is_given_up

    def compare(self, one: Term, other: Term, context: tuple[Term, ...] = (), depth: int = 0) -> None:
        """Compare two formulas where all literals of the context hold."""
        if len(self.found) >= self.most_open or self.cases >= self.most_cases or time.process_time() > self.deadline:
            self.is_given_up = True
            return
        found = reduced(one, other, context)
        if found is None:
            self.cases += 1
            return
        if self.solver is not None and self.solver.is_impossible(found.context):
            self.cases += 1
            self.by_solver += 1
            return
        if depth < self.sharpened_depth:
            sharper = sharpened(found, self.deadline)
            if sharper is None:
                self.cases += 1
                return
            found = sharper
        condition = _split(found)
        if condition is None:
            self.cases += 1
            if self.solver is not None and self.solver.are_equal(found.one, found.other, found.context):
                self.by_solver += 1
            else:
                self.found.append(found)
            return
        for literal in (condition, negation(condition)):
            self.compare(found.one, found.other, (*found.context, literal), depth + 1)


def sharpened(case: OpenCase, deadline: float) -> OpenCase | None:
    """Simplify both sides by what the context means where a condition holds, and where it does not; None if they agree.

    Nothing is split: each side is put together again as a choice. So one condition after the other costs a sum of their
    cases, not a product.
    """
    one, other, context = case.one, case.other, case.context
    if all(map(is_literal, context)):
        return case
    for condition in _ranked(case)[:_MOST_SHARPENED]:
        if time.process_time() > deadline:
            break
        arms = []
        for literal in (condition, negation(condition)):
            whole = conjunction((*context, literal))
            if whole is not FALSE:
                arms.append(_decided((one, other), Facts.of(parts_of(whole))))
        if not arms:
            return None
        if len(arms) == 1:
            one, other = arms[0]
        else:
            one, other = (choose(condition, *pair) for pair in zip(*arms, strict=True))
        if one is other:
            return None
    return OpenCase(context, one, other)


def _decided(terms: tuple[Term, ...], facts: Facts) -> list[Term]:
    """Return terms with the conditions replaced that are known."""
    rewriting = Rewriting(decided(terms, facts))
    return [rewriting(term) for term in terms]


def _ranked(case: OpenCase) -> list[Term]:
    """Return the atoms of conditions that only one side depends on, those without choices and of the most first."""
    ours, theirs = set(conditions_in(case.one)), set(conditions_in(case.other))
    counts = Counter(atom for condition in ours ^ theirs for atom in atoms_in(condition))
    return sorted(counts, key=lambda each: (each.mask != 0, -counts[each], each.serial))


def _split(case: OpenCase) -> Term | None:
    """Return the condition to try both ways: one that many choices of one side alone depend on, else an atom."""
    ranked = _ranked(case)
    if ranked:
        return ranked[0]
    for condition in (*parting_conditions(case.one, case.other), *conditions_in(case.one)):
        return min(atoms_in(condition), key=lambda each: each.serial)
    sides = (case.one, case.other)
    atoms = [atom for side in sides for atom in atoms_in(side)]
    if any(not is_literal(side) for side in sides) or len(set(atoms)) < len(atoms):
        return min(atoms, key=lambda each: each.serial)
    for part in case.context:  # what the context leaves open may decide that no run gets here
        if not is_literal(part):
            return min(atoms_in(part), key=lambda each: each.serial)
    return None
