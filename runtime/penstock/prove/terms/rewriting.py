"""Replacement of terms inside terms: everything around a replaced term gets its normal form again.

The modules of this package register here how a node of each kind is made from its operands, and how a choice between
two terms of each sort is.
"""

from collections.abc import Callable, Mapping
from typing import Final

from penstock.prove.terms.node import FALSE, TRUE, Sort, Term, remembered
from penstock.prove.terms.numbers import add, multiply, number, quotient, remainder, scale, wrap

REBUILD: Final[dict[str, Callable[..., Term]]] = {
    "times": multiply,
    "div": quotient,
    "mod": remainder,
}
"""The constructor of each kind of node; those of atoms of numbers return the number."""
CHOICES: Final[dict[Sort, Callable[[Term, Term, Term], Term]]] = {}
"""The constructor of a choice between two terms of each sort."""

_LOGIC: Final = frozenset({"and", "not", "ite"})


@remembered
def choose(condition: Term, then: Term, otherwise: Term) -> Term:
    """Return `then` where the condition is true, else `otherwise`; both of one sort."""
    if then is otherwise or condition is TRUE:
        return then
    if condition is FALSE:
        return otherwise
    return CHOICES[then.sort](condition, then, otherwise)


class Rewriting:
    """Replaces terms.

    Args:
        replaced: what to put for each.
        bits: those of the replaced conditions, if only conditions are replaced.
        again: kinds of nodes that are made again even where nothing in them is replaced.
    """

    def __init__(
        self, replaced: Mapping[Term, Term], bits: int | None = None, again: frozenset[str] = frozenset()
    ) -> None:
        self.done: dict[Term, Term] = dict(replaced)
        self.bits = bits
        self.again = again

    def __call__(self, term: Term) -> Term:
        """Return the term with the replacements."""
        found = self.done.get(term)
        if found is None:
            found = self.done[term] = self._rebuilt(term)
        return found

    def _rebuilt(self, term: Term) -> Term:
        is_logic = term.sort is Sort.BOOL and term.kind in _LOGIC
        if self.bits is not None and not is_logic and not term.mask & self.bits:
            return term
        if term.kind == "poly":
            return self._polynomial(term)
        args = tuple(self(each) if type(each) is Term else self._inner(each) for each in term.args)
        if args == term.args and term.kind not in self.again:
            return term
        return REBUILD[term.kind](*args)

    def _inner(self, value: object) -> object:
        """Rewrite the terms in a tuple of operands."""
        if isinstance(value, tuple):
            return tuple(self(each) if type(each) is Term else each for each in value)
        return value

    def _polynomial(self, term: Term) -> Term:
        constant, terms = term.args
        result, is_changed = number(constant), False
        for atom, factor in terms:
            made = self._atom(atom)
            is_changed = is_changed or made is not wrap(atom)
            result = add(result, scale(made, factor))
        return result if is_changed else term

    def _atom(self, atom: Term) -> Term:
        """Return the number that an atom becomes; an atom may be replaced by a number."""
        found = self.done.get(atom)
        if found is not None:
            return found if found.kind == "poly" else wrap(found)
        if self.bits is not None and not atom.mask & self.bits:
            return wrap(atom)
        if atom.kind == "product":
            made = number(1)
            for each in atom.args:
                made = multiply(made, self._atom(each))
        else:
            args = tuple(self(each) if type(each) is Term else self._inner(each) for each in atom.args)
            made = wrap(atom) if args == atom.args else REBUILD[atom.kind](*args)
        self.done[atom] = made
        return made


@remembered
def restrict(term: Term, condition: Term, *, value: bool) -> Term:
    """Return the term where the condition has this value."""
    if condition.kind == "not":
        return restrict(term, condition.args[0], value=not value)
    replaced = {condition: TRUE if value else FALSE}
    if value and condition.kind == "and":
        for part in condition.args:
            inner = part.args[0] if part.kind == "not" else part
            replaced[inner] = FALSE if part.kind == "not" else TRUE
    bits = 0
    for each in replaced:
        bits |= each.bit
    if term.sort is not Sort.BOOL and not term.mask & bits:
        return term
    return Rewriting(replaced, bits)(term)
