"""Title: one signed record over all qualities of a film, or over a file.

The root is that of a tree of RFC 6962 over the qualities' hashes. A quality's record has its movie's signed manifest,
and all that a player needs: the hash of the initialization segment, codecs, bandwidth, durations. So the one signature
(BIP340) covers every byte that is sold, and what the player does with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from penstock.channel.agreement.merkle import MerkleTree
from penstock.channel.canonical import CanonicalError, Data, Fields, Number, Several, Text, decoded, encoded
from penstock.channel.sealed.leaf import HASH
from penstock.channel.sealed.manifest import Manifest
from penstock.script.hashes import tagged_hash
from penstock.tx.keys import PrivateKey
from penstock.tx.signatures import schnorr_sign, schnorr_verify

MOST_QUALITIES: Final = 16
MOST_INIT: Final = 3 << 20
"""Bytes of an initialization segment at most."""
_MOST_DURATIONS: Final = 1 << 18
"""Segments of a film: six days of two seconds each."""
_MOST_MANIFEST: Final = 320
_MOST_QUALITY: Final = 2 << 20
MOST_TITLE: Final = MOST_QUALITIES * _MOST_QUALITY + 1_024
"""Bytes that no title exceeds."""
_QUALITY: Final[Fields] = {
    "manifest": Data(_MOST_MANIFEST, is_most=True),
    "init": Data(32, is_most=True),
    "init_size": Number(0, MOST_INIT),
    "codecs": Text(128),
    "bandwidth": Number(),
    "width": Number(0, 16_384),
    "height": Number(0, 16_384),
    "durations": Several(Number(1, 3_600_000), _MOST_DURATIONS),
}
_TITLE: Final[Fields] = {
    "version": Number(1, 1),
    "publisher": Data(32),
    "count": Number(1, MOST_QUALITIES),
    "root": HASH,
}
_SIGNED: Final[Fields] = {
    "title": Data(128, is_most=True),
    "signature": Data(64),
    "qualities": Several(Data(_MOST_QUALITY, is_most=True), MOST_QUALITIES, 1),
}


@dataclass(frozen=True, slots=True)
class Quality:
    """One quality of a film; or a file, whose other fields are empty or 0.

    Attributes:
        manifest: the signed manifest of its movie, whose chunks are the segments.
        init: sha256 of the initialization segment, 32 bytes; empty for a file.
        init_size: bytes of the initialization segment.
        codecs: those of RFC 6381, as `avc1.4d400c,mp4a.40.2`.
        bandwidth: bits per second of the largest segment for its duration.
        width: pixels; 0 without video.
        height: pixels; 0 without video.
        durations: milliseconds of each segment.
    """

    manifest: Manifest
    init: bytes = b""
    init_size: int = 0
    codecs: str = ""
    bandwidth: int = 0
    width: int = 0
    height: int = 0
    durations: tuple[int, ...] = ()

    @property
    def is_film(self) -> bool:
        """Whether a player takes it: it has an initialization segment."""
        return self.init_size > 0

    @property
    def digest(self) -> bytes:
        """The hash that stands in the title's tree, 32 bytes."""
        return tagged_hash("penstock/quality/1", self.to_bytes())

    def to_bytes(self) -> bytes:
        """Return it as canonical CBOR.

        Raises:
            CanonicalError: a field is out of its range, or does not go with the others.
        """
        self._check()
        values = {name: getattr(self, name) for name in _QUALITY}
        return encoded(_QUALITY, values | {"manifest": self.manifest.to_bytes(), "durations": list(self.durations)})

    @classmethod
    def from_bytes(cls, data: bytes) -> "Quality":
        """Read a quality.

        Raises:
            CanonicalError: the bytes are not one, or its fields do not go together.
        """
        match decoded(_QUALITY, data, most=_MOST_QUALITY):
            case {"manifest": bytes(manifest), "durations": list(durations), **others}:
                quality = cls(manifest=Manifest.from_bytes(manifest), durations=tuple(durations), **others)  # type: ignore[arg-type] # checked by kind
            case _:
                raise CanonicalError("not a quality")
        quality._check()
        return quality

    def _check(self) -> None:
        """Check that the fields go together: those of a film, or those of a file."""
        if not self.is_film:
            if (self.init, self.codecs, self.bandwidth, self.width, self.height, self.durations) != _FILE:
                raise CanonicalError("init_size: 0, and other fields are those of a film")
            return
        if len(self.init) != HASH.length:
            raise CanonicalError(f"init: expected {HASH.length} bytes, got {len(self.init)}")
        if not self.codecs or not self.bandwidth:
            raise CanonicalError("codecs, bandwidth: a film has both")
        if bool(self.width) != bool(self.height):
            raise CanonicalError("width, height: a film has both or neither")
        if len(self.durations) != self.manifest.chunks:
            raise CanonicalError(f"durations: {len(self.durations):,} for {self.manifest.chunks:,} segments")


_FILE: Final = (b"", "", 0, 0, 0, ())
"""Fields of a file that is not a film."""


@dataclass(frozen=True)
class Title:
    """A title for sale: the record that its publisher has signed.

    Attributes:
        publisher: the x-only key of its publisher, 32 bytes.
        qualities: its qualities, in the order of their folders.
        signature: the publisher's, over the root, 64 bytes.
    """

    publisher: bytes
    qualities: tuple[Quality, ...]
    signature: bytes

    @cached_property
    def root(self) -> bytes:
        """The root of the tree over the qualities' hashes, 32 bytes."""
        return MerkleTree.from_leaves(quality.digest for quality in self.qualities).root

    def to_bytes(self) -> bytes:
        """Return it as canonical CBOR, with its signature."""
        qualities = [quality.to_bytes() for quality in self.qualities]
        return encoded(_SIGNED, {"title": self._content, "signature": self.signature, "qualities": qualities})

    @classmethod
    def from_bytes(cls, data: bytes) -> "Title":
        """Read a title and check all of it.

        Raises:
            CanonicalError: the bytes are not a title, or not the one that its publisher has signed.
        """
        match decoded(_SIGNED, data, most=MOST_TITLE):
            case {"title": bytes(content), "signature": bytes(signature), "qualities": list(qualities)}:
                publisher = decoded(_TITLE, content, most=len(content))["publisher"]
                assert isinstance(publisher, bytes), "as the fields say"
                title = cls(publisher, tuple(map(Quality.from_bytes, qualities)), signature)
            case _:
                raise CanonicalError("not a title")
        if content != title._content:
            raise CanonicalError("root, count: not those of these qualities")
        title._check()
        return title

    def _check(self) -> None:
        """Check the signatures, and that the movies are different ones of this publisher."""
        if not schnorr_verify(self.signature, self.publisher, self._digest):
            raise CanonicalError("signature: not that of the publisher")
        for number, quality in enumerate(self.qualities):
            if quality.manifest.publisher != self.publisher or not quality.manifest.is_signed:
                raise CanonicalError(f"quality {number}: its manifest is not signed by the publisher of the title")
        if len({quality.manifest.movie for quality in self.qualities}) < len(self.qualities):
            raise CanonicalError("qualities: two of them are the same movie")

    @property
    def _content(self) -> bytes:
        values = {"version": 1, "publisher": self.publisher, "count": len(self.qualities), "root": self.root}
        return encoded(_TITLE, values)

    @property
    def _digest(self) -> bytes:
        return tagged_hash("penstock/title/1", self._content)


def signed_title(publisher: PrivateKey, qualities: Sequence[Quality]) -> Title:
    """Return the title over these qualities, signed.

    Raises:
        CanonicalError: they do not make a title: too many, one of another publisher, or two that are the same movie.
    """
    if not 1 <= len(qualities) <= MOST_QUALITIES:
        raise CanonicalError(f"qualities: expected 1 to {MOST_QUALITIES}, got {len(qualities)}")
    unsigned = Title(publisher.x_only, tuple(qualities), bytes(64))
    title = Title(publisher.x_only, tuple(qualities), schnorr_sign(publisher.secret, unsigned._digest))  # noqa: SLF001 - of this module
    title._check()  # noqa: SLF001 - of this module
    return title
