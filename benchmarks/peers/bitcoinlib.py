"""python-bitcoinlib: Python, with signatures by the system's OpenSSL. It knows neither segwit nor FORKID."""

from typing import Final

from bitcoin.core import CMutableTransaction, CMutableTxIn, COutPoint, CTransaction, CTxOut, ValidationError
from bitcoin.core.key import CECKey
from bitcoin.core.script import SIGHASH_ALL, CScript, SignatureHash
from bitcoin.core.scripteval import SCRIPT_VERIFY_P2SH, VerifyScript

from benchmarks.orders import Order
from benchmarks.peers.peer import Build, Judge, Peer
from benchmarks.spends import Form, Spend

_FLAGS: Final = (SCRIPT_VERIFY_P2SH,)


def _parsed(spend: Spend) -> Judge:
    transaction = CTransaction.deserialize(spend.transaction)
    unlocking, locking = CScript(spend.unlocking), CScript(spend.locking)
    return lambda: _verify(unlocking, locking, transaction)


def _raw(spend: Spend) -> Judge:
    raw, unlocking, locking = spend.transaction, spend.unlocking, spend.locking
    return lambda: _verify(CScript(unlocking), CScript(locking), CTransaction.deserialize(raw))


def _verify(unlocking: CScript, locking: CScript, transaction: CTransaction) -> bool:
    try:
        VerifyScript(unlocking, locking, transaction, 0, _FLAGS)
    except ValidationError:
        return False
    return True


def _builder(order: Order) -> Build:
    key, public_key, txid, locking = CECKey(), order.public_key, order.txid, CScript(order.locking)
    key.set_secretbytes(order.secret)
    outputs = [(satoshis, CScript(script)) for satoshis, script in order.outputs]

    def build() -> bytes:
        paid = [CTxOut(satoshis, script) for satoshis, script in outputs]
        tx = CMutableTransaction([CMutableTxIn(COutPoint(txid, 0))], paid)
        signature = key.sign(SignatureHash(locking, tx, 0, SIGHASH_ALL)) + bytes((SIGHASH_ALL,))
        tx.vin[0].scriptSig = CScript([signature, public_key])
        return bytes(tx.serialize())

    return build


PEER: Final = Peer("python-bitcoinlib", frozenset({Form.LEGACY}), _parsed, _raw, _builder)
