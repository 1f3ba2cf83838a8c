"""Choices that two formulas share, put as values that are not fixed.

Two formulas that are equal whatever a shared part is are equal with that part, too. So a choice between numbers or
strings that both have, like a state variable that is read from the preimage or from the first output, need not be tried
both ways. Only choices whose conditions decide nothing else are put so.
"""

from penstock.prove.claims.reducing import OpenCase, parts_of
from penstock.prove.terms.logic import atoms_in, conjunction
from penstock.prove.terms.node import Sort, Term, conditions_in, node, nodes_in
from penstock.prove.terms.rewriting import Rewriting


def without_shared_choices(case: OpenCase) -> OpenCase | None:
    """Return a case with the shared choices of its formulas as values; None if they share none."""
    choices = shared_choices(case.one, case.other)
    if not choices:
        return None
    put = Rewriting({each: _value(each) for each in choices})
    return OpenCase(parts_of(conjunction(map(put, case.context))), put(case.one), put(case.other))


def shared_choices(one: Term, other: Term) -> list[Term]:
    """Return the outermost choices of both formulas whose conditions decide nothing outside of them."""
    ours, theirs = set(nodes_in([one])), set(nodes_in([other]))
    candidates = {each for each in ours & theirs if each.kind == "ite" and each.sort is not Sort.BOOL}
    atoms = {each: {atom for condition in conditions_in(each) for atom in atoms_in(condition)} for each in candidates}
    while candidates:
        reached = set(nodes_in([one, other], candidates))
        outermost = reached & candidates
        mixed = {each for each in outermost if not atoms[each].isdisjoint(reached)}
        if not mixed:
            return sorted(outermost, key=lambda each: each.serial)
        candidates -= mixed
    return []


def _value(choice: Term) -> Term:
    return node("argument", choice.sort, (f"choice {choice.serial}",), 0, choice.low, choice.high)
