"""Places where a prepared title lies: a folder of this machine, or any that fsspec opens (s3, http, memory, zip, …)."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import fsspec

from penstock.service.errors import CatalogueError


class Place(Protocol):
    """A place with files that have names."""

    def read(self, name: str, most: int) -> bytes:
        """Return the content of a file.

        Args:
            name: its name, with slashes.
            most: bytes that it may have at most.

        Raises:
            CatalogueError: it is missing, larger, or cannot be read.
        """


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of this machine."""

    path: Path

    def read(self, name: str, most: int) -> bytes:
        """Return the content of a file, as `Place.read`."""
        path = self.path / name
        try:
            with path.open("rb") as file:
                return _checked(str(path), file.read(most + 1), most)
        except OSError as error:
            raise CatalogueError(f"{path}: {error.strerror or error}") from None


@dataclass(frozen=True, slots=True)
class RemoteFolder:
    """A folder of a file system of fsspec."""

    system: Any
    path: str

    def read(self, name: str, most: int) -> bytes:
        """Return the content of a file, as `Place.read`."""
        path = f"{self.path.rstrip('/')}/{name}"
        try:
            with self.system.open(path, "rb") as file:
                return _checked(path, file.read(most + 1), most)
        except OSError as error:
            raise CatalogueError(f"{path}: {error.strerror or type(error).__name__}") from None


def place_of(where: str | Path) -> Place:
    """Return the place with this path or URL.

    Raises:
        CatalogueError: fsspec does not know this kind of URL, or lacks a package for it.
    """
    if isinstance(where, Path) or "://" not in where:
        return Folder(Path(where))
    try:
        system, path = fsspec.url_to_fs(where)
    except (ValueError, ImportError) as error:
        raise CatalogueError(f"{where}: {error}") from None
    return RemoteFolder(system, path)


def _checked(path: str, data: bytes, most: int) -> bytes:
    if len(data) > most:
        raise CatalogueError(f"{path}: larger than {most:,} bytes")
    return data
