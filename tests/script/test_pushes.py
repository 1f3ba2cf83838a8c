"""Pushes are the shortest there are, at every boundary of the length prefixes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.script.opcodes import Op
from penstock.script.parse import instructions
from penstock.script.pushes import (
    MAX_PUSH,
    is_minimal_push,
    is_push_only,
    push,
    push_data,
    push_number,
    push_prefix,
    push_size,
)


@pytest.mark.parametrize(
    ("data", "script"),
    [
        (b"", "00"),
        (b"\x00", "0100"),
        (b"\x01", "51"),
        (b"\x10", "60"),
        (b"\x11", "0111"),
        (b"\x81", "4f"),
        (b"\x80", "0180"),
        (b"\x01\x02", "020102"),
    ],
)
def test_small_pushes(data: bytes, script: str) -> None:
    assert push(data).hex() == script


@pytest.mark.parametrize(
    ("size", "prefix"),
    [
        (75, "4b"),
        (76, "4c4c"),
        (255, "4cff"),
        (256, "4d0001"),
        (65535, "4dffff"),
        (65536, "4e00000100"),
        (MAX_PUSH, "4effffffff"),
    ],
)
def test_prefix_boundaries(size: int, prefix: str) -> None:
    assert push_prefix(size).hex() == prefix


def test_no_prefix_announces_more_than_four_bytes_can_say() -> None:
    with pytest.raises(ValueError, match="at most 4294967295 bytes"):
        push_prefix(MAX_PUSH + 1)


@pytest.mark.parametrize(("value", "script"), [(0, "00"), (-1, "4f"), (16, "60"), (17, "0111"), (128, "028000")])
def test_number_pushes(value: int, script: str) -> None:
    assert push_number(value).hex() == script


@given(st.one_of(st.binary(max_size=300), st.integers(0, 70_000).map(bytes)))
def test_a_push_is_one_instruction_with_the_data_and_the_size_foretold(data: bytes) -> None:
    script = push(data)
    assert push_size(data) == len(script)
    (instruction,) = instructions(script)
    opcode = instruction.opcode
    assert is_minimal_push(opcode, data)
    if instruction.data is None:
        assert data == (b"\x81" if opcode == Op.OP_1NEGATE else bytes((opcode - Op.OP_1 + 1,)))
    else:
        assert instruction.data == data


@given(st.binary(max_size=300))
def test_push_data_is_never_shorter_than_the_minimal_push(data: bytes) -> None:
    (instruction,) = instructions(push_data(data))
    assert instruction.data == data
    assert is_minimal_push(instruction.opcode, data) == (push_data(data) == push(data))


@pytest.mark.parametrize(
    ("script", "push_only"),
    [("", True), ("00", True), ("5060", True), ("61", False), ("0161", True), ("05", False), ("4c", False)],
)
def test_push_only(script: str, push_only: bool) -> None:
    assert is_push_only(bytes.fromhex(script)) is push_only
