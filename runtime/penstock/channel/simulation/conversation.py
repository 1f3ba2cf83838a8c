"""Conversation of Alice and Bob in one process: messages between two state machines, and their actions.

A `Moment` is the whole state between two messages. It is a value, so a moment can be continued in several ways: with
either of them stopping, or closed once 1-way and once 2-way.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias

from penstock.channel.protocol.actions import Broadcast, Keep, Refuse, Send, Warn
from penstock.channel.protocol.alice import Alice, AliceState
from penstock.channel.protocol.alice import Step as AliceStep
from penstock.channel.protocol.bob import Bob, BobState, Ready
from penstock.channel.protocol.bob import Step as BobStep
from penstock.channel.protocol.messages import FromAlice, FromBob, Stop
from penstock.channel.transactions.closing import Closing
from penstock.ledger.ledger import Ledger, Receipt
from penstock.tx.transaction import Transaction


class Party(StrEnum):
    """Alice or Bob."""

    ALICE = "Alice"
    BOB = "Bob"


@dataclass(frozen=True, slots=True)
class ToAlice:
    """A message from Bob in transit."""

    message: FromBob


@dataclass(frozen=True, slots=True)
class ToBob:
    """A message from Alice in transit."""

    message: FromAlice


Letter: TypeAlias = ToAlice | ToBob


@dataclass(frozen=True, slots=True)
class Effect:
    """An action that one of them requests."""

    party: Party
    action: Keep | Broadcast | Warn | Refuse


@dataclass(frozen=True, slots=True)
class Moment:
    """Both states, the messages in transit, oldest first, and the actions requested since the previous moment."""

    alice: AliceState
    bob: BobState
    mail: tuple[Letter, ...] = ()
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True)
class Players:
    """The two state machines."""

    alice: Alice
    bob: Bob

    def begin(self) -> Moment:
        """Start with Bob's first messages."""
        return self._after_bob(Moment(self.alice.start(), Ready()), self.bob.start())

    def deliver(self, moment: Moment) -> Moment:
        """Deliver the oldest message."""
        letter, rest = moment.mail[0], Moment(moment.alice, moment.bob, moment.mail[1:])
        match letter:
            case ToAlice(message):
                return self._after_alice(rest, self.alice.receive(rest.alice, message))
            case ToBob(message):
                return self._after_bob(rest, self.bob.receive(rest.bob, message))

    def stop(self, moment: Moment, party: Party) -> Moment:
        """Stop one of them."""
        moment = replace(moment, effects=())
        match party:
            case Party.ALICE:
                return self._after_alice(moment, self.alice.stop(moment.alice))
            case Party.BOB:
                return self._after_bob(moment, self.bob.stop(moment.bob))

    def close(self, moment: Moment, closing: Closing) -> Moment:
        """Close by Bob, in the given way."""
        return self._after_bob(replace(moment, effects=()), self.bob.close(moment.bob, closing))

    def see(self, moment: Moment, transaction: Transaction) -> Moment:
        """Show Alice a transaction on the chain."""
        return self._after_alice(replace(moment, effects=()), self.alice.see(moment.alice, transaction))

    def _after_alice(self, moment: Moment, step: AliceStep) -> Moment:
        state, actions = step
        letters = [ToBob(action.message) for action in actions if isinstance(action, Send)]
        effects = [Effect(Party.ALICE, action) for action in actions if not isinstance(action, Send)]
        return Moment(state, moment.bob, (*moment.mail, *letters), (*moment.effects, *effects))

    def _after_bob(self, moment: Moment, step: BobStep) -> Moment:
        state, actions = step
        letters = [ToAlice(action.message) for action in actions if isinstance(action, Send)]
        effects = [Effect(Party.BOB, action) for action in actions if not isinstance(action, Send)]
        return Moment(moment.alice, state, (*moment.mail, *letters), (*moment.effects, *effects))


Event: TypeAlias = Letter | Effect | Receipt


@dataclass(frozen=True, slots=True)
class EffectHandler:
    """Executes actions.

    Attributes:
        ledger: receives the transactions that Bob broadcasts.
        report: called for every event, in order: delivered messages, actions, and the ledger's receipts.
    """

    ledger: Ledger
    report: Callable[[Event], object]

    def carry_out(self, players: Players, moment: Moment) -> Moment:
        """Execute the requested actions; Alice sees transactions that the ledger accepts."""
        while moment.effects:
            effect, rest = moment.effects[0], moment.effects[1:]
            moment = replace(moment, effects=())
            self.report(effect)
            if isinstance(effect.action, Broadcast):
                receipt = self.ledger.submit(effect.action.transaction)
                self.report(receipt)
                if receipt:
                    moment = players.see(moment, effect.action.transaction)
            moment = replace(moment, effects=(*rest, *moment.effects))
        return moment

    def run(self, players: Players, moment: Moment, *, before_stop: bool = False) -> Moment:
        """Deliver messages until none are left, or only until Alice's `Stop` is in transit."""
        moment = self.carry_out(players, moment)
        while moment.mail and not (before_stop and isinstance(moment.mail[0].message, Stop)):
            self.report(moment.mail[0])
            moment = self.carry_out(players, players.deliver(moment))
        return moment
