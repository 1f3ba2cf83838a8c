"""Segwit and taproot by name of the error; Bitcoin Core's engine agrees on the consensus rules."""

from typing import Any

import pytest

from penstock.script.assembler import assemble
from penstock.script.hashes import hash160, sha256, tagged_hash
from penstock.script.pushes import push, push_data
from penstock.tx.digests import Digests
from penstock.tx.keys import schnorr_sign, tweak_public_key, tweak_secret
from penstock.tx.sighash import tapleaf_hash
from penstock.tx.transaction import Transaction, TxOut
from penstock.vm.judging.verify import check_transaction, verify
from penstock.vm.rules import RuleSet
from tests.support.engines.kernel_judge import kernel_accepts
from tests.support.generators.random_spends import KEYS, p2sh_script
from tests.support.generators.taproot_builder import INTERNAL_KEY, SingleLeaf
from tests.support.spending.script_runs import VALUE, transaction
from tests.support.vectors.vector_files import vector_rows

KEY = KEYS[0]
X_ONLY = KEY.public_key[1:]
CONSENSUS = RuleSet.named("btc-consensus")


def error(
    locking: bytes, witness: tuple[bytes, ...], unlocking: bytes = b"", rules: RuleSet | str = "btc"
) -> str | None:
    """Judge under relay's rules; on the way hear Core on consensus."""
    tx = transaction(version=2).with_input_script(0, unlocking)
    if any(witness):
        tx = tx.with_witness(0, witness)
    by_consensus = verify(unlocking, locking, tx=tx, input_index=0, value=VALUE, rules=CONSENSUS)
    assert bool(by_consensus) == kernel_accepts(tx, 0, [TxOut(VALUE, locking)]), by_consensus
    return verify(unlocking, locking, tx=tx, input_index=0, value=VALUE, rules=rules).error


# Segwit version 0

P2WPKH_CODE = b"\x76\xa9\x14" + hash160(KEY.public_key) + b"\x88\xac"
P2WPKH = b"\x00\x14" + hash160(KEY.public_key)
TRUE = assemble("OP_1")
P2WSH = b"\x00\x20" + sha256(TRUE)


def segwit_signature(code: bytes, hash_type: int = 1) -> bytes:
    digest = Digests(transaction(version=2)).bip143(0, code, VALUE, hash_type)
    return KEY.sign_digest(digest) + bytes((hash_type,))


def test_hashed_keys() -> None:
    good = (segwit_signature(P2WPKH_CODE), KEY.public_key)
    assert error(P2WPKH, good) is None
    assert error(P2WPKH, good, unlocking=b"\x51") == "WITNESS_MALLEATED"
    assert error(P2WPKH, good[1:]) == "WITNESS_PROGRAM_MISMATCH"
    assert error(P2WPKH, (good[0], KEYS[1].public_key)) == "EQUALVERIFY"
    assert error(P2WPKH, (segwit_signature(P2WSH), KEY.public_key)) == "NULLFAIL"
    assert error(p2sh_script(P2WPKH), good, push_data(P2WPKH)) is None
    assert error(p2sh_script(P2WPKH), good, b"\x4c" + push_data(P2WPKH)) == "MINIMALDATA"
    assert error(p2sh_script(P2WPKH), good, b"\x00" + push_data(P2WPKH)) == "WITNESS_MALLEATED_P2SH"


def test_hashed_scripts() -> None:
    assert error(P2WSH, (TRUE,)) is None
    assert error(P2WSH, ()) == "WITNESS_PROGRAM_WITNESS_EMPTY"
    assert error(P2WSH, (assemble("OP_2"),)) == "WITNESS_PROGRAM_MISMATCH"
    assert error(P2WSH, (b"\x01", TRUE)) == "CLEANSTACK"
    large = assemble("OP_DROP OP_1")
    assert error(b"\x00\x20" + sha256(large), (bytes(521), large)) == "PUSH_SIZE"
    long = assemble("OP_DROP OP_1") + b"\x61" * 9_999
    assert error(b"\x00\x20" + sha256(long), (b"\x01", long)) == "SCRIPT_SIZE"
    conditional = assemble("OP_IF OP_1 OP_ENDIF")
    assert error(b"\x00\x20" + sha256(conditional), (b"\x02", conditional)) == "MINIMALIF"


def test_keys_in_witness_scripts_are_compressed() -> None:
    key = type(KEY)(KEY.secret, compressed=False).public_key
    script = push(key) + assemble("OP_CHECKSIG")
    witness = (segwit_signature(script), script)
    assert error(b"\x00\x20" + sha256(script), witness) == "WITNESS_PUBKEYTYPE"


def test_programs_of_the_future() -> None:
    assert error(b"\x00\x15" + bytes(range(21)), (b"\x01",)) == "WITNESS_PROGRAM_WRONG_LENGTH"
    future = b"\x52\x20" + bytes(range(32))
    assert error(future, (b"\x01",)) == "DISCOURAGE_UPGRADABLE_WITNESS_PROGRAM"
    assert error(future, (b"\x01",), rules=CONSENSUS) is None
    assert error(b"\x51\x02\x4e\x73", ()) is None, "anybody can spend an anchor"
    assert error(TRUE, (b"\x01",)) == "WITNESS_UNEXPECTED"


# Taproot


def spend(leaf: SingleLeaf, items: tuple[bytes, ...], rules: RuleSet | str = "btc") -> str | None:
    return error(leaf.locking, (*items, leaf.script, leaf.control_block), rules=rules)


def leaf_signature(leaf: SingleLeaf, hash_type: int = 0, separator: int = 0xFFFF_FFFF) -> bytes:
    digests = Digests(transaction(version=2), [(VALUE, leaf.locking)])
    leaf_hash = tapleaf_hash(leaf.script)
    digest = digests.taproot(0, hash_type, leaf_hash=leaf_hash, codeseparator_position=separator)
    return schnorr_sign(KEY.to_bytes(), digest) + (bytes((hash_type,)) if hash_type else b"")


def leaf_of(text: str) -> SingleLeaf:
    return SingleLeaf(assemble(text.replace("KEY", X_ONLY.hex())))


def test_key_path() -> None:
    key, _ = tweak_public_key(X_ONLY)
    locking = b"\x51\x20" + key
    digests = Digests(transaction(version=2), [(VALUE, locking)])
    secret = tweak_secret(KEY.to_bytes())
    signature = schnorr_sign(secret, digests.taproot(0, 0))
    assert error(locking, (signature,)) is None
    assert error(locking, (signature + b"\x00",)) == "SCHNORR_SIG_HASHTYPE"
    assert error(locking, (signature + b"\x01",)) == "SCHNORR_SIG"
    assert error(locking, (signature + b"\x04",)) == "SCHNORR_SIG_HASHTYPE"
    assert error(locking, (signature[:-1],)) == "SCHNORR_SIG_SIZE"
    assert error(locking, (b"", b"\x50")) == "SCHNORR_SIG_SIZE"
    assert error(locking, ()) == "WITNESS_PROGRAM_WITNESS_EMPTY"
    assert error(locking, (signature, b"\x50")) == "SCHNORR_SIG", "the annex is signed"
    annexed = schnorr_sign(secret, digests.taproot(0, 0, annex=b"\x50abc"))
    assert error(locking, (annexed, b"\x50abc")) == "ANNEX"
    assert error(locking, (annexed, b"\x50abc"), rules=CONSENSUS) is None
    for hash_type in (1, 2, 3, 0x81, 0x82, 0x83):
        digest = digests.taproot(0, hash_type)
        assert error(locking, (schnorr_sign(secret, digest) + bytes((hash_type,)),)) is None


def test_script_path() -> None:
    leaf = leaf_of("KEY OP_CHECKSIG")
    assert spend(leaf, (leaf_signature(leaf),)) is None
    assert spend(leaf, (leaf_signature(leaf, 0x83),)) is None
    assert spend(leaf, (b"",)) == "EVAL_FALSE"
    assert spend(leaf, (leaf_signature(leaf_of("OP_1")),)) == "SCHNORR_SIG"
    assert spend(leaf, ()) == "INVALID_STACK_OPERATION"


def test_control_blocks() -> None:
    leaf = leaf_of("OP_1")
    control = leaf.control_block
    assert error(leaf.locking, (leaf.script, control)) is None
    assert error(leaf.locking, (leaf.script, control[:-1])) == "TAPROOT_WRONG_CONTROL_SIZE"
    assert error(leaf.locking, (leaf.script, control + bytes(31))) == "TAPROOT_WRONG_CONTROL_SIZE"
    assert error(leaf.locking, (leaf.script, control + bytes(32 * 129))) == "TAPROOT_WRONG_CONTROL_SIZE"
    assert error(leaf.locking, (leaf.script, control + bytes(32))) == "WITNESS_PROGRAM_MISMATCH"
    assert error(leaf.locking, (leaf.script, bytes((control[0] ^ 1,)) + control[1:])) == "WITNESS_PROGRAM_MISMATCH"
    assert error(leaf.locking, (assemble("OP_2"), control)) == "WITNESS_PROGRAM_MISMATCH"
    assert error(leaf.locking, (leaf.script, control[:1] + b"\xff" * 32)) == "WITNESS_PROGRAM_MISMATCH"


@pytest.mark.parametrize("depth", [1, 2, 128])
def test_deep_leaves(depth: int) -> None:
    script = assemble("OP_1")
    node = tapleaf_hash(script)
    path = [sha256(bytes((level,))) for level in range(depth)]
    for other in path:
        node = tagged_hash("TapBranch", *sorted((node, other)))
    key, parity = tweak_public_key(INTERNAL_KEY, node)
    control = bytes((0xC0 | parity,)) + INTERNAL_KEY + b"".join(path)
    assert error(b"\x51\x20" + key, (script, control)) is None


def test_leaves_of_the_future() -> None:
    script = b"\x6a"
    key, parity = tweak_public_key(INTERNAL_KEY, tapleaf_hash(script, 0xC2))
    witness = (script, bytes((0xC2 | parity,)) + INTERNAL_KEY)
    assert error(b"\x51\x20" + key, witness) == "DISCOURAGE_UPGRADABLE_TAPROOT_VERSION"
    assert error(b"\x51\x20" + key, witness, rules=CONSENSUS) is None


@pytest.mark.parametrize("opcode", [80, 98, 126, 129, 131, 134, 137, 138, 141, 142, 149, 153, 187, 254])
def test_op_success(opcode: int) -> None:
    leaf = SingleLeaf(assemble("OP_0 OP_RETURN") + bytes((opcode,)) + b"\x4c")
    assert spend(leaf, ()) == "DISCOURAGE_OP_SUCCESS"
    assert spend(leaf, (), CONSENSUS) is None
    assert spend(SingleLeaf(b"\x4c" + bytes((opcode,))), (), CONSENSUS) == "BAD_OPCODE"


@pytest.mark.parametrize("opcode", [0x65, 0x66, 0xFF])
def test_no_op_success(opcode: int) -> None:
    assert spend(SingleLeaf(assemble("OP_1") + bytes((opcode,))), ()) == "BAD_OPCODE"


def test_check_sig_add() -> None:
    leaf = leaf_of("OP_0 KEY OP_CHECKSIGADD KEY OP_CHECKSIGADD OP_2 OP_NUMEQUAL")
    good = leaf_signature(leaf)
    assert spend(leaf, (good, good)) is None
    assert spend(leaf, (b"", good)) == "EVAL_FALSE"
    assert spend(leaf, (good,)) == "INVALID_STACK_OPERATION"
    assert spend(leaf, (good, good[:-1] + bytes((good[-1] ^ 1,)))) == "SCHNORR_SIG"
    leaf = leaf_of("ffffff7f KEY OP_CHECKSIGADD 0000008000 OP_EQUAL")
    assert spend(leaf, (leaf_signature(leaf),)) is None, "five bytes may come out"
    leaf = leaf_of("0000008000 KEY OP_CHECKSIGADD")
    assert spend(leaf, (leaf_signature(leaf),)) == "SCRIPTNUM", "but not go in"


def test_keys_in_tapscripts() -> None:
    assert spend(leaf_of("OP_0 OP_CHECKSIG"), (b"",)) == "TAPSCRIPT_EMPTY_PUBKEY"
    unknown = leaf_of("aabb OP_CHECKSIG")
    assert spend(unknown, (b"\x01",)) == "DISCOURAGE_UPGRADABLE_PUBKEYTYPE"
    assert spend(unknown, (b"\x01",), CONSENSUS) is None
    assert spend(leaf_of("OP_0 OP_0 OP_0 OP_CHECKMULTISIG"), ()) == "TAPSCRIPT_CHECKMULTISIG"
    assert spend(leaf_of("OP_CHECKMULTISIGVERIFY OP_1"), ()) == "TAPSCRIPT_CHECKMULTISIG"


def test_conditions_in_tapscripts_are_minimal() -> None:
    assert spend(leaf_of("OP_2 OP_IF OP_1 OP_ENDIF"), (), CONSENSUS) == "TAPSCRIPT_MINIMALIF"


@pytest.mark.parametrize(("checks", "expected"), [(3, None), (4, "TAPSCRIPT_VALIDATION_WEIGHT")])
def test_signatures_are_paid_for_by_the_size_of_the_witness(checks: int, expected: str | None) -> None:
    """50 for each signature, 50 for free: three checks fit into a witness of 100 to 149 bytes."""
    leaf = leaf_of("OP_1 aabb " + "OP_2DUP OP_CHECKSIGVERIFY " * (checks - 1) + "OP_CHECKSIG" + " OP_NOP" * 60)
    size = 1 + 1 + len(leaf.script) + 1 + len(leaf.control_block)
    assert 50 * 3 <= size + 50 < 50 * 4
    assert spend(leaf, (), CONSENSUS) == expected


def test_the_weight_of_real_signatures() -> None:
    leaf = leaf_of("KEY " + "OP_2DUP OP_CHECKSIGVERIFY " * 20 + "OP_CHECKSIG")
    assert spend(leaf, (leaf_signature(leaf),)) == "TAPSCRIPT_VALIDATION_WEIGHT"
    leaf = leaf_of("KEY OP_2DUP OP_CHECKSIGVERIFY OP_CHECKSIG")
    assert spend(leaf, (leaf_signature(leaf),)) is None


def test_codeseparators_are_signed_by_their_place() -> None:
    leaf = leaf_of("OP_NOP OP_CODESEPARATOR KEY OP_CHECKSIG")
    assert spend(leaf, (leaf_signature(leaf, separator=1),)) is None
    assert spend(leaf, (leaf_signature(leaf),)) == "SCHNORR_SIG"
    skipped = leaf_of("OP_0 OP_IF OP_CODESEPARATOR OP_ENDIF KEY OP_CHECKSIG")
    assert spend(skipped, (leaf_signature(skipped),)) is None


def test_tapscripts_have_no_limit_on_size_and_opcodes() -> None:
    assert spend(SingleLeaf(b"\x61" * 20_000 + b"\x51"), ()) is None
    assert spend(SingleLeaf(b"\x75" * 999 + b"\x51"), (b"\x01",) * 999) is None
    assert spend(SingleLeaf(b"\x75" * 1001 + b"\x51"), (b"\x01",) * 1001) == "STACK_SIZE"


# BIP341's own transaction


@pytest.mark.parametrize(
    "vector", vector_rows("bips/bip341_wallet_test_vectors.json", lambda data: data["keyPathSpending"])
)
def test_the_transaction_of_bip341(vector: dict[str, Any]) -> None:
    tx = Transaction.parse(bytes.fromhex(vector["auxiliary"]["fullySignedTx"]))
    spent = [TxOut(each["amountSats"], bytes.fromhex(each["scriptPubKey"])) for each in vector["given"]["utxosSpent"]]
    assert [verdict.error for verdict in check_transaction(tx, spent, CONSENSUS)] == [None] * len(tx.inputs)
    spent[0] = TxOut(spent[0].value + 1, spent[0].script)
    errors = [verdict.error for verdict in check_transaction(tx, spent, CONSENSUS)]
    assert errors[0] == "SCHNORR_SIG", "every signature of taproot signs its amount"


@pytest.mark.parametrize(
    "vector", vector_rows("bips/bip341_wallet_test_vectors.json", lambda data: data["scriptPubKey"])
)
def test_the_trees_of_bip341(vector: dict[str, Any]) -> None:
    """Each leaf unlocks its output as far as anyone can satisfy its script: its commitment is accepted."""
    locking = bytes.fromhex(vector["expected"]["scriptPubKey"])
    for script, control in zip(leaves(vector["given"]["scriptTree"]), controls(vector), strict=True):
        assert error(locking, (script, control)) != "WITNESS_PROGRAM_MISMATCH"
        assert error(locking, (script + b"\x61", control)) == "WITNESS_PROGRAM_MISMATCH"


def controls(vector: dict[str, Any]) -> list[bytes]:
    return [bytes.fromhex(each) for each in vector["expected"].get("scriptPathControlBlocks", [])]


def leaves(tree: Any) -> list[bytes]:
    if tree is None:
        return []
    if isinstance(tree, list):
        return [script for branch in tree for script in leaves(branch)]
    return [bytes.fromhex(tree["script"])]


# Undefined witness programs, bare and as a redeem script

PROGRAMS = {
    "anchor": assemble("OP_1 4e73"),
    "version 1, two bytes": assemble("OP_1 4e74"),
    "version 1, 33 bytes": assemble("OP_1 " + "02" * 33),
    "version 2, the anchor's bytes": assemble("OP_2 4e73"),
    "version 16": assemble("OP_16 " + "02" * 32),
}


@pytest.mark.parametrize("program", PROGRAMS)
def test_only_the_bare_anchor_is_a_program_to_relay(program: str) -> None:
    """Inside P2SH it is undefined: Core's relay rules refuse it like any other."""
    script, bare = PROGRAMS[program], "DISCOURAGE_UPGRADABLE_WITNESS_PROGRAM"
    assert error(script, ()) == (None if program == "anchor" else bare)
    nested = push_data(script)
    assert error(p2sh_script(script), (), nested) == bare
    for locking, unlocking in ((script, b""), (p2sh_script(script), nested)):
        assert error(locking, (), unlocking, CONSENSUS) is None


def test_a_taproot_program_inside_p2sh_is_any_other_program() -> None:
    script = b"\x51\x20" + X_ONLY
    assert error(p2sh_script(script), (), push_data(script)) == "DISCOURAGE_UPGRADABLE_WITNESS_PROGRAM"
    assert error(p2sh_script(script), (), push_data(script), CONSENSUS) is None


def test_a_key_that_breaks_two_rules_is_refused_for_its_form_first() -> None:
    """STRICTENC allows no hybrid key, segwit only compressed ones: Core checks in this order."""
    hybrid = b"\x06" + type(KEY)(KEY.secret, compressed=False).public_key[1:]
    plain = b"\x04" + hybrid[1:]
    for key, reason in ((hybrid, "PUBKEYTYPE"), (plain, "WITNESS_PUBKEYTYPE"), (b"\x02" * 32, "PUBKEYTYPE")):
        script = push(key) + assemble("OP_CHECKSIG")
        witness = (segwit_signature(script), script)
        assert error(b"\x00\x20" + sha256(script), witness) == reason
        only_segwit = RuleSet.named("btc").without("STRICTENC")
        assert error(b"\x00\x20" + sha256(script), witness, rules=only_segwit) == "WITNESS_PUBKEYTYPE"
