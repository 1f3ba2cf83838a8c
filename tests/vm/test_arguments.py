"""What is no case at all: arguments of the wrong type are named, whatever else is asked."""

from typing import Any

import pytest
from transactions import small_transaction

from penstock.script.opcodes import Op
from penstock.script.pushes import push
from penstock.tx.keys import PrivateKey, sign
from penstock.tx.transaction import TxOut
from penstock.vm.case import CaseError
from penstock.vm.verify import check_transaction, verify

GOOD: dict[str, Any] = {"unlocking": b"", "locking": b"\x51", "tx": small_transaction(), "input_index": 0, "value": 1}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"unlocking": "51"}, "unlocking is a script in bytes, not str"),
        ({"locking": "51"}, "locking is a script in bytes, not str"),
        ({"unlocking": bytearray(b"\x01\x51")}, "unlocking is a script in bytes, not bytearray"),
        ({"locking": bytearray(b"\x51")}, "locking is a script in bytes, not bytearray"),
        ({"locking": None}, "locking is a script in bytes, not NoneType"),
        ({"input_index": "0"}, "input_index is a whole number, not str"),
        ({"value": "1"}, "value is a whole number, not str"),
        ({"value": None}, "value is a whole number, not NoneType"),
        ({"value": 2**63}, "no number of satoshis"),
        ({"input_index": 1}, "there is no input 1"),
    ],
)
@pytest.mark.parametrize("rules", ["bsv", "btc"])
def test_the_argument_is_named(change: dict[str, Any], message: str, rules: str) -> None:
    assert verify(**GOOD, rules=rules)
    with pytest.raises(CaseError, match=message):
        verify(**(GOOD | change), rules=rules)


@pytest.mark.parametrize(
    ("spent", "message"),
    [
        (None, "spent_outputs is a list of outputs, not NoneType"),
        (5, "spent_outputs is a list of outputs, not int"),
        ([5], r"spent_outputs\[0\] is no pair"),
        ([(1, "51")], r"spent_outputs\[0\] is no pair"),
        ([(b"\x51", 1)], r"spent_outputs\[0\] is no pair"),
        ([], "0 spent outputs for 1 inputs"),
    ],
)
def test_so_are_spent_outputs(spent: Any, message: str) -> None:
    assert all(check_transaction(small_transaction(), [(1, b"\x51")]))
    assert all(check_transaction(small_transaction(), [TxOut(1, b"\x51")]))
    with pytest.raises(CaseError, match=message):
        check_transaction(small_transaction(), spent)


def test_satoshis_are_whole_where_a_signature_covers_them() -> None:
    key = PrivateKey.from_bytes(b"\x01" * 32)
    locking = push(key.public_key) + bytes((Op.OP_CHECKSIG,))
    case: dict[str, Any] = {
        **GOOD,
        "locking": locking,
        "unlocking": push(sign(small_transaction(), 0, locking, 1, key, "ALL")),
    }
    assert verify(**case)
    with pytest.raises(CaseError, match="value is a whole number, not float"):
        verify(**(case | {"value": 1.0}))
