"""`Utils`, `SigHash`, `VarIntWriter` and `VarIntReader`: on the machine, compared with code that makes transactions."""

import struct
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from penstock import Artifact, Spend
from penstock.script.numbers import decode_number, encode_number
from penstock.script.opcodes import Op
from penstock.script.pushes import push_data
from penstock.tx.digests import Digests
from penstock.tx.transaction import OutPoint, Transaction, TxIn, TxOut
from penstock.tx.wire import compact_size
from penstockc.pipeline import compile_source
from tests.support.spending.preimage_contracts import checking
from tests.support.spending.transactions import transactions

LENGTHS = [
    0,
    1,
    2,
    75,
    76,
    77,
    127,
    128,
    252,
    253,
    254,
    255,
    256,
    257,
    0x7FFF,
    0x8000,
    0xFFFF,
    0x10000,
    0x10001,
    70_000,
]
NUMBERS = st.integers(-(2**70), 2**70) | st.sampled_from([0, 1, -1, 127, 128, -128, 255, 256, 2**31, 2**63])


@cache
def compiled(parameters: str, condition: str) -> Artifact:
    return compile_source(f"contract A {{ public function f({parameters}) {{ require({condition}); }} }}")


def holds(parameters: str, condition: str, *arguments: object) -> bool:
    return bool(Spend(compiled(parameters, condition).instantiate()).verify("f", *arguments))


# Utils ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("length", LENGTHS)
def test_lengths_in_front(length: int) -> None:
    data = bytes(index % 251 for index in range(length))
    whole = compact_size(length) + data
    assert holds("bytes b, bytes whole", "Utils.writeVarint(b) == whole", data, whole)
    assert holds("bytes b, bytes whole", "Utils.readVarint(whole) == b", data, whole)
    assert holds("bytes b, bytes whole", "Utils.readVarint(whole) == b", data, whole + b"more")
    assert not holds("bytes b, bytes whole", "Utils.readVarint(whole) == b", data, whole[:-1])
    assert not holds("bytes b, bytes whole", "Utils.readVarint(whole) == b", data[:-1], whole) or not data


@pytest.mark.parametrize("size", [1, 3, 5, 9])
def test_lengths_longer_than_need_be_are_read_too(size: int) -> None:
    marks = {1: b"", 3: b"\xfd", 5: b"\xfe", 9: b"\xff"}
    whole = marks[size] + (3).to_bytes(size - len(marks[size]), "little") + b"abc"
    assert holds("bytes whole", 'Utils.readVarint(whole) == "abc"', whole)


def test_nothing_has_no_length() -> None:
    for broken in (b"", b"\xfd", b"\xfd\x01", b"\xfe\x00\x00\x00", b"\xff" + bytes(7), b"\x01"):
        assert not holds("bytes whole", "Utils.readVarint(whole) == b''", broken)


@settings(max_examples=60, deadline=None)
@given(st.integers(-(2**80), 2**80), st.integers(0, 12))
def test_numbers_without_a_sign(number: int, size: int) -> None:
    """One extra byte is cut off, and so is the sign."""
    takes = "int x, int size, bytes b"
    data = abs(number).to_bytes(20, "little")
    assert holds(takes, "Utils.fromLEUnsigned(b) == x", abs(number), size, data)
    fits = abs(number).bit_length() <= 8 * size + 7
    assert holds(takes, "Utils.toLEUnsigned(x, size) == b", number, size, data[:size]) == fits


@pytest.mark.parametrize("length", LENGTHS)
def test_outputs(length: int) -> None:
    script = bytes(length)
    for value in (0, 1, 255, 2**33, 21_000_000 * 10**8):
        output = TxOut(value, script).serialize()
        assert holds("bytes s, int x, bytes out", "Utils.buildOutput(s, x) == out", script, value, output)


def test_scripts() -> None:
    digest = bytes(range(20))
    script = bytes.fromhex("76a914") + digest + bytes.fromhex("88ac")
    output = TxOut(1000, script).serialize()
    takes = "PubKeyHash h, bytes b"
    assert holds(takes, "Utils.buildPublicKeyHashScript(h) == b", digest, script)
    assert holds(takes, "Utils.buildPublicKeyHashOutput(h, 1000) == b", digest, output)
    for length in LENGTHS:
        data = bytes(length)
        whole = b"\x00\x6a" + compact_size(length) + data
        assert holds("bytes d, bytes b", "Utils.buildOpreturnScript(d) == b", data, whole)
    sizes = "Utils.OutputValueLen == 8 && Utils.PubKeyHashLen == 20 && Constants.InputSeqLen == 4"
    more = "Constants.OutputValueLen == 8 && Constants.PubKeyLen == 33 && Constants.PubKeyHashLen == 20"
    assert holds("int x", f"{sizes} && {more} && Constants.TxIdLen == 32 && Constants.OutpointLen == x", 36)


# SigHash --------------------------------------------------------------------------------------------------------------

FIELDS = {
    "nVersion": "version",
    "hashPrevouts": "hash of all outpoints",
    "hashSequence": "hash of all sequences",
    "outpoint": "outpoint",
    "valueRaw": "value",
    "nSequenceRaw": "sequence",
    "hashOutputs": "hash of outputs",
    "nLocktimeRaw": "lock time",
}


@settings(max_examples=60, deadline=None)
@given(transactions(witness=False, least_inputs=1), st.sampled_from(LENGTHS), st.data())
def test_fields_of_a_preimage(tx: Transaction, length: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(tx.inputs) - 1))
    value = data.draw(st.integers(0, 2**63 - 1))
    hash_type = data.draw(st.sampled_from([0x41, 0x42, 0x43, 0xC1, 0xC2, 0xC3]))
    fields = {field.name: field.data for field in Digests(tx).bip143_fields(index, bytes(length), value, hash_type)}
    preimage = b"".join(fields.values())
    for function, name in FIELDS.items():
        assert holds("SigHashPreimage p, bytes b", f"SigHash.{function}(p) == b", preimage, fields[name]), function
    for function, number in (
        ("value", value),
        ("nSequence", tx.inputs[index].sequence),
        ("nLocktime", tx.lock_time),
    ):
        assert holds("SigHashPreimage p, int x", f"SigHash.{function}(p) == x", preimage, number)
    kinds = "SigHashPreimage p, SigHashType t"
    assert holds(kinds, "SigHash.sigHashType(p) == t", preimage, bytes((hash_type,)))
    assert holds("SigHashPreimage p, bytes s", "SigHash.scriptCode(p) == s", preimage, bytes(length))


EDGES = (0, 1, 799_999, 800_000, 800_001, 499_999_999, 500_000_000, 1_500_000_000, 1_500_000_001, 2**32 - 1)
LIMITS = (*EDGES, -1, 2**32)


@pytest.mark.parametrize("sequence", [0, 1, 0xFFFF_FFFE, 0xFFFF_FFFF])
@pytest.mark.parametrize("lock_time", EDGES)
def test_a_lock_time_is_reached(lock_time: int, sequence: int) -> None:
    """As OP_CHECKLOCKTIMEVERIFY has it (BIP65): like with like, and not with a final sequence number."""
    tx = Transaction(1, (TxIn(OutPoint(bytes(32), 0), b"", sequence),), (TxOut(1, b"\x51"),), lock_time)
    preimage = b"".join(field.data for field in Digests(tx).bip143_fields(0, b"\x51", 1, 0x41))
    for limit in LIMITS:
        same_kind = (limit < 500_000_000) == (lock_time < 500_000_000)
        reached = same_kind and 0 <= limit <= lock_time and sequence != 0xFFFF_FFFF
        assert holds("SigHashPreimage p, int x", "SigHash.lockTimeReached(p, x)", preimage, limit) == reached
        assert (
            holds("SigHashPreimage p, int x", f"SigHash.lockTimeReached(p, {limit}) && x == 1", preimage, 1) == reached
        )


def test_flags_of_hash_types() -> None:
    flags = "SigHash.ALL == b'01' && SigHash.NONE == b'02' && SigHash.SINGLE == b'03'"
    assert holds("int x", f"{flags} && SigHash.FORKID == b'40' && SigHash.ANYONECANPAY == b'80' && x == 1", 1)


def test_too_short_a_preimage_has_no_fields() -> None:
    for function in FIELDS:
        assert not holds("SigHashPreimage p, bytes b", f"SigHash.{function}(p) == b", b"", b"")


# OpCode ---------------------------------------------------------------------------------------------------------------


def test_opcodes() -> None:
    """Every opcode by the name that it has on the machine, and its other names."""
    named = {op.name: op.value for op in Op if op.value <= 0xB9} | {"OP_FALSE": 0, "OP_TRUE": 0x51}
    named |= {f"OP_NOP{number}": 0xAF + number for number in range(1, 11)}
    condition = " && ".join(f"OpCode.{name} == b'{value:02x}'" for name, value in named.items())
    assert len(named) > 115
    assert holds("int x", f"{condition} && x == 1", 1)


# VarIntWriter, VarIntReader -------------------------------------------------------------------------------------------


def written(data: bytes) -> bytes:
    """A push of script, but never one of the opcodes that are numbers."""
    length = len(data)
    for mark, form, largest in (
        (b"", "<B", 0x4B),
        (b"\x4c", "<B", 0xFF),
        (b"\x4d", "<H", 0xFFFF),
        (b"\x4e", "<I", 2**32),
    ):
        if length <= largest:
            return mark + struct.pack(form, length) + data
    raise AssertionError(length)


@pytest.mark.parametrize("length", LENGTHS)
def test_bytes_are_written_and_read(length: int) -> None:
    data = bytes(index % 251 for index in range(length))
    takes = "bytes d, bytes w"
    assert written(data) == (push_data(data) if length else b"\x00")
    assert holds(takes, "VarIntWriter.writeBytes(d) == w", data, written(data))
    assert holds(takes, "(new VarIntReader(w)).readBytes() == d", data, written(data))
    assert holds(takes, "(new VarIntReader(w)).readBytes() == d", data, written(data) + b"more")
    assert not holds(takes, "(new VarIntReader(w)).readBytes() == d", data, written(data)[:-1])


@settings(max_examples=60, deadline=None)
@given(NUMBERS, st.booleans())
def test_numbers_and_bools_are_written_and_read(number: int, flag: bool) -> None:
    whole = written(encode_number(number) or b"\x00")
    assert decode_number(encode_number(number)) == number
    assert holds("int x, bytes w", "VarIntWriter.writeInt(x) == w", number, whole)
    assert holds("int x, bytes w", "(new VarIntReader(w)).readInt() == x", number, whole)
    assert holds("bool f, bytes w", "VarIntWriter.writeBool(f) == w", flag, bytes((flag,)))
    assert holds("bool f, bytes w", "(new VarIntReader(w)).readBool() == f", flag, bytes((flag,)))


def test_other_marks_are_refused() -> None:
    for mark in range(0x4F, 0x100):
        assert not holds("bytes w", "len((new VarIntReader(w)).readBytes()) >= 0", bytes((mark,)) + bytes(300))


READING = """
contract Reading {
    public function f(bytes data, int x, bool flag, bytes b, int left) {
        VarIntReader reader = new VarIntReader(data);
        require(!reader.eof());
        require(reader.readInt() == x && reader.readBool() == flag);
        require(reader.pos == len(VarIntWriter.writeInt(x)) + 1);
        require(reader.readBytes() == b && reader.readInt() == -x);
        require(reader.eof() == (left == 0) && len(reader.buf) - reader.pos == left);
        require(VarIntReader.StateLen == 4 && VarIntReader.VersionLen == 1 && VarIntReader.Version == 0);
    }
}
"""


@settings(max_examples=60, deadline=None)
@given(NUMBERS, st.booleans(), st.sampled_from(LENGTHS), st.binary(max_size=3))
def test_one_value_behind_the_other(number: int, flag: bool, length: int, rest: bytes) -> None:
    data, minus = bytes(length), written(encode_number(-number) or b"\x00")
    whole = written(encode_number(number) or b"\x00") + bytes((flag,)) + written(data) + minus + rest
    spend = Spend(reading().instantiate())
    assert spend.verify("f", whole, number, flag, data, len(rest))
    assert not spend.verify("f", whole, number, not flag, data, len(rest))
    assert not spend.verify("f", whole, number, flag, data + b"\x00", len(rest))


@cache
def reading() -> Artifact:
    return compile_source(READING)


# isFirstCall ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("library", ["Utils", "Tx"])
@pytest.mark.parametrize("length", [0, 1, 127, 128, 300, 70_000])
def test_the_flag_of_a_state_that_nobody_has_handed_on_yet(library: str, length: int) -> None:
    artifact = checking(f"{library}.isFirstCall(p)")
    contract = artifact.instantiate()
    for flag in (b"\x01", b"\x00"):
        state = flag + bytes(length)
        carrying = contract.with_data(state + struct.pack("<I", len(state)) + b"\x00")
        spend = Spend(carrying)
        assert bool(spend.verify("unlock", spend.preimage())) == (flag == b"\x01")
