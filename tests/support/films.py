"""Small films for tests, made by the example with PyAV, each once for a run; and titles prepared of them."""

import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Final

import av
from av.container.output import OutputContainer
from av.stream import Stream
from examples.make_film import Recipe, make

from penstock.service.media.cutting import FilmSource
from penstock.service.media.preparing import Maker, Prepared, prepare
from penstock.service.media.sealing import Workers
from penstock.service.media.sources import Source
from penstock.testing import key

MAKER: Final = Maker(key("publisher").private, bytes(range(32)))
SMALL: Final = Recipe(seconds=5, size="64x48", rate=10, key_frames=10)
"""Five seconds, a key frame in each."""
COMMITTED: Final = Path(__file__).parents[2] / "examples" / "media" / "film.mp4"


@cache
def _made(suffix: str, recipe: str) -> bytes:
    """The content of a film, from its recipe in writing."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"film{suffix}"
        make(path, eval(recipe, {"Recipe": Recipe}))
        return path.read_bytes()


def words_alone(path: Path) -> Path:
    """Write a file that has subtitles and nothing else."""
    with av.open(str(path), "w") as output:
        output.mux(words(output))
    return path


def words(output: OutputContainer) -> "av.Packet[Stream]":
    """Add a stream of subtitles to a file, and return a packet of it."""
    stream = output.add_mux_stream("subrip")
    packet = av.Packet(b"words")
    packet.pts, packet.dts, packet.duration, packet.time_base = 0, 0, 1_000, Fraction(1, 1_000)
    packet.stream = stream
    return packet


def film(path: Path, **changes: object) -> Path:
    """Write a small film that differs from the usual one in some fields of its recipe."""
    path.write_bytes(_made(path.suffix, repr(replace(SMALL, **changes))))  # type: ignore[arg-type] # by name
    return path


def segments(path: Path, seconds: int = 1) -> list[bytes]:
    """The initialization segment and the segments that a film is cut into."""
    source = FilmSource(path, seconds)
    found = list(source.chunks())
    facts = source.facts()
    assert facts is not None
    return [facts.init, *found]


def packets(path: Path) -> Iterator[tuple[str, bytes]]:
    """The kind of stream and the content of each packet of a file."""
    with av.open(str(path)) as container:
        for packet in container.demux():
            if packet.size:
                yield packet.stream.type, bytes(packet)


def prepared(output: Path, *sources: Source, maker: Maker = MAKER) -> Prepared:
    """Prepare a title in this process."""
    with ThreadPoolExecutor(1) as executor:
        return prepare(sources, output, maker, Workers(executor, 2))


def files_of(folder: Path) -> dict[str, bytes]:
    """All files below a folder by their names."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
