"""Journal of a trial chain: its operations in their order, one line of JSON each, on disk before they are answered."""

import json
import os
from collections.abc import Mapping
from io import FileIO
from pathlib import Path
from typing import Any, Final, Self, TypeAlias

from filelock import FileLock, Timeout

from penstock.errors import hides_frames
from penstock.service.errors import TrialError

__tracebackhide__ = hides_frames

Record: TypeAlias = Mapping[str, Any]
_LOCK: Final = ".lock"


class Journal:
    """A journal that this process alone has open; to be closed.

    A last line that is not whole was never answered: it is dropped when the journal is opened.

    Args:
        path: the file; it is made if it is not there.

    Raises:
        TrialError: another process has it open, a line is damaged, or there is no such folder.
        OSError: the file cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        if not path.parent.is_dir():
            raise TrialError(f"{path}: there is no such folder")
        self.path = path
        self._lock = FileLock(path.with_name(path.name + _LOCK))
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            raise TrialError(
                f"{path}: another process has this trial chain open; end it, or name another file"
            ) from None
        try:
            self._file: FileIO = path.open("a+b", buffering=0)
        except BaseException:
            self._lock.release()
            raise
        try:
            self.records: list[Record] = self._read()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file, for other processes to open it."""
        self._file.close()
        self._lock.release()

    def append(self, record: Record) -> None:
        """Write an operation; it is on disk when this returns.

        Raises:
            OSError: it is not: the chain has to be opened anew.
        """
        line = json.dumps(record, separators=(",", ":")).encode() + b"\n"
        if self._file.write(line) != len(line):
            raise OSError(f"{self.path}: the disk is full")
        os.fsync(self._file.fileno())

    def _read(self) -> list[Record]:
        self._file.seek(0)
        content = self._file.readall()
        whole = content.rfind(b"\n") + 1
        if whole < len(content):
            self._file.truncate(whole)
            os.fsync(self._file.fileno())
        lines = content[:whole].splitlines()
        return [self._record(number, line) for number, line in enumerate(lines, 1)]

    def _record(self, number: int, line: bytes) -> Record:
        try:
            found = json.loads(line)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise TrialError(f"{self.path}: line {number:,} is damaged; remove the file to begin another chain")
        return found
