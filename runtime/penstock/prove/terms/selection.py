"""An element of a row at an index that is not a constant."""

from collections.abc import Sequence

from penstock.prove.terms.comparisons import same_number
from penstock.prove.terms.node import Sort, Term, node
from penstock.prove.terms.numbers import constant_of, number, polynomial, wrap
from penstock.prove.terms.rewriting import REBUILD, choose


def selected(index: Term, first: int, elements: Sequence[Term]) -> Term:
    """Return `elements[index - first]`, all of one sort; without a meaning outside of them."""
    known = constant_of(index)
    if known is not None:
        return elements[min(max(known - first, 0), len(elements) - 1)]
    if all(each is elements[0] for each in elements):
        return elements[0]
    constant = index.args[0]
    if constant:
        index, first = polynomial(0, dict(index.args[1])), first - constant
    if len(elements) == 2:
        return choose(same_number(index, number(first)), elements[0], elements[1])
    sort = elements[0].sort
    made = node("sel", sort, (index, first, *elements), None, *_hull(elements))
    return wrap(made) if sort is Sort.INT else made


def _hull(elements: Sequence[Term]) -> tuple[int | None, int | None]:
    if elements[0].sort is not Sort.INT:
        return None, None
    lows, highs = [each.low for each in elements], [each.high for each in elements]
    low = None if None in lows else min(each for each in lows if each is not None)
    high = None if None in highs else max(each for each in highs if each is not None)
    return low, high


REBUILD["sel"] = lambda index, first, *elements: selected(index, first, elements)
