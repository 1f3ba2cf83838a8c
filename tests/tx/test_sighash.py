"""The digests are those of the nodes, their preimages lie open, and large ones are never copied."""

import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.script.hashes import hash256, tagged_hash
from penstock.tx.hash_type import HashTypeError
from penstock.tx.preimage import PreimageField
from penstock.tx.sighash import (
    Digests,
    SighashError,
    preimage_fields,
    sighash,
    tapleaf_hash,
    uses_forkid_digest,
)
from penstock.tx.transaction import OutPoint, Transaction, TransactionError, TxIn, TxOut
from tests.support.spending.transactions import UINT32, small_transaction, transactions
from tests.support.vectors.vector_files import vector_rows

Arguments = tuple[Any, ...]  # those of `sighash`
ONE = bytes([1]) + bytes(31)
P2PK = bytes.fromhex("21" + "02" * 33 + "ac")


def joined(fields: tuple[PreimageField, ...]) -> bytes:
    return b"".join(field.data for field in fields)


def behind_header(rows: list[Any]) -> list[Any]:
    return [None, *rows[1:]]


# The nodes' vectors -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", vector_rows("bitcoin-core/sighash.json", behind_header))
def test_core_original(row: list[Any]) -> None:
    tx, script, index, hash_type, expected = row
    arguments = bytes.fromhex(tx), index, bytes.fromhex(script), 0, hash_type, "btc"
    assert sighash(*arguments)[::-1].hex() == expected
    assert hash256(joined(preimage_fields(*arguments)))[::-1].hex() == expected or expected == ONE[::-1].hex()


@pytest.mark.parametrize("row", vector_rows("bitcoin-sv/sighash.json", behind_header))
def test_bitcoin_sv(row: list[Any]) -> None:
    raw, script_text, index, hash_type, regular, original = row
    tx, script = Transaction.parse(bytes.fromhex(raw), segwit=False), bytes.fromhex(script_text)
    assert sighash(tx, index, script, 0, hash_type)[::-1].hex() == regular
    assert Digests(tx).legacy(index, script, hash_type & 0xFFFF_FFFF)[::-1].hex() == original
    assert uses_forkid_digest(hash_type) or regular == original
    assert hash256(joined(preimage_fields(tx, index, script, 0, hash_type)))[::-1].hex() in {
        regular,
        hash256(b"")[::-1].hex(),
    }


@pytest.mark.parametrize("row", vector_rows("bips/bip143_examples.json"))
def test_bip143(row: dict[str, Any]) -> None:
    tx, script = bytes.fromhex(row["unsigned_tx"]), bytes.fromhex(row["script_code"])
    arguments: Arguments = (tx, row["input_index"], script, row["amount_sat"], row["hash_type"], "btc", "segwit_v0")
    assert sighash(*arguments).hex() == row["sighash"]
    assert joined(preimage_fields(*arguments)).hex() == row["preimage"]


@pytest.mark.parametrize("row", vector_rows("bips/bip143_examples.json"))
def test_forkid_has_the_shape_of_bip143(row: dict[str, Any]) -> None:
    tx = Transaction.parse(bytes.fromhex(row["unsigned_tx"]))
    script, hash_type = bytes.fromhex(row["script_code"]), row["hash_type"] | 0x40
    preimage = bytes.fromhex(row["preimage"])[:-4] + hash_type.to_bytes(4, "little")
    assert sighash(tx, row["input_index"], script, row["amount_sat"], hash_type, "bsv") == hash256(preimage)


def key_path_rows(data: dict[str, Any]) -> list[Any]:
    (wallet,) = data["keyPathSpending"]
    return [(wallet["given"], spending) for spending in wallet["inputSpending"]]


@pytest.mark.parametrize("row", vector_rows("bips/bip341_wallet_test_vectors.json", key_path_rows))
def test_bip341(row: tuple[dict[str, Any], dict[str, Any]]) -> None:
    given_, spending = row
    spent = [(output["amountSats"], bytes.fromhex(output["scriptPubKey"])) for output in given_["utxosSpent"]]
    index = spending["given"]["txinIndex"]
    tx, hash_type = bytes.fromhex(given_["rawUnsignedTx"]), spending["given"]["hashType"]
    for script_code in (b"", spent[index][1]):
        arguments: Arguments = (tx, index, script_code, 0, hash_type, "btc", "taproot", spent)
        assert sighash(*arguments).hex() == spending["intermediary"]["sigHash"]
        assert joined(preimage_fields(*arguments)).hex() == spending["intermediary"]["sigMsg"]


# The corners of the original digest -----------------------------------------------------------------------------------


def test_single_without_an_output_signs_the_number_one() -> None:
    tx = small_transaction(inputs=3, outputs=2)
    for hash_type in (0x03, 0x83, 0x43 | 0x20):
        assert Digests(tx).legacy(2, P2PK, hash_type) == ONE
        assert Digests(tx).legacy_fields(2, P2PK, hash_type) == ()
        assert Digests(tx).legacy(1, P2PK, hash_type) != ONE


def test_forkid_single_without_an_output_hashes_zeros() -> None:
    fields = Digests(small_transaction(inputs=3, outputs=2)).bip143_fields(2, P2PK, 5, 0x43)
    assert {field.name: field.data for field in fields}["hash of outputs"] == bytes(32)


@pytest.mark.parametrize(
    ("script", "written", "size"),
    [
        ("ab51abac", "51ac", 2),
        ("02ababab52", "02abab52", 4),  # those inside a push stay
        ("4c01abab", "4c01ab", 3),
        ("4d0100abab", "4d0100ab", 4),
        ("4e01000000abab", "4e01000000ab", 6),
        ("abababab", "", 0),
        ("", "", 0),
        # where a push runs past the end the nodes stop writing, but have announced the rest
        ("51ab05ffff", "5105", 4),
        ("ac4cff51", "ac4cff", 4),
        ("ac4c", "ac4c", 2),
        ("ac4d01", "ac4d", 3),
        ("ac4dffff0102", "ac4dffff", 6),
        ("abac4e010000", "ac4e", 5),
        ("abac4effffffffab", "ac4effffffff", 7),
    ],
)
def test_separators_are_left_out(script: str, written: str, size: int) -> None:
    code = bytes.fromhex(script)
    for form in (code, memoryview(code)):
        fields = {field.name: field.data for field in Digests(small_transaction()).legacy_fields(0, form, 1)}
        assert fields["script code"].hex() == written
        assert fields["script code size"] == bytes([size])


def test_separators_stay_in_bip143() -> None:
    fields = {field.name: field.data for field in Digests(small_transaction()).bip143_fields(0, b"\xab\xac", 0, 0x41)}
    assert fields["script code"] == b"\xab\xac"


@given(transactions(least_inputs=1), st.binary(max_size=30), st.integers(0, 2**63 - 1), UINT32, st.data())
def test_the_fields_end_to_end_are_what_is_hashed(
    tx: Transaction, script: bytes, value: int, hash_type: int, data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, len(tx.inputs) - 1))
    spent = [TxOut(value, script)] * len(tx.inputs)
    digests = Digests(tx, spent)
    if fields := digests.legacy_fields(index, script, hash_type):
        assert digests.legacy(index, script, hash_type) == hash256(joined(fields))
    assert digests.bip143(index, script, value, hash_type) == hash256(
        joined(digests.bip143_fields(index, script, value, hash_type))
    )
    taproot = data.draw(st.sampled_from([0, 1, 2, 0x81, 0x82]))
    annex = data.draw(st.none() | st.just(b"\x50annex"))
    leaf = data.draw(st.none() | st.just(tapleaf_hash(script)))
    position = data.draw(UINT32)
    extra: dict[str, Any] = {"annex": annex, "leaf_hash": leaf, "codeseparator_position": position}
    assert digests.taproot(index, taproot, **extra) == tagged_hash(
        "TapSighash", joined(digests.taproot_fields(index, taproot, **extra))
    )


@given(transactions(least_inputs=1), UINT32, st.data())
def test_shared_parts_do_not_change_a_digest(tx: Transaction, hash_type: int, data: st.DataObject) -> None:
    shared = Digests(tx)
    for index in data.draw(st.lists(st.integers(0, len(tx.inputs) - 1), max_size=6)):
        assert shared.legacy(index, P2PK, hash_type) == Digests(tx).legacy(index, P2PK, hash_type)
        assert shared.bip143(index, P2PK, 7, hash_type) == Digests(tx).bip143(index, P2PK, 7, hash_type)


@pytest.mark.parametrize("hash_type", [0x43, 0xC3, 0x63, 0x03, 0x83, 0x42, 0xC2, 0x41, 0xC1])
def test_each_input_has_its_own_digest_whatever_was_signed_before(hash_type: int) -> None:
    """SINGLE signs the output of its own index: the hash for another input is not reused."""
    tx = small_transaction(inputs=4, outputs=3)
    alone = [
        (Digests(tx).legacy(index, P2PK, hash_type), Digests(tx).bip143(index, P2PK, 7, hash_type))
        for index in range(4)
    ]
    for order in ((0, 1, 2, 3), (1, 0, 1, 1, 0), (3, 2, 3, 0), (2, 2, 1, 3, 1)):
        shared = Digests(tx)
        for index in order:
            assert (shared.legacy(index, P2PK, hash_type), shared.bip143(index, P2PK, 7, hash_type)) == alone[index]
            assert shared.bip143(index, P2PK, 7, hash_type) == hash256(
                joined(Digests(tx).bip143_fields(index, P2PK, 7, hash_type))
            )


def test_single_signs_the_output_of_its_own_index() -> None:
    """The field is the hash of that output alone, written out by hand."""
    tx = small_transaction(inputs=3, outputs=3)
    digests = Digests(tx)
    for index in (0, 1, 2, 0):
        value, script = tx.outputs[index]
        written = value.to_bytes(8, "little") + bytes([len(script)]) + script
        fields = {field.name: field.data for field in digests.bip143_fields(index, P2PK, 5, 0x43)}
        assert fields["hash of outputs"] == hash256(written)


# Which digest ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hash_type", range(256))
def test_on_bsv_the_hash_type_decides(hash_type: int) -> None:
    tx = small_transaction()
    forkid = hash_type & 0x40 and not hash_type & 0x20
    expected = Digests(tx).bip143(0, P2PK, 9, hash_type) if forkid else Digests(tx).legacy(0, P2PK, hash_type)
    for version in ("legacy", "segwit_v0", "taproot"):
        assert sighash(tx, 0, P2PK, 9, hash_type, "bsv", version) == expected


def test_names_and_rule_sets() -> None:
    tx = small_transaction()
    assert sighash(tx, 0, P2PK, 9, "ALL") == sighash(tx, 0, P2PK, 9, 0x41, "bsv-consensus")
    assert sighash(tx, 0, P2PK, 9, "ALL", "btc-consensus") == sighash(tx, 0, P2PK, 9, 1, "btc")
    assert sighash(tx.serialize(), 0, P2PK, 9, "SINGLE|ANYONECANPAY", "btc") == sighash(tx, 0, P2PK, 9, 0x83, "btc")


def test_an_annex_is_found_in_the_witness() -> None:
    spent = [TxOut(5, b"\x51\x20" + bytes(32))]
    plain = small_transaction()
    digests = Digests(plain, spent)
    with_annex = plain.with_witness(0, [bytes(64), b"\x50\x01"])
    assert sighash(with_annex, 0, b"", 0, 0, "btc", "taproot", spent) == digests.taproot(0, 0, annex=b"\x50\x01")
    only_item = plain.with_witness(0, [b"\x50\x01"])
    assert sighash(only_item, 0, b"", 0, 0, "btc", "taproot", spent) == digests.taproot(0, 0)


def test_a_tapscript_is_signed_with_its_leaf() -> None:
    spent = [TxOut(5, b"\x51\x20" + bytes(32))]
    digests = Digests(small_transaction(), spent)
    expected = digests.taproot(0, 1, leaf_hash=tapleaf_hash(b"\xac"))
    assert sighash(small_transaction(), 0, b"\xac", 0, 1, "btc", "taproot", spent) == expected != digests.taproot(0, 1)


# Arguments without a digest -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"input_index": 1}, SighashError, "there is no input 1: the transaction has 1"),
        ({"input_index": -1}, SighashError, "there is no input -1"),
        ({"input_index": "0"}, SighashError, "input_index must be a number, not str"),
        ({"script_code": "ac"}, SighashError, "script_code must be bytes, not str"),
        ({"value": 0.5}, SighashError, "value must be a whole number of satoshis, not float"),
        ({"value": 2**63}, SighashError, "the value 9223372036854775808 is not a number of satoshis in 64 bits"),
        ({"hash_type": 2**32}, HashTypeError, "hash type 4294967296 has more than 32 bits"),
        ({"hash_type": "SOME"}, HashTypeError, "unknown hash type 'SOME'"),
        ({"hash_type": "DEFAULT", "rules": "btc"}, HashTypeError, "'DEFAULT' is that of taproot, not of legacy"),
        ({"rules": "bch"}, HashTypeError, "unknown rules 'bch'"),
        ({"rules": "btc", "version": "segwit_v1"}, SighashError, "unknown version 'segwit_v1'"),
        ({"rules": "btc", "version": "taproot", "hash_type": 1}, SighashError, "give spent_outputs, one for each"),
        ({"spent_outputs": [(1, b""), (1, b"")]}, SighashError, "2 spent outputs for 1 inputs"),
        ({"tx": b"\x01"}, TransactionError, "version at byte 0"),
    ],
)
def test_the_message_says_which_argument_does_not_fit(
    arguments: dict[str, Any], error: type[Exception], message: str
) -> None:
    usual: dict[str, Any] = {
        "tx": small_transaction(),
        "input_index": 0,
        "script_code": P2PK,
        "value": 1,
        "hash_type": 0x41,
    }
    with pytest.raises(error, match=message):
        sighash(**(usual | arguments))


@pytest.mark.parametrize("hash_type", sorted(set(range(256)) - {0, 1, 2, 3, 0x81, 0x82, 0x83}))
def test_taproot_knows_seven_hash_types(hash_type: int) -> None:
    digests = Digests(small_transaction(), [TxOut(1, b"")])
    with pytest.raises(SighashError, match=f"taproot has no hash type {hash_type:#04x}"):
        digests.taproot(0, hash_type)


def test_taproot_single_needs_its_output() -> None:
    digests = Digests(small_transaction(inputs=2, outputs=1), [TxOut(1, b"")] * 2)
    assert digests.taproot(0, 3)
    with pytest.raises(SighashError, match="SINGLE signs output 1, the transaction has 1"):
        digests.taproot(1, 3)


def test_a_transaction_that_cannot_be_written_has_no_digests() -> None:
    with pytest.raises(TransactionError, match="input 0 sequence: -1"):
        Digests(Transaction(1, (TxIn(OutPoint(bytes(32), 0), b"", -1),), ()))


# Size and growth ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["legacy", "bip143"])
def test_a_large_script_code_is_not_copied(kind: str) -> None:
    script = b"\xab\x4e" + (50_000_000).to_bytes(4, "little") + bytes(50_000_000) + b"\xac"
    digests = Digests(small_transaction())
    tracemalloc.start()
    digest = digests.bip143(0, script, 1, 0x41) if kind == "bip143" else digests.legacy(0, script, 1)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(digest) == 32
    assert peak < 1_000_000


def test_a_thousand_inputs_share_their_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without sharing, each of a thousand digests would hash the common data of a thousand inputs."""
    hashed = list[int]()

    def counting(data: bytes) -> bytes:
        hashed.append(len(data))
        return hash256(data)

    monkeypatch.setattr("penstock.tx.digests.hash256", counting)
    tx = small_transaction(inputs=1000)
    digests = Digests(tx)
    several = {digests.bip143(index, P2PK, 1, 0x41) for index in range(1000)}
    assert len(several) == 1000
    assert 1000 * 150 < sum(hashed) < 1000 * 250
