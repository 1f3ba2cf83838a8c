"""Frames of a connection: one form for each, and nothing else is read."""

from itertools import chain

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.channel.canonical import CanonicalError
from penstock.channel.safe.messages.kinds import Get, Key
from penstock.service.connection.frames import (
    LARGEST_REQUEST,
    ROWS,
    Attach,
    Code,
    Enquire,
    Fault,
    Frame,
    Hello,
    Offered,
    OpenWith,
    Pricing,
    attach_digest,
    from_bytes,
    joined,
    split,
    to_bytes,
)

HASH = bytes(range(32))
FRAMES: tuple[Frame, ...] = (
    Hello(HASH),
    Attach(HASH, HASH, 0, bytes(64)),
    Enquire("bsv:regtest", HASH),
    Offered(b"token", b"offer"),
    OpenWith(b"token", b"open"),
    OpenWith(b"token", b"open", HASH, 1),
    Pricing(HASH, HASH),
    Fault.of(Code.TOO_MANY, "too many frames: wait a second"),
    Get(HASH, HASH, 3),
    Key(HASH, 1, HASH),
)


@pytest.mark.parametrize("frame", FRAMES, ids=lambda each: type(each).__name__)
def test_a_frame_is_read_as_it_was_written(frame: Frame) -> None:
    assert from_bytes(to_bytes(frame)) == frame


def test_each_kind_is_among_the_frames_above() -> None:
    assert {row.kind for row in ROWS} <= {type(each) for each in FRAMES}


@pytest.mark.parametrize("frame", FRAMES, ids=lambda each: type(each).__name__)
def test_another_form_of_the_same_frame_is_refused(frame: Frame) -> None:
    data = to_bytes(frame)
    values = cbor2.loads(data)
    for other in (data + b"\x00", data[:-1], cbor2.dumps([*values, 0]), cbor2.dumps(values[:-1]), b"", b"\x80"):
        with pytest.raises(CanonicalError):
            from_bytes(other)


def test_a_number_that_is_not_a_frame_is_refused() -> None:
    with pytest.raises(CanonicalError, match="number is not known"):
        from_bytes(cbor2.dumps([23, HASH]))


def test_a_text_that_a_terminal_would_obey_is_refused() -> None:
    with pytest.raises(CanonicalError, match="printable"):
        from_bytes(cbor2.dumps([22, 1, "\x1b[2J"]))


@given(st.text(max_size=600))
def test_a_fault_has_room_for_any_text(text: str) -> None:
    fault = Fault.of(Code.TERMS, text)
    assert from_bytes(to_bytes(fault)) == fault


@given(st.binary(max_size=300))
def test_bytes_raise_only_the_one_error(data: bytes) -> None:
    try:
        frame = from_bytes(data)
    except CanonicalError:
        return
    assert to_bytes(frame) == data


def test_a_body_is_cut_into_its_frames() -> None:
    data = [to_bytes(each) for each in FRAMES]
    assert split(joined(data), LARGEST_REQUEST) == data
    assert split(b"", LARGEST_REQUEST) == []


@given(st.binary(max_size=64))
def test_a_body_of_any_bytes_is_cut_or_refused(body: bytes) -> None:
    try:
        frames = split(body, 16)
    except CanonicalError:
        return
    assert joined(frames) == body


def test_a_body_that_is_cut_off_or_has_a_large_frame_is_refused() -> None:
    body = joined([b"a" * 17])
    assert split(body, 17) == [b"a" * 17]
    for other, most in ((body, 16), (body[:-1], 17), (body[:3], 17)):
        with pytest.raises(CanonicalError, match="cut off"):
            split(other, most)


def test_an_attach_is_for_one_channel_and_both_numbers() -> None:
    numbers = [bytes([each]) * 32 for each in range(3)]
    digests = [
        attach_digest(*order) for order in ((*numbers,), (*numbers[::-1],), (numbers[1], numbers[0], numbers[2]))
    ]
    assert len(set(chain(digests))) == len(digests)
