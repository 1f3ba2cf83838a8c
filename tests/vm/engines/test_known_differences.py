"""Where the engines that we compare with are wrong: our verdict is the node's, theirs is another.

If one of these fails because an engine has learned, its exception in `bsv_judges` can go. docs/conformance.md lists
them.
"""

import pytest

from penstock.script.assembler import assemble
from penstock.script.pushes import push
from penstock.tx.digests import Digests
from penstock.tx.transaction import TxOut
from penstock.vm.judging.verify import verify
from penstock.vm.opcodes.script_code import find_and_delete
from penstock.vm.rules import RuleSet
from tests.support.engines.bsv_judges import BITCOINX_RULES, SDK_RULES, bitcoinx_verdict, sdk_verdict
from tests.support.generators.random_spends import KEYS, RandomSpend
from tests.support.spending.script_runs import VALUE, transaction

KEY = KEYS[0]


def spend_of(locking: bytes, unlocking: bytes = b"", version: int = 1) -> RandomSpend:
    tx = transaction(version=version).with_input_script(0, unlocking)
    return RandomSpend(tx, 0, (TxOut(VALUE, locking),))


def signed(locking: bytes) -> bytes:
    digest = Digests(transaction()).bip143(0, locking, VALUE, 0x41)
    return push(KEY.sign_digest(digest) + b"\x41")


def error(spend: RandomSpend, rules: RuleSet = SDK_RULES) -> str | None:
    return verify(spend.unlocking, spend.locking, tx=spend.tx, input_index=0, value=spend.value, rules=rules).error


def test_the_sdk_writes_pushes_anew_before_it_signs_them() -> None:
    """In a branch that is not taken, an unusual push is allowed; the signature covers it unchanged."""
    locking = push(KEY.public_key) + assemble("OP_CHECKSIGVERIFY OP_0 OP_IF OP_PUSHDATA1 07 OP_ENDIF OP_1")
    spend = spend_of(locking, signed(locking))
    assert error(spend) is None
    assert sdk_verdict(spend, native=True) is False
    assert sdk_verdict(spend, native=False) is False


@pytest.mark.parametrize(("cut", "expected"), [(True, "PUBKEYTYPE"), (False, None)])
def test_the_sdk_leaves_the_push_of_an_empty_signature_in_the_script(cut: bool, expected: str | None) -> None:
    """If the valid signature matches, the empty one is tried on an invalid key; else it is not tried."""
    keys = push(b"no key") + push(KEY.public_key)
    locking = assemble("OP_2") + keys + assemble("OP_2 OP_CHECKMULTISIG OP_NOT OP_0 OP_DROP")
    signed_code = find_and_delete(locking, {b"\x00"}) if cut else locking
    digest = Digests(transaction(version=2)).bip143(0, signed_code, VALUE, 0x41)
    spend = spend_of(locking, assemble("OP_0 OP_0") + push(KEY.sign_digest(digest) + b"\x41"), version=2)
    assert error(spend) == expected
    assert sdk_verdict(spend, native=True) is (expected is not None)
    assert sdk_verdict(spend, native=False) is (expected is not None)


def test_the_sdk_accepts_a_push_that_runs_past_the_end() -> None:
    spend = spend_of(assemble("!4801"), version=2)
    assert error(spend) == "BAD_OPCODE"
    assert sdk_verdict(spend, native=True) is True
    assert sdk_verdict(spend, native=False) is True


def test_the_sdk_accepts_hybrid_keys() -> None:
    whole = type(KEY)(KEY.secret, compressed=False).public_key
    locking = push(bytes((6 + (whole[-1] & 1),)) + whole[1:]) + assemble("OP_CHECKSIG")
    spend = spend_of(locking, signed(locking))
    assert error(spend) == "PUBKEYTYPE"
    assert sdk_verdict(spend, native=True) is True
    assert sdk_verdict(spend, native=False) is True


@pytest.mark.parametrize("behind", ["0102", "OP_2", "OP_IF OP_2"])
def test_the_sdk_leaves_return_out_of_the_script_that_it_signs(behind: str) -> None:
    """And serializes the bytes after it as one push."""
    locking = push(KEY.public_key) + assemble(f"OP_CHECKSIGVERIFY OP_1 OP_RETURN {behind}")
    spend = spend_of(locking, signed(locking))
    assert error(spend) is None
    assert sdk_verdict(spend, native=True) is False
    assert sdk_verdict(spend, native=False) is False


def test_the_sdk_signs_a_return_with_nothing_behind_it_as_it_stands() -> None:
    locking = push(KEY.public_key) + assemble("OP_CHECKSIGVERIFY OP_1 OP_RETURN")
    spend = spend_of(locking, signed(locking))
    assert error(spend) is None
    assert sdk_verdict(spend, native=True) is True
    assert sdk_verdict(spend, native=False) is True


@pytest.mark.parametrize(
    "script", ["OP_1 00 OP_PICK OP_EQUAL", "OP_1 00 OP_ROLL", "OP_5 00 OP_LSHIFT", "OP_5 80 OP_RSHIFT"]
)
def test_the_native_sdk_takes_any_zero_as_a_place_or_a_number_of_bits(script: str) -> None:
    spend = spend_of(assemble(script))
    assert error(spend) == "SCRIPTNUM_MINENCODE"
    assert sdk_verdict(spend, native=True) is True
    assert sdk_verdict(spend, native=False) is False


@pytest.mark.parametrize(
    "script",
    [
        "010000000000000001 OP_LEFT aa OP_EQUAL",
        "010000000000000001 OP_RIGHT dd OP_EQUAL",
        "OP_1 010000000000000001 OP_SUBSTR bb OP_EQUAL",
        "010000000000000001 OP_1 OP_SUBSTR bb OP_EQUAL",
    ],
)
def test_the_sdk_reads_more_than_64_bits_of_a_place(script: str) -> None:
    spend = spend_of(assemble(script), assemble("aabbccdd"))
    assert error(spend) is None
    assert sdk_verdict(spend, native=True) is False
    assert sdk_verdict(spend, native=False) is False


def test_the_sdk_wants_what_num2bin_shortens_to_be_short_already() -> None:
    spend = spend_of(assemble("0100 OP_3 OP_NUM2BIN 010000 OP_EQUAL"))
    assert error(spend) is None
    assert sdk_verdict(spend, native=True) is False
    assert sdk_verdict(spend, native=False) is False


@pytest.mark.parametrize(
    ("unlocking", "locking"),
    [("OP_1", ""), ("", "7f" * 200 + " OP_2DIV OP_SIZE OP_NIP")],
    ids=["empty locking script", "half of 200 bytes"],
)
def test_the_python_sdk_breaks_down(unlocking: str, locking: str) -> None:
    spend = spend_of(assemble(locking), assemble(unlocking))
    assert error(spend) is None
    assert sdk_verdict(spend, native=True) is True
    assert sdk_verdict(spend, native=False) is None


def test_the_python_sdk_halves_in_floating_point() -> None:
    spend = spend_of(assemble("0100000000000020 OP_2MUL OP_1ADD OP_2DIV 0100000000000020 OP_EQUAL"))
    assert error(spend) is None
    assert sdk_verdict(spend, native=True) is True
    assert sdk_verdict(spend, native=False) is False


def test_bitcoinx_reads_what_within_takes_without_looking() -> None:
    genesis, old = BITCOINX_RULES["genesis"], BITCOINX_RULES["before genesis"]
    spend = spend_of(assemble("OP_5 00 OP_9 OP_WITHIN"))
    assert error(spend, genesis) == "SCRIPTNUM_MINENCODE"
    assert bitcoinx_verdict(spend, "genesis") is True
    spend = spend_of(assemble("OP_5 OP_0 ffffffffff00 OP_WITHIN"))
    assert error(spend, old) == "SCRIPTNUM_OVERFLOW"
    assert bitcoinx_verdict(spend, "before genesis") is True


def test_bitcoinx_has_another_exception_for_a_push_that_runs_past_the_end() -> None:
    spend = spend_of(assemble("OP_1 !4801"))
    assert error(spend, BITCOINX_RULES["genesis"]) == "BAD_OPCODE"
    assert bitcoinx_verdict(spend, "genesis") is None
