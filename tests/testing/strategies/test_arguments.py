"""Arguments by the ABI: they fit each type, and contain its edges; other spellings have the same value."""

import operator
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from hashlib import sha256
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, find, given, settings
from hypothesis import strategies as st

import penstock
from penstock.contract.errors import ArgumentError
from penstock.script.numbers import decode_number, encode_number
from penstock.testing import PREIMAGE, Chain, Key, Signature, key
from penstock.testing.strategies import (
    arguments,
    byte_strings,
    constructor_arguments,
    numbers,
    spelled,
    spellings,
)

FINDING = settings(max_examples=20_000, database=None, phases=[Phase.generate])
QUICK = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))


def found(strategy: st.SearchStrategy[Any], condition: Callable[[Any], bool]) -> Any:
    """The first value that meets a condition, in an order that is the same in each run."""
    return find(strategy, condition, settings=FINDING, random=Random(1))


def can_be(strategy: st.SearchStrategy[Any], *values: object) -> bool:
    return all(found(strategy, partial(operator.eq, value)) == value for value in values)


def test_numbers_have_their_edges() -> None:
    assert can_be(numbers(), 0, 1, -1, 127, 128, -129, 255, 256, 2**31 - 1, 2**31, -(2**31), 2**255)
    assert can_be(numbers(longest=4, more=[1234]), 1233, 1234, 1235, 2**31, 2**39)
    assert found(numbers(), lambda drawn: drawn.bit_length() > 200)


@given(numbers(longest=4))
def test_numbers_of_a_chain_with_short_ones_are_a_byte_longer_at_most(number: int) -> None:
    assert len(encode_number(number)) <= 6


@pytest.mark.long
def test_byte_strings_have_their_edges() -> None:
    assert can_be(byte_strings(more=[b"known"]), b"", b"\x00", b"known", bytes(75), bytes(76), b"\xff" * 521)
    assert can_be(byte_strings(lengths=[20], more=[b"known"]), bytes(20), b"\x80" * 20)
    assert len(found(byte_strings(longest=3), lambda drawn: len(drawn) == 3)) == 3


@given(byte_strings(lengths=[20, 32], more=[b"short"]))
def test_byte_strings_of_fixed_lengths(drawn: bytes) -> None:
    assert len(drawn) in (20, 32)


TYPES = """struct Pair { int n; Sha256 hash; }
contract Types {
    @state HashedMap<PubKeyHash, int> map; @state HashedSet<bytes> set;
    const int limit; Pair[2] pairs;
    static const int LIMIT = 98765;
    public function open(
        int n, bool b, bytes data, PubKey key, PubKeyHash hash, Sig sig, Pair pair, Sig[2] sigs, Sha1 sha,
        SigHashType kind, SigHashPreimage preimage, PrivKey secret, OpCodeType code, SortedItem<int> item
    ) {
        require(n > 4321 && data == b'c0ffee');
        require(checkSig(sig, key) || b);
    }
}"""


DAVE, ERIN = key("dave"), key("erin")


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("int", (0, 4321, 4322, 4320, 2**31)),
        ("bool", (True, False)),
        ("bytes", (b"", b"\xc0\xff\xee", bytes(76))),
        ("PubKey", (DAVE, ERIN)),
        ("PubKeyHash", (DAVE, bytes(20), bytes(19), b"")),
        ("Sig", (DAVE, ERIN.sig("NONE"), b"")),
        ("Sha1", (b"\xff" * 20, bytes(21))),
        ("Sha256", (b"\xff" * 32, b"")),
        ("SigHashType", (b"\x41", b"\xc3")),
        ("SigHashPreimage", (PREIMAGE,)),
        ("PrivKey", tuple(int.from_bytes(each.private.secret, "big") for each in (DAVE, ERIN))),
        ("OpCodeType", (b"\x80",)),
        ("bool[2]", ([True, False],)),
        ("Pair", ({"n": 4320, "flag": True},)),
        ("SortedItem<bool>", ({"item": True, "idx": 1},)),
    ],
)
def test_each_type_has_its_values(kind: str, values: tuple[object, ...]) -> None:
    source = f"""struct Pair {{ int n; bool flag; }}
        contract C {{ public function open({kind} x, int n) {{ require(n == 4321 || sha256(b'c0ffee') == b''); }} }}"""
    strategy = arguments(penstock.compile_source(source, name="c.scrypt"), "open", keys=["dave", "erin"])
    assert can_be(strategy.map(lambda drawn: drawn["x"]), *values)


@QUICK
@given(st.data())
def test_arguments_fit(data: st.DataObject) -> None:
    artifact = penstock.compile_source(TYPES, name="types.scrypt")
    chain = Chain()
    contract = chain.contract(artifact, **data.draw(constructor_arguments(artifact)))
    chain.spend(chain.fund(contract, 1000), "open", **data.draw(arguments(artifact, "open"))).to(
        key("bob"), 900
    ).try_send()


BUNDLED = [
    *(
        ("bsv", name)
        for name in ("chunk_sale", "coin_toss", "counter", "escrow", "hash_lock_choice", "licence", "meter")
    ),
    *(("bsv", name) for name in ("multisig", "p2pkh", "pay_word", "shares", "streaming")),
    *(("btc", name) for name in ("escrow", "hash_lock_choice", "paid_key_btc", "vault", "streaming")),
]


@pytest.mark.parametrize(("target", "name"), BUNDLED)
@QUICK
@given(data=st.data())
def test_script_and_meaning_agree_on_bundled_contracts(target: str, name: str, data: st.DataObject) -> None:
    chain = Chain(target)
    artifact = chain.compile(penstock.bundled(name))
    function = data.draw(st.sampled_from([each.name for each in artifact.functions]))
    try:
        contract = chain.contract(artifact, **data.draw(constructor_arguments(artifact)))
    except ArgumentError:
        assume(False)
    coin = chain.fund(contract, 1000)
    chain.spend(coin, function, **data.draw(arguments(artifact, function))).to(key("bob"), 900).try_send()


def test_wrong_use_is_named() -> None:
    artifact = penstock.compile_source(TYPES, name="types.scrypt")
    with pytest.raises(ArgumentError, match=r"Types: expected a public function \(open\), got 'close'"):
        arguments(artifact, "close")
    with pytest.raises(ArgumentError, match="keys: expected the name of a key at least, got none"):
        constructor_arguments(artifact, keys=[])


def test_signatures_are_lazy() -> None:
    artifact = Chain().compile(penstock.bundled("p2pkh"))
    drawn = found(arguments(artifact, "unlock"), lambda drawn: isinstance(drawn["sig"], Signature))
    assert isinstance(drawn["pubKey"], Key)


# Spellings ------------------------------------------------------------------------------------------------------------


@given(st.data(), st.one_of(numbers(), st.booleans()))
def test_a_spelling_has_the_same_value_and_other_bytes(data: st.DataObject, value: int) -> None:
    item = data.draw(spellings(value))
    if isinstance(value, bool):
        assert (decode_number(item) != 0) == value
        assert item != (b"\x01" if value else b"")
    else:
        assert decode_number(item) == value
        assert len(item) > len(encode_number(value))


def test_zero_has_negative_spellings() -> None:
    assert can_be(spellings(0), b"\x00", b"\x80", b"\x00\x80")
    assert can_be(spellings(False), b"\x00", b"\x80")
    assert can_be(spellings(True), b"\x02", b"\x80\x00")
    assert can_be(spellings(-1), b"\x01\x80", b"\x01\x00\x80")


HASHING = """contract Hashing {
    Sha256 digest;
    public function open(int n, bool b, bytes rest) { require(sha256(pack(n)) == this.digest && b && len(rest) == 1); }
    public function plain(bytes rest) { require(len(rest) == 1); }
}"""


@QUICK
@given(data=st.data())
def test_the_script_takes_all_spellings_of_a_call_for_the_same(data: st.DataObject) -> None:
    chain = Chain()
    artifact = penstock.compile_source(HASHING, name="hashing.scrypt")
    coin = chain.fund(chain.contract(artifact, sha256(b"\x05").digest()), 1000)
    number = data.draw(st.sampled_from([5, 6]))
    filled = chain.spend(coin, "open", number, True, b"x").to(key("bob"), 900).filled()
    (call,), (spend,) = filled.calls, filled.spends
    other = data.draw(spelled(call))
    assert other.items != call.items
    assert other.items[2:] == call.items[2:], "bytes, and the function's number"
    assert bool(spend.judge(other, rules="bsv-consensus")) == (number == 5)


def test_a_call_without_numbers_has_one_spelling() -> None:
    chain = Chain()
    artifact = penstock.compile_source(HASHING, name="hashing.scrypt")
    coin = chain.fund(chain.contract(artifact, bytes(32)), 1000)
    (call,) = chain.spend(coin, "plain", b"x").to(key("bob"), 900).filled().calls
    with pytest.raises(ArgumentError, match=r"Hashing.plain: expected a number or a truth value to spell, got none"):
        spelled(call)


# Without Hypothesis ---------------------------------------------------------------------------------------------------


def test_the_kit_works_without_hypothesis_and_the_strategies_say_what_is_missing() -> None:
    code = "import sys; sys.modules['hypothesis'] = None; import penstock.testing; import penstock.testing.strategies"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert result.returncode == 1
    message = "penstock.testing.strategies needs Hypothesis, which is not installed: pip install hypothesis"
    assert result.stderr.strip().endswith(f"MissingHypothesisError: {message}")
