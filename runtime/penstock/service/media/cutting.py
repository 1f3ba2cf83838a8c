"""Cutting of a film into segments of HLS (RFC 8216), fragmented mp4, by FFmpeg's muxer and without encoding it again.

In: a film. Out: its segments one after the other, each in memory alone; then the initialization segment, the durations,
and the codecs, which the muxer writes into its playlists. Nothing is written to the disk.
"""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Final

import av
from av.container.output import OutputContainer

from penstock.channel.sealed.leaf import MAX_CHUNK
from penstock.service.errors import MediaError
from penstock.service.media.films import CODECS, Film, opened
from penstock.service.media.packets import LONGEST, packets_of
from penstock.service.media.sources import FilmFacts

_SCHEME: Final = "segments://"
_INIT, _PLAYLIST, _MASTER = "init.mp4", "index.m3u8", "master.m3u8"
_SHORTEST: Final = Fraction(1, 2)
"""Seconds of a last segment that stands by itself."""
_MILLISECONDS: Final = 1_000


@dataclass(slots=True)
class _File:
    """A file that the muxer writes, in memory."""

    name: str
    files: "_Files"
    parts: list[bytes] = field(default_factory=list)
    size: int = 0

    def write(self, data: bytes) -> int:
        self.parts.append(bytes(data))
        self.size += len(data)
        if self.size > MAX_CHUNK:
            raise MediaError(f"a segment is larger than {MAX_CHUNK:,} bytes")
        return len(data)

    def close(self) -> None:
        content = b"".join(self.parts)
        if self.name in {_INIT, _PLAYLIST, _MASTER}:
            self.files.small[self.name] = content
        else:
            self.files.segments.append(content)


@dataclass(slots=True)
class _Files:
    """Files that the muxer has closed: segments that were not taken yet, and the small ones."""

    segments: deque[bytes] = field(default_factory=deque)
    small: dict[str, bytes] = field(default_factory=dict)

    def open(self, url: str, _flags: int, _options: dict[str, str]) -> _File:
        return _File(url.rpartition("/")[2], self)

    def taken(self) -> Iterator[bytes]:
        while self.segments:
            yield self.segments.popleft()


@dataclass(slots=True)
class FilmSource:
    """A film that is cut at its key frames; a `Source`.

    Attributes:
        path: its file.
        seconds: a segment ends at the first key frame after so many seconds.
    """

    path: Path
    seconds: int
    _facts: FilmFacts | None = field(default=None, init=False)

    def chunks(self) -> Iterator[bytes]:
        """Yield the segments; the last is joined to the one before if it is shorter than half a second.

        Raises:
            MediaError: the film cannot be prepared.
            OSError: it cannot be read.
        """
        files, count = _Files(), 0
        held: deque[bytes] = deque()
        with opened(self.path) as film:
            for count, segment in enumerate(self._segments(film, files), 1):  # noqa: B007 - used after the loop
                held.append(segment)
                if len(held) > 2:
                    yield held.popleft()
            size = (film.video.width, film.video.height) if film.video else (0, 0)
            warnings = film.warnings
        times = _times(files.small.get(_PLAYLIST, b""))
        if not count or len(times) != count + 1:
            raise MediaError(f"{self.path}: FFmpeg has cut nothing of it")
        if len(held) == 2 and times[-1] - times[-2] < _SHORTEST:
            held = deque([b"".join(held)])
            del times[-2]
        yield from held
        codecs = _codecs(self.path, files.small.get(_MASTER, b""))
        durations = _durations(self.path, times)
        if len(durations) == 1:
            warnings += (f"{self.path}: one key frame at which to cut: the film is sold as one chunk",)
        self._facts = FilmFacts(files.small[_INIT], codecs, *size, durations, warnings)

    def facts(self) -> FilmFacts | None:
        """Return the facts of the film, after its last chunk."""
        return self._facts

    def _segments(self, film: Film, files: _Files) -> Iterator[bytes]:
        """Yield the segments as the muxer closes them."""
        with av.open(_SCHEME + _PLAYLIST, "w", format="hls", io_open=files.open, options=self._options()) as output:
            assert isinstance(output, OutputContainer), "as its mode says"
            outputs = {each.index: output.add_stream_from_template(each, opaque=True) for each in film.streams}
            for packet in packets_of(film):
                packet.stream = outputs[packet.stream.index]
                output.mux(packet)
                yield from files.taken()
        yield from files.taken()

    def _options(self) -> dict[str, str]:
        return {
            "hls_segment_type": "fmp4",
            "hls_time": str(self.seconds),
            "hls_playlist_type": "vod",
            "hls_flags": "independent_segments",
            "hls_segment_filename": f"{_SCHEME}%05d.m4s",
            "hls_fmp4_init_filename": _INIT,
            "master_pl_name": _MASTER,
            "fflags": "+bitexact",
        }


def _times(playlist: bytes) -> list[Fraction]:
    """Return the times at which segments start and the last one ends, in seconds from the start of the film."""
    times = [Fraction(0)]
    for found in re.findall(rb"#EXTINF:([0-9.]+)", playlist):
        times.append(times[-1] + Fraction(found.decode()))
    return times


def _durations(path: Path, times: list[Fraction]) -> tuple[int, ...]:
    """Return the duration of each segment in milliseconds; their sums are exact to one.

    Raises:
        MediaError: one is longer than a segment may be.
    """
    marks = [round(time * _MILLISECONDS) for time in times]
    durations = tuple(max(end - start, 1) for start, end in pairwise(marks))
    for start, duration in zip(marks, durations, strict=False):
        if duration > LONGEST * _MILLISECONDS:
            raise MediaError(
                f"{path}: the segment at {start / _MILLISECONDS:.2f} s would have {duration / _MILLISECONDS:.2f} s, "
                f"more than {LONGEST}: its key frames are too far apart"
            )
    return durations


def _codecs(path: Path, master: bytes) -> str:
    """Return the codecs of a film, as the muxer names them (RFC 6381).

    Raises:
        MediaError: it does not name them, or one that browsers do not play.
    """
    found = re.search(rb'CODECS="([^"]+)"', master)
    names = found[1].decode("ascii", "replace") if found else ""
    for name in names.split(","):
        if not any(name == known or (known.endswith(".") and name.startswith(known)) for known in CODECS):
            raise MediaError(f"{path}: browsers do not play its codec: {name or 'it has no name'}")
    return names
