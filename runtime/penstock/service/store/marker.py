"""Marker: a small file beside an SQLite database, by which an older copy of the database is told from the newest.

The marker has the store's id and the number of its commits, written after each of them. A database with fewer commits
than its marker is older than what has left already: it was restored, or the disk has lost a commit. A database that is
elsewhere, without its marker, is a copy.
"""

import os
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import Final

from penstock.script.hashes import tagged_hash

_INSTANCE: Final = 16
_NUMBER: Final = 8
_CHECK: Final = 8


@dataclass(frozen=True, slots=True)
class Mark:
    """The content of a marker: the store's id, 16 bytes, and the number of its commits."""

    instance: bytes
    commits: int

    def to_bytes(self) -> bytes:
        """Return it as 32 bytes."""
        content = self.instance + self.commits.to_bytes(_NUMBER, "big")
        return content + tagged_hash("penstock/marker/1", content)[:_CHECK]

    def fault(self, found: "Mark | None") -> str | None:
        """Return why a database with this mark is not the newest, by the marker that was found beside it; else None."""
        if found is None:
            return "its marker is missing or damaged, as beside a copy"
        if found.instance != self.instance:
            return "its marker is that of another store"
        if found.commits > self.commits:
            return f"it has {self.commits:,} commits, and its marker {found.commits:,}: it is an older copy"
        return None


def marker_of(database: Path) -> Path:
    """Return the path of the marker of a database."""
    return database.with_name(database.name + "-marker")


class Marker:
    """The marker of an open database."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: FileIO | None = None

    @property
    def exists(self) -> bool:
        """Whether there is such a file, damaged or not."""
        return self._path.exists()

    def read(self) -> Mark | None:
        """Return the mark; None if the file is missing or damaged."""
        try:
            data = self._path.read_bytes()
        except OSError:
            return None
        instance, number = data[:_INSTANCE], data[_INSTANCE : _INSTANCE + _NUMBER]
        mark = Mark(instance, int.from_bytes(number, "big"))
        return mark if mark.to_bytes() == data else None

    def write(self, mark: Mark) -> None:
        """Write the mark in place: it reaches the system at once, and the disk later.

        Raises:
            OSError: the file cannot be written.
        """
        is_first = self._file is None
        if self._file is None:
            self._file = FileIO(os.open(self._path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600), "r+")
        self._file.seek(0)
        self._file.write(mark.to_bytes())
        if is_first:
            os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None
