"""Planted faults: machines and numbers that are wrong in one place. The model has to find the loss, not the mistake.

A fault of a machine is a subclass with the mistake. The runs look at the money alone (`only_money`), so each trace ends
in a loss.
"""

from dataclasses import dataclass, field, replace
from typing import Any, Final

from penstock.channel.safe.messages.kinds import ClaimSig, CloseSig, Quote, Resume, Update
from penstock.channel.safe.protocol.append_only import EMPTY
from penstock.channel.safe.protocol.events import (
    Action,
    Connected,
    Event,
    FundingSpent,
    Height,
    PaymentSpent,
    Publish,
    Received,
    Save,
    Saved,
    Send,
)
from penstock.channel.safe.protocol.payee import Payee
from penstock.channel.safe.protocol.payer import Payer
from penstock.channel.safe.protocol.states import Mined, PayeeState, PayerState, Phase, Wanted
from penstock.channel.safe.transactions.payment import payment, signed_by_both
from penstock.channel.sealed.leaf import Leaf

PayeeStep = tuple[PayeeState, tuple[Action, ...]]
PayerStep = tuple[PayerState, tuple[Action, ...]]


class SellsBeforeDisk(Payee):
    """Sends a key without its state on disk."""

    def step(self, state: PayeeState, event: Event) -> PayeeStep:
        after, actions = Payee.step(self, state, event)
        if isinstance(event, Received) and isinstance(event.message, Update):
            actions = tuple(action for action in actions if action != Save())
        return after, actions


class SellsAfterClosing(Payee):
    """Takes an Update after CLOSING."""

    def step(self, state: PayeeState, event: Event) -> PayeeStep:
        if isinstance(event, Received) and isinstance(event.message, Update) and state.phase is Phase.CLOSING:
            after, actions = Payee.step(self, replace(state, phase=Phase.OPEN), event)
            return replace(after, phase=Phase.CLOSING), actions
        return Payee.step(self, state, event)


class ForgetsClosing(Payee):
    """Publishes a settlement without CLOSING on disk."""

    def step(self, state: PayeeState, event: Event) -> PayeeStep:
        after, actions = Payee.step(self, state, event)
        if isinstance(event, Received) and isinstance(event.message, CloseSig) and Save() in actions:
            _, published = Payee.step(self, after, Saved())
            return after, published
        return after, actions


class TakesAnySettlement(Payee):
    """Takes a settlement of any state."""

    def step(self, state: PayeeState, event: Event) -> PayeeStep:
        if isinstance(event, Received) and isinstance(event.message, CloseSig) and state.phase is Phase.OPEN:
            best = state.best if event.message.state else None
            lower = replace(state, best=None if best is None else replace(best, state=replace(best.state, index=1)))
            message = replace(event.message, state=lower.newest)
            return Payee.step(self, lower, Received(message))
        return Payee.step(self, state, event)


class BuysByResume(Payee):
    """Sends the key of a state that came with a Resume, at any amount."""

    def step(self, state: PayeeState, event: Event) -> PayeeStep:
        after, actions = Payee.step(self, state, event)
        return replace(after, is_bought=True), actions


class LosesSightOfIts(Payee):
    """Lets a Resume replace a payment that is published, and knows the newest payment alone."""

    def step(self, state: PayeeState, event: Event) -> PayeeStep:
        if isinstance(event, Received) and isinstance(event.message, Resume) and state.phase is Phase.CLOSING:
            after, actions = Payee.step(self, replace(state, phase=Phase.OPEN), event)
            return replace(after, phase=Phase.CLOSING), actions
        return Payee.step(self, state, event)

    def _leaves(self, state: PayeeState) -> Any:
        return iter(())


class ClaimsByTheOldId(Payee):
    """Claims the payment by the id with which it was published."""

    def step(self, state: PayeeState, event: Event) -> PayeeStep:
        if isinstance(event, FundingSpent) and state.best is not None and state.funding is not None:
            spend = payment(state.terms, state.funding, state.best.state)
            own = signed_by_both(spend, state.best.signature, spend.sign(self.keys.funding))
            if own.outputs == event.transaction.outputs:
                event = replace(event, transaction=own)
        return Payee.step(self, state, event)


class NeverClaims(Payee):
    """Publishes its payment and looks no further."""

    def step(self, state: PayeeState, event: Event) -> PayeeStep:
        after, actions = Payee.step(self, state, event)
        is_claim = [isinstance(each, Publish) and after.mined is not None for each in actions]
        return after, tuple(action for action, claims in zip(actions, is_claim, strict=True) if not claims)


class SleepsTillT(Payee):
    """Closes only once T is there."""

    def step(self, state: PayeeState, event: Event) -> PayeeStep:
        if isinstance(event, Height) and event.height < state.terms.expiry - 1:
            return replace(state, height=event.height), ()
        return Payee.step(self, state, event)


class WaitsIntoTheMargin(Payee):
    """Waits for the payer's signature of his claim, however near her refund is."""

    def _waits(self, state: PayeeState, mined: Mined) -> bool:
        return not mined.help and state.height < mined.height + self.patience


class TakesAnyClaimSignature(Payee):
    """Does not check the payer's signature of his claim."""

    def _helped(self, state: PayeeState, message: ClaimSig) -> PayeeStep:
        if state.mined is None:
            return state, ()
        return replace(state, mined=replace(state.mined, help=message.signature)), (Save(),)

    def step(self, state: PayeeState, event: Event) -> PayeeStep:
        if isinstance(event, Received) and isinstance(event.message, ClaimSig):
            return self._helped(state, event.message)
        return Payee.step(self, state, event)


class PaysBeforeDisk(Payer):
    """Sends an Update without its state on disk."""

    def step(self, state: PayerState, event: Event) -> PayerStep:
        after, actions = Payer.step(self, state, event)
        if any(isinstance(action, Send) and isinstance(action.message, Update) for action in actions):
            actions = tuple(action for action in actions if action != Save())
        return after, actions


class SettlesForSigned(Payer):
    """Signs a settlement for the newest state that is signed, not for the last whose key is here."""

    def _settle(self, state: PayerState) -> PayerStep:
        if state.signed is not None and state.held < state.newest:
            state = replace(state, held=state.newest, paid=state.signed.state.amount)
        return Payer._settle(self, state)


class NeverRefundsPayments(Payer):
    """Does not take back a payment that is not claimed."""

    def step(self, state: PayerState, event: Event) -> PayerStep:
        after, actions = Payer.step(self, state, event)
        return after, () if after.mined is not None and isinstance(event, Height) else actions


class NeverRefundsFunding(Payer):
    """Does not take back the funding."""

    def step(self, state: PayerState, event: Event) -> PayerStep:
        after, actions = Payer.step(self, state, event)
        return after, () if after.mined is None and isinstance(event, Height) else actions


class KnowsTheNewestAlone(Payer):
    """Recognises the payment of the newest state alone."""

    def step(self, state: PayerState, event: Event) -> PayerStep:
        return Payer.step(self, replace(state, before=EMPTY), event)


class DoesNotReadTheChain(Payer):
    """Does not take the key from a claim."""

    def step(self, state: PayerState, event: Event) -> PayerStep:
        return (state, ()) if isinstance(event, PaymentSpent) else Payer.step(self, state, event)


class PaysTwoAhead(Payer):
    """Signs the next state although a key has not come."""

    def _pay(self, state: PayerState, wanted: Wanted, leaf: Leaf) -> PayerStep:
        after, actions = Payer._pay(self, state, wanted, leaf)
        return replace(after, held=after.newest), actions


class PaysAnyPrice(Payer):
    """Pays a price that rose after she has asked."""

    def _pay(self, state: PayerState, wanted: Wanted, leaf: Leaf) -> PayerStep:
        return Payer._pay(self, state, replace(wanted, price=1 << 40), leaf)


class BelievesAnyResume(Payer):
    """Takes the number of a Resume for the newest state without the proof of its amount."""

    def step(self, state: PayerState, event: Event) -> PayerStep:
        if isinstance(event, Received) and isinstance(event.message, Resume) and state.signed is not None:
            return replace(state, held=state.newest, paid=state.signed.state.amount, wanted=None), (Save(),)
        return Payer.step(self, state, event)


class HelpsWithoutTheKey(Payer):
    """Signs the claim of a payment whose key has not come."""

    def _help(self, state: PayerState) -> tuple[Action, ...]:
        return Payer._help(self, replace(state, held=state.newest))


def _without(kind: type, actions: tuple[Action, ...]) -> tuple[Action, ...]:
    """Return actions without the messages of a kind."""
    return tuple(each for each in actions if not (isinstance(each, Send) and isinstance(each.message, kind)))


class SettlesOnce(Payer):
    """Does not send the signature of a settlement again."""

    def step(self, state: PayerState, event: Event) -> PayerStep:
        after, actions = Payer.step(self, state, event)
        return after, _without(CloseSig, actions) if isinstance(event, Connected) else actions


class PaysOnce(Payer):
    """Does not send an Update again."""

    def step(self, state: PayerState, event: Event) -> PayerStep:
        after, actions = Payer.step(self, state, event)
        return after, _without(Update, actions) if isinstance(event, Connected) else actions


class QuotesOnce(Payee):
    """Does not send a quote again."""

    def step(self, state: PayeeState, event: Event) -> PayeeStep:
        after, actions = Payee.step(self, state, event)
        return after, _without(Quote, actions) if isinstance(event, Connected) else actions


class SellsOnce(Payee):
    """Does not send a key again."""

    def step(self, state: PayeeState, event: Event) -> PayeeStep:
        after, actions = Payee.step(self, state, event)
        is_again = isinstance(event, Received) and isinstance(event.message, Update) and after.newest == state.newest
        return after, () if is_again else actions


@dataclass(frozen=True, slots=True)
class Fault:
    """A planted fault.

    Attributes:
        name: its name.
        run: the run that finds it: its honest side, or both.
        invariant: the invariant that breaks.
        payee: the payee's machine, if the fault is in it.
        payer: the payer's.
        numbers: numbers of the setting that are wrong, or that the fault needs.
        on: the chains on which it loses.
        is_slow: whether the loss is far from the start, so that it takes seconds to be found.
    """

    name: str
    run: str
    invariant: str
    payee: type[Payee] = Payee
    payer: type[Payer] = Payer
    numbers: dict[str, Any] = field(default_factory=dict)
    on: tuple[str, ...] = ("bsv", "btc")
    is_slow: bool = False


FAULTS: Final = (
    Fault("sells before the funding is mined", "payee", "I2", numbers={"depth": 0}),
    Fault("sells with one block on the funding", "payee", "I2", numbers={"depth": 1}),
    Fault("sends a key before its state is on disk", "payee", "I2", SellsBeforeDisk),
    Fault("takes an update after closing", "payee", "I2", SellsAfterClosing),
    Fault("publishes a settlement before CLOSING is on disk", "payee", "I2", ForgetsClosing),
    Fault("takes a settlement of any state", "payee", "I2", TakesAnySettlement),
    Fault("sells by a Resume below the price", "payee", "I2", BuysByResume),
    Fault(
        "lets a Resume replace a published payment", "payee", "I2", LosesSightOfIts, numbers={"chunks": 2}, is_slow=True
    ),
    Fault("claims by the id that was published", "payee", "I2", ClaimsByTheOldId, on=("bsv",), is_slow=True),
    Fault("never claims its payment", "payee", "I2", NeverClaims, is_slow=True),
    Fault(
        "waits into the margin for a signature",
        "payee",
        "I2",
        WaitsIntoTheMargin,
        numbers={"patience": 5, "delay": 5},
        is_slow=True,
    ),
    Fault(
        "takes any signature for its claim",
        "payee",
        "I2",
        TakesAnyClaimSignature,
        numbers={"patience": 1},
        is_slow=True,
    ),
    Fault("closes when T is there", "payee", "I2", SleepsTillT),
    Fault("has a margin of a block too few", "payee", "I2", numbers={"margin": 3}),
    Fault("agrees to a delay of a block too few", "payee", "I2", numbers={"delay": 4}, on=("btc",)),
    Fault("agrees to a delay of one block", "payee", "I2", numbers={"delay": 1}),
    Fault("signs before her state is on disk", "payer", "I3", payer=PaysBeforeDisk, numbers={"chunks": 2}),
    Fault("settles for a state whose key has not come", "payer", "I3", payer=SettlesForSigned),
    Fault("signs a claim of a payment whose key has not come", "payer", "I3", payer=HelpsWithoutTheKey),
    Fault("never refunds a payment", "payer", "I3", payer=NeverRefundsPayments, is_slow=True),
    Fault("never refunds the funding", "payer", "I3", payer=NeverRefundsFunding, is_slow=True),
    Fault(
        "recognises the newest payment alone",
        "payer",
        "I3",
        payer=KnowsTheNewestAlone,
        numbers={"chunks": 2},
        is_slow=True,
    ),
    Fault("does not read the key from a claim", "payer", "I3", payer=DoesNotReadTheChain),
    Fault("signs two states ahead of the keys", "payer", "I3", payer=PaysTwoAhead, numbers={"chunks": 2}),
    Fault("pays a price that rose after she has asked", "payer", "I3", payer=PaysAnyPrice, numbers={"is_raised": True}),
    Fault("believes a Resume without its proof", "payer", "I3", payer=BelievesAnyResume),
    Fault("does not send the signature of a settlement again", "both", "I11", payer=SettlesOnce),
    Fault("does not send an update again", "both", "I11", payer=PaysOnce),
    Fault("does not send a key again", "both", "I11", SellsOnce),
    Fault("does not send a quote again", "both", "I11", QuotesOnce),
)
"""All planted faults."""
