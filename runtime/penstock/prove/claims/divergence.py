"""The conditions at which two terms part: choices on one side where the other side has something else."""

from penstock.prove.terms.node import Sort, Term, conditions_in

_MOST_PAIRS = 400


def parting_conditions(one: Term, other: Term) -> list[Term]:
    """Return conditions of choices at the places where two terms differ, the earliest node first."""
    found: dict[Term, None] = {}
    waiting, seen = [(one, other)], set[tuple[Term, Term]]()
    while waiting and len(seen) < _MOST_PAIRS:
        pair = waiting.pop()
        if pair[0] is pair[1] or pair in seen:
            continue
        seen.add(pair)
        inner = _inside(*pair)
        if inner is None:
            for side in pair:
                found.update(dict.fromkeys(_choices(side)))
        else:
            waiting.extend(inner)
    return sorted(found, key=lambda each: each.serial)


def _choices(term: Term) -> list[Term]:
    """Return the conditions of the outermost choices in a term."""
    if term.kind == "ite":
        return [term.args[0]]
    if term.kind == "poly":
        return [atom.args[0] for atom, _ in term.args[1] if atom.kind in {"ite", "b2i"}]
    if term.kind == "b2i":
        return [term.args[0]]
    if term.kind == "cat":
        return [part.args[0] for part in term.args if part.kind == "ite"]
    return [] if term.sort is Sort.BOOL else conditions_in(term)[:1]


def _inside(one: Term, other: Term) -> list[tuple[Term, Term]] | None:
    """Return the pairs of operands in which two terms differ; None if they differ themselves."""
    if one.kind != other.kind:
        return None
    if one.kind == "poly":
        return _unlike(dict(one.args[1]), dict(other.args[1])) if one.args[0] == other.args[0] else None
    if one.kind in {"and", "cat"}:
        return _unlike(dict.fromkeys(one.args, 1), dict.fromkeys(other.args, 1))
    if len(one.args) != len(other.args) or (one.kind == "ite" and one.args[0] is not other.args[0]):
        return None
    pairs = []
    for left, right in zip(one.args, other.args, strict=True):
        if isinstance(left, Term) and isinstance(right, Term):
            pairs.append((left, right))
        elif left != right:
            return None
    return pairs


def _unlike(ours: dict[Term, int], theirs: dict[Term, int]) -> list[tuple[Term, Term]] | None:
    """Pair the parts that only one side has, each with one of its kind; None if that does not work out."""
    left = [each for each, factor in ours.items() if theirs.get(each) != factor]
    right = [each for each, factor in theirs.items() if ours.get(each) != factor]
    if sorted(each.kind for each in left) != sorted(each.kind for each in right):
        return None
    pairs = []
    for each in left:
        partner = next(another for another in right if another.kind == each.kind)
        right.remove(partner)
        pairs.append((each, partner))
    return pairs
