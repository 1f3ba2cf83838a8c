"""Scripts that try to take long, under the guard, against hashing as many bytes as the guard's work allows."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Final

import penstock
from benchmarks.harness import Contender, Work, all_of
from benchmarks.hostile import SCRIPTS, Hostile
from benchmarks.works.contest import ahead
from penstock.vm.rules import Guard

_PIECE: Final = 10_000_000  # bytes
_LARGEST: Final = 102_000  # bytes
_VALUE: Final = 1_000  # satoshis


def works(bytes_to_hash: int = Guard().work) -> Iterator[Work]:
    """One table: on average a script takes at most as long as the guard's work of hashing."""
    piece = bytes(_PIECE)
    floor = Contender("hashing", lambda: [sha256(piece) for _ in range(bytes_to_hash // _PIECE)], lambda: True)
    each = [_judging(name, spend) for name, spend in SCRIPTS.items()]
    whole = Contender("all of them", all_of([one.run for one in each]), lambda: len(each) == len(SCRIPTS), len(each))
    yield Work("hostile scripts", "script", (floor, *each, whole), (ahead(floor.name),), whole.name, rounds=1)


def _judging(name: str, spend: Hostile) -> Contender:
    """Judge a hostile spend; the proof is that it ends as it should."""

    def error() -> str | None:
        unlocking, locking, _, rules, tx = spend
        return penstock.verify(unlocking, locking, tx=tx, input_index=0, value=_VALUE, rules=rules).error

    return Contender(
        name, error, lambda: len(spend.unlocking) + len(spend.locking) < _LARGEST and error() == spend.error
    )
