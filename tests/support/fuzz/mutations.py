"""Changes of real inputs, where coverage does not guide: bytes set, cut, put in, doubled; two inputs joined."""

import random
from collections.abc import Callable, Sequence
from typing import Final

from tests.support.fuzz.target import Target

_EDGES: Final = (b"\x00", b"\xff", b"\x7f", b"\x80", b"\x1b\xff" + b"\xff" * 7, b"\xc2\x59\x09\x00" + b"\xff" * 2_304)
"""Bytes at which readers err: ends of ranges, lengths beyond all data, a number of thousands of digits."""


def changed(seed: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    """Return an input with one to four changes."""
    for _ in range(chance.randint(1, 4)):
        seed = chance.choice(_CHANGES)(seed, others, chance)
    return seed


def hunt(target: Target, runs: int, number: int) -> tuple[bytes, Exception] | None:
    """Run a target over its seeds, and over so many changes of them; return the first input at which it raises.

    Args:
        target: the target.
        runs: changed inputs.
        number: the seed of chance.
    """
    chance, seeds = random.Random(number), target.seeds()
    inputs = (changed(chance.choice(seeds), seeds, chance) for _ in range(runs))
    for each in (*seeds, *inputs):
        try:
            target.run(each)
        except Exception as error:  # noqa: BLE001 - that is what is looked for
            return each, error
    return None


def _set(seed: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    place = chance.randint(0, len(seed))
    return seed[:place] + bytes([chance.randrange(256)]) + seed[place + 1 :]


def _cut(seed: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    place = chance.randint(0, len(seed))
    return seed[:place] + seed[place + chance.randint(1, 40) :]


def _put(seed: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    place = chance.randint(0, len(seed))
    return seed[:place] + chance.choice(_EDGES) + seed[place + chance.randint(0, 9) :]


def _doubled(seed: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    place = chance.randint(0, len(seed))
    return seed[:place] + seed[max(place - chance.randint(1, 40), 0) :]


def _joined(seed: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    """Go on with the events, or the bytes, of another input."""
    return seed + chance.choice(others)[chance.choice((0, 1)) :]


_CHANGES: Final[Sequence[Callable[[bytes, Sequence[bytes], random.Random], bytes]]] = (
    _set,
    _cut,
    _put,
    _doubled,
    _joined,
)
