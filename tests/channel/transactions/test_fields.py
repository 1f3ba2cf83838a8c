"""A transaction field by field: the fields are the whole wire form, so differences hide nowhere."""

from hypothesis import given
from hypothesis import strategies as st

from penstock.channel.transactions.fields import differences, fields
from penstock.tx.transaction import OutPoint, Transaction, TxIn, TxOut

OUTPOINTS = st.builds(OutPoint, st.binary(min_size=32, max_size=32), st.integers(0, 2**32 - 1))
INPUTS = st.builds(TxIn, OUTPOINTS, st.binary(max_size=300), st.integers(0, 2**32 - 1))
OUTPUTS = st.builds(TxOut, st.integers(-(2**63), 2**63 - 1), st.binary(max_size=300))
TRANSACTIONS = st.builds(
    Transaction,
    st.integers(-(2**31), 2**31 - 1),
    st.lists(INPUTS, max_size=4).map(tuple),
    st.lists(OUTPUTS, max_size=4).map(tuple),
    st.integers(0, 2**32 - 1),
    st.just(()),
)


@given(TRANSACTIONS)
def test_fields_put_end_to_end_are_the_wire_form(transaction: Transaction) -> None:
    parts = fields(transaction)
    assert b"".join(part.raw for part in parts) == transaction.serialize()
    assert len({part.place for part in parts}) == len(parts)


@given(TRANSACTIONS, TRANSACTIONS)
def test_no_difference_means_the_same_bytes(one: Transaction, other: Transaction) -> None:
    assert (differences(one, other) == ()) == (one.serialize() == other.serialize())
    assert differences(one, one) == ()


@given(TRANSACTIONS, st.integers(0, 2**32 - 1))
def test_a_difference_names_its_field(transaction: Transaction, lock_time: int) -> None:
    found = differences(transaction, transaction._replace(lock_time=lock_time))
    assert [difference.place for difference in found] == (["lock time"] if lock_time != transaction.lock_time else [])


def test_a_field_that_one_of_them_lacks() -> None:
    short = Transaction(1, (), (TxOut(1, b"\x51"),))
    long = short._replace(outputs=(*short.outputs, TxOut(2, b"\x52")))
    found = {difference.place: (difference.before, difference.after) for difference in differences(short, long)}
    assert found["output count"] == (b"\x01", b"\x02")
    assert found["output 1 script"] == (None, b"\x52")
