"""Requests that were served for a payment: of each channel the newest, on disk, so that a restart serves none twice.

A payment is one state of a channel, and the client's name of the request that it is for. The same payment again for the
same request is served again: the client has lost the answer. For another request it is refused.
"""

import os
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Final

from penstock.errors import hides_frames
from penstock.service.errors import CatalogueError

__tracebackhide__ = hides_frames

MOST: Final = 9_000
"""Channels that are remembered."""
_FIELDS: Final = 3


@dataclass(frozen=True, slots=True)
class Served:
    """The newest request of a channel.

    Attributes:
        state: the number of the state that has paid for it.
        identifier: the client's name of it.
    """

    state: int
    identifier: str


class ServedRequests:
    """The newest requests of all channels, in a file to which each is added as a line.

    Args:
        file: the file; it is made with the first request.
        most: channels that are remembered; the file is written anew once it has twice as many lines.

    Raises:
        CatalogueError: the file is not one of these.
    """

    def __init__(self, file: Path, most: int = MOST) -> None:
        self._file, self._most = file, most
        self._newest: OrderedDict[bytes, Served] = OrderedDict()
        self._lines = 0
        self._lock = Lock()
        self._read()

    def get(self, channel: bytes) -> Served | None:
        """Return the newest request of a channel; None if none is remembered."""
        return self._newest.get(channel)

    def remember(self, channel: bytes, served: Served) -> None:
        """Remember a request at once; it is to be served once `write` has put it on disk."""
        with self._lock:
            known = self._newest.get(channel)
            if known is None or known.state < served.state:
                self._newest[channel] = served
            self._newest.move_to_end(channel)
            if len(self._newest) > self._most:
                self._newest.popitem(last=False)

    def write(self, channel: bytes, served: Served) -> None:
        """Put a request on disk; any thread may call it.

        Raises:
            OSError: the disk does not take it: the request is not to be served.
        """
        with self._lock:
            if self._lines >= 2 * self._most:
                self._write_all()
                return
            with self._file.open("ab") as file:
                file.write(_line(channel, served))
                file.flush()
                os.fsync(file.fileno())
            self._lines += 1

    def _read(self) -> None:
        try:
            *lines, torn = self._file.read_bytes().split(b"\n")
        except FileNotFoundError:
            return
        for number, line in enumerate(lines, 1):
            try:
                self.remember(*_read_line(line))
            except ValueError:
                raise CatalogueError(
                    f"{self._file}, line {number}: not a served request: remove the line; a payment of its channel may"
                    " then be used once more"
                ) from None
        self._lines = len(lines)
        if torn:  # a crash while it was written: that request was not served
            self._write_all()

    def _write_all(self) -> None:
        draft = self._file.with_name(self._file.name + ".new")
        with draft.open("wb") as file:
            file.writelines(_line(channel, served) for channel, served in self._newest.items())
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._file)
        self._lines = len(self._newest)


def _line(channel: bytes, served: Served) -> bytes:
    return f"{channel.hex()} {served.state} {served.identifier.encode().hex()}\n".encode("ascii")


def _read_line(line: bytes) -> tuple[bytes, Served]:
    """Return a channel and its request.

    Raises:
        ValueError: the line has another form.
    """
    fields = line.decode("ascii").split(" ")
    if len(fields) != _FIELDS or not fields[1].isdigit():
        raise ValueError(line)
    return bytes.fromhex(fields[0]), Served(int(fields[1]), bytes.fromhex(fields[2]).decode())
