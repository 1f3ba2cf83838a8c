"""The floor: hashing, and libsecp256k1 through coincurve over prebuilt keys and digests, in a bare loop.

It reads no script and no transaction, so it says what no verifier in Python gets below with this library; its raw
judge is the same as its parsed one. Its builder joins bytes, hashes and signs.
"""

from hashlib import sha256
from struct import pack
from typing import Final

from coincurve import PrivateKey, PublicKey

from benchmarks import bare
from benchmarks.orders import Order
from benchmarks.peers.peer import Build, Judge, Peer
from benchmarks.spends import Form, Spend

_FINAL: Final = 0xFFFF_FFFF


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
    """Join the preimage of the FORKID digest (as `bare.Draft` does), hash it, sign it, join the transaction."""
    sign, hash_type = PrivateKey(order.secret).sign, order.hash_type
    outpoint, value, outputs = order.txid + bytes(4), order.value, order.outputs
    locking, public_key = bare.sized(order.locking), bare.push(order.public_key)

    def build() -> bytes:
        paid = b"".join([pack("<q", satoshis) + bare.sized(script) for satoshis, script in outputs])
        sequence = pack("<I", _FINAL)
        hashes = bare.hash256(outpoint) + bare.hash256(sequence)
        tail = sequence + bare.hash256(paid) + pack("<II", 0, hash_type)
        digest = bare.hash256(b"".join((pack("<i", 1), hashes, outpoint, locking, pack("<q", value), tail)))
        unlocking = bare.push(sign(digest, hasher=None) + bytes((hash_type,))) + public_key
        parts = (pack("<iB", 1, 1), outpoint, bare.sized(unlocking), sequence, pack("<B", len(outputs)), paid, bytes(4))
        return b"".join(parts)

    return build


PEER: Final = Peer("FLOOR", frozenset({Form.FORKID, Form.LEGACY}), _judge, _judge, _builder)
