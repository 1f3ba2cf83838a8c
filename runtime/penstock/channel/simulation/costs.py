"""Costs of closing, 1-way and 2-way next to each other: bytes and satoshis, measured on the real transactions."""

from dataclasses import dataclass

from penstock.channel.simulation.stream import Settlement, StreamResult
from penstock.channel.transactions import claim
from penstock.channel.transactions.closing import Closing, plan_claim


@dataclass(frozen=True, slots=True)
class Figures:
    """Costs of one of the two endings on the chain. Sizes in bytes, the rest in satoshis.

    Attributes:
        made: whether Bob claimed; if his claim was not worth its fee, its figures are hypothetical.
        payment_size: size of TX_n.
        payment_fee: fee of TX_n.
        claim_size: size of TX_p.
        claim_fee: fee of TX_p.
        shown: bytes of the contract's first argument in TX_p: the chunk, or Alice's signature.
        payout: Bob's gain.
    """

    closing: Closing
    made: bool
    payment_size: int
    payment_fee: int
    claim_size: int
    claim_fee: int
    shown: int
    payout: int

    @property
    def size(self) -> int:
        """Bytes of both transactions."""
        return self.payment_size + self.claim_size

    @property
    def fee(self) -> int:
        """Fee of both transactions."""
        return self.payment_fee + self.claim_fee


@dataclass(frozen=True, slots=True)
class ClosingCosts:
    """Both endings of one stream."""

    one_way: Figures
    two_way: Figures

    def of(self, closing: Closing) -> Figures:
        """Return the figures of one ending."""
        return self.one_way if closing is Closing.ONE_WAY else self.two_way

    @property
    def rows(self) -> tuple[tuple[str, tuple[int, int]], ...]:
        """The figures as rows of a table: a name, and the number for each ending, 1-way first."""
        one, two = self.one_way, self.two_way
        return (
            ("TX_n, bytes", (one.payment_size, two.payment_size)),
            ("TX_n, fee in satoshis", (one.payment_fee, two.payment_fee)),
            ("TX_p, bytes", (one.claim_size, two.claim_size)),
            ("  of which chunk or Alice's signature", (one.shown, two.shown)),
            ("TX_p, fee in satoshis", (one.claim_fee, two.claim_fee)),
            ("both, bytes", (one.size, two.size)),
            ("both, fee in satoshis", (one.fee, two.fee)),
            ("reaches Bob, satoshis", (one.payout, two.payout)),
        )

    @property
    def ratio(self) -> float:
        """Ratio of the bytes that the 1-way and the 2-way claim pass to the contract."""
        return self.one_way.shown / self.two_way.shown

    @property
    def saves(self) -> bool:
        """Whether the 2-way claim passes less to the contract; false if D_n is shorter than a signature."""
        return self.two_way.shown < self.one_way.shown


def compare(screening: StreamResult) -> ClosingCosts | None:
    """Compare the two endings; None if nothing was paid, so that there was nothing to close."""
    if screening.last == 0:
        return None
    return ClosingCosts(*(figures(screening, screening.ended(closing)) for closing in Closing))


def figures(screening: StreamResult, settlement: Settlement) -> Figures:
    """Measure one ending."""
    agreement, index = screening.agreement, screening.last
    if settlement.payment and settlement.claim:
        payment_out = sum(output.value for output in settlement.payment.outputs)
        payout = sum(output.value for output in settlement.claim.outputs)
        fee_coins = sum(coin.value for coin in settlement.fee_coins)
        return Figures(
            closing=settlement.closing,
            made=True,
            payment_size=settlement.payment.size(),
            payment_fee=agreement.funds - payment_out,
            claim_size=settlement.claim.size(),
            claim_fee=agreement.amount(index) + fee_coins - payout,
            shown=claim.shown_size(settlement.claim),
            payout=payout - fee_coins,
        )
    plan = plan_claim(agreement, index, settlement.closing)
    return Figures(
        closing=settlement.closing,
        made=False,
        payment_size=agreement.payment_size,
        payment_fee=agreement.payment_fee,
        claim_size=plan.size,
        claim_fee=plan.fee,
        shown=plan.shown,
        payout=0,
    )
