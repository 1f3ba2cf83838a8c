"""Output: a title as one file, piece after piece. After a crash what is there is compared, and not bought again."""

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from penstock.errors import hides_frames
from penstock.script.hashes import sha256
from penstock.service.viewer.buyer import Buyer
from penstock.service.viewer.errors import ViewerError

__tracebackhide__ = hides_frames

SUFFIX: Final = ".part"
"""Ending of the file while it is not whole."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an output is.

    Attributes:
        index: the piece that is written.
        size: its bytes.
        price: the satoshis that it has cost; None for one that was in the file already.
    """

    index: int
    size: int
    price: int | None


async def written(buyer: Buyer, quality: int, path: Path, told: Callable[[Progress], None]) -> int:
    """Write a quality to a file, and return its bytes. It has its name once it is whole.

    Args:
        buyer: the buyer.
        quality: the number of the quality.
        path: the file; not one that is there.
        told: called after each piece.

    Raises:
        ViewerError: the file is there already, or a piece cannot be bought.
        OSError: the file cannot be written.
    """
    row = buyer.qualities[quality]
    with _opened(path) as file:
        init = await asyncio.to_thread(row.init)
        if not await asyncio.to_thread(_has, file, 0, init):
            await asyncio.to_thread(_put, file, 0, init)
        place = len(init)
        for index, leaf in enumerate(row.leaves):
            price: int | None = None
            if not await asyncio.to_thread(_is, file, place, leaf.length, leaf.plaintext):
                data = await buyer.segment(quality, index)
                await asyncio.to_thread(_put, file, place, data)
                price = buyer.cost(quality, index)
            place += leaf.length
            told(Progress(index, leaf.length, price))
        file.truncate(place)
        file.flush()
        os.fsync(file.fileno())
    _part(path).replace(path)
    return place


def _part(path: Path) -> Path:
    return path.with_name(path.name + SUFFIX)


def _opened(path: Path) -> BinaryIO:
    """Open the part of a file that is not whole."""
    if path.exists():
        raise ViewerError(f"{path} is there already", "choose another --output: no file is written over")
    path.parent.mkdir(parents=True, exist_ok=True)
    part = _part(path)
    return part.open("r+b" if part.exists() else "w+b")


def _has(file: BinaryIO, place: int, data: bytes) -> bool:
    return _is(file, place, len(data), sha256(data))


def _is(file: BinaryIO, place: int, size: int, digest: bytes) -> bool:
    """Return whether a part of the file has a hash."""
    file.seek(place)
    found = file.read(size)
    return len(found) == size and sha256(found) == digest


def _put(file: BinaryIO, place: int, data: bytes) -> None:
    file.seek(place)
    file.write(data)
