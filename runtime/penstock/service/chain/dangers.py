"""Dangers of a channel, by its state and what the chain has of it: an end that is late, or a wrong one."""

from collections.abc import Iterator

from penstock.channel.safe.agreement.margins import Margins
from penstock.channel.safe.protocol.states import PayeeState, PayerState, Phase
from penstock.channel.safe.transactions.outputs import key_script
from penstock.channel.safe.transactions.refunds import payment_refund_from
from penstock.service.chain.alarms import Alarm, AlarmKind
from penstock.service.chain.facts import Facts
from penstock.tx.transaction import Transaction


def dangers(state: PayerState | PayeeState, facts: Facts, height: int, margins: Margins) -> Iterator[Alarm]:
    """Yield the alarms that hold for a channel now. Their texts stay the same from block to block.

    Args:
        state: the state of either side.
        facts: what the chain has of it.
        height: the height of the newest block.
        margins: the margins of this side.
    """
    if isinstance(state, PayeeState):
        yield from _of_payee(state, facts, height, margins)
    else:
        yield from _of_payer(state, facts, height, margins)


def is_finished(state: PayerState | PayeeState, facts: Facts, height: int, burial: int) -> bool:
    """Return whether nothing is to be done for a channel any more.

    That is so once the spend of its funding is buried, and of a payment its claim or refund as well; or if it was never
    funded, and no key was sold, once T is there.

    Args:
        state: the state, after it was told of the facts.
        facts: what the chain has of it.
        height: the height of the newest block.
        burial: blocks on top of a spend, with its own, after which it counts as final.
    """
    if facts.spend is None:
        is_unfunded = facts.funding is None and state.newest == 0
        may_be_funded = isinstance(state, PayerState) and state.funding is not None
        return is_unfunded and not may_be_funded and height >= state.terms.expiry
    last = facts.spend if state.mined is None else facts.claim
    if last is None or state.phase is not Phase.CLOSED:
        return False
    return height - max(facts.spend.height, last.height) + 1 >= burial


def _of_payee(state: PayeeState, facts: Facts, height: int, margins: Margins) -> Iterator[Alarm]:
    owed, expiry = (0 if state.best is None else state.best.state.amount), state.terms.expiry
    if owed and facts.spend is None and expiry - height <= margins.margin // 2:
        text = f"{owed:,} satoshis are owed, no close is mined, and the payer may take them after block {expiry:,}"
        yield Alarm(AlarmKind.CLOSE_IS_LATE, text, state.channel)
    if state.mined is not None and facts.claim is None:
        first = payment_refund_from(state.terms, state.mined.height)
        if first - height <= margins.least_delay // 2:
            amount = f"{state.mined.state.amount:,} satoshis"
            text = f"the claim of {amount} is not mined; the payer may take them from block {first:,} on"
            yield Alarm(AlarmKind.CLAIM_IS_LATE, text, state.channel)
    if facts.spend is None or state.phase is not Phase.CLOSED:
        return
    if state.mined is not None and state.mined.state.amount < owed:
        text = f"a payment of {state.mined.state.amount:,} satoshis was mined, and {owed:,} are owed"
        yield Alarm(AlarmKind.STALE_PAYMENT, text, state.channel)
    if state.mined is None and _paid(state, facts.spend.transaction) < owed:
        text = f"the funding was spent by {facts.spend.transaction.txid_hex}, and {owed:,} satoshis were owed"
        yield Alarm(AlarmKind.LOST, text, state.channel)
    if facts.claim is not None and not _paid(state, facts.claim.transaction):
        text = f"the payment was spent by {facts.claim.transaction.txid_hex}, and pays nothing to this side"
        yield Alarm(AlarmKind.LOST, text, state.channel)


def _of_payer(state: PayerState, facts: Facts, height: int, margins: Margins) -> Iterator[Alarm]:
    expiry = state.terms.expiry
    if facts.funding is not None and facts.spend is None and height - expiry >= margins.margin:
        text = f"{state.terms.capacity:,} satoshis can be taken back since block {expiry + 1:,}, and no refund is mined"
        yield Alarm(AlarmKind.REFUND_IS_LATE, text, state.channel)
    if state.mined is not None and facts.claim is None:
        first = payment_refund_from(state.terms, state.mined.height)
        if height - first >= margins.margin:
            text = f"the payment can be taken back since block {first:,}, and neither claim nor refund is mined"
            yield Alarm(AlarmKind.REFUND_IS_LATE, text, state.channel)
    if state.mined is not None and state.mined.state.index < state.held:
        text = f"the payment of state {state.mined.state.index:,} was mined, and {state.held:,} is the newest"
        yield Alarm(AlarmKind.STALE_PAYMENT, text, state.channel)


def _paid(state: PayeeState, transaction: Transaction) -> int:
    """Return the satoshis that a transaction pays to the payee."""
    script = key_script(state.terms, state.terms.payee.payout)
    return sum(each.value for each in transaction.outputs if each.script == script)
