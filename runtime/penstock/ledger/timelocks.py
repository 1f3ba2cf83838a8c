"""When lock times (nLockTime) and sequence numbers (BIP68) let a transaction into the next block.

BSV asks for lock times only: relative locks ended there with Genesis. Times are median times
past (BIP113), in seconds; heights are in blocks.
"""

from collections.abc import Callable
from dataclasses import dataclass

from penstock.ledger.reasons import NotFinal, SequenceLocked
from penstock.script.consensus import (
    FINAL_SEQUENCE,
    LOCK_TIME_THRESHOLD,
    RELATIVE_LOCK_VERSION,
    SEQUENCE_DISABLED,
    SEQUENCE_IN_SECONDS,
    SEQUENCE_MASK,
    SEQUENCE_SECONDS_SHIFT,
)
from penstock.tx.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Now:
    """The moment at which a transaction is judged.

    Attributes:
        height: of the block that it would go into.
        median_time: the median time past of the chain below that block.
    """

    height: int
    median_time: int


def check_lock_time(transaction: Transaction, now: Now) -> NotFinal | None:
    """Ask whether the lock time has passed, or is switched off by every sequence number being final."""
    by_height = transaction.lock_time < LOCK_TIME_THRESHOLD
    present = now.height if by_height else now.median_time
    if transaction.lock_time < present or all(txin.sequence == FINAL_SEQUENCE for txin in transaction.inputs):
        return None
    return NotFinal(transaction.lock_time, present, "height" if by_height else "time")


def check_sequences(
    transaction: Transaction, heights: list[int], median_time_below: Callable[[int], int], now: Now
) -> SequenceLocked | None:
    """Ask whether every input's coin is as old as its sequence number demands.

    Args:
        transaction: what is judged; versions below 2 have no relative locks.
        heights: in which block each input's coin lies; that of the next block for one in the pool.
        median_time_below: the median time past below the block of a given height.
        now: when it is judged.
    """
    if transaction.version & 0xFFFF_FFFF < RELATIVE_LOCK_VERSION:
        return None
    for index, (txin, height) in enumerate(zip(transaction.inputs, heights, strict=True)):
        if txin.sequence & SEQUENCE_DISABLED:
            continue
        age = txin.sequence & SEQUENCE_MASK
        if txin.sequence & SEQUENCE_IN_SECONDS:
            until, present, unit = median_time_below(height) + (age << SEQUENCE_SECONDS_SHIFT), now.median_time, "time"
        else:
            until, present, unit = height + age, now.height, "height"
        if present < until:
            return SequenceLocked(index, until, present, unit)
    return None
