"""Frames: the messages of the protocol, and the few that a connection needs besides. docs/serve.md has the drawing.

    viewer                                  provider
      │ ◄──────────────── Hello ──────────── │   his number of this connection
      │ ───────────────── Enquire ─────────► │   for a title
      │ ◄──────────────── Offered ────────── │   an Offer, and a token by which he knows it again
      │ ───────────────── OpenWith ────────► │   the token and an Open; again with the funding once it is mined
      │ ───────────────── Attach ──────────► │   names a channel, and proves that it is hers
      │ ───────────────── Pricing ─────────► │   asks for quotes of a title
      │ ◄──────────────── Fault ──────────── │   a frame was refused

In: a frame, or bytes from the other side. Out: bytes, or the frame. A frame is canonical CBOR, `[number, field, …]`; a
number below 16 is a message of the protocol. By plain HTTP a body has several frames, each after its length: 4 bytes,
the most significant first.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from operator import attrgetter
from typing import Final, TypeAlias

from penstock.channel.canonical import CanonicalError, Data, Fields, Kind, Number, Text, number_of, read, written
from penstock.channel.safe.messages.kinds import Message
from penstock.channel.safe.messages.wire import from_wire, to_wire
from penstock.channel.sealed.leaf import HASH
from penstock.errors import hides_frames
from penstock.script.hashes import tagged_hash

__tracebackhide__ = hides_frames

SUBPROTOCOL: Final = "penstock.1"
"""The name of the subprotocol of WebSocket."""
CHANNEL_PATH: Final = "/v1/channel"
"""The path of connections below a provider's address, by WebSocket and by plain HTTP."""
MEDIA_TYPE: Final = "application/vnd.penstock.frames"
"""The type of a body with frames."""
LARGEST_REQUEST: Final = 3_072
"""Bytes of a frame from a viewer at most."""
_FIRST: Final = 16
"""The least number of a frame that is not a message of the protocol."""
_LENGTH: Final = 4
_FAULT_TEXT: Final = 400
"""Bytes of the text of a fault."""


class Code(IntEnum):
    """Why a frame was refused."""

    MALFORMED = 1
    """The bytes are not a frame, or not one for this side."""
    UNKNOWN_CHANNEL = 2
    """The channel is not in the store: send OpenWith."""
    NOT_HERS = 3
    """The signature is not by the payer of the channel, or not for this connection."""
    NOT_ATTACHED = 4
    """No Attach for the channel has come on this connection."""
    UNKNOWN_TITLE = 5
    """The title is not sold here."""
    TERMS = 6
    """An offer that is over or of another provider, or a number that he does not agree to."""
    NOT_MINED = 7
    """The funding is not mined, or not deep enough: send the same again after the next block."""
    TOO_MANY = 8
    """More frames than this side takes from one viewer: send it again later."""
    CLOSED_SHOP = 9
    """Nothing is sold now: the provider stops, or does not see the chain."""


@dataclass(frozen=True, slots=True)
class Hello:
    """The first frame of a connection.

    Attributes:
        nonce: the provider's number of this connection, 32 bytes.
    """

    nonce: bytes


@dataclass(frozen=True, slots=True)
class Attach:
    """The viewer names a channel of hers. After it messages of this channel are taken on the connection.

    Attributes:
        channel: the channel's id.
        nonce: her number of this connection, 32 bytes.
        ciphertexts: 1 if a Get is answered by a Chunk; 0 if she fetches ciphertexts elsewhere.
        signature: by her authentication key, 64 bytes, over `attach_digest`.
    """

    channel: bytes
    nonce: bytes
    ciphertexts: int
    signature: bytes


@dataclass(frozen=True, slots=True)
class Enquire:
    """The viewer wants an offer.

    Attributes:
        network: the name of the network.
        title: the root of the title.
    """

    network: str
    title: bytes


@dataclass(frozen=True, slots=True)
class Offered:
    """The answer to an Enquire.

    Attributes:
        token: by which the provider knows the offer again: he keeps nothing of it.
        offer: the Offer, as a message.
    """

    token: bytes
    offer: bytes


@dataclass(frozen=True, slots=True)
class OpenWith:
    """The viewer takes an offer. The answer is an Accept.

    First without a funding. Then, once the funding is mined, with it: only now does the provider keep the channel.

    Attributes:
        token: that of the offer.
        opened: the Open, as a message.
        txid: the id of the funding transaction, 32 bytes, wire order; empty before it is published.
        output: the index of the funding output.
    """

    token: bytes
    opened: bytes
    txid: bytes = b""
    output: int = 0


@dataclass(frozen=True, slots=True)
class Pricing:
    """The viewer asks for the prices of a title in a channel; the answer is a Quote for each quality with a new price.

    Attributes:
        channel: the channel's id.
        title: the root of the title.
    """

    channel: bytes
    title: bytes


@dataclass(frozen=True, slots=True)
class Fault:
    """A frame was refused; nothing has changed.

    Attributes:
        code: the number of a `Code`; one that is not there is of a later version.
        text: the reason for readers.
    """

    code: int
    text: str

    @classmethod
    def of(cls, code: Code, text: str) -> "Fault":
        """Return a fault with a text that fits: what cannot be printed is left out, as is the end of a long one."""
        shown = "".join(each for each in text if each.isprintable())
        return cls(code.value, shown.encode()[:_FAULT_TEXT].decode(errors="ignore"))


ServiceFrame: TypeAlias = Hello | Attach | Enquire | Offered | OpenWith | Pricing | Fault
Frame: TypeAlias = ServiceFrame | Message


@dataclass(frozen=True, slots=True)
class FrameRow:
    """A kind of frame: its number, its class, its fields, and the bytes that none exceeds."""

    number: int
    kind: type[ServiceFrame]
    fields: Fields
    most: int = 512

    @property
    def all_fields(self) -> Fields:
        """The fields with the number in front."""
        number: dict[str, Kind] = {"number": Number(self.number, self.number)}
        return number | dict(self.fields)


_TOKEN: Final = Data(128, is_most=True)
_MESSAGE: Final = Data(1_024, is_most=True)
ROWS: Final = (
    FrameRow(16, Hello, {"nonce": HASH}),
    FrameRow(17, Attach, {"channel": HASH, "nonce": HASH, "ciphertexts": Number(0, 1), "signature": Data(64)}),
    FrameRow(18, Enquire, {"network": Text(64), "title": HASH}),
    FrameRow(19, Offered, {"token": _TOKEN, "offer": _MESSAGE}, most=2_048),
    FrameRow(
        20,
        OpenWith,
        {"token": _TOKEN, "opened": _MESSAGE, "txid": Data(32, is_most=True), "output": Number(0, (1 << 32) - 1)},
        most=2_048,
    ),
    FrameRow(21, Pricing, {"channel": HASH, "title": HASH}),
    FrameRow(22, Fault, {"code": Number(1, 255), "text": Text(_FAULT_TEXT)}, most=1_024),
)
_BY_NUMBER: Final[Mapping[int, FrameRow]] = {row.number: row for row in ROWS}
_BY_KIND: Final[Mapping[type, FrameRow]] = {row.kind: row for row in ROWS}


def to_bytes(frame: Frame) -> bytes:
    """Return a frame as bytes.

    Raises:
        CanonicalError: a field is out of its range.
    """
    row = _BY_KIND.get(type(frame))
    if row is None:
        return to_wire(frame)  # type: ignore[arg-type] # those without a row are messages
    values = attrgetter(*row.fields)(frame)
    return written(row.all_fields, [row.number, *(values if len(row.fields) > 1 else (values,))])


def from_bytes(data: bytes) -> Frame:
    """Read a frame.

    Raises:
        CanonicalError: the bytes are not a frame in its one valid form.
    """
    number = number_of(data)
    if number < _FIRST:
        return from_wire(data)
    row = _BY_NUMBER.get(number)
    if row is None:
        raise CanonicalError("not a frame: its number is not known")
    _, *values = read(row.all_fields, data, most=row.most)
    return row.kind(*values)  # type: ignore[arg-type] # checked by kind


def attach_digest(channel: bytes, own: bytes, other: bytes) -> bytes:
    """Return what the payer's authentication key signs to attach a channel, 32 bytes.

    Args:
        channel: the channel's id.
        own: her number of the connection.
        other: the provider's.
    """
    return tagged_hash("penstock/attach/1", channel + own + other)


def joined(frames: Iterable[bytes]) -> bytes:
    """Return a body with frames, each after its length."""
    return b"".join(len(each).to_bytes(_LENGTH, "big") + each for each in frames)


def split(body: bytes, most: int) -> list[bytes]:
    """Return the frames of a body.

    Args:
        body: the body.
        most: the bytes of a frame at most.

    Raises:
        CanonicalError: a length is above `most`, or the body ends within a frame.
    """
    found, start = [], 0
    while start < len(body):
        end = start + _LENGTH + int.from_bytes(body[start : start + _LENGTH], "big")
        if end - start - _LENGTH > most or end > len(body):
            raise CanonicalError(f"a frame of more than {most:,} bytes, or one that is cut off")
        found.append(body[start + _LENGTH : end])
        start = end
    return found
