"""Films are cut without loss: the segments have the packets of the source; and joined they are a film again."""

import hashlib
from collections import defaultdict
from pathlib import Path

import av
import pytest

from penstock.service.errors import MediaError
from penstock.service.media import cutting, films
from penstock.service.media.cutting import FilmSource
from penstock.service.media.sources import FilmFacts
from tests.support.films import COMMITTED, film, packets, segments, words, words_alone


def facts_of(path: Path, seconds: int = 1) -> FilmFacts:
    source = FilmSource(path, seconds)
    assert list(source.chunks())
    facts = source.facts()
    assert facts is not None
    return facts


def digests(path: Path) -> dict[str, str]:
    """For each kind of stream the sha256 over all its packets, in order."""
    found: dict[str, list[bytes]] = defaultdict(list)
    for kind, content in packets(path):
        found[kind].append(content)
    return {kind: hashlib.sha256(b"".join(parts)).hexdigest() for kind, parts in found.items()}


@pytest.mark.parametrize(
    ("suffix", "changes", "codecs"),
    [
        (".mp4", {}, "avc1.4d500b,mp4a.40.2"),
        (".mkv", {}, "avc1.4d500b,mp4a.40.2"),  # without decoding times, and with reordered frames
        (".mkv", {"audio": "libopus"}, "avc1.4d500b,opus"),
        (".mp4", {"audio": "flac"}, "avc1.4d500b,flac"),
        (".mp4", {"audio": ""}, "avc1.4d500b"),
        (".mp4", {"video": ""}, "mp4a.40.2"),
        (".mkv", {"video": "libvpx-vp9"}, "vp09.00.10.08,mp4a.40.2"),
        (
            ".mp4",
            {"video": "libsvtav1", "bits": 0, "options": {"preset": "12", "svtav1-params": "lp=1"}},
            "av01.0.00M.08,mp4a.40.2",
        ),
    ],
)
def test_the_packets_are_those_of_the_source(
    tmp_path: Path, suffix: str, changes: dict[str, object], codecs: str
) -> None:
    source = film(tmp_path / f"film{suffix}", **changes)
    joined = tmp_path / "joined.mp4"
    joined.write_bytes(b"".join(segments(source)))
    assert digests(joined) == digests(source)
    facts = facts_of(source)
    assert facts.codecs == codecs
    assert (facts.width, facts.height) == ((64, 48) if changes.get("video") != "" else (0, 0))
    assert sum(facts.durations) == pytest.approx(5_000, abs=60)
    assert len(facts.durations) == 5
    assert facts.warnings == ()


def test_each_segment_starts_with_a_key_frame_and_plays_by_itself(tmp_path: Path) -> None:
    init, *chunks = segments(film(tmp_path / "film.mkv"))
    for number, chunk in enumerate(chunks):
        part = tmp_path / f"{number}.mp4"
        part.write_bytes(init + chunk)
        with av.open(str(part)) as container:
            assert sum(1 for _ in container.decode(video=0)) == 10


def test_the_committed_film_has_twelve_equal_segments() -> None:
    facts = facts_of(COMMITTED, 2)
    assert facts.durations == (2_000,) * 12
    sizes = [len(chunk) for chunk in segments(COMMITTED, 2)[1:]]
    assert max(sizes) < 1.25 * min(sizes)
    assert 190_000 < COMMITTED.stat().st_size < 220_000


def test_cutting_again_gives_the_same_bytes(tmp_path: Path) -> None:
    path = film(tmp_path / "film.mp4")
    source = FilmSource(path, 1)
    first, facts = list(source.chunks()), source.facts()
    assert list(source.chunks()) == first
    assert source.facts() == facts


def test_a_short_tail_is_joined_to_the_segment_before_it(tmp_path: Path) -> None:
    facts = facts_of(film(tmp_path / "film.mp4", seconds=3.3, audio=""))
    assert facts.durations == (1_000, 1_000, 1_300)
    assert facts_of(film(tmp_path / "longer.mp4", seconds=3.5, audio="")).durations == (1_000, 1_000, 1_000, 500)
    joined = tmp_path / "joined.mp4"
    joined.write_bytes(b"".join(segments(tmp_path / "film.mp4")))
    assert digests(joined) == digests(tmp_path / "film.mp4")


def test_seconds_say_where_segments_end(tmp_path: Path) -> None:
    assert facts_of(film(tmp_path / "film.mp4", audio=""), 3).durations == (3_000, 2_000)


def test_one_key_frame_is_warned_of(tmp_path: Path) -> None:
    path = film(tmp_path / "film.mp4", key_frames=100)
    facts = facts_of(path)
    assert len(facts.durations) == 1
    assert facts.warnings == (f"{path}: one key frame at which to cut: the film is sold as one chunk",)


def test_streams_that_are_left_out_are_named(tmp_path: Path) -> None:
    path = tmp_path / "film.mkv"
    with av.open(str(film(tmp_path / "one.mp4"))) as source, av.open(str(path), "w") as output:
        outputs = [output.add_stream_from_template(each, opaque=True) for each in (*source.streams, source.streams[1])]
        subtitle = words(output)
        for packet in source.demux():
            if packet.size:
                packet.stream = outputs[packet.stream.index]
                output.mux(packet)
        output.mux(subtitle)
    assert facts_of(path).warnings == (f"{path}: 2 audio streams: the first is taken", f"{path}: left out: subtitle")


# What is refused ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("suffix", "changes", "message"),
    [
        (".mp4", {"audio": "libmp3lame"}, "the audio is mp3, which browsers do not play (AAC, Opus, FLAC are played)"),
        (".mp4", {"audio": "ac3"}, "the audio is ac3, which browsers do not play"),
        (
            ".mp4",
            {"video": "libx265", "options": {"x265-params": "log-level=none:pools=1"}},
            "the video is hevc, which",
        ),
        (".mp4", {"video": "mpeg4"}, "the video is mpeg4, which browsers do not play (H.264, AV1, VP9 are played)"),
        (".mp4", {"seconds": 12, "key_frames": 110}, "no key frame in the 10 seconds after 0.00 s"),
        (
            ".avi",
            {"audio": "", "options": {"bf": "0"}},
            "a film is mp4 or mkv, not avi; to sell a file as it is, cut it",
        ),
    ],
)
def test_films_that_do_not_play(tmp_path: Path, suffix: str, changes: dict[str, object], message: str) -> None:
    path = film(tmp_path / f"film{suffix}", **changes)
    with pytest.raises(MediaError) as refused:
        segments(path)
    assert str(refused.value).startswith(f"{path}: {message}")


def test_segments_that_would_be_too_long(tmp_path: Path) -> None:
    path = film(tmp_path / "film.mp4", seconds=20, key_frames=60, audio="")
    assert facts_of(path, 1).durations == (6_000, 6_000, 6_000, 2_000)
    path = film(tmp_path / "longer.mp4", seconds=20, key_frames=95, audio="")
    with pytest.raises(
        MediaError, match=r"segment at 0\.00 s would have 19\.00 s, more than 10: its key frames are too"
    ):
        facts_of(path, 10)


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
@pytest.mark.parametrize("part", [0.4, 0.7])
def test_truncated_films(tmp_path: Path, suffix: str, part: float) -> None:
    path = film(tmp_path / f"film{suffix}")
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * part)])
    with pytest.raises(MediaError, match=r"truncated: the file says|damaged"):
        segments(path)


def test_a_film_that_lost_its_index(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    whole = film(path).read_bytes()
    path.write_bytes(whole[: whole.index(b"moov") - 4])
    with pytest.raises(MediaError, match=r"not a film, or damaged: .*; to sell a file as it is, cut it by size"):
        segments(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (bytes(range(256)) * 40, "not a film, or damaged: Invalid data found when processing input; to sell a file"),
    ],
)
def test_files_that_are_not_films(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(content)
    with pytest.raises(MediaError) as refused:
        segments(path)
    assert str(refused.value).startswith(f"{path}: {message}")


def test_files_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        segments(tmp_path / "nowhere.mp4")


def test_a_film_of_words_alone(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="neither video nor audio is in it"):
        segments(words_alone(tmp_path / "words.mkv"))


@pytest.mark.parametrize("master", [b"", b'CODECS="avc1.4d400a,mp4a.40.34"', b'CODECS="mp4a.40.1"'])
def test_codecs_that_the_muxer_does_not_name_or_no_browser_plays(master: bytes) -> None:
    with pytest.raises(MediaError, match=r"browsers do not play its codec: (it has no name|mp4a)"):
        cutting._codecs(Path("film.mp4"), master)


def test_codecs_are_those_of_the_list() -> None:
    for name in films.CODECS:
        whole = f"{name}64" if name.endswith(".") else name
        assert cutting._codecs(Path("film.mp4"), f'CODECS="{whole}"'.encode()) == whole


def test_a_segment_has_a_largest_size(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(cutting, "MAX_CHUNK", 2_000)
    with pytest.raises(MediaError, match="a segment is larger than 2,000 bytes"):
        segments(film(tmp_path / "film.mp4"))
