"""Child pays for parent: a claim that takes coins of the payee's own, so that its payment is mined at today's fees.

The fee of a payment is agreed when the channel opens, and nodes judge a payment and its claim together. So the claim
pays what both lack. On btc, with a payment of version 3 (BIP431), nodes take one child of 1,000 virtual bytes at most,
and no parent of it that is not mined but the payment: the coins must be mined before. So each close that comes at the
same time needs a coin of its own.
"""

from collections.abc import Iterable, Sequence

from penstock.channel.safe.agreement.errors import ChannelTermsError
from penstock.channel.safe.agreement.terms import ChannelTerms
from penstock.channel.safe.transactions.claim import claim, claim_size
from penstock.channel.safe.transactions.outputs import State, key_script, least_output
from penstock.channel.safe.transactions.payment import payment_fee, payment_size
from penstock.channel.safe.transactions.sizes import SIGNATURE_SIZE
from penstock.contract.spend import Spend
from penstock.errors import hides_frames
from penstock.ledger.coins import Coin
from penstock.ledger.fees import FeeRate
from penstock.tx.transaction import OutPoint

__tracebackhide__ = hides_frames


def missing_fee(terms: ChannelTerms, rate: FeeRate) -> int:
    """Return the satoshis that a payment lacks at a fee rate: its agreed fee may be below it."""
    return max(rate.fee(payment_size(terms)) - payment_fee(terms), 0)


def bumped_claim(  # noqa: PLR0913 - a transaction has that many parts
    terms: ChannelTerms,
    payment: OutPoint,
    state: State,
    coins: Sequence[Coin],
    rate: FeeRate,
    *,
    shown: int = SIGNATURE_SIZE,
) -> Spend:
    """Build a claim with which the payment and the claim together pay a fee rate: with as few of the coins as do.

    The largest coins are taken first. What they have too much goes to the payee with the rest.

    Args:
        terms: the terms.
        payment: the paid key of a payment that is not mined.
        state: the state of the payment.
        coins: coins of a key of the payee's, which are mined.
        rate: the rate of both together.
        shown: bytes of the largest item that it may show.

    Raises:
        ChannelTermsError: the coins are not enough, or so many that nodes do not relay the claim.
    """
    largest, extra = sorted(coins, key=lambda coin: -coin.value), missing_fee(terms, rate)
    for count in range(len(largest)):
        try:
            return claim(terms, payment, state, shown=shown, coins=tuple(largest[:count]), rate=rate, extra=extra)
        except ChannelTermsError:
            continue
    return claim(terms, payment, state, shown=shown, coins=tuple(largest), rate=rate, extra=extra)


def close_cost(terms: ChannelTerms, rate: FeeRate) -> int:
    """Return the least satoshis of a coin with which any forced close of a channel pays a fee rate; 0 for none.

    That is for the first state, whose payment has the least. No coin is needed where the base is enough.
    """
    fee = missing_fee(terms, rate) + least_output(terms, key_script(terms, terms.payee.payout)) - terms.base
    if rate.fee(claim_size(terms, terms.largest_item)) + fee <= 0:
        return 0
    return rate.fee(claim_size(terms, terms.largest_item, coins=1)) + fee


def reserve(channels: Iterable[ChannelTerms], closes: int, rate: FeeRate) -> tuple[int, ...]:
    """Return the least satoshis of each coin that the payee has to hold back for closes at once, largest first.

    Args:
        channels: the terms of his open channels.
        closes: the number of channels that are closed by force at the same time at most: the dearest are meant.
        rate: the fee rate that is to be paid then.
    """
    costs = sorted((close_cost(terms, rate) for terms in channels), reverse=True)
    return tuple(cost for cost in costs[:closes] if cost)


def shortfall(needed: Sequence[int], coins: Iterable[int]) -> int:
    """Return the number of coins that are missing for a reserve, each close with a coin of its own.

    Args:
        needed: the reserve, as `reserve` returns it.
        coins: satoshis of the coins that the payee holds back.
    """
    held = sorted(coins, reverse=True)
    return sum(index >= len(held) or held[index] < cost for index, cost in enumerate(needed))
