"""The floor: hashing, and libsecp256k1 through coincurve over prebuilt keys and digests, in a bare loop.

It reads no script and no transaction, so it says what no verifier in Python gets below with this library; its raw
judge is the same as its parsed one. Its builder joins bytes, hashes and signs.
"""

from hashlib import sha256
from typing import Final

from coincurve import PrivateKey, PublicKey

from benchmarks import bare
from benchmarks.orders import Order
from benchmarks.peers.peer import Build, Judge, Peer
from benchmarks.spends import Form, Spend


def _judge(spend: Spend) -> Judge:
    hashed, expected = spend.hashed, spend.expected
    checks = [(PublicKey(check.public_key), check.signature, check.digest) for check in spend.checks]

    def verify() -> bool:
        digest = sha256(hashed).digest()
        if expected is not None and digest != expected:
            return False
        return all(key.verify(signature, digest, hasher=None) for key, signature, digest in checks)

    return verify


def _builder(order: Order) -> Build:
    key, public_key, hash_type = PrivateKey(order.secret), bare.push(order.public_key), bytes((order.hash_type,))
    txid, locking, value, outputs = order.txid, order.locking, order.value, order.outputs

    def build() -> bytes:
        draft = bare.Draft(txid, tuple([bare.output(paid, script) for paid, script in outputs]))
        signature = key.sign(draft.forkid_digest(locking, value), hasher=None)
        return draft.serialize(bare.push(signature + hash_type) + public_key)

    return build


PEER: Final = Peer("FLOOR", frozenset({Form.FORKID, Form.LEGACY}), _judge, _judge, _builder)
