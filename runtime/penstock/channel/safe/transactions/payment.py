"""TX_i, the payment, and the settlement in its place: both spend the funding output, and both parties sign them.

    funding output ──► TX_i   0: paid key with amount_i    1: change of the payer       published to force
                   └─► ST_i   0: amount_i to the payee     1: change of the payer       signed together at the end

Each party builds them itself; only signatures are sent. The payer signs TX_i with each state, the payee only when he
publishes it. A settlement pays him what the payment would, without his claim's fee, and the payer no less than it: so
both prefer it, at any fee rate.
"""

from functools import lru_cache

from penstock.channel.safe.agreement.errors import ChannelTermsError
from penstock.channel.safe.agreement.terms import ChannelTerms
from penstock.channel.safe.transactions.claim import claim_fee
from penstock.channel.safe.transactions.outputs import (
    State,
    change_script,
    funding_contract,
    key_script,
    least_output,
    locking_script,
    paid_contract,
)
from penstock.channel.safe.transactions.sizes import SIGNATURE_SIZE, spend_size
from penstock.contract.spend import Spend
from penstock.errors import hides_frames
from penstock.tx.transaction import OutPoint, Transaction

__tracebackhide__ = hides_frames

PAYMENT_OUTPUT = 0
"""Index of the paid key, or of the payee's money in a settlement. The payer's change is the other output."""
FUNDING_FUNCTION = "spend"
_BOTH = (SIGNATURE_SIZE, SIGNATURE_SIZE)
_NOWHERE = OutPoint(bytes(32), 0)


def payment(terms: ChannelTerms, funding: OutPoint, state: State) -> Spend:
    """Build TX_i: the paid key, and the rest less the fee as change, if it is enough for an output.

    Args:
        terms: the terms.
        funding: the funding output.
        state: the state.

    Raises:
        ChannelTermsError: the amount is not above the base, or more than the channel has.
    """
    check_amount(terms, state.amount)
    paid = (state.amount, locking_script(paid_contract(terms, state.digest)))
    return _spend(terms, funding, (paid, *_change(terms, terms.capacity - state.amount - payment_fee(terms))))


def settlement(terms: ChannelTerms, funding: OutPoint, amount: int, fee: int | None = None) -> Spend:
    """Build the settlement: the amount of the last state to the payee, the rest less the fee to the payer.

    Args:
        terms: the terms.
        funding: the funding output.
        amount: satoshis of the last payment, base included; 0 if nothing was sold.
        fee: satoshis; None for the agreed rate. At most that of the payment.

    Raises:
        ChannelTermsError: the amount is not one of a payment; the fee is below that of the agreed rate, or above
            that of a payment.
    """
    if amount:
        check_amount(terms, amount)
    least, most = settlement_fee(terms), payment_fee(terms)
    if fee is not None and not least <= fee <= most:
        raise ChannelTermsError("fee", fee, f"{least:,} to {most:,} satoshis")
    left = terms.capacity - amount - (least if fee is None else fee)
    earned = ((amount, key_script(terms, terms.payee.payout)),) if amount else ()
    return _spend(terms, funding, (*earned, *_change(terms, left)))


def signed_by_both(spend: Spend, payer: bytes, payee: bytes) -> Transaction:
    """Return a payment or settlement with the signatures of both."""
    return spend.transaction(spend.call(FUNDING_FUNCTION, payer, payee))


def payment_output(transaction: Transaction) -> OutPoint:
    """Return the outpoint of the paid key in a payment, by the id with which it was mined."""
    return OutPoint(transaction.txid, PAYMENT_OUTPUT)


@lru_cache(maxsize=4_096)
def payment_fee(terms: ChannelTerms) -> int:
    """Return the satoshis of fee of each payment: that of one with change, whose size is the largest."""
    return terms.payment_fees.fee(payment_size(terms))


@lru_cache(maxsize=4_096)
def payment_size(terms: ChannelTerms) -> int:
    """Return the bytes of a payment with change that cost fees; virtual bytes on btc."""
    outputs = ((1, locking_script(paid_contract(terms, bytes(32)))), (1, change_script(terms)))
    return spend_size(_spend(terms, _NOWHERE, outputs), FUNDING_FUNCTION, _BOTH)


@lru_cache(maxsize=4_096)
def settlement_fee(terms: ChannelTerms) -> int:
    """Return the satoshis of fee of a settlement with both outputs at the agreed rate; below that of a payment."""
    outputs = ((1, key_script(terms, terms.payee.payout)), (1, change_script(terms)))
    return terms.payment_fees.fee(spend_size(_spend(terms, _NOWHERE, outputs), FUNDING_FUNCTION, _BOTH))


def most_amount(terms: ChannelTerms) -> int:
    """Return the satoshis of the largest payment: the capacity less the fee."""
    return terms.capacity - payment_fee(terms)


def least_base(terms: ChannelTerms) -> int:
    """Return the satoshis of the least base: for an output that nodes relay after the claim of the largest item."""
    paid = least_output(terms, locking_script(paid_contract(terms, bytes(32))))
    claimed = least_output(terms, key_script(terms, terms.payee.payout)) + claim_fee(terms, terms.largest_item)
    return max(paid, claimed)


def check_amounts(terms: ChannelTerms) -> None:
    """Check what only sizes and fees tell, before anything is signed.

    Raises:
        ChannelTermsError: the base is below `least_base`, so that the payee could not claim it; or the capacity is not
            enough for a first price.
    """
    if terms.base < (least := least_base(terms)):
        raise ChannelTermsError("base", terms.base, f"{least:,} satoshis or more, or the payee could not claim it")
    if most_amount(terms) <= terms.base:
        wanted = f"more than the base and the fee, {terms.base + payment_fee(terms):,} satoshis"
        raise ChannelTermsError("capacity", terms.capacity, wanted)


def check_amount(terms: ChannelTerms, amount: int) -> None:
    """Check that an amount is one of a payment.

    Raises:
        ChannelTermsError: it is not above the base, or more than the channel has.
    """
    most = most_amount(terms)
    if not terms.base < amount <= most:
        raise ChannelTermsError("amount", amount, f"{terms.base + 1:,} to {most:,} satoshis")


def _change(terms: ChannelTerms, value: int) -> tuple[tuple[int, bytes], ...]:
    """Return the payer's output; none if nodes would not relay it: what is left is then part of the fee."""
    script = change_script(terms)
    return ((value, script),) if value >= least_output(terms, script) else ()


def _spend(terms: ChannelTerms, funding: OutPoint, outputs: tuple[tuple[int, bytes], ...]) -> Spend:
    return Spend(
        funding_contract(terms),
        terms.capacity,
        outputs=outputs,
        version=terms.payment_version,
        sequence=terms.rules.sequence,
        outpoint=funding,
    )
