"""The floor: hashing, and libsecp256k1 through coincurve over prebuilt digests, in a bare loop.

It reads no script and no transaction, so it says what no verifier in Python gets far below with this library; its raw
judge is the same as its parsed one. Its builder joins bytes, hashes and signs.

`PEER` has keys as they stand in scripts, `KEYS_PARSED` as points, which takes a tenth off: a verifier that meets the
same key again need not parse it again.
"""

from collections.abc import Callable, Sequence
from functools import partial
from hashlib import sha256
from struct import pack
from typing import Final

from coincurve import PrivateKey, PublicKey, verify_signature

from benchmarks import bare
from benchmarks.orders import Order
from benchmarks.peers.peer import Build, Judge, Peer
from benchmarks.spends import Form, Spend

_FINAL: Final = 0xFFFF_FFFF


def _judge(spend: Spend) -> Judge:
    return _loop(spend, [partial(verify_signature, c.signature, c.digest, c.public_key, None) for c in spend.checks])


def _judge_with_points(spend: Spend) -> Judge:
    checks = [(PublicKey(check.public_key), check) for check in spend.checks]
    return _loop(spend, [partial(point.verify, check.signature, check.digest, None) for point, check in checks])


def _loop(spend: Spend, signatures: Sequence[Callable[[], bool]]) -> Judge:
    """Hash what has to be hashed, and verify each of `signatures`."""
    hashed, expected = spend.hashed, spend.expected

    def verify() -> bool:
        digest = sha256(hashed).digest()
        if expected is not None and digest != expected:
            return False
        for is_good in signatures:  # noqa: SIM110 - a bare loop is what this is
            if not is_good():
                return False
        return True

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


_FORMS: Final = frozenset({Form.FORKID, Form.LEGACY})
PEER: Final = Peer("FLOOR", _FORMS, _judge, _judge, _builder)
KEYS_PARSED: Final = Peer("FLOOR, keys parsed before", _FORMS, _judge_with_points, _judge_with_points)
