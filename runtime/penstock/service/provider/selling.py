"""Numbers of a provider: those of his offers, prices, and the limits of what he lets a channel owe."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from penstock.channel.safe.agreement.chains import BSV_REGTEST, Network
from penstock.channel.safe.agreement.margins import BSV_MARGINS, Margins, usual_margins
from penstock.channel.safe.agreement.parties import PartyKeys
from penstock.channel.safe.agreement.scripts import PROTOCOL
from penstock.channel.safe.agreement.terms import ChannelTerms
from penstock.channel.safe.messages.kinds import Offer
from penstock.channel.safe.protocol.identity import keys_of
from penstock.channel.safe.protocol.states import OwnKeys
from penstock.channel.safe.transactions.payment import least_base
from penstock.script.consensus import SATOSHIS_PER_COIN
from penstock.tx.keys import PrivateKey

DELAY: Final = 144
"""Blocks after which the payer takes a payment back that was not claimed."""
OFFER_LIFE: Final = 144
"""Blocks for which an offer holds: the funding has to be published by then."""
PRICE: Final = 100
"""Satoshis for each chunk, as in the article."""


@dataclass(frozen=True, slots=True)
class Selling:
    """The numbers of a provider.

    Attributes:
        network: the network on which he is paid.
        margins: the blocks and rates that he allows for.
        price: satoshis of each chunk of a title without a price of its own.
        prices: satoshis of each chunk of a title, by its root.
        fee_rate: satoshis per 1,000 bytes of payments and claims.
        delay: blocks after which the payer takes a payment back.
        depth: blocks that the funding needs, with its own, before anything is sold.
        burial: blocks on top of a spend, with its own, after which it counts as final.
        most: satoshis that a channel may owe at most.
        patience: seconds without a new block after which nothing is sold.
    """

    network: Network = BSV_REGTEST
    margins: Margins = BSV_MARGINS
    price: int = PRICE
    prices: Mapping[bytes, int] = field(default_factory=dict)
    fee_rate: int = 1
    delay: int = DELAY
    depth: int = 1
    burial: int = 6
    most: int = SATOSHIS_PER_COIN
    patience: float = 7_200.0

    @classmethod
    def usual(cls, network: Network) -> "Selling":
        """Return the usual numbers of a network."""
        return cls(network, usual_margins(network.rules), fee_rate=network.rules.usual_fee_rate)

    def price_of(self, title: bytes) -> int:
        """Return the satoshis of each chunk of a title."""
        return self.prices.get(title, self.price)

    @property
    def base(self) -> int:
        """Satoshis of each payment above its price: the least by which the payee can claim it."""
        return least_base(self._terms(1))

    @property
    def draft(self) -> ChannelTerms:
        """The terms of any channel of his, with keys that do not count: for what one more would cost."""
        return self._terms(self.base)

    def _terms(self, base: int) -> ChannelTerms:
        own, other = (_any_keys() for _ in range(2))
        return ChannelTerms(
            network=self.network,
            payer=other.public,
            payee=own.public,
            capacity=1,
            base=base,
            expiry=1,
            delay=self.delay,
            payment_version=self.network.rules.payment_versions[1],
            payment_rate=self.fee_rate,
            claim_rate=self.fee_rate,
            largest_chunk=0,
        )

    def offer(self, keys: PartyKeys, base: int, until: int) -> Offer:
        """Return an offer.

        Args:
            keys: the payee's keys of the channel.
            base: `Selling.base`, computed once.
            until: the height up to which it holds.
        """
        return Offer(
            network=self.network.name,
            protocol=PROTOCOL,
            keys=keys_of(keys),
            base=base,
            delay=self.delay,
            payment_version=self.network.rules.payment_versions[1],
            payment_rate=self.fee_rate,
            claim_rate=self.fee_rate,
            largest_chunk=0,
            until=until,
        )


def _any_keys() -> OwnKeys:
    return OwnKeys(*(PrivateKey.generate() for _ in range(4)))
