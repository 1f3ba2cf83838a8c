"""Folder of a title while it is written: marked as unfinished first, the signed title last.

A process that is killed leaves a folder with the mark and without a title. No reader takes it, and the next run clears
it. An error leaves nothing.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from penstock.service.catalogue.layout import TITLE
from penstock.service.catalogue.title import MOST_QUALITIES
from penstock.service.errors import MediaError
from penstock.service.seed.seed_file import write_whole

_UNFINISHED: Final = "unfinished"
"""The mark: a file of this name."""
_PUBLIC: Final = 0o644


@dataclass(frozen=True, slots=True)
class Draft:
    """A folder of a title that is written.

    Attributes:
        path: the folder.
    """

    path: Path

    def write(self, name: str, content: bytes) -> None:
        """Write a file; `finish` forces it to the disk.

        Raises:
            OSError: it cannot be written; the error names it.
        """
        path = self.path / name
        with _naming(path):
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)

    def finish(self, title: bytes) -> None:
        """Force all files to the disk, write the signed title, whole or not at all, and take the mark away.

        The files are forced at the end, when most of them are on the disk already: one by one takes far longer.
        """
        for folder in _qualities(self.path):
            for path in folder.iterdir():
                _force_file(path)
            _force(folder)
        path = self.path / TITLE
        with _naming(path):
            write_whole(path, title)
            path.chmod(_PUBLIC)
        (self.path / _UNFINISHED).unlink()


@contextmanager
def drafted(path: Path) -> Iterator[Draft]:
    """Make the folder of a title, or clear one of an unfinished run; an error leaves nothing of it.

    Raises:
        MediaError: the folder has other files, or a title.
        OSError: it cannot be made.
    """
    is_new = not path.exists()
    path.mkdir(parents=True, exist_ok=True)
    if (path / TITLE).exists():
        raise MediaError(f"{path}: a title is there already: it is not written over")
    mark = path / _UNFINISHED
    if mark.exists():
        _clear(path)
    elif any(path.iterdir()):
        raise MediaError(f"{path}: the folder has other files: name a new one, or one that is empty")
    try:
        with _naming(mark):
            mark.touch()
        yield Draft(path)
    except BaseException:
        _clear(path)
        mark.unlink(missing_ok=True)
        if is_new:
            path.rmdir()
        raise


def _clear(path: Path) -> None:
    """Remove the qualities of an unfinished title, and drafts of its record."""
    for folder in _qualities(path):
        shutil.rmtree(folder)
    for draft in path.glob(f".{TITLE}.*"):
        draft.unlink()


def _qualities(path: Path) -> list[Path]:
    return [folder for number in range(MOST_QUALITIES) if (folder := path / str(number)).is_dir()]


def _force_file(path: Path) -> None:
    with _naming(path), path.open("rb+") as file:
        os.fsync(file.fileno())


def _force(folder: Path) -> None:
    """Force the names of a folder's files to the disk."""
    if hasattr(os, "O_DIRECTORY"):  # Windows cannot open folders
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Add the file's name to an error in the middle of writing."""
    try:
        yield
    except OSError as error:
        error.filename = error.filename or str(path)
        raise
