"""Random terms, each with what it was made of: so its value is known without the rules of terms."""

import random
from collections.abc import Callable

from penstock.prove.terms.comparisons import less, same_number
from penstock.prove.terms.concrete import Concrete, Values
from penstock.prove.terms.equality import same_string
from penstock.prove.terms.functions import greater, lesser
from penstock.prove.terms.logic import conjunction, either, negation
from penstock.prove.terms.node import Sort, Term, node
from penstock.prove.terms.numbers import add, multiply, number, subtract, wrap
from penstock.prove.terms.rewriting import choose
from penstock.prove.terms.strings import encoded, join, length, text

INTS = [wrap(node("argument", Sort.INT, (f"i{at}",))) for at in range(3)]
STRINGS = [node("argument", Sort.BYTES, (f"s{at}",)) for at in range(3)]
BOOLS = [node("argument", Sort.BOOL, (f"b{at}",)) for at in range(3)]


def leaves(draw: random.Random) -> dict[Term, Concrete]:
    """Random values of the leaves."""
    values: dict[Term, Concrete] = {term.args[1][0][0]: draw.choice((0, 1, -1, 2, 3, 5, 255)) for term in INTS}
    values.update({term: draw.choice((b"", b"\x00", b"\x01", b"\x05\x00", b"\x80", b"abc")) for term in STRINGS})
    values.update({term: draw.random() < 0.5 for term in BOOLS})
    return values


def _leaf(draw: random.Random, sort: Sort) -> Term:
    match sort:
        case Sort.INT:
            return draw.choice([*INTS, number(draw.randrange(-3, 9))])
        case Sort.BYTES:
            return draw.choice([*STRINGS, text(draw.choice((b"", b"\x00", b"\x05"))), encoded(draw.choice(INTS))])
        case Sort.BOOL:
            return draw.choice(BOOLS)


def tree(draw: random.Random, sort: Sort, depth: int) -> tuple[Term, object]:
    """A random term beside a function of the leaves' values that says what it means."""
    if depth == 0:
        term = _leaf(draw, sort)
        return term, term
    kind = draw.randrange(6)
    if kind == 0:
        condition, one, other = (
            tree(draw, Sort.BOOL, depth - 1),
            tree(draw, sort, depth - 1),
            tree(draw, sort, depth - 1),
        )
        return choose(condition[0], one[0], other[0]), ("choose", condition, one, other)
    if sort is Sort.INT and kind == 1:
        string = tree(draw, Sort.BYTES, depth - 1)
        return length(string[0]), ("length", string)
    if sort is Sort.INT:
        one, other = tree(draw, sort, depth - 1), tree(draw, sort, depth - 1)
        name, make = draw.choice(
            [("add", add), ("subtract", subtract), ("multiply", multiply), ("lesser", lesser), ("greater", greater)]
        )
        return make(one[0], other[0]), (name, one, other)
    if sort is Sort.BYTES:
        one, other = tree(draw, sort, depth - 1), tree(draw, sort, depth - 1)
        return join(one[0], other[0]), ("join", one, other)
    if kind < 3:
        one, other = tree(draw, sort, depth - 1), tree(draw, sort, depth - 1)
        return (
            (conjunction((one[0], negation(other[0]))), ("and not", one, other))
            if kind == 1
            else (either(one[0], other[0]), ("or", one, other))
        )
    inner = Sort.INT if kind < 5 else Sort.BYTES
    one, other = tree(draw, inner, depth - 1), tree(draw, inner, depth - 1)
    if inner is Sort.BYTES:
        return same_string(one[0], other[0]), ("same", one, other)
    return (
        (less(one[0], other[0]), ("less", one, other))
        if kind == 3
        else (same_number(one[0], other[0]), ("same", one, other))
    )


MEANS: dict[str, Callable[..., object]] = {
    "choose": lambda c, a, b: a if c else b,
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "lesser": min,
    "greater": max,
    "length": len,
    "join": lambda a, b: a + b,
    "and not": lambda a, b: a and not b,
    "or": lambda a, b: a or b,
    "same": lambda a, b: a == b,
    "less": lambda a, b: a < b,
}


def meaning(of: object, values: Values) -> object:
    """The value of what a term was made of."""
    if isinstance(of, Term):
        return values.value(of)
    assert isinstance(of, tuple)
    name, *parts = of
    return MEANS[name](*(meaning(part[1], values) for part in parts))
