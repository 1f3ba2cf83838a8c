"""How much of a number or a byte string a target can handle.

The language has no limits of its own; the machine that runs a contract does, and a program that meets one aborts.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ValueLimits:
    """Sizes in bytes; None stands for no limit.

    Attributes:
        operand: the longest number that an operation reads.
        result: the longest number that an operation gives.
        lock_time: the longest number that a lock-time check reads.
        element: the longest byte string that an operation gives.
        packed: the longest number whose bytes are used, wherever it came from. A number from outside is read first, so
            `operand` limits it anyway. Where a branch chooses between one from outside and one that was computed, a
            script may read either: with `operand` here, the evaluator refuses what such a script may refuse.
    """

    operand: int | None
    result: int | None
    lock_time: int
    element: int | None
    packed: int | None = None
