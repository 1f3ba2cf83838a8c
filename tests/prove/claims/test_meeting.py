"""Meeting: parts that are equal in few cases get one form, and rounds cost a sum of cases, not their product."""

import pytest

from penstock.prove.claims.compare import compared
from penstock.prove.claims.meeting import Meeting
from penstock.prove.terms.comparisons import less, same_number
from penstock.prove.terms.crypto import hashed
from penstock.prove.terms.equality import same_string
from penstock.prove.terms.logic import conjunction, either, negation
from penstock.prove.terms.node import Sort, Term, fresh_nodes, node
from penstock.prove.terms.numbers import number, wrap
from penstock.prove.terms.rewriting import choose
from penstock.prove.terms.strings import join, text

ROUNDS = 12


def flag(name: str) -> Term:
    return node("argument", Sort.BOOL, (name,))


def tossed(at: int) -> Term:
    """Whether a flag is set, asked in two cases that have nothing to do with it."""
    first, second = flag(f"first {at}"), flag(f"second {at}")
    return either(conjunction((first, second)), conjunction((negation(first), second)))


def hashed_in_rounds(tosses: list[Term]) -> Term:
    """Whether a chain of hashes, each of something else by one of the tosses, has a certain end."""
    value = node("argument", Sort.BYTES, ("seed",))
    for toss in tosses:
        value = hashed("sha256", join(value, choose(toss, text(b"heads"), text(b"tails"))))
    return same_string(value, text(bytes(32)))


def test_rounds_cost_the_sum_of_their_cases() -> None:
    with fresh_nodes():
        one = hashed_in_rounds([flag(f"second {at}") for at in range(ROUNDS)])
        other = hashed_in_rounds([tossed(at) for at in range(ROUNDS)])
        found = compared(one, other, 10, 20_000)
        assert found.is_settled
        assert found.cases < 5 * ROUNDS


@pytest.mark.parametrize("place", [0, 5, ROUNDS - 1])
def test_one_round_that_differs_is_not_settled(place: int) -> None:
    with fresh_nodes():
        one = hashed_in_rounds([flag(f"second {at}") for at in range(ROUNDS)])
        other = hashed_in_rounds([tossed(at) if at != place else flag(f"first {at}") for at in range(ROUNDS)])
        assert not compared(one, other, 2, 20_000).is_settled


def test_what_no_judge_calls_equal_stays() -> None:
    with fresh_nodes():
        x, y = (wrap(node("argument", Sort.INT, (name,))) for name in ("x", "y"))
        one, other = conjunction((less(x, y), flag("a"))), conjunction((same_number(x, y), flag("a")))
        meeting = Meeting(lambda *_: None, deadline=float("inf"))
        assert meeting.met(one, other) is other
        assert meeting.cases == 0
        assert Meeting(lambda *_: 1, deadline=float("inf")).met(one, other) is one
        assert compared(less(x, number(3)), less(x, number(4)), 1, 100).found
