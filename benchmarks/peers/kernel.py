"""py-bitcoinkernel: Bitcoin Core's own engine, through ctypes. It knows consensus rules only."""

from typing import Final

import pbk
from pbk.script import PrecomputedTransactionData

from benchmarks.peers.peer import Judge, Peer
from benchmarks.spends import Form, Spend

_FLAGS: Final = pbk.ScriptVerificationFlags.ALL


def _parsed(spend: Spend) -> Judge:
    locking, transaction = pbk.ScriptPubkey(spend.locking), pbk.Transaction(spend.transaction)
    shared = _shared(locking, spend.value, transaction)
    return lambda: _verify(locking, spend.value, transaction, shared)


def _raw(spend: Spend) -> Judge:
    script, raw, value = spend.locking, spend.transaction, spend.value

    def verify() -> bool:
        locking, transaction = pbk.ScriptPubkey(script), pbk.Transaction(raw)
        return _verify(locking, value, transaction, _shared(locking, value, transaction))

    return verify


def _shared(locking: pbk.ScriptPubkey, value: int, transaction: pbk.Transaction) -> PrecomputedTransactionData:
    return PrecomputedTransactionData(transaction, [pbk.TransactionOutput(locking, value)])


def _verify(
    locking: pbk.ScriptPubkey, value: int, transaction: pbk.Transaction, shared: PrecomputedTransactionData
) -> bool:
    # the engine answers 1 or 0
    return bool(locking.verify(value, transaction, shared, 0, _FLAGS))


PEER: Final = Peer("py-bitcoinkernel", frozenset({Form.LEGACY, Form.TAPSCRIPT}), _parsed, _raw)
