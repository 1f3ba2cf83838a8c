"""Packets of a film with their times: in the order of the file, and refused at the first sign of damage.

Matroska has no decoding times. FFmpeg finds them, but not for the first packets of a stream whose frames are reordered;
these get theirs here, a frame's time before the next.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final, TypeAlias

from av.packet import Packet
from av.stream import Stream

from penstock.service.errors import MediaError
from penstock.service.media.films import Film

FilmPacket: TypeAlias = "Packet[Stream]"
"""A packet; PyAV has its type for the checker alone."""
LONGEST: Final = 10
"""Seconds of a segment at most: so much is bought at once."""
_MISSING: Final = 1
"""Seconds that a stream may be shorter than its file says."""


@dataclass(slots=True)
class Track:
    """A stream while it is read.

    Attributes:
        stream: the stream.
        undated: packets from its start, without decoding times.
        last: the latest decoding time; None before one came.
        first: presentation time of the earliest packet; None before one came.
        end: the end of the latest packet.
        key_frame: presentation time of the latest key frame of video, or of the first packet.

    Times are numbers of the stream's time base.
    """

    stream: Stream
    undated: list[FilmPacket] = field(default_factory=list)
    last: int | None = None
    first: int | None = None
    end: int = 0
    key_frame: int = 0
    time_base: Fraction = field(init=False)
    most: int = field(init=False)

    def __post_init__(self) -> None:
        self.time_base = self.stream.time_base or Fraction(1)
        self.most = int(LONGEST / self.time_base)


def packets_of(film: Film) -> Iterator[FilmPacket]:
    """Yield the packets of a film, each with its times.

    Raises:
        MediaError: the film is truncated or damaged, or its key frames are too far apart.
    """
    tracks = {stream.index: Track(stream) for stream in film.streams}
    for packet in film.container.demux(*film.streams):
        if not packet.size:  # the end of a stream
            continue
        if packet.is_corrupt:
            raise MediaError(f"{film.path}: damaged: FFmpeg marks a packet as corrupt")
        track = tracks[packet.stream.index]
        _measure(film, track, packet)
        yield from _dated(film, track, packet)
    for track in tracks.values():
        if track.undated:
            raise MediaError(f"{film.path}: damaged: the {track.stream.type} has no times")
    _demand_whole(film, tracks)


def _measure(film: Film, track: Track, packet: FilmPacket) -> None:
    """Take the times of a packet, and check the distance of key frames."""
    if packet.pts is None:
        raise MediaError(f"{film.path}: damaged: a packet of the {track.stream.type} has no time")
    start = packet.pts
    if track.first is None:
        track.first = track.key_frame = start
    track.first = min(track.first, start)
    track.end = max(track.end, start + (packet.duration or 0))
    if track.stream.type != "video":
        return
    if packet.is_keyframe:
        track.key_frame = start
    if start - track.key_frame > track.most:
        after = float((track.key_frame - track.first) * track.time_base)
        raise MediaError(
            f"{film.path}: no key frame in the {LONGEST} seconds after {after:.2f} s, so that no "
            f'segment can start there: ffmpeg -i {film.path.name} -force_key_frames "expr:gte(t,n_forced*2)" new.mp4'
        )


def _dated(film: Film, track: Track, packet: FilmPacket) -> Iterator[FilmPacket]:
    """Yield a packet, after those that waited for its decoding time."""
    if packet.dts is None:
        if track.last is not None:
            raise MediaError(f"{film.path}: damaged: a packet of the {track.stream.type} has no decoding time")
        track.undated.append(packet)
        return
    step = packet.duration or 1
    waiting, track.undated = track.undated, []
    for number, each in enumerate(waiting):
        each.dts = packet.dts - (len(waiting) - number) * step
        yield each
    track.last = packet.dts
    yield packet


def _demand_whole(film: Film, tracks: dict[int, Track]) -> None:
    """Check that the film is as long as its file says."""
    for track in tracks.values():
        if track.first is None:
            raise MediaError(f"{film.path}: the {track.stream.type} is empty")
        stated, found = _stated(film, track.stream), (track.end - track.first) * track.time_base
        if stated is not None and stated - found > _MISSING:
            raise MediaError(
                f"{film.path}: truncated: the file says {float(stated):.2f} s of {track.stream.type}, and has "
                f"{float(found):.2f} s"
            )


def _stated(film: Film, stream: Stream) -> Fraction | None:
    """Return the seconds of a stream as the file has them; None if it does not say."""
    if stream.duration is not None and stream.time_base is not None:
        return stream.duration * stream.time_base
    hours, _, rest = stream.metadata.get("DURATION", "").partition(":")
    minutes, _, seconds = rest.partition(":")
    try:
        return Fraction(hours) * 3600 + Fraction(minutes) * 60 + Fraction(seconds)
    except ValueError:
        duration = film.container.duration
        return (
            None if duration is None or len(film.container.streams) > len(film.streams) else Fraction(duration, 10**6)
        )
