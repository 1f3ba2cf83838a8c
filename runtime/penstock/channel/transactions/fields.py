"""Fields of a transaction, and the differences between two transactions.

The concatenated fields of a transaction are its wire format, so the fields show every difference.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from penstock.tx.transaction import Transaction, TxIn, TxOut
from penstock.tx.wire import compact_size


@dataclass(frozen=True, slots=True)
class TransactionField:
    """One field of the wire format.

    Attributes:
        place: its name, such as `input 0 sequence`.
        raw: its bytes in the wire format.
    """

    place: str
    raw: bytes = field(repr=False)

    @property
    def number(self) -> int:
        """The bytes as a little-endian number."""
        return int.from_bytes(self.raw, "little")


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """A field that differs between two transactions; None for one that does not have it."""

    place: str
    before: bytes | None = field(repr=False)
    after: bytes | None = field(repr=False)


def fields(tx: Transaction) -> tuple[TransactionField, ...]:
    """Split the wire format (without witnesses) into its fields, in order."""
    return tuple(_fields(tx))


def differences(before: Transaction, after: Transaction) -> tuple[FieldDifference, ...]:
    """Return every field in which `after` differs from `before`, in the order of the wire format."""
    old = {field.place: field.raw for field in _fields(before)}
    new = {field.place: field.raw for field in _fields(after)}
    places = dict.fromkeys([*old, *new])
    return tuple(
        FieldDifference(place, old.get(place), new.get(place)) for place in places if old.get(place) != new.get(place)
    )


def _fields(tx: Transaction) -> Iterator[TransactionField]:
    yield TransactionField("version", tx.version.to_bytes(4, "little", signed=True))
    yield TransactionField("input count", compact_size(len(tx.inputs)))
    for index, txin in enumerate(tx.inputs):
        yield from _input_fields(f"input {index}", txin)
    yield TransactionField("output count", compact_size(len(tx.outputs)))
    for index, output in enumerate(tx.outputs):
        yield from _output_fields(f"output {index}", output)
    yield TransactionField("lock time", tx.lock_time.to_bytes(4, "little"))


def _input_fields(name: str, txin: TxIn) -> Iterator[TransactionField]:
    yield TransactionField(f"{name} txid", txin.outpoint.txid)
    yield TransactionField(f"{name} index", txin.outpoint.index.to_bytes(4, "little"))
    yield TransactionField(f"{name} script size", compact_size(len(txin.script)))
    yield TransactionField(f"{name} script", txin.script)
    yield TransactionField(f"{name} sequence", txin.sequence.to_bytes(4, "little"))


def _output_fields(name: str, output: TxOut) -> Iterator[TransactionField]:
    yield TransactionField(f"{name} value", output.value.to_bytes(8, "little", signed=True))
    yield TransactionField(f"{name} script size", compact_size(len(output.script)))
    yield TransactionField(f"{name} script", output.script)
