"""State in a locking script: encoded and decoded to the byte; any other data is refused with its part named."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.artifact.artifact import Artifact, BasicType, Kind, Library, Struct
from penstock.artifact.errors import ArtifactError
from penstock.contract.errors import ArgumentError, StateError
from penstock.contract.values.arguments import Argument, LeafValue
from penstock.contract.values.shape import ValueLeaf
from penstock.contract.values.state import decode_state, encode_state, genesis_data, split
from tests.support.spending.hand_made import EQUALS, P2PKH, parameters, remade

# <limit> <counter> 2DROP 1: a possible contract with the state `int counter`
COUNTER = remade(
    "<limit><counter>6d51",
    "int limit, int counter",
    "Counter",
    {"increment": "SigHashPreimage preimage"},
    state_properties=parameters("int counter"),
    implicit_constructor=True,
)
GAME = remade(
    "<players[0].key><players[0].bet><players[1].key><players[1].bet><board[0][0]><board[0][1]><book.ctor.text>51",
    "Player[2] players, bool[1][2] board, Book book",
    "Game",
    {"move": "SigHashPreimage preimage"},
    structs=(Struct("Player", parameters("PubKey key, int bet")),),
    libraries=(Library("Book", parameters("bytes ctor.text"), parameters("int size, bytes text")),),
    state_properties=parameters("Player[2] players, bool[1][2] board, Book book"),
)
KEY = bytes.fromhex("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")
PLAYERS = [{"key": KEY, "bet": 5}, {"key": KEY, "bet": 6}]
START = GAME.instantiate(PLAYERS, [[True, False]], {"text": b"rules"})
STATE = {"players": PLAYERS, "board": [[False, True]], "book": {"size": 5, "text": b"rules"}}


def data(leaves: str, *, flag: str = "00") -> bytes:
    """The data of a state with these leaves, in hex."""
    body = bytes.fromhex(flag + leaves)
    return body + len(body).to_bytes(4, "little") + b"\x00"


# The bytes ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "leaf"),
    [
        (0, "0100"),
        (1, "0101"),
        (16, "0110"),
        (-1, "0181"),
        (1000, "02e803"),
        (-128, "028080"),
        (False, "00"),
        (True, "01"),
        (b"", "00"),
        (b"\x00", "0100"),
        (b"\x05", "0105"),
        (b"a" * 0x4B, "4b" + "61" * 0x4B),
        (b"a" * 0x4C, "4c4c" + "61" * 0x4C),
        (b"a" * 0x100, "4d0001" + "61" * 0x100),
        (b"a" * 0x10000, "4e00000100" + "61" * 0x10000),
    ],
)
def test_each_value_has_one_form(value: LeafValue, leaf: str) -> None:
    basic = {bool: BasicType.BOOL, int: BasicType.INT, bytes: BasicType.BYTES}[type(value)]
    assert encode_state([Argument("x", value)]) == data(leaf)
    assert decode_state([ValueLeaf("x", basic)], data(leaf)) == (Argument("x", value),)


def test_a_fresh_contract_has_the_stand_ins_of_the_sdks() -> None:
    leaves = [ValueLeaf("a", BasicType.INT), ValueLeaf("b", BasicType.BYTES), ValueLeaf("c", BasicType.BOOL)]
    assert genesis_data(leaves) == data("0100010001", flag="01")
    assert COUNTER.instantiate(10, 7).locking_script == bytes.fromhex("5a576d516a0101000300000000")


def test_the_next_instance_has_the_same_code() -> None:
    first = COUNTER.instantiate(10, 7)
    second = first.with_state(counter=8)
    assert second.locking_script == bytes.fromhex("5a576d516a0001080300000000")
    assert second.code == first.code == bytes.fromhex("5a576d51")
    assert second.arguments == first.arguments
    assert second.with_state(counter=0).with_state(counter=8) == second


kinds = {Kind.INT: st.integers(), Kind.BOOL: st.booleans(), Kind.BYTES: st.binary(max_size=300)}
a_leaf = st.sampled_from(BasicType).flatmap(lambda basic: st.tuples(st.just(basic), kinds[basic.kind]))


@given(st.lists(a_leaf))
def test_any_state_comes_back(drawn: Sequence[tuple[BasicType, LeafValue]]) -> None:
    leaves = [ValueLeaf(f"x{index}", basic) for index, (basic, _) in enumerate(drawn)]
    values = tuple(Argument(leaf.path, value) for leaf, (_, value) in zip(leaves, drawn, strict=True))
    assert decode_state(leaves, encode_state(values)) == values
    assert decode_state(leaves, genesis_data(leaves)) is None
    assert split(b"code" + b"\x6a" + encode_state(values)) == (b"code", encode_state(values))


# From Python values and back -----------------------------------------------------------------------------------------


def test_the_first_state_is_what_the_constructor_was_given() -> None:
    contract = COUNTER.instantiate(limit=10, counter=7)
    assert contract.is_genesis
    assert contract.state == {"counter": 7}
    assert contract.values == {"limit": 10, "counter": 7}
    assert not contract.with_state(counter=8).is_genesis
    assert contract.with_state(counter=8).state == {"counter": 8}


def test_a_state_that_the_constructor_computes_is_not_known() -> None:
    for unknown in (START, replace(COUNTER, implicit_constructor=False).instantiate(10, 7)):
        with pytest.raises(ArgumentError, match=r"^\w+ state: expected an instance after its first transition"):
            _ = unknown.state
    with pytest.raises(ArgumentError, match="a first state that the constructor computes in the script"):
        START.with_state(board=[[True, True]])
    assert START.with_state(**STATE).state == STATE


def test_nested_values_come_back_nested() -> None:
    second = START.with_state(**STATE)
    assert second.state == STATE
    third = second.with_state(board=[[True, True]])
    assert third.state == {**STATE, "board": [[True, True]]}
    assert third.data == data(
        ("21" + KEY.hex() + "0105" + "21" + KEY.hex() + "0106") + "0101" + "0105" + "0572756c6573"
    )


@dataclass(frozen=True)
class Player:
    key: bytes
    bet: int


class Book(NamedTuple):
    size: int
    text: bytes


def test_dataclasses_and_named_tuples_stand_for_structs_and_libraries() -> None:
    players = [Player(KEY, 5), Player(KEY, 6)]
    assert START.with_state(players=players, board=[[False, True]], book=Book(5, b"rules")).state == STATE
    with pytest.raises(
        ArgumentError, match=r"^players\[1\]: expected a mapping of key, bet \(Player\), got Book of 2$"
    ):
        START.with_state(**{**STATE, "players": [players[0], Book(5, b"")]})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"board": [[False, 1]]}, "board[0][1]: expected a Python bool, got int 1"),
        (
            {"players": [PLAYERS[0], {"key": KEY, "bet": b""}]},
            "players[1].bet: expected a Python int, got 0 bytes",
        ),
        ({"book": {"text": b""}}, "book: expected a mapping of size, text (Book), got a mapping of text"),
        (
            {"bord": 1},
            "Game state: expected (Player[2] players, bool[1][2] board, Book book), got an argument named 'bord'",
        ),
    ],
)
def test_what_does_not_fit_is_named_by_its_leaf(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        START.with_state(**{**STATE, **change})
    assert str(caught.value) == message


PARTY = remade(
    "<key><digest>51",
    "PubKey key, Sha256 digest",
    "Party",
    {"f": "SigHashPreimage preimage"},
    state_properties=parameters("PubKey key, Sha256 digest"),
    implicit_constructor=True,
)
SHA: Any = {"key": KEY, "digest": bytes(32)}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"digest": b"short"}, "digest: expected Sha256 (32 bytes), got 5 bytes 73686f7274"),
        ({"key": KEY[1:]}, f"key: expected PubKey (33 or 65 bytes), got 32 bytes {KEY[1:17].hex()}…"),
        (
            {"key": bytes([2, *32 * [255]])},
            "key: expected PubKey (a point of secp256k1, compressed or not), got 33 bytes 02" + 15 * "ff" + "…",
        ),
    ],
)
def test_lengths_are_checked_as_in_the_constructor(change: dict[str, Any], message: str) -> None:
    for make in (PARTY.instantiate, PARTY.instantiate(**SHA).with_state):
        with pytest.raises(ArgumentError) as caught:
            make(**{**SHA, **change})
        assert str(caught.value) == message


def test_a_state_may_contain_empty_bytes_and_keeps_what_a_script_has_set() -> None:
    empty = PARTY.instantiate(**SHA).with_state(digest=b"")
    assert empty.state == {"key": KEY, "digest": b""}
    script = empty.code + b"\x6a" + encode_state([Argument("key", b"odd"), Argument("digest", bytes(32))])
    found = PARTY.match(script)
    assert found is not None
    assert found.with_state(digest=b"").state == {"key": b"odd", "digest": b""}
    with pytest.raises(ArgumentError, match=r"^key: expected PubKey \(33 or 65 bytes\), got 3 bytes"):
        found.with_state(key=b"odd")


def test_contracts_without_state_have_none_and_may_carry_data() -> None:
    contract = EQUALS.instantiate(5)
    assert contract.state == {}
    assert not contract.is_genesis
    carrying = contract.with_data(b"\x4eany")
    assert carrying.locking_script == contract.code + b"\x6a\x4eany"
    assert (carrying.code, carrying.data, contract.data) == (contract.code, b"\x4eany", None)
    assert carrying.with_data(b"") == contract.with_data(b"")
    assert EQUALS.match(carrying.locking_script) == carrying
    assert EQUALS.match(contract.with_data(b"").locking_script) == contract.with_data(b"")
    assert EQUALS.match(contract.locking_script + b"\x51") is None
    with pytest.raises(ArgumentError, match=r"^Equals state: expected \(\), got an argument named 'x'"):
        contract.with_state(x=1)
    with pytest.raises(ArgumentError, match=r"^data: expected bytes, got str"):
        contract.with_data("00")  # type: ignore[arg-type]  # the subject of the test
    with pytest.raises(ArgumentError, match=r"^data: expected a contract without @state properties"):
        COUNTER.instantiate(1, 2).with_data(b"")


# From the chain -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "contract",
    [COUNTER.instantiate(10, 7), COUNTER.instantiate(10, 7).with_state(counter=8), START.with_state(**STATE)],
)
def test_an_instance_is_recognised_with_its_arguments_and_state(contract: Any) -> None:
    found = contract.artifact.match(contract.locking_script)
    assert found == contract
    assert found.values == contract.values
    assert found.state == contract.state


def test_nobody_looks_at_the_leaves_before_the_first_transition() -> None:
    code = COUNTER.instantiate(10, 7).code
    found = COUNTER.match(code + b"\x6a" + data("ffff", flag="01"))
    assert found is not None
    assert found.is_genesis
    assert found.state == {"counter": 7}
    assert found.with_state(counter=8) == COUNTER.instantiate(10, 7).with_state(counter=8)


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(COUNTER.instantiate(10, 7).code, id="no data"),
        pytest.param(COUNTER.instantiate(10, 7).code + b"\x51" + data("0101"), id="no OP_RETURN"),
        pytest.param(b"\x5a\x57\x6d\x52\x6a" + data("0101"), id="other code"),
        pytest.param(b"\x01\x05\x57\x6d\x51\x6a" + data("0101"), id="a push that is not minimal"),
        pytest.param(COUNTER.instantiate(10, 7).code + b"\x6a" + data("020100"), id="a number that is not minimal"),
    ],
)
def test_other_scripts_are_not(script: bytes) -> None:
    assert COUNTER.match(script) is None


# Damage --------------------------------------------------------------------------------------------------------------

LEAVES = (ValueLeaf("n", BasicType.INT), ValueLeaf("done", BasicType.BOOL), ValueLeaf("note", BasicType.BYTES))


@pytest.mark.parametrize(
    ("damaged", "part", "offset", "reason"),
    [
        (b"\x00" * 4, "length", 0, "4 bytes where a state has at least 6"),
        (data("01010100")[:-1] + b"\x01", "version", 9, "expected 00, got 01"),
        (data("01010100")[1:], "length", 4, "4 bytes before it, not 5"),
        (b"\x00" * 5, "flag", 0, "missing"),
        (data("01010100", flag="02"), "flag", 0, "expected 00 or 01, got 02"),
        (data(""), "n", 1, "missing: the data ends before it"),
        (data("51"), "n", 1, "expected the length of a push, got 51"),
        (data("0201"), "n", 1, "a length beyond the end of the data"),
        (data("000100"), "n", 1, "the number 0 is not in its shortest form"),
        (data("0201000100"), "n", 1, "the number 1 is not in its shortest form"),
        (data("01800100"), "n", 1, "the number 0 is not in its shortest form"),
        (data("4c01010100"), "n", 1, "a length that is not in its shortest form"),
        (data("01010200"), "done", 3, "expected a bool as 00 or 01, got 02"),
        (data("010101"), "note", 4, "missing: the data ends before it"),
        (data("01010103aabb"), "note", 4, "a length beyond the end of the data"),
        (data("0101010000"), "leaves", 5, "1 byte after the last one"),
    ],
)
def test_damaged_data_is_named_by_its_part(damaged: bytes, part: str, offset: int, reason: str) -> None:
    with pytest.raises(StateError) as caught:
        decode_state(LEAVES, damaged)
    assert (caught.value.part, caught.value.offset, caught.value.reason) == (part, offset, reason)
    assert str(caught.value) == f"state: {part} at byte {offset}: {reason}"


def test_scripts_without_a_state_at_their_end_are_named_too() -> None:
    with pytest.raises(StateError, match="ends in 51 where OP_RETURN"):
        split(b"\x51\x51" + data(""))
    with pytest.raises(StateError, match="the script is shorter than the 9 bytes it gives"):
        split(b"\x00" * 2 + b"\x09\x00\x00\x00\x00")


@given(st.binary(max_size=30) | st.binary(max_size=9).map(lambda body: data(body.hex())))
def test_any_bytes_are_a_state_or_an_error(damaged: bytes) -> None:
    try:
        found = decode_state(LEAVES, damaged)
    except StateError:
        return
    assert found is None or encode_state(found) == damaged


# Inline assembly, and the slot of the official compiler -------------------------------------------------------------


def test_variables_of_inline_assembly_are_pushed() -> None:
    sample = remade("<x><Tx.check_.type>75<Tx.check_.type>75<My.f.n>75", "int x", "Sample", {"f": ""})
    assert sample.assembly_variables == ("Tx.check_.type", "My.f.n")
    contract = sample.instantiate(5, asm={"Tx.check_.type": b"\x41", "My.f.n": 3})
    assert contract.locking_script == bytes.fromhex("550141750141755375")
    assert contract.assembly == (Argument("Tx.check_.type", b"\x41"), Argument("My.f.n", b"\x03"))
    assert contract.values == {"x": 5}
    assert sample.match(contract.locking_script) == contract


@pytest.mark.parametrize(
    ("asm", "message"),
    [
        ({}, "Tx.check_.type: expected the value that the assembly pushes, as asm={'Tx.check_.type': …}, got nothing"),
        (
            {"Tx.check_.type": "41"},
            "Tx.check_.type: expected Python bytes, got str '41' (for hex write bytes.fromhex(…), for text .encode())",
        ),
        ({"type": b""}, "Sample asm: expected a variable of inline assembly (Tx.check_.type), got 'type'"),
    ],
)
def test_variables_that_do_not_fit_are_named(asm: dict[str, Any], message: str) -> None:
    sample = remade("<Tx.check_.type>", "", "Sample", {"f": ""})
    with pytest.raises(ArgumentError) as caught:
        sample.instantiate(asm=asm)
    assert str(caught.value) == message


def test_a_contract_without_assembly_takes_none() -> None:
    with pytest.raises(ArgumentError, match=r"^P2PKH asm: expected no variables: it has none, got 'x'"):
        P2PKH.instantiate(bytes(20), asm={"x": b""})
    with pytest.raises(ArtifactError, match=r"has a placeholder <a\.b> that no constructor parameter fills"):
        _ = remade("<a.b>", "", "Sample", {"f": ""}).assembly_variables


def test_the_slot_of_the_official_compiler_is_filled() -> None:
    official = replace(COUNTER, hex="<limit><counter><__codePart__>756d51", md5="")
    contract = official.instantiate(10, 7)
    assert contract.code == bytes.fromhex("5a5700756d51")
    assert contract.values == {"limit": 10, "counter": 7}
    assert official.assembly_variables == ()
    assert official.match(contract.with_state(counter=8).locking_script) == contract.with_state(counter=8)


def test_artifacts_need_not_list_the_standard_library() -> None:
    official: Artifact = remade(
        "<map._data><keys._data><at.item><at.idx>51",
        "HashedMap<int,bytes> map, HashedSet<int> keys, SortedItem<PubKeyHash> at",
        "Maps",
        {"f": "SigHashPreimage preimage"},
        state_properties=parameters("HashedMap<int,bytes> map"),
        implicit_constructor=True,
    )
    contract = official.instantiate({"_data": b""}, {"_data": b"k"}, {"item": bytes(20), "idx": 3})
    assert contract.state == {"map": {"_data": b""}}
    assert official.match(contract.locking_script) == contract
