"""Transactions for a time without this program: the payer's refunds, and the payee's close for a watcher.

Each is raw, signed, and names the height from which nodes take it.
"""

from contextlib import suppress
from dataclasses import dataclass

from penstock.channel.safe.agreement.errors import ChannelTermsError
from penstock.channel.safe.agreement.margins import Margins
from penstock.channel.safe.agreement.terms import ChannelTerms
from penstock.channel.safe.protocol.states import OwnKeys, Paid, PayeeState, PayerState
from penstock.channel.safe.transactions.claim import claim, claim_fee, claimed
from penstock.channel.safe.transactions.outputs import key_script, locking_script, paid_contract
from penstock.channel.safe.transactions.payment import payment, payment_output, settlement, signed_by_both
from penstock.channel.safe.transactions.refunds import funding_refund, payment_refund, refunded
from penstock.channel.safe.transactions.sizes import SIGNATURE_SIZE
from penstock.errors import hides_frames
from penstock.ledger.fees import FeeRate
from penstock.script.hashes import sha256
from penstock.service.errors import ServiceError
from penstock.service.store.held import Held
from penstock.tx.transaction import OutPoint, Transaction

__tracebackhide__ = hides_frames


class NothingToExportError(ServiceError):
    """A channel that does not have the transaction now."""


@dataclass(frozen=True, slots=True)
class Exported:
    """A transaction to be published by hand, or by a watcher.

    Attributes:
        name: its name in the docs.
        transaction: the transaction, signed.
        height: the height of the newest block from which nodes take it; None if it counts from a block to come.
        when: the same in words, with the conditions.
    """

    name: str
    transaction: Transaction
    height: int | None
    when: str


@dataclass(frozen=True, slots=True)
class ClaimKey:
    """Where anyone who mines can change ids (bsv): all that a claim needs to be signed anew. It has to be trusted.

    Attributes:
        key: the payee's claim key, in wallet import format.
        sold: the key of the newest state, 32 bytes; the chunk, where chunks are sold by themselves.
        amount: satoshis of the payment's output.
        script: the locking script of the payment's output.
        payout: the locking script that the claim pays to.
        fee: satoshis of its fee.
    """

    key: str
    sold: bytes
    amount: int
    script: bytes
    payout: bytes
    fee: int


@dataclass(frozen=True, slots=True)
class WatcherCopy:
    """A watcher's copy for the newest state.

    Attributes:
        transactions: the transactions, in their order.
        claim_key: what the watcher needs besides where ids can change; None elsewhere.
    """

    transactions: tuple[Exported, ...]
    claim_key: ClaimKey | None


def refunds(held: Held, keys: OwnKeys, rate: FeeRate | None = None) -> tuple[Exported, ...]:
    """Return the payer's refunds.

    Args:
        held: her channel.
        keys: her keys.
        rate: her fee rate now; None for the agreed one.

    Raises:
        NothingToExportError: the channel is the payee's, its funding is not known, or is spent by another transaction
            than a payment.
        ChannelTermsError: the rate leaves nothing.
    """
    state = held.state
    if not isinstance(state, PayerState):
        raise NothingToExportError(f"channel {held.channel.hex()} is the payee's: a refund is the payer's")
    if state.mined is not None:
        mined = state.mined
        spend = payment_refund(state.terms, mined.outpoint, mined.state, rate)
        return (_of_payment(state.terms, refunded(spend, keys.claim), mined.height),)
    if state.funding is None or held.spent is not None:
        reason = "its funding is not known" if state.funding is None else "its funding is spent, and not by a payment"
        raise NothingToExportError(f"channel {held.channel.hex()} has no refund: {reason}")
    terms = state.terms
    back = refunded(funding_refund(terms, state.funding, rate), keys.funding)
    when = f"once block {terms.expiry:,} is mined; if the funding is not spent"
    found = [Exported("refund of the funding", back, terms.expiry, when)]
    if state.signed is not None and terms.rules.chain.has_witness:  # elsewhere its id is not known before it is mined
        paid = payment_output(payment(terms, state.funding, state.signed.state).transaction())
        with suppress(ChannelTermsError):  # so small that the fee takes all of it
            spend = payment_refund(terms, paid, state.signed.state, rate)
            found.append(_of_payment(terms, refunded(spend, keys.claim), None))
    return tuple(found)


def watcher_copy(held: Held, keys: OwnKeys, margins: Margins, chunk: bytes | None = None) -> WatcherCopy:
    """Return a watcher's copy of the payee's close.

    Args:
        held: his channel.
        keys: his keys.
        margins: his margins: the payment is published at the one before T.
        chunk: the chunk of the newest state, where chunks are sold by themselves: the store has keys alone.

    Raises:
        NothingToExportError: the channel is the payer's, nothing is owed in it, or its end is mined; or the key of the
            newest state is not in the store, or the chunk is another.
    """
    state = held.state
    if not isinstance(state, PayeeState):
        raise NothingToExportError(f"channel {held.channel.hex()} is the payer's: a watcher closes the payee's")
    if state.best is None or state.funding is None:
        raise NothingToExportError(f"channel {held.channel.hex()}: nothing was sold in it")
    if state.settling is not None and held.spent is None:
        spend = settlement(state.terms, state.funding, state.best.state.amount, state.settling.fee)
        signed = signed_by_both(spend, state.settling.signature, spend.sign(keys.funding))
        return WatcherCopy((Exported("settlement", signed, 0, "at once, until it is buried"),), None)
    if held.spent is not None and state.mined is None:
        raise NothingToExportError(f"channel {held.channel.hex()}: its funding is spent, and not by a payment")
    sold = chunk if state.terms.sells_chunks else held.sold_key
    if sold is None or sha256(sold) != state.best.state.digest:
        reason = f"the key of state {state.newest} is not in the store; it was not sent yet"
        if state.terms.sells_chunks:
            reason = f"its claim shows chunk {state.best.item[1]:,} of the movie, and other bytes, or none, were given"
        raise NothingToExportError(f"channel {held.channel.hex()}: {reason}")
    return _closing(state, state.best, state.funding, sold, keys, margins)


def _closing(  # noqa: PLR0913, PLR0917 - all that two transactions are made of
    state: PayeeState, best: Paid, funding: OutPoint, sold: bytes, keys: OwnKeys, margins: Margins
) -> WatcherCopy:
    terms, found = state.terms, []
    if state.mined is None:
        spend = payment(terms, funding, best.state)
        signed = signed_by_both(spend, best.signature, spend.sign(keys.funding))
        first = terms.expiry - margins.margin
        when = f"once block {first:,} is mined and before block {terms.expiry:,}, until it is buried; not earlier"
        found.append(Exported(f"payment of state {best.state.index}", signed, first, when))
        outpoint = payment_output(signed)
    else:
        outpoint = state.mined.outpoint
    spend = claim(terms, outpoint, best.state, shown=max(len(sold), SIGNATURE_SIZE))
    name = "claim with the chunk" if terms.sells_chunks else "claim with the key"
    found.append(
        Exported(
            name,
            claimed(terms, spend, sold, spend.sign(keys.claim)),
            None,
            "once the payment is mined, until it is buried",
        )
    )
    if terms.rules.chain.has_witness:
        return WatcherCopy(tuple(found), None)
    script, payout = locking_script(paid_contract(terms, best.state.digest)), key_script(terms, terms.payee.payout)
    wif = keys.claim.wif(terms.network.addresses)
    claim_key = ClaimKey(wif, sold, best.state.amount, script, payout, claim_fee(terms, len(sold)))
    return WatcherCopy(tuple(found), claim_key)


def _of_payment(terms: ChannelTerms, transaction: Transaction, mined: int | None) -> Exported:
    """Return the refund of a payment that was mined at a height; None for one that may be."""
    name, condition = "refund of the newest payment", "if the payment is not claimed"
    if not terms.rules.chain.newest.relative_locks:
        height = terms.paid_key_expiry
    elif mined is not None:
        height = mined + terms.delay - 1
    else:
        when = f"{terms.delay:,} blocks after the payment was mined; {condition}"
        return Exported(name, transaction, None, when)
    return Exported(name, transaction, height, f"once block {height:,} is mined; {condition}")
