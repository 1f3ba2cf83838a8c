"""Film: opened with PyAV, its streams chosen, and refused with a reason if no browser plays it.

One video and one audio stream are taken, the first of each. The codecs are those that Chromium and Firefox play by
Media Source Extensions.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import av
import av.error
from av.audio.stream import AudioStream
from av.container.input import InputContainer
from av.stream import Disposition, Stream
from av.video.stream import VideoStream

from penstock.service.errors import MediaError

_CONTAINERS: Final = ("mp4", "matroska")
_VIDEO: Final[Mapping[str, str]] = {"h264": "H.264", "av1": "AV1", "vp9": "VP9"}
_AUDIO: Final[Mapping[str, str]] = {"aac": "AAC", "opus": "Opus", "flac": "FLAC"}
CODECS: Final = ("avc1.", "av01.", "vp09.", "mp4a.40.2", "mp4a.40.5", "opus", "flac", "fLaC")
"""Starts of the codecs that browsers play, in the spelling of RFC 6381."""
_BY_SIZE: Final = "to sell a file as it is, cut it by size: --chunk-size 64k"


@dataclass(frozen=True, slots=True)
class Film:
    """An opened film.

    Attributes:
        path: its file.
        container: PyAV's container.
        video: the video stream that is taken; None without one.
        audio: the audio stream that is taken; None without one.
        warnings: sentences on streams that are left out.
    """

    path: Path
    container: InputContainer
    video: VideoStream | None
    audio: AudioStream | None
    warnings: tuple[str, ...]

    @property
    def streams(self) -> tuple[Stream, ...]:
        """The streams that are taken."""
        return tuple(stream for stream in (self.video, self.audio) if stream is not None)


@contextmanager
def opened(path: Path) -> Iterator[Film]:
    """Open a film and choose its streams; errors of FFmpeg become ours.

    Raises:
        MediaError: it is not a film, has no stream to take, or one that no browser plays.
        OSError: the file cannot be read.
    """
    if path.is_file() and not path.stat().st_size:
        raise MediaError(f"{path}: the file is empty")
    with path.open("rb"), _explained(path), av.open(str(path)) as container:
        if not set(_CONTAINERS) & set(container.format.name.split(",")):
            raise MediaError(f"{path}: a film is mp4 or mkv, not {container.format.name}; {_BY_SIZE}")
        yield _chosen(path, container)


def _chosen(path: Path, container: InputContainer) -> Film:
    videos = [each for each in container.streams.video if not each.disposition & Disposition.attached_pic]
    audios = list(container.streams.audio)
    if not videos and not audios:
        raise MediaError(f"{path}: neither video nor audio is in it; {_BY_SIZE}")
    _demand(path, videos[:1], _VIDEO, "-c:v libx264 -c:a copy")
    _demand(path, audios[:1], _AUDIO, "-c:v copy -c:a aac")
    warnings = [
        f"{path}: {len(streams)} {kind} streams: the first is taken"
        for kind, streams in (("video", videos), ("audio", audios))
        if len(streams) > 1
    ]
    if left := sorted({each.type for each in container.streams if each.type not in {"video", "audio"}}):
        warnings.append(f"{path}: left out: {', '.join(left)}")
    video, audio = next(iter(videos), None), next(iter(audios), None)
    return Film(path, container, video, audio, tuple(warnings))


def _demand(path: Path, streams: list[VideoStream] | list[AudioStream], known: Mapping[str, str], how: str) -> None:
    """Check that browsers play a stream."""
    for stream in streams:
        codec = stream.codec_context.codec.canonical_name
        if codec not in known:
            choice = ", ".join(known.values())
            raise MediaError(
                f"{path}: the {stream.type} is {codec}, which browsers do not play ({choice} are played): "
                f"ffmpeg -i {path.name} {how} new.mp4"
            )


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turn errors of FFmpeg into ours; those of the system keep their kind."""
    try:
        yield
    except av.error.FFmpegError as error:
        raise MediaError(f"{path}: not a film, or damaged: {error.strerror}; {_BY_SIZE}") from None
