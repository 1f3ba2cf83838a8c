"""Ranges of all numbers of an agreement: one row each, with the reason.

The scripts take any number, and some open at once, or never. So both sides check each number before they sign anything.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from penstock.channel.safe.agreement.chains import ChannelChain
from penstock.channel.safe.agreement.errors import ChannelTermsError
from penstock.channel.safe.agreement.scripts import PROTOCOL
from penstock.errors import hides_frames
from penstock.script.consensus import LOCK_TIME_THRESHOLD, MAX_MONEY, SEQUENCE_MASK

__tracebackhide__ = hides_frames

MOST_FEE_RATE: Final = 10_000_000

LeastAndMost: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True)
class NumberRange:
    """The range of a number in the terms of a channel.

    Attributes:
        field: the name of the field.
        unit: its unit; empty for a plain number.
        on: returns the least and the largest value on a chain.
        reason: why other values are refused.
    """

    field: str
    unit: str
    on: Callable[[ChannelChain], LeastAndMost]
    reason: str

    def check(self, number: object, rules: ChannelChain) -> None:
        """Check a number.

        Raises:
            ChannelTermsError: it is outside of the range, or not a whole number.
        """
        least, most = self.on(rules)
        if isinstance(number, bool) or not isinstance(number, int) or not least <= number <= most:
            numbers = f"{least:,}" if least == most else f"{least:,} to {most:,}"
            raise ChannelTermsError(self.field, number, f"{numbers} {self.unit}".rstrip() + f" ({self.reason})")


def _always(least: int, most: int) -> Callable[[ChannelChain], LeastAndMost]:
    return lambda _: (least, most)


def _fee_rates(rules: ChannelChain) -> LeastAndMost:
    return rules.least_fee_rate, MOST_FEE_RATE


_PER_1000 = "satoshis per 1,000 bytes"
_RELAY = "nodes do not relay lower ones; a higher one is a mistake"

RANGES: Final = (
    NumberRange("protocol", "", _always(PROTOCOL, PROTOCOL), "the scripts of other versions are not known"),
    NumberRange("capacity", "satoshis", _always(1, MAX_MONEY), "there is no more money"),
    NumberRange("base", "satoshis", _always(1, MAX_MONEY), "the payee's claim is paid from it"),
    NumberRange(
        "expiry",
        "blocks of height",
        _always(1, LOCK_TIME_THRESHOLD - 1),
        "a lower one opens the refund at once; later numbers are seconds: they open it at once, or never",
    ),
    NumberRange(
        "delay",
        "blocks",
        _always(1, SEQUENCE_MASK),
        "0, and bits above the lowest 16, open the refund of a payment at once, or never",
    ),
    NumberRange(
        "payment_version",
        "",
        lambda rules: rules.payment_versions,
        "of later versions on bsv anyone can change the ids; on btc others can be pinned, or are not relayed",
    ),
    NumberRange("largest_chunk", "bytes", lambda rules: (0, rules.largest_chunk), "a larger one could not be claimed"),
    NumberRange("payment_rate", _PER_1000, _fee_rates, _RELAY),
    NumberRange("claim_rate", _PER_1000, _fee_rates, _RELAY),
)
"""The ranges, in the order of the terms. What numbers must be together is checked by `ChannelTerms` itself."""
