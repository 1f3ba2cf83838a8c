"""Comparison of formulas: what it takes away changes nothing, and what it settles is equal."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from penstock.prove.claims.compare import compared
from penstock.prove.claims.reducing import OpenCase, reduced
from penstock.prove.claims.shared import shared_choices, without_shared_choices
from penstock.prove.terms.comparisons import at_least_zero, at_most, same_number
from penstock.prove.terms.concrete import Values
from penstock.prove.terms.crypto import hashed
from penstock.prove.terms.equality import same_string
from penstock.prove.terms.functions import greater
from penstock.prove.terms.logic import conjunction, either, negation
from penstock.prove.terms.node import FALSE, Sort, Term, fresh_nodes
from penstock.prove.terms.numbers import add, number, plus, subtract
from penstock.prove.terms.rewriting import choose
from penstock.prove.terms.strings import cut, join, length, text
from tests.support.random_terms import BOOLS, INTS, STRINGS, leaves, tree


def differ(values: Values, case: OpenCase) -> bool:
    return all(map(values.truth, case.context)) and values.truth(case.one) != values.truth(case.other)


@given(st.integers(0, 2**32))
def test_a_reduced_case_differs_where_the_formulas_do(seed: int) -> None:
    draw = random.Random(seed)
    with fresh_nodes():
        shared, one, other, literal = (tree(draw, Sort.BOOL, depth)[0] for depth in (3, 3, 3, 2))
        context = (literal,) if literal is not FALSE else ()
        whole = OpenCase(context, conjunction((shared, one)), conjunction((shared, other)))
        found = reduced(whole.one, whole.other, context)
        for _ in range(6):
            values = Values(leaves(draw), lambda *_: True)
            assert not differ(values, whole) or (found is not None and differ(values, found))


@settings(max_examples=25)
@given(st.integers(0, 2**32))
def test_formulas_that_are_settled_are_equal(seed: int) -> None:
    draw = random.Random(seed)
    with fresh_nodes():
        one, other = tree(draw, Sort.BOOL, 3)[0], tree(draw, Sort.BOOL, 2)[0]
        way = draw.choice(BOOLS)
        for left, right in ((one, other), (choose(way, one, other), either(conjunction((way, one)), other))):
            if compared(left, right, 0.2, 30).is_settled:
                for _ in range(20):
                    values = Values(leaves(draw), lambda *_: True)
                    assert values.truth(left) == values.truth(right)


def state() -> Term:
    """A string as contracts read their state: from two places, by a condition on the first byte."""
    return choose(same_string(cut(STRINGS[0], number(0), number(1)), text(b"\x00")), STRINGS[1], STRINGS[2])


def test_a_shared_choice_is_put_as_a_value() -> None:
    with fresh_nodes():
        size = length(state())
        one = at_least_zero(subtract(INTS[0], size))
        other = conjunction((one, same_string(hashed("sha256", state()), text(bytes(32)))))
        (found,) = shared_choices(one, other)
        assert found is state()
        case = without_shared_choices(OpenCase((), one, other))
        assert case is not None
        assert not shared_choices(case.one, case.other)
        assert not case.one.mask


def test_a_choice_whose_condition_decides_more_stays() -> None:
    with fresh_nodes():
        first = same_string(cut(STRINGS[0], number(0), number(1)), text(b"\x00"))
        one = conjunction((first, same_string(hashed("sha256", state()), text(bytes(32)))))
        assert not shared_choices(one, same_string(hashed("sha256", state()), text(bytes(32))))
        assert without_shared_choices(OpenCase((), first, negation(first))) is None


@pytest.mark.parametrize("is_right", [True, False])
def test_a_table_that_is_written_at_a_place(is_right: bool) -> None:
    """Two programs put an entry into a table; one of them looks whether its place is the end."""
    with fresh_nodes():
        table, at = state(), INTS[0]
        whole = length(table)
        inside = conjunction((at_least_zero(at), at_most(at, whole)))
        put = join(cut(table, number(0), at), STRINGS[0], cut(table, at, whole))
        at_end = join(table, STRINGS[0] if is_right else STRINGS[1])
        hashes = [same_string(hashed("sha256", each), text(bytes(32))) for each in (put, at_end)]
        ends = same_number(at, whole)
        one = conjunction((inside, hashes[0]))
        other = conjunction((inside, choose(ends, hashes[1], hashes[0])))
        assert compared(one, other, 5, 100).is_settled == is_right


def test_bounds_that_say_the_same_beside_each_other() -> None:
    """Where x >= y: x == y and x <= y; where x != y: x > y and x >= y."""
    with fresh_nodes():
        one, other = INTS[:2]
        less, same = at_most(one, other), same_number(one, other)
        more = at_most(other, one)
        assert reduced(conjunction((more, same)), conjunction((more, less)), ()) is None
        strictly = negation(less)
        assert reduced(conjunction((negation(same), strictly)), conjunction((negation(same), more)), ()) is None


def test_parts_that_many_parts_share_are_simplified_once() -> None:
    """Two to the power of forty ways through a formula of some hundred nodes."""
    with fresh_nodes():
        value = at_least_zero(INTS[0])
        for step in range(40):
            bound = at_least_zero(plus(INTS[1], step))
            value = choose(bound, conjunction((value, negation(BOOLS[0]))), negation(value))
        whole = conjunction((value, at_least_zero(add(INTS[1], number(-5))), at_least_zero(greater(INTS[2], INTS[0]))))
        assert whole.kind in {"and", "false"}
