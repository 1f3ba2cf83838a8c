"""Comparison of two formulas: by their form, else by cases.

What both demand becomes a context: its literals decide conditions in the rest, and its equations put known values into
it. If the rest still differs, a condition that it depends on is tried both ways. Each case is a smaller comparison.
"""

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from penstock.prove.claims.divergence import parting_conditions
from penstock.prove.claims.solver import Solver
from penstock.prove.terms.facts import Facts
from penstock.prove.terms.logic import conjunction, is_literal, negation
from penstock.prove.terms.node import FALSE, TRUE, Term, conditions_in
from penstock.prove.terms.numbers import number, plus, polynomial, scale
from penstock.prove.terms.rewriting import REBUILD, Rewriting, choose
from penstock.prove.terms.strings import assuming, encoded, number_of

_MOST_SHARPENED = 6
"""Conditions by which both sides are simplified before a case is split."""
_AGAIN = frozenset({"sub"})
"""Nodes whose form depends on what is known."""


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A case in which two formulas have different forms.

    Attributes:
        context: literals that hold.
        one: the rest of the first formula.
        other: the rest of the second.
    """

    context: tuple[Term, ...]
    one: Term
    other: Term


@dataclass(slots=True)
class Comparison:
    """A comparison under way.

    Attributes:
        deadline: when to give up, by `time.monotonic`.
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
    most_cases: int = 2000
    most_open: int = 8
    cases: int = 0
    found: list[OpenCase] = field(default_factory=list)
    is_given_up: bool = False
    solver: Solver | None = None
    by_solver: int = 0
    sharpened_depth: int = 8

    @property
    def is_settled(self) -> bool:
        """Whether every case was settled."""
        return not self.found and not self.is_given_up

    def compare(self, one: Term, other: Term, context: tuple[Term, ...] = (), depth: int = 0) -> None:
        """Compare two formulas where all literals of the context hold."""
        if len(self.found) >= self.most_open or self.cases >= self.most_cases or time.monotonic() > self.deadline:
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


def reduced(one: Term, other: Term, context: tuple[Term, ...]) -> OpenCase | None:
    """Return what is left to compare once both formulas are simplified by the context; None if nothing is."""
    known = context
    while True:
        if one is other:
            return None
        common = _common(one, other)
        whole = conjunction((*known, *common))
        if whole is FALSE:
            return None
        known = _parts(whole)
        rest = _without(one, common), _without(other, common)
        facts = Facts.of(known)
        simpler = _simplified((*rest, *known), known, facts)
        changed = simpler[0] is not one or simpler[1] is not other or simpler[2:] != known
        one, other, known = simpler[0], simpler[1], simpler[2:]
        if not changed:
            return OpenCase(tuple(known), one, other)


def sharpened(case: OpenCase, deadline: float) -> OpenCase | None:
    """Simplify both sides by what the context means where a condition holds, and where it does not; None if they agree.

    Nothing is split: each side is put together again as a choice. So one condition after the other costs a sum of their
    cases, not a product.
    """
    one, other, context = case.one, case.other, case.context
    if all(map(is_literal, context)):
        return case
    for condition in _ranked(case)[:_MOST_SHARPENED]:
        if time.monotonic() > deadline:
            break
        arms = []
        for literal in (condition, negation(condition)):
            whole = conjunction((*context, literal))
            if whole is not FALSE:
                arms.append(_decided((one, other), Facts.of(_parts(whole))))
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
    replaced: dict[Term, Term] = {}
    for term in terms:
        for condition in (*conditions_in(term), *atoms_in(term)):
            value = facts.value(condition)
            if value is not None:
                replaced[condition] = TRUE if value else FALSE
    rewriting = Rewriting(replaced)
    return [rewriting(term) for term in terms]


def _parts(term: Term) -> tuple[Term, ...]:
    return term.args if term.kind == "and" else (term,)


def _common(one: Term, other: Term) -> list[Term]:
    theirs = set(_parts(other))
    return [part for part in _parts(one) if part in theirs]


def _without(term: Term, taken: Iterable[Term]) -> Term:
    left = set(taken)
    return conjunction(part for part in _parts(term) if part not in left)


def _simplified(terms: tuple[Term, ...], known: tuple[Term, ...], facts: Facts) -> tuple[Term, ...]:
    """Return two formulas, and the parts of the context, simplified by the context."""
    replaced: dict[Term, Term] = {}
    for literal in known:
        if is_literal(literal):
            replaced.update(_replacements(literal))
    for term in terms:
        for condition in (*conditions_in(term), *atoms_in(term)):
            value = facts.value(condition)
            if value is not None:
                replaced[condition] = TRUE if value else FALSE
    rewriting = Rewriting(replaced, again=_AGAIN)
    with assuming(facts):
        sides = [rewriting(term) for term in terms[:2]]
        return (*sides, *(_rewritten(rewriting, replaced, part) for part in terms[2:]))


def _rewritten(rewriting: Rewriting, replaced: dict[Term, Term], part: Term) -> Term:
    """Rewrite a part of the context by the other parts."""
    atom = part.args[0] if part.kind == "not" else part
    own = _replacements(part).keys() | {atom, part}
    if atom in replaced and (len(own) > 2 or not is_literal(part)):
        rewriting = Rewriting({each: by for each, by in replaced.items() if each not in own}, again=_AGAIN)
    if not is_literal(part):
        return rewriting(part)
    operands = [rewriting(each) if isinstance(each, Term) else each for each in atom.args]
    if tuple(operands) == atom.args or atom.kind not in REBUILD:
        return part
    made = REBUILD[atom.kind](*operands)
    return negation(made) if part.kind == "not" else made


def atoms_in(term: Term) -> Iterator[Term]:
    """Yield the atoms that a truth value is made of by `and`, `not` and choices."""
    waiting, seen = [term], set[Term]()
    while waiting:
        each = waiting.pop()
        if each in seen:
            continue
        seen.add(each)
        if each.kind in {"and", "not", "ite"}:
            waiting.extend(each.args)
        elif each.kind not in {"true", "false"}:
            yield each


def _replacements(literal: Term) -> dict[Term, Term]:
    """Return what may be put for what, where a literal holds."""
    if literal.kind == "not":
        return {literal.args[0]: FALSE}
    if literal.kind == "minimal":
        string = literal.args[0]
        return {literal: TRUE, encoded(number_of(string)): string}
    if literal.kind == "eq":
        form, value = literal.args
        return {literal: TRUE, **_solved(form, value)}
    if literal.kind == "beq":
        one, other = literal.args
        if other.kind == "bytes":
            one, other = other, one
        if one.kind == "bytes" or other.kind in {"argument", "value"}:
            return {literal: TRUE, other: one}
        if one.kind in {"argument", "value"}:
            return {literal: TRUE, one: other}
    return {literal: TRUE}


def _solved(form: Term, value: int) -> dict[Term, Term]:
    """Return the last atom of an equation, put as what it is equal to."""
    terms = form.args[1]
    if len(terms) == 1:
        return {terms[0][0]: number(value)} if terms[0][1] == 1 else {}
    for atom, factor in reversed(terms):
        if factor in {1, -1} and atom.kind not in {"b2i", "ite"}:
            rest = polynomial(0, {each: by for each, by in terms if each is not atom})
            return {atom: scale(plus(scale(rest, -1), value), factor)}
    return {}


def _ranked(case: OpenCase) -> list[Term]:
    """Return the atoms of conditions that only one side depends on, those of the most conditions first."""
    ours, theirs = set(conditions_in(case.one)), set(conditions_in(case.other))
    counts = Counter(atom for condition in ours ^ theirs for atom in atoms_in(condition))
    return sorted(counts, key=lambda each: (-counts[each], each.serial))


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
