"""Notes: what the viewer keeps of a channel besides its state, in a file that only its owner reads.

The provider keeps nothing of a channel before its funding is mined. So all that he needs to take it is on the disk
before the funding is published.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from penstock.errors import hides_frames
from penstock.service.seed.seed_file import write_whole
from penstock.service.viewer.errors import StateFolderError
from penstock.tx.transaction import OutPoint, Transaction, TransactionError

__tracebackhide__ = hides_frames

_MOST: Final = 900_000
"""Bytes of a note at most."""


@dataclass(frozen=True, slots=True)
class Note:
    """The note of a channel.

    Attributes:
        channel: the channel's id.
        url: the provider's address.
        title: the root of the title for which it was opened, 32 bytes.
        token: by which the provider knows his offer again.
        opened: the Open, as a message.
        funding: the funding transaction, signed, as bytes.
        output: the index of the funding output.
        since: the height at which it was opened.
    """

    channel: bytes
    url: str
    title: bytes
    token: bytes
    opened: bytes
    funding: bytes
    output: int
    since: int

    def transaction(self, *, has_witness: bool) -> Transaction:
        """Return the funding transaction.

        Raises:
            StateFolderError: the note is damaged.
        """
        try:
            return Transaction.parse(self.funding, segwit=has_witness)
        except TransactionError as error:
            raise StateFolderError(f"the note of channel {self.channel.hex()} is damaged: {error}") from None

    def outpoint(self, *, has_witness: bool) -> OutPoint:
        """Return the funding output. Errors as those of `transaction`."""
        return OutPoint(self.transaction(has_witness=has_witness).txid, self.output)


class Notes:
    """The notes in a folder, which is made if it is not there.

    Args:
        folder: the folder.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder

    def write(self, note: Note) -> None:
        """Write a note; it is on disk when this returns.

        Raises:
            OSError: it cannot be written.
        """
        values = {name: write(getattr(note, name)) for name, (write, _) in _FIELDS.items()}
        write_whole(self._path(note.channel), json.dumps(values, indent=1).encode() + b"\n")

    def read(self, channel: bytes) -> Note | None:
        """Return the note of a channel; None if it has none: nothing was published for it.

        Raises:
            StateFolderError: the file is damaged.
            OSError: it cannot be read.
        """
        path = self._path(channel)
        try:
            with path.open("rb") as file:
                values = json.loads(file.read(_MOST))
            note = Note(**{name: read(values[name]) for name, (_, read) in _FIELDS.items()})
        except FileNotFoundError:
            return None
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise StateFolderError(f"{path} is damaged ({type(error).__name__})", _REMEDY) from None
        if note.channel != channel:
            raise StateFolderError(f"{path} is damaged: it is of another channel", _REMEDY)
        return note

    def all(self) -> list[Note]:
        """Return all notes. Errors as those of `read`."""
        names = [path.stem for path in sorted(self._folder.glob("*.json"))]
        found = (self.read(bytes.fromhex(name)) for name in names if len(name) == 64)
        return [note for note in found if note is not None]

    def _path(self, channel: bytes) -> Path:
        return self._folder / f"{channel.hex()}.json"


_REMEDY: Final = "the money comes back after the channel's expiry by `penstock channel export-refund`"


def _number(value: object) -> int:
    if type(value) is not int or value < 0:
        raise ValueError
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


_BYTES: Final = (bytes.hex, bytes.fromhex)
_FIELDS: Final[Mapping[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]]] = {
    "channel": _BYTES,
    "url": (str, _text),
    "title": _BYTES,
    "token": _BYTES,
    "opened": _BYTES,
    "funding": _BYTES,
    "output": (int, _number),
    "since": (int, _number),
}
