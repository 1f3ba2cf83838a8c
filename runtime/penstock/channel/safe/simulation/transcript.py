"""Transcript of a channel: lines of what was sent and published; of a long one the first and the last lines alone."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

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
from penstock.wording import counted

_FIRST: Final = 13
_LAST: Final = 8


class Party(StrEnum):
    """The payer or the payee."""

    PAYER = "payer"
    PAYEE = "payee"

    @property
    def other(self) -> "Party":
        """The other one."""
        return Party.PAYEE if self is Party.PAYER else Party.PAYER


@dataclass(frozen=True, slots=True)
class SentLine:
    """A message or a transaction.

    Attributes:
        sender: the sender.
        text: a short description.
        size: bytes of the message, or virtual bytes of the transaction.
        height: the height of the newest block when a transaction was published; None for a message.
    """

    sender: Party
    text: str
    size: int
    height: int | None = None


@dataclass(slots=True)
class Transcript:
    """Lines in their order; memory does not grow with their number.

    Attributes:
        count: the number of all lines.
        messages: the number of all messages.
        size: bytes of all messages.
    """

    count: int = 0
    messages: int = 0
    size: int = 0
    _first: list[SentLine] = field(default_factory=list)
    _last: deque[SentLine] = field(default_factory=lambda: deque(maxlen=_LAST))

    def add(self, line: SentLine) -> None:
        """Add a line."""
        self.count += 1
        if line.height is None:
            self.messages += 1
            self.size += line.size
        if len(self._first) < _FIRST:
            self._first.append(line)
        else:
            self._last.append(line)

    @property
    def hidden(self) -> int:
        """The number of lines that are left out."""
        return self.count - len(self._first) - len(self._last)

    def __iter__(self) -> Iterator[SentLine | int]:
        """Yield the lines; the number of hidden ones stands where they are left out."""
        yield from self._first
        if self.hidden:
            yield self.hidden
        yield from self._last


def describe(message: Message) -> str:  # noqa: C901 - one case for each message
    """Return a message in a few words."""
    match message:
        case Offer():
            return "Offer: keys and numbers"
        case Open():
            return "Open: the terms are complete"
        case Accept():
            return "Accept"
        case Funded():
            return "Funded: the funding transaction is published"
        case Quote(price=price, state=state):
            return f"Quote: {counted(price, 'satoshi')} per chunk from state {state} on"
        case Get(chunk=chunk):
            return f"Get chunk {chunk}"
        case Chunk():
            return "Chunk: leaf, proof, ciphertext"
        case Update(state=state):
            return f"Update: her signature for TX_{state}"
        case Key(state=state):
            return f"Key of state {state}"
        case PlainChunk(state=state):
            return f"PlainChunk: the chunk of state {state}"
        case Close(state=state):
            return f"Close: asks for a settlement of state {state}"
        case CloseSig(state=state):
            return f"CloseSig: her signature for the settlement of state {state}"
        case ClaimSig():
            return "ClaimSig: her signature for the claim"
        case Resume(state=state):
            return f"Resume: the newest state is {state}"
        case Error(text=text):
            return f"Error: {text}"
