"""Reserve of the payee: mined coins that he holds back, so that many channels can be closed by force at high fees.

The operator says for how many closes at once, and for which fee rate. Without enough coins no channel is accepted, and
nothing is sold. On bsv fees are part of a satoshi for each claim, so no reserve is needed there.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from penstock.channel.safe.agreement.terms import ChannelTerms
from penstock.channel.safe.transactions.bumping import reserve, shortfall
from penstock.ledger.fees import FeeRate


@dataclass(frozen=True, slots=True)
class Reserve:
    """The reserve of one network.

    Attributes:
        closes: the number of channels that are closed at the same time at most, for which coins are held back.
        rate: the fee rate that a payment and its claim have to pay then.
        coins: returns the satoshis of each mined coin that is held back, and that no close has taken.
    """

    closes: int
    rate: FeeRate
    coins: Callable[[], Iterable[int]]

    def lacking(self, channels: Iterable[ChannelTerms]) -> str | None:
        """Return how the reserve falls short for these open channels; None if it is enough."""
        needed = reserve(channels, self.closes, self.rate)
        missing = shortfall(needed, self.coins())
        if not missing:
            return None
        return (
            f"the reserve lacks {missing:,} of {len(needed):,} coins: to close at {self.rate.satoshis:,} satoshis per"
            f" 1,000 bytes hold back a mined coin of {needed[0]:,} satoshis for each close"
        )
