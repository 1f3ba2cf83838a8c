"""Preparing: films, each one quality, or one file by size, become a folder with a signed title.

The same input, publisher and secret give the same bytes, whatever the executor. The input is read twice, first to hash
it and find all that speaks against it, and then to encrypt it. The chunks in memory are those that workers hold.
"""

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import accumulate, zip_longest
from pathlib import Path
from typing import Final

from penstock.channel.canonical import CanonicalError
from penstock.channel.sealed.keys import Keys
from penstock.script.hashes import sha256
from penstock.service.catalogue.layout import ciphertext_name, init_name, leaves_name, manifest_name
from penstock.service.catalogue.leaves import leaves_to_bytes
from penstock.service.catalogue.title import MOST_QUALITIES, Quality, Title, signed_title
from penstock.service.errors import MediaError
from penstock.service.media.folders import Draft, drafted
from penstock.service.media.sealing import Surveyed, Workers, seal_all, survey
from penstock.service.media.sources import FilmFacts, Source
from penstock.tx.keys import PrivateKey

_BYTES_OF_A_JOB: Final = 48 << 20
"""Bytes for which a further process is worth its start."""
_TOLERANCE: Final = 50
"""Milliseconds by which the segments of two qualities may differ."""


@dataclass(frozen=True, slots=True)
class Maker:
    """A publisher.

    Attributes:
        key: the key that signs titles and manifests.
        secret: from which the keys of all chunks come, 32 bytes.
    """

    key: PrivateKey
    secret: bytes


@dataclass(frozen=True, slots=True)
class Prepared:
    """A title that was prepared.

    Attributes:
        title: the signed title, as it is in the folder.
        warnings: sentences on what a viewer may miss.
    """

    title: Title
    warnings: tuple[str, ...]


def prepare(
    sources: Sequence[Source],
    output: Path,
    maker: Maker,
    workers: Workers,
    on_bytes: Callable[[int], object] = lambda _count: None,
) -> Prepared:
    """Cut, encrypt and sign a title, and write its folder.

    Args:
        sources: one for each quality: films, or one file that is cut by size.
        output: the folder, new or empty.
        maker: the publisher.
        workers: an executor; its processes have to be able to import Penstock, and need no files.
        on_bytes: called with the bytes of each chunk, once when it is hashed and once when it is encrypted.

    Raises:
        MediaError: a source cannot be prepared, or the folder has other files.
        OSError: a file cannot be read or written.
    """
    if not 1 <= len(sources) <= MOST_QUALITIES:
        raise MediaError(f"a title has 1 to {MOST_QUALITIES} qualities, not {len(sources)}")
    with drafted(output) as draft:
        surveyed = [survey(source, workers, on_bytes) for source in sources]
        _demand_different(surveyed)
        sealing = _Sealing(draft, maker, workers, on_bytes)
        qualities = [sealing.quality(number, each) for number, each in enumerate(surveyed)]
        try:
            title = signed_title(maker.key, qualities)
        except CanonicalError as error:
            raise MediaError(str(error)) from None
        draft.finish(title.to_bytes())
    return Prepared(title, tuple(_warnings(surveyed)))


@contextmanager
def processes(jobs: int | None, size: int) -> Iterator[Workers]:
    """Start processes for a title, and end them afterwards; one job is a thread of this process.

    Args:
        jobs: how many; None for one per processor, if there is enough to do.
        size: bytes of all sources.
    """
    count = jobs or min(os.cpu_count() or 1, 1 + size // _BYTES_OF_A_JOB)
    executor: Executor
    if count == 1:
        executor = ThreadPoolExecutor(1)
    else:  # started anew and not forked: a fork of a process with threads may hang
        executor = ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn"))
    try:
        yield Workers(executor, 2 * count)
    finally:
        executor.shutdown(cancel_futures=True)


@dataclass(frozen=True, slots=True)
class _Sealing:
    """All that is needed to encrypt a quality and to write its files."""

    draft: Draft
    maker: Maker
    workers: Workers
    on_bytes: Callable[[int], object]

    def quality(self, number: int, surveyed: Surveyed) -> Quality:
        """Encrypt a quality, write its files, and return its record."""

        def take(index: int, ciphertext: bytes) -> None:
            self.draft.write(ciphertext_name(number, index), ciphertext)
            self.on_bytes(surveyed.lengths[index])

        manifest, leaves = seal_all(surveyed, self.maker.key, Keys(self.maker.secret), self.workers, take)
        self.draft.write(leaves_name(number), leaves_to_bytes(leaves))
        self.draft.write(manifest_name(number), manifest.to_bytes())
        facts = surveyed.facts
        if facts is None:
            return Quality(manifest)
        self.draft.write(init_name(number), facts.init)
        return Quality(
            manifest=manifest,
            init=sha256(facts.init),
            init_size=len(facts.init),
            codecs=facts.codecs,
            bandwidth=_bandwidth(surveyed.lengths, facts.durations),
            width=facts.width,
            height=facts.height,
            durations=facts.durations,
        )


def _bandwidth(lengths: Sequence[int], durations: Sequence[int]) -> int:
    """Return the bits per second of the largest segment for its duration (RFC 8216, 4.3.4.2)."""
    return max(-(-length * 8_000 // duration) for length, duration in zip(lengths, durations, strict=True))


def _demand_different(surveyed: Sequence[Surveyed]) -> None:
    """Check that no two qualities have the same chunks: their ciphertexts would be the same."""
    seen: dict[tuple[bytes, ...], Surveyed] = {}
    for each in surveyed:
        if (other := seen.setdefault(each.hashes, each)) is not each:
            raise MediaError(f"{each.source.path}: the same film as {other.source.path}")


def _warnings(surveyed: Sequence[Surveyed]) -> Iterator[str]:
    """Yield the warnings of all films, and about key frames that do not agree between qualities."""
    films: list[tuple[Path, FilmFacts]] = [
        (each.source.path, each.facts) for each in surveyed if each.facts is not None
    ]
    for _, facts in films:
        yield from facts.warnings
    for path, facts in films[1:]:
        first_path, first = films[0]
        for ends in zip_longest(accumulate(first.durations), accumulate(facts.durations), fillvalue=-_TOLERANCE):
            if abs(ends[0] - ends[1]) > _TOLERANCE:
                yield (
                    f"{path}: its key frames do not agree with those of {first_path}, first at "
                    f"{max(min(ends), 0) / 1_000:.2f} s: a player that changes the quality may stutter"
                )
                break
