"""Kinds of outputs, as nodes tell them apart."""

import pytest

from penstock.script.assembler import assemble
from penstock.script.chains import BTC
from penstock.script.hashes import hash160
from penstock.tx.address import p2pkh_script, p2sh_script
from penstock.tx.keys import PrivateKey
from penstock.tx.validation.standard import (
    OutputKind,
    dust_threshold,
    is_standard_output,
    is_standard_spent,
    kind_of_output,
    signature_checks,
)

KEY = PrivateKey.from_bytes(b"\x01" * 32).public_key.hex()
LONG_KEY = PrivateKey(b"\x01" * 32, compressed=False).public_key.hex()


def multisig(needed: int, keys: int, said: int | None = None) -> bytes:
    return assemble(f"OP_{needed} {f'{KEY} ' * keys}OP_{said or keys} OP_CHECKMULTISIG")


@pytest.mark.parametrize(
    ("script", "kind", "pays", "spends"),
    [
        (p2pkh_script(bytes(20)), OutputKind.PUBLIC_KEY_HASH, True, True),
        (p2sh_script(bytes(20)), OutputKind.SCRIPT_HASH, True, True),
        (assemble(f"{KEY} OP_CHECKSIG"), OutputKind.PUBLIC_KEY, True, True),
        (assemble(f"{LONG_KEY} OP_CHECKSIG"), OutputKind.PUBLIC_KEY, True, True),
        (assemble(f"05{KEY[2:]} OP_CHECKSIG"), OutputKind.OTHER, False, False),
        (assemble("OP_CHECKSIG"), OutputKind.OTHER, False, False),
        (b"\x00\x14" + bytes(20), OutputKind.WITNESS_PROGRAM, True, True),
        (b"\x00\x20" + bytes(32), OutputKind.WITNESS_PROGRAM, True, True),
        (b"\x00\x10" + bytes(16), OutputKind.WITNESS_PROGRAM, False, True),
        (b"\x51\x20" + bytes(32), OutputKind.WITNESS_PROGRAM, True, True),
        (b"\x51\x02\x4e\x73", OutputKind.WITNESS_PROGRAM, True, True),
        (b"\x51\x10" + bytes(16), OutputKind.FUTURE_WITNESS_PROGRAM, True, False),
        (b"\x52\x20" + bytes(32), OutputKind.FUTURE_WITNESS_PROGRAM, True, False),
        (b"\x6a", OutputKind.DATA, True, False),
        (b"\x6a\x04data\x02xx", OutputKind.DATA, True, False),
        (b"\x6a\xac", OutputKind.OTHER, False, False),
        (multisig(1, 1), OutputKind.MULTISIG, True, True),
        (multisig(2, 3), OutputKind.MULTISIG, True, True),
        (multisig(2, 4), OutputKind.MULTISIG, False, True),
        (multisig(3, 2), OutputKind.OTHER, False, False),
        (multisig(1, 2, 3), OutputKind.OTHER, False, False),
        (assemble(f"OP_0 {KEY} OP_1 OP_CHECKMULTISIG"), OutputKind.OTHER, False, False),
        (assemble("OP_1 OP_0 OP_1 OP_CHECKMULTISIG"), OutputKind.OTHER, False, False),
        (assemble("OP_1 OP_1 OP_CHECKMULTISIG"), OutputKind.OTHER, False, False),
        (b"\x4c\xff\xae", OutputKind.OTHER, False, False),
        (b"\x51", OutputKind.OTHER, False, False),
        (b"", OutputKind.OTHER, False, False),
    ],
)
def test_kinds(script: bytes, kind: OutputKind, *, pays: bool, spends: bool) -> None:
    assert BTC.relay is not None
    assert kind_of_output(script) is kind
    assert is_standard_output(script, BTC.relay) is pays
    assert is_standard_spent(script) is spends


@pytest.mark.parametrize(
    ("script", "satoshis"),
    [
        (p2pkh_script(bytes(20)), 546),
        (p2sh_script(bytes(20)), 540),
        (b"\x00\x14" + bytes(20), 294),
        (b"\x00\x20" + bytes(32), 330),
        (b"\x51\x20" + bytes(32), 330),
        (b"\x51\x02\x4e\x73", 240),
        (assemble(f"{KEY} OP_CHECKSIG"), 576),
        (b"\x6a\x04data", 0),
        (bytes(10_001), 0),
    ],
)
def test_dust_is_what_core_says(script: bytes, satoshis: int) -> None:
    assert BTC.relay is not None
    assert dust_threshold(script, BTC.relay) == satoshis


@pytest.mark.parametrize(
    ("script", "count"),
    [
        (p2pkh_script(hash160(b"")), 1),
        (multisig(2, 3), 3),
        (assemble("OP_CHECKMULTISIG OP_CHECKMULTISIGVERIFY OP_CHECKSIGVERIFY"), 41),
        (assemble("OP_CHECKSIG") + b"\x4c\xff\xac", 1),
        (b"", 0),
    ],
)
def test_signature_checks_are_counted(script: bytes, count: int) -> None:
    assert signature_checks(script) == count
