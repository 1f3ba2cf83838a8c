"""Truth values: conjunctions as sets of parts, negations, choices.

A literal is an atom or its negation. In a conjunction, literals simplify the other parts, and bounds of one number
become one range. A choice has a condition that is not a negation, and no conjunct that both of its arms have.
"""

from collections.abc import Iterable, Iterator

from penstock.prove.terms.facts import Facts, Range
from penstock.prove.terms.node import FALSE, TRUE, Sort, Term, node, register
from penstock.prove.terms.numbers import ONE, ZERO, subtract, wrap
from penstock.prove.terms.rewriting import CHOICES, REBUILD, choose, restrict


def negation(term: Term) -> Term:
    """Return the negation."""
    if term.kind == "not":
        inner: Term = term.args[0]
        return inner
    if term is TRUE:
        return FALSE
    if term is FALSE:
        return TRUE
    return node("not", Sort.BOOL, (term,))


def either(*terms: Term) -> Term:
    """Return the disjunction."""
    return negation(conjunction(map(negation, terms)))


def equivalent(one: Term, other: Term) -> Term:
    """Return whether two truth values are equal."""
    if one.serial > other.serial:
        one, other = other, one
    return choose(one, other, negation(other))


def is_literal(term: Term) -> bool:
    """Return whether a truth value is an atom or the negation of one."""
    inner = term.args[0] if term.kind == "not" else term
    return inner.kind not in {"and", "ite"}


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


def conjunction(terms: Iterable[Term]) -> Term:
    """Return the conjunction."""
    parts = list(terms)
    return parts[0] if len(parts) == 1 else _Gathering().conjunction(parts)


class _Gathering:
    """Gathers the parts of a conjunction; each simplifies the others."""

    def __init__(self) -> None:
        self.facts = Facts()
        self.plain: dict[Term, None] = {}
        self.compounds: dict[Term, None] = {}

    def conjunction(self, waiting: list[Term]) -> Term:
        """Return the conjunction of terms."""
        while waiting:
            if not self._take(waiting):
                return FALSE
            for term in list(self.compounds):
                simpler = _under_others(term, self.facts)
                if simpler is not term:
                    del self.compounds[term]
                    del self.facts.known[_atom(term)]
                    waiting.append(simpler)
        spelled = [literal for form in self.facts.ranges for literal in _spelled(form, self.facts)]
        return _and([*self.plain, *self.compounds, *spelled])

    def _take(self, waiting: list[Term]) -> bool:
        """Take all terms that wait; return whether they can hold together."""
        while waiting:
            term = waiting.pop()
            if term.kind == "and":
                waiting.extend(term.args)
                continue
            value = self.facts.value(term)
            if value is False:
                return False
            if value is None:
                self.facts.add(term)
                if not is_literal(term):
                    self.compounds[term] = None
                elif _atom(term).kind not in {"ge", "eq"}:
                    self.plain[term] = None
        return not self.facts.is_contradiction


def _atom(term: Term) -> Term:
    inner: Term = term.args[0] if term.kind == "not" else term
    return inner


def _under_others(term: Term, facts: Facts) -> Term:
    """Return a part of a conjunction simplified by the other parts."""
    atom = _atom(term)
    holds = facts.known.pop(atom)
    simpler = under(term, facts)
    facts.known[atom] = holds
    return simpler


def _and(parts: list[Term]) -> Term:
    if not parts:
        return TRUE
    if len(parts) == 1:
        return parts[0]
    return node("and", Sort.BOOL, tuple(sorted(parts, key=lambda each: each.serial)))


def _spelled(form: Term, facts: Facts) -> Iterable[Term]:
    """Yield the literals that say what is known of a number."""
    known: Range = facts.ranges[form]
    if known.low is not None and known.low == known.high:
        yield node("eq", Sort.BOOL, (form, known.low))
        return
    if known.low is not None and known.low != form.low:
        yield node("ge", Sort.BOOL, (form, known.low))
    if known.high is not None and known.high != form.high:
        yield negation(node("ge", Sort.BOOL, (form, known.high + 1)))
    for value in sorted(known.excluded):
        yield negation(node("eq", Sort.BOOL, (form, value)))


def under(term: Term, facts: Facts) -> Term:
    """Return a truth value simplified by known literals, as far as it is made of `and`, `not` and choices."""
    return _Simplifying(facts)(term)


class _Simplifying:
    """Simplifies truth values by known literals, each part once."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.done: dict[Term, Term] = {}

    def __call__(self, term: Term) -> Term:
        """Return a truth value simplified."""
        found = self.done.get(term)
        if found is None:
            value = self.facts.value(term)
            found = self._inside(term) if value is None else TRUE if value else FALSE
            self.done[term] = found
        return found

    def _inside(self, term: Term) -> Term:
        """Return a truth value that is not known with its parts simplified."""
        if term.kind == "and":
            parts = [self(each) for each in term.args]
            return term if tuple(parts) == term.args else conjunction(parts)
        if term.kind == "not":
            inner = self(term.args[0]) if term.args[0].kind in {"and", "ite"} else term.args[0]
            return term if inner is term.args[0] else negation(inner)
        if term.kind == "ite":
            condition, then, otherwise = term.args
            decided = self(condition)
            if decided in {TRUE, FALSE}:
                return self(then if decided is TRUE else otherwise)
            parts = [decided, self(then), self(otherwise)]
            return term if tuple(parts) == term.args else choose(*parts)
        return term


def _choice(condition: Term, then: Term, otherwise: Term) -> Term:  # noqa: C901 - one arm per constant
    if condition.kind == "not":
        condition, then, otherwise = condition.args[0], otherwise, then
    then, otherwise = restrict(then, condition, value=True), restrict(otherwise, condition, value=False)
    if then is otherwise:
        return then
    if then is TRUE:
        return either(condition, otherwise)
    if then is FALSE:
        return conjunction((negation(condition), otherwise))
    if otherwise is TRUE:
        return either(negation(condition), then)
    if otherwise is FALSE:
        return conjunction((condition, then))
    ours, theirs = (dict.fromkeys(each.args if each.kind == "and" else (each,)) for each in (then, otherwise))
    common = [each for each in ours if each in theirs]
    if common:
        rest = [conjunction(each for each in side if each not in common) for side in (ours, theirs)]
        return conjunction((*common, choose(condition, *rest)))
    if condition.kind == "ite":  # as a choice between choices, so that conditions are literals or conjunctions
        inner, first, second = condition.args
        return choose(inner, choose(first, then, otherwise), choose(second, then, otherwise))
    if negation(then) is otherwise and is_literal(then):
        atom = otherwise if then.kind == "not" else then
        if atom.serial < condition.serial:
            same = then is atom
            register(atom)
            sides = condition, negation(condition)
            return _node(atom, *(sides if same else sides[::-1]))
    return _node(condition, then, otherwise)


def _node(condition: Term, then: Term, otherwise: Term) -> Term:
    """Return a choice whose first arm is not a negation, or the negation of one."""
    register(condition)
    if then.kind == "not":
        return negation(node("ite", Sort.BOOL, (condition, negation(then), negation(otherwise))))
    return node("ite", Sort.BOOL, (condition, then, otherwise))


def as_number(condition: Term) -> Term:
    """Return 1 where the condition is true, else 0."""
    if condition is TRUE:
        return ONE
    if condition is FALSE:
        return ZERO
    if condition.kind == "not":
        return subtract(ONE, as_number(condition.args[0]))
    return wrap(node("b2i", Sort.INT, (register(condition),), None, 0, 1))


CHOICES[Sort.BOOL] = _choice
REBUILD.update(
    {
        "and": lambda *parts: conjunction(parts),
        "not": negation,
        "b2i": as_number,
    }
)
