"""Real channels from which seeds and starting states are made: each form, each closing, with all that was said."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Final, TypeAlias

from penstock.channel.safe.agreement.chains import BSV_REGTEST, BTC_REGTEST
from penstock.channel.safe.messages.wire import from_wire, to_wire
from penstock.channel.safe.protocol.events import Event, Finish, Height, Received, Stalled
from penstock.channel.safe.protocol.payee import Payee
from penstock.channel.safe.protocol.payer import Payer
from penstock.channel.safe.protocol.states import PayeeState, PayerState
from penstock.channel.sealed.fraud import FraudProof
from penstock.channel.sealed.manifest import signed_manifest
from penstock.testing import key
from penstock.tx.transaction import Transaction
from tests.support.channels.safe_machines import MARGINS, Stage

ChannelState: TypeAlias = PayerState | PayeeState
_FORMS: Final = ((BSV_REGTEST, 0), (BTC_REGTEST, 0), (BSV_REGTEST, 100))
_MOST_STATES: Final = 120


@dataclass(frozen=True)
class Moment:
    """An event, the machine that was told it, and the state in which it was."""

    machine: Payer | Payee
    state: ChannelState
    event: Event


class Recorded(Stage):
    """A stage that notes all moments."""

    moments: list[Moment]

    def tell_payer(self, event: Event) -> None:
        self._noted(Moment(self.payer, self.a, event))
        super().tell_payer(event)

    def tell_payee(self, event: Event) -> None:
        self._noted(Moment(self.payee, self.b, event))
        super().tell_payee(event)

    def _noted(self, moment: Moment) -> None:
        if not hasattr(self, "moments"):
            self.moments = []
        self.moments.append(moment)


def _life(form: int, *, is_forced: bool) -> Recorded:
    network, largest_chunk = _FORMS[form]
    stage = Recorded(network, largest_chunk=largest_chunk, patience=4)
    stage.connect()
    stage.run()
    stage.fund()
    stage.quote()
    for chunk in (0, 2):
        stage.buy(chunk)
    stage.quote(price=120)
    stage.tell_payee(Stalled())
    stage.ask(1)
    stage.connect(1)
    stage.run()
    stage.tell_payee(Height(stage.ledger.height))
    stage.buy(1)
    if is_forced:
        stage.mine(stage.a.terms.expiry - MARGINS.margin - stage.ledger.height)
        assert stage.publish() == []
        stage.mine()
        stage.publish()
        stage.mine()
    else:
        stage.tell_payee(Finish())
        stage.run()
        stage.connect(2)
        stage.run()
        stage.publish()
        stage.mine()
    return stage


@cache
def lives() -> tuple[Recorded, ...]:
    """Each form, closed together and by force."""
    return tuple(_life(form, is_forced=is_forced) for form in range(len(_FORMS)) for is_forced in (False, True))


def stage() -> Recorded:
    return lives()[0]


@cache
def moments(kind: type) -> tuple[Moment, ...]:
    """The moments of one kind of machine in which something could change, each state once."""
    found: dict[tuple[str, str], Moment] = {}
    for life in lives():
        for moment in life.moments:
            if isinstance(moment.machine, kind):
                found.setdefault((repr(moment.state), repr(moment.event)), moment)
    return tuple(found.values())[:_MOST_STATES]


@cache
def bases() -> tuple[ChannelState, ...]:
    """States of both sides, a few of each life."""
    states = [moment.state for life in lives() for moment in life.moments[:: max(1, len(life.moments) // 8)]]
    return tuple({repr(state): state for state in states}.values())


def talk() -> Iterator[list[tuple[ChannelState, bytes]]]:
    """Yield the messages of each life as bytes, each with the state in which it came."""
    for life in lives():
        received = [(each.state, each.event) for each in life.moments if isinstance(each.event, Received)]
        messages = [(state, to_wire(event.message)) for state, event in received]
        assert all(from_wire(raw) for _, raw in messages)
        yield [*messages, (life.a, to_wire(life.offer))]


def mined(life: Stage) -> list[Transaction]:
    """The transactions of a life in blocks, besides those that make coins."""
    return [each for block in life.ledger.blocks for each in block.transactions if not each.is_coinbase]


@cache
def accused() -> FraudProof:
    """A proof that a publisher has cheated: he has signed for another plain text than the key opens."""
    movie, publisher = stage().movie, key("publisher").private
    leaves = list(movie.leaves)
    leaves[1] = replace(leaves[1], plaintext=bytes(32))
    manifest, tree = signed_manifest(publisher, movie.manifest.movie, leaves)
    proof = FraudProof(manifest, leaves[1], tree.proof(1), movie.ciphertext(1), movie.key(1))
    assert proof.judge() is not None
    return proof
