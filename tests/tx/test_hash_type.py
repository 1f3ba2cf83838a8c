"""Hash types are written by name or number, and the chain decides which there are."""

from dataclasses import dataclass
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.script.chains import BSV, BTC, Chain
from penstock.tx.hash_type import HashTypeError, SignedOutputs, Switch, chain_of, hash_type_name, hash_type_number


@pytest.mark.parametrize(
    ("name", "on_btc", "on_bsv"),
    [
        ("ALL", 0x01, 0x41),
        ("NONE", 0x02, 0x42),
        ("SINGLE", 0x03, 0x43),
        ("ALL|ANYONECANPAY", 0x81, 0xC1),
        ("NONE|ANYONECANPAY", 0x82, 0xC2),
        ("SINGLE|ANYONECANPAY", 0x83, 0xC3),
        ("anyonecanpay | all", 0x81, 0xC1),
    ],
)
def test_names(name: str, on_btc: int, on_bsv: int) -> None:
    assert hash_type_number(name, "btc") == on_btc
    assert hash_type_number(name, "bsv") == hash_type_number(name) == on_bsv


def test_bsv_alone_has_forkid_and_chronicle() -> None:
    assert hash_type_number("ALL|FORKID", "bsv") == 0x41
    assert hash_type_number("ALL|CHRONICLE", "bsv") == 0x61
    for name in ("ALL|FORKID", "ALL|CHRONICLE"):
        with pytest.raises(HashTypeError, match="belongs to bsv"):
            hash_type_number(name, "btc")


def test_default_is_taproots() -> None:
    assert hash_type_number("DEFAULT", "btc") == 0
    for name, rules in (("DEFAULT", "bsv"), ("DEFAULT|ANYONECANPAY", "btc")):
        with pytest.raises(HashTypeError, match="DEFAULT is that of taproot on btc"):
            hash_type_number(name, rules)


@pytest.mark.parametrize(
    "name", ["", "ALL|NONE", "ANYONECANPAY", "ALL|ALL", "ALL|ANYONECANPAY|ANYONECANPAY", "DEFAULT|ALL"]
)
def test_a_name_says_once_which_outputs(name: str) -> None:
    with pytest.raises(HashTypeError, match=r"unknown hash type|must have one of ALL, NONE, SINGLE"):
        hash_type_number(name, "btc")


@pytest.mark.parametrize(("number", "unsigned"), [(0x41, 0x41), (0, 0), (2**32 - 1, 2**32 - 1), (-1, 2**32 - 1)])
def test_numbers_stay_as_they_are(number: int, unsigned: int) -> None:
    assert hash_type_number(number, "bsv") == hash_type_number(number, "btc") == unsigned


@pytest.mark.parametrize("neither", [None, 1.5, b"ALL"])
def test_a_hash_type_is_a_number_or_a_name(neither: Any) -> None:
    with pytest.raises(HashTypeError, match=f"not {type(neither).__name__}"):
        hash_type_number(neither)


@pytest.mark.parametrize("number", [2**32, -(2**31) - 1])
def test_numbers_have_32_bits(number: int) -> None:
    with pytest.raises(HashTypeError, match="more than 32 bits"):
        hash_type_number(number)


def test_every_name_is_read_back() -> None:
    names = [outputs.name for outputs in SignedOutputs]
    for outputs in names:
        for count in range(3):
            for switches in permutations([str(switch.name) for switch in Switch], count):
                number = hash_type_number("|".join([outputs, *switches]), "bsv")
                assert hash_type_number(hash_type_name(number), "bsv") == number


@pytest.mark.parametrize(
    ("number", "name"),
    [(0, "DEFAULT"), (0x41, "ALL|FORKID"), (0xC3, "SINGLE|ANYONECANPAY|FORKID"), (4, "0x04"), (0x1_01, "ALL|0x100")],
)
def test_what_has_no_name_is_shown_as_a_number(number: int, name: str) -> None:
    assert hash_type_name(number) == name


@given(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1))
def test_two_hash_types_never_share_a_name(one: int, other: int) -> None:
    assert (hash_type_name(one) == hash_type_name(other)) == (one == other)


@dataclass(frozen=True)
class Rules:
    chain: Chain


def test_rules_are_named_or_know_their_chain() -> None:
    assert [chain_of(rules) for rules in ("bsv", "btc", "bsv-consensus", Rules(BTC), BSV)] == [BSV, BTC, BSV, BTC, BSV]
    with pytest.raises(HashTypeError, match="unknown rules 'bitcoin'"):
        chain_of("bitcoin")
