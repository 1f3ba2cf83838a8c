"""Messages as bytes: canonical CBOR, `[number, field, …]`, with fixed lengths, ranges, and a size limit for each kind.

In: a message, or bytes from the other side. Out: bytes, or the message. Bytes in any other form are refused by one
error, and nothing of them is kept.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Final

from penstock.channel.agreement.merkle import MAX_LEAVES
from penstock.channel.canonical import (
    CanonicalError,
    Data,
    Fields,
    Kind,
    Number,
    Several,
    Text,
    encoded,
    number_of,
    read,
    written,
)
from penstock.channel.safe.messages.kinds import (
    Accept,
    Chunk,
    ClaimSig,
    Close,
    CloseSig,
    Error,
    Funded,
    Get,
    Key,
    Message,
    Offer,
    Open,
    PlainChunk,
    Quote,
    Resume,
    Update,
)
from penstock.channel.sealed.leaf import HASH, LEAF_SIZE, MAX_CHUNK
from penstock.errors import hides_frames
from penstock.script.consensus import LOCK_TIME_THRESHOLD, MAX_MONEY
from penstock.script.hashes import tagged_hash

__tracebackhide__ = hides_frames

_KEYS: Final = Several(Data(33), most=4, least=4)
_SATOSHIS: Final = Number(0, MAX_MONEY)
_HEIGHT: Final = Number(0, LOCK_TIME_THRESHOLD - 1)
_STATE: Final = Number(0, MAX_LEAVES - 1)
_CHUNK: Final = Number(0, MAX_LEAVES - 1)
_SIGNATURE: Final = Data(64)
_DER: Final = Data(73, is_most=True)
"""A signature for a transaction; its form is checked with the transaction."""
_RATE: Final = Number(0, 10_000_000)


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A kind of message: its number on the wire, its class, its fields, and the bytes that none exceeds.

    Attributes:
        all_fields: the fields with the number in front.
        values: returns the values of a message, in the order of the fields.
        lists: the places of lists among these.
    """

    number: int
    kind: type[Message]
    fields: Fields
    most: int = 1_024
    all_fields: Fields = field(init=False)
    values: Callable[[Message], tuple[object, ...]] = field(init=False)
    lists: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        number: dict[str, Kind] = {"number": Number(self.number, self.number)}
        object.__setattr__(self, "all_fields", number | dict(self.fields))
        object.__setattr__(self, "values", attrgetter(*self.fields))
        lists = (place for place, kind in enumerate(self.fields.values()) if isinstance(kind, Several))
        object.__setattr__(self, "lists", tuple(lists))


ROWS: Final = (
    MessageRow(
        1,
        Offer,
        {
            "network": Text(64),
            "protocol": Number(1, 255),
            "keys": _KEYS,
            "base": _SATOSHIS,
            "delay": Number(1, 65_535),
            "payment_version": Number(1, 3),
            "payment_rate": _RATE,
            "claim_rate": _RATE,
            "largest_chunk": Number(0, (1 << 32) - 1),
            "until": _HEIGHT,
        },
    ),
    MessageRow(2, Open, {"offer": HASH, "keys": _KEYS, "capacity": _SATOSHIS, "expiry": _HEIGHT}),
    MessageRow(3, Accept, {"channel": HASH, "signature": _SIGNATURE}),
    MessageRow(4, Funded, {"channel": HASH, "txid": HASH, "output": Number(0, (1 << 32) - 1)}),
    MessageRow(
        5,
        Quote,
        {
            "channel": HASH,
            "movie": HASH,
            "price": _SATOSHIS,
            "state": _STATE,
            "until": _HEIGHT,
            "signature": _SIGNATURE,
        },
    ),
    MessageRow(6, Get, {"channel": HASH, "movie": HASH, "chunk": _CHUNK}),
    MessageRow(
        7,
        Chunk,
        {
            "channel": HASH,
            "leaf": Data(LEAF_SIZE, is_most=True),
            "path": Several(HASH, 32),
            "ciphertext": Data(MAX_CHUNK + 16, is_most=True),
        },
        most=MAX_CHUNK + 2_048,
    ),
    MessageRow(8, Update, {"channel": HASH, "state": _STATE, "movie": HASH, "chunk": _CHUNK, "signature": _DER}),
    MessageRow(9, Key, {"channel": HASH, "state": _STATE, "key": HASH}),
    MessageRow(10, Close, {"channel": HASH, "state": _STATE}),
    MessageRow(11, CloseSig, {"channel": HASH, "state": _STATE, "fee": _SATOSHIS, "signature": _DER}),
    MessageRow(
        12,
        Resume,
        {
            "channel": HASH,
            "nonce": HASH,
            "state": _STATE,
            "amount": _SATOSHIS,
            "digest": HASH,
            "movie": HASH,
            "chunk": _CHUNK,
            "update": _DER,
            "signature": _SIGNATURE,
        },
    ),
    MessageRow(13, Error, {"channel": HASH, "code": Number(0, 65_535), "text": Text(400)}),
    MessageRow(
        14,
        PlainChunk,
        {"channel": HASH, "state": _STATE, "data": Data(MAX_CHUNK, is_most=True)},
        most=MAX_CHUNK + 1_024,
    ),
    MessageRow(15, ClaimSig, {"channel": HASH, "signature": _DER}),
)
_BY_NUMBER: Final[Mapping[int, MessageRow]] = {row.number: row for row in ROWS}
_BY_KIND: Final[Mapping[type, MessageRow]] = {row.kind: row for row in ROWS}
_SIGNED: Final[Mapping[type, str]] = {Accept: "accept", Quote: "quote", Resume: "resume"}
"""Messages that the sender's authentication key signs, and the names of their domains."""


def to_wire(message: Message) -> bytes:
    """Return a message as bytes.

    Raises:
        CanonicalError: a field is out of its range.
    """
    row = _BY_KIND[type(message)]
    return written(row.all_fields, [row.number, *row.values(message)])


def from_wire(data: bytes) -> Message:
    """Read a message.

    Raises:
        CanonicalError: the bytes are not a message in its one valid form.
    """
    row = _BY_NUMBER.get(number_of(data))
    if row is None:
        raise CanonicalError("not a message: its number is not known")
    _, *values = read(row.all_fields, data, most=row.most)
    for place in row.lists:
        values[place] = tuple(values[place])  # type: ignore[arg-type] # a list, as its kind has checked
    return row.kind(*values)  # type: ignore[arg-type] # checked by kind


def signed_digest(message: Accept | Quote | Resume) -> bytes:
    """Return what the sender's authentication key signs, 32 bytes: all of the message but the signature."""
    row = _BY_KIND[type(message)]
    without: dict[str, Kind] = {name: kind for name, kind in row.all_fields.items() if name != "signature"}
    values = {name: getattr(message, name) for name in without if name != "number"}
    return tagged_hash(f"penstock/{_SIGNED[type(message)]}/1", encoded(without, {"number": row.number, **values}))


def offer_hash(offer: Offer) -> bytes:
    """Return the hash by which an Open names the offer, 32 bytes."""
    return tagged_hash("penstock/offer/1", to_wire(offer))
