"""`binds` as a decorator and as a block: holes that it does not list, openings that are not there, wrong names."""

from hashlib import sha256

import pytest

import penstock
from penstock.contract.errors import ArgumentError
from penstock.testing import BindingError, Chain, binds, key
from penstock.testing.observers import OBSERVERS

ALICE, BOB = key("alice"), key("bob")


def open_lock() -> None:
    """A spend that leaves its outputs open to anyone."""
    chain = Chain()
    lock = chain.contract(penstock.bundled("hash_lock"), sha256(b"secret").digest())
    chain.spend(chain.fund(lock, 1000), "unlock", b"secret").to(BOB, 900).send()


def signed(hash_type: str = "ALL") -> None:
    chain = Chain()
    coin = chain.fund(chain.contract(penstock.bundled("p2pkh"), ALICE), 1000)
    chain.spend(coin, "unlock", ALICE.sig(hash_type), ALICE).to(BOB, 900).send()


@binds("everything")
def test_everything_is_bound_by_a_signature_of_all() -> None:
    signed()


@pytest.mark.parametrize("hash_type", ["SINGLE|ANYONECANPAY", "ALL|ANYONECANPAY"])
@binds("value of output 0", "script of output 0", "arguments")
def test_it_is_a_decorator_of_tests_with_arguments(hash_type: str) -> None:
    signed(hash_type)


@pytest.mark.parametrize("names", [(), ("everything",)])
def test_openings_that_are_listed_and_no_others(names: tuple[str, ...]) -> None:
    with binds(*names, except_=["outputs", "more inputs", "version"]):
        open_lock()
    with binds("arguments", "signatures", "state"):
        open_lock()


def test_a_hole_that_is_not_listed() -> None:
    with pytest.raises(BindingError) as caught, binds("outputs", except_="value of output 0"):
        open_lock()
    assert str(caught.value).splitlines() == [
        "HashLock.unlock leaves open to anyone: more outputs",
        "HashLock.unlock leaves open to anyone: script of output 0 (a stranger's)",
    ]
    assert not OBSERVERS


@pytest.mark.parametrize("stale", ["value of output 0", "outputs", "argument secret"])
def test_an_opening_that_is_not_there(stale: str) -> None:
    message = f"^{stale} is not open, or does not belong to everything: take it out of `except_`$"
    with pytest.raises(BindingError, match=message), binds(except_=stale):
        signed()


def test_an_opening_of_another_group() -> None:
    message = "^more inputs is not open, or does not belong to outputs: take it out of `except_`$"
    with pytest.raises(BindingError, match=message), binds("outputs", except_=["outputs", "more inputs"]):
        open_lock()


def refused() -> None:
    chain = Chain()
    coin = chain.fund(chain.contract(penstock.bundled("p2pkh"), ALICE), 1000)
    assert not chain.spend(coin, "unlock", BOB, ALICE).to(BOB, 900).try_send()


def test_nothing_that_is_accepted() -> None:
    message = "^no call of a contract was accepted, so there is nothing to probe$"
    with pytest.raises(BindingError, match=message), binds():
        refused()


def broken() -> None:
    open_lock()
    _ = 1 // 0


def test_an_error_in_the_block_is_the_one_that_is_raised() -> None:
    with pytest.raises(ZeroDivisionError), binds("outputs"):
        broken()
    assert not OBSERVERS


@pytest.mark.parametrize("name", ["output", "value of output", "arguments x", "signature", ""])
def test_a_name_that_there_is_not(name: str) -> None:
    with pytest.raises(ArgumentError, match=r"binds: expected everything, signatures, outputs, .*'argument x', got"):
        binds(name)
    with pytest.raises(ArgumentError, match="except_: expected everything"):
        binds("outputs", except_=name)
