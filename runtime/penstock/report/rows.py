"""Rows of the report's tables: transactions, messages and figures.

Pure functions from the channel's values to texts; the page puts them into tables.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from penstock.channel.simulation.stream import StreamResult, TranscriptLine
from penstock.channel.transactions import payment
from penstock.channel.transactions.closing import Closing
from penstock.channel.transactions.fields import TransactionField, differences, fields
from penstock.tx.transaction import Transaction
from penstock.wording import counted

_SHOWN_BYTES: Final = 30
_LINES_AT_EACH_END: Final = 7


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A field of a transaction.

    Attributes:
        offset: its offset in the wire format, in bytes.
        raw: its bytes in hex; the middle of long ones is omitted.
        meaning: its meaning; empty for an obvious number.
    """

    offset: int
    size: int
    place: str
    raw: str
    meaning: str


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    """A field in which two transactions differ."""

    place: str
    before: str
    after: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Gap:
    """Messages omitted from the diagram."""

    count: int


DiagramRow: TypeAlias = TranscriptLine | Gap


def payment_rows(transaction: Transaction, index: int) -> tuple[FieldRow, ...]:
    """Return the rows of TX_`index` with their meanings."""
    meanings = {
        "output 0 value": f"{_satoshis(transaction.outputs[0].value)}: the price of {counted(index, 'chunk')}",
        "output 0 script": f"the contract: opens for D_{index} and Bob's signature, or for both their signatures",
        "output 1 value": _satoshis(transaction.outputs[1].value),
        "output 1 script": "Alice's change: pays to the hash of her key",
    }
    for place in range(len(transaction.inputs)):
        meanings[f"input {place} txid"] = "a coin of Alice's"
        meanings[f"input {place} script"] = "Alice's signature and her public key"
    return rows_of(transaction, meanings)


def claim_rows(transaction: Transaction, index: int, closing: Closing) -> tuple[FieldRow, ...]:
    """Return the rows of TX_p, which spends TX_`index`, with their meanings."""
    shown = f"the chunk D_{index}" if closing is Closing.ONE_WAY else "Alice's signature instead of the chunk"
    meanings = {
        "input 0 txid": f"TX_{index}",
        "input 0 index": "its contract",
        "input 0 script": f"{shown}, and Bob's signature",
        "output 0 value": _satoshis(transaction.outputs[0].value),
        "output 0 script": "Bob's earnings: pays to the hash of his key",
    }
    for place in range(1, len(transaction.inputs)):
        meanings[f"input {place} txid"] = "a coin that Bob adds for the fee"
        meanings[f"input {place} script"] = "Bob's signature and his public key"
    return rows_of(transaction, meanings)


def rows_of(transaction: Transaction, meanings: dict[str, str]) -> tuple[FieldRow, ...]:
    """Return the fields of a transaction, with the meanings of some places; the others explain themselves."""
    return tuple(
        FieldRow(offset, len(field.raw), field.place, shortened(field.raw), meanings.get(field.place) or _plain(field))
        for offset, field in _with_offsets(fields(transaction))
    )


def update_rows(screening: StreamResult, index: int) -> tuple[DifferenceRow, ...]:
    """Return the differences of TX_`index` and the payment before it, both without signatures."""
    agreement, movie = screening.agreement, screening.movie
    before, after = (payment.build(agreement, state, movie.leaf(state)) for state in (index - 1, index))
    rows = {
        "output 0 value": f"one price more: +{_satoshis(agreement.terms.price)}",
        "output 0 script": f"the hash in the contract: H_{index - 1} becomes H_{index}",
        "output 1 value": f"her change: -{_satoshis(agreement.terms.price)}",
    }
    return tuple(
        DifferenceRow(found.place, *_contrast(found.before or b"", found.after or b""), rows[found.place])
        for found in differences(before, after)
    )


def diagram_rows(screening: StreamResult) -> tuple[DiagramRow, ...]:
    """Return the messages of the diagram; for a long stream without the middle."""
    lines = screening.lines
    hidden = len(lines) - 2 * _LINES_AT_EACH_END
    if hidden <= 1:
        return (*lines, *screening.chosen.lines)
    return (*lines[:_LINES_AT_EACH_END], Gap(hidden), *lines[-_LINES_AT_EACH_END:], *screening.chosen.lines)


def shortened(raw: bytes) -> str:
    """Return bytes in hex, without the middle of long ones."""
    if len(raw) <= 2 * _SHOWN_BYTES:
        return raw.hex()
    return f"{raw[:_SHOWN_BYTES].hex()} … {raw[-_SHOWN_BYTES:].hex()}"


def _with_offsets(parts: Sequence[TransactionField]) -> Iterator[tuple[int, TransactionField]]:
    offset = 0
    for part in parts:
        yield offset, part
        offset += len(part.raw)


def _plain(field: TransactionField) -> str:
    """Return the meaning of a field that is the same in every transaction here."""
    match field.place.split()[-1]:
        case "sequence":
            return "final"
        case "time":
            return "none: it may go into the next block"
        case "size":
            return counted(_compact(field.raw), "byte")
        case "script" | "txid":
            return ""
        case _:
            return str(_compact(field.raw) if field.place.endswith("count") else field.number)


def _compact(raw: bytes) -> int:
    return raw[0] if len(raw) == 1 else int.from_bytes(raw[1:], "little")


def _contrast(before: bytes, after: bytes) -> tuple[str, str]:
    """Return, of two long fields of one length, only the part from the first to the last byte that differs."""
    if len(before) <= _SHOWN_BYTES:
        return before.hex(), after.hex()
    places = [place for place, (old, new) in enumerate(zip(before, after, strict=True)) if old != new]
    first, stop = places[0], places[-1] + 1
    return f"… {before[first:stop].hex()} …", f"… {after[first:stop].hex()} …"


def _satoshis(amount: int) -> str:
    return counted(amount, "satoshi")
