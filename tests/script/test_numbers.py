"""Script numbers: known encodings, and properties of all of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.script.numbers import (
    NumberDoesNotFit,
    NumberNotMinimal,
    NumberTooLong,
    as_bool,
    decode_number,
    encode_number,
    is_minimal,
    minimal,
    resize_number,
)

KNOWN = {
    0: "",
    1: "01",
    -1: "81",
    127: "7f",
    128: "8000",
    -128: "8080",
    255: "ff00",
    256: "0001",
    -255: "ff80",
    -256: "0081",
    0x7FFF: "ff7f",
    0x8000: "008000",
    -0x8000: "008080",
    2**31 - 1: "ffffff7f",
    -(2**31): "0000008080",
    520: "0802",
}


@pytest.mark.parametrize(("value", "data"), KNOWN.items())
def test_known_encodings(value: int, data: str) -> None:
    assert encode_number(value).hex() == data
    assert decode_number(bytes.fromhex(data), minimal=True) == value


@pytest.mark.parametrize(
    ("data", "value"), [("00", 0), ("80", 0), ("0080", 0), ("0100", 1), ("0180", -1), ("ff0080", -255)]
)
def test_longer_encodings_read_as_the_same_number_unless_minimal_is_asked(data: str, value: int) -> None:
    raw = bytes.fromhex(data)
    assert decode_number(raw) == value
    assert not is_minimal(raw)
    assert minimal(raw) == encode_number(value)
    with pytest.raises(NumberNotMinimal):
        decode_number(raw, minimal=True)


def test_length_is_judged_before_form() -> None:
    with pytest.raises(NumberTooLong) as caught:
        decode_number(bytes(5), max_size=4, minimal=True)
    assert (caught.value.size, caught.value.max_size) == (5, 4)


@pytest.mark.parametrize(
    ("data", "truth"),
    [
        ("", False),
        ("00", False),
        ("80", False),
        ("000080", False),
        ("01", True),
        ("8000", True),
        ("81", True),
    ],
)
def test_truth(data: str, truth: bool) -> None:
    assert as_bool(bytes.fromhex(data)) is truth


@pytest.mark.parametrize(
    ("data", "size", "resized"),
    [
        ("", 0, ""),
        ("", 3, "000000"),
        ("00", 0, ""),
        ("01", 1, "01"),
        ("81", 2, "0180"),
        ("ff80", 2, "ff80"),
        ("ff80", 3, "ff0080"),
        ("0180", 1, "81"),
    ],
)
def test_resizing_moves_the_sign(data: str, size: int, resized: str) -> None:
    assert resize_number(bytes.fromhex(data), size).hex() == resized


def test_a_number_that_does_not_fit_is_refused() -> None:
    with pytest.raises(NumberDoesNotFit) as caught:
        resize_number(b"\x80\x00", 1)
    assert (caught.value.needed, caught.value.size) == (2, 1)


@given(st.integers())
def test_encoding_round_trips_and_is_minimal(value: int) -> None:
    data = encode_number(value)
    assert is_minimal(data)
    assert decode_number(data, minimal=True) == value


@given(st.binary(max_size=40))
def test_the_minimal_form_has_the_same_value_and_truth(data: bytes) -> None:
    shortest = minimal(data)
    assert len(shortest) <= len(data)
    assert shortest == encode_number(decode_number(data))
    assert as_bool(shortest) == as_bool(data) == (decode_number(data) != 0)
    assert is_minimal(data) == (shortest == data)


@given(st.binary(max_size=20), st.integers(0, 10))
def test_resizing_keeps_the_value(data: bytes, more: int) -> None:
    resized = resize_number(data, len(minimal(data)) + more)
    assert len(resized) == len(minimal(data)) + more
    assert decode_number(resized) == decode_number(data)
