"""Bought pieces: their keys for good, their plaintexts as long as there is room.

A ciphertext costs nothing, so a piece whose plaintext was dropped is fetched and opened again: it is not paid twice. A
key is on the disk before the state is saved by which it was paid.
"""

import secrets
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Final

from penstock.channel.safe.protocol.events import Deliver
from penstock.errors import hides_frames
from penstock.service.viewer.errors import StateFolderError

__tracebackhide__ = hides_frames

ROOM: Final = 3 << 30
"""Bytes of plaintexts that are kept."""
_LEFT: Final = 0.9
"""Part of the room that is left when the oldest are dropped."""
_TABLE: Final = """
CREATE TABLE IF NOT EXISTS piece (
    movie BLOB NOT NULL, chunk INTEGER NOT NULL, channel BLOB NOT NULL, price INTEGER NOT NULL, key BLOB,
    PRIMARY KEY (movie, chunk)
) WITHOUT ROWID
"""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece that was bought, or is about to be.

    Attributes:
        movie: the movie's id.
        chunk: its index.
        channel: the id of the channel in which it was paid.
        price: satoshis.
        key: the key that opens it; None before it has come.
    """

    movie: bytes
    chunk: int
    channel: bytes
    price: int
    key: bytes | None


class Bought:
    """The bought pieces in a folder; several threads and processes may use it. To be closed.

    Args:
        folder: the folder; it is made if it is not there.
        room: bytes of plaintexts that are kept.

    Raises:
        StateFolderError: the file of the keys is damaged.
    """

    def __init__(self, folder: Path, room: int = ROOM) -> None:
        self._pieces = folder / "pieces"
        self._pieces.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._room = room
        self._lock = Lock()
        self._path = folder / "bought.db"
        self._path.touch(mode=0o600)
        try:
            self._rows = sqlite3.connect(self._path, check_same_thread=False, isolation_level=None, timeout=30)
            self._rows.execute("PRAGMA journal_mode = WAL")
            self._rows.execute("PRAGMA synchronous = FULL")
            self._rows.execute(_TABLE)
        except sqlite3.DatabaseError as error:
            raise StateFolderError(f"{self._path} cannot be used: {error}") from None
        self._size = sum(path.stat().st_size for path in self._pieces.glob("*/*.bin"))

    def close(self) -> None:
        """Close the file of the keys."""
        self._rows.close()

    def expect(self, movie: bytes, chunk: int, channel: bytes, price: int) -> None:
        """Note the price of a piece that is about to be paid; one whose key is here stays as it is."""
        row = (movie, chunk, channel, price)
        replaced = "DO UPDATE SET channel = excluded.channel, price = excluded.price WHERE key IS NULL"
        self._run(f"INSERT INTO piece VALUES (?, ?, ?, ?, NULL) ON CONFLICT (movie, chunk) {replaced}", row)  # noqa: S608 - a constant

    def take(self, channel: bytes, content: Deliver) -> None:
        """Keep a piece that was paid for; its key is on the disk when this returns. The sink of a driver."""
        row = (content.movie, content.chunk, channel, content.key)
        replaced = "DO UPDATE SET key = excluded.key"
        self._run(f"INSERT INTO piece VALUES (?, ?, ?, 0, ?) ON CONFLICT (movie, chunk) {replaced}", row)  # noqa: S608 - a constant
        self.keep(content.movie, content.chunk, content.plaintext)

    def piece(self, movie: bytes, chunk: int) -> Piece | None:
        """Return a piece; None if it was never about to be paid."""
        found = self._run("SELECT * FROM piece WHERE movie = ? AND chunk = ?", (movie, chunk))
        return Piece(*found[0]) if found else None

    def pieces(self, movie: bytes) -> list[Piece]:
        """Return the pieces of a movie whose keys are here, by their index."""
        found = self._run("SELECT * FROM piece WHERE movie = ? AND key IS NOT NULL ORDER BY chunk", (movie,))
        return [Piece(*row) for row in found]

    # Plaintexts -------------------------------------------------------------------------------------------------------

    def keep(self, movie: bytes, chunk: int, plaintext: bytes) -> None:
        """Keep a plaintext; if there is not enough room, the ones that were not read for longest are dropped.

        A disk that is full drops it: it can be opened again.
        """
        path = self._place(movie, chunk)
        draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        with self._lock, suppress(OSError):
            path.parent.mkdir(mode=0o700, exist_ok=True)
            try:
                draft.write_bytes(plaintext)
                draft.replace(path)
            finally:
                draft.unlink(missing_ok=True)
            self._size += len(plaintext)
            if self._size > self._room:
                self._drop()

    def plaintext(self, movie: bytes, chunk: int) -> bytes | None:
        """Return a plaintext, if it is kept. The caller checks its hash."""
        path = self._place(movie, chunk)
        try:
            data = path.read_bytes()
            path.touch()
        except OSError:
            return None
        return data

    def _drop(self) -> None:
        """Drop the plaintexts that were not read for longest."""
        found = [(path.stat(), path) for path in self._pieces.glob("*/*.bin")]
        self._size = sum(facts.st_size for facts, _ in found)
        for facts, path in sorted(found, key=lambda each: each[0].st_mtime_ns):
            if self._size <= self._room * _LEFT:
                break
            path.unlink(missing_ok=True)
            self._size -= facts.st_size

    def _place(self, movie: bytes, chunk: int) -> Path:
        return self._pieces / movie.hex() / f"{chunk:06}.bin"

    def _run(self, statement: str, values: Sequence[object]) -> list[tuple[bytes, int, bytes, int, bytes | None]]:
        with self._lock:
            try:
                return self._rows.execute(statement, values).fetchall()
            except sqlite3.Error as error:
                raise StateFolderError(f"{self._path} cannot be used: {error}") from None
