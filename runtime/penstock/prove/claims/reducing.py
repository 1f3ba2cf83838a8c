"""Two formulas reduced to where they differ: what both demand is put into the rest.

What both demand becomes a context: its literals decide conditions in the rest, and its equations put known values into
it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from penstock.prove.terms.comparisons import at_least_zero
from penstock.prove.terms.facts import Facts
from penstock.prove.terms.logic import atoms_in, conjunction, is_literal, negation
from penstock.prove.terms.node import FALSE, TRUE, Term, conditions_in
from penstock.prove.terms.numbers import number, plus, polynomial, scale
from penstock.prove.terms.rewriting import REBUILD, Rewriting
from penstock.prove.terms.strings import assuming, encoded, number_of

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
        known = parts_of(whole)
        rest = _without(one, common), _without(other, common)
        facts = Facts.of(known)
        simpler = _simplified((*rest, *known), known, facts)
        changed = simpler[0] is not one or simpler[1] is not other or simpler[2:] != known
        one, other, known = simpler[0], simpler[1], simpler[2:]
        if not changed:
            return OpenCase(tuple(known), one, other)


def parts_of(term: Term) -> tuple[Term, ...]:
    """Return the parts of a conjunction."""
    return term.args if term.kind == "and" else (term,)


def _common(one: Term, other: Term) -> list[Term]:
    theirs = set(parts_of(other))
    return [part for part in parts_of(one) if part in theirs]


def _without(term: Term, taken: Iterable[Term]) -> Term:
    left = set(taken)
    return conjunction(part for part in parts_of(term) if part not in left)


def decided(terms: Iterable[Term], facts: Facts) -> dict[Term, Term]:
    """Return what conditions in terms are where facts hold: their truth value, or a bound that says the same."""
    found: dict[Term, Term] = {}
    for term in terms:
        for condition in (*conditions_in(term), *atoms_in(term)):
            value = facts.decides(condition)
            if value is not None:
                found[condition] = TRUE if value else FALSE
            elif condition.kind in {"eq", "ge"}:
                found.update(_sharper(condition, facts))
    return found


def _sharper(comparison: Term, facts: Facts) -> dict[Term, Term]:
    """Return a comparison as the bound that it is, if a number next to it is known to be out of reach."""
    form, value = comparison.args
    known = facts.range_of(form)
    if comparison.kind == "ge":
        return {comparison: at_least_zero(plus(form, -value - 1))} if value in known.excluded else {}
    if known.low == value:
        return {comparison: negation(at_least_zero(plus(form, -value - 1)))}
    return {comparison: at_least_zero(plus(form, -value))} if known.high == value else {}


def _simplified(terms: tuple[Term, ...], known: tuple[Term, ...], facts: Facts) -> tuple[Term, ...]:
    """Return two formulas, and the parts of the context, simplified by the context."""
    replaced: dict[Term, Term] = {}
    for literal in known:
        if is_literal(literal):
            replaced.update(_replacements(literal))
    replaced.update(decided(terms, facts))
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
    """Return the last atom of an equation, put as what it is equal to; a length only if it has no other."""
    terms = form.args[1]
    if len(terms) == 1:
        return {terms[0][0]: number(value)} if terms[0][1] == 1 else {}
    lengths = [each for each in terms if each[0].kind == "len"]  # strings are cut at them: they stay if they can
    for atom, factor in (*(each for each in reversed(terms) if each not in lengths), *reversed(lengths)):
        if factor in {1, -1} and atom.kind not in {"b2i", "ite"}:
            rest = polynomial(0, {each: by for each, by in terms if each is not atom})
            return {atom: scale(plus(scale(rest, -1), value), factor)}
    return {}
