"""Chronicle, for which the node has no vectors: restored opcodes, relaxations, hash-type bit 0x20, signing unlockings.

Two conditions are separate: the age of the output (opcodes, limits) and the age of the spending block (the rest). Each
case is also run on bsv-sdk, which assumes Chronicle for both; where its result differs, the case notes it.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from penstock.script.assembler import assemble
from penstock.script.pushes import push
from penstock.tx.der import ORDER, encode_der
from penstock.tx.digests import Digests
from penstock.tx.sighash import uses_forkid_digest
from penstock.tx.transaction import Transaction, TxOut
from penstock.vm.judging.verify import verify
from penstock.vm.rules import RuleSet
from tests.support.engines.bsv_judges import SDK_RULES, sdk_verdict
from tests.support.generators.random_spends import KEYS, RandomSpend
from tests.support.spending.script_runs import transaction
from tests.support.spending.signing import numbers_of

VALUE = 1000
KEY = KEYS[0]
CHECK = push(KEY.public_key) + assemble("OP_CHECKSIG")
RULES = SDK_RULES
OLD_OUTPUT = RULES.without("UTXO_AFTER_CHRONICLE")
OLD_BLOCK = RULES.without("CHRONICLE")

Unlock = Callable[[Transaction], bytes]


def error(unlocking: bytes, locking: bytes, rules: RuleSet, version: int = 1) -> str | None:
    tx = transaction(version=version).with_input_script(0, unlocking)
    return verify(unlocking, locking, tx=tx, input_index=0, value=VALUE, rules=rules).error


def sdk_accepts(unlocking: bytes, locking: bytes, version: int = 1) -> bool | None:
    tx = transaction(version=version).with_input_script(0, unlocking)
    spend = RandomSpend(tx, 0, (TxOut(VALUE, locking),))
    native, python = sdk_verdict(spend, native=True), sdk_verdict(spend, native=False)
    assert python in (native, None)
    return native


def signed(
    code: bytes, hash_type: int = 0x41, *, version: int = 1, high_s: bool = False, forkid: bool | None = None
) -> bytes:
    """Return a signature with its hash type as the last byte; `forkid` overrides the digest that it signs."""
    digests = Digests(transaction(version=version))
    if uses_forkid_digest(hash_type) if forkid is None else forkid:
        digest = digests.bip143(0, code, VALUE, hash_type)
    else:
        digest = digests.legacy(0, code, hash_type)
    der = KEY.sign_digest(digest)
    if high_s:
        r, s = numbers_of(der)
        der = encode_der(r, ORDER - s)
    return der + bytes((hash_type,))


# Relaxations


@dataclass(frozen=True, slots=True)
class Relaxed:
    """Scripts that fail in a transaction of version 1, and pass since Chronicle from version 2 on."""

    reason: str
    unlocking: Callable[[int], bytes]
    locking: bytes


def text(unlocking: str) -> Callable[[int], bytes]:
    return lambda _: assemble(unlocking)


RELAXED = {
    "unlocking script that calculates": Relaxed("SIG_PUSHONLY", text("OP_2 OP_1SUB"), assemble("OP_1 OP_EQUAL")),
    "push with too long a prefix": Relaxed("MINIMALDATA", text("OP_PUSHDATA1 07"), assemble("OP_7 OP_EQUAL")),
    "number with a zero too many": Relaxed("SCRIPTNUM_MINENCODE", text("0700"), assemble("OP_7 OP_NUMEQUAL")),
    "high S": Relaxed("SIG_HIGH_S", lambda v: push(signed(CHECK, version=v, high_s=True)), CHECK),
    "signature that fails": Relaxed("NULLFAIL", lambda v: push(signed(b"\x51", version=v)), CHECK + assemble("OP_NOT")),
    "dummy that is not empty": Relaxed("SIG_NULLDUMMY", text("OP_1"), assemble("OP_0 OP_0 OP_CHECKMULTISIG")),
    "item left over": Relaxed("CLEANSTACK", text("OP_1 OP_1"), b""),
    "condition of two": Relaxed("MINIMALIF", text("OP_2"), assemble("OP_IF OP_1 OP_ENDIF")),
}


@pytest.mark.parametrize("name", RELAXED)
def test_relaxed_from_version_2_on(name: str) -> None:
    case = RELAXED[name]
    for version in (1, 0, -1, -(2**31)):
        assert error(case.unlocking(version), case.locking, RULES, version) == case.reason
    for version in (2, 3, 2**31 - 1):
        assert error(case.unlocking(version), case.locking, RULES, version) is None
    assert sdk_accepts(case.unlocking(1), case.locking, 1) is False
    assert sdk_accepts(case.unlocking(2), case.locking, 2) is True


@pytest.mark.parametrize("name", RELAXED)
def test_the_block_decides_not_the_output(name: str) -> None:
    case = RELAXED[name]
    assert error(case.unlocking(2), case.locking, OLD_OUTPUT, 2) is None
    assert error(case.unlocking(2), case.locking, OLD_BLOCK, 2) == case.reason


UNCOMPRESSED_HYBRID = b"\x06" + bytes(64)
STRICT: dict[str, tuple[str, Callable[[int], bytes], bytes]] = {
    "undefined hash type": ("SIG_HASHTYPE", lambda v: push(signed(CHECK, 0x44, version=v)), CHECK),
    "no FORKID": ("MISSING_FORKID", lambda v: push(signed(CHECK, 0x01, version=v)), CHECK),
    "hybrid key": (
        "PUBKEYTYPE",
        lambda v: push(signed(CHECK, version=v)),
        push(UNCOMPRESSED_HYBRID) + assemble("OP_CHECKSIG"),
    ),
    "no DER": ("SIG_DER", lambda v: push(b"\x31" + signed(CHECK, version=v)[1:]), CHECK),
}


@pytest.mark.parametrize("name", STRICT)
def test_strict_in_every_version(name: str) -> None:
    reason, unlocking, locking = STRICT[name]
    for version in (1, 2):
        assert error(unlocking(version), locking, RULES, version) == reason
        assert sdk_accepts(unlocking(version), locking, version) is False


# Hash type bit 0x20


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("base", [1, 2, 3])
@pytest.mark.parametrize("alone", [0, 0x80])
def test_bit_20_selects_the_original_digest(base: int, alone: int, version: int) -> None:
    hash_type = base | alone | 0x60
    unlocking = push(signed(CHECK, hash_type, version=version))
    assert error(unlocking, CHECK, RULES, version) is None
    assert error(unlocking, CHECK, OLD_OUTPUT, version) is None
    assert error(unlocking, CHECK, OLD_BLOCK, version) == "ILLEGAL_CHRONICLE"
    assert sdk_accepts(unlocking, CHECK, version) is True
    other = push(signed(CHECK, hash_type, version=version, forkid=True))
    assert error(other, CHECK, RULES.without("NULLFAIL"), version) == "EVAL_FALSE"
    assert sdk_accepts(other, CHECK, version) is False


def test_bit_20_needs_bit_40() -> None:
    unlocking = push(signed(CHECK, 0x21))
    assert error(unlocking, CHECK, RULES) == "MISSING_FORKID"
    assert error(unlocking, CHECK, OLD_BLOCK) == "ILLEGAL_CHRONICLE"
    assert error(push(signed(CHECK, 0x41)), CHECK, RULES.without("SIGHASH_FORKID")) == "ILLEGAL_FORKID"
    assert sdk_accepts(unlocking, CHECK) is False


def test_the_original_digest_leaves_separators_out() -> None:
    """bsv-sdk leaves them in."""
    locking = CHECK + assemble("OP_CODESEPARATOR")
    unlocking = push(signed(CHECK + assemble("OP_CODESEPARATOR"), 0x61))
    assert unlocking == push(signed(CHECK, 0x61)), "one digest, with the separator or without"
    assert error(unlocking, locking, RULES) is None
    assert sdk_accepts(unlocking, locking) is False


def test_the_amount_is_not_signed_with_bit_20() -> None:
    unlocking = push(signed(CHECK, 0x61))
    tx = transaction().with_input_script(0, unlocking)
    for value in (VALUE, VALUE + 1):
        assert verify(unlocking, CHECK, tx=tx, input_index=0, value=value, rules=RULES)
    unlocking = push(signed(CHECK, 0x41))
    assert not verify(unlocking, CHECK, tx=tx, input_index=0, value=VALUE + 1, rules=RULES)


# Signatures in the unlocking script


@pytest.mark.parametrize("hash_type", [0x41, 0x61])
def test_a_signature_in_the_unlocking_script_covers_the_locking_script(hash_type: int) -> None:
    locking = assemble("OP_VERIFY OP_1")
    tail = CHECK + locking
    unlocking = push(signed(CHECK, hash_type, version=2)) + assemble("OP_CODESEPARATOR") + CHECK
    covering = push(signed(tail, hash_type, version=2)) + assemble("OP_CODESEPARATOR") + CHECK
    assert error(covering, locking, RULES, 2) is None
    assert sdk_accepts(covering, locking, 2) is True
    assert error(unlocking, locking, RULES, 2) == "VERIFY"
    assert sdk_accepts(unlocking, locking, 2) is False
    assert error(covering, locking, RULES, 1) == "SIG_PUSHONLY"


def test_before_chronicle_it_covers_the_unlocking_script_alone() -> None:
    locking = assemble("OP_VERIFY OP_1")
    rules = OLD_BLOCK.without("SIGPUSHONLY", "NULLFAIL")
    unlocking = push(signed(CHECK, version=2)) + assemble("OP_CODESEPARATOR") + CHECK
    assert error(unlocking, locking, rules, 2) is None
    covering = push(signed(CHECK + locking, version=2)) + assemble("OP_CODESEPARATOR") + CHECK
    assert error(covering, locking, rules, 2) == "VERIFY"


# Restored opcodes

RESTORED = [
    ("", "OP_VER 02000000 OP_EQUAL", 2, True),
    ("", "OP_VER OP_2 OP_EQUAL", 2, False),
    ("02000000", "OP_VERIF OP_1 OP_ELSE OP_0 OP_ENDIF", 2, True),
    ("OP_2", "OP_VERIF OP_1 OP_ELSE OP_0 OP_ENDIF", 2, False),
    ("0200000000", "OP_VERNOTIF OP_1 OP_ELSE OP_0 OP_ENDIF", 2, True),
    ("01000000", "OP_VERNOTIF OP_1 OP_ELSE OP_0 OP_ENDIF", 1, False),
    ("OP_0", "OP_IF OP_VERIF OP_ENDIF OP_ELSE OP_1 OP_ENDIF", 1, True),
    ("", "OP_7 OP_2MUL OP_14 OP_NUMEQUAL", 1, True),
    ("", "OP_7 OP_2DIV OP_3 OP_NUMEQUAL", 1, True),
    ("", "87 OP_2DIV 83 OP_NUMEQUAL", 1, True),
    ("aabbccdd", "OP_1 OP_2 OP_SUBSTR bbcc OP_EQUAL", 1, True),
    ("aabbccdd", "OP_0 OP_4 OP_SUBSTR aabbccdd OP_EQUAL", 1, True),
    ("aabbccdd", "OP_3 OP_0 OP_SUBSTR OP_0 OP_EQUAL", 1, True),
    ("aabbccdd", "OP_4 OP_0 OP_SUBSTR OP_0 OP_EQUAL", 1, "INVALID_NUMBER_RANGE"),
    ("aabbccdd", "OP_3 OP_2 OP_SUBSTR OP_0 OP_EQUAL", 1, "INVALID_NUMBER_RANGE"),
    ("aabbccdd", "OP_1NEGATE OP_2 OP_SUBSTR OP_0 OP_EQUAL", 1, "INVALID_NUMBER_RANGE"),
    ("aabbccdd", "OP_1 OP_1NEGATE OP_SUBSTR OP_0 OP_EQUAL", 1, "INVALID_NUMBER_RANGE"),
    ("OP_0", "OP_0 OP_0 OP_SUBSTR OP_0 OP_EQUAL", 1, "INVALID_NUMBER_RANGE"),
    ("aabbccdd", "OP_1 OP_LEFT aa OP_EQUAL", 1, True),
    ("aabbccdd", "OP_0 OP_LEFT OP_0 OP_EQUAL", 1, True),
    ("aabbccdd", "OP_4 OP_LEFT aabbccdd OP_EQUAL", 1, True),
    ("aabbccdd", "OP_5 OP_LEFT OP_0 OP_EQUAL", 1, "INVALID_NUMBER_RANGE"),
    ("aabbccdd", "OP_1NEGATE OP_LEFT OP_0 OP_EQUAL", 1, "INVALID_NUMBER_RANGE"),
    ("aabbccdd", "OP_1 OP_RIGHT dd OP_EQUAL", 1, True),
    ("aabbccdd", "OP_0 OP_RIGHT OP_0 OP_EQUAL", 1, True),
    ("aabbccdd", "OP_5 OP_RIGHT OP_0 OP_EQUAL", 1, "INVALID_NUMBER_RANGE"),
    ("", "OP_3 OP_4 OP_LSHIFTNUM 30 OP_NUMEQUAL", 1, True),
    ("", "83 OP_1 OP_LSHIFTNUM 86 OP_NUMEQUAL", 1, True),
    ("", "OP_0 64 OP_LSHIFTNUM OP_0 OP_NUMEQUAL", 1, True),
    ("", "OP_1 OP_1NEGATE OP_LSHIFTNUM OP_0 OP_NUMEQUAL", 1, "INVALID_NUMBER_RANGE"),
    ("", "OP_1 0000000001 OP_LSHIFTNUM OP_0 OP_NUMEQUAL", 1, "SCRIPTNUM_OVERFLOW"),
    ("", "OP_0 0000000001 OP_LSHIFTNUM OP_0 OP_NUMEQUAL", 1, "SCRIPTNUM_OVERFLOW"),
    ("", "30 OP_4 OP_RSHIFTNUM OP_3 OP_NUMEQUAL", 1, True),
    ("", "87 OP_1 OP_RSHIFTNUM 83 OP_NUMEQUAL", 1, True),
    ("", "81 OP_1 OP_RSHIFTNUM OP_0 OP_NUMEQUAL", 1, "MINIMALDATA"),
    ("", "OP_1NEGATE OP_1 OP_RSHIFTNUM OP_0 OP_NUMEQUAL", 1, True),
    ("", "OP_1 64 OP_RSHIFTNUM OP_0 OP_NUMEQUAL", 1, True),
    ("", "OP_1 OP_1NEGATE OP_RSHIFTNUM OP_0 OP_NUMEQUAL", 1, "INVALID_NUMBER_RANGE"),
    ("", "OP_1 ffffff7f OP_RSHIFTNUM OP_0 OP_NUMEQUAL", 1, True),
]


@pytest.mark.parametrize(("unlocking", "locking", "version", "expected"), RESTORED)
def test_restored_opcodes(unlocking: str, locking: str, version: int, expected: bool | str) -> None:
    scripts = assemble(unlocking), assemble(locking)
    reason = {True: None, False: "EVAL_FALSE"}.get(expected, expected) if isinstance(expected, bool) else expected
    assert error(*scripts, RULES, version) == reason
    assert error(*scripts, OLD_BLOCK.without("SIGPUSHONLY", "CLEANSTACK"), version) == reason, "the output decides"
    assert sdk_accepts(*scripts, version) is (expected is True)


def test_a_shift_by_too_many_bits() -> None:
    """bsv-sdk shifts all the same."""
    locking = assemble("OP_1 0000008000 OP_RSHIFTNUM OP_0 OP_NUMEQUAL")
    assert error(b"", locking, RULES) == "BIG_INT"
    assert sdk_accepts(b"", locking) is True


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("OP_VER", "BAD_OPCODE"),
        ("OP_1 OP_VERIF", "BAD_OPCODE"),
        ("OP_1 OP_VERNOTIF", "BAD_OPCODE"),
        ("OP_1 OP_2MUL", "DISABLED_OPCODE"),
        ("OP_1 OP_2DIV", "DISABLED_OPCODE"),
        ("OP_1 OP_SUBSTR", None),
        ("OP_1 OP_LEFT", None),
        ("OP_1 OP_RIGHT", None),
        ("OP_1 OP_LSHIFTNUM", None),
        ("OP_1 OP_RSHIFTNUM", None),
    ],
)
def test_older_outputs_do_not_have_them(script: str, expected: str | None) -> None:
    assert error(b"", assemble(script), OLD_OUTPUT) == expected
    discouraging = OLD_OUTPUT.with_flags("DISCOURAGE_UPGRADABLE_NOPS")
    assert error(b"", assemble(script), discouraging) == (expected or "DISCOURAGE_UPGRADABLE_NOPS")


def test_an_output_is_not_younger_than_chronicle_alone() -> None:
    rules = RuleSet.from_flags("UTXO_AFTER_CHRONICLE", chain="bsv")
    assert error(b"\x51", b"", rules) == "INVALID_FLAGS"
