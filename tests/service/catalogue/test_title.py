"""A title covers every byte: any that differs is refused, and so is a record whose fields do not go together."""

from dataclasses import replace
from typing import Any

import cbor2
import pytest

from penstock.channel.canonical import CanonicalError
from penstock.channel.sealed.leaf import promise
from penstock.channel.sealed.manifest import Manifest, signed_manifest
from penstock.script.hashes import sha256
from penstock.service.catalogue.leaves import leaves_from_bytes, leaves_to_bytes
from penstock.service.catalogue.title import Quality, Title, signed_title
from penstock.testing import key
from penstock.tx.keys import PrivateKey

PUBLISHER, FORGER = key("publisher").private, key("forger").private


def manifest(number: int = 0, publisher: PrivateKey = PUBLISHER) -> Manifest:
    """The manifest of a movie of two chunks."""
    movie = sha256(bytes([number]))
    leaves = [promise(movie, index, b"chunk", b"sealed", bytes([index])) for index in range(2)]
    return signed_manifest(publisher, movie, leaves)[0]


def quality(number: int = 0, publisher: PrivateKey = PUBLISHER) -> Quality:
    return Quality(
        manifest(number, publisher), sha256(b"init"), 700, "avc1.4d400c,mp4a.40.2", 80_000, 256, 144, (2_000, 1_920)
    )


TITLE = signed_title(PUBLISHER, [quality(0), quality(1), Quality(manifest(2))])


def test_a_title_comes_back() -> None:
    assert Title.from_bytes(TITLE.to_bytes()) == TITLE
    assert TITLE.root != signed_title(PUBLISHER, [quality(0), quality(1)]).root


def test_each_byte_counts() -> None:
    data = TITLE.to_bytes()
    for at in range(len(data)):
        forged = bytearray(data)
        forged[at] ^= 1
        with pytest.raises(CanonicalError):
            Title.from_bytes(bytes(forged))
    for other in (b"", data[:-1], data + b"\0"):
        with pytest.raises(CanonicalError):
            Title.from_bytes(other)


CHANGES: dict[str, Any] = {
    "manifest": manifest(7),
    "init": sha256(b"other"),
    "init_size": 701,
    "codecs": "avc1.4d400c",
    "bandwidth": 80_001,
    "width": 255,
    "height": 143,
    "durations": (1_920, 2_000),
}


@pytest.mark.parametrize("name", CHANGES)
def test_each_field_of_a_quality_is_signed(name: str) -> None:
    """With the rest of the record as its publisher has made it."""
    forged = replace(TITLE.qualities[1], **{name: CHANGES[name]})
    content, signature, qualities = cbor2.loads(TITLE.to_bytes())
    qualities[1] = forged.to_bytes()
    with pytest.raises(CanonicalError, match="root, count: not those of these qualities"):
        Title.from_bytes(cbor2.dumps([content, signature, qualities], canonical=True))
    other = Title(TITLE.publisher, (TITLE.qualities[0], forged, TITLE.qualities[2]), TITLE.signature)
    with pytest.raises(CanonicalError, match="signature: not that of the publisher"):
        Title.from_bytes(other.to_bytes())


def test_every_field_is_tried() -> None:
    assert set(CHANGES) == {*Quality.__dataclass_fields__}


def test_qualities_that_are_left_out_or_change_places() -> None:
    one, two, three = TITLE.qualities
    for qualities in ((one, two), (two, one, three), (one, two, three, quality(4))):
        with pytest.raises(CanonicalError, match="signature: not that of the publisher"):
            Title.from_bytes(Title(TITLE.publisher, qualities, TITLE.signature).to_bytes())


def test_another_publisher_signs_for_himself_alone() -> None:
    with pytest.raises(CanonicalError, match="signature: not that of the publisher"):
        Title.from_bytes(replace(TITLE, publisher=FORGER.x_only).to_bytes())
    with pytest.raises(CanonicalError, match="quality 0: its manifest is not signed by the publisher of the title"):
        signed_title(FORGER, TITLE.qualities)
    unsigned = replace(quality(0), manifest=replace(manifest(0), signature=bytes(64)))
    with pytest.raises(CanonicalError, match="quality 1: its manifest is not signed"):
        signed_title(PUBLISHER, [quality(1), unsigned])


def test_the_same_movie_twice_and_too_many() -> None:
    with pytest.raises(CanonicalError, match="two of them are the same movie"):
        signed_title(PUBLISHER, [quality(0), replace(quality(0), width=128)])
    for count in (0, 17):
        with pytest.raises(CanonicalError, match=f"qualities: expected 1 to 16, got {count}"):
            signed_title(PUBLISHER, [quality(number) for number in range(count)])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"init_size": 0}, "init_size: 0, and other fields are those of a film"),
        ({"init": b""}, "init: expected 32 bytes, got 0"),
        ({"codecs": ""}, "codecs, bandwidth: a film has both"),
        ({"bandwidth": 0}, "codecs, bandwidth: a film has both"),
        ({"width": 0}, "width, height: a film has both or neither"),
        ({"durations": (2_000,)}, "durations: 1 for 2 segments"),
        ({"durations": (2_000, 0)}, "durations: expected 1 to 3,600,000, got 0"),
        ({"init_size": 3 * 1024 * 1024 + 1}, "init_size: expected 0 to 3,145,728"),
        ({"codecs": "avc1\n"}, "codecs: expected text of printable characters"),
    ],
)
def test_fields_that_do_not_go_together(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(CanonicalError, match=message):
        replace(quality(), **changes).to_bytes()


def test_a_record_that_does_not_go_together_is_not_read() -> None:
    values = cbor2.loads(quality().to_bytes())
    values[1] = b""
    with pytest.raises(CanonicalError, match="init: expected 32 bytes, got 0"):
        Quality.from_bytes(cbor2.dumps(values, canonical=True))


def test_leaves() -> None:
    leaves = [promise(bytes(32), index, b"chunk", b"sealed", b"key") for index in range(300)]
    data = leaves_to_bytes(leaves)
    assert leaves_from_bytes(data, 300) == tuple(leaves)
    for wrong in (299, 301):
        with pytest.raises(CanonicalError):
            leaves_from_bytes(data, wrong)
    with pytest.raises(CanonicalError):
        leaves_from_bytes(data[:-1], 300)
