"""Makes examples/media/film.mp4: FFmpeg's test picture with a tone, 24 seconds that are cut into twelve segments.

It needs the extra `media`, whose wheel has the encoders. The same version of it makes the same bytes.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container.output import OutputContainer
from av.stream import Stream
from av.video.frame import PictureType
from av.video.stream import VideoStream

HOME = Path(__file__).resolve().parent / "media" / "film.mp4"
SAMPLES = 48_000


@dataclass(frozen=True)
class Recipe:
    """How a film is made; a codec that is empty leaves its stream out."""

    seconds: float = 24
    size: str = "256x144"
    rate: int = 25
    key_frames: int = 50  # frames from one to the next
    video: str = "libx264"
    audio: str = "aac"
    bits: int = 40_000
    sound_seconds: float | None = None  # as long as the picture
    options: dict[str, str] = field(default_factory=dict)  # of the video encoder


def make(path: Path, recipe: Recipe) -> None:
    """Write a film; the suffix of its name says in which container."""
    options = {"movflags": "+faststart"} if path.suffix == ".mp4" else {}
    with av.open(str(path), "w", options={"fflags": "+bitexact", **options}) as output:
        picture = _video(output, recipe) if recipe.video else None
        sound = _audio(output, recipe) if recipe.audio else None
        packets = [*(_pictures(picture, recipe) if picture else ()), *(_tone(sound, recipe) if sound else ())]
        for packet in sorted(packets, key=_time):
            output.mux(packet)


def _video(output: OutputContainer, recipe: Recipe) -> VideoStream:
    gop = str(recipe.key_frames)
    x264 = {"profile": "main", "keyint_min": gop, "sc_threshold": "0", "flags": "+cgop+bitexact", "threads": "1"}
    options = {"g": gop} | (x264 if recipe.video == "libx264" else {}) | recipe.options
    stream = output.add_stream(recipe.video, rate=recipe.rate, options=options)
    assert isinstance(stream, VideoStream)
    stream.width, stream.height = map(int, recipe.size.split("x"))
    stream.pix_fmt = "yuv420p"
    stream.bit_rate = recipe.bits
    return stream


def _audio(output: OutputContainer, recipe: Recipe) -> AudioStream:
    stream = output.add_stream(recipe.audio, rate=SAMPLES, options={"flags": "+bitexact", "threads": "1"})
    assert isinstance(stream, AudioStream)
    stream.layout = "mono"
    stream.bit_rate = 24_000
    return stream


def _pictures(stream: VideoStream, recipe: Recipe) -> "Iterator[av.Packet[Stream]]":
    source = f"testsrc2=size={recipe.size}:rate={recipe.rate}:duration={recipe.seconds}"
    with av.open(source, format="lavfi") as pictures:
        for number, decoded in enumerate(pictures.decode(video=0)):
            frame = decoded.reformat(format="yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, recipe.rate)
            frame.pict_type = PictureType.NONE  # the encoder chooses
            yield from stream.encode(frame)
    yield from stream.encode(None)


def _tone(stream: AudioStream, recipe: Recipe) -> "Iterator[av.Packet[Stream]]":
    seconds = recipe.seconds if recipe.sound_seconds is None else recipe.sound_seconds
    source = f"sine=frequency=330:sample_rate={SAMPLES}:duration={seconds}"
    resampler = AudioResampler(stream.format.name, "mono", SAMPLES)
    with av.open(source, format="lavfi") as tone:
        for decoded in tone.decode(audio=0):
            for frame in resampler.resample(decoded):
                yield from stream.encode(frame)
    yield from stream.encode(None)


def _time(packet: "av.Packet[Stream]") -> tuple[Fraction, int]:
    return (packet.dts or 0) * packet.time_base, packet.stream.index


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else HOME
    make(target, Recipe())
    print(f"{target}: {target.stat().st_size:,} bytes, PyAV {av.__version__}")
