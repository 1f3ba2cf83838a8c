"""Text of an argument becomes a value of the parameter's type, or a message with the expected forms."""

from hashlib import sha1, sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.artifact.artifact import Artifact, Parameter, Struct
from penstock.cli.values import ValueReader, read_key
from penstock.contract.errors import ArgumentError
from penstock.contract.values.demanded import PREIMAGE
from penstock.contract.values.shape import shape_of
from penstock.script.hashes import hash160, hash256, ripemd160
from penstock.tx.keys import KeyFormatError, PrivateKey
from tests.support.spending.hand_made import remade

KEY = PrivateKey.from_bytes(b"\x07" * 32)
POINTS = remade(
    "", "", "Points", {}, structs=(Struct("Point", (Parameter("x", "int"), Parameter("tags", "bytes[2]"))),)
)


def signed(key: PrivateKey, hash_type: str) -> bytes:
    """Replaces a spend: returns the key and the hash type of the requested signature."""
    return key.secret[:1] + hash_type.encode()


def preimage_of(hash_type: str) -> bytes:
    """Replaces a spend, likewise."""
    return b"preimage " + hash_type.encode()


def read(kind: str, text: str, *, artifact: Artifact = POINTS) -> object:
    shape = shape_of(Parameter("x", kind), artifact, constructing=False)
    return ValueReader(signed, preimage_of).read("x", shape, text)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("int", "42", 42),
        ("int", "-1", -1),
        ("int", "0x2a", 42),
        ("int", "1_000", 1000),
        ("PrivKey", "7", 7),
        ("bool", "true", True),
        ("bool", "false", False),
        ("bytes", "0x", b""),
        ("bytes", "0x00ff", b"\x00\xff"),
        ("bytes", "text:open sesame", b"open sesame"),
        ("bytes", "text:", b""),
        ("bytes", "text:a:b", b"a:b"),
        ("bytes", "text:ü🎬", "ü🎬".encode()),
        ("bytes", "text:\udcc3\udcbc\udcff", b"\xc3\xbc\xff"),  # Python's text for bytes that the locale cannot decode
        ("PubKey", f"pub:{KEY.wif()}", KEY.public_key),
        ("PubKey", f"pub:0x{'07' * 32}", KEY.public_key),
        ("Sig", f"sig:{KEY.wif()}", b"\x07ALL"),
        ("Sig", f"sig:{KEY.wif('test')}:NONE|ANYONECANPAY", b"\x07NONE|ANYONECANPAY"),
        ("bytes", f"sig:0x{'07' * 32}:SINGLE", b"\x07SINGLE"),
        ("SigHashPreimage", "preimage", PREIMAGE),
        ("bytes", "preimage", PREIMAGE),
        ("SigHashPreimage", "preimage:SINGLE|ANYONECANPAY", b"preimage SINGLE|ANYONECANPAY"),
        ("Sha256", "sha256:preimage:ALL", sha256(b"preimage ALL").digest()),
        ("Point", '{"x": 1, "tags": ["0x00", "text:a"]}', {"x": 1, "tags": [b"\x00", b"a"]}),
        (
            "Point[2]",
            '[{"x": "0x10", "tags": []}, "{x=1, tags=[0x]}"]',
            [{"x": 16, "tags": []}, {"x": 1, "tags": [b""]}],
        ),
        ("Point", '{"x": 1, "y": "0x"}', {"x": 1, "y": "0x"}),
        ("Sha256", "sha256:text:x", sha256(b"x").digest()),
        ("Sha1", "sha1:text:x", sha1(b"x", usedforsecurity=False).digest()),
        ("Ripemd160", f"hash160:pub:{KEY.wif()}", hash160(KEY.public_key)),
        ("Sha256", "hash256:0x00", hash256(b"\x00")),
        ("Ripemd160", "ripemd160:sha256:0x", ripemd160(sha256(b"").digest())),
        ("int[3]", "[1, -2,0x3]", [1, -2, 3]),
        ("int[2][2]", "[[1,2],[3,4]]", [[1, 2], [3, 4]]),
        ("bytes[1]", " [ text:a b ] ", [b"a b"]),
        ("int[0]", "[]", []),
        ("Point", "{x=1, tags=[0x01, text:b=c]}", {"x": 1, "tags": [b"\x01", b"b=c"]}),
    ],
)
def test_each_form_has_its_value(kind: str, text: str, value: object) -> None:
    assert read(kind, text) == value


@given(st.integers())
def test_every_number_can_be_typed(number: int) -> None:
    assert read("int", str(number)) == number


@given(st.binary(max_size=50))
def test_all_bytes_can_be_typed_and_read_from_a_file(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "data"
    file.write_bytes(data)
    assert read("bytes", f"0x{data.hex()}") == read("bytes", f"@{file}") == data
    assert read("Sha256", f"sha256:@{file}") == sha256(data).digest()


@pytest.mark.parametrize(
    ("kind", "text", "message"),
    [
        ("int", "", "x: expected int as a decimal or 0x… number, got ''"),
        ("int", "five", "x: expected int as a decimal or 0x… number, got 'five'"),
        ("int", "1.5", "x: expected int as a decimal or 0x… number, got '1.5'"),
        ("int", "1" * 5000, f"x: expected int as a decimal or 0x… number, got '{'1' * 40}'…"),
        ("bool", "1", "x: expected true or false, got '1'"),
        ("bytes", "0x0", "x: expected whole bytes in hexadecimal after 0x, got '0x0'"),
        ("bytes", "0xzz", "x: expected whole bytes in hexadecimal after 0x, got '0xzz'"),
        (
            "PubKey",
            "42",
            "x: expected PubKey as 0x…, @file, text:…, pub:KEY, sig:KEY or sha256:…, got '42'",
        ),
        ("bytes", "pub", "x: expected bytes as 0x…, @file, text:…, pub:KEY, sig:KEY or sha256:…, got 'pub'"),
        ("int[2]", "1, 2", "x: expected […, …] (int[2]), got '1, 2'"),
        ("int[2]", "[1, x]", "x[1]: expected int as a decimal or 0x… number, got 'x'"),
        ("Point", "[1]", "x: expected {…, …} (Point), got '[1]'"),
        ("Point", "{x=1}", "x: expected {x=…, tags=…} (Point), got '{x=1}'"),
        ("Sig", "preimage", "x: expected Sig, got preimage (declare the parameter as SigHashPreimage)"),
        ("Point", "{x=1, tags=[0x00, 9]}", "x.tags[1]: expected bytes as"),
    ],
)
def test_what_means_nothing_is_named(kind: str, text: str, message: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        read(kind, text)
    assert str(caught.value).startswith(message)


def test_nothing_can_be_signed_before_there_is_a_spend() -> None:
    shape = shape_of(Parameter("x", "Sig"), POINTS, constructing=True)
    for text in (f"sig:{KEY.wif()}", "preimage", "preimage:ALL"):
        with pytest.raises(ArgumentError, match=r"^x: expected a value that is known before the spend"):
            ValueReader().read("x", shape, text)


def test_a_key_may_lie_in_a_file(tmp_path: Path) -> None:
    for text in (KEY.wif(), f"0x{KEY.secret.hex()}\n"):
        (tmp_path / "key").write_text(text)
        assert read_key(f"@{tmp_path / 'key'}") == KEY


def test_a_file_that_names_a_file_is_no_key(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"@{tmp_path / 'key'}")
    with pytest.raises(KeyFormatError):
        read_key(f"@{tmp_path / 'key'}")


def test_hashes_of_hashes_go_as_deep_as_one_likes() -> None:
    digest = b""
    for _ in range(3000):
        digest = sha256(digest).digest()
    assert read("Sha256", "sha256:" * 3000 + "0x") == digest


@pytest.mark.parametrize("text", ["", "hello", "0x01", "0x" + "00" * 32, "0xzz", KEY.wif()[:-1]])
def test_what_is_no_key_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(KeyFormatError) as caught:
        read_key(text)
    assert not text or text not in str(caught.value)
