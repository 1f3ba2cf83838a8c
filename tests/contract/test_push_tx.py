"""The preimage that a contract demands: found by running it, ground for a low digest, explained where it is wrong."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from typing import Any

import pytest

from penstock import PREIMAGE, Artifact, PrivateKey, Spend, Verdict
from penstock.artifact.artifact import Struct
from penstock.contract.errors import ArgumentError
from penstock.contract.push_tx import is_low
from penstock.script.assembler import assemble
from penstock.script.hashes import hash160
from penstock.tx.hash_type import hash_type_number
from penstock.tx.transaction import OutPoint
from tests.support.engines.state_judges import judged as judged_call
from tests.support.spending.hand_made import P2PKH, parameters, remade
from tests.support.spending.push_tx import optimal_contract, plain_contract

ALICE = PrivateKey.from_bytes(b"\x01" * 32)
HASH_TYPES = [f"{outputs}{more}" for outputs in ("ALL", "NONE", "SINGLE") for more in ("", "|ANYONECANPAY")]
CHECKSIG, SEPARATOR = b"\xac", b"\xab"


def contract(script: bytes, takes: str = "SigHashPreimage preimage") -> Artifact:
    return remade(script.hex(), "", "Checking", {"unlock": takes})


def spend_of(artifact: Artifact) -> Spend:
    spend = Spend(artifact.instantiate(), value=1000, outputs=[(900, b"\x51"), (50, b"\x52")], sequence=7)
    return spend.add_input(500, b"\x51")


def judged(spend: Spend, *args: Any) -> Verdict:
    """Our verdict; other engines agree."""
    return judged_call(spend, spend.call("unlock", *args))


def separated(script: bytes) -> bytes:
    """Put a code separator in front of the last opcode, and of nothing else two that are not run."""
    assert script.endswith(CHECKSIG)
    return assemble("OP_0 OP_IF") + 2 * SEPARATOR + assemble("OP_ENDIF") + script[:-1] + SEPARATOR + CHECKSIG


@pytest.mark.parametrize("hash_type", HASH_TYPES)
def test_the_hash_type_is_the_one_that_the_script_signs_with(hash_type: str) -> None:
    spend = spend_of(contract(plain_contract(hash_type_number(hash_type))))
    assert judged(spend, PREIMAGE)
    assert spend.call("unlock", PREIMAGE) == spend.call("unlock", spend.preimage(hash_type))
    for other in set(HASH_TYPES) - {hash_type}:
        assert judged(spend, spend.preimage(other)).error == "NULLFAIL"


@pytest.mark.parametrize("hash_type", ["ALL", "SINGLE|ANYONECANPAY"])
def test_the_script_code_begins_behind_the_separator_that_was_run(hash_type: str) -> None:
    spend = spend_of(contract(separated(plain_contract(hash_type_number(hash_type)))))
    assert judged(spend, PREIMAGE)
    assert spend.call("unlock", PREIMAGE).items == (spend.preimage(hash_type, separator=2),)
    assert b"\x01\xac" in spend.preimage(hash_type, separator=2)
    for separator in (None, 0, 1):
        assert judged(spend, spend.preimage(hash_type, separator=separator)).error == "NULLFAIL"


@pytest.mark.parametrize("by", ["lock_time", "sequence"])
@pytest.mark.parametrize("script", [optimal_contract(), separated(optimal_contract()), optimal_contract(0xC3)])
def test_grinding_finds_a_digest_that_the_short_way_can_sign(script: bytes, by: str) -> None:
    spend = replace(spend_of(contract(script)), lock_time=1000, sequence=1000)
    ground = spend.grind("unlock", PREIMAGE, by=by)
    assert judged(ground, PREIMAGE)
    assert is_low(ground.call("unlock", PREIMAGE).items[0])
    assert ground == replace(spend, **{by: getattr(ground, by)})
    assert getattr(ground, by) in (range(1000, 1100) if by == "lock_time" else range(900, 1001))
    assert ground.grind("unlock", PREIMAGE, by=by) == ground


def test_a_preimage_may_be_given_by_name() -> None:
    spend = spend_of(contract(assemble("OP_SWAP OP_DROP") + optimal_contract(), "int x, SigHashPreimage preimage"))
    ground = spend.grind("unlock", 5, preimage=PREIMAGE)
    assert ground == spend.grind("unlock", 5, PREIMAGE) == spend.grind("unlock", preimage=PREIMAGE, x=5, by="lock_time")
    assert ground.verify("unlock", 5, preimage=PREIMAGE)
    assert ground.call("unlock", preimage=PREIMAGE, x=5) == ground.call("unlock", 5, PREIMAGE)


def test_some_spends_have_to_be_ground() -> None:
    spends = [replace(spend_of(contract(optimal_contract())), lock_time=lock_time) for lock_time in range(30)]
    verdicts = [judged(spend, PREIMAGE) for spend in spends]
    assert "SIG_DER" in {verdict.error for verdict in verdicts}
    assert any(verdicts)


def test_signatures_that_come_with_the_call_say_nothing() -> None:
    """A key's signature is checked first, of another hash type than the preimage's."""
    script = assemble("OP_SWAP") + b"\x21" + ALICE.public_key + assemble("OP_CHECKSIGVERIFY")
    spend = spend_of(contract(script + plain_contract(0xC3), "Sig sig, SigHashPreimage preimage"))
    for hash_type in HASH_TYPES:
        assert judged(spend, spend.sign(ALICE, hash_type), PREIMAGE)
        assert not judged(spend, spend.sign(PrivateKey.generate(), hash_type), PREIMAGE)


def test_what_fails_before_any_check_gets_the_usual_preimage() -> None:
    spend = spend_of(contract(assemble("OP_0 OP_VERIFY") + plain_contract(0xC3)))
    assert spend.call("unlock", PREIMAGE).items == (spend.preimage("ALL"),)


def test_a_condition_on_the_preimage_may_come_before_the_check() -> None:
    """The hash of the outputs is zero for NONE only; the check follows it."""
    script = assemble("OP_DUP OP_SIZE 28 OP_SUB OP_SPLIT OP_NIP 20 OP_SPLIT OP_DROP") + b"\x20" + bytes(32)
    spend = spend_of(contract(script + assemble("OP_EQUALVERIFY") + plain_contract(0x42)))
    assert judged(spend, PREIMAGE)


def test_a_forged_preimage_is_refused_by_the_name_of_its_field() -> None:
    spend = spend_of(contract(plain_contract()))
    for other, field in [
        (replace(spend, value=1001), "value"),
        (replace(spend, version=2), "version"),
        (replace(spend, lock_time=1), "lock time"),
        (replace(spend, outputs=[(901, b"\x51")]), "hash of outputs"),
        (replace(spend, sequence=8), "sequence"),
    ]:
        verdict = judged(spend, other.preimage())
        assert verdict.error == "NULLFAIL"
        told = verdict.explain()
        assert "the given preimage differs:" in told
        assert f"\n  {field}\n    given " in told


def test_a_call_without_a_preimage_is_the_contracts_own() -> None:
    spend = Spend(P2PKH.instantiate(hash160(ALICE.public_key)))
    signature = spend.sign(ALICE)
    assert spend.call("unlock", signature, ALICE.public_key) == spend.contract.call(
        "unlock", signature, ALICE.public_key
    )


def test_only_a_spend_knows_the_preimage() -> None:
    contract_ = contract(plain_contract()).instantiate()
    with pytest.raises(ArgumentError, match=r"got PREIMAGE \(which only a spend can fill in, for a whole"):
        contract_.call("unlock", PREIMAGE)


def test_a_preimage_may_be_bytes_that_the_contract_checks() -> None:
    assert judged(spend_of(contract(plain_contract(0xC3), "bytes preimage")), PREIMAGE)


@pytest.mark.parametrize("kind", ["int", "bool", "PubKey", "Sha256", "Sig", "SigHashPreimage[2]", "Pair<int>"])
def test_a_preimage_for_another_type_is_refused_with_the_type_to_declare(kind: str) -> None:
    pair = Struct("Pair", parameters("T of, SigHashPreimage with"), ("T",))
    artifact = replace(contract(plain_contract(), f"int x, {kind} proof"), structs=(pair,))
    shown = re.escape(kind.removesuffix("<int>"))
    refused = rf"^proof: expected {shown}, got PREIMAGE \(.* declare the parameter as SigHashPreimage\)$"
    for call in (spend_of(artifact).call, spend_of(artifact).verify, spend_of(artifact).grind):
        with pytest.raises(ArgumentError, match=refused):
            call("unlock", 5, PREIMAGE)


def test_a_preimage_is_filled_in_for_a_whole_parameter_only() -> None:
    spend = spend_of(contract(plain_contract(), "SigHashPreimage[2] both"))
    with pytest.raises(
        ArgumentError, match=r"^both\[0\]: .* got PREIMAGE \(which only a spend can fill in, for a whole p"
    ):
        spend.call("unlock", [PREIMAGE, b""])


def test_the_next_instance_can_be_spent_where_it_is() -> None:
    first = contract(plain_contract()).instantiate().with_data(b"1")
    following = first.with_data(b"2")
    spend = Spend(first, 1000, [(7, b"\x51"), (900, following.locking_script)])
    call = spend.call("unlock", PREIMAGE)
    found = spend.following(call, output=1)
    assert found == Spend(following, 900, outpoint=OutPoint(spend.transaction(call).txid, 1))
    assert judged(found, PREIMAGE)
    for output in (0, 2, -1):
        with pytest.raises(ArgumentError, match=r"^output: expected an output that contains Checking, got"):
            spend.following(call, output)


def test_what_cannot_be_ground_or_cut_is_named() -> None:
    spend = spend_of(contract(optimal_contract()))
    with pytest.raises(ArgumentError, match=r"^args: expected PREIMAGE among the arguments, got 1 arguments without"):
        spend.grind("unlock", b"")
    with pytest.raises(ArgumentError, match=r"^separator: expected the number of one of 0 code separators, from 0"):
        spend.preimage(separator=0)
    high = next(each for each in spends_with_outpoints(spend) if not is_low(each.preimage()))
    with pytest.raises(ArgumentError, match=r"^by: expected lock_time or sequence, got 'version'"):
        high.grind("unlock", PREIMAGE, by="version")
    late = replace(spend, lock_time=0xFFFF_FFFF)
    last = next(each for each in spends_with_outpoints(late) if not is_low(each.preimage()))
    with pytest.raises(ArgumentError, match=r"^lock_time: expected a whole number from 0 to 4294967295"):
        last.grind("unlock", PREIMAGE)


def spends_with_outpoints(spend: Spend) -> Iterator[Spend]:
    """Yield the spend with one outpoint after the other."""
    return (replace(spend, outpoint=OutPoint(bytes(32), index)) for index in count())


def test_separators_in_data_are_none() -> None:
    carrying = Spend(contract(plain_contract()).instantiate().with_data(b"\xab\x4e\xff\xff"))
    assert judged(carrying, PREIMAGE)
    with pytest.raises(ArgumentError, match="one of 0 code separators"):
        carrying.preimage(separator=0)
