"""guest_list.scrypt: each guest enters with the path from his key to the root, and with nothing else."""

from hashlib import sha256
from typing import Any

import pytest

from penstock import PrivateKey, Spend
from tests.support.spending.contract_bench import (
    ALICE,
    BSV,
    HASH_TYPES,
    MALLORY,
    UNMET,
    Maker,
    assert_refused,
    bad_signatures,
    items_of,
    judge,
    judge_items,
    spend_of,
)

HEIGHT = 10
SEATS = [0, 1, 2, 341, 511, 512, 682, 1023]

ROOT_LINE = "require(Tree<PubKey>.root(guest, HEIGHT, steps) == this.guests);"
JOIN_LINE = "node = sha256(b'01' + (step.isLeft ? step.neighbour + node : node + step.neighbour));"
GUEST_LINE = "require(checkSig(sig, guest));"


def leaf(key: bytes) -> bytes:
    return sha256(b"\x00" + sha256(key).digest()).digest()


def others(seat: int) -> list[bytes]:
    """The leaves of a full house in which the guest of `seat` is still to come."""
    return [leaf(b"\x02" + number.to_bytes(32)) if number != seat else b"" for number in range(2**HEIGHT)]


def steps_of(leaves: list[bytes], seat: int) -> tuple[bytes, list[dict[str, Any]]]:
    """The root over the leaves, and the steps to it from a seat."""
    steps, level = list[dict[str, Any]](), leaves
    while len(level) > 1:
        steps.append({"neighbour": level[seat ^ 1], "isLeft": bool(seat & 1)})
        pairs = zip(level[::2], level[1::2], strict=True)
        level = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
        seat >>= 1
    return level[0], steps


def party(seat: int, guest: PrivateKey = ALICE) -> tuple[Spend, list[dict[str, Any]]]:
    """A spend of the list on which `guest` has this seat, and his steps."""
    leaves = others(seat)
    leaves[seat] = leaf(guest.public_key)
    root, steps = steps_of(leaves, seat)
    return spend_of("guest_list", BSV, guests=root), steps


@pytest.mark.parametrize("seat", SEATS)
def test_a_guest_enters_from_any_seat(seat: int) -> None:
    spend, steps = party(seat)
    assert judge(spend, "enter", spend.sign(ALICE), ALICE.public_key, steps)


@pytest.mark.parametrize("hash_type", HASH_TYPES)
def test_any_hash_type(hash_type: str) -> None:
    spend, steps = party(77)
    assert judge(spend, "enter", spend.sign(ALICE, hash_type), ALICE.public_key, steps)


@pytest.mark.parametrize("seat", SEATS)
def test_a_stranger_with_the_steps_of_a_guest(seat: int) -> None:
    spend, steps = party(seat)
    assert_refused(judge(spend, "enter", spend.sign(MALLORY), MALLORY.public_key, steps), UNMET, ROOT_LINE)


@pytest.mark.parametrize("step", range(HEIGHT))
def test_any_step_that_is_wrong(step: int) -> None:
    spend, steps = party(682)
    right = steps[step]
    for wrong in (
        right | {"isLeft": not right["isLeft"]},
        right | {"neighbour": sha256(right["neighbour"]).digest()},
        steps[step - 1],
    ):
        changed = [*steps[:step], wrong, *steps[step + 1 :]]
        assert_refused(judge(spend, "enter", spend.sign(ALICE), ALICE.public_key, changed), UNMET, ROOT_LINE)


def test_the_steps_of_the_neighbour() -> None:
    spend, steps = party(4)
    steps[0] = steps[0] | {"isLeft": True}
    assert_refused(judge(spend, "enter", spend.sign(ALICE), ALICE.public_key, steps), UNMET, ROOT_LINE)


def test_the_key_of_a_guest_without_his_signature() -> None:
    spend, steps = party(5)
    assert_refused(judge(spend, "enter", b"", ALICE.public_key, steps), UNMET, GUEST_LINE)


@bad_signatures
def test_a_bad_signature(error: str, forge: Maker) -> None:
    spend, steps = party(6)
    assert_refused(judge(spend, "enter", forge(spend, ALICE), ALICE.public_key, steps), error, GUEST_LINE)


def test_a_node_is_no_guest() -> None:
    """Two leaves joined are hashed by a node; without the marks they could pass for a key one level up."""
    leaves = others(-1)
    root, steps = steps_of(leaves, 0)
    spend = spend_of("guest_list", BSV, guests=root)
    higher = [*steps[1:], steps[-1]]
    joined = leaves[0] + leaves[1]
    items = items_of(spend, "enter", spend.sign(MALLORY), MALLORY.public_key, higher)
    items[1] = joined
    assert_refused(judge_items(spend, items), UNMET, ROOT_LINE)


def test_an_item_more_or_less() -> None:
    spend, steps = party(7)
    items = items_of(spend, "enter", spend.sign(ALICE), ALICE.public_key, steps)
    assert_refused(judge_items(spend, [b"\x01", *items]), "CLEANSTACK", None)
    assert_refused(judge_items(spend, items[1:]), "INVALID_STACK_OPERATION", GUEST_LINE, ROOT_LINE, JOIN_LINE)
