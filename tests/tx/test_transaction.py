"""Transactions survive their wire form, and anything else is refused with the field and the byte."""

import tracemalloc
from typing import Any

import pytest
from bitcoin.core import CMutableTransaction, CTransaction
from hypothesis import given
from hypothesis import strategies as st

from penstock.errors import PenstockError
from penstock.script.hashes import hash256
from penstock.tx.transaction import OutPoint, Transaction, TransactionError, TxIn, TxOut, coerce, to_bitcoinlib
from tests.support.spending.transactions import small_transaction, transactions
from tests.support.vectors.vector_files import vector_rows


def rows(data: list[Any]) -> list[bytes | None]:
    return [bytes.fromhex(row[1]) if isinstance(row[0], list) else None for row in data]


@given(transactions())
def test_writing_and_reading_gives_the_same(tx: Transaction) -> None:
    assert Transaction.parse(tx.serialize()) == tx
    assert tx.size() == len(tx.serialize())
    assert tx.size(witness=False) == len(tx.serialize(witness=False))


@given(transactions(witness=False))
def test_without_witnesses_both_chains_read_the_same(tx: Transaction) -> None:
    assert Transaction.parse(tx.serialize(), segwit=False) == tx
    assert tx.wtxid == tx.txid


@given(transactions())
def test_python_bitcoinlib_agrees(tx: Transaction) -> None:
    other = to_bitcoinlib(tx)
    assert other.serialize() == tx.serialize()
    assert CTransaction.deserialize(tx.serialize()) == other if tx.inputs else True
    assert other.GetTxid() == tx.txid
    assert coerce(other, segwit=True) == tx
    assert coerce(other, segwit=False) == tx.without_witnesses()


@pytest.mark.parametrize("raw", [*vector_rows("bitcoin-core/tx_valid.json", rows)])
def test_the_nodes_transactions(raw: bytes) -> None:
    tx = Transaction.parse(raw)
    other = CTransaction.deserialize(raw)
    assert tx.serialize() == raw
    assert (tx.txid, tx.wtxid) == (other.GetTxid(), other.GetHash())
    assert tx.txid_hex == other.GetTxid()[::-1].hex()


def test_a_mutable_transaction_will_do() -> None:
    tx = small_transaction()
    assert coerce(CMutableTransaction.from_tx(to_bitcoinlib(tx)), segwit=True) == tx


def test_missing_witnesses_of_python_bitcoinlib_are_empty() -> None:
    tx = small_transaction(inputs=3).with_witness(0, [b"a"])
    other = to_bitcoinlib(tx)
    shorter = CTransaction(
        other.vin, other.vout, other.nLockTime, other.nVersion, type(other.wit)(other.wit.vtxinwit[:1])
    )
    assert coerce(shorter, segwit=True) == tx


@pytest.mark.parametrize("kind", [bytearray, memoryview])
def test_any_buffer_will_do(kind: Any) -> None:
    raw = small_transaction().serialize()
    assert Transaction.parse(kind(raw)) == Transaction.parse(raw) == coerce(kind(raw), segwit=False)


def test_other_things_are_no_transactions() -> None:
    with pytest.raises(TransactionError, match="str is neither bytes, a CTransaction nor a penstock Transaction"):
        coerce("0100", segwit=True)


# Invalid bytes ------------------------------------------------------------------------------------------------------


@given(transactions(), st.data())
def test_a_cut_transaction_is_refused_where_it_ends(tx: Transaction, data: st.DataObject) -> None:
    raw = tx.serialize()
    cut = raw[: data.draw(st.integers(0, len(raw) - 1))]
    for segwit in (True, False):
        if tx.has_witness and not segwit:
            continue  # marker and flag look like no inputs and one output, and that may well end at the cut
        with pytest.raises(TransactionError) as caught:
            Transaction.parse(cut, segwit=segwit)
        assert caught.value.offset is not None
        assert 0 <= caught.value.offset <= len(cut)


def test_marker_and_flag_may_be_read_as_no_inputs_and_one_output() -> None:
    cut = Transaction(1, (TxIn(OutPoint(bytes(32), 0)),), (), 0, ((b"\x51",),)).serialize()[:19]
    assert Transaction.parse(cut, segwit=False) == Transaction(1, (), (TxOut(1, b""),))
    with pytest.raises(TransactionError):
        Transaction.parse(cut, segwit=True)


@given(transactions(), st.data())
def test_a_damaged_transaction_is_read_exactly_or_refused(tx: Transaction, data: st.DataObject) -> None:
    raw = bytearray(tx.serialize())
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    read_exactly_or_refuse(bytes(raw))


@given(st.binary(max_size=200))
def test_junk_is_read_exactly_or_refused(junk: bytes) -> None:
    read_exactly_or_refuse(junk)


def read_exactly_or_refuse(raw: bytes) -> None:
    for segwit in (True, False):
        try:
            tx = Transaction.parse(raw, segwit=segwit)
        except TransactionError:
            continue
        assert tx.serialize(witness=segwit) == raw


HEAD = "01000000"
INPUT = "11" * 32 + "00000000" + "00" + "ffffffff"
OUTPUT = "0100000000000000" + "00"
TAIL = "00000000"


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ("", r"version at byte 0: needs 4 bytes, 0 are left"),
        (HEAD, r"input count at byte 4: needs a compact size, no bytes are left"),
        (HEAD + "fd0100", r"input count at byte 4: the compact size 1 is not in its shortest form"),
        (HEAD + "fe", r"input count at byte 5: needs 4 bytes, 0 are left"),
        (
            HEAD + "02" + INPUT,
            r"input count at byte 4: 2 items of at least 41 bytes each are announced, 41 bytes are",
        ),
        (HEAD + "01" + INPUT[:72] + "05" + "ffffffff", r"input 0 script at byte 42: needs 5 bytes, 4 are left"),
        (HEAD + "01" + INPUT[:-2] + "00", r"output count at byte 46: needs a compact size"),
        (HEAD + "01" + INPUT + "01" + "00" * 8 + "02" + "51", r"output 0 script at byte 56: needs 2 bytes, 1 are left"),
        (HEAD + "01" + INPUT + "01" + OUTPUT + "000000", r"lock time at byte 56: needs 4 bytes, 3 are left"),
        (HEAD + "01" + INPUT + "01" + OUTPUT + TAIL + "00", r"end of the transaction at byte 60: 1 bytes too many"),
        (HEAD + "0002", r"input count at byte 6: needs a compact size"),
        (
            HEAD + "0002" + "01" + INPUT + "00" + TAIL,
            r"witness flag at byte 49: the flag 0x02 announces undefined parts",
        ),
        (
            HEAD + "0001" + "01" + INPUT + "00" + "00" + TAIL,
            r"witnesses at byte 50: marker and flag announce witnesses",
        ),
        (HEAD + "0001" + "01" + INPUT + "00" + "0105" + TAIL, r"witness 0 item at byte 51: needs 5 bytes, 4 are left"),
    ],
)
def test_the_message_names_the_field_and_the_byte(raw: str, message: str) -> None:
    with pytest.raises(TransactionError, match=message) as caught:
        Transaction.parse(bytes.fromhex(raw))
    assert isinstance(caught.value, PenstockError)
    assert isinstance(caught.value, ValueError)


def test_bsv_knows_no_marker_and_flag() -> None:
    tx = small_transaction().with_witness(0, [b"item"])
    with pytest.raises(TransactionError, match=r"too many|announced"):
        Transaction.parse(tx.serialize(), segwit=False)
    nothing = bytes.fromhex(HEAD + "00" + "01" + OUTPUT + TAIL)
    assert Transaction.parse(nothing, segwit=False).outputs == (TxOut(1, b""),)


@pytest.mark.parametrize("place", ["inputs", "outputs", "witness", "script", "item"])
@pytest.mark.parametrize("count", ["feffffff7f", "ff0000000000010000", "ffffffffffffffffff"])
def test_an_announced_count_allocates_nothing(place: str, count: str) -> None:
    raw = {
        "inputs": HEAD + count,
        "outputs": HEAD + "01" + INPUT + count,
        "witness": HEAD + "0001" + "01" + INPUT + "00" + count,
        "script": HEAD + "01" + INPUT[:72] + count,
        "item": HEAD + "0001" + "01" + INPUT + "00" + "01" + count,
    }[place]
    data = bytes.fromhex(raw) + bytes(100)
    tracemalloc.start()
    with pytest.raises(TransactionError):
        Transaction.parse(data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 100_000


def test_there_is_no_limit_of_32_mebibytes() -> None:
    script = bytes(33 * 2**20)
    tx = Transaction(1, (TxIn(OutPoint(bytes(32), 0), script),), (TxOut(0, b""),))
    assert Transaction.parse(tx.serialize()) == tx


def test_an_id_is_hashed_without_writing_the_transaction_down() -> None:
    script = bytes(50_000_000)
    tx = Transaction(1, (TxIn(OutPoint(bytes(32), 0), script),), (TxOut(0, b""),))
    tracemalloc.start()
    txid, size = tx.txid, tx.size()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 100_000
    raw = tx.serialize()
    assert (txid, size) == (hash256(raw), len(raw))


# Invalid values -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tx", "message"),
    [
        (Transaction(2**31, (), ()), "version: 2147483648 is not a whole number from -2147483648 to 2147483647"),
        (Transaction(1, (), (), -1), "lock time: -1 is not a whole number from 0 to 4294967295"),
        (Transaction(1, (TxIn(OutPoint(bytes(32), 2**32)),), ()), "input 0 index: 4294967296"),
        (Transaction(1, (TxIn(OutPoint(bytes(32), 0), b"", -1),), ()), "input 0 sequence: -1"),
        (Transaction(1, (), (TxOut(0, b""), TxOut(2**63, b""))), "output 1 value: 9223372036854775808"),
        (Transaction(1, (), (TxOut(0.5, b""),)), "output 0 value: 0.5 is not a whole number"),  # type: ignore[arg-type]  # a caller without types
        (Transaction(1, (TxIn(OutPoint(bytes(31), 0)),), ()), "outpoint: a txid has 32 bytes, this one 31"),
        (Transaction(1, (), (), 0, ((b"a",),)), "witnesses: 1 witnesses for 0 inputs"),
    ],
)
def test_what_does_not_fit_is_named(tx: Transaction, message: str) -> None:
    with pytest.raises(TransactionError, match=message):
        tx.serialize()


# Changing -----------------------------------------------------------------------------------------------------------


@given(transactions(least_inputs=1), st.binary(max_size=9), st.data())
def test_a_changed_transaction_differs_in_that_alone(tx: Transaction, new: bytes, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(tx.inputs) - 1))
    signed = tx.with_input_script(index, new)
    assert signed.inputs[index].script == new
    assert signed.with_input_script(index, tx.inputs[index].script) == tx
    proven = tx.with_witness(index, [new])
    assert proven.witnesses[index] == (new,)
    assert proven.txid == tx.txid
    assert proven.without_witnesses() == tx.without_witnesses()


@pytest.mark.parametrize("index", [-1, 1])
def test_there_is_no_such_input(index: int) -> None:
    with pytest.raises(TransactionError, match=f"input {index}: there are 1 inputs"):
        small_transaction().with_input_script(index, b"")
    with pytest.raises(TransactionError, match=f"input {index}: there are 1 inputs"):
        small_transaction().with_witness(index, [])


def test_virtual_size_counts_witnesses_a_quarter() -> None:
    tx = small_transaction()
    assert tx.virtual_size == tx.size()
    for size in range(97, 105):
        with_witness = tx.with_witness(0, [bytes(size)])
        quarters = 2 + 1 + 1 + size  # marker and flag, the number of items, the size of the item
        assert with_witness.virtual_size == tx.size() + quarters // 4 + (quarters % 4 > 0)
    assert tx.with_witness(0, [bytes(1)]).virtual_size == tx.size() + 2, "five quarters round up"


def test_an_output_is_a_pair() -> None:
    value, script = TxOut(5, b"\x51")
    assert (value, script) == TxOut(5, b"\x51")


def test_a_coinbase_spends_nothing() -> None:
    null = OutPoint(bytes(32), 0xFFFF_FFFF)
    assert null.is_null
    assert Transaction(1, (TxIn(null),), ()).is_coinbase
    assert not Transaction(1, (TxIn(null), TxIn(null)), ()).is_coinbase
    assert not Transaction(1, (TxIn(OutPoint(bytes(32), 0)),), ()).is_coinbase
    assert not OutPoint(b"\x01" + bytes(31), 0xFFFF_FFFF).is_null
