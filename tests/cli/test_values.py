"""Text of an argument becomes a value of the parameter's type, or a message with the expected forms."""

from hashlib import sha1, sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.artifact.artifact import Artifact, Parameter, Struct
from penstock.cli.values import ValueReader, read_key
from penstock.contract.errors import ArgumentError
from penstock.contract.values.demanded import PREIMAGE
from penstock.contract.values.hashed import HashedMap, HashedSet
from penstock.contract.values.shape import shape_of
from penstock.script.hashes import hash160, hash256, ripemd160
from penstock.tx.keys import KeyFormatError, PrivateKey
from tests.support.spending.hand_made import remade

KEY = PrivateKey.from_bytes(b"\x07" * 32)
POINTS = remade(
    "", "", "Points", {}, structs=(Struct("Point", (Parameter("x", "int"), Parameter("tags", "bytes[2]"))),)
)


class Signed:
    """Writes down what is asked for, in place of a spend."""

    def sign(self, key: PrivateKey | bytes, hash_type: str | int = "ALL", *, separator: int | None = None) -> bytes:
        assert isinstance(key, PrivateKey)
        after = "" if separator is None else f" after {separator}"
        return key.secret[:1] + f"{hash_type}{after}".encode()

    def preimage(self, hash_type: str | int = "ALL", *, separator: int | None = None) -> bytes:
        after = "" if separator is None else f" after {separator}"
        return f"preimage {hash_type}{after}".encode()


def read(kind: str, text: str, *, artifact: Artifact = POINTS) -> object:
    shape = shape_of(Parameter("x", kind), artifact, constructing=False)
    return ValueReader(Signed()).read("x", shape, text)


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
        ("Sig", f"sig:{KEY.wif()}:ALL@0", b"\x07ALL after 0"),
        ("Sig", f"sig:{KEY.wif()}:NONE@12", b"\x07NONE after 12"),
        ("Sig", f"sig:{KEY.wif()}:@1", b"\x07ALL after 1"),
        ("SigHashPreimage", "preimage:SINGLE@1", b"preimage SINGLE after 1"),
        ("SigHashPreimage", "preimage", PREIMAGE),
        ("bytes", "preimage", PREIMAGE),
        ("SigHashPreimage", "preimage:SINGLE|ANYONECANPAY", b"preimage SINGLE|ANYONECANPAY"),
        ("Sha256", "sha256:preimage:ALL", sha256(b"preimage ALL").digest()),
        ("bool[2]", '[true, "false"]', [True, False]),
        ("Point", '{"x": 1, "tags": ["0x00", "text:a"]}', {"x": 1, "tags": [b"\x00", b"a"]}),
        (
            "Point[2]",
            '[{"x": "0x10", "tags": []}, "{x=1, tags=[0x]}"]',
            [{"x": 16, "tags": []}, {"x": 1, "tags": [b""]}],
        ),
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
        (
            "Sig",
            f"sig:{KEY.wif()}:ALL@",
            "x: expected the number of a code separator after @, from 0, as in ALL@0, got",
        ),
        ("Sig", f"sig:{KEY.wif()}:ALL@-1", "x: expected the number of a code separator after @, from 0, as in ALL@0"),
        ("bytes", "preimage:ALL@x", "x: expected the number of a code separator after @, from 0, as in ALL@0"),
        ("bytes", "pub", "x: expected bytes as 0x…, @file, text:…, pub:KEY, sig:KEY or sha256:…, got 'pub'"),
        ("int[2]", "1, 2", "x: expected […, …] (int[2]), got '1, 2'"),
        ("int[2]", "[1, x]", "x[1]: expected int as a decimal or 0x… number, got 'x'"),
        ("Point", "[1]", "x: expected {…, …} (Point), got '[1]'"),
        ("Point", "{x=1}", "x: expected {x=…, tags=…} (Point), got '{x=1}'"),
        ("Sig", "preimage", "x: expected Sig, got preimage (declare the parameter as SigHashPreimage)"),
        ("Point", "{x=1, tags=[0x00, 9]}", "x.tags[1]: expected bytes as"),
        ("Point", '{"x": 1, "tags": ', 'x: expected {…, …} (Point), got \'{"x": 1, "tags":\''),
        ("Point", "{x=1, x=2, tags=[]}", "x: expected each field, key or element once, got 'x' twice"),
        ("Point", '{"x": 1, "x": 2, "tags": []}', "x: expected each field, key or element once, got 'x' twice"),
        ("Point", "{x, tags=[]}", "x: expected {x=…, tags=…} (Point), got '{x, tags=[]}'"),
        ("Point", '{"x": 1, "y": "0x"}', 'x: expected {x=…, tags=…} (Point), got \'{"x": 1, "y": "0x"}\''),
        ("Point", '{"x": true, "tags": []}', "x.x: expected int as a number, got 'true'"),
        ("Point", '{"x": 1.5, "tags": []}', "x.x: expected int as a number, got '1.5'"),
        ("Point", '{"x": null, "tags": []}', "x: expected {x=…, tags=…} (Point)"),
        ("Point", '{"x": [], "tags": []}', "x.x: expected int as a number, got '[]'"),
        ("Point", '{"x": 1, "tags": [2, "0x"]}', "x.tags[0]: expected bytes as 0x…, @file, text:…, pub:KEY,"),
        ("Point", '{"x": 1, "tags": {}}', "x.tags: expected […, …] (bytes[2]), got '{}'"),
        ("Point", '["x"]', "x: expected {…, …} (Point), got '[\"x\"]'"),
        ("bool[1]", '[{"a": 1}]', "x[0]: expected bool as true or false, got '{\"a\": 1}'"),
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


# Maps and sets --------------------------------------------------------------------------------------------------------


def stored(kind: str, text: str) -> bytes:
    found = read(kind, text)
    assert isinstance(found, HashedMap | HashedSet)
    return found.data


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("HashedMap<int,int>", "{}", HashedMap()),
        ("HashedMap<int,int>", "{1=5, -2=0x10}", HashedMap({1: 5, -2: 16})),
        ("HashedMap<int,int>", '{"1": 5, "-2": "0x10"}', HashedMap({1: 5, -2: 16})),
        ("HashedMap<bytes,bool>", "{text:a=true, 0x=false}", HashedMap({b"a": True, b"": False})),
        ("HashedMap<bytes,bytes>", "{text:a=text:b=c}", HashedMap({b"a": b"b=c"})),
        ("HashedMap<bytes,bytes>", '{"text:a=b": "text:c,d"}', HashedMap({b"a=b": b"c,d"})),
        ("HashedMap<int,Point>", "{1={x=2, tags=[0x00, 0x01]}}", HashedMap({1: (2, [b"\x00", b"\x01"])})),
        ("HashedMap<Point,int>", "{{tags=[0x00, 0x01], x=2}=1}", HashedMap([((2, [b"\x00", b"\x01"]), 1)])),
        ("HashedMap<int[2],int[2]>", "{[1, 2]=[3, 4]}", HashedMap([([1, 2], [3, 4])])),
        ("HashedMap<int,int[2]>", '{"1": [3, "4"]}', HashedMap([(1, [3, 4])])),
        ("HashedMap<PubKey,int>", f"{{pub:{KEY.wif()}=1}}", HashedMap({KEY.public_key: 1})),
        ("HashedMap<Ripemd160,int>", f"{{hash160:pub:{KEY.wif()}=1}}", HashedMap({hash160(KEY.public_key): 1})),
        ("HashedSet<int>", "{}", HashedSet()),
        ("HashedSet<int>", "{3, 1}", HashedSet([1, 3])),
        ("HashedSet<bytes>", "{text:a=b, 0x}", HashedSet([b"a=b", b""])),
        ("HashedSet<bytes>", '["text:a,b", "0x"]', HashedSet([b"a,b", b""])),
        ("HashedSet<int[2]>", '[[1, 2], "[3, 4]"]', HashedSet([[1, 2], [3, 4]])),
        ("HashedSet<Point>", "{{x=2, tags=[0x00, 0x01]}}", HashedSet([(2, [b"\x00", b"\x01"])])),
    ],
)
def test_maps_and_sets_have_the_bytes_of_pythons(
    kind: str, text: str, value: HashedMap[Any, Any] | HashedSet[Any]
) -> None:
    assert stored(kind, text) == value.data


def test_a_map_inside_a_struct_or_an_array() -> None:
    found = read("HashedMap<int,int>[2]", "[{1=2}, {}]")
    assert isinstance(found, list)
    assert [each.data for each in found] == [HashedMap({1: 2}).data, b""]


@pytest.mark.parametrize("kind", ["HashedMap<int,int>", "HashedSet<int>"])
def test_the_stored_bytes_may_be_given(kind: str) -> None:
    assert read(kind, "{_data=0x00ff}") == read("HashedMap<int,int>", '{"_data": "0x00ff"}') == {"_data": b"\x00\xff"}


@pytest.mark.parametrize(
    ("kind", "text", "message"),
    [
        ("HashedMap<int,int>", "{1}", "x: expected {key=value, …} (HashedMap), got '1'"),
        ("HashedMap<int,int>", "1=2", "x: expected {…, …} (HashedMap), got '1=2'"),
        ("HashedMap<int,int>", "{a=2}", "x[a]: expected int as a decimal or 0x… number, got 'a'"),
        ("HashedMap<int,int>", "{1=a}", "x[1]: expected int as a decimal or 0x… number, got 'a'"),
        ("HashedMap<int,int>", "{1=2, 0x1=3}", "x: expected each field, key or element once, got '0x1' twice"),
        ("HashedMap<int,int>", '{"1": 2, "1": 3}', "x: expected each field, key or element once, got '1' twice"),
        ("HashedMap<int,int>", '{"1": true}', "x[1]: expected int as a number, got 'true'"),
        ("HashedMap<int,int>", '{"1": null}', "x: expected {key=value, …} (HashedMap), got '1'"),
        ("HashedMap<Sha256,int>", "{0x00=1}", "x[0x00]: expected Sha256 (32 bytes), got 1 byte 00"),
        ("HashedMap<int,int[2]>", "{1=[1]}", "x[1]: expected a list of 2 values (int[2]), got list of 1"),
        ("HashedMap<int,int>", '["1"]', "x: expected {…, …} (HashedMap), got '[\"1\"]'"),
        ("HashedSet<int>", "{1, 2, 1}", "x: expected each field, key or element once, got '1' twice"),
        ("HashedSet<int>", "{1=2}", "x[1=2]: expected int as a decimal or 0x… number, got '1=2'"),
        ("HashedSet<bytes>", '[1, "0x"]', "x[1]: expected bytes as 0x…"),
        ("HashedSet<PubKey>", "{0x02}", "x[0x02]: expected PubKey (33 or 65 bytes), got 1 byte 02"),
        ("SortedItem<int>", "item:m:1", "x: expected item:MAP:KEY with a map of --set or --state (none), got"),
    ],
)
def test_mistakes_in_maps_are_named(kind: str, text: str, message: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        read(kind, text)
    assert str(caught.value).startswith(message)


@given(st.dictionaries(st.integers(), st.binary(max_size=5), max_size=20), st.integers())
def test_an_item_is_the_one_of_the_map(entries: dict[int, bytes], key: int) -> None:
    reader = ValueReader()
    shapes = [
        shape_of(Parameter("x", kind), POINTS, constructing=False)
        for kind in ("HashedMap<int,bytes>", "SortedItem<int>")
    ]
    pages = HashedMap(entries)
    text = ", ".join(f"{number}=0x{data.hex()}" for number, data in entries.items())
    made = reader.read("pages", shapes[0], f"{{{text}}}")
    assert isinstance(made, HashedMap)
    assert made.data == pages.data
    for each in (key, *entries):
        item = pages.item(each)
        assert reader.read("x", shapes[1], f"item:pages:{each}") == {"item": each, "idx": item.idx}
    assert reader.read("x", shapes[1], "{item=1, idx=0}") == {"item": 1, "idx": 0}
