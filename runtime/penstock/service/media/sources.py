"""Sources of chunks: a film cut at its key frames, or a file cut by size. Each can be cut again, to the same chunks."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from penstock.channel.sealed.leaf import MAX_CHUNK
from penstock.service.errors import MediaError


@dataclass(frozen=True, slots=True)
class FilmFacts:
    """Facts of a film that was cut.

    Attributes:
        init: the initialization segment.
        codecs: those of RFC 6381.
        width: pixels; 0 without video.
        height: pixels; 0 without video.
        durations: milliseconds of each segment.
        warnings: sentences on what a viewer may miss.
    """

    init: bytes
    codecs: str
    width: int
    height: int
    durations: tuple[int, ...]
    warnings: tuple[str, ...]


class Source(Protocol):
    """A file that is cut into chunks."""

    @property
    def path(self) -> Path:
        """The file."""

    def chunks(self) -> Iterator[bytes]:
        """Yield the chunks, in order, with few of them in memory.

        Raises:
            MediaError: the file cannot be prepared.
        """

    def facts(self) -> FilmFacts | None:
        """Return the facts of a film, after its last chunk; None of a file."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """A file that is cut by size.

    Attributes:
        path: the file.
        size: bytes of every chunk except the last.
    """

    path: Path
    size: int

    def chunks(self) -> Iterator[bytes]:
        """Yield the chunks, as `Source.chunks`."""
        if not 1 <= self.size <= MAX_CHUNK:
            raise MediaError(f"a chunk has 1 to {MAX_CHUNK:,} bytes, not {self.size:,}")
        with self.path.open("rb") as file:
            if not file.seekable():
                raise MediaError(f"{self.path}: a pipe can be read only once: save its output to a file")
            while chunk := file.read(self.size):
                yield chunk

    def facts(self) -> None:
        """Return None: it is not a film."""
