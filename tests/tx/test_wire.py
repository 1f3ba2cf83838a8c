"""Compact sizes have one form each."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from penstock.tx.wire import Reader, TransactionError, compact_size


@pytest.mark.parametrize(
    ("size", "written"),
    [
        (0, "00"),
        (252, "fc"),
        (253, "fdfd00"),
        (0xFFFF, "fdffff"),
        (0x1_0000, "fe00000100"),
        (0xFFFF_FFFF, "feffffffff"),
        (0x1_0000_0000, "ff0000000001000000"),
        (2**64 - 1, "ffffffffffffffffff"),
    ],
)
def test_the_limits_of_each_form(size: int, written: str) -> None:
    assert compact_size(size).hex() == written
    assert Reader(bytes.fromhex(written)).compact_size("size") == size


@given(st.integers(0, 2**64 - 1) | st.integers(0, 70_000))
def test_reading_gives_back_what_was_written(size: int) -> None:
    reader = Reader(compact_size(size))
    assert reader.compact_size("size") == size
    assert reader.remaining == 0


@given(st.integers(0, 2**32 - 1), st.sampled_from([(0xFD, 2), (0xFE, 4), (0xFF, 8)]))
@example(252, (0xFD, 2))
@example(0xFFFF, (0xFE, 4))
@example(0xFFFF_FFFF, (0xFF, 8))
def test_only_the_shortest_form_is_read(size: int, form: tuple[int, int]) -> None:
    mark, width = form
    written = bytes((mark,)) + (size % 256**width).to_bytes(width, "little")
    shortest = compact_size(size % 256**width)
    if written == shortest:
        assert Reader(written).compact_size("size") == size % 256**width
    else:
        with pytest.raises(TransactionError, match="not in its shortest form") as caught:
            Reader(written).compact_size("size")
        assert (caught.value.field, caught.value.offset) == ("size", 0)
