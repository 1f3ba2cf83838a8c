"""Scripts of about 100 kB that try to take long: seconds to minutes, if the guard did not weigh what they do."""

from typing import Final, NamedTuple

from penstock.script.assembler import assemble
from penstock.script.pushes import push, push_number
from penstock.tx.keys import PrivateKey
from penstock.tx.transaction import OutPoint, Transaction, TxIn, TxOut
from penstock.vm.rules import RuleSet

_TX: Final = Transaction(2, (TxIn(OutPoint(bytes(range(32)), 1)),), (TxOut(900, b"\x51"),))


class Hostile(NamedTuple):
    """A spend of one input, and the error that its verdict names (None: it is fair after all)."""

    unlocking: bytes
    locking: bytes
    error: str | None = "RESOURCE_LIMIT"
    rules: RuleSet | str = "bsv"
    tx: Transaction = _TX


_KEY: Final = push(PrivateKey.from_bytes(b"\x01" * 32).public_key)
_BAD_SIGNATURE: Final = PrivateKey.from_bytes(b"\x02" * 32).sign_digest(bytes(32))
_TWO, _THREE = "OP_2DUP {} OP_DROP ", "OP_DUP OP_DUP {} OP_DROP "
_CHECKED: Final = "OP_2DUP OP_CHECKSIG OP_DROP "
_OLD_SIGNATURES: Final = b"".join(push(number.to_bytes(2, "big") + b"\x01") for number in range(1, 12_001))


def _signed(hash_type: int) -> bytes:
    """Return the pushes of a signature that does not fit, which version 2 forgives on bsv, and of a key."""
    return push(_BAD_SIGNATURE + bytes((hash_type,))) + _KEY


def _number(size: int) -> bytes:
    return push(b"\xff" * (size - 1) + b"\x7f")


SCRIPTS: Final[dict[str, Hostile]] = {
    "quotients": Hostile(_number(4000) + _number(2000), assemble(_TWO.format("OP_DIV") * 31_000)),
    "remainders": Hostile(_number(2000) + _number(1000), assemble(_TWO.format("OP_MOD") * 32_000)),
    "products": Hostile(_number(2000), assemble(_THREE.format("OP_MUL") * 24_000)),
    "large quotients": Hostile(_number(50_000) + _number(25_000), assemble(_TWO.format("OP_DIV") * 6_000)),
    "quotients of a number made while unlocking": Hostile(
        assemble("OP_3 " + "OP_DUP OP_MUL " * 18 + "OP_DUP 8000 OP_RSHIFTNUM OP_DUP OP_BIN2NUM OP_NIP"),
        assemble(_TWO.format("OP_DIV") * 30_000),
    ),
    "RIPEMD160": Hostile(b"", assemble("OP_1 80969800 OP_NUM2BIN " + "OP_DUP OP_RIPEMD160 OP_DROP " * 30_000)),
    "separators, original digest": Hostile(_signed(0x61), assemble((_CHECKED + "OP_CODESEPARATOR ") * 24_000)),
    "separators, FORKID digest": Hostile(_signed(0x41), assemble((_CHECKED + "OP_CODESEPARATOR ") * 24_000), None),
    "separators everywhere": Hostile(
        _signed(0x61) + assemble((_CHECKED + "OP_CODESEPARATOR ") * 12_000), assemble("OP_CODESEPARATOR ") * 40_000
    ),
    "signatures": Hostile(_signed(0x41), assemble(_CHECKED * 33_000), None),
    "signatures before Genesis": Hostile(
        b"",
        _signed(0x01) + assemble(_CHECKED * 33_000),
        rules=RuleSet.from_flags("UTXO_AFTER_GENESIS", chain="bsv"),
        tx=_TX._replace(version=1),
    ),
    "signatures over many inputs": Hostile(
        _signed(0x61),
        assemble((_CHECKED + "OP_CODESEPARATOR ") * 24_000),
        tx=_TX._replace(inputs=(*_TX.inputs, *(TxIn(OutPoint(bytes(32), place)) for place in range(20_000)))),
    ),
    "signatures over one large output": Hostile(
        _signed(0x43),
        assemble((_CHECKED + "OP_CODESEPARATOR ") * 20_000),
        None,
        tx=_TX._replace(outputs=(TxOut(1, bytes(3_000_000)),)),
    ),
    "a few signatures over very large outputs": Hostile(
        _signed(0x61),
        assemble((_CHECKED + "OP_CODESEPARATOR ") * 200),
        tx=_TX._replace(outputs=(TxOut(1, bytes(30_000_000)),)),
    ),
    "one signature tried on many keys": Hostile(
        assemble("OP_0 ") + push(_BAD_SIGNATURE + b"\x41") + assemble("OP_1 ") + _KEY,
        assemble("OP_DUP " * 90_000 + "915f01 OP_CHECKMULTISIG"),
    ),
    "signatures that are cut out of the script": Hostile(
        b"",
        b"\x00" + _OLD_SIGNATURES + push_number(12_000) + _KEY + b"\x76" * 11_999 + push_number(12_000) + b"\xae",
        "SIG_DER",
    ),
}
