"""Playlists of HLS (RFC 8216): one of each quality, and the one over all. Addresses are relative to the page."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from penstock.service.catalogue.prepared import PreparedQuality
from penstock.service.catalogue.title import Quality

MEDIA_TYPE: Final = "application/vnd.apple.mpegurl"
SEGMENT_TYPE: Final = "video/mp4"
_NAME: Final = re.compile(r"/q([0-9]{1,2})/(?:(init)\.mp4|([0-9]{5,7})\.m4s)", re.ASCII)
_LIST: Final = re.compile(r"/q([0-9]{1,2})\.m3u8", re.ASCII)


class Name(NamedTuple):
    """A segment that is asked for: its quality and number; None for the initialization segment."""

    quality: int
    number: int | None


def segment_named(path: str, qualities: Sequence[PreparedQuality]) -> Name | None:
    """Return the segment at a path; None if there is none."""
    found = _NAME.fullmatch(path)
    if found is None or int(found[1]) >= len(qualities):
        return None
    if found[2]:
        return Name(int(found[1]), None)
    name = Name(int(found[1]), int(found[3]))
    is_there = int(found[3]) < qualities[name.quality].manifest.chunks
    return name if is_there and path.endswith(segment_path(*name)) else None  # type: ignore[arg-type] # it has an index


def list_named(path: str, qualities: Sequence[PreparedQuality]) -> int | None:
    """Return the quality whose playlist is at a path; None if there is none."""
    found = _LIST.fullmatch(path)
    return int(found[1]) if found is not None and int(found[1]) < len(qualities) else None


def segment_path(quality: int, index: int) -> str:
    """Return the path of a segment."""
    return f"q{quality}/{index:05}.m4s"


def playlist(number: int, quality: Quality) -> str:
    """Return the playlist of a quality."""
    longest = -(-max(quality.durations) // 1_000)
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        f"#EXT-X-TARGETDURATION:{longest}",
        "#EXT-X-PLAYLIST-TYPE:VOD",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        f'#EXT-X-MAP:URI="q{number}/init.mp4"',
    ]
    for index, duration in enumerate(quality.durations):
        lines += [f"#EXTINF:{duration / 1_000:.3f},", segment_path(number, index)]
    return "\n".join([*lines, "#EXT-X-ENDLIST", ""])


def master(qualities: Sequence[PreparedQuality]) -> str:
    """Return the playlist over all qualities."""
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
    for each in qualities:
        facts = each.facts
        size = f",RESOLUTION={facts.width}x{facts.height}" if facts.width else ""
        lines.append(f'#EXT-X-STREAM-INF:BANDWIDTH={facts.bandwidth},CODECS="{facts.codecs}"{size}')
        lines.append(f"q{each.number}.m3u8")
    return "\n".join([*lines, ""])
