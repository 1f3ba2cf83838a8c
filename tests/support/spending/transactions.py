"""Random transactions for Hypothesis, and a small fixed one."""

from hypothesis import strategies as st

from penstock.tx.transaction import OutPoint, Transaction, TxIn, TxOut

UINT32 = st.integers(0, 2**32 - 1)
INT32 = st.integers(-(2**31), 2**31 - 1)
INT64 = st.integers(-(2**63), 2**63 - 1)
SCRIPTS = st.binary(max_size=40) | st.sampled_from([252, 253, 254, 70_000]).map(bytes)
OUTPOINTS = st.builds(OutPoint, st.binary(min_size=32, max_size=32), UINT32)
INPUTS = st.builds(TxIn, OUTPOINTS, SCRIPTS, UINT32)
OUTPUTS = st.builds(TxOut, INT64, SCRIPTS)


@st.composite
def transactions(draw: st.DrawFn, *, witness: bool = True, least_inputs: int = 0) -> Transaction:
    """Draw a transaction that BIP144 can write: without inputs it has no outputs either."""
    inputs = tuple(draw(st.lists(INPUTS, min_size=least_inputs, max_size=4)))
    outputs = tuple(draw(st.lists(OUTPUTS, max_size=4))) if inputs else ()
    items = st.lists(SCRIPTS, max_size=3).map(tuple)
    witnesses = tuple(draw(items) for _ in inputs) if witness and draw(st.booleans()) else ()
    return Transaction(draw(INT32), inputs, outputs, draw(UINT32), witnesses if any(witnesses) else ())


def small_transaction(inputs: int = 1, outputs: int = 2, **changes: int) -> Transaction:
    """Return a transaction with distinct inputs and outputs; `changes` may name version and lock_time."""
    return Transaction(
        version=changes.get("version", 2),
        inputs=tuple(TxIn(OutPoint(bytes([1 + i % 250]) * 32, i), b"", 0xFFFF_FFFE) for i in range(inputs)),
        outputs=tuple(TxOut(1000 + i, b"\x51" * (i % 30)) for i in range(outputs)),
        lock_time=changes.get("lock_time", 0),
    )
