"""Library: the files of prepared titles as any cache may keep them. What was asked for lately stays in memory.

Every file is named by its title's root, and never changes: its ETag is its SHA-256. Names are looked up among those of
a title, and never joined to a path.
"""

import asyncio
import re
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

from penstock.channel.agreement.merkle import Proof
from penstock.channel.sealed.leaf import Leaf
from penstock.script.hashes import sha256
from penstock.service.catalogue.layout import TITLE, ciphertext_name, init_name, leaves_name, manifest_name
from penstock.service.catalogue.leaves import leaves_to_bytes
from penstock.service.catalogue.prepared import PreparedQuality, PreparedShelf, PreparedTitle

_CIPHERTEXT: Final = re.compile(r"([0-9]{1,2})/([0-9]{5,8})\.bin", re.ASCII)
_BYTES: Final = "application/octet-stream"
_MOST_KEYS: Final = 250_000
"""Bytes of keys that stay in memory."""


@dataclass(frozen=True, slots=True)
class TitleFile:
    """A file of a title.

    Attributes:
        digest: its SHA-256, 32 bytes.
        media_type: its type.
        content: its content; the movie and the index of a ciphertext, which is read when it is asked for.
    """

    digest: bytes
    media_type: str
    content: bytes | tuple[bytes, int]


@dataclass(frozen=True, slots=True)
class Named:
    """A title with the name by which people know it.

    Attributes:
        name: its name: that of its folder.
        prepared: the title.
    """

    name: str
    prepared: PreparedTitle

    @property
    def root(self) -> bytes:
        """The root of the title, 32 bytes: its id."""
        return self.prepared.title.root


class Memory:
    """Bytes that were used lately, up to a size; several threads may use it.

    Args:
        most: bytes that it keeps.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._size = 0
        self._kept: OrderedDict[tuple[bytes, int], bytes] = OrderedDict()
        self._lock = Lock()

    def get(self, item: tuple[bytes, int]) -> bytes | None:
        """Return the bytes of an item; None if they are not kept."""
        with self._lock:
            found = self._kept.get(item)
            if found is not None:
                self._kept.move_to_end(item)
            return found

    def put(self, item: tuple[bytes, int], data: bytes) -> None:
        """Keep the bytes of an item, and drop those that were not used for longest."""
        with self._lock:
            self._size += len(data) - len(self._kept.pop(item, b""))
            self._kept[item] = data
            while self._size > self._most and len(self._kept) > 1:
                self._size -= len(self._kept.popitem(last=False)[1])


@dataclass(frozen=True, slots=True, eq=False)
class Library:
    """The titles of a provider. It is the shelf of his channels too.

    Attributes:
        titles: the titles by their roots.
        shelf: the keys and leaves of all of them.
        memory: ciphertexts that were read lately.
        keys: keys that were sold lately.
    """

    titles: dict[bytes, Named]
    shelf: PreparedShelf
    memory: Memory
    _files: dict[tuple[bytes, str], TitleFile]
    _reading: dict[tuple[bytes, int], "asyncio.Task[bytes]"] = field(default_factory=dict)
    keys: Memory = field(default_factory=lambda: Memory(_MOST_KEYS), repr=False)

    @classmethod
    def of(cls, titles: Sequence[Named], secret: bytes, memory: int) -> "Library":
        """Return the library of some titles.

        Args:
            titles: the titles.
            secret: the one that they were prepared with, 32 bytes.
            memory: bytes of ciphertexts that stay in memory.

        Raises:
            CatalogueError: a title was prepared with another secret, or an initialization segment cannot be read.
        """
        shelf = PreparedShelf.of(secret, *(each.prepared for each in titles))
        files = {(each.root, name): file for each in titles for name, file in _small_files(each.prepared)}
        return cls({each.root: each for each in titles}, shelf, Memory(memory), files)

    def add(self, named: Named) -> None:
        """Sell a title more, while the library is in use; it was prepared with the same secret."""
        self.shelf.add(named.prepared)
        self._files.update({(named.root, name): file for name, file in _small_files(named.prepared)})
        self.titles[named.root] = named

    def find(self, title: bytes, name: str) -> TitleFile | None:
        """Return a file of a title without reading it; None if the title has none of that name."""
        found = self._files.get((title, name))
        place = _CIPHERTEXT.fullmatch(name)
        if found is not None or place is None or title not in self.titles:
            return found
        number, chunk = int(place[1]), int(place[2])
        qualities = self.titles[title].prepared.qualities
        if number >= len(qualities) or chunk >= len(qualities[number].leaves):
            return None
        if name != ciphertext_name(number, chunk):
            return None
        return TitleFile(qualities[number].leaves[chunk].ciphertext, _BYTES, (qualities[number].manifest.movie, chunk))

    async def content(self, file: TitleFile) -> bytes:
        """Return the content of a file.

        Raises:
            CatalogueError: it is missing, or not the one that was signed.
        """
        return file.content if isinstance(file.content, bytes) else await self.fetch(*file.content)

    async def fetch(self, movie: bytes, chunk: int) -> bytes:
        """Return a ciphertext, from memory or from its place, where it is read once for all that wait for it.

        Raises:
            KeyError: the chunk is not in a title here.
            CatalogueError: it is missing, or not the one that was signed.
        """
        item = movie, chunk
        found = self.memory.get(item)
        if found is not None:
            return found
        task = self._reading.get(item)
        if task is None:
            task = asyncio.create_task(asyncio.to_thread(self.ciphertext, movie, chunk))
            self._reading[item] = task
            task.add_done_callback(lambda _: self._reading.pop(item, None))
        return await asyncio.shield(task)

    # The shelf of the machines ----------------------------------------------------------------------------------------

    def leaf(self, movie: bytes, chunk: int) -> Leaf:
        """Return the leaf of a chunk."""
        return self.shelf.leaf(movie, chunk)

    def leaves(self, movie: bytes) -> tuple[Leaf, ...]:
        """Return all leaves of a movie; none of one that is not here."""
        return self.shelf.leaves(movie)

    def proof(self, movie: bytes, chunk: int) -> Proof:
        """Return the proof of a leaf."""
        return self.shelf.proof(movie, chunk)

    def key(self, movie: bytes, chunk: int) -> bytes:
        """Return the key of a chunk, 32 bytes, from memory or derived; many viewers buy the same one."""
        found = self.keys.get((movie, chunk))
        if found is None:
            found = self.shelf.key(movie, chunk)
            self.keys.put((movie, chunk), found)
        return found

    def ciphertext(self, movie: bytes, chunk: int) -> bytes:
        """Return a ciphertext, from memory or from its place. Errors as those of `fetch`."""
        found = self.memory.get((movie, chunk))
        if found is None:
            found = self.shelf.ciphertext(movie, chunk)
            self.memory.put((movie, chunk), found)
        return found


def _small_files(title: PreparedTitle) -> Iterator[tuple[str, TitleFile]]:
    """Yield the files of a title that are not ciphertexts, with their names."""
    yield TITLE, _served(title.title.to_bytes())
    for quality in title.qualities:
        yield from _of_quality(quality)


def _of_quality(quality: PreparedQuality) -> Iterator[tuple[str, TitleFile]]:
    yield manifest_name(quality.number), _served(quality.manifest.to_bytes())
    yield leaves_name(quality.number), _served(leaves_to_bytes(quality.leaves))
    if quality.facts.is_film:
        yield init_name(quality.number), _served(quality.init(), "video/mp4")


def _served(data: bytes, media_type: str = _BYTES) -> TitleFile:
    return TitleFile(sha256(data), media_type, data)
