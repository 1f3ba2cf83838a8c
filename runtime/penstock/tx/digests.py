"""Signature digests of a transaction, and their preimages.

`Digests` belongs to one transaction and computes the common parts of its inputs only once, so that one of a thousand
inputs costs no more than a single one. There are three kinds:

* `legacy`: the original digest, with all its corner cases; it alone has to hash the whole transaction again for each
  input;
* `bip143`: segwit v0 on btc, and the FORKID digest of bsv, which has the same layout;
* `taproot`: BIP341 and BIP342.

Each kind serializes its preimage in one function, field by field: the digest hashes these fields, and an explanation
shows them by name. Script codes may be of any size and are not copied. `penstock.tx.sighash` and the machine select the
kind of a signature.
"""

import struct
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeAlias

from penstock.errors import PenstockError, hides_frames
from penstock.script.consensus import NO_SEPARATOR
from penstock.script.hashes import hash256, hash256_of, sha256, sha256_of, tagged_hash
from penstock.tx.hash_type import OUTPUT_BITS, SignedOutputs, Switch
from penstock.tx.script_code import ScriptCode, SeparatedScript, without_separators
from penstock.tx.transaction import Transaction
from penstock.tx.validation.parts import first_misfit
from penstock.tx.wire import compact_size

if TYPE_CHECKING:
    from penstock.tx.preimage import PreimageField

__tracebackhide__ = hides_frames

__all__ = ["Digests", "SighashError", "SpentOutputs"]

SpentOutputs: TypeAlias = Sequence[tuple[int, bytes]]
_Parts: TypeAlias = tuple[ScriptCode, ...]

_INT32: Final = struct.Struct("<i").pack
_UINT32: Final = struct.Struct("<I").pack
_INT64: Final = struct.Struct("<q").pack

# plain integers: these are used for every digest
_NONE: Final = SignedOutputs.NONE.value
_SINGLE: Final = SignedOutputs.SINGLE.value
_ANYONECANPAY: Final = Switch.ANYONECANPAY.value
_PARTIAL: Final = frozenset({_NONE, _SINGLE})

_FEW: Final = 64
_JOIN_BELOW: Final = 1 << 14
_ZERO: Final = bytes(32)
_ONE: Final = b"\x01" + bytes(31)
_BLANK_OUTPUT: Final = b"\xff" * 8 + b"\x00"
_BLANK_INPUT_SIZE: Final = 41
_TAPROOT_TYPES: Final = frozenset({0x00, 0x01, 0x02, 0x03, 0x81, 0x82, 0x83})


class SighashError(PenstockError, ValueError):
    """Arguments without a digest; the message names the invalid argument and the reason."""


class Digests:
    """Digests of one transaction, which must not change meanwhile.

    Args:
        tx: the spending transaction.
        spent_outputs: the outputs that its inputs spend, in their order, as `TxOut` or
            `(value, script)`; only taproot needs them.

    Raises:
        TransactionError: when `tx` cannot be serialized.
        SighashError: when there are not as many spent outputs as inputs.

    Hash types are unsigned 32-bit numbers.
    """

    __slots__ = (
        "_all_outputs",
        "_bip143_hashes",
        "_blank_inputs",
        "_hash_single",
        "_lock_time",
        "_outpoints",
        "_outputs",
        "_separated",
        "_sequences",
        "_taproot_hashes",
        "_version",
        "spent_outputs",
        "tx",
    )

    def __init__(self, tx: Transaction, spent_outputs: SpentOutputs | None = None) -> None:
        if spent_outputs is not None and len(spent_outputs) != len(tx.inputs):
            count = len(tx.inputs)
            raise SighashError(f"{len(spent_outputs)} spent outputs for {count} inputs; there must be one for each")
        self.tx = tx
        self.spent_outputs = spent_outputs
        outpoints: list[bytes] = []
        sequences: list[bytes] = []
        outputs: list[bytes] = []
        try:
            self._version = _INT32(tx.version)
            self._lock_time = _UINT32(tx.lock_time)
            # plain loops: most transactions have few inputs, and a comprehension costs a call
            for txin in tx.inputs:
                txid, index = txin.outpoint
                if len(txid) != 32:
                    raise ValueError  # noqa: TRY301  # `first_misfit` finds the invalid part
                outpoints.append(txid + _UINT32(index))
                sequences.append(_UINT32(txin.sequence))
            for value, script in tx.outputs:
                outputs.append(_INT64(value) + compact_size(len(script)) + script)
            self._all_outputs = b"".join(outputs)
        except (struct.error, TypeError, ValueError) as error:
            raise first_misfit(tx) or error from error
        self._outpoints = outpoints
        self._sequences = sequences
        self._outputs = outputs
        self._bip143_hashes: tuple[bytes, bytes, bytes] | None = None
        self._hash_single: tuple[int, bytes] | None = None
        self._blank_inputs: dict[bool, memoryview] = {}
        self._separated: tuple[ScriptCode, SeparatedScript] | None = None
        self._taproot_hashes: tuple[bytes, ...] | None = None

    def _check_input(self, input_index: int) -> None:
        if not 0 <= input_index < len(self._outpoints):
            raise SighashError(f"there is no input {input_index}: the transaction has {len(self._outpoints)}")

    # The original digest

    def legacy(self, input_index: int, script_code: ScriptCode, hash_type: int) -> bytes:
        """Return the original digest, 32 bytes.

        Separators are removed from `script_code` here; the caller has to remove the signature (FindAndDelete). SINGLE
        without an output at the input's index gives the number one, unhashed, as in the nodes.

        Raises:
            SighashError: when there is no such input.
        """
        if self._has_no_single(input_index, hash_type):
            return _ONE
        head, script, tail = self._legacy_parts(input_index, script_code, hash_type)
        return hash256_of((*head, *script, *tail))

    def legacy_fields(self, input_index: int, script_code: ScriptCode, hash_type: int) -> "tuple[PreimageField, ...]":
        """Return the preimage of `legacy`, field by field; empty where nothing is hashed."""
        from penstock.tx.preimage import LEGACY_FIELDS, named  # noqa: PLC0415 - start-up does not pay for it

        if self._has_no_single(input_index, hash_type):
            return ()
        head, script, tail = self._legacy_parts(input_index, script_code, hash_type)
        return named(LEGACY_FIELDS, (*head, b"".join(script), *tail))

    @property
    def legacy_work(self) -> int:
        """Upper bound on the cost of the last `legacy`, in bytes to hash; reading the script is included."""
        separated = self._separated
        read = 0 if separated is None else separated[1].size + separated[1].work
        return read + len(self._all_outputs) + _BLANK_INPUT_SIZE * len(self._outpoints)

    def _has_no_single(self, input_index: int, hash_type: int) -> bool:
        self._check_input(input_index)
        return hash_type & OUTPUT_BITS == _SINGLE and input_index >= len(self._outputs)

    def _legacy_parts(self, input_index: int, script_code: ScriptCode, hash_type: int) -> tuple[_Parts, _Parts, _Parts]:
        before, after, count = self._other_inputs(input_index, hash_type)
        script = self._without_separators(script_code)
        output_count, outputs = self._legacy_outputs(input_index, hash_type & OUTPUT_BITS)
        head = (self._version, count, before, self._outpoints[input_index], compact_size(script.size))
        sequence = self._sequences[input_index]
        tail = (sequence, after, output_count, outputs, self._lock_time, _UINT32(hash_type))
        return head, script.pieces, tail

    def _other_inputs(self, input_index: int, hash_type: int) -> tuple[ScriptCode, ScriptCode, bytes]:
        """Return the inputs before and after this one, with empty scripts, and the count of all."""
        if hash_type & _ANYONECANPAY:
            return b"", b"", b"\x01"
        count = len(self._outpoints)
        if count == 1:
            return b"", b"", b"\x01"
        blank = self._blanks(with_sequences=hash_type & OUTPUT_BITS not in {_NONE, _SINGLE})
        start = _BLANK_INPUT_SIZE * input_index
        return blank[:start], blank[start + _BLANK_INPUT_SIZE :], compact_size(count)

    def _blanks(self, *, with_sequences: bool) -> memoryview:
        if with_sequences not in self._blank_inputs:
            sequences = self._sequences if with_sequences else [bytes(4)] * len(self._outpoints)
            pieces = zip(self._outpoints, sequences, strict=True)
            joined = b"".join([outpoint + b"\x00" + sequence for outpoint, sequence in pieces])
            self._blank_inputs[with_sequences] = memoryview(joined)
        return self._blank_inputs[with_sequences]

    def _legacy_outputs(self, input_index: int, outputs: int) -> tuple[bytes, bytes]:
        if outputs == _NONE:
            return b"\x00", b""
        if outputs == _SINGLE:
            return compact_size(input_index + 1), _BLANK_OUTPUT * input_index + self._outputs[input_index]
        return compact_size(len(self._outputs)), self._all_outputs

    def _without_separators(self, script_code: ScriptCode) -> SeparatedScript:
        """Cache the last result: most signatures of a script have the same script code."""
        if self._separated is None or self._separated[0] is not script_code:
            self._separated = script_code, without_separators(script_code)
        return self._separated[1]

    # The digest of BIP143

    def bip143(self, input_index: int, script_code: ScriptCode, value: int, hash_type: int) -> bytes:
        """Return the digest of BIP143 (segwit v0) and of FORKID on bsv, 32 bytes; `value` in satoshis.

        Raises:
            SighashError: when there is no such input, or `value` does not fit 64 bits.
        """
        parts = self._bip143_parts(input_index, script_code, value, hash_type)
        return hash256(b"".join(parts)) if len(script_code) < _JOIN_BELOW else hash256_of(parts)

    def bip143_fields(
        self, input_index: int, script_code: ScriptCode, value: int, hash_type: int
    ) -> "tuple[PreimageField, ...]":
        """Return the preimage of `bip143`, field by field."""
        from penstock.tx.preimage import BIP143_FIELDS, named  # noqa: PLC0415 - start-up does not pay for it

        return named(BIP143_FIELDS, self._bip143_parts(input_index, script_code, value, hash_type))

    def _bip143_parts(self, input_index: int, script_code: ScriptCode, value: int, hash_type: int) -> _Parts:
        if not 0 <= input_index < len(self._outpoints):
            self._check_input(input_index)
        hash_outpoints, hash_sequences, hash_outputs = self._bip143_hashes or self._hashes_of_lists()
        if hash_type & _ANYONECANPAY:
            hash_outpoints = hash_sequences = _ZERO
        if hash_type & OUTPUT_BITS in _PARTIAL:
            hash_sequences = _ZERO
            hash_outputs = self._hash_of_one_output(input_index, hash_type & OUTPUT_BITS)
        try:
            amount = _INT64(value)
        except struct.error:
            raise SighashError(f"the value {value} is not a number of satoshis in 64 bits") from None
        return (
            self._version,
            hash_outpoints,
            hash_sequences,
            self._outpoints[input_index],
            compact_size(len(script_code)),
            script_code,
            amount,
            self._sequences[input_index],
            hash_outputs,
            self._lock_time,
            _UINT32(hash_type),
        )

    def _hashes_of_lists(self) -> tuple[bytes, bytes, bytes]:
        """Return the hashes of all outpoints, sequences and outputs."""
        sequences = b"".join(self._sequences)
        self._bip143_hashes = hashes = (
            hash256(b"".join(self._outpoints)),
            _hash_of_few(sequences) if len(sequences) <= _FEW else hash256(sequences),
            hash256(self._all_outputs),
        )
        return hashes

    def _hash_of_one_output(self, input_index: int, outputs: int) -> bytes:
        if outputs != _SINGLE or input_index >= len(self._outputs):
            return _ZERO
        if self._hash_single is None or self._hash_single[0] != input_index:
            self._hash_single = input_index, hash256(self._outputs[input_index])
        return self._hash_single[1]

    # The digest of BIP341 and BIP342

    def taproot(
        self,
        input_index: int,
        hash_type: int,
        *,
        annex: bytes | None = None,
        leaf_hash: bytes | None = None,
        codeseparator_position: int = NO_SEPARATOR,
    ) -> bytes:
        """Return the digest of BIP341, or with `leaf_hash` (32 bytes) that of BIP342, 32 bytes.

        Args:
            input_index: index of the input.
            hash_type: 0 to 3 or 0x81 to 0x83.
            annex: the last witness item, with its leading byte 0x50, if the input has an annex.
            leaf_hash: the leaf that is executed; None for the key path.
            codeseparator_position: number of opcodes before the last executed OP_CODESEPARATOR; 2^32-1 when none has
                been executed.

        Raises:
            SighashError: for another hash type, for SINGLE without an output at the input's index,
                without spent outputs, and when there is no such input.
        """
        parts = self._taproot_parts(input_index, hash_type, annex, leaf_hash, codeseparator_position)
        return tagged_hash("TapSighash", *parts)

    def taproot_fields(
        self,
        input_index: int,
        hash_type: int,
        *,
        annex: bytes | None = None,
        leaf_hash: bytes | None = None,
        codeseparator_position: int = NO_SEPARATOR,
    ) -> "tuple[PreimageField, ...]":
        """Return the preimage of `taproot`, field by field (after the tag of BIP340)."""
        from penstock.tx.preimage import TAPROOT_FIELDS, named  # noqa: PLC0415 - start-up does not pay for it

        parts = self._taproot_parts(input_index, hash_type, annex, leaf_hash, codeseparator_position)
        return named(TAPROOT_FIELDS, parts)

    def _taproot_parts(
        self, input_index: int, hash_type: int, annex: bytes | None, leaf_hash: bytes | None, position: int
    ) -> tuple[bytes, ...]:
        self._check_input(input_index)
        if hash_type not in _TAPROOT_TYPES:
            raise SighashError(f"taproot has no hash type {hash_type:#04x}")
        outputs = hash_type & OUTPUT_BITS
        spend_type = (2 if leaf_hash is not None else 0) + (1 if annex is not None else 0)
        leaf = (leaf_hash, b"\x00", _UINT32(position)) if leaf_hash is not None else (b"", b"", b"")
        *hashes_of_inputs, hash_of_outputs = self._hashes_of_all()
        return (
            b"\x00",
            bytes((hash_type,)),
            self._version,
            self._lock_time,
            *((b"",) * 4 if hash_type & _ANYONECANPAY else hashes_of_inputs),
            b"" if outputs in {_NONE, _SINGLE} else hash_of_outputs,
            bytes((spend_type,)),
            *self._taproot_input(input_index, alone=bool(hash_type & _ANYONECANPAY)),
            b"" if annex is None else sha256_of((compact_size(len(annex)), annex)),
            self._taproot_single(input_index) if outputs == _SINGLE else b"",
            *leaf,
        )

    def _known_outputs(self) -> SpentOutputs:
        if self.spent_outputs is None:
            raise SighashError("taproot signs the outputs that are spent: give spent_outputs, one for each input")
        return self.spent_outputs

    def _hashes_of_all(self) -> tuple[bytes, ...]:
        """Return the hashes of all outpoints, values, locking scripts, sequences and outputs."""
        if self._taproot_hashes is None:
            spent = self._known_outputs()
            values = [_INT64(value) for value, _ in spent]
            scripts = [compact_size(len(script)) + script for _, script in spent]
            lists = (self._outpoints, values, scripts, self._sequences, self._outputs)
            self._taproot_hashes = tuple(sha256(b"".join(items)) for items in lists)
        return self._taproot_hashes

    def _taproot_input(self, input_index: int, *, alone: bool) -> tuple[bytes, ...]:
        if not alone:
            return b"", b"", b"", b"", _UINT32(input_index)
        value, script = self._known_outputs()[input_index]
        spent = _INT64(value), compact_size(len(script)) + script
        return self._outpoints[input_index], *spent, self._sequences[input_index], b""

    def _taproot_single(self, input_index: int) -> bytes:
        if input_index >= len(self._outputs):
            raise SighashError(f"SINGLE signs output {input_index}, the transaction has {len(self._outputs)}")
        return sha256(self._outputs[input_index])


@lru_cache(maxsize=64)
def _hash_of_few(sequences: bytes) -> bytes:
    """Cache the hash of a few sequence numbers: nearly all transactions have the same ones."""
    return hash256(sequences)
