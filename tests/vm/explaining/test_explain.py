"""An explanation gives the rule, the place, the stacks, the branches, and the signed data; in a few lines."""

import resource
from dataclasses import dataclass

import pytest

from penstock.artifact.source_map import Location
from penstock.script.assembler import assemble
from penstock.script.hashes import sha256
from penstock.script.pushes import push, push_data
from penstock.tx.digests import Digests
from penstock.tx.keys import PrivateKey
from penstock.tx.sighash import sighash
from penstock.tx.transaction import Transaction
from penstock.vm.judging.case import Phase
from penstock.vm.judging.verdict import Verdict
from penstock.vm.judging.verify import verify
from penstock.vm.rules import RuleSet
from tests.support.generators.random_spends import KEYS, p2sh_script
from tests.support.generators.taproot_builder import SingleLeaf
from tests.support.spending.script_runs import BTC, VALUE, transaction

KEY, OTHER_KEY, THIRD_KEY = KEYS[:3]
CHECK = push(KEY.public_key) + assemble("OP_CHECKSIG")


@dataclass(frozen=True)
class Lines:
    """An artifact with a source line for every opcode."""

    def location(self, opcode_index: int) -> Location:
        return Location("lines.scrypt", opcode_index, 1, f"line {opcode_index}")

    def source_line(self, opcode_index: int) -> str | None:
        return f"line {opcode_index}"

    def state_in(self, script: bytes) -> dict[str, int]:
        return {"size": len(script)}


def judged(unlocking: bytes, locking: bytes, rules: RuleSet | str = "bsv", tx: Transaction | None = None) -> Verdict:
    tx = tx or transaction()
    return verify(unlocking, locking, tx=tx, input_index=0, value=VALUE, rules=rules, artifact=Lines())


def forkid(code: bytes, value: int = VALUE, hash_type: int = 0x41) -> bytes:
    digest = Digests(transaction()).bip143(0, code, value, hash_type)
    return KEY.sign_digest(digest) + bytes((hash_type,))


def preimage_lines(verdict: Verdict) -> dict[str, str]:
    """Return the fields that the explanation shows, in hexadecimal (long ones shortened)."""
    lines = verdict.explain().splitlines()
    if "  preimage:" not in lines:
        return {}
    rows = lines[lines.index("  preimage:") + 1 :]
    fields: dict[str, str] = {}
    for row in rows:
        if not row.startswith("    "):
            break
        name, _, shown = row.strip().partition("  ")
        fields[name] = shown.split()[0]
    return fields


# Rule, place, stacks, branches ----------------------------------------------------------------------------------------


def test_a_verdict_that_passes_says_so_and_shows_the_stack() -> None:
    assert judged(assemble("OP_2"), assemble("OP_2 OP_EQUAL")).explain().splitlines() == [
        "passes",
        "stack: 1 item",
        "  01 (1 byte)",
        "second stack: 0 items",
    ]


def test_rule_place_and_stacks_are_named() -> None:
    verdict = judged(assemble("OP_2 OP_3"), assemble("OP_DUP OP_TOALTSTACK OP_EQUALVERIFY OP_1"))
    assert verdict.explain().splitlines() == [
        "EQUALVERIFY: EQUALVERIFY found two different items",
        "  in the locking script, opcode 2: OP_EQUALVERIFY at byte 2",
        "  source: line 2",
        "stack: 2 items, top first",
        "  03 (1 byte)",
        "  02 (1 byte)",
        "second stack: 1 item",
        "  03 (1 byte)",
    ]


def test_branches_are_told() -> None:
    verdict = judged(assemble("OP_0 OP_1"), assemble("OP_IF OP_NOTIF OP_RESERVED OP_ENDIF OP_ENDIF"))
    assert "branches:\n  locking script, opcode 0, OP_IF: taken\n  locking script, opcode 1, OP_NOTIF: taken" in (
        verdict.explain()
    )
    verdict = judged(assemble("OP_1 " * 40), assemble("OP_IF OP_ENDIF " * 39 + "OP_NOT"))
    assert "branches:\n  23 before these\n  locking script, opcode 46, OP_IF: taken\n" in verdict.explain()


FAILING = assemble("OP_1 OP_IF OP_5 OP_ADD OP_ENDIF")


def in_phase(phase: Phase) -> Verdict:
    """Judge a script that adds five to nothing in each place that a script may have."""
    tx = transaction()
    match phase:
        case Phase.UNLOCKING:
            return judged(FAILING, b"\x51", tx=transaction(version=2))
        case Phase.LOCKING:
            return judged(b"", FAILING)
        case Phase.REDEEM:
            return judged(push(FAILING), p2sh_script(FAILING), RuleSet.from_flags("P2SH", chain="bsv"))
        case Phase.WITNESS:
            return judged(b"", b"\x00\x20" + sha256(FAILING), "btc", tx.with_witness(0, (FAILING,)))
        case _:
            leaf = SingleLeaf(FAILING)
            return judged(b"", leaf.locking, "btc", tx.with_witness(0, (FAILING, leaf.control_block)))


@pytest.mark.parametrize(
    "phase",
    [Phase.UNLOCKING, Phase.LOCKING, Phase.REDEEM, Phase.WITNESS, Phase.TAPSCRIPT],
    ids=lambda phase: phase.name,
)
def test_every_kind_of_script_is_explained_alike(phase: Phase) -> None:
    verdict = in_phase(phase)
    assert (verdict.error, verdict.script, verdict.opcode_index) == ("INVALID_STACK_OPERATION", phase, 3)
    text = verdict.explain()
    assert f"  in the {phase.value}, opcode 3: OP_ADD at byte 3\n" in text
    assert "stack: 1 item\n  05 (1 byte)\nsecond stack: 0 items\n" in text
    assert f"branches:\n  {phase.value}, opcode 1, OP_IF: taken" in text


def test_a_witness_that_no_script_has_seen_is_shown() -> None:
    tx = transaction().with_witness(0, (b"\x07", b"\x08\x09"))
    text = judged(b"", b"\x00\x20" + bytes(31) + b"\x01", "btc", tx).explain()
    assert text.startswith("WITNESS_PROGRAM_MISMATCH: the witness does not fit the program\n  in the witness script\n")
    assert "witness: 2 items, top first\n  0809 (2 bytes)\n  07 (1 byte)" in text


# Nothing grows --------------------------------------------------------------------------------------------------------


def test_long_items_are_shortened() -> None:
    text = judged(push_data(b"\xab" * 100_000), assemble("OP_1 OP_EQUALVERIFY")).explain()
    assert f"  {'ab' * 40}… (100,000 bytes)\n" in text
    assert len(text) < 500
    text = judged(b"", push(b"\xcd" * 300) + assemble("OP_0 OP_EQUALVERIFY")).explain()
    assert f"  {'cd' * 40}… (300 bytes)" in text
    text = judged(b"", push(b"\xcd" * 300)[:200]).explain()
    assert "opcode 0: a push that runs past the end" in text
    text = judged(b"", assemble("4c50" * 80 + " OP_0 OP_AND")).explain()
    assert len(text) < 500
    text = judged(b"", assemble("OP_0 OP_1 " * 100 + "OP_VERIFY OP_VERIFY")).explain()
    assert "stack: 199 items, top first\n" in text
    assert "  … and 183 more\n" in text


@pytest.mark.long
def test_a_deep_stack_and_many_steps_take_no_memory() -> None:
    """A trace of every step would copy 100,000 items 50,000 times."""
    verdict = judged(b"", b"\x51" * 100_000 + assemble("OP_DEPTH OP_DROP " * 25_000 + "OP_0 OP_VERIFY"))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    text = verdict.explain()
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000  # kilobytes
    assert text.startswith("VERIFY: VERIFY found false")
    assert len(text) < 1000


# Signed data ----------------------------------------------------------------------------------------------------------


def test_the_preimage_of_a_forkid_signature_is_shown() -> None:
    verdict = judged(push(forkid(CHECK, VALUE + 1)), CHECK)
    text = verdict.explain()
    assert verdict.error == "NULLFAIL"
    assert "hash type: 0x41 ALL|FORKID, digest of BIP143" in text
    assert f"  digest: {sighash(transaction(), 0, CHECK, VALUE, 0x41).hex()}" in text
    fields = preimage_lines(verdict)
    assert fields["value"] == VALUE.to_bytes(8, "little").hex()
    assert fields["outpoint"] == transaction().inputs[0].outpoint.txid.hex() + "01000000"
    assert fields["hash type"] == "41000000"
    assert "(8 bytes: 1000 satoshis)" in text


def test_so_is_that_of_the_original_digest_on_either_chain() -> None:
    verdict = judged(push(forkid(CHECK)[:-1] + b"\x01"), CHECK, BTC)
    assert verdict.error == "EVAL_FALSE"
    assert "hash type: 0x01 ALL, original digest" in verdict.explain()
    assert f"digest: {sighash(transaction(), 0, CHECK, VALUE, 0x01, rules='btc').hex()}" in verdict.explain()
    verdict = judged(push(forkid(CHECK)[:-1] + b"\x61"), CHECK)
    assert verdict.error == "NULLFAIL"
    assert "hash type: 0x61 ALL|FORKID|CHRONICLE, original digest" in verdict.explain()
    assert f"digest: {sighash(transaction(), 0, CHECK, VALUE, 0x61).hex()}" in verdict.explain()
    assert preimage_lines(verdict)["hash type"] == "61000000"


def test_single_without_an_output_signs_a_number() -> None:
    single = push(forkid(CHECK)[:-1] + b"\x03")
    tx = Transaction(1, transaction().inputs * 2, transaction().outputs, 0)
    verdict = verify(single, CHECK, tx=tx, input_index=1, value=VALUE, rules=BTC)
    assert "SINGLE without an output signs the number one" in verdict.explain()


def test_so_is_that_of_a_witness_script() -> None:
    tx = transaction().with_witness(0, (forkid(CHECK)[:-1] + b"\x83", CHECK))
    verdict = judged(b"", b"\x00\x20" + sha256(CHECK), "btc", tx)
    assert (verdict.error, verdict.script) == ("NULLFAIL", Phase.WITNESS)
    digest = sighash(tx, 0, CHECK, VALUE, 0x83, rules="btc", version="segwit_v0")
    assert "hash type: 0x83 SINGLE|ANYONECANPAY, digest of BIP143" in verdict.explain()
    assert f"digest: {digest.hex()}" in verdict.explain()


def test_so_is_that_of_both_ways_of_taproot() -> None:
    locking = b"\x51\x20" + KEY.public_key[1:]
    tx = transaction().with_witness(0, (bytes(64),))
    verdict = judged(b"", locking, "btc", tx)
    assert (verdict.error, verdict.script) == ("SCHNORR_SIG", Phase.TAPROOT)
    digest = sighash(tx, 0, b"", VALUE, 0, rules="btc", version="taproot", spent_outputs=[(VALUE, locking)])
    assert "hash type: 0x00 DEFAULT, digest of BIP341" in verdict.explain()
    assert f"digest: {digest.hex()}" in verdict.explain()
    leaf = SingleLeaf(push(OTHER_KEY.public_key[1:]) + assemble("OP_CHECKSIG"))
    tx = transaction().with_witness(0, (bytes(64) + b"\x81", leaf.script, leaf.control_block))
    verdict = judged(b"", leaf.locking, "btc", tx)
    assert (verdict.error, verdict.script) == ("SCHNORR_SIG", Phase.TAPSCRIPT)
    fields = preimage_lines(verdict)
    assert (fields["hash type"], fields["codeseparator position"]) == ("81", "ffffffff")
    assert "hash of all outpoints" not in fields
    assert "leaf hash" in fields


def test_a_signature_that_was_refused_is_shown_with_its_hash_type() -> None:
    for hash_type, error in ((0x01, "MISSING_FORKID"), (0x45, "SIG_HASHTYPE"), (0x61, "ILLEGAL_CHRONICLE")):
        verdict = judged(
            push(forkid(CHECK)[:-1] + bytes((hash_type,))), CHECK, RuleSet.named("bsv").without("CHRONICLE")
        )
        assert verdict.error == error
        assert f"  hash type: {hash_type:#04x} " in verdict.explain()
        assert "nothing was hashed: it was refused before" in verdict.explain()


def test_of_many_signatures_each_try_is_told() -> None:
    keys = push(KEY.public_key) + push(OTHER_KEY.public_key) + push(THIRD_KEY.public_key)
    script = assemble("OP_2") + keys + assemble("OP_3 OP_CHECKMULTISIG")
    digest = Digests(transaction()).bip143(0, script, VALUE, 0x41)
    good, other = (key.sign_digest(digest) + b"\x41" for key in (KEY, THIRD_KEY))
    assert judged(b"\x00" + push(good) + push(other), script)
    stranger = PrivateKey.from_bytes(b"\x77" * 32).sign_digest(digest) + b"\x41"
    verdict = judged(b"\x00" + push(stranger) + push(other), script)
    text = verdict.explain()
    assert verdict.error == "NULLFAIL"
    tries = text.split("tried, one signature after the other:\n")[1].splitlines()[:3]
    assert [" fits " in line for line in tries] == [True, False, False]
    assert f"signature: {stranger[:40].hex()}" in text


def test_signatures_that_fit_in_the_end_are_not_blamed() -> None:
    """On the way to a good multisig a signature is tried on keys that it does not fit."""
    keys = push(KEY.public_key) + push(OTHER_KEY.public_key)
    script = assemble("OP_1") + keys + assemble("OP_2 OP_CHECKMULTISIGVERIFY OP_0 OP_VERIFY")
    digest = Digests(transaction()).bip143(0, script, VALUE, 0x41)
    verdict = judged(b"\x00" + push(KEY.sign_digest(digest) + b"\x41"), script)
    assert verdict.error == "VERIFY"
    assert "signature" not in verdict.explain()


def test_a_bad_signature_is_told_though_another_opcode_fails_for_it() -> None:
    rules = RuleSet.named("bsv").without("NULLFAIL")
    script = CHECK + assemble("OP_NOP OP_VERIFY OP_1")
    verdict = judged(push(forkid(script, VALUE + 1)), script, rules)
    assert verdict.error == "VERIFY"
    assert f"digest: {sighash(transaction(), 0, script, VALUE, 0x41).hex()}" in verdict.explain()
