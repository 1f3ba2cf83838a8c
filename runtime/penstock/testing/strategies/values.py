"""Strategies for single values: their edges, and values between them. Small values first: examples shrink to them."""

from collections.abc import Iterable, Iterator
from typing import Final

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

_SIZES: Final = (1, 2, 3, 4, 5, 8, 9, 32, 33)
"""Bytes of script numbers, around whose borders something may change."""
_LONG: Final = (75, 76, 255, 256, 520, 521)
"""Bytes at which pushes get another prefix, and the longest that btc pushes, each with the next."""


def numbers(*, longest: int | None = None, more: Iterable[int] = ()) -> SearchStrategy[int]:
    """Return whole numbers: small ones, the borders between sizes in bytes with their neighbours, long ones.

    Args:
        longest: bytes of the longest number that the script reads, as on btc; one size more is drawn too. None for no
            limit.
        more: numbers of interest, such as those in a contract; their neighbours are drawn too.
    """
    sizes = [size for size in _SIZES if longest is None or size <= longest + 1]
    near = [each + step for each in more for step in (0, 1, -1)]
    most = 1 << 8 * sizes[-1]
    parts = [st.integers(-16, 16), *([st.sampled_from(near)] if near else []), st.sampled_from(list(_borders(sizes)))]
    return st.one_of(*parts, st.integers(-most, most))


def _borders(sizes: Iterable[int]) -> Iterator[int]:
    """Yield the largest numbers of each size in bytes, and those next to them, also those without a sign bit."""
    yield from (0, 1, -1)
    for size in sizes:
        for border in (1 << 8 * size - 1, 1 << 8 * size):
            for near in (border - 1, border, border + 1):
                yield from (near, -near)


def byte_strings(
    *, lengths: Iterable[int] = (), longest: int = _LONG[-1], more: Iterable[bytes] = ()
) -> SearchStrategy[bytes]:
    """Return byte strings: empty, short, at the borders of pushes; or of given lengths.

    Args:
        lengths: the only lengths; none means any.
        longest: the most bytes.
        more: byte strings of interest, such as those in a contract.
    """
    fixed = list(lengths)
    known = [each for each in more if (not fixed or len(each) in fixed) and len(each) <= longest]
    parts: list[SearchStrategy[bytes]] = [st.sampled_from(known)] if known else []
    if fixed:
        return st.one_of(*parts, *(_of_length(length) for length in fixed))
    short = st.binary(max_size=min(40, longest))
    long = [length for length in _LONG if length <= longest]
    return st.one_of(short, *parts, *map(_of_length, long))


def _of_length(length: int) -> SearchStrategy[bytes]:
    same = st.sampled_from([b"\x00", b"\xff", b"\x80", b"\x01"]).map(lambda byte: byte * length)
    return st.one_of(same, st.binary(min_size=length, max_size=length))
