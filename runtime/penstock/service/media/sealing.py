"""Sealing of one quality in two passes: chunks are hashed, then encrypted; both by any executor, with few in memory.

The movie's id is made of the hashes of all chunks, and their keys of the id. So a file that is cut in another way has
other keys, and no key encrypts two chunks.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from dataclasses import dataclass
from typing import Final, TypeVar

from penstock.channel.sealed.keys import Keys
from penstock.channel.sealed.leaf import Leaf
from penstock.channel.sealed.manifest import Manifest, signed_manifest
from penstock.channel.sealed.movie import movie_id
from penstock.script.hashes import tagged_hash
from penstock.service.errors import MediaError
from penstock.service.media.jobs import hash_chunk, seal_chunk
from penstock.service.media.sources import FilmFacts, Source
from penstock.tx.keys import PrivateKey

Done = TypeVar("Done")
_CUT: Final = "penstock/cut/1"


@dataclass(frozen=True, slots=True)
class Workers:
    """An executor, and how many chunks it holds at once.

    Attributes:
        executor: any of `concurrent.futures`, or one with its interface.
        most: chunks that were given to it and whose results were not taken yet, at most.
    """

    executor: Executor
    most: int

    def ordered(self, jobs: Iterable[Callable[[Executor], "Future[Done]"]]) -> Iterator[Done]:
        """Yield the results of jobs, in their order; each job submits itself."""
        pending: deque[Future[Done]] = deque()
        try:
            for job in jobs:
                pending.append(job(self.executor))
                if len(pending) >= self.most:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        except BrokenExecutor:
            raise MediaError(
                "a process ended before its work was done, perhaps for lack of memory: try fewer --jobs"
            ) from None
        finally:
            for each in pending:
                each.cancel()


@dataclass(frozen=True, slots=True)
class Surveyed:
    """A source after the first pass.

    Attributes:
        source: the source.
        facts: the facts of a film; None of a file.
        lengths: bytes of each chunk.
        hashes: sha256 of each chunk.
    """

    source: Source
    facts: FilmFacts | None
    lengths: tuple[int, ...]
    hashes: tuple[bytes, ...]


def survey(source: Source, workers: Workers, on_bytes: Callable[[int], object]) -> Surveyed:
    """Cut a source for the first time: hash its chunks.

    Args:
        source: the source.
        workers: the executor.
        on_bytes: called with the bytes of each chunk.

    Raises:
        MediaError: the source cannot be prepared, or is empty.
        OSError: it cannot be read.
    """

    def job(chunk: bytes) -> Callable[[Executor], "Future[tuple[int, bytes]]"]:
        return lambda executor: executor.submit(hash_chunk, chunk)

    lengths, hashes = [], []
    for length, digest in workers.ordered(map(job, source.chunks())):
        lengths.append(length)
        hashes.append(digest)
        on_bytes(length)
    if not hashes:
        raise MediaError(f"{source.path}: the file is empty")
    return Surveyed(source, source.facts(), tuple(lengths), tuple(hashes))


def seal_all(
    surveyed: Surveyed, publisher: PrivateKey, keys: Keys, workers: Workers, take: Callable[[int, bytes], object]
) -> tuple[Manifest, tuple[Leaf, ...]]:
    """Cut a source for the second time: encrypt its chunks, and sign their manifest.

    Args:
        surveyed: the source.
        publisher: the key that signs.
        keys: from which the keys of the chunks come.
        workers: the executor.
        take: called with the index and the ciphertext of each chunk, in order.

    Raises:
        MediaError: the file has changed since the first pass.
        OSError: it cannot be read, or the ciphertext not be written.
    """
    movie = movie_id(publisher, tagged_hash(_CUT, *surveyed.hashes), keys)

    def job(index: int, chunk: bytes) -> Callable[[Executor], "Future[tuple[Leaf, bytes]]"]:
        return lambda executor: executor.submit(seal_chunk, chunk, keys.key(movie, index), movie, index)

    jobs = (job(index, chunk) for index, chunk in enumerate(surveyed.source.chunks()))
    leaves: list[Leaf] = []
    for leaf, ciphertext in workers.ordered(jobs):
        if surveyed.hashes[leaf.index : leaf.index + 1] != (leaf.plaintext,):
            raise _changed(surveyed)
        take(leaf.index, ciphertext)
        leaves.append(leaf)
    if len(leaves) != len(surveyed.hashes) or surveyed.source.facts() != surveyed.facts:
        raise _changed(surveyed)
    manifest, _ = signed_manifest(publisher, movie, leaves)
    return manifest, tuple(leaves)


def _changed(surveyed: Surveyed) -> MediaError:
    return MediaError(f"{surveyed.source.path}: the file has changed while it was read")
