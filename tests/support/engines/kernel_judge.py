"""Bitcoin Core's own script engine, py-bitcoinkernel, as a judge of signatures. It has consensus rules only."""

from collections.abc import Sequence

import pytest

from penstock.tx.transaction import Transaction, TxOut

pbk = pytest.importorskip("pbk", reason="py-bitcoinkernel is not installed")

Flags = pbk.ScriptVerificationFlags


def kernel_accepts(tx: Transaction, input_index: int, spent: Sequence[TxOut], flags: int = Flags.ALL) -> bool:
    """Ask whether an input spends `spent[input_index]`, where `spent` are the outputs of all inputs."""
    theirs = pbk.Transaction(tx.serialize())
    outputs = [pbk.TransactionOutput(pbk.ScriptPubkey(output.script), output.value) for output in spent]
    data = pbk.script.PrecomputedTransactionData(theirs, outputs)
    script = pbk.ScriptPubkey(spent[input_index].script)
    return bool(script.verify(spent[input_index].value, theirs, data, input_index, Flags(flags)))
