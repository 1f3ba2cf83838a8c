"""Constructor and call arguments: valid ones become minimal pushes, invalid ones are named in the error."""

from dataclasses import FrozenInstanceError, replace
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.artifact.artifact import (
    BASIC_TYPES,
    Alias,
    Artifact,
    ArtifactError,
    Constructor,
    Library,
    Parameter,
    Struct,
)
from penstock.contract.errors import ArgumentError
from penstock.errors import PenstockError
from penstock.script.assembler import disassemble
from penstock.script.chains import BTC
from penstock.script.numbers import encode_number
from penstock.script.parse import instructions
from penstock.script.pushes import is_minimal_push, push, push_number
from tests.support.spending.hand_made import EQUALS, P2PKH, STREAMING, artifact, parameters, remade

# The generator of secp256k1 and its double (SEC 2), compressed and not.
POINT = bytes.fromhex("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")
OTHER_POINT = bytes.fromhex("02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5")
LONG_POINT = bytes.fromhex(
    "0479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
    "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8"
)
DIGEST = sha256(b"chunk").digest()


def one(kind: str) -> Artifact:
    """A contract with one constructor parameter `x` and one function that takes the same."""
    return artifact("<x>87", f"{kind} x", unlock=f"{kind} x")


# Valid arguments -----------------------------------------------------------------------------------------------------


def test_the_template_is_filled_with_minimal_pushes() -> None:
    contract = STREAMING.instantiate(POINT, OTHER_POINT, DIGEST)
    assert contract.locking_script == b"".join(
        [b"\x78\xa8", push(DIGEST), b"\x87\x64\x78", push(POINT), b"\xad\x68", push(OTHER_POINT), b"\xac\x77"]
    )
    assert len(contract.locking_script) == 110


def test_names_and_positions_mean_the_same() -> None:
    by_position = STREAMING.instantiate(POINT, OTHER_POINT, DIGEST)
    assert STREAMING.instantiate(bob=OTHER_POINT, hash=DIGEST, alice=POINT) == by_position
    assert STREAMING.instantiate(POINT, hash=DIGEST, bob=OTHER_POINT) == by_position
    assert by_position.values == {"alice": POINT, "bob": OTHER_POINT, "hash": DIGEST}


@pytest.mark.parametrize(
    ("kind", "value", "asm"),
    [
        ("int", 0, "OP_0"),
        ("int", -1, "OP_1NEGATE"),
        ("int", 16, "OP_16"),
        ("int", 17, "11"),
        ("int", -128, "8080"),
        ("PrivKey", 1 << 255, "00" * 31 + "8000"),
        ("bool", True, "OP_1"),
        ("bool", False, "OP_0"),
        ("bytes", b"", "OP_0"),
        ("bytes", b"\x05", "OP_5"),
        ("bytes", b"\x00", "00"),
        ("bytes", b"\x81", "OP_1NEGATE"),
        ("bytes", bytearray(b"ab"), "6162"),
        ("Sig", b"short", b"short".hex()),
        ("PubKey", LONG_POINT, LONG_POINT.hex()),
        ("SigHashType", b"\x41", "41"),
        ("Sha1", bytes(20), "00" * 20),
    ],
)
def test_each_type_has_its_push(kind: str, value: Any, asm: str) -> None:
    contract = one(kind).instantiate(value)
    assert disassemble(contract.locking_script) == f"{asm} OP_EQUAL"
    assert disassemble(contract.call("unlock", value).unlocking_script) == asm


@given(st.integers(-(1 << 300), 1 << 300))
def test_numbers_are_minimal(number: int) -> None:
    contract = EQUALS.instantiate(number)
    assert contract.locking_script == EQUALS.template.fill({"x": push_number(number)})
    assert EQUALS.match(contract.locking_script) == contract


@given(st.lists(st.binary(max_size=300), min_size=2, max_size=2))
def test_calls_push_their_arguments_in_order_and_minimally(values: list[bytes]) -> None:
    call = STREAMING.instantiate(POINT, OTHER_POINT, DIGEST).call("unlock", *values)
    pushes = list(instructions(call.unlocking_script))
    assert call.items == tuple(values)
    assert call.unlocking_script == b"".join(map(push, values))
    assert all(is_minimal_push(pushed.opcode, pushed.data or b"") for pushed in pushes if pushed.data is not None)


def test_the_selector_goes_on_top_when_there_are_two_functions() -> None:
    contract = EQUALS.instantiate(x=5)
    assert disassemble(contract.call("same", 5).unlocking_script) == "OP_5 OP_0"
    assert disassemble(contract.call("sum", b=2, a=3).unlocking_script) == "OP_3 OP_2 OP_1"
    assert disassemble(P2PKH.instantiate(bytes(20)).call("unlock", b"", b"").unlocking_script) == "OP_0 OP_0"


def test_a_parameter_may_be_named_like_an_argument_of_ours() -> None:
    contract = artifact("<self>87", "int self", unlock="int self, int function").instantiate(7)
    assert contract.call("unlock", 1, function=2).items == (b"\x01", b"\x02")


# Invalid arguments ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "value", "message"),
    [
        ("int", True, "x: expected a Python int, got bool True"),
        ("int", "7", "x: expected a Python int, got str '7' (for hex write bytes.fromhex(…), for text .encode())"),
        ("int", 7.0, "x: expected a Python int, got float"),
        ("int", b"\x07", "x: expected a Python int, got 1 byte 07"),
        ("int", None, "x: expected a Python int, got NoneType"),
        ("PrivKey", b"", "x: expected PrivKey (a Python int), got 0 bytes"),
        ("bool", 1, "x: expected a Python bool, got int 1"),
        ("bool", 1 << 9999, "x: expected a Python bool, got an int of 10000 bits"),
        (
            "bytes",
            "00ff",
            "x: expected Python bytes, got str '00ff' (for hex write bytes.fromhex(…), for text .encode())",
        ),
        ("bytes", 5, "x: expected Python bytes, got int 5"),
        ("bytes", [1, 2], "x: expected Python bytes, got list of 2"),
        (
            "Sha256",
            "ab",
            "x: expected Sha256 (32 bytes), got str 'ab' (for hex write bytes.fromhex(…), for text .encode())",
        ),
    ],
)
def test_wrong_types_are_named_at_construction_and_call(kind: str, value: object, message: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        one(kind).instantiate(value)
    assert str(caught.value) == message
    assert (caught.value.parameter, isinstance(caught.value, PenstockError)) == ("x", True)
    good: dict[str, Any] = {"int": 1, "PrivKey": 1, "bool": True, "bytes": b"", "Sha256": DIGEST}
    with pytest.raises(ArgumentError) as caught:
        one(kind).instantiate(good[kind]).call("unlock", value)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("kind", "size", "lengths"),
    [
        ("PubKey", 32, "33 or 65 bytes"),
        ("PubKey", 64, "33 or 65 bytes"),
        ("Sha256", 31, "32 bytes"),
        ("Sha256", 33, "32 bytes"),
        ("Ripemd160", 21, "20 bytes"),
        ("Sha1", 0, "20 bytes"),
        ("SigHashType", 2, "1 byte"),
    ],
)
def test_lengths_bind_constructors_but_not_calls(kind: str, size: int, lengths: str) -> None:
    good: dict[str, bytes] = {"PubKey": POINT, "Sha256": bytes(32), "SigHashType": b"\x01"}
    with pytest.raises(ArgumentError) as caught:
        one(kind).instantiate(bytes(size))
    assert caught.value.expected == f"{kind} ({lengths})"
    assert caught.value.got.startswith(f"{size} bytes")
    assert one(kind).instantiate(good.get(kind, bytes(20))).call("unlock", bytes(size)).items == (bytes(size),)


@pytest.mark.parametrize(
    "key",
    [
        pytest.param(b"\x02" + bytes(31) + b"\x05", id="x of no point"),
        pytest.param(b"\x05" + POINT[1:], id="unknown prefix"),
        pytest.param(b"\x02" + b"\xff" * 32, id="x beyond the field"),
        pytest.param(LONG_POINT[:-1] + b"\xb9", id="y of another point"),
        pytest.param(b"\x06" + LONG_POINT[1:], id="hybrid"),
    ],
)
def test_a_public_key_is_a_point(key: bytes) -> None:
    with pytest.raises(ArgumentError) as caught:
        one("PubKey").instantiate(key)
    assert caught.value.expected == "PubKey (a point of secp256k1, compressed or not)"
    assert one("PubKey").instantiate(POINT).call("unlock", key).items == (key,)


@pytest.mark.parametrize(
    ("args", "kwargs", "got"),
    [
        ((), {}, "nothing for 'alice', 'bob', 'hash'"),
        ((POINT,), {"hash": DIGEST}, "nothing for 'bob'"),
        ((POINT, POINT, DIGEST, 1), {}, "4 positional arguments"),
        ((POINT, POINT, DIGEST), {"bob": POINT}, "'bob' twice"),
        ((), {"alise": POINT, "bob": POINT, "hash": DIGEST}, "an argument named 'alise'"),
    ],
)
def test_missing_and_surplus_arguments_are_named(args: tuple[Any, ...], kwargs: dict[str, Any], got: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        STREAMING.instantiate(*args, **kwargs)
    assert str(caught.value) == f"Streaming: expected (PubKey alice, PubKey bob, Sha256 hash), got {got}"


def test_calls_name_the_function() -> None:
    contract = EQUALS.instantiate(5)
    with pytest.raises(ArgumentError, match=r"^Equals\.sum: expected \(int a, int b\), got nothing for 'b'$"):
        contract.call("sum", 1)
    with pytest.raises(ArgumentError, match=r"^Equals: expected a public function \(same, sum\), got 'product'$"):
        contract.call("product", 1)


def test_values_are_frozen() -> None:
    contract = EQUALS.instantiate(5)
    with pytest.raises(FrozenInstanceError):
        contract.locking_script = b""  # type: ignore[misc]  # the subject of the test


# Arrays, structs, libraries -------------------------------------------------------------------------------------------

NESTED = remade(
    "<grid[0][0]><grid[0][1]><grid[1][0]><grid[1][1]><grid[2][0]><grid[2][1]><pair.first><pair.second[0]><pair.second[1]>"
    "<reader.ctor.data><counter.start>87",
    "int[3][2] grid, Pair<bool,Word>[1] pairs, Reader reader, Counter counter",
    "Nested",
    {"unlock": "Reader reader, Pair<Word,int> pair"},
    structs=(Struct("Pair", parameters("A first, B[2] second"), ("A", "B")),),
    libraries=(
        Library("Reader", parameters("bytes ctor.data"), parameters("bytes buffer, int position")),
        Library("Counter", parameters("int start"), parameters("int start")),
    ),
    aliases=(Alias("Word", "bytes"),),
)
NESTED = replace(NESTED, hex=NESTED.hex.replace("<pair.", "<pairs[0]."))
GRID = [[1, 2], [3, 4], [5, 6]]
PAIRS = [{"first": True, "second": [b"a", b"b"]}]


def test_nested_values_are_flattened_in_order() -> None:
    contract = NESTED.instantiate(GRID, PAIRS, {"data": b"data"}, {"start": 9})
    asm = "OP_1 OP_2 OP_3 OP_4 OP_5 OP_6 OP_1 61 62 64617461 OP_9 OP_EQUAL"
    assert disassemble(contract.locking_script) == asm
    assert NESTED.match(contract.locking_script) == contract


def test_a_library_is_its_properties_in_a_call() -> None:
    contract = NESTED.instantiate(GRID, PAIRS, {"data": b"data"}, {"start": 9})
    call = contract.call("unlock", {"position": 3, "buffer": b"xy"}, {"first": b"w", "second": [1, 2]})
    assert call.items == (b"xy", encode_number(3), b"w", b"\x01", b"\x02")


@pytest.mark.parametrize(
    ("grid", "pairs", "message"),
    [
        ([[1, 2], [3, 4]], PAIRS, "grid: expected a list of 3 values (int[3][2]), got list of 2"),
        ([[1, 2], [3], [5, 6]], PAIRS, "grid[1]: expected a list of 2 values (int[2]), got list of 1"),
        ([[1, 2], [3, 4], [5, b""]], PAIRS, "grid[2][1]: expected a Python int, got 0 bytes"),
        (7, PAIRS, "grid: expected a list of 3 values (int[3][2]), got int 7"),
        (GRID, [(True, [b"a", b"b"])], "pairs[0]: expected a mapping of first, second (Pair), got tuple of 2"),
        (GRID, [{"first": True}], "pairs[0]: expected a mapping of first, second (Pair), got a mapping of first"),
        (
            GRID,
            [{"first": True, "second": [b"a", 1]}],
            "pairs[0].second[1]: expected Python bytes, got int 1",
        ),
    ],
)
def test_nested_refusals_name_the_leaf(grid: Any, pairs: Any, message: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        NESTED.instantiate(grid, pairs, {"data": b""}, {"start": 0})
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("Unknown", "does not describe the type 'Unknown'"),
        ("int[", "cannot read the type"),
        ("int[]", "an array of int has no size"),
        ("int]", "cannot read the type"),
        ("Pair<int>", "Pair takes 2 types, not 1"),
        ("Pair<int", "cannot read the type"),
        ("int int", "cannot read the type"),
        ("int-", "cannot read the type"),
        ("", "cannot read the type"),
        ("Loop", "contains itself"),
    ],
)
def test_types_that_an_artifact_cannot_mean_are_refused(kind: str, reason: str) -> None:
    broken = replace(
        NESTED, abi=(Constructor((Parameter("x", kind),)),), hex="<x>", aliases=(Alias("Loop", "Loop[2]"),)
    )
    with pytest.raises(ArtifactError, match=r"^artifact field abi: parameter 'x': ") as caught:
        broken.instantiate(0)
    assert reason in str(caught.value)


# From a script back to its contract -----------------------------------------------------------------------------------


def test_a_script_is_recognised() -> None:
    contract = STREAMING.instantiate(POINT, OTHER_POINT, DIGEST)
    assert STREAMING.match(contract.locking_script) == contract


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("0105930105", id="push that is not minimal"),
        pytest.param("02050093020500", id="number that is not minimal"),
        pytest.param("529353", id="two values for one placeholder"),
        pytest.param("5293", id="cut short"),
    ],
)
def test_scripts_that_instantiate_cannot_make_are_not_recognised(script: str) -> None:
    twice = artifact("<x>93<x>", "int x")
    assert twice.match(twice.instantiate(5).locking_script) == twice.instantiate(5)
    assert twice.match(bytes.fromhex(script)) is None


@pytest.mark.parametrize(("kind", "data"), [("bool", b"\x02"), ("Sha256", bytes(31)), ("PubKey", b"\x02" + bytes(32))])
def test_scripts_with_values_that_do_not_fit_are_not_recognised(kind: str, data: bytes) -> None:
    assert one(kind).match(push(data) + b"\x87") is None


sized = {"PubKey": st.sampled_from([POINT, OTHER_POINT, LONG_POINT]), "Sha256": st.binary(min_size=32, max_size=32)}
values_of: dict[str, st.SearchStrategy[Any]] = {
    "int": st.integers(),
    "PrivKey": st.integers(),
    "bool": st.booleans(),
    "bytes": st.binary(),
    "Sig": st.binary(),
    "SigHashPreimage": st.binary(),
    "OpCodeType": st.binary(max_size=1),
    "SigHashType": st.binary(min_size=1, max_size=1),
    "Ripemd160": st.binary(min_size=20, max_size=20),
    "Sha1": st.binary(min_size=20, max_size=20),
    **sized,
}


@given(st.lists(st.sampled_from(sorted(values_of)), max_size=6), st.data())
def test_any_contract_is_recognised(kinds: list[str], draws: st.DataObject) -> None:
    names = [f"x{index}" for index in range(len(kinds))]
    constructor = ", ".join(f"{kind} {name}" for kind, name in zip(kinds, names, strict=True))
    sample = artifact("".join(f"<{name}>75" for name in names), constructor, unlock=constructor)
    values = {name: draws.draw(values_of[kind], label=kind) for kind, name in zip(kinds, names, strict=True)}
    contract = sample.instantiate(**values)
    assert contract.values == values
    assert sample.match(contract.locking_script) == contract
    call = contract.call("unlock", *values.values())
    pushes = [instruction for instruction in instructions(contract.locking_script) if instruction.opcode != 0x75]
    assert call.unlocking_script == b"".join(
        contract.locking_script[pushed.offset : pushed.offset + pushed.size] for pushed in pushes
    )


def test_every_basic_type_is_tried() -> None:
    assert set(values_of) == set(BASIC_TYPES)


# Artifacts whose template and constructor disagree --------------------------------------------------------------------


def test_every_parameter_needs_a_placeholder_and_every_placeholder_a_parameter() -> None:
    with pytest.raises(ArtifactError, match="has no placeholder <y>"):
        artifact("<x>87", "int x, int y").instantiate(1, 2)
    with pytest.raises(ArtifactError, match="has a placeholder <z> that no constructor parameter fills"):
        artifact("<x><z>87", "int x").instantiate(1)
    with pytest.raises(ArtifactError, match="has no placeholder"):
        artifact("<x[0]>87", "int[99999999] x").match(b"\x51\x87")


def test_witnesses_exist_on_btc_only() -> None:
    on_btc = replace(EQUALS, chain=BTC).instantiate(5)
    assert on_btc.p2wsh() == b"\x00\x20" + sha256(on_btc.locking_script).digest()
    assert on_btc.call("same", 5).witness == (b"\x05", b"", on_btc.locking_script)
    on_bsv = EQUALS.instantiate(5)
    with pytest.raises(ArgumentError, match=r'^p2wsh: expected a contract compiled with target="btc", got one for bsv'):
        on_bsv.p2wsh()
    with pytest.raises(ArgumentError, match=r"^witness: expected"):
        _ = on_bsv.call("same", 5).witness
