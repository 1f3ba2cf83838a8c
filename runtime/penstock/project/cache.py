"""Cache of compiled contracts: files in a folder of the user.

In: a request, and its imports. Out: the result of compiling, from a file if one is there and still right.

The folder is not inside the project: an entry that came with a stranger's checkout could be another script than the
sources say. A folder that cannot be written, and a full disk, leave everything right and slower.
"""

import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from penstock.errors import hides_frames
from penstock.project.entries import RecordedLoad, decode_entry, encode_entry, entry_key
from penstock.project.fingerprint import compiler_fingerprint
from penstock.project.requests import Compiled, Request, compile_request
from penstock.records import Record, replace
from penstockc.reading import Load

__tracebackhide__ = hides_frames

OFF: Final = "PENSTOCK_NO_CACHE"
"""Environment variable: any text turns the cache off."""
FOLDER: Final = "PENSTOCK_CACHE_DIR"
"""Environment variable: the folder of the cache."""
_NAME: Final = "compiled"
_PREFIX: Final = "entry-"
_MOST: Final = 1000
_LEFT: Final = 800
"""Entries in the folder: with more than `_MOST`, the oldest are deleted until `_LEFT` are left."""


class Cache(Record, frozen=True):
    """A cache.

    Attributes:
        folder: the folder of its entries; made when the first is written.
    """

    folder: Path

    def compile(self, request: Request, load: Load) -> Compiled:
        """Return the stored result of a request, or compile it and store the result; exceptions as `compile_source`."""
        fingerprint, target = compiler_fingerprint(), request.named_target
        if fingerprint is None or target is None:
            return compile_request(request, load)
        key = entry_key(replace(request, target=target), fingerprint)
        file = self.folder / f"{_PREFIX}{key}"
        raw = _read(file)
        found = raw and decode_entry(raw, key, load)
        if found:
            return found
        recorded = RecordedLoad(load)
        compiled = compile_request(request, recorded)
        _write(file, encode_entry(key, recorded.loaded, compiled))
        return compiled


def default_cache(environment: Mapping[str, str] = os.environ) -> Cache | None:
    """Return the cache of the user: in `PENSTOCK_CACHE_DIR`, else where the system keeps caches.

    None if `PENSTOCK_NO_CACHE` is set, or if the user has no home.
    """
    if environment.get(OFF):
        return None
    if folder := environment.get(FOLDER):
        return Cache(Path(folder).absolute() / _NAME)
    from platformdirs import user_cache_path  # noqa: PLC0415 - not needed by the above

    try:
        place = user_cache_path("penstock", appauthor=False)
    except RuntimeError:
        return None
    return Cache(place / _NAME) if place.is_absolute() else None  # older versions of it return `~` as it is


def _read(file: Path) -> bytes | None:
    """Return the contents of a file; None if there is none, or if it cannot be read."""
    try:
        return file.read_bytes() if file.is_file() else None
    except OSError:
        return None


def _write(file: Path, content: bytes) -> None:
    """Write a file at once, so that no other process reads a part of it; nothing happens if it cannot be written."""
    with suppress(OSError):
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=_PREFIX, dir=file.parent)
        try:
            with os.fdopen(handle, "wb") as temporary:
                temporary.write(content)
            Path(name).replace(file)
        except OSError:
            with suppress(OSError):
                Path(name).unlink()
            raise
        _shorten(file.parent)


def _shorten(folder: Path) -> None:
    """Delete the oldest entries of the folder if there are too many, and files of processes that were killed."""
    files = [entry for entry in os.scandir(folder) if entry.name.startswith(_PREFIX)]
    if len(files) <= _MOST:
        return
    files.sort(key=lambda entry: entry.stat(follow_symlinks=False).st_mtime)
    for entry in files[: len(files) - _LEFT]:
        with suppress(OSError):
            Path(entry.path).unlink()
