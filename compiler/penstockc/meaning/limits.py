"""How much of a number or a byte string a target can handle.

The language has no limits of its own; the machine that runs a contract does, and a program that meets one aborts.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Limits:
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


BSV: Final = Limits(operand=32_000_000, result=32_000_000, lock_time=5, element=None)  # outputs since Chronicle
BTC: Final = Limits(operand=4, result=None, lock_time=5, element=520)
