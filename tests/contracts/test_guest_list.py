"""guest_list.scrypt: each guest enters with the path from his key to the root, and with nothing else."""

from hashlib import sha256

import pytest

from penstock.testing import Chain, key, refuses
from tests.contracts.bindings.guest_list import GuestList, GuestListCoin, Step
from tests.support.spending.judged_chain import HASH_TYPES, Forgery, forgeries, judge_items

ALICE, MALLORY = key("alice"), key("mallory")
HEIGHT = 10
SEATS = [0, 1, 2, 341, 511, 512, 682, 1023]
ON_THE_LIST = "Tree<PubKey>.root(guest, HEIGHT, steps) == this.guests"
BY_THE_GUEST = "checkSig(sig, guest)"


def leaf(key: bytes) -> bytes:
    return sha256(b"\x00" + sha256(key).digest()).digest()


def house(seat: int) -> list[bytes]:
    """Return the leaves of a full house in which Alice has this seat."""
    guests = [b"\x02" + number.to_bytes(32) for number in range(2**HEIGHT)]
    return [leaf(ALICE.public_key if number == seat else guest) for number, guest in enumerate(guests)]


def steps_of(leaves: list[bytes], seat: int) -> tuple[bytes, list[Step]]:
    """Return the root over the leaves, and the steps to it from a seat."""
    steps, level = list[Step](), leaves
    while len(level) > 1:
        steps.append(Step(level[seat ^ 1], isLeft=bool(seat & 1)))
        pairs = zip(level[::2], level[1::2], strict=True)
        level = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
        seat >>= 1
    return level[0], steps


def party(chain: Chain, seat: int) -> tuple[GuestListCoin, list[Step]]:
    """Return a coin of the list on which Alice has this seat, and her steps."""
    root, steps = steps_of(house(seat), seat)
    return GuestList(root).fund(chain, 1000), steps


@pytest.mark.parametrize("seat", SEATS)
def test_a_guest_enters_from_any_seat_and_a_stranger_does_not(chain: Chain, seat: int) -> None:
    coin, steps = party(chain, seat)
    with refuses(ON_THE_LIST):
        coin.enter(MALLORY, MALLORY, steps).to(MALLORY, 900).send()
    assert coin.enter(ALICE, ALICE, steps).to(ALICE, 900).send()


@pytest.mark.parametrize("hash_type", HASH_TYPES)
def test_any_hash_type(chain: Chain, hash_type: str) -> None:
    coin, steps = party(chain, 77)
    assert coin.enter(ALICE.sig(hash_type), ALICE, steps).to(ALICE, 900).send()


@pytest.mark.parametrize("place", range(HEIGHT))
def test_any_step_that_is_wrong(chain: Chain, place: int) -> None:
    coin, steps = party(chain, 682)
    right = steps[place]
    for wrong in (
        Step(right.neighbour, isLeft=not right.isLeft),
        Step(sha256(right.neighbour).digest(), right.isLeft),
        steps[place - 1],
    ):
        with refuses(ON_THE_LIST):
            coin.enter(ALICE, ALICE, [*steps[:place], wrong, *steps[place + 1 :]]).to(ALICE, 900).send()


def test_the_key_of_a_guest_without_his_signature(chain: Chain) -> None:
    coin, steps = party(chain, 5)
    for other in (b"", MALLORY):
        with refuses(BY_THE_GUEST):
            coin.enter(other, ALICE, steps).to(MALLORY, 900).send()


@forgeries
def test_a_forged_signature(chain: Chain, forgery: Forgery) -> None:
    coin, steps = party(chain, 6)
    with refuses(BY_THE_GUEST, rule=forgery.rule):
        coin.enter(forgery.of(ALICE), ALICE, steps).to(MALLORY, 900).send()


def test_a_node_is_no_guest(chain: Chain) -> None:
    """Two leaves joined are hashed by a node; without the marks they could pass for a key one level up."""
    leaves = house(-1)
    root, steps = steps_of(leaves, 0)
    with refuses(ON_THE_LIST):
        coin = GuestList(root).fund(chain, 1000)
        coin.enter(MALLORY, leaves[0] + leaves[1], [*steps[1:], steps[-1]]).to(MALLORY, 900).send()


def test_items_too_many_and_too_few(chain: Chain) -> None:
    coin, steps = party(chain, 7)
    draft = coin.enter(ALICE, ALICE, steps).to(ALICE, 900)
    assert judge_items(draft, lambda items: [b"\x01", *items]).error == "CLEANSTACK"
    assert judge_items(draft, lambda items: items[1:]).error == "INVALID_STACK_OPERATION"
