"""A spend signs, fills in and judges; outside engines judge the same transactions alike."""

from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

import pytest
from bitcoin.core import CTransaction
from hypothesis import given
from hypothesis import strategies as st

from penstock.artifact.artifact import Position, SourceFile, SourceMap
from penstock.contract.contract import Call, Contract
from penstock.contract.errors import ArgumentError
from penstock.contract.spend import Spend
from penstock.contract.wraps import Wrap
from penstock.script.chains import CHAINS
from penstock.script.hashes import hash160
from penstock.tx.keys import KeyFormatError, PrivateKey
from penstock.tx.keys import sign as sign_input
from penstock.tx.transaction import OutPoint, Transaction, TxOut
from penstock.vm.judging.verify import check_transaction, verify
from tests.support.engines.outside_judges import bitcoin_core_accepts, bsv_sdk_accepts
from tests.support.spending.hand_made import EQUALS, P2PKH, STREAMING, artifact

ALICE, BOB = PrivateKey.from_bytes(b"\x01" * 32), PrivateKey.from_bytes(b"\x02" * 32)
CHUNK = b"a chunk of the movie"
TARGETS = ("bsv", "btc")
WRAPS = (("bsv", Wrap.BARE), ("btc", Wrap.BARE), ("btc", Wrap.P2WSH))
HASH_TYPES = [f"{outputs}{more}" for outputs in ("ALL", "NONE", "SINGLE") for more in ("", "|ANYONECANPAY")]


def streaming(target: str = "bsv") -> Contract:
    compiled = replace(STREAMING, chain=CHAINS[target])
    return compiled.instantiate(ALICE.public_key, BOB.public_key, sha256(CHUNK).digest())


def p2pkh(target: str = "bsv") -> Contract:
    return replace(P2PKH, chain=CHAINS[target]).instantiate(hash160(ALICE.public_key))


# Both branches, with real signatures ----------------------------------------------------------------------------------


@pytest.mark.parametrize("hash_type", HASH_TYPES)
@pytest.mark.parametrize(("target", "wrap"), WRAPS)
def test_both_ways_to_unlock(target: str, wrap: Wrap, hash_type: str) -> None:
    spend = Spend(streaming(target), value=1000, outputs=[(900, b"\x51")], wrap=wrap, scripts_only=True)
    bob = spend.sign(BOB, hash_type)
    assert spend.verify("unlock", CHUNK, bob)
    assert spend.verify("unlock", spend.sign(ALICE.secret, hash_type), bob)


@pytest.mark.parametrize(
    ("chunk", "signer", "error"),
    [
        pytest.param(b"another chunk", BOB, "SIG_DER", id="a chunk that is no signature"),
        pytest.param(CHUNK, ALICE, "NULLFAIL", id="Alice signs for Bob"),
        pytest.param(b"", BOB, "CHECKSIGVERIFY", id="no chunk"),
    ],
)
@pytest.mark.parametrize(("target", "wrap"), WRAPS)
def test_what_does_not_unlock(chunk: bytes, signer: PrivateKey, error: str, target: str, wrap: Wrap) -> None:
    spend = Spend(streaming(target), wrap=wrap)
    verdict = spend.verify("unlock", chunk, spend.sign(signer))
    assert not verdict
    assert verdict.error == error


def test_every_function_of_several_can_be_called() -> None:
    spend = Spend(EQUALS.instantiate(5))
    assert spend.verify("same", 5)
    assert spend.verify("sum", 2, 3)
    assert spend.verify("same", 4).error == "EVAL_FALSE"
    assert spend.verify("sum", 2, 4).error == "EVAL_FALSE"


def test_the_rules_are_those_of_the_target_unless_given() -> None:
    """Two items are left: relay refuses, a block accepts."""
    for target in TARGETS:
        contract = replace(artifact("51", unlock="int x"), chain=CHAINS[target]).instantiate()
        spend = Spend(contract, wrap="bare")
        assert spend.verify("unlock", 1).error == "CLEANSTACK"
        assert spend.verify("unlock", 1, rules=f"{target}-consensus")


def test_arguments_may_be_given_by_name() -> None:
    spend = Spend(EQUALS.instantiate(5))
    assert spend.verify("sum", a=2, b=3)
    assert spend.verify("sum", 2, b=3, rules="bsv-consensus")
    assert not spend.verify("sum", b=2, a=2)
    assert spend.call("sum", b=2, a=3) == spend.contract.call("sum", 3, 2) == spend.contract.call("sum", b=2, a=3)
    for call in (spend.call, spend.verify, spend.contract.call):
        with pytest.raises(ArgumentError, match=r"^Equals\.sum: expected \(int a, int b\), got an argument named 'c'$"):
            call("sum", 1, c=2)
        with pytest.raises(ArgumentError, match=r"^Equals\.sum: expected \(int a, int b\), got nothing for 'b'$"):
            call("sum", a=1)
        with pytest.raises(ArgumentError, match=r"^Equals\.sum: expected \(int a, int b\), got 'a' twice$"):
            call("sum", 1, a=2)


def test_parameters_may_have_the_names_of_our_own() -> None:
    """Only `rules` and `by` are taken, by `verify` and `grind`: such a parameter is given by position, or in `call`."""
    spend = Spend(artifact("93939c", unlock="int self, int function, int rules, int x").instantiate())
    call = spend.call("unlock", self=9, function=5, rules=2, x=2)
    assert spend.judge(call)
    assert spend.verify("unlock", 9, 5, 2, x=2)
    assert spend.verify("unlock", 9, 5, 2, x=2, rules="bsv-consensus")
    with pytest.raises(ArgumentError, match="got nothing for 'rules'"):
        spend.verify("unlock", 9, 5, x=2, rules="bsv-consensus")


def test_a_refusal_names_the_source_line() -> None:
    text = "contract P2PKH {\n    require(hash160(key) == this.keyHash);\n    require(checkSig(sig, key));\n}\n"
    places = [None, None, Position(0, 2, 5), Position(0, 2, 5), Position(0, 3, 5)]
    compiled = replace(P2PKH, source_map=SourceMap.of([SourceFile("p2pkh.scrypt", text)], places))
    spend = Spend(compiled.instantiate(hash160(ALICE.public_key)))
    wrong_key = spend.verify("unlock", spend.sign(BOB), BOB.public_key)
    assert (wrong_key.error, wrong_key.source_line) == ("EQUALVERIFY", "require(hash160(key) == this.keyHash);")
    wrong_signature = spend.verify("unlock", spend.sign(BOB), ALICE.public_key)
    assert (wrong_signature.error, wrong_signature.source_line) == ("NULLFAIL", "require(checkSig(sig, key));")


# Data that a signature covers -----------------------------------------------------------------------------------------

CHANGES: dict[str, dict[str, Any]] = {
    "value": {"value": 1001},
    "outputs": {"outputs": [(899, b"\x51")]},
    "version": {"version": 0},
    "lock time": {"lock_time": 1},
    "sequence": {"sequence": 7},
    "outpoint": {"outpoint": OutPoint(b"\x07" * 32, 7)},
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("target", TARGETS)
def test_a_signature_for_one_spend_does_not_fit_another(change: str, target: str) -> None:
    spend = Spend(p2pkh(target), outputs=[(900, b"\x51")], scripts_only=True)
    signature = spend.sign(ALICE)
    assert spend.verify("unlock", signature, ALICE.public_key)
    other = replace(spend, **CHANGES[change])
    assert other.verify("unlock", signature, ALICE.public_key).error == "NULLFAIL"
    assert other.verify("unlock", other.sign(ALICE), ALICE.public_key)


def test_none_leaves_the_outputs_open_and_anyonecanpay_the_other_inputs() -> None:
    spend = Spend(p2pkh(), outputs=[(900, b"\x51")])
    elsewhere = replace(spend, outputs=[(1, b"\x52"), (2, b"")])
    more = spend.add_input(5000, b"\x51")
    for hash_type, outputs_open, inputs_open in [
        ("ALL", False, False),
        ("NONE", True, False),
        ("ALL|ANYONECANPAY", False, True),
        ("NONE|ANYONECANPAY", True, True),
    ]:
        signature = spend.sign(ALICE, hash_type)
        assert bool(elsewhere.verify("unlock", signature, ALICE.public_key)) is outputs_open
        assert bool(more.verify("unlock", signature, ALICE.public_key)) is inputs_open


def test_the_same_signature_comes_from_the_public_function() -> None:
    spend = Spend(p2pkh(), value=1234)
    by_hand = sign_input(spend.tx, 0, spend.contract.locking_script, 1234, ALICE, "ALL", rules="bsv")
    assert spend.sign(ALICE) == by_hand
    assert spend.sign(ALICE)[-1] == 0x41
    assert Spend(p2pkh("btc")).sign(ALICE)[-1] == 0x01


# The transaction ------------------------------------------------------------------------------------------------------


def test_a_key_may_be_its_32_bytes() -> None:
    spend = Spend(p2pkh())
    assert spend.sign(ALICE.secret) == spend.sign(ALICE)
    for wrong, message in ((b"key", "the secret must be 32 bytes"), ("key", "a secret is 32 bytes, not str")):
        with pytest.raises(KeyFormatError, match=message):
            spend.sign(wrong)  # type: ignore[arg-type]  # the subject of the test


def test_tx_is_the_unsigned_transaction() -> None:
    spend = Spend(p2pkh(), value=1000, outputs=[(900, b"\x51"), (50, b"\x52")], version=2, lock_time=7, sequence=8)
    tx = spend.tx
    assert isinstance(tx, CTransaction)
    assert tx.serialize() == spend.transaction().serialize()
    assert (tx.nVersion, tx.nLockTime, tx.vin[0].nSequence, tx.vin[0].scriptSig) == (2, 7, 8, b"")
    assert [(output.nValue, bytes(output.scriptPubKey)) for output in tx.vout] == [(900, b"\x51"), (50, b"\x52")]


def test_the_contract_is_paid_by_a_real_transaction() -> None:
    spend = Spend(p2pkh(), value=1000)
    assert spend.funding.outputs == (TxOut(1000, spend.contract.locking_script),)
    assert spend.transaction().inputs[0].outpoint == OutPoint(spend.funding.txid, 0)
    assert Transaction.parse(spend.funding.serialize()) == spend.funding


def test_without_outputs_given_the_whole_value_goes_on() -> None:
    assert Spend(p2pkh(), value=77).transaction().outputs == (TxOut(77, b"\x51"),)
    assert Spend(p2pkh(), value=77, outputs=[]).transaction().outputs == ()


def test_the_call_goes_where_the_form_wants_it() -> None:
    bare, wrapped = Spend(p2pkh("btc"), wrap="bare"), Spend(p2pkh("btc"), wrap="p2wsh")
    call = bare.contract.call("unlock", b"signature", ALICE.public_key)
    tx = bare.transaction(call)
    assert (tx.inputs[0].script, tx.witnesses) == (call.unlocking_script, ())
    tx = wrapped.transaction(call)
    assert (tx.inputs[0].script, tx.witnesses) == (b"", (call.witness,))
    assert wrapped.funding.outputs[0].script == wrapped.contract.p2wsh()


def test_further_inputs_come_behind_and_differ() -> None:
    elsewhere = OutPoint(b"a" * 32, 1)
    spend = Spend(p2pkh()).add_input(5, b"\x51").add_input(5, b"\x51").add_input(6, b"\x52", outpoint=elsewhere)
    outpoints = [txin.outpoint for txin in spend.transaction().inputs]
    assert len(set(outpoints)) == 4
    assert outpoints[3] == elsewhere
    assert spend.spent_outputs[1:] == (TxOut(5, b"\x51"), TxOut(5, b"\x51"), TxOut(6, b"\x52"))


def test_a_spend_with_a_fee_input_is_judged_as_a_whole() -> None:
    spend = Spend(p2pkh(), outputs=[(900, b"\x51")]).add_input(5000, p2pkh().locking_script)
    tx = spend.transaction(spend.contract.call("unlock", spend.sign(ALICE), ALICE.public_key))
    fee_signature = sign_input(tx, 1, p2pkh().locking_script, 5000, ALICE, "ALL", rules="bsv")
    fee_call = p2pkh().call("unlock", fee_signature, ALICE.public_key)
    verdicts = check_transaction(tx.with_input_script(1, fee_call.unlocking_script), spend.spent_outputs, "bsv")
    assert [bool(verdict) for verdict in verdicts] == [True, True]
    assert [bool(verdict) for verdict in check_transaction(tx, spend.spent_outputs, "bsv")] == [True, False]


def test_a_call_of_another_contract_is_refused() -> None:
    call = streaming().call("unlock", CHUNK, b"")
    with pytest.raises(ArgumentError, match=r"^call: expected a call of this spend's contract"):
        Spend(p2pkh()).judge(call)


@pytest.mark.parametrize("sequence", [-1, 1 << 32, True, 1.5, None])
def test_the_sequence_of_another_input_is_refused_at_once(sequence: Any) -> None:
    message = rf"^input 1 sequence: expected a whole number from 0 to 4294967295, got {sequence!r}$"
    with pytest.raises(ArgumentError, match=message):
        Spend(p2pkh()).add_input(5, b"\x51", sequence=sequence)


@pytest.mark.parametrize("sequence", [0, 0xFFFF_FFFF])
def test_every_sequence_in_range_is_that_of_the_other_input(sequence: int) -> None:
    spend = Spend(p2pkh()).add_input(5, b"\x51", sequence=sequence)
    assert spend.transaction().inputs[1].sequence == sequence


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("contract", P2PKH, "contract: expected a Contract, from artifact.instantiate(…), got Artifact"),
        ("value", -1, "value: expected a whole number from 0 to 2100000000000000, got -1"),
        ("value", True, "value: expected a whole number from 0 to 2100000000000000, got True"),
        ("value", 1.5, "value: expected a whole number from 0 to 2100000000000000, got 1.5"),
        ("version", 1 << 31, "version: expected a whole number from -2147483648 to 2147483647, got 2147483648"),
        ("lock_time", -1, "lock_time: expected a whole number from 0 to 4294967295, got -1"),
        ("sequence", 1 << 32, "sequence: expected a whole number from 0 to 4294967295, got 4294967296"),
        ("outputs", 5, "outputs: expected a list of pairs of satoshis and locking script, got int"),
        ("outputs", {1: b""}, "outputs: expected a list of pairs of satoshis and locking script, got dict"),
        ("outputs", "51", "outputs: expected a list of pairs of satoshis and locking script, got str"),
        ("outpoint", b"", "outpoint: expected an OutPoint, got bytes"),
        ("outputs", [(1,)], "outputs[0]: expected a pair of satoshis and a locking script in bytes, got tuple"),
        (
            "outputs",
            [(1, b""), (1, "51")],
            "outputs[1]: expected a pair of satoshis and a locking script in bytes, got tuple",
        ),
        ("outputs", [(-1, b"")], "outputs[0] value: expected a whole number from 0 to 2100000000000000, got -1"),
        ("wrap", "p2pk", "wrap: expected bare or p2sh or p2wsh or p2sh-p2wsh or p2tr, got 'p2pk'"),
        ("wrap", "p2wsh", 'wrap: expected a contract compiled with target="btc", got one for bsv, without witnesses'),
    ],
)
def test_what_makes_no_spend_is_named(field: str, value: object, message: str) -> None:
    change: dict[str, Any] = {field: value}
    with pytest.raises(ArgumentError) as caught:
        replace(Spend(p2pkh()), **change)
    assert str(caught.value) == message


# Other engines --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """A spend of the streaming contract and a call, good or not."""

    spend: Spend
    call: Call


@st.composite
def cases(draw: st.DrawFn) -> Case:
    target, wrap = draw(st.sampled_from(WRAPS))
    spend = Spend(
        streaming(target),
        value=draw(st.integers(1, 100_000)),
        outputs=draw(st.lists(st.tuples(st.integers(0, 10_000), st.binary(max_size=30)), min_size=1, max_size=3)),
        version=draw(st.sampled_from([1, 2])),
        lock_time=draw(st.integers(0, 0xFFFF_FFFF)),
        sequence=draw(st.integers(0, 0xFFFF_FFFF)),
        wrap=wrap,
        scripts_only=True,
    ).add_input(500, b"\x51")
    hash_type = draw(st.sampled_from(HASH_TYPES))
    by_alice, by_bob = spend.sign(ALICE, hash_type), spend.sign(BOB, hash_type)
    first = draw(st.sampled_from([CHUNK, by_alice, by_bob, b"", b"\x30", b"another chunk"]))
    second = draw(st.sampled_from([by_bob, by_alice, b""]))
    return Case(spend, spend.contract.call("unlock", first, second))


@given(cases())
def test_outside_engines_agree(case: Case) -> None:
    spend, tx = case.spend, case.spend.transaction(case.call).serialize()
    if spend.contract.artifact.target == "bsv":
        assert bsv_sdk_accepts(tx, 0, spend.locking_script, spend.value) == bool(spend.judge(case.call))
    else:
        ours = spend.judge(case.call, rules="btc-consensus")
        assert bitcoin_core_accepts(tx, 0, spend.locking_script, spend.value) == bool(ours)


def test_verify_judges_the_same_from_its_parts() -> None:
    spend = Spend(streaming())
    call = spend.contract.call("unlock", CHUNK, spend.sign(BOB))
    tx = spend.tx
    assert verify(call.unlocking_script, spend.contract.locking_script, tx=tx, input_index=0, value=1000, rules="bsv")
    assert not verify(
        call.unlocking_script, spend.contract.locking_script, tx=tx, input_index=0, value=999, rules="bsv"
    )
