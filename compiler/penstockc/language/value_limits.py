"""Size limits of numbers and byte strings on a target.

The language has no limits of its own; the machine that runs a contract has, and a program that exceeds one aborts.
"""

from penstock.records import Record


class ValueLimits(Record, frozen=True):
    """Sizes in bytes; None means no limit.

    Attributes:
        operand: the longest number that an operation reads.
        result: the longest number that an operation returns.
        lock_time: the longest number that a lock-time check reads.
        element: the longest byte string that an operation returns.
        packed: the longest number whose bytes are used, from any source. A number from outside is read first, so
            `operand` limits it anyway. Where a branch chooses between one from outside and one that was computed, a
            script may read either: with `operand` here, the evaluator refuses all that such a script may refuse.
    """

    operand: int | None
    result: int | None
    lock_time: int
    element: int | None
    packed: int | None = None
