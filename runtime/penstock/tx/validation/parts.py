"""Validation of values that a caller made by hand: a transaction, or the outputs that it spends.

In: a `Transaction`, whose parts may be of any type. Out: the error about the first part that is invalid in the wire
format, or None. A transaction is validated only after a failure, so that valid ones cost nothing. The outputs that a
transaction spends are validated beforehand, since some digests do not use them.
"""

from collections.abc import Iterator, Sequence
from typing import Final, Protocol

from penstock.tx.wire import TransactionError

_INT32: Final = range(-(1 << 31), 1 << 31)
_UINT32: Final = range(1 << 32)
_INT64: Final = range(-(1 << 63), 1 << 63)
_TXID_SIZE: Final = 32


class TransactionParts(Protocol):
    """The parts of a transaction, of any type."""

    @property
    def version(self) -> object:
        """A signed number of 32 bits."""

    @property
    def inputs(self) -> Sequence[object]:
        """`TxIn` values."""

    @property
    def outputs(self) -> Sequence[object]:
        """`TxOut` values."""

    @property
    def lock_time(self) -> object:
        """An unsigned number of 32 bits."""

    @property
    def witnesses(self) -> Sequence[Sequence[object]]:
        """One sequence of items for each input, or none at all."""


def first_misfit(tx: TransactionParts) -> TransactionError | None:
    """Return the error about the first invalid part, or None."""
    return next(_misfits(tx), None)


def spent_misfit(spent_outputs: object, inputs: int) -> str | None:
    """Return why these are not the outputs (`TxOut`, or pairs) that so many inputs spend, or None if they are."""
    if not isinstance(spent_outputs, Sequence):
        return f"spent_outputs must be a list of outputs, not {type(spent_outputs).__name__}"
    for index, spent in enumerate(spent_outputs):
        match spent:
            case (int(value), bytes()) if not isinstance(value, bool):
                if value not in _INT64:
                    return f"spent_outputs[{index}]: {value} is not a number of satoshis in 64 bits"
            case _:
                return f"spent_outputs[{index}] is not a pair of satoshis and locking script (int, bytes)"
    if len(spent_outputs) != inputs:
        return f"{len(spent_outputs)} spent outputs for {inputs} inputs: there must be one for each"
    return None


def _misfits(tx: TransactionParts) -> Iterator[TransactionError]:
    yield from _number("version", tx.version, _INT32)
    yield from _number("lock time", tx.lock_time, _UINT32)
    yield from _list("inputs", tx.inputs)
    for place, txin in enumerate(tx.inputs):
        yield from _input(f"input {place}", txin)
    yield from _list("outputs", tx.outputs)
    for place, output in enumerate(tx.outputs):
        yield from _output(f"output {place}", output)
    yield from _list("witnesses", tx.witnesses)
    if tx.witnesses and len(tx.witnesses) != len(tx.inputs):
        counts = f"{len(tx.witnesses)} witnesses for {len(tx.inputs)} inputs"
        yield TransactionError(f"{counts}; there must be one for each", field="witnesses")
    for place, items in enumerate(tx.witnesses):
        yield from _list(f"witness {place}", items)
        for item in items:
            yield from _bytes(f"witness {place} item", item)


def _input(field: str, txin: object) -> Iterator[TransactionError]:
    match txin:
        case ((txid, index), script, sequence):
            yield from _txid(f"{field} outpoint", txid)
            yield from _number(f"{field} index", index, _UINT32)
            yield from _bytes(f"{field} script", script)
            yield from _number(f"{field} sequence", sequence, _UINT32)
        case _:
            yield TransactionError(f"a TxIn is expected, not {type(txin).__name__}", field=field)


def _output(field: str, output: object) -> Iterator[TransactionError]:
    match output:
        case (value, script):
            yield from _number(f"{field} value", value, _INT64)
            yield from _bytes(f"{field} script", script)
        case _:
            yield TransactionError(f"a TxOut is expected, not {type(output).__name__}", field=field)


def _txid(field: str, txid: object) -> Iterator[TransactionError]:
    yield from _bytes(field, txid)
    if isinstance(txid, bytes) and len(txid) != _TXID_SIZE:
        yield TransactionError(f"a txid has 32 bytes, this one {len(txid)}", field=field)


def _number(field: str, number: object, allowed: range) -> Iterator[TransactionError]:
    if not isinstance(number, int) or number not in allowed:
        reason = f"{number!r} is not a whole number from {allowed[0]} to {allowed[-1]}"
        yield TransactionError(reason, field=field)


def _bytes(field: str, data: object) -> Iterator[TransactionError]:
    if not isinstance(data, bytes):
        yield TransactionError(f"bytes are expected, not {type(data).__name__}", field=field)


def _list(field: str, parts: object) -> Iterator[TransactionError]:
    if not isinstance(parts, Sequence) or isinstance(parts, str | bytes):
        yield TransactionError(f"a tuple is expected, not {type(parts).__name__}", field=field)
