"""Contracts that check their own transaction (OP_PUSH_TX), written by hand, opcode by opcode.

The unlocking script pushes the preimage of a FORKID digest. The script hashes it, makes the signature of that digest
with a public secret key, and checks it by CHECKSIG: only the preimage of the spending transaction passes.

* The plain form has the secret 1 and the nonce 1: S = digest + R (mod order), made low, whatever the digest.
* The optimal form has the secret 1/R: S = digest + 1, and needs a digest below half the order that does not end in
  bytes with a carry or a sign; the spender tries lock times until it is.
"""

from penstock.script.assembler import assemble
from penstock.script.hashes import hash256
from penstock.script.pushes import push, push_number
from penstock.tx.der import HALF_ORDER, ORDER
from penstock.tx.digests import Digests
from penstock.tx.keys import PrivateKey
from penstock.tx.transaction import OutPoint, Transaction, TxIn, TxOut

G = PrivateKey.from_bytes((1).to_bytes(32, "big")).public_key
R = int.from_bytes(G[1:], "big")
OPTIMAL_KEY = PrivateKey.from_bytes(pow(R, -1, ORDER).to_bytes(32, "big")).public_key
DER_HEAD = bytes.fromhex("30440220") + R.to_bytes(32, "big") + bytes.fromhex("0220")

REVERSE_32 = "OP_1 OP_SPLIT " * 31 + "OP_SWAP OP_CAT " * 31


def plain_contract(hash_type: int = 0x41) -> bytes:
    """Return the script that makes sure of its preimage in the plain form, and leaves true."""
    return b"".join(
        (
            assemble(f"OP_HASH256 {REVERSE_32} 00 OP_CAT OP_BIN2NUM"),
            push_number(R),
            assemble("OP_ADD"),
            push_number(ORDER),
            assemble("OP_MOD OP_DUP"),
            push_number(HALF_ORDER),
            assemble("OP_GREATERTHAN OP_IF"),
            push_number(ORDER),
            assemble("OP_SWAP OP_SUB OP_ENDIF"),
            assemble(f"20 OP_NUM2BIN {REVERSE_32}"),
            _check(hash_type, G),
        )
    )


def optimal_contract(hash_type: int = 0x41) -> bytes:
    """Return the script that makes sure of its preimage in the optimal form, and leaves true."""
    return assemble("OP_HASH256 1f OP_SPLIT OP_1ADD OP_CAT") + _check(hash_type, OPTIMAL_KEY)


def _check(hash_type: int, key: bytes) -> bytes:
    """Return the opcodes that make a signature of S, 32 bytes, and check it."""
    tail = push(bytes((hash_type,))) + assemble("OP_CAT") + push(key) + assemble("OP_CHECKSIG")
    return push(DER_HEAD) + assemble("OP_SWAP OP_CAT") + tail


def preimage(tx: Transaction, script: bytes, value: int, hash_type: int = 0x41) -> bytes:
    """Return the preimage of the first input."""
    return b"".join(field.data for field in Digests(tx).bip143_fields(0, script, value, hash_type))


def is_optimal(data: bytes) -> bool:
    """Tell whether the optimal form can sign a preimage."""
    digest = hash256(data)
    return 0 < digest[0] < 0x7F and 0 < digest[-1] < 0x7F


def spending(script: bytes, value: int, hash_type: int = 0x41) -> Transaction:
    """Return a transaction that either form can spend `script` in, but for its unlocking script."""
    inputs = (TxIn(OutPoint(bytes(range(32)), 1), b"", 5), TxIn(OutPoint(bytes(range(1, 33)), 0), b"", 6))
    for lock_time in range(10_000):
        tx = Transaction(1, inputs, (TxOut(900, b"\x51"), TxOut(50, b"\x52")), lock_time)
        if is_optimal(preimage(tx, script, value, hash_type)):
            return tx
    raise AssertionError("no lock time will do")
