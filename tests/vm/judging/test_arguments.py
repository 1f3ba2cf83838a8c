"""Invalid cases: arguments of the wrong type are named, whatever the other arguments are."""

from typing import Any

import pytest
from bitcoin.core.script import CScript

from penstock.script.chain_parts import Limits
from penstock.script.opcodes import Op
from penstock.script.pushes import push
from penstock.tx.keys import PrivateKey, sign
from penstock.tx.transaction import OutPoint, Transaction, TransactionError, TxIn, TxOut
from penstock.vm.judging.case import CaseError
from penstock.vm.judging.verify import check_transaction, verify
from penstock.vm.rules import Rule, RuleSet, RuleSetError
from tests.support.spending.transactions import small_transaction

KEY = PrivateKey.from_bytes(b"\x01" * 32)
TAPROOT = b"\x51\x20" + KEY.public_key[1:]


class Index:
    """A number like numpy's integers: it has `__index__`, but is not an `int`."""

    def __index__(self) -> int:
        return 0


GOOD: dict[str, Any] = {"unlocking": b"", "locking": b"\x51", "tx": small_transaction(), "input_index": 0, "value": 1}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"unlocking": "51"}, "unlocking is a script in bytes, not str"),
        ({"locking": "51"}, "locking is a script in bytes, not str"),
        ({"unlocking": bytearray(b"\x01\x51")}, "unlocking is a script in bytes, not bytearray"),
        ({"locking": bytearray(b"\x51")}, "locking is a script in bytes, not bytearray"),
        ({"locking": None}, "locking is a script in bytes, not NoneType"),
        ({"unlocking": "51"}, "bytes.fromhex converts hexadecimal digits to bytes"),
        ({"input_index": "0"}, r"input_index is a whole number \(an int\), not str"),
        ({"input_index": False}, r"input_index is a whole number \(an int\), not bool"),
        ({"input_index": 0.0}, r"input_index is a whole number \(an int\), not float"),
        ({"input_index": Index()}, r"input_index is a whole number \(an int\), not Index"),
        ({"value": "1"}, r"value is a whole number \(an int\), not str"),
        ({"value": None}, r"value is a whole number \(an int\), not NoneType"),
        ({"value": True}, r"value is a whole number \(an int\), not bool"),
        ({"value": 1.0}, r"value is a whole number \(an int\), not float"),
        ({"value": float("nan")}, r"value is a whole number \(an int\), not float"),
        ({"value": 2**63}, "not a number of satoshis"),
        ({"input_index": 1}, "there is no input 1"),
        ({"input_index": 2**70}, "there is no input 1180591620717411303424"),
        ({"artifact": "{}"}, "artifact must be an Artifact, or have source_line; str does not"),
    ],
)
@pytest.mark.parametrize("rules", ["bsv", "btc-consensus"])
def test_the_argument_is_named(change: dict[str, Any], message: str, rules: str) -> None:
    assert verify(**GOOD, rules=rules)
    with pytest.raises(CaseError, match=message):
        verify(**(GOOD | change), rules=rules)


@pytest.mark.parametrize("rules", [None, 5, b"bsv", ["bsv"], {"bsv": 1}, bytearray(b"bsv"), "BSV", "", object()])
def test_rules_that_are_none(rules: Any) -> None:
    for judge in (lambda: verify(**GOOD, rules=rules), lambda: check_transaction(GOOD["tx"], [(1, b"\x51")], rules)):
        with pytest.raises(
            RuleSetError, match=r"unknown rule set .*: there are bsv, btc, bsv-consensus, btc-consensus"
        ):
            judge()


@pytest.mark.parametrize(
    ("spent", "message"),
    [
        (None, "spent_outputs must be a list of outputs, not NoneType"),
        (5, "spent_outputs must be a list of outputs, not int"),
        ((each for each in [(1, b"\x51")]), "spent_outputs must be a list of outputs, not generator"),
        ({(1, b"\x51")}, "spent_outputs must be a list of outputs, not set"),
        ({0: (1, b"\x51")}, "spent_outputs must be a list of outputs, not dict"),
        ([5], r"spent_outputs\[0\] is not a pair"),
        ("5", r"spent_outputs\[0\] is not a pair"),
        (b"5", r"spent_outputs\[0\] is not a pair"),
        ([(1, "51")], r"spent_outputs\[0\] is not a pair"),
        ([TxOut(1, "51")], r"spent_outputs\[0\] is not a pair"),  # type: ignore[arg-type]  # a caller without types
        ([(1.0, b"\x51")], r"spent_outputs\[0\] is not a pair"),
        ([(True, b"\x51")], r"spent_outputs\[0\] is not a pair"),
        ([(b"\x51", 1)], r"spent_outputs\[0\] is not a pair"),
        ([(1, b"\x51", 0)], r"spent_outputs\[0\] is not a pair"),
        ([(1, bytearray(b"\x51"))], r"spent_outputs\[0\] is not a pair"),
        ([(1 << 63, b"\x51")], r"spent_outputs\[0\]: 9223372036854775808 is not a number of satoshis"),
        ([], "0 spent outputs for 1 inputs"),
        ([(1, b"\x51")] * 2, "2 spent outputs for 1 inputs"),
    ],
)
@pytest.mark.parametrize("rules", ["bsv", "btc-consensus"])
def test_so_are_spent_outputs(spent: Any, message: str, rules: str) -> None:
    for good in ([(5000, b"\x51")], [[5000, b"\x51"]], ((5000, CScript(b"\x51")),), [TxOut(5000, b"\x51")]):
        assert all(check_transaction(small_transaction(), good, rules))  # type: ignore[arg-type]  # lists will do
        assert verify(**(GOOD | {"value": 5000}), spent_outputs=good, rules=rules)  # type: ignore[arg-type]  # as above
    with pytest.raises(CaseError, match=message):
        check_transaction(small_transaction(), spent, rules)
    if spent is not None:
        with pytest.raises(CaseError, match=message):
            verify(**GOOD, spent_outputs=spent, rules=rules)


@pytest.mark.parametrize("other", [(2, TAPROOT), (1, b"\x51")])
def test_what_is_spent_is_said_once(other: tuple[int, bytes]) -> None:
    """A signature of taproot covers `spent_outputs`: the given outputs are signed."""
    tx = small_transaction().with_witness(0, (bytes(64),))
    case: dict[str, Any] = {**GOOD, "tx": tx, "locking": TAPROOT, "rules": "btc"}
    assert verify(**case, spent_outputs=[(1, TAPROOT)]).error == "SCHNORR_SIG"
    with pytest.raises(CaseError, match=r"spent_outputs\[0\] differs from value and locking"):
        verify(**case, spent_outputs=[other])


def changed(**parts: Any) -> Transaction:
    return small_transaction()._replace(**parts)


INPUT: Any = TxIn(OutPoint(bytes(32), 1))
OUTPUT: Any = TxOut(900, b"\x51")


@pytest.mark.parametrize(
    ("tx", "message"),
    [
        (changed(version="1"), "version: '1' is not a whole number"),
        (changed(version=None), "version: None is not a whole number"),
        (changed(lock_time=1.5), "lock time: 1.5 is not a whole number"),
        (changed(inputs=None), "inputs: a tuple is expected, not NoneType"),
        (changed(inputs=(5,)), "input 0: a TxIn is expected, not int"),
        (changed(inputs=(TxIn(None),)), "input 0: a TxIn is expected"),  # type: ignore[arg-type]  # as all of these
        (changed(inputs=(TxIn(OutPoint("00" * 32, 1)),)), "input 0 outpoint: bytes are expected, not str"),  # type: ignore[arg-type]  # as above
        (changed(inputs=(TxIn(OutPoint(bytes(31), 1)),)), "input 0 outpoint: a txid has 32 bytes, this one 31"),
        (changed(inputs=(INPUT._replace(sequence=None),)), "input 0 sequence: None is not a whole number"),
        (changed(outputs=None), "outputs: a tuple is expected, not NoneType"),
        (changed(outputs=(7,)), "output 0: a TxOut is expected, not int"),
        (changed(outputs=(OUTPUT._replace(script="51"),)), "output 0 script: bytes are expected, not str"),
        (changed(outputs=(OUTPUT, OUTPUT._replace(value="1"))), "output 1 value: '1' is not a whole number"),
    ],
)
@pytest.mark.parametrize("rules", ["bsv", "btc-consensus"])
def test_a_transaction_made_by_hand_has_its_parts_named(tx: Transaction, message: str, rules: str) -> None:
    locking = push(KEY.public_key) + bytes((Op.OP_CHECKSIG,))
    for script in (b"\x51", locking, TAPROOT):
        with pytest.raises(TransactionError, match=message):
            verify(b"", script, tx=tx, input_index=0, value=1, rules=rules)
        with pytest.raises(TransactionError, match=message):
            check_transaction(tx, [(1, script)], rules)
    with pytest.raises(TransactionError, match=message):
        tx.serialize()


@pytest.mark.parametrize(
    ("witnesses", "message"),
    [
        (("ab",), "witness 0: a tuple is expected, not str"),
        (((5,),), "witness 0 item: bytes are expected, not int"),
        ((("ab", "cd"),), "witness 0 item: bytes are expected, not str"),
        (((), ()), "witnesses: 2 witnesses for 1 inputs"),
    ],
)
def test_so_have_witnesses(witnesses: Any, message: str) -> None:
    locking = b"\x00\x20" + b"\x01" * 32
    tx = changed(witnesses=witnesses)
    if witnesses != ((), ()):
        with pytest.raises(TransactionError, match=message):
            verify(b"", locking, tx=tx, input_index=0, value=1, rules="btc")
    two = changed(inputs=(INPUT, INPUT), witnesses=((b"a",),))
    with pytest.raises(TransactionError, match="witnesses: 1 witnesses for 2 inputs"):
        verify(b"", locking, tx=two, input_index=1, value=1, rules="btc")


@pytest.mark.parametrize("flags", [None, 5, b"P2SH", ["P2SH"], ("P2SH",), {"P2SH"}])
def test_flags_are_text(flags: Any) -> None:
    with pytest.raises(RuleSetError, match="flags is text with commas between the names, not"):
        RuleSet.from_flags(flags, chain="bsv")
    for change in (RuleSet.named("bsv").with_flags, RuleSet.named("bsv").without):
        with pytest.raises(RuleSetError, match="unknown flag"):
            change(flags)
    name: Any
    for name in (flags, "BSV"):
        with pytest.raises(RuleSetError, match="unknown rule set"):
            RuleSet.named(name)
        with pytest.raises(RuleSetError, match="unknown chain"):
            RuleSet.from_flags("P2SH", chain=name)


@pytest.mark.parametrize("rules", [None, "P2SH", 5, ["P2SH"], [Rule.P2SH], frozenset({"P2SH"})])
def test_rules_are_a_set_of_rules(rules: Any) -> None:
    with pytest.raises(RuleSetError, match="rules is a frozenset of Rule"):
        RuleSet("bsv", rules)


@pytest.mark.parametrize("part", ["100", 5, [], (1, 2), b"", True, float("nan")])
def test_guards_and_limits_are_of_their_types(part: Any) -> None:
    with pytest.raises(RuleSetError, match="guard is a Guard of whole numbers from 0, or None"):
        RuleSet("bsv", frozenset(), part)
    with pytest.raises(RuleSetError, match="overridden is a Limits of whole numbers from 0, or None"):
        RuleSet("bsv", frozenset(), None, part)
    if part != 5:
        with pytest.raises(RuleSetError, match="overridden is a Limits of whole numbers from 0, or None"):
            RuleSet.named("bsv").with_limits(script_size=part)


def test_numbers_have_a_byte_at_least() -> None:
    assert RuleSet.named("bsv").with_limits(number_size=1)
    with pytest.raises(RuleSetError, match="number_size is 1 at least"):
        RuleSet.named("bsv").with_limits(number_size=0)


@pytest.mark.parametrize("size", [1, 2, 1 << 62, 1 << 70])
@pytest.mark.parametrize("limit", Limits._fields)
def test_any_other_limit_can_be_judged_by(limit: str, size: int) -> None:
    for name in ("bsv", "btc-consensus"):
        verdict = verify(**GOOD, rules=RuleSet.named(name).with_limits(**{limit: size}))
        assert verdict.error in {None, "STACK_SIZE"}
        assert verdict.explain()


def test_satoshis_are_whole_where_a_signature_covers_them() -> None:
    locking = push(KEY.public_key) + bytes((Op.OP_CHECKSIG,))
    case: dict[str, Any] = {
        **GOOD,
        "locking": locking,
        "unlocking": push(sign(small_transaction(), 0, locking, 1, KEY, "ALL")),
    }
    assert verify(**case)
    with pytest.raises(CaseError, match=r"value is a whole number \(an int\), not float"):
        verify(**(case | {"value": 1.0}))
