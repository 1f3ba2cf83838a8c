r"""Margins: the blocks that keep an honest party's transactions ahead of the other party's refunds.

    height    now ............ T - M - alarm ...... T - M ............. T ............. T + delay
              | keys are sold |  no more sold      | payee has closed  | funding is     | payment is
              |               |                    | at the latest     | refunded after | refunded after (bsv)

An honest transaction may wait L blocks more than the next one, and R times a block may be undone, after which it waits
anew. So M is (R + 1)(L + 1) blocks at least, and the delay of a payment's refund one more.
"""

from dataclasses import dataclass, fields
from typing import Final

from penstock.channel.safe.agreement.chains import ChannelChain
from penstock.channel.safe.agreement.errors import ChannelTermsError
from penstock.channel.safe.agreement.ranges import MOST_FEE_RATE
from penstock.channel.safe.agreement.terms import ChannelTerms
from penstock.errors import hides_frames
from penstock.script.consensus import MAX_MONEY

__tracebackhide__ = hides_frames


@dataclass(frozen=True, slots=True)
class Margins:
    """The delays, in blocks, and the fee rate that a party allows for: it signs only what fits its own.

    Attributes:
        waiting: L, the blocks that a transaction with a fair fee may wait beyond the next.
        reorganisations: R, how often a block may be undone.
        alarm: the blocks before the margin in which nothing is sold any more.
        longest_life: the blocks for which the payer lets her money be bound if the payee is away.
        longest_delay: the blocks for which she lets it be bound in a payment.
        most_rate: the highest fee rate that the party agrees to, in satoshis per 1,000 bytes: that of the day with some
            room. The payer bears all fees in the end.
        most_base: the satoshis of base that the payer gives at most: the payee keeps it with the first key.

    Raises:
        ChannelTermsError: a negative number.
    """

    waiting: int
    reorganisations: int
    alarm: int
    longest_life: int
    longest_delay: int
    most_rate: int = MOST_FEE_RATE
    most_base: int = MAX_MONEY

    def __post_init__(self) -> None:
        for each in fields(self):
            if (number := getattr(self, each.name)) < 0:
                raise ChannelTermsError(each.name, number, "0 or more")

    @property
    def margin(self) -> int:
        """M, the blocks before T at which the payee closes at the latest."""
        return (self.reorganisations + 1) * (self.waiting + 1)

    @property
    def least_delay(self) -> int:
        """The least delay of a payment's refund: the claim has to be buried before."""
        return self.margin + 1

    @property
    def least_life(self) -> int:
        """The least blocks from now to T: one in which something can be sold."""
        return self.margin + self.alarm + 1

    def check(self, terms: ChannelTerms, height: int) -> None:
        """Check the terms at the height of the newest block, before anything is signed.

        Raises:
            ChannelTermsError: T is too near or too far, the delay too short or too long, a rate or the base too high.
        """
        least, most = height + self.least_life, height + self.longest_life
        if not least <= terms.expiry <= most:
            raise ChannelTermsError("expiry", terms.expiry, f"{least:,} to {most:,}, at the height {height:,}")
        if not self.least_delay <= terms.delay <= self.longest_delay:
            raise ChannelTermsError("delay", terms.delay, f"{self.least_delay:,} to {self.longest_delay:,} blocks")
        for field, rate in (("payment_rate", terms.payment_rate), ("claim_rate", terms.claim_rate)):
            if rate > self.most_rate:
                raise ChannelTermsError(field, rate, f"{self.most_rate:,} satoshis per 1,000 bytes or less")
        if terms.base > self.most_base:
            raise ChannelTermsError("base", terms.base, f"{self.most_base:,} satoshis or less")

    def may_sell(self, terms: ChannelTerms, height: int) -> bool:
        """Return whether the payee may still sell at this height of the newest block."""
        return terms.expiry - height > self.margin + self.alarm

    def must_close(self, terms: ChannelTerms, height: int) -> bool:
        """Return whether the payee has to publish the last payment now."""
        return terms.expiry - height <= self.margin


def may_reveal(terms: ChannelTerms, height: int) -> bool:
    """Return whether a claim may still show a key that the payer does not have: from T on she may be refunded first."""
    return height < terms.expiry


BTC_MARGINS: Final = Margins(
    waiting=11,
    reorganisations=6,
    alarm=60,
    longest_life=2_016,
    longest_delay=1_008,
    most_rate=100_000,
    most_base=30_000,
)
"""Margins for btc: M is 84 blocks, with the alarm one day."""
BSV_MARGINS: Final = Margins(
    waiting=4, reorganisations=6, alarm=36, longest_life=2_016, longest_delay=1_008, most_rate=1_000, most_base=1_000
)
"""Margins for bsv: M is 35 blocks."""


def usual_margins(rules: ChannelChain) -> Margins:
    """Return the usual margins of a chain."""
    return BTC_MARGINS if rules.chain.has_witness else BSV_MARGINS
