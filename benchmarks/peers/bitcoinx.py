"""bitcoinX: Python, with signatures by libsecp256k1; the rules of BSV up to Genesis."""

from typing import Final

from bitcoinx import (
    InterpreterError,
    InterpreterLimits,
    MinerPolicy,
    PrivateKey,
    Script,
    SigHash,
    Tx,
    TxInput,
    TxInputContext,
    TxOutput,
)

from benchmarks.orders import Order
from benchmarks.peers.peer import Build, Judge, Peer
from benchmarks.spends import Form, Spend

_POLICY: Final = MinerPolicy(
    max_script_size=1 << 32,
    max_script_num_length=1 << 20,
    max_stack_memory_usage=1 << 40,
    max_ops_per_script=1 << 32,
    max_pubkeys_per_multisig=1 << 10,
)
_LIMITS: Final = InterpreterLimits(_POLICY, is_genesis_enabled=True, is_consensus=False)


def _parsed(spend: Spend) -> Judge:
    transaction, output = Tx.from_bytes(spend.transaction), TxOutput(spend.value, Script(spend.locking))
    return lambda: _verify(transaction, output)


def _raw(spend: Spend) -> Judge:
    raw, value, locking = spend.transaction, spend.value, spend.locking
    return lambda: _verify(Tx.from_bytes(raw), TxOutput(value, Script(locking)))


def _verify(transaction: Tx, output: TxOutput) -> bool:
    try:
        return bool(TxInputContext(transaction, 0, output).verify_input(_LIMITS, is_utxo_after_genesis=True))
    except InterpreterError:
        return False


def _builder(order: Order) -> Build:
    key, public_key, hash_type = PrivateKey(order.secret), order.public_key, SigHash(order.hash_type)
    txid, value, locking = order.txid, order.value, Script(order.locking)
    outputs = [(satoshis, Script(script)) for satoshis, script in order.outputs]

    def build() -> bytes:
        paid = [TxOutput(satoshis, script) for satoshis, script in outputs]
        tx = Tx(1, [TxInput(txid, 0, Script(), 0xFFFF_FFFF)], paid, 0)
        signature = key.sign(tx.signature_hash(0, value, locking, hash_type), hasher=None)
        tx.inputs[0].script_sig = Script() << signature + hash_type.to_bytes(1, "little") << public_key
        return bytes(tx.to_bytes())

    return build


PEER: Final = Peer("bitcoinx", frozenset({Form.FORKID}), _parsed, _raw, _builder)
