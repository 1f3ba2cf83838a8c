"""A signature that does not verify is tried in other ways: digest, hash type, script code, key; the text is true.

Each case signs in another way than the script checks, and has a counterpart: a signature that fits none of the known
ways, for which no way may be reported.
"""

import pytest

from penstock.script.assembler import assemble
from penstock.script.hashes import hash160, sha256
from penstock.script.pushes import push
from penstock.tx.digests import Digests
from penstock.tx.keys import PrivateKey
from penstock.tx.secp256k1 import pure
from penstock.tx.sighash import tapleaf_hash
from penstock.tx.signatures import schnorr_sign, tweak_secret
from penstock.tx.transaction import Transaction
from penstock.vm.explaining import ways
from penstock.vm.judging.verdict import Verdict
from penstock.vm.judging.verify import verify
from penstock.vm.rules import RuleSet
from tests.support.generators.random_spends import KEYS, p2sh_script
from tests.support.generators.taproot_builder import INTERNAL_KEY, SingleLeaf
from tests.support.spending.script_runs import BTC, VALUE, transaction

KEY, OTHER_KEY, THIRD_KEY = KEYS[:3]
STRANGER = PrivateKey.from_bytes(b"\x77" * 32)
CHECK = push(KEY.public_key) + assemble("OP_CHECKSIG")
DIGESTS = Digests(transaction())
NO_WAY = "  fits none of the known digests, hash types, script codes and keys"


def legacy(code: bytes, hash_type: int, key: PrivateKey = KEY) -> bytes:
    return key.sign_digest(DIGESTS.legacy(0, code, hash_type)) + bytes((hash_type & 0xFF,))


def bip143(code: bytes, hash_type: int, key: PrivateKey = KEY, value: int = VALUE) -> bytes:
    return key.sign_digest(DIGESTS.bip143(0, code, value, hash_type)) + bytes((hash_type & 0xFF,))


def with_type(signature: bytes, hash_type: int) -> bytes:
    """The signature with another hash type at its end than it signs."""
    return signature[:-1] + bytes((hash_type,))


def judged(
    unlocking: bytes, locking: bytes, rules: RuleSet | str = "bsv", tx: Transaction | None = None, value: int = VALUE
) -> Verdict:
    return verify(unlocking, locking, tx=tx or transaction(), input_index=0, value=value, rules=rules)


def told(verdict: Verdict) -> list[str]:
    """Return the reported ways in which the signature fits."""
    assert not verdict
    return [line for line in verdict.explain().splitlines() if line.startswith("  fits ")]


def is_key(key: PrivateKey) -> str:
    return f"the key is {key.public_key.hex()} (33 bytes)"


# One change -----------------------------------------------------------------------------------------------------------


def test_another_digest_on_bsv() -> None:
    """Signed by the original digest, as wallets for Bitcoin do, with FORKID in the hash type."""
    verdict = judged(push(legacy(CHECK, 0x41)), CHECK)
    assert told(verdict) == ["  fits if the digest is the original one"]


def test_another_digest_on_btc() -> None:
    assert told(judged(push(bip143(CHECK, 1)), CHECK, BTC)) == ["  fits if the digest is that of segwit v0"]
    tx = transaction().with_witness(0, (legacy(CHECK, 1), CHECK))
    assert told(judged(b"", b"\x00\x20" + sha256(CHECK), "btc", tx)) == ["  fits if the digest is the original one"]


@pytest.mark.parametrize(
    ("signed", "given", "said"),
    [(0x43, 0x41, "0x43 SINGLE|FORKID"), (0xC1, 0x41, "0xc1 ALL|ANYONECANPAY|FORKID"), (0x41, 0xC2, "0x41 ALL|FORKID")],
)
def test_another_hash_type(signed: int, given: int, said: str) -> None:
    verdict = judged(push(with_type(bip143(CHECK, signed), given)), CHECK)
    (line,) = told(verdict)
    assert line.startswith(f"  fits if its hash type is {said.split(maxsplit=1)[0]} ")
    assert set(line.split()[-1].split("|")) == set(said.split()[1].split("|"))


def test_another_key_that_the_script_has() -> None:
    script = push(OTHER_KEY.public_key) + assemble("OP_DROP") + CHECK
    assert told(judged(push(bip143(script, 0x41, OTHER_KEY)), script)) == [f"  fits if {is_key(OTHER_KEY)}"]


def test_another_key_that_lies_on_the_stack() -> None:
    verdict = judged(push(OTHER_KEY.public_key) + push(bip143(CHECK, 0x41, OTHER_KEY)), CHECK)
    assert told(verdict) == [f"  fits if {is_key(OTHER_KEY)}"]


def test_signatures_in_the_wrong_order() -> None:
    script = assemble("OP_2") + push(KEY.public_key) + push(OTHER_KEY.public_key) + assemble("OP_2 OP_CHECKMULTISIG")
    first, second = bip143(script, 0x41, KEY), bip143(script, 0x41, OTHER_KEY)
    assert judged(b"\x00" + push(first) + push(second), script)
    (line,) = told(judged(b"\x00" + push(second) + push(first), script))
    assert line in {f"  fits if {is_key(KEY)}", f"  fits if {is_key(OTHER_KEY)}"}


SEPARATED = assemble("OP_NOP OP_CODESEPARATOR OP_NOP OP_CODESEPARATOR") + CHECK


@pytest.mark.parametrize("rules", ["bsv", BTC])
@pytest.mark.parametrize(
    ("start", "said"),
    [
        (0, "the script code is the whole locking script"),
        (2, "the script code is the code after opcode 1, an OP_CODESEPARATOR, in the locking script"),
    ],
)
def test_another_script_code(rules: RuleSet | str, start: int, said: str) -> None:
    """The machine signs from after the last separator; here one has signed from an earlier place."""
    code = SEPARATED[start:]
    signature = bip143(code, 0x41) if rules == "bsv" else legacy(code, 1)
    (line,) = told(judged(push(signature), SEPARATED, rules))
    assert line.startswith(f"  fits if {said}")
    right = bip143(CHECK, 0x41) if rules == "bsv" else legacy(CHECK, 1)
    assert judged(push(right), SEPARATED, rules)


def test_the_locking_script_in_place_of_the_redeem_script() -> None:
    rules = RuleSet.from_flags("P2SH", chain="btc")
    locking = p2sh_script(CHECK)
    (line,) = told(judged(push(legacy(locking, 1)) + push(CHECK), locking, rules))
    assert line.startswith("  fits if the script code is the whole locking script")
    assert judged(push(legacy(CHECK, 1)) + push(CHECK), locking, rules)


def test_the_locking_script_in_place_of_the_witness_script() -> None:
    locking = b"\x00\x20" + sha256(CHECK)
    (line,) = told(judged(b"", locking, "btc", transaction().with_witness(0, (bip143(locking, 1), CHECK))))
    assert line.startswith("  fits if the script code is the whole locking script")


# Several changes ------------------------------------------------------------------------------------------------------


def test_another_digest_and_hash_type() -> None:
    """A wallet for Bitcoin signs 0x01; its user has written 0x41 at the end to please the node."""
    verdict = judged(push(with_type(legacy(CHECK, 0x01), 0x41)), CHECK)
    assert told(verdict) == ["  fits if the digest is the original one and its hash type is 0x01 ALL"]


def test_the_other_chain() -> None:
    verdict = judged(push(with_type(bip143(CHECK, 0x41), 0x01)), CHECK, BTC)
    assert told(verdict) == ["  fits if the digest is that of FORKID and its hash type is 0x41 ALL|FORKID"]


def test_key_script_code_and_hash_type() -> None:
    script = push(OTHER_KEY.public_key) + assemble("OP_DROP OP_CODESEPARATOR") + CHECK
    verdict = judged(push(with_type(bip143(script, 0x43, OTHER_KEY), 0x41)), script)
    (line,) = told(verdict)
    assert line.startswith(f"  fits if {is_key(OTHER_KEY)} and the script code is the whole locking script")
    assert line.endswith(" and its hash type is 0x43 SINGLE|FORKID")


# The near cases -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "signature",
    [
        bip143(CHECK, 0x41, STRANGER),  # a key that is nowhere
        bip143(CHECK, 0x41, value=VALUE + 1),  # another value
        bip143(CHECK + b"\x61", 0x41),  # a script that is nowhere
        KEY.sign_digest(sha256(b"something else")) + b"\x41",
    ],
    ids=["key", "value", "script", "message"],
)
def test_what_fits_in_no_way_at_hand(signature: bytes) -> None:
    assert told(judged(push(signature), CHECK)) == [NO_WAY]
    tx = transaction().with_witness(0, (with_type(signature, 1), CHECK))
    assert told(judged(b"", b"\x00\x20" + sha256(CHECK), "btc", tx)) == [NO_WAY]


def test_a_key_that_is_not_at_hand_makes_no_way_even_with_the_right_hash() -> None:
    """P2PKH has the hash of the key, and the key of the spender: the other key is known by its hash only."""
    script = assemble("OP_DUP OP_HASH160") + push(hash160(KEY.public_key)) + assemble("OP_EQUALVERIFY OP_CHECKSIG")
    signature = bip143(script, 0x41, OTHER_KEY)
    assert told(judged(push(signature) + push(KEY.public_key), script)) == [NO_WAY]


def test_a_spend_that_is_accepted_says_nothing() -> None:
    verdict = judged(push(bip143(CHECK, 0x41)), CHECK)
    assert verdict
    assert "fits" not in verdict.explain()


# Refused for the form -------------------------------------------------------------------------------------------------


def test_a_signature_of_the_original_digest_that_lacks_forkid() -> None:
    verdict = judged(push(legacy(CHECK, 0x01)), CHECK)
    assert verdict.error == "MISSING_FORKID"
    assert told(verdict) == ["  fits if its encoding is corrected: digest and key are right"]
    verdict = judged(push(with_type(bip143(CHECK, 0x41), 0x01)), CHECK)
    assert verdict.error == "MISSING_FORKID"
    assert told(verdict) == ["  fits if the digest is that of FORKID and its hash type is 0x41 ALL|FORKID"]
    assert told(judged(push(legacy(CHECK, 0x01, STRANGER)), CHECK)) == []


# Taproot --------------------------------------------------------------------------------------------------------------

LEAF = SingleLeaf(push(KEY.public_key[1:]) + assemble("OP_CHECKSIG"))


def schnorr(
    leaf: SingleLeaf, key: PrivateKey, hash_type: int = 0, *, own: bool = True, separator: int = 0xFFFF_FFFF
) -> bytes:
    """Sign for a leaf; without `own` for the key path."""
    digests = Digests(transaction(), ((VALUE, leaf.locking),))
    leaf_hash = tapleaf_hash(leaf.script) if own else None
    return schnorr_sign(
        key.secret, digests.taproot(0, hash_type, leaf_hash=leaf_hash, codeseparator_position=separator)
    )


def in_leaf(signature: bytes, leaf: SingleLeaf = LEAF) -> Verdict:
    tx = transaction().with_witness(0, (signature, leaf.script, leaf.control_block))
    return judged(b"", leaf.locking, "btc", tx)


def test_the_right_signatures_of_taproot_are_accepted() -> None:
    assert in_leaf(schnorr(LEAF, KEY))
    assert in_leaf(schnorr(LEAF, KEY, 0x83) + b"\x83")


def test_another_hash_type_of_taproot() -> None:
    assert told(in_leaf(schnorr(LEAF, KEY, 1))) == ["  fits if its hash type is 0x01 ALL"]
    assert told(in_leaf(schnorr(LEAF, KEY, 0) + b"\x01")) == ["  fits if its hash type is 0x00 DEFAULT"]


def test_another_key_of_taproot() -> None:
    leaf = SingleLeaf(push(OTHER_KEY.public_key[1:]) + assemble("OP_DROP") + LEAF.script)
    (line,) = told(in_leaf(schnorr(leaf, OTHER_KEY), leaf))
    assert line == f"  fits if the key is {OTHER_KEY.public_key[1:].hex()} (32 bytes)"


def test_a_signature_for_the_key_path() -> None:
    assert told(in_leaf(schnorr(LEAF, KEY, own=False))) == ["  fits if it is used for the key path, without a script"]
    secret = tweak_secret((1).to_bytes(32, "big"), tapleaf_hash(LEAF.script))
    signature = schnorr(LEAF, PrivateKey.from_bytes(secret), own=False)
    assert judged(b"", LEAF.locking, "btc", transaction().with_witness(0, (signature,)))
    (line,) = told(in_leaf(signature))
    assert line.startswith(f"  fits if the key is {LEAF.output_key.hex()}")
    assert line.endswith("and it is used for the key path, without a script")


def test_the_internal_key_of_taproot() -> None:
    internal = PrivateKey.from_bytes((1).to_bytes(32, "big"))
    (line,) = told(in_leaf(schnorr(LEAF, internal)))
    assert line == f"  fits if the key is {INTERNAL_KEY.hex()} (32 bytes)"


def test_another_separator_of_a_tapscript() -> None:
    leaf = SingleLeaf(assemble("OP_NOP OP_CODESEPARATOR OP_NOP OP_CODESEPARATOR") + LEAF.script)
    assert in_leaf(schnorr(leaf, KEY, separator=3), leaf)
    assert told(in_leaf(schnorr(leaf, KEY, separator=1), leaf)) == ["  fits if the last CODESEPARATOR is opcode 1"]
    assert told(in_leaf(schnorr(leaf, KEY), leaf)) == ["  fits if no CODESEPARATOR has run"]


def test_what_fits_in_no_way_of_taproot() -> None:
    assert told(in_leaf(schnorr(LEAF, STRANGER))) == [NO_WAY]
    other = SingleLeaf(LEAF.script + assemble("OP_NOP"))
    assert told(in_leaf(schnorr(other, KEY))) == [NO_WAY]


# Bounds ---------------------------------------------------------------------------------------------------------------


def test_tries_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the Python back end there are a hundred tries: a way with one change is still found."""
    calls = list[bytes]()
    script = SEPARATED + b"".join(push(key.public_key) + assemble("OP_DROP") for key in KEYS[:20])
    monkeypatch.setattr(ways, "backend", lambda: _Counted(calls))
    assert told(judged(push(bip143(script, 0x41, STRANGER)), script)) == [NO_WAY]
    assert len(calls) == ways._TRIES_IN_PYTHON


class _Counted:
    """The pure backend, with its calls counted and no work done: nothing fits."""

    NAME = pure.NAME

    def __init__(self, calls: list[bytes]) -> None:
        self.calls = calls

    def verify(self, signature: bytes, public_key: bytes, digest: bytes) -> bool:
        self.calls.append(digest)
        return False


def test_what_is_hashed_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The script code comes after digest and hash type: with too little work granted it is not reached."""
    script = push(bytes(10_000)) + assemble("OP_DROP OP_CODESEPARATOR") + CHECK
    verdict = judged(push(bip143(script, 0x41)), script)
    (line,) = told(verdict)
    assert line.startswith("  fits if the script code is the whole locking script")
    monkeypatch.setattr(ways, "_WORK", 5_000)
    assert told(verdict) == [NO_WAY]


def test_the_machine_tries_nothing_unless_it_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise AssertionError

    monkeypatch.setattr(ways, "backend", refuse)
    assert judged(push(bip143(CHECK, 0x41, STRANGER)), CHECK).error == "NULLFAIL"
