"""Rules of the normal form, each held against its meaning on numbers and bytes."""

import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.prove.terms.bits import combined
from penstock.prove.terms.comparisons import at_least_zero, is_zero, less, same_number
from penstock.prove.terms.concrete import Concrete, Values
from penstock.prove.terms.equality import same_string
from penstock.prove.terms.facts import Facts
from penstock.prove.terms.functions import absolute, combined_numbers, greater, lesser, power_of_two
from penstock.prove.terms.logic import conjunction, either, negation
from penstock.prove.terms.node import Sort, Term, fresh_nodes, node
from penstock.prove.terms.numbers import add, multiply, number, quotient, remainder, scale, subtract, wrap
from penstock.prove.terms.reversal import reversed_bytes, reversed_digits
from penstock.prove.terms.rewriting import choose, restrict
from penstock.prove.terms.selection import selected
from penstock.prove.terms.strings import cut, encoded, join, length, number_of, resized, text

INTS = [wrap(node("argument", Sort.INT, (f"i{at}",))) for at in range(3)]
STRINGS = [node("argument", Sort.BYTES, (f"s{at}",)) for at in range(3)]
BOOLS = [node("argument", Sort.BOOL, (f"b{at}",)) for at in range(3)]


def leaves(draw: random.Random) -> dict[Term, Concrete]:
    values: dict[Term, Concrete] = {term.args[1][0][0]: draw.choice((0, 1, -1, 2, 3, 5, 255)) for term in INTS}
    values.update({term: draw.choice((b"", b"\x00", b"\x01", b"\x05\x00", b"\x80", b"abc")) for term in STRINGS})
    values.update({term: draw.random() < 0.5 for term in BOOLS})
    return values


def tree(draw: random.Random, sort: Sort, depth: int) -> tuple[Term, object]:
    """A random term beside a function of the leaves' values that says what it means."""
    if depth == 0:
        match sort:
            case Sort.INT:
                term = draw.choice([*INTS, number(draw.randrange(-3, 9))])
            case Sort.BYTES:
                term = draw.choice([*STRINGS, text(draw.choice((b"", b"\x00", b"\x05"))), encoded(draw.choice(INTS))])
            case Sort.BOOL:
                term = draw.choice(BOOLS)
        return term, term
    kind = draw.randrange(6)
    if kind == 0:
        condition, one, other = (
            tree(draw, Sort.BOOL, depth - 1),
            tree(draw, sort, depth - 1),
            tree(draw, sort, depth - 1),
        )
        return choose(condition[0], one[0], other[0]), ("choose", condition, one, other)
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
    "join": lambda a, b: a + b,
    "and not": lambda a, b: a and not b,
    "or": lambda a, b: a or b,
    "same": lambda a, b: a == b,
    "less": lambda a, b: a < b,
}


def meaning(of: object, values: Values) -> object:
    if isinstance(of, Term):
        return values.value(of)
    assert isinstance(of, tuple)
    name, *parts = of
    return MEANS[name](*(meaning(part[1], values) for part in parts))


@given(st.integers(0, 2**32))
def test_random_terms_mean_what_they_were_made_of(seed: int) -> None:
    draw = random.Random(seed)
    with fresh_nodes():
        for sort in Sort:
            term, means = tree(draw, sort, draw.randrange(1, 5))
            for _ in range(4):
                given_values = leaves(draw)
                values = Values(given_values, lambda *_: True)
                assert values.value(term) == meaning(means, values), term
                condition = draw.choice(BOOLS)
                narrowed = restrict(term, condition, value=bool(given_values[condition]))
                assert Values(given_values, lambda *_: True).value(narrowed) == meaning(means, values)


@given(st.binary(max_size=8), st.integers(0, 8), st.integers(0, 8), st.binary(max_size=4))
def test_slices_of_joined_strings(data: bytes, start: int, end: int, tail: bytes) -> None:
    with fresh_nodes():
        whole = join(STRINGS[0], text(b"--"), STRINGS[1])
        first, last = sorted((min(start, len(data + tail) + 2), min(end, len(data + tail) + 2)))
        for places in ((number(first), number(last)), (number(first), length(whole))):
            values = Values({STRINGS[0]: data, STRINGS[1]: tail}, lambda *_: True)
            expected = (data + b"--" + tail)[first : values.value(places[1])]
            assert values.value(cut(whole, *places)) == expected
            assert values.value(cut(cut(whole, number(first), length(whole)), number(0), number(0))) == b""


@given(st.integers(-(2**40), 2**40), st.integers(-(2**20), 2**20))
def test_numbers_with_constants(one: int, other: int) -> None:
    values = Values({INTS[0].args[1][0][0]: one}, lambda *_: True)
    known = number(other)
    assert values.value(absolute(INTS[0])) == abs(one)
    if other:
        quotient_of, rest = values.value(quotient(INTS[0], known)), values.value(remainder(INTS[0], known))
        assert quotient_of * other + rest == one
        assert abs(rest) < abs(other)
        assert rest == 0 or (rest < 0) == (one < 0)
    assert values.truth(at_least_zero(subtract(scale(INTS[0], 3), known))) == (3 * one >= other)
    assert values.truth(is_zero(subtract(scale(INTS[0], 3), known))) == (3 * one == other)
    assert values.value(number_of(encoded(INTS[0]))) == one
    for name, means in (("and", 0), ("or", 1), ("xor", 2)):
        assert isinstance(values.value(combined_numbers(name, INTS[0], known)), int), means


@pytest.mark.parametrize("exponent", [*range(20), 63, 64, 65])
def test_a_power_of_two_at_a_number_that_is_not_constant(exponent: int) -> None:
    power, conditions = power_of_two(INTS[0])
    for given_number in (exponent, -exponent - 1):
        values = Values({INTS[0].args[1][0][0]: given_number}, lambda *_: True)
        assert values.truth(conjunction(conditions)) == (given_number >= 0)
        if given_number >= 0:
            assert values.value(power) == 1 << given_number


@pytest.mark.parametrize("size", [2, 5, 16, 20, 32, 33, 64])
def test_reversal_by_arithmetic(size: int) -> None:
    """The lemma, on the very computation: the rest modulo 256^(n+2) - 1 of the masked copies."""
    data = random.Random(size).randbytes(size)
    facts = Facts.of([same_number(length(STRINGS[0]), number(size))])
    copies = join(*[STRINGS[0]] * (size + 1))
    mask = text((bytes(size) + b"\xff") * size)
    kept = number_of(join(combined("and", copies, mask), text(b"\x00")))
    rest = remainder(kept, number((1 << 8 * (size + 2)) - 1))
    digits = reversed_digits(rest, number(size + 2), facts)
    assert digits is not None
    values = Values({STRINGS[0]: data}, lambda *_: True)
    assert values.value(resized(rest, number(size + 2))) == b"\x00" + data[::-1] + b"\x00"
    assert values.value(digits) == b"\x00" + data[::-1] + b"\x00"
    assert values.value(reversed_bytes(STRINGS[0], size)) == data[::-1]
    assert reversed_digits(rest, number(size + 2), Facts()) is None


def test_elements() -> None:
    index = INTS[0]
    row = selected(add(index, number(2)), 0, [number(at * at) for at in range(6)])
    for at in range(-2, 4):
        assert Values({index.args[1][0][0]: at}, lambda *_: True).value(row) == (at + 2) ** 2


def test_the_lesser_of_two_has_one_form_however_equal_numbers_are_decided() -> None:
    with fresh_nodes():
        one, other = wrap(node("argument", Sort.INT, ("one",))), wrap(node("argument", Sort.INT, ("other",)))
        steps = add(scale(one, 3), number(2))
        for left, right in ((one, other), (steps, other), (one, number(7))):
            assert choose(less(left, right), left, right) is lesser(left, right)
            assert choose(less(right, left), right, left) is lesser(left, right)
            assert choose(negation(less(left, right)), left, right) is greater(left, right)
            assert choose(less(left, right), left, add(right, number(1))) is not lesser(left, right)


@pytest.mark.parametrize(("width", "offset"), [(1, 0), (2, 0), (2, 4), (3, -3)])
def test_a_part_of_a_constant_at_an_index_is_one_of_a_row(width: int, offset: int) -> None:
    data = bytes(range(12))
    with fresh_nodes():
        index = wrap(node("argument", Sort.INT, ("at",)))
        start = add(scale(index, width), number(offset))
        part = cut(text(data), start, add(start, number(width)))
        elements = [text(data[place : place + width]) for place in range(0, 12, width)]
        assert part is selected(add(index, number(offset // width)), 0, elements)
        assert cut(text(data), index, add(index, number(5))).kind == "sub"
        for at in range(-offset // width, (12 - offset) // width):
            place = at * width + offset
            values = Values({index.args[1][0][0]: at}, lambda *_: True)
            assert values.value(part) == data[place : place + width]
