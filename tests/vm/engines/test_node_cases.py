"""Small cases that were run on the BSV node's own interpreter: its errors, its stacks, and its signed data.

Most are former differences; the others settle cases that neither vectors nor engines had settled. docs/conformance.md
describes the comparison.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.script.assembler import assemble
from penstock.script.numbers import encode_number
from penstock.script.pushes import push
from penstock.tx.digests import Digests
from penstock.vm.rules import Rule, RuleSet
from tests.support.generators.random_spends import KEYS
from tests.support.spending.script_runs import BTC, CHRONICLE, GENESIS, PLAIN, error, run, transaction

KEY = KEYS[0]
CHECK = push(KEY.public_key) + assemble("OP_CHECKSIG")
MINIMAL = CHRONICLE.with_flags("MINIMALDATA")


def original_signature(code: bytes, hash_type: int, version: int = 1) -> bytes:
    digest = Digests(transaction(version=version)).legacy(0, code, hash_type)
    return KEY.sign_digest(digest) + bytes((hash_type,))


# Rest of the rules that Chronicle relaxes


@pytest.mark.parametrize("version", [1, 2])
def test_a_clean_stack_without_p2sh_is_refused_even_where_none_is_demanded(version: int) -> None:
    rules = CHRONICLE.with_flags("CLEANSTACK").without("P2SH")
    assert error("OP_1", "OP_NOP", rules, version=version) == "INVALID_FLAGS"
    assert error("OP_0", "OP_NOP", rules, version=version) == "EVAL_FALSE", "this comes first"
    assert error("OP_1", "OP_NOP", rules.with_flags("P2SH"), version=version) is None


@pytest.mark.parametrize("version", [1, 2])
def test_a_signature_whose_s_may_be_high_is_strict_der_all_the_same(version: int) -> None:
    good = original_signature(CHECK, 0x01, version)
    loose = good[:1] + b"\x81" + good[1:]  # a length of two bytes where one would do
    rules = CHRONICLE.with_flags("LOW_S")
    assert error(push(good), CHECK, rules, version=version) is None
    assert error(push(loose), CHECK, CHRONICLE, version=version) is None
    assert error(push(loose), CHECK, rules, version=version) == "SIG_DER"


# Order of the checks


@pytest.mark.parametrize("rules", [PLAIN, GENESIS, CHRONICLE, BTC], ids=["old", "genesis", "chronicle", "btc"])
def test_the_surplus_item_is_missed_before_any_signature_is_looked_at(rules: RuleSet) -> None:
    strict = rules.with_flags("DERSIG", "NULLFAIL")
    locking = assemble("OP_1") + push(KEY.public_key) + assemble("OP_1 OP_CHECKMULTISIG")
    assert error("OP_0 3006", locking, strict) == "SIG_DER"
    assert error("3006", locking, strict) == "INVALID_STACK_OPERATION"


@pytest.mark.parametrize("shift", ["OP_LSHIFTNUM", "OP_RSHIFTNUM"])
def test_how_far_to_shift_is_judged_before_the_number_is_read(shift: str) -> None:
    assert error("0100", f"OP_1 {shift}", MINIMAL) == "SCRIPTNUM_MINENCODE"
    assert error("0100", f"OP_1NEGATE {shift}", MINIMAL) == "INVALID_NUMBER_RANGE"


def test_the_length_of_a_substring_is_read_before_its_place() -> None:
    rules = MINIMAL.with_limits(number_size=4)
    assert error("aabb", "0100 0000000001 OP_SUBSTR", rules) == "SCRIPTNUM_OVERFLOW"
    assert error("aabb", "0000000001 0100 OP_SUBSTR", rules) == "SCRIPTNUM_MINENCODE"


# Places and lengths of more than 64 bits

PLACES = {
    "2**64 + 1": ("010000000000000001", 1),
    "-1 in nine bytes": ("010000000000000080", 1),
    "-(2**64 + 2)": ("020000000000000081", 2),
    "nothing but byte 8": ("00000000000000000101", 1),
    "bytes 0 and 8": ("01000000000000000201", 3),
    "nothing but byte 16": ("00000000000000000000000000000000047f", 4),
}


@pytest.mark.parametrize(("number", "place"), PLACES.values(), ids=PLACES)
def test_of_a_long_place_or_length_64_bits_are_left(number: str, place: int) -> None:
    data = bytes.fromhex("a0a1a2a3a4a5")
    assert run(push(data), f"{number} OP_LEFT").stack == (data[:place],)
    assert run(push(data), f"{number} OP_RIGHT").stack == (data[-place:],)
    assert run(push(data), f"{number} OP_1 OP_SUBSTR").stack == (data[place : place + 1],)
    assert run(push(data), f"OP_1 {number} OP_SUBSTR").stack == (data[1 : 1 + place],)


@pytest.mark.parametrize("number", ["000000000000008001", "0000000000000000000000000000008001"])
@pytest.mark.parametrize("script", ["{} OP_LEFT", "{} OP_RIGHT", "{} OP_1 OP_SUBSTR", "OP_1 {} OP_SUBSTR"])
def test_the_64_bits_have_a_sign_of_their_own(number: str, script: str) -> None:
    assert error("aabbcc", script.format(number)) == "INVALID_NUMBER_RANGE"


@given(st.binary(min_size=9, max_size=80) | st.lists(st.sampled_from((0, 1, 64)), min_size=9).map(bytes))
def test_the_64_bits_are_all_bytes_but_the_last_joined_eight_by_eight(number: bytes) -> None:
    left = bytearray(8)
    for index, byte in enumerate(number[:-1]):
        left[index % 8] |= byte
    place = int.from_bytes(left, "little", signed=True)
    verdict = run(push(bytes(200)), push(number) + assemble("OP_LEFT OP_SIZE OP_1ADD"))
    assert verdict.error == (None if 0 <= place <= 200 else "INVALID_NUMBER_RANGE")
    assert not verdict or verdict.stack == (bytes(place), encode_number(place + 1))


def test_the_other_opcodes_read_long_numbers_whole() -> None:
    assert error("aabbcc", "010000000000000001 OP_SPLIT") == "SPLIT_RANGE"
    assert error("aabbcc", "010000000000000001 OP_NUM2BIN") == "PUSH_SIZE"
    assert error("OP_1", "010000000000000001 OP_PICK") == "INVALID_STACK_OPERATION"


# Memory


def test_what_the_unlocking_script_leaves_on_its_second_stack_goes_on_counting() -> None:
    push_100 = push(bytes(100))
    keeps, drops = push_100 + assemble("OP_TOALTSTACK"), push_100 + assemble("OP_DROP")
    locking = push_100 + assemble("OP_1")
    both = (32 + 100) + (32 + 100) + (32 + 1)
    enough, short = CHRONICLE.with_limits(stack_memory=both), CHRONICLE.with_limits(stack_memory=both - 1)
    assert [error(keeps, locking, rules) for rules in (CHRONICLE, enough, short)] == [None, None, "STACK_SIZE"]
    assert error(drops, locking, short) is None


# Signatures


def test_a_signature_of_type_61_is_not_cut_out_of_the_script_that_holds_it() -> None:
    rules = CHRONICLE.with_flags("SIGHASH_FORKID")
    assert error(push(original_signature(CHECK, 0x61)), CHECK, rules) is None
    assert error("", push(original_signature(CHECK, 0x61)) + CHECK, rules) == "EVAL_FALSE"
    assert error("", push(original_signature(CHECK, 0x01)) + CHECK, CHRONICLE) is None


def test_forkid_demands_strict_encodings_however_its_rule_set_is_made() -> None:
    rules = RuleSet("bsv", frozenset({Rule.SIGHASH_FORKID}))
    assert rules == RuleSet.from_flags("SIGHASH_FORKID", chain="bsv")
    assert error(push(original_signature(CHECK, 0x61)), CHECK, rules) == "ILLEGAL_CHRONICLE"


BROKEN_OFF = {
    "ac6a05ab": "79a24caf0957f269c76d2ca0935d8a82c31e9c231be2feb75283397dfd7ea660",
    "ac6a4c": "205f653be7414c8378f64055294877d6f1f2591cd8fa2efdc8f3747a38ab4f4d",
    "ac6a4d01": "150d941956f160af8c54d2a9ea86783e8b4af08496fde4b394774dcf85fdd66a",
    "acab6a4effffffff00": "8520760ec96d2194e3f14d9b7a8e46e34e0fdef22a6027977b14d6e5005a4c2b",
    "acab6a4c05abab": "1a3b9d551e4e37b4871d03cabfc9e812a9c8a7c462164d81a4b86f7acdd30816",
}
"""Scripts that end with a push that runs past the end, behind RETURN, and the node's original digests of them."""


@pytest.mark.parametrize(("script", "digest"), BROKEN_OFF.items(), ids=BROKEN_OFF)
def test_the_original_digest_of_a_script_that_breaks_off_behind_return(script: str, digest: str) -> None:
    locking = bytes.fromhex(script)
    assert Digests(transaction()).legacy(0, locking, 0x61).hex() == digest
    unlocking = push(KEY.sign_digest(bytes.fromhex(digest)) + b"\x61") + push(KEY.public_key)
    assert error(unlocking, locking, CHRONICLE.with_flags("SIGHASH_FORKID")) is None


# Branches


@pytest.mark.parametrize("branch", ["OP_VERIF", "OP_VERNOTIF"])
def test_a_branch_by_version_needs_an_item(branch: str) -> None:
    assert error("", f"{branch} OP_ENDIF OP_1") == "UNBALANCED_CONDITIONAL"
    assert error("", f"OP_0 OP_IF {branch} OP_ENDIF OP_ENDIF OP_1") is None
