"""Transactions as frozen values that parse from raw bytes and serialize to the same bytes.

`Transaction.parse` reads the wire format of Bitcoin (BIP144 with `segwit=True`; without marker and flag, as the nodes
of BSV do, with `segwit=False`), and `serialize` returns the same bytes. There is no limit of size, memory is
proportional to the input, and the only error is `TransactionError`. `penstock.tx.validation.form` checks the
values.

Transactions are immutable: methods such as `with_input_script` return a new transaction.
"""

import struct
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple, Self

from penstock.errors import hides_frames
from penstock.script.consensus import FINAL_SEQUENCE, NULL_INDEX
from penstock.script.hashes import hash256_of
from penstock.tx.validation.parts import first_misfit
from penstock.tx.wire import Reader, TransactionError, compact_size

if TYPE_CHECKING:
    from bitcoin.core import CTransaction

__tracebackhide__ = hides_frames

__all__ = ["OutPoint", "Transaction", "TransactionError", "TxIn", "TxOut", "coerce", "to_bitcoinlib"]

_INT32 = struct.Struct("<i")
_UINT32 = struct.Struct("<I")
_INT64 = struct.Struct("<q")
_pack_int32, _pack_uint32, _pack_int64 = _INT32.pack, _UINT32.pack, _INT64.pack
_OUTPOINT = struct.Struct("<32sI")
_LEAST_INPUT = 32 + 4 + 1 + 4
_LEAST_OUTPUT = 8 + 1
_WITNESS_FLAG = 1
_MARKER_AND_FLAG = b"\x00\x01"


class OutPoint(NamedTuple):
    """An output of a transaction: the transaction's id (32 bytes, wire order) and the output's index."""

    txid: bytes
    index: int  # type: ignore[assignment]  # hides tuple.index, which is not used

    @property
    def is_null(self) -> bool:
        """Whether this is the outpoint of a coinbase, which spends no output."""
        return self.index == NULL_INDEX and not any(self.txid)


class TxIn(NamedTuple):
    """One input: the output that it spends, the unlocking script, the sequence number (0 to 2^32-1)."""

    outpoint: OutPoint
    script: bytes = b""
    sequence: int = FINAL_SEQUENCE


class TxOut(NamedTuple):
    """One output: satoshis (a signed 64-bit number on the wire) and the locking script.

    A named tuple, so that `(value, script)` can be used wherever an output is only read.
    """

    value: int
    script: bytes

    def serialize(self) -> bytes:
        """Return the wire format: value, length of the script, script."""
        value, script = self
        return _pack_int64(value) + compact_size(len(script)) + script


class Transaction(NamedTuple):
    """A transaction.

    `version` is the signed 32-bit number on the wire (python-bitcoinlib and the Chronicle rules of BSV use the signed
    number; BIP68 and BIP112 use `version & 0xffffffff`).
    `witnesses` holds one tuple of items per input, or is empty when no input has a witness.
    """

    version: int
    inputs: tuple[TxIn, ...]
    outputs: tuple[TxOut, ...]
    lock_time: int = 0
    witnesses: tuple[tuple[bytes, ...], ...] = ()

    @classmethod
    def parse(cls, data: bytes | bytearray | memoryview, *, segwit: bool = True) -> Self:
        """Parse a whole transaction.

        Args:
            data: the raw bytes of the transaction only.
            segwit: whether marker and flag announce witnesses (BIP144). BSV has neither: there,
                the same bytes are a transaction without inputs.

        Raises:
            TransactionError: when bytes are missing, left over, or not in the one valid encoding; it names the field
                and the offset.
        """
        reader = Reader(data)
        found = cls.read(reader, segwit=segwit)
        reader.finish()
        return found

    @classmethod
    def read(cls, reader: Reader, *, segwit: bool = True) -> Self:
        """Read a transaction from a place in raw bytes, as those of a block. `segwit` and errors as in `parse`."""
        (version,) = reader.unpack(_INT32, "version")
        inputs = _read_inputs(reader)
        flag = reader.take(1, "witness flag")[0] if segwit and not inputs else None
        if flag:
            inputs = _read_inputs(reader)
        outputs = () if flag == 0 else _read_outputs(reader)
        witnesses = _read_witnesses(reader, flag, len(inputs)) if flag else ()
        (lock_time,) = reader.unpack(_UINT32, "lock time")
        return cls(version, inputs, outputs, lock_time, witnesses)

    @property
    def is_coinbase(self) -> bool:
        """Whether its one input spends no output: it creates new coins."""
        return len(self.inputs) == 1 and self.inputs[0].outpoint.is_null

    @property
    def has_witness(self) -> bool:
        """Whether any input has a witness item."""
        return any(self.witnesses)

    def serialize(self, *, witness: bool = True) -> bytes:
        """Return the wire format, with witnesses (BIP144) if it has any and `witness` is true.

        Raises:
            TransactionError: when a part has the wrong type, a number does not fit its field, a txid is
                not 32 bytes, or `witnesses` are not one per input.
        """
        parts = self.parts(witness=witness)
        try:
            return b"".join(parts)
        except TypeError as error:
            raise first_misfit(self) or error from error

    def parts(self, *, witness: bool = True) -> list[bytes]:
        """Return the wire format in pieces that share the scripts' memory, for hashing or writing huge transactions.

        Raises:
            TransactionError: as `serialize`.
        """
        try:
            with_witness = witness and any(self.witnesses)
            if with_witness and len(self.witnesses) != len(self.inputs):
                raise ValueError  # noqa: TRY301  # as below
            parts = [
                _pack_int32(self.version),
                _MARKER_AND_FLAG if with_witness else b"",
                compact_size(len(self.inputs)),
            ]
            for txin in self.inputs:
                outpoint, script = txin.outpoint, txin.script
                if len(outpoint.txid) != 32:
                    raise ValueError  # noqa: TRY301  # `first_misfit` finds the invalid part
                index, sequence = _pack_uint32(outpoint.index), _pack_uint32(txin.sequence)
                parts += outpoint.txid, index, compact_size(len(script)), script, sequence
            parts.append(compact_size(len(self.outputs)))
            for value, script in self.outputs:
                parts += _pack_int64(value), compact_size(len(script)), script
            if with_witness:
                parts += _witness_parts(self)
            parts.append(_pack_uint32(self.lock_time))
        except (struct.error, TypeError, ValueError, AttributeError) as error:
            raise first_misfit(self) or error from error
        return parts

    def size(self, *, witness: bool = True) -> int:
        """Return the number of bytes that `serialize` returns."""
        return sum(map(len, self.parts(witness=witness)))

    @property
    def virtual_size(self) -> int:
        """Return the virtual size for fees on BTC: a quarter of the weight, rounded up (BIP141)."""
        return (3 * self.size(witness=False) + self.size() + 3) // 4

    @property
    def txid(self) -> bytes:
        """Return the transaction id, 32 bytes in wire order: the hash of everything except the witnesses."""
        return self._hash(witness=False)

    @property
    def txid_hex(self) -> str:
        """Return the transaction id as displayed: wire order reversed, in hex."""
        return self.txid[::-1].hex()

    @property
    def wtxid(self) -> bytes:
        """Return the hash of everything, including witnesses, 32 bytes in wire order (BIP141)."""
        return self._hash(witness=True)

    def _hash(self, *, witness: bool) -> bytes:
        parts = self.parts(witness=witness)
        try:
            return hash256_of(parts)
        except TypeError as error:
            raise first_misfit(self) or error from error

    def with_input_script(self, index: int, script: bytes) -> Self:
        """Return the transaction with `script` as the unlocking script of input `index`."""
        old = self._input(index)
        new = TxIn(old.outpoint, script, old.sequence)
        inputs = (*self.inputs[:index], new, *self.inputs[index + 1 :])
        return type(self)(self.version, inputs, self.outputs, self.lock_time, self.witnesses)

    def with_witness(self, index: int, items: Sequence[bytes]) -> Self:
        """Return the transaction with `items` (bottom of the stack first) as the witness of input `index`."""
        self._input(index)
        witnesses = list(self.witnesses or ((),) * len(self.inputs))
        witnesses[index] = _tuple(items, f"witness {index}")
        return type(self)(self.version, self.inputs, self.outputs, self.lock_time, tuple(witnesses))

    def without_witnesses(self) -> Self:
        """Return the transaction without witnesses, as seen by nodes without segwit."""
        if not self.witnesses:
            return self
        return type(self)(self.version, self.inputs, self.outputs, self.lock_time)

    def _input(self, index: int) -> TxIn:
        if index not in range(len(self.inputs)):
            raise TransactionError(f"there are {len(self.inputs)} inputs", field=f"input {index}")
        return self.inputs[index]


def coerce(tx: "bytes | bytearray | memoryview | CTransaction | Transaction", *, segwit: bool) -> Transaction:
    """Convert a transaction from any of its three forms.

    Args:
        tx: a `Transaction`, raw bytes, or a `CTransaction` of python-bitcoinlib.
        segwit: whether witnesses exist: if not, bytes are parsed without marker and flag, and the
            witnesses of the other two forms are dropped.

    Raises:
        TransactionError: for raw bytes that are not a transaction, and for a value of another type.
    """
    if isinstance(tx, Transaction):
        return tx if segwit else tx.without_witnesses()
    if isinstance(tx, bytes | bytearray | memoryview):
        return Transaction.parse(tx, segwit=segwit)
    # a caller with a CTransaction has imported its module
    core = sys.modules.get("bitcoin.core")
    if core is not None and isinstance(tx, core.CTransaction):
        return _from_bitcoinlib(tx, segwit=segwit)
    hint = "; bytes.fromhex converts hexadecimal digits to bytes" if isinstance(tx, str) else ""
    raise TransactionError(f"{type(tx).__name__} is neither bytes, a CTransaction nor a penstock Transaction{hint}")


def to_bitcoinlib(tx: Transaction) -> "CTransaction":
    """Return the `CTransaction` of python-bitcoinlib that serializes to the same bytes."""
    from bitcoin import core  # noqa: PLC0415 - loaded on first use, for a fast start-up
    from bitcoin.core.script import CScript, CScriptWitness  # noqa: PLC0415

    inputs = [
        core.CTxIn(core.COutPoint(i.outpoint.txid, i.outpoint.index), CScript(i.script), i.sequence) for i in tx.inputs
    ]
    outputs = [core.CTxOut(output.value, CScript(output.script)) for output in tx.outputs]
    witness = core.CTxWitness([core.CTxInWitness(CScriptWitness(items)) for items in tx.witnesses])
    return core.CTransaction(inputs, outputs, tx.lock_time, tx.version, witness)


def _from_bitcoinlib(tx: "CTransaction", *, segwit: bool) -> Transaction:
    inputs = tuple(TxIn(OutPoint(bytes(i.prevout.hash), i.prevout.n), bytes(i.scriptSig), i.nSequence) for i in tx.vin)
    outputs = tuple(TxOut(output.nValue, bytes(output.scriptPubKey)) for output in tx.vout)
    witnesses = tuple(tuple(map(bytes, item.scriptWitness.stack)) for item in tx.wit.vtxinwit) if segwit else ()
    missing = ((),) * (len(inputs) - len(witnesses))
    witnesses = (*witnesses, *missing) if any(witnesses) else ()
    return Transaction(tx.nVersion, inputs, outputs, tx.nLockTime, witnesses)


def _read_inputs(reader: Reader) -> tuple[TxIn, ...]:
    count = reader.count(_LEAST_INPUT, "input count")
    inputs: list[TxIn] = []
    try:
        for _ in range(count):
            outpoint = OutPoint(*reader.unpack(_OUTPOINT, "outpoint"))
            script = reader.blob("script")
            (sequence,) = reader.unpack(_UINT32, "sequence")
            inputs.append(TxIn(outpoint, script, sequence))
    except TransactionError as error:
        raise error.within(f"input {len(inputs)}") from None
    return tuple(inputs)


def _read_outputs(reader: Reader) -> tuple[TxOut, ...]:
    count = reader.count(_LEAST_OUTPUT, "output count")
    outputs: list[TxOut] = []
    try:
        for _ in range(count):
            (value,) = reader.unpack(_INT64, "value")
            outputs.append(TxOut(value, reader.blob("script")))
    except TransactionError as error:
        raise error.within(f"output {len(outputs)}") from None
    return tuple(outputs)


def _read_witnesses(reader: Reader, flag: int, inputs: int) -> tuple[tuple[bytes, ...], ...]:
    if flag != _WITNESS_FLAG:
        raise reader.error(f"the flag {flag:#04x} announces undefined parts", "witness flag")
    witnesses: list[tuple[bytes, ...]] = []
    try:
        for _ in range(inputs):
            count = reader.count(1, "item count")
            witnesses.append(tuple([reader.blob("item") for _ in range(count)]))
    except TransactionError as error:
        raise error.within(f"witness {len(witnesses)}") from None
    if not any(witnesses):
        raise reader.error("marker and flag announce witnesses, but no input has one", "witnesses")
    return tuple(witnesses)


def _witness_parts(tx: Transaction) -> Iterator[bytes]:
    for items in tx.witnesses:
        yield compact_size(len(items))
        for item in items:
            yield compact_size(len(item))
            yield item


def _tuple(items: object, field: str) -> tuple[bytes, ...]:
    """Return witness items as a tuple; their types are checked when they are used."""
    if not isinstance(items, Iterable) or isinstance(items, str | bytes):
        raise TransactionError(f"a list of items is expected, not {type(items).__name__}", field=field)
    return tuple(items)
