"""`reverseBytes`: the short way and the long one give the same for every length, and refuse other lengths."""

import random
import re
from collections.abc import Callable
from functools import cache

import pytest

from penstock import Artifact, Spend
from penstock.script.hashes import hash160, sha256
from penstockc.ir.passes.expansions.reversal import LONGEST, SHORTEST
from penstockc.pipeline import compile_source
from tests.support.engines.outside_judges import bsv_sdk_accepts


@cache
def compiled(parameters: str, condition: str) -> Artifact:
    return compile_source(f"contract A {{ public function f({parameters}) {{ require({condition}); }} }}")


def size_of(artifact: Artifact) -> int:
    return len(bytes.fromhex(re.sub(r"<[^>]*>", "", artifact.hex)))


def datas(size: int) -> list[bytes]:
    chance = random.Random(size)
    edges = [bytes(size), b"\xff" * size, b"\x80" * size, b"\x01" + bytes(size - 1), bytes(size - 1) + b"\x80"]
    return [*edges, bytes(range(100, 100 + size)), *(chance.randbytes(size) for _ in range(4))]


@pytest.mark.parametrize("size", [2, 3, *range(SHORTEST - 1, LONGEST + 2)])
def test_every_length(size: int) -> None:
    artifact = compiled("bytes b, bytes r", f"reverseBytes(b[: {size}], {size}) == r")
    spend = Spend(artifact.instantiate())
    for data in datas(size):
        assert spend.verify("f", data, data[::-1])
        assert spend.verify("f", data + b"more", data[::-1])
        assert not spend.verify("f", data[:-1], data[:-1][::-1])
        wrong = bytearray(data[::-1])
        wrong[size // 2] ^= 0x40
        assert not spend.verify("f", data, bytes(wrong))
    if SHORTEST < size <= LONGEST:
        assert size_of(artifact) < 4 * size


@pytest.mark.parametrize("size", [2, SHORTEST, 20, 32])
def test_either_of_two_lengths(size: int) -> None:
    """A branch chooses between two reversals: the size of each stays a constant."""
    condition = f"(len(b) == {size} ? reverseBytes(b, {size}) : reverseBytes(b, {size + 1})) == r"
    spend = Spend(compiled("bytes b, bytes r", condition).instantiate())
    for length in range(size - 1, size + 3):
        for data in datas(length):
            assert bool(spend.verify("f", data, data[::-1])) == (length in {size, size + 1})


@pytest.mark.parametrize("size", [SHORTEST, 20, 32, 33, LONGEST])
def test_other_machines_agree(size: int) -> None:
    spend = Spend(compiled("bytes b, bytes r", f"reverseBytes(b[: {size}], {size}) == r").instantiate())
    for data in datas(size):
        for result in (data[::-1], data):
            call = spend.call("f", data, result)
            tx = spend.transaction(call).serialize()
            accepted = bsv_sdk_accepts(tx, 0, spend.locking_script, spend.value)
            assert accepted == bool(spend.judge(call)) == (result == data[::-1])


@pytest.mark.parametrize(
    ("expression", "size", "expected"),
    [
        ("sha256(b)", 32, sha256),
        ("hash160(b)", 20, hash160),
        ("num2bin(len(b), 24)", 24, lambda b: len(b).to_bytes(24, "little")),
        ("b[3 : 35]", 32, lambda b: b[3:35]),
        ("sha256(b)[12 :]", 20, lambda b: sha256(b)[12:]),
        ("(b[: 10] + hash160(b))", 30, lambda b: b[:10] + hash160(b)),
        ("(~sha256(b) ^ b[: 32])", 32, lambda b: bytes(x ^ y ^ 0xFF for x, y in zip(sha256(b), b, strict=False))),
        ("(sha256(b) >> 4)", 32, lambda b: (int.from_bytes(sha256(b), "big") >> 4).to_bytes(32, "big")),
        ("reverseBytes(sha256(b), 32)", 32, lambda b: sha256(b)[::-1]),
    ],
)
def test_lengths_that_are_certain(expression: str, size: int, expected: Callable[[bytes], bytes]) -> None:
    artifact = compiled("bytes b, bytes r", f"reverseBytes({expression}, {size}) == r")
    data = bytes(range(7, 207))
    result = expected(data)
    assert len(result) == size
    spend = Spend(artifact.instantiate())
    assert spend.verify("f", data, result[::-1])
    assert not spend.verify("f", data, result)
    assert size_of(artifact) < 4 * size


@pytest.mark.parametrize("size", [1, 2, 4, SHORTEST - 1, SHORTEST, 32, LONGEST, LONGEST + 1])
def test_where_no_length_is_certain_it_is_required(size: int) -> None:
    """31 bytes are not taken for 32, by bsv-sdk neither."""
    artifact = compiled("bytes b, bytes r", f"reverseBytes(b, {size}) == r")
    spend = Spend(artifact.instantiate())
    data = bytes(range(1, size + 4))
    for length in range(max(size - 3, 0), size + 3):
        given = data[:length]
        results = {given[::-1], given, given[size - 1 :] + given[: size - 1][::-1]}
        for result in results:
            call = spend.call("f", given, result)
            accepted = length == size and result == given[::-1]
            assert bool(spend.judge(call)) == accepted
            tx = spend.transaction(call).serialize()
            assert bsv_sdk_accepts(tx, 0, spend.locking_script, spend.value) == accepted
    if SHORTEST <= size <= LONGEST:
        assert size_of(artifact) <= size_of(compiled("bytes b, bytes r", f"reverseBytes(b[: {size}], {size}) == r")) + 4
