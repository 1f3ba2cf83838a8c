"""Closing of a channel, and the cost of Bob's claim: sizes and fees before anything is signed."""

from dataclasses import dataclass
from enum import StrEnum

from penstock.channel.agreement.agreement import Agreement
from penstock.channel.agreement.funding import SIGNATURE_SIZE
from penstock.channel.agreement.terms import TermsError
from penstock.ledger.coins import Coin
from penstock.wording import counted

LEAST_OUTPUT = 1
"""Smallest number of satoshis of an output."""


class Closing(StrEnum):
    """The signers of TX_p."""

    ONE_WAY = "1-way"  # Bob alone, with the chunk D_n
    TWO_WAY = "2-way"  # Alice signs, instead of the chunk

    @property
    def other(self) -> "Closing":
        """The opposite way."""
        return Closing.TWO_WAY if self is Closing.ONE_WAY else Closing.ONE_WAY


@dataclass(frozen=True, slots=True)
class ClaimCostsMore:
    """A warning: the fee of Bob's claim exceeds the earnings of the channel. Satoshis.

    Attributes:
        closing: the way of the claim.
        fee: its fee.
        earned: its earnings.
        added: satoshis in the coins that Bob adds; 0 without coins.
    """

    closing: Closing
    fee: int
    earned: int
    added: int = 0

    def __str__(self) -> str:
        return (
            f"the {self.closing} claim costs a fee of {counted(self.fee, 'satoshi')},"
            f" the channel earned {self.earned:,}: {self._way_out}"
        )

    @property
    def _way_out(self) -> str:
        if self.earned + self.added - self.fee >= LEAST_OUTPUT:
            return "the coin that Bob adds pays it"
        if self.added:
            return f"the {counted(self.added, 'satoshi')} that Bob could add will not pay it"
        match self.closing:
            case Closing.ONE_WAY:
                return "close 2-way, or add a coin for the fee"
            case Closing.TWO_WAY:
                return "add a coin for the fee"


@dataclass(frozen=True, slots=True)
class ClaimPlan:
    """Cost of TX_p and the source of its fee.

    Attributes:
        shown: bytes of the contract's first argument in TX_p, next to Bob's signature.
        size: bytes of TX_p on the chain, with signatures of full length.
        fee: satoshis left to the miners.
        earned: satoshis in the contract.
        fee_coins: coins that Bob adds, if the earnings alone do not pay the fee.
    """

    closing: Closing
    shown: int
    size: int
    fee: int
    earned: int
    fee_coins: tuple[Coin, ...] = ()

    @property
    def payout(self) -> int:
        """Satoshis that reach Bob."""
        return self.earned + self._added - self.fee

    @property
    def possible(self) -> bool:
        """Whether Bob gets anything."""
        return self.payout >= LEAST_OUTPUT

    @property
    def warning(self) -> ClaimCostsMore | None:
        """The warning for Bob before he claims; None without one."""
        if self.fee < self.earned:
            return None
        return ClaimCostsMore(self.closing, self.fee, self.earned, self._added)

    @property
    def _added(self) -> int:
        return sum(coin.value for coin in self.fee_coins)


def plan_claim(agreement: Agreement, index: int, closing: Closing, fee_coins: tuple[Coin, ...] = ()) -> ClaimPlan:
    """Compute the claim of state `index`.

    Args:
        agreement: the agreement of both sides.
        index: the state that is claimed, 1 or more.
        closing: with the chunk, or with Alice's signature instead.
        fee_coins: coins of Bob, used only if the earnings do not pay the fee.
    """
    plan = _plan(agreement, index, closing, ())
    return _plan(agreement, index, closing, fee_coins) if plan.warning else plan


def check_claimable(agreement: Agreement, closing: Closing, fee_coins: tuple[Coin, ...] = ()) -> None:
    """Check that the claim of the last state pays: each earlier state earns less.

    Args:
        agreement: the agreement of both sides.
        closing: the way of the claim.
        fee_coins: coins that Bob adds if the earnings do not pay the fee.

    Raises:
        TermsError: it does not; the message gives the least price that would pay.
    """
    if not agreement.most:
        return
    last, price = agreement.most, agreement.terms.price
    if plan_claim(agreement, last, closing, fee_coins).possible:
        return
    plan, helped = (_plan(agreement, last, closing, coins) for coins in ((), fee_coins))
    least = min(price - (each.payout - LEAST_OUTPUT) // last for each in (plan, helped))
    other = ", close 2-way" if closing is Closing.ONE_WAY else ""
    raise TermsError(
        f"the price of {counted(price, 'satoshi')} is too small: Alice pays at most {plan.earned:,} for"
        f" {counted(last, 'chunk')}, and the {closing} claim costs a fee of {plan.fee:,}. Raise the price to {least:,},"
        f" lower the fee rate{other}, or add a {'larger ' if fee_coins else ''}coin for the fee"
    )


def _plan(agreement: Agreement, index: int, closing: Closing, fee_coins: tuple[Coin, ...]) -> ClaimPlan:
    match closing:
        case Closing.ONE_WAY:
            shown = agreement.title.chunk_length(index)
        case Closing.TWO_WAY:
            shown = SIGNATURE_SIZE
    size = agreement.claim_size(shown, len(fee_coins))
    return ClaimPlan(closing, shown, size, agreement.terms.fee_rate.fee(size), agreement.amount(index), fee_coins)
