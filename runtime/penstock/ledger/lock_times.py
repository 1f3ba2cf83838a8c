"""Lock times (nLockTime) and sequence numbers (BIP68) that keep a transaction out of the next block.

BSV has lock times only: relative locks ended there with Genesis. Times are median times past (BIP113), in seconds;
heights are in blocks.
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
    """The moment at which a transaction is checked.

    Attributes:
        height: height of the next block.
        median_time: the median time past of the chain below that block.
    """

    height: int
    median_time: int


def check_lock_time(transaction: Transaction, now: Now) -> NotFinal | None:
    """Check that the lock time has passed, or is disabled because every sequence number is final."""
    by_height = transaction.lock_time < LOCK_TIME_THRESHOLD
    present = now.height if by_height else now.median_time
    if transaction.lock_time < present or all(txin.sequence == FINAL_SEQUENCE for txin in transaction.inputs):
        return None
    return NotFinal(transaction.lock_time, present, "height" if by_height else "time")


def check_sequences(
    transaction: Transaction, heights: list[int], median_time_below: Callable[[int], int], now: Now
) -> SequenceLocked | None:
    """Check that every input's coin is as old as its sequence number requires.

    Args:
        transaction: the transaction; versions below 2 have no relative locks.
        heights: the height of the block with each input's coin; that of the next block for a coin in the pool.
        median_time_below: the median time past below the block of a given height.
        now: the moment of the check.
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
