"""Signatures open real outputs: Bitcoin Core's engine and bsv-sdk's judge them, for every hash type."""

from typing import Any

import pytest

from penstock.script.hashes import hash160, hash256
from penstock.tx.address import p2pkh_script, witness_script
from penstock.tx.der import is_low_s, is_strict_der
from penstock.tx.hash_type import HashTypeError
from penstock.tx.keys import (
    KeyFormatError,
    PrivateKey,
    schnorr_sign,
    schnorr_verify,
    sign,
    tweak_public_key,
    tweak_secret,
    verify_digest,
)
from penstock.tx.sighash import SighashError, sighash
from penstock.tx.transaction import Transaction, TxOut, to_bitcoinlib
from tests.support.engines.kernel_judge import kernel_accepts
from tests.support.engines.outside_judges import bsv_sdk_accepts
from tests.support.spending.transactions import small_transaction
from tests.support.vectors.vector_files import vector_rows

KEY = PrivateKey(b"\x2a" * 32)
P2PK = b"\x21" + KEY.public_key + b"\xac"
P2PKH = p2pkh_script(hash160(KEY.public_key))
OUTPUTS = ("ALL", "NONE", "SINGLE")
NAMES = [name + switch for name in OUTPUTS for switch in ("", "|ANYONECANPAY")]
VALUE = 7_000


def pushed(data: bytes) -> bytes:
    assert len(data) < 76
    return bytes([len(data)]) + data


def spent(script: bytes, tx: Transaction) -> list[TxOut]:
    return [TxOut(VALUE + i, script) for i in range(len(tx.inputs))]


TX = small_transaction(inputs=3, outputs=3, version=1)
CHANGED = [
    ("another version", small_transaction(inputs=3, outputs=3, version=2), ()),
    ("another lock time", small_transaction(inputs=3, outputs=3, version=1, lock_time=1), ()),
    ("another output", Transaction(1, TX.inputs, (*TX.outputs[:2], TxOut(1, b"\x51"))), ("NONE", "SINGLE")),
    ("the signed output", Transaction(1, TX.inputs, (TX.outputs[0], TxOut(1, b""), TX.outputs[2])), ("NONE",)),
    ("fewer inputs", Transaction(1, TX.inputs[:2], TX.outputs), ("ANYONECANPAY",)),
    ("the signed input", Transaction(1, (TX.inputs[0], TX.inputs[2], TX.inputs[1]), TX.outputs), ()),
]


def still_good(hash_type: str, tolerated: tuple[str, ...]) -> bool:
    return any(word in tolerated for word in hash_type.split("|"))


@pytest.mark.parametrize("hash_type", NAMES)
def test_btc_legacy(hash_type: str) -> None:
    signature = sign(TX, 1, P2PKH, VALUE + 1, KEY, hash_type, "btc")
    unlocking = pushed(signature) + pushed(KEY.public_key)
    assert is_strict_der(signature[:-1])
    assert is_low_s(signature[:-1])
    assert kernel_accepts(TX.with_input_script(1, unlocking), 1, spent(P2PKH, TX))
    for change, tx, tolerated in CHANGED:
        accepted = kernel_accepts(tx.with_input_script(1, unlocking), 1, spent(P2PKH, tx))
        assert accepted == still_good(hash_type, tolerated), change


@pytest.mark.parametrize("hash_type", NAMES)
def test_btc_segwit(hash_type: str) -> None:
    script = witness_script(0, hash160(KEY.public_key))
    signature = sign(TX, 1, P2PKH, VALUE + 1, KEY, hash_type, "btc", "segwit_v0")
    assert kernel_accepts(TX.with_witness(1, [signature, KEY.public_key]), 1, spent(script, TX))
    for change, tx, tolerated in CHANGED:
        accepted = kernel_accepts(tx.with_witness(1, [signature, KEY.public_key]), 1, spent(script, tx))
        assert accepted == still_good(hash_type, tolerated), change
    other_value = [TxOut(output.value + 1, output.script) for output in spent(script, TX)]
    assert not kernel_accepts(TX.with_witness(1, [signature, KEY.public_key]), 1, other_value)


@pytest.mark.parametrize("hash_type", ["DEFAULT", *NAMES])
def test_btc_taproot(hash_type: str) -> None:
    output_key, _ = tweak_public_key(KEY.x_only)
    script = witness_script(1, output_key)
    coins = spent(script, TX)
    signature = sign(TX, 1, b"", 0, tweak_secret(KEY.secret), hash_type, "btc", "taproot", coins)
    assert len(signature) == (64 if hash_type == "DEFAULT" else 65)
    assert kernel_accepts(TX.with_witness(1, [signature]), 1, coins)
    for change, tx, tolerated in CHANGED:
        accepted = kernel_accepts(tx.with_witness(1, [signature]), 1, spent(script, tx))
        assert accepted == still_good(hash_type, tolerated), change


@pytest.mark.parametrize("hash_type", NAMES)
def test_bsv(hash_type: str) -> None:
    signature = sign(TX, 1, P2PKH, VALUE + 1, KEY, hash_type)
    unlocking = pushed(signature) + pushed(KEY.public_key)
    assert bsv_sdk_accepts(TX.with_input_script(1, unlocking).serialize(), 1, P2PKH, VALUE + 1)
    assert not bsv_sdk_accepts(TX.with_input_script(1, unlocking).serialize(), 1, P2PKH, VALUE)
    for change, tx, tolerated in CHANGED:
        accepted = bsv_sdk_accepts(tx.with_input_script(1, unlocking).serialize(), 1, P2PKH, VALUE + 1)
        assert accepted == still_good(hash_type, tolerated), change


@pytest.mark.parametrize("form", [TX, TX.serialize(), to_bitcoinlib(TX)], ids=["ours", "bytes", "bitcoinlib"])
@pytest.mark.parametrize("key", [KEY, KEY.secret], ids=["key", "bytes"])
def test_every_form_of_a_transaction_and_a_key(form: Any, key: Any) -> None:
    assert sign(form, 0, P2PK, 5, key, "ALL") == sign(TX, 0, P2PK, 5, KEY, 0x41)


def test_the_hash_type_stands_behind_the_signature() -> None:
    assert sign(TX, 0, P2PK, 5, KEY, "ALL")[-1] == 0x41
    assert sign(TX, 0, P2PK, 5, KEY, 0x61)[-1] == 0x61
    assert sign(TX, 0, P2PK, 5, KEY, "ALL", "btc")[-1] == 0x01


def signed_rows(rows: list[Any]) -> list[Any]:
    return [row if row.get("signature") else None for row in rows]


@pytest.mark.parametrize("row", vector_rows("bips/bip143_examples.json", signed_rows))
def test_bip143_signatures(row: dict[str, Any]) -> None:
    signature, public_key = bytes.fromhex(row["signature"]), bytes.fromhex(row["pubkey"])
    der = signature if is_strict_der(signature) else signature[:-1]  # one is printed without its hash type
    assert verify_digest(der, public_key, bytes.fromhex(row["sighash"]))
    assert not verify_digest(der, public_key, hash256(bytes.fromhex(row["sighash"])))


def key_path_rows(data: dict[str, Any]) -> list[Any]:
    (wallet,) = data["keyPathSpending"]
    return [(wallet["given"], spending) for spending in wallet["inputSpending"]]


@pytest.mark.parametrize("row", vector_rows("bips/bip341_wallet_test_vectors.json", key_path_rows))
def test_bip341_witnesses(row: tuple[dict[str, Any], dict[str, Any]]) -> None:
    wallet, spending = row
    case, expected = spending["given"], spending["expected"]["witness"]
    secret = tweak_secret(bytes.fromhex(case["internalPrivkey"]), bytes.fromhex(case["merkleRoot"] or ""))
    assert secret.hex() == spending["intermediary"]["tweakedPrivkey"]
    coins = [(output["amountSats"], bytes.fromhex(output["scriptPubKey"])) for output in wallet["utxosSpent"]]
    raw = bytes.fromhex(wallet["rawUnsignedTx"])
    arguments: tuple[Any, ...] = (case["hashType"], "btc", "taproot", coins)
    assert [sign(raw, case["txinIndex"], b"", 0, secret, *arguments).hex()] == expected
    digest = sighash(raw, case["txinIndex"], b"", 0, *arguments)
    assert schnorr_sign(secret, digest).hex() == expected[0][:128]


@pytest.mark.parametrize("hash_type", [0x100, -1, 2**31])
def test_a_hash_type_must_fit_its_byte(hash_type: int) -> None:
    with pytest.raises(HashTypeError, match="does not fit the one byte after a signature"):
        sign(TX, 0, P2PK, 5, KEY, hash_type)


@pytest.mark.parametrize("secret", [b"", bytes(32), b"\x01" * 33, b"\xff" * 32])
def test_a_bad_key_signs_nothing(secret: bytes) -> None:
    with pytest.raises(KeyFormatError):
        sign(TX, 0, P2PK, 5, secret, "ALL")
    with pytest.raises(KeyFormatError):
        sign(TX, 0, P2PK, 5, secret, "ALL", "btc", "taproot", spent(P2PK, TX))


# Signatures that would not mean what their signer expects ------------------------------------------------------------


@pytest.mark.parametrize("rules", ["bsv", "btc"])
@pytest.mark.parametrize("version", ["legacy", "segwit_v0", "taproot"])
@pytest.mark.parametrize("hash_type", ["SINGLE", "SINGLE|ANYONECANPAY"])
def test_single_without_its_output_is_refused(rules: str, version: str, hash_type: str) -> None:
    """On btc the original digest would be the number 1: the signature would open every coin of the key."""
    tx = small_transaction(inputs=2, outputs=1)
    spent = [(5, P2PKH), (5, P2PKH)]
    with pytest.raises(SighashError, match="SINGLE signs output 1, the transaction has 1"):
        sign(tx, 1, P2PKH, 5, KEY, hash_type, rules, version, spent)
    assert sign(tx, 0, P2PKH, 5, KEY, hash_type, rules, version, spent)


@pytest.mark.parametrize(
    ("program", "instead"),
    [(b"\x00\x14" + bytes(20), r"p2pkh_script\(program\)"), (b"\x00\x20" + bytes(32), "the witness script")],
)
def test_a_witness_program_is_not_signed_in_place_of_its_script(program: bytes, instead: str) -> None:
    tx = small_transaction()
    with pytest.raises(SighashError, match=f"script_code is a witness program, {program.hex()}.*sign for {instead}"):
        sign(tx, 0, program, 5, KEY, "ALL", "btc", "segwit_v0")
    assert sighash(tx, 0, program, 5, "ALL", "btc", "segwit_v0")
    assert sign(tx, 0, program, 5, KEY, "ALL", "btc", "legacy")
    assert sign(tx, 0, P2PKH, 5, KEY, "ALL", "btc", "segwit_v0")
    assert sign(tx, 0, memoryview(P2PKH * 100), 5, KEY, "ALL", "btc", "segwit_v0")


def test_a_key_signs_with_schnorr() -> None:
    signature = KEY.sign_schnorr(b"a message")
    assert signature == schnorr_sign(KEY.secret, b"a message")
    assert schnorr_verify(signature, KEY.x_only, b"a message")
    assert not schnorr_verify(signature, KEY.x_only, b"another")
