"""Facts of a channel on the chain, and the events that follow from a change of them."""

from dataclasses import dataclass

from penstock.channel.safe.protocol.events import Event, FundingSeen, FundingSpent, Height, PaymentSpent
from penstock.channel.safe.protocol.states import PayeeState, PayerState, Phase
from penstock.channel.safe.transactions.outputs import funding_output
from penstock.service.chain.followed import FollowedChain, spends
from penstock.service.chain.inclusion import MinedTransaction
from penstock.tx.transaction import OutPoint


@dataclass(frozen=True, slots=True)
class Facts:
    """The transactions of a channel that are mined.

    Attributes:
        funding: the transaction with the funding output.
        spend: the transaction that spends it.
        claim: the transaction that spends the paid key of a payment.
    """

    funding: MinedTransaction | None = None
    spend: MinedTransaction | None = None
    claim: MinedTransaction | None = None


NOTHING = Facts()


async def facts_of(chain: FollowedChain, state: PayerState | PayeeState, since: int, before: Facts = NOTHING) -> Facts:
    """Return the facts of a channel. One that was known stays until its block is undone, also if no source answers.

    Args:
        chain: the chain, after a look.
        state: the state of either side.
        since: the height at which the channel began.
        before: the facts of the look before; `NOTHING` for the first.

    Raises:
        SourceError: no source has answered, so that it is not known whether a transaction is mined.
    """
    if state.funding is None:
        return NOTHING
    funding = chain.still(before.funding) or await chain.find(state.funding.txid, since)
    spend = chain.still(before.spend) or await chain.spend(state.funding, since if funding is None else funding.height)
    paid = None if state.mined is None else state.mined.outpoint
    if paid is None:
        return Facts(funding, spend)
    known = before.claim if before.claim is not None and spends(before.claim.transaction, paid) else None
    return Facts(
        funding, spend, chain.still(known) or await chain.spend(paid, since if spend is None else spend.height)
    )


def events_of(state: PayerState | PayeeState, before: Facts, now: Facts, height: int) -> list[Event]:
    """Return the events for the machine of a channel: each fact that has changed, then the height.

    Args:
        state: the state of either side.
        before: the facts of the look before; `NOTHING` for the first.
        now: the facts of this one.
        height: the height of the newest block.
    """
    events: list[Event] = []
    if state.funding is not None and now.spend is None:
        events += _funding(state, state.funding, before, now, height)
    if now.spend is not None and now.spend != before.spend:
        events.append(FundingSpent(now.spend.transaction, now.spend.height))
    if now.claim is not None and now.claim != before.claim:
        events.append(PaymentSpent(now.claim.transaction, now.claim.height))
    events.append(Height(height))
    return events


def first_events(state: PayerState | PayeeState, now: Facts) -> list[Event]:
    """Return the events for a state from disk, before others: its funding, or the spend of it, may be undone meanwhile.

    Args:
        state: the state of either side.
        now: the facts of the first look.
    """
    if state.funding is None or now.funding is not None or now.spend is not None:
        return []
    was_there = state.phase is Phase.CLOSED or (isinstance(state, PayeeState) and state.confirmations > 0)
    return [FundingSeen(state.funding, funding_output(state.terms), 0)] if was_there else []


def _funding(state: PayerState | PayeeState, outpoint: OutPoint, before: Facts, now: Facts, height: int) -> list[Event]:
    """Tell of the funding while it is unspent: with each block, since its depth counts; once more if it is undone."""
    if now.funding is None:
        undone = before.funding is not None or before.spend is not None
        return [FundingSeen(outpoint, funding_output(state.terms), 0)] if undone else []
    outputs = now.funding.transaction.outputs
    if outpoint.index >= len(outputs):
        return []  # the payer has named an output that there is not
    return [FundingSeen(outpoint, outputs[outpoint.index], height - now.funding.height + 1)]
