"""RIPEMD-160 in plain Python, for an OpenSSL without it: bytes in, 20 bytes out.

Written from the description of Dobbertin, Bosselaers and Preneel ("RIPEMD-160: a strengthened version of RIPEMD",
1996): two lines of five rounds of sixteen steps run over each block of 64 bytes and are added to the state. It is about
200 times slower than OpenSSL's, which `penstock.script.hashes` prefers.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from struct import Struct
from typing import Final

_MASK: Final = 0xFFFF_FFFF
_START: Final = (0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0)
_WORDS: Final = Struct("<16I")
_STATE: Final = Struct("<5I")

_Mix = Callable[[int, int, int], int]
_MIXES: Final[tuple[_Mix, ...]] = (
    lambda x, y, z: x ^ y ^ z,
    lambda x, y, z: (x & y) | (~x & z),
    lambda x, y, z: (x | ~y) ^ z,
    lambda x, y, z: (x & z) | (y & ~z),
    lambda x, y, z: x ^ (y | ~z),
)
_LEFT_ADDENDS: Final = (0x00000000, 0x5A827999, 0x6ED9EBA1, 0x8F1BBCDC, 0xA953FD4E)
_RIGHT_ADDENDS: Final = (0x50A28BE6, 0x5C4DD124, 0x6D703EF3, 0x7A6D76E9, 0x00000000)

# The word of the block that a step reads, one row per round.
_RHO: Final = (7, 4, 13, 1, 10, 6, 15, 3, 12, 0, 9, 5, 2, 14, 11, 8)
# The rotation of a word: by round and by word, not by step.
_ROTATIONS: Final = (
    (11, 14, 15, 12, 5, 8, 7, 9, 11, 13, 14, 15, 6, 7, 9, 8),
    (12, 13, 11, 15, 6, 9, 9, 7, 12, 15, 11, 13, 7, 8, 7, 7),
    (13, 15, 14, 11, 7, 7, 6, 8, 13, 14, 13, 12, 5, 5, 6, 9),
    (14, 11, 12, 14, 8, 6, 5, 5, 15, 12, 15, 14, 9, 9, 8, 6),
    (15, 12, 13, 13, 9, 5, 8, 6, 14, 11, 12, 11, 8, 6, 5, 5),
)


def _word_orders(first: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Yield the order of words in each round: every round permutes the one before by rho."""
    order = first
    for _ in range(5):
        yield order
        order = tuple(_RHO[word] for word in order)


@dataclass(frozen=True, slots=True)
class _Round:
    """One of the eighty steps of a line: its mixing function, the index of its word, its rotation."""

    mix: _Mix
    addend: int
    word: int
    rotation: int


def _line(mixes: Sequence[_Mix], addends: Sequence[int], orders: Iterator[tuple[int, ...]]) -> tuple[_Round, ...]:
    rounds = zip(mixes, addends, orders, _ROTATIONS, strict=True)
    return tuple(
        _Round(mix, addend, word, rotations[word]) for mix, addend, order, rotations in rounds for word in order
    )


_LEFT: Final = _line(_MIXES, _LEFT_ADDENDS, _word_orders(tuple(range(16))))
_RIGHT: Final = _line(_MIXES[::-1], _RIGHT_ADDENDS, _word_orders(tuple((9 * i + 5) % 16 for i in range(16))))


def _rotate(word: int, by: int) -> int:
    word &= _MASK
    return (word << by) | (word >> (32 - by))


def _run(line: tuple[_Round, ...], state: Sequence[int], words: Sequence[int]) -> tuple[int, int, int, int, int]:
    a, b, c, d, e = state
    for step in line:
        total = a + step.mix(b, c, d) + words[step.word] + step.addend
        a, b, c, d, e = e, (_rotate(total, step.rotation) + e) & _MASK, b, _rotate(c, 10) & _MASK, d
    return a, b, c, d, e


def _compress(state: tuple[int, ...], block: bytes) -> tuple[int, ...]:
    words = _WORDS.unpack(block)
    left, right = _run(_LEFT, state, words), _run(_RIGHT, state, words)
    return tuple((state[(i + 1) % 5] + left[(i + 2) % 5] + right[(i + 3) % 5]) & _MASK for i in range(5))


def digest(data: bytes) -> bytes:
    """Return the RIPEMD-160 of `data`, 20 bytes."""
    whole = len(data) // 64 * 64
    tail = bytes(data[whole:]) + b"\x80"
    tail += bytes(-(len(tail) + 8) % 64) + (8 * len(data)).to_bytes(8, "little")
    state: tuple[int, ...] = _START
    for start in range(0, whole, 64):
        state = _compress(state, data[start : start + 64])
    for start in range(0, len(tail), 64):
        state = _compress(state, tail[start : start + 64])
    return _STATE.pack(*state)
