"""Choices between two numbers, and between two byte strings.

A choice is pushed down to what really differs: `c ? hash(a) : hash(b)` is `hash(c ? a : b)`, and what both arms have in
common stays outside. So a script that branches and joins before an operation has the same form as one that does after.
"""

from math import gcd

from penstock.prove.terms.logic import as_number, negation
from penstock.prove.terms.node import FALSE, TRUE, Sort, Term, node, register
from penstock.prove.terms.numbers import ZERO, add, polynomial, scale, subtract, wrap
from penstock.prove.terms.rewriting import CHOICES, REBUILD, choose, restrict
from penstock.prove.terms.strings import encoded, join, number_of, parts_of, text
from penstock.script.numbers import is_minimal

_PUSHED_DOWN = frozenset({"num", "len", "lenenc", "div", "mod"})
_PUSHED_DOWN_STRINGS = frozenset({"hash", "enc", "n2b", "inv", "bits", "lsh", "rsh"})


def _split(condition: Term, then: Term, otherwise: Term) -> tuple[Term, Term, Term]:
    """Return a positive condition, and the arms where it is decided."""
    if condition.kind == "not":
        condition, then, otherwise = condition.args[0], otherwise, then
    return condition, restrict(then, condition, value=True), restrict(otherwise, condition, value=False)


# Numbers --------------------------------------------------------------------------------------------------------------


def _choose_number(condition: Term, then: Term, otherwise: Term) -> Term:
    condition, then, otherwise = _split(condition, then, otherwise)
    if then is otherwise:
        return then
    condition, then, otherwise = _split(_lowest(condition, then, otherwise), then, otherwise)
    if then is otherwise or condition is TRUE:
        return then
    (one, ours), (other, theirs) = then.args, otherwise.args
    mine, yours = dict(ours), dict(theirs)
    common = {atom: factor for atom, factor in ours if yours.get(atom) == factor}
    left, right = (
        polynomial(0, {atom: factor for atom, factor in side.items() if atom not in common}) for side in (mine, yours)
    )
    outside = polynomial(other, common)
    if one != other:
        outside = add(outside, scale(as_number(condition), one - other))
    left, right, apart = _taken_apart(condition, left, right)
    return add(add(outside, apart), _pushed_down(condition, left, right))


def _taken_apart(condition: Term, left: Term, right: Term) -> tuple[Term, Term, Term]:
    """Return two numbers without their atoms that are chosen by their operands, and that choice.

    These are the only atoms of either number beside truth values.
    """
    (one, factor), (other, same) = map(_only_atom, (left, right))
    if one is None or other is None or factor != same or one.kind != other.kind or one.kind not in _PUSHED_DOWN:
        return left, right, ZERO
    args = [choose(condition, *pair) for pair in zip(one.args, other.args, strict=True)]
    chosen = scale(REBUILD[one.kind](*args), factor)
    return add(left, scale(wrap(one), -factor)), add(right, scale(wrap(other), -factor)), chosen


def _only_atom(term: Term) -> tuple[Term | None, int]:
    """Return the only atom of a number beside truth values, with its factor; None without one, or with several."""
    atoms = [each for each in term.args[1] if each[0].kind != "b2i"]
    return atoms[0] if len(atoms) == 1 else (None, 0)


def _lowest(condition: Term, then: Term, otherwise: Term) -> Term:
    """Return `form >= k - 1` for `form >= k` where both arms are equal for k - 1: so the lesser of two has one form."""
    if condition.kind == "not":
        return negation(_lowest(condition.args[0], otherwise, then))
    if condition.kind == "ite":
        inner, *sides = condition.args
        lowest = (
            _lowest(side, restrict(then, inner, value=value), restrict(otherwise, inner, value=value))
            for side, value in zip(sides, (True, False), strict=True)
        )
        return choose(inner, *lowest)
    if condition.kind != "ge":
        return condition
    form, bound = condition.args
    constant, terms = subtract(then, otherwise).args
    factors = form.args[1]
    if len(terms) != len(factors) or not terms:
        return condition
    multiple = terms[0][1] // factors[0][1]
    if terms != tuple((atom, multiple * factor) for atom, factor in factors) or constant != -multiple * (bound - 1):
        return condition
    return REBUILD["ge"](form, bound - 1)


def _pushed_down(condition: Term, left: Term, right: Term) -> Term:
    """Return the choice between two numbers without constants and with nothing in common."""
    if left is right:
        return left
    ours, theirs = left.args[1], right.args[1]
    if len(ours) + len(theirs) == 1:
        (atom, factor) = (ours or theirs)[0]
        if atom.kind == "b2i":
            return _gated(condition, atom.args[0], factor, is_then=bool(ours))
    divisor = gcd(*(factor for _, factor in (*ours, *theirs)))
    if (ours or theirs)[0][1] < 0:
        divisor = -divisor
    left, right = (polynomial(0, {atom: factor // divisor for atom, factor in side}) for side in (ours, theirs))
    low, high = _hull(left, right)
    register(condition)
    return scale(wrap(node("ite", Sort.INT, (condition, left, right), None, low, high)), divisor)


def _gated(condition: Term, inner: Term, factor: int, *, is_then: bool) -> Term:
    """Return the choice between a truth value as a number and zero."""
    arms = (inner, FALSE) if is_then else (FALSE, inner)
    return scale(as_number(choose(condition, *arms)), factor)


def _hull(left: Term, right: Term) -> tuple[int | None, int | None]:
    low = None if left.low is None or right.low is None else min(left.low, right.low)
    high = None if left.high is None or right.high is None else max(left.high, right.high)
    return low, high


# Strings --------------------------------------------------------------------------------------------------------------


def _choose_string(condition: Term, then: Term, otherwise: Term) -> Term:
    condition, then, otherwise = _split(condition, then, otherwise)
    if then is otherwise:
        return then
    left, right = list(parts_of(then)), list(parts_of(otherwise))
    head = _common(left, right)
    left.reverse()
    right.reverse()
    tail = _common(left, right, from_end=True)
    left.reverse()
    right.reverse()
    return join(*head, _chosen(condition, join(*left), join(*right)), *reversed(tail))


def _common(left: list[Term], right: list[Term], *, from_end: bool = False) -> list[Term]:
    """Take the parts that both begin with off both, and return them; of a constant, the bytes that are equal."""
    taken = []
    while left and right:
        one, other = left[0], right[0]
        if one is other:
            taken.append(one)
            del left[0], right[0]
            continue
        if one.kind == other.kind == "bytes":
            ours, theirs = one.args[0], other.args[0]
            if from_end:
                ours, theirs = ours[::-1], theirs[::-1]
            same = 0
            while same < min(len(ours), len(theirs)) and ours[same] == theirs[same]:
                same += 1
            if same:
                cut = slice(None, None, -1) if from_end else slice(None)
                taken.append(text(ours[:same][cut]))
                left[:1] = [text(ours[same:][cut])] if ours[same:] else []
                right[:1] = [text(theirs[same:][cut])] if theirs[same:] else []
        break
    return taken


def _chosen(condition: Term, then: Term, otherwise: Term) -> Term:
    """Return the choice between two strings with nothing in common at their ends."""
    if then is otherwise:
        return then
    pairs = list(zip(then.args, otherwise.args, strict=False))
    is_like = then.kind == otherwise.kind and (then.kind in _PUSHED_DOWN_STRINGS or _cuts_one(then, otherwise))
    if is_like and all(one == other for one, other in pairs if not isinstance(one, Term)):
        args = [choose(condition, one, other) if isinstance(one, Term) else one for one, other in pairs]
        return REBUILD[then.kind](*args)
    if {then.kind, otherwise.kind} == {"bytes", "enc"}:
        data = (then if then.kind == "bytes" else otherwise).args[0]
        if is_minimal(data):
            return encoded(choose(condition, number_of(then), number_of(otherwise)))
    register(condition)
    return node("ite", Sort.BYTES, (condition, then, otherwise))


def _cuts_one(then: Term, otherwise: Term) -> bool:
    """Return whether both are a part of one string."""
    return then.kind == otherwise.kind == "sub" and then.args[0] is otherwise.args[0]


CHOICES[Sort.INT] = _choose_number
CHOICES[Sort.BYTES] = _choose_string
REBUILD["ite"] = choose
