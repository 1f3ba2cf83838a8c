"""Terms of a safe channel: all that both parties agree on before the first signature, and build transactions from."""

from dataclasses import dataclass
from typing import Final

from penstock.channel.safe.agreement.chains import ChannelChain, Network
from penstock.channel.safe.agreement.errors import ChannelTermsError
from penstock.channel.safe.agreement.parties import PartyKeys, check_all_different
from penstock.channel.safe.agreement.ranges import RANGES
from penstock.channel.safe.agreement.scripts import PROTOCOL
from penstock.errors import hides_frames
from penstock.ledger.fees import FeeRate
from penstock.script.consensus import LOCK_TIME_THRESHOLD

__tracebackhide__ = hides_frames

KEY_SIZE: Final = 32
"""Bytes of a key that is sold, as the contract demands."""


@dataclass(frozen=True, slots=True)
class ChannelTerms:
    """The terms of a channel. What depends on the height is checked by `Margins.check`, fees by `check_amounts`.

    Attributes:
        network: the network.
        payer: the keys of the party who pays.
        payee: the keys of the party who is paid.
        capacity: satoshis in the funding output.
        base: satoshis in a payment above its price: the fee of the payee's claim is paid from it.
        expiry: T, the height after which the payer takes the funding back.
        delay: blocks after which the payer takes a payment back: on btc since it was mined; on bsv after T, because
            scripts there know heights only.
        payment_version: the version of the transactions that both sign. On btc 3, where nodes relay it; with 2 the
            payer's change waits for a block. On bsv 1.
        payment_rate: satoshis per 1,000 bytes of the transactions that both sign.
        claim_rate: the same of the payee's claim.
        largest_chunk: bytes of the largest chunk whose hash a payment has (bsv); 0 if it has the hash of a key.
        protocol: the version of the protocol.

    Raises:
        ChannelTermsError: a number outside of its range, a key that is not one, or one that is there twice.
    """

    network: Network
    payer: PartyKeys
    payee: PartyKeys
    capacity: int
    base: int
    expiry: int
    delay: int
    payment_version: int
    payment_rate: int
    claim_rate: int
    largest_chunk: int = 0
    protocol: int = PROTOCOL

    def __post_init__(self) -> None:
        for row in RANGES:
            row.check(getattr(self, row.field), self.rules)
        check_all_different([*self.payer.named("payer"), *self.payee.named("payee")])
        if self.paid_key_expiry >= LOCK_TIME_THRESHOLD:
            wanted = f"so that it ends before the height {LOCK_TIME_THRESHOLD:,} after the expiry {self.expiry:,}"
            raise ChannelTermsError("delay", self.delay, wanted)

    def __hash__(self) -> int:
        """Hash of a few fields: terms are looked up with each payment, and their keys are new for each channel."""
        return hash((self.payer.funding, self.payee.funding, self.capacity, self.expiry))

    @property
    def rules(self) -> ChannelChain:
        """The facts of the chain."""
        return self.network.rules

    @property
    def sells_chunks(self) -> bool:
        """Whether a payment has the hash of a chunk, and not of a key."""
        return self.largest_chunk > 0

    @property
    def largest_item(self) -> int:
        """Bytes of the largest item that a claim may have to show: a key, or the largest chunk."""
        return self.largest_chunk or KEY_SIZE

    @property
    def paid_key_expiry(self) -> int:
        """T2, the height after which the payer takes a payment back on bsv."""
        return self.expiry + self.delay

    @property
    def payment_fees(self) -> FeeRate:
        """The fee rate of the transactions that both sign."""
        return FeeRate(self.payment_rate)

    @property
    def claim_fees(self) -> FeeRate:
        """The fee rate of the claim."""
        return FeeRate(self.claim_rate)
