"""A transaction is refused before any script for the reason that the nodes give, in their order."""

from typing import Any

import pytest
from bitcoin.core import CheckTransaction, CheckTransactionError
from hypothesis import given
from hypothesis import strategies as st

from penstock.script.chains import BTC
from penstock.script.consensus import MAX_MONEY
from penstock.tx.transaction import OutPoint, Transaction, TransactionError, TxIn, TxOut, to_bitcoinlib
from penstock.tx.validation.form import Fault, check_transaction_form
from tests.support.spending.transactions import small_transaction, transactions
from tests.support.vectors.vector_files import vector_rows

MAX_SIZE = BTC.newest.transaction_size
NULL = OutPoint(bytes(32), 0xFFFF_FFFF)
GOOD = small_transaction(inputs=3)
COINBASE = Transaction(1, (TxIn(NULL, b"\x01\x02"),), (TxOut(50, b"\x51"),))
P2SH = b"\xa9\x14" + bytes(20) + b"\x87"
chains = pytest.mark.parametrize("chain", ["bsv", "btc"])


def rows(data: list[Any]) -> list[Any]:
    return [row if isinstance(row[0], list) else None for row in data]


# The nodes' vectors -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", vector_rows("bitcoin-core/tx_valid.json", rows))
def test_core_valid(row: list[Any]) -> None:
    assert check_transaction_form(Transaction.parse(bytes.fromhex(row[1])), "btc") is None


@pytest.mark.parametrize("row", vector_rows("bitcoin-core/tx_invalid.json", rows))
def test_core_invalid(row: list[Any]) -> None:
    fault = check_transaction_form(Transaction.parse(bytes.fromhex(row[1])), "btc")
    assert (fault is not None) == (row[2] == "BADTX")


@pytest.mark.parametrize("row", vector_rows("bitcoin-sv/tx_valid.json", rows))
def test_bitcoin_sv_valid(row: list[Any]) -> None:
    tx = Transaction.parse(bytes.fromhex(row[1]), segwit=False)
    assert check_transaction_form(tx, "bsv", after_genesis=False) is None


# Each fault -----------------------------------------------------------------------------------------------------------


@chains
def test_good_ones(chain: str) -> None:
    for tx in (GOOD, COINBASE, COINBASE._replace(inputs=(TxIn(NULL, bytes(100)),))):
        assert check_transaction_form(tx, chain) is None
    richest = GOOD._replace(outputs=(TxOut(MAX_MONEY - 1, b""), TxOut(1, b"")))
    assert check_transaction_form(richest, chain) is None


@chains
@pytest.mark.parametrize(
    ("tx", "fault"),
    [
        (GOOD._replace(inputs=()), Fault.NO_INPUTS),
        (GOOD._replace(outputs=()), Fault.NO_OUTPUTS),
        (GOOD._replace(inputs=(), outputs=()), Fault.NO_INPUTS),
        (GOOD._replace(outputs=(TxOut(-1, b""),)), Fault.NEGATIVE_VALUE),
        (GOOD._replace(outputs=(TxOut(MAX_MONEY + 1, b""),)), Fault.VALUE_TOO_LARGE),
        (GOOD._replace(outputs=(TxOut(MAX_MONEY, b""), TxOut(1, b""))), Fault.SUM_TOO_LARGE),
        (GOOD._replace(outputs=(TxOut(MAX_MONEY, b""), TxOut(1, b""), TxOut(-1, b""))), Fault.SUM_TOO_LARGE),
        (GOOD._replace(inputs=(*GOOD.inputs, GOOD.inputs[0])), Fault.DUPLICATE_INPUT),
        (GOOD._replace(inputs=(*GOOD.inputs, TxIn(NULL))), Fault.NULL_OUTPOINT),
        (COINBASE._replace(inputs=(TxIn(NULL, b"\x01"),)), Fault.COINBASE_SCRIPT_SIZE),
        (COINBASE._replace(inputs=(TxIn(NULL, bytes(101)),)), Fault.COINBASE_SCRIPT_SIZE),
    ],
    ids=lambda value: value.name if isinstance(value, Fault) else "",
)
def test_each_fault(tx: Transaction, fault: Fault, chain: str) -> None:
    assert check_transaction_form(tx, chain) is fault


def test_the_nodes_look_for_twins_and_nulls_in_another_order() -> None:
    null_first = GOOD._replace(inputs=(TxIn(NULL), *GOOD.inputs, GOOD.inputs[0]))
    assert check_transaction_form(null_first, "btc") is Fault.DUPLICATE_INPUT
    assert check_transaction_form(null_first, "bsv") is Fault.NULL_OUTPOINT
    twin_first = GOOD._replace(inputs=(*GOOD.inputs, GOOD.inputs[0], TxIn(NULL)))
    assert check_transaction_form(twin_first, "bsv") is Fault.DUPLICATE_INPUT
    nulls = GOOD._replace(inputs=(TxIn(NULL), TxIn(NULL)))
    assert check_transaction_form(nulls, "btc") is Fault.DUPLICATE_INPUT
    assert check_transaction_form(nulls, "bsv") is Fault.NULL_OUTPOINT


def of_size(size: int) -> Transaction:
    script = bytes(size - GOOD.size() - 4)
    return GOOD._replace(inputs=(GOOD.inputs[0]._replace(script=script), *GOOD.inputs[1:]))


def test_size() -> None:
    largest, too_large = of_size(MAX_SIZE), of_size(MAX_SIZE + 1)
    assert (largest.size(), too_large.size()) == (MAX_SIZE, MAX_SIZE + 1)
    for arguments in ({"chain": "btc"}, {"chain": "bsv", "after_genesis": False}):
        assert check_transaction_form(largest, **arguments) is None
        assert check_transaction_form(too_large, **arguments) is Fault.TOO_LARGE
    assert check_transaction_form(too_large, "bsv") is None


def test_witnesses_do_not_count_for_size() -> None:
    assert check_transaction_form(GOOD.with_witness(0, [bytes(MAX_SIZE)]), "btc") is None


@pytest.mark.parametrize(
    ("scripts", "counted"),
    [
        ([b"\xac" * 20_000], 20_000),
        ([b"\xad" * 20_001], 20_001),
        ([b"\xae" * 500, b"\xaf" * 500], 20_000),
        ([b"\x52\xae" * 1000 + b"\xac"], 20_001),  # the number of keys is not looked at
        ([b"\x02\xac\xac" * 20_001], 0),  # pushed data is not code
        ([b"\xac" * 20_000 + b"\x4c\xff\xac"], 20_000),  # nor are the bytes of a truncated push
    ],
)
def test_sigops_were_limited_before_genesis(scripts: list[bytes], counted: int) -> None:
    tx = GOOD._replace(outputs=tuple(TxOut(1, script) for script in scripts))
    expected = Fault.TOO_MANY_SIGOPS if counted > 20_000 else None
    assert check_transaction_form(tx, "bsv", after_genesis=False) is expected
    in_input = GOOD._replace(inputs=tuple(GOOD.inputs[i]._replace(script=script) for i, script in enumerate(scripts)))
    assert check_transaction_form(in_input, "bsv", after_genesis=False) is expected
    assert check_transaction_form(tx, "bsv") is None


def test_bsv_pays_no_more_to_script_hashes() -> None:
    tx = GOOD._replace(outputs=(TxOut(1, b"\x51"), TxOut(1, P2SH)))
    assert check_transaction_form(tx, "bsv") is Fault.PAYS_TO_SCRIPT_HASH
    assert check_transaction_form(tx, "bsv", after_genesis=False) is None
    assert check_transaction_form(tx, "btc") is None
    assert check_transaction_form(COINBASE._replace(outputs=tx.outputs), "bsv") is None
    for script in (P2SH + b"\x51", b"\xa9\x14" + bytes(20) + b"\x88", b"\xa9\x13" + bytes(20) + b"\x87"):
        assert check_transaction_form(GOOD._replace(outputs=(TxOut(1, script),)), "bsv") is None


@given(transactions(witness=False), st.sampled_from([None, "twin", "null", "negative"]))
def test_python_bitcoinlib_agrees(tx: Transaction, spoil: str | None) -> None:
    outputs = tuple(TxOut(abs(output.value) % MAX_MONEY // 8, output.script) for output in tx.outputs)
    tx = tx._replace(outputs=outputs)
    if spoil == "negative" and outputs:
        tx = tx._replace(outputs=(*outputs, TxOut(-1, b"")))
    if spoil in {"twin", "null"} and tx.inputs:
        tx = tx._replace(inputs=(*tx.inputs, tx.inputs[0] if spoil == "twin" else TxIn(NULL)))
    try:
        CheckTransaction(to_bitcoinlib(tx))
    except CheckTransactionError:
        assert check_transaction_form(tx, "btc") is not None
    else:
        assert check_transaction_form(tx, "btc") is None


def test_a_fault_is_named_and_explained() -> None:
    assert str(Fault.NO_INPUTS) == "it has no inputs (bad-txns-vin-empty)"
    assert len({fault.node_name for fault in Fault}) == len(Fault)


def test_what_cannot_be_written_cannot_be_checked() -> None:
    with pytest.raises(TransactionError, match="version"):
        check_transaction_form(GOOD._replace(version=2**40), "btc")
