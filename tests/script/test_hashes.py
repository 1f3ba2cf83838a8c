"""The hashes are the published ones, wherever they come from."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.script import ripemd160 as own
from penstock.script.hashes import hash160, hash256, hash256_of, ripemd160, sha1, sha256, sha256_of, tagged_hash
from tests.support.fresh_python import run_fresh

# The test values of RIPEMD-160's authors.
RIPEMD160 = {
    b"": "9c1185a5c5e9fc54612808977ee8f548b2258d31",
    b"a": "0bdc9d2d256b3ee9daae347be6f4dc835a467ffe",
    b"abc": "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc",
    b"message digest": "5d0689ef49d2fae572b881b123a85ffa21595f36",
    b"abcdefghijklmnopqrstuvwxyz": "f71c27109c692c1b56bbdceb5b9d2865b3708dbc",
    b"1234567890" * 8: "9b752e45573d4b39f4dbd3323cab82bf63326bfb",
}


@pytest.mark.parametrize("digest", [ripemd160, own.digest], ids=["offered", "own"])
@pytest.mark.parametrize(("data", "expected"), RIPEMD160.items(), ids=lambda value: str(value)[:12])
def test_ripemd160(digest: object, data: bytes, expected: str) -> None:
    assert callable(digest)
    assert digest(data).hex() == expected


@given(st.binary(max_size=200))
def test_both_ripemd160_agree(data: bytes) -> None:
    assert own.digest(data) == ripemd160(data)


def test_an_openssl_without_ripemd160_is_replaced() -> None:
    program = """
import hashlib
offered = hashlib.new
def refuse(name, *args, **kwargs):
    if name == "ripemd160":
        raise ValueError("unsupported hash type ripemd160")
    return offered(name, *args, **kwargs)
hashlib.new = refuse
from penstock.script.hashes import hash160, ripemd160
print(ripemd160(b"abc").hex(), hash160(b"abc").hex())
"""
    assert run_fresh(program).stdout.split() == [RIPEMD160[b"abc"], hash160(b"abc").hex()]


def test_the_others() -> None:
    assert sha1(b"abc").hex() == "a9993e364706816aba3e25717850c26c9cd0d89d"
    assert sha256(b"abc").hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert hash256(b"abc") == sha256(sha256(b"abc"))
    assert hash160(b"abc") == ripemd160(sha256(b"abc"))


@given(st.lists(st.binary(max_size=50) | st.just(bytes(70_000)), max_size=5))
def test_parts_hash_like_the_whole(parts: list[bytes]) -> None:
    whole = b"".join(parts)
    assert sha256_of(parts) == sha256(whole)
    assert hash256_of([memoryview(part) for part in parts]) == hash256(whole)


def test_a_tag_makes_another_hash() -> None:
    tag = hashlib.sha256(b"TapLeaf").digest()
    assert tagged_hash("TapLeaf", b"a", b"b") == hashlib.sha256(tag + tag + b"ab").digest()
