"""Equality of byte strings."""

from penstock.prove.terms.comparisons import is_zero, same_number
from penstock.prove.terms.node import FALSE, TRUE, Sort, Term, node, remembered
from penstock.prove.terms.numbers import constant_of, number
from penstock.prove.terms.rewriting import REBUILD, choose
from penstock.prove.terms.strings import EMPTY, data_of, join, length, parts_of
from penstock.script.numbers import decode_number, is_minimal


@remembered
def same_string(one: Term, other: Term) -> Term:  # noqa: C901 - one arm per form
    """Return whether two strings are equal."""
    one, other = _without_common_ends(one, other)
    if one is other:
        return TRUE
    if one is EMPTY or other is EMPTY:
        return is_zero(length(other if one is EMPTY else one))
    sizes = constant_of(length(one)), constant_of(length(other))
    if None not in sizes and sizes[0] != sizes[1]:
        return FALSE
    for left, right in ((one, other), (other, one)):
        data = data_of(left)
        if right.kind == "enc":
            if data is not None:
                value = number(decode_number(data))
                return same_number(right.args[0], value) if is_minimal(data) else FALSE
            if left.kind == "enc":
                return same_number(left.args[0], right.args[0])
        if left.kind == right.kind == "n2b" and left.args[1] is right.args[1]:
            return same_number(left.args[0], right.args[0])
        if left.kind == "ite" and right.kind != "ite":
            condition, then, otherwise = left.args
            return choose(condition, same_string(then, right), same_string(otherwise, right))
    if one.kind == other.kind == "ite" and one.args[0] is other.args[0]:
        condition, *arms = one.args
        return choose(condition, *(same_string(*pair) for pair in zip(arms, other.args[1:], strict=True)))
    if one.kind == other.kind == "bytes":
        return FALSE
    if one.serial > other.serial:
        one, other = other, one
    return node("beq", Sort.BOOL, (one, other))


def _without_common_ends(one: Term, other: Term) -> tuple[Term, Term]:
    left, right = list(parts_of(one)), list(parts_of(other))
    for _ in range(2):
        while left and right:
            if left[0] is right[0]:
                del left[0], right[0]
                continue
            break
        left.reverse()
        right.reverse()
    if len(left) + len(right) == len(parts_of(one)) + len(parts_of(other)):
        return one, other
    return join(*left), join(*right)


REBUILD["beq"] = same_string
