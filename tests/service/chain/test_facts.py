"""Events of a channel from what the chain has of it: both machines hear of the chain by them alone."""

import asyncio
import io
from collections.abc import Iterator
from dataclasses import replace

import pytest

from penstock.channel.safe.protocol.events import Finish, FundingSeen, FundingSpent, Height, PaymentSpent
from penstock.channel.safe.protocol.states import Phase
from penstock.channel.safe.simulation.conversation import Conversation
from penstock.channel.safe.simulation.endings import last_payment_height
from penstock.channel.safe.simulation.opening import Deal, opened
from penstock.channel.safe.simulation.transcript import Party
from penstock.channel.safe.transactions.outputs import funding_output
from penstock.channel.sealed.keys import Keys
from penstock.channel.sealed.movie import SealedMovie
from penstock.script.chains import BSV, BTC, Chain
from penstock.service.chain.facts import NOTHING, Facts, events_of, facts_of
from penstock.service.chain.followed import FollowedChain
from penstock.service.chain.inclusion import MinedTransaction
from penstock.service.chain.local import LocalSource
from penstock.service.errors import SourceError
from penstock.testing import key
from penstock.tx.transaction import OutPoint, TxOut

MOVIE = SealedMovie.cut(io.BytesIO(b"a film" * 100), 200, key("publisher").private, Keys(bytes(range(32))))


class Sides:
    """Both sides of a channel, which learn of the chain by their own looks at it."""

    def __init__(self, chain: Chain, runner: asyncio.Runner) -> None:
        self.channel = opened(MOVIE, Deal(chain, 100), lambda _index, _data: None)
        self.runner = runner
        network = self.channel.payer_state.terms.network
        self.began = self.channel.ledger.height - 10
        self.chain = FollowedChain(network, [LocalSource(self.channel.ledger)], since=self.began)
        self.known: dict[Party, Facts] = dict.fromkeys(Party, NOTHING)
        self.heard: list[object] = []

    def look(self, party: Party) -> None:
        """Let one side look, and tell its machine."""
        channel = self.channel
        self.chain.sources = [LocalSource(channel.ledger)]
        height = self.runner.run(self.chain.look()).height
        assert height is not None
        state = channel.payer_state if party is Party.PAYER else channel.payee_state
        facts = self.runner.run(facts_of(self.chain, state, self.began, self.known[party]))
        events = events_of(state, self.known[party], facts, height)
        self.known[party] = facts
        self.heard = [type(each) for each in events]
        for event in events:
            channel.tell(party, event)
        channel.deliver()

    def mine(self, blocks: int = 1) -> None:
        for _ in range(blocks):
            self.channel.ledger.mine()
            for party in Party:
                self.look(party)


@pytest.fixture(params=[BSV, BTC], ids=str)
def sides(request: pytest.FixtureRequest) -> Iterator[Sides]:
    with asyncio.Runner() as runner:
        yield Sides(request.param, runner)


def phases(channel: Conversation) -> tuple[Phase, Phase]:
    return channel.payer_state.phase, channel.payee_state.phase


def test_the_funding_is_seen_with_its_depth(sides: Sides) -> None:
    sides.look(Party.PAYEE)
    assert sides.heard == [FundingSeen, Height]
    depth = sides.channel.payee_state.confirmations
    sides.mine(2)
    assert sides.channel.payee_state.confirmations == depth + 2


def test_a_channel_is_closed_by_a_settlement(sides: Sides) -> None:
    sides.mine()
    assert sides.channel.buy(MOVIE.manifest, 1)
    sides.channel.tell(Party.PAYER, Finish())
    sides.channel.deliver()
    sides.mine()
    assert phases(sides.channel) == (Phase.CLOSED, Phase.CLOSED)
    sides.look(Party.PAYER)
    assert sides.heard == [Height], "nothing is told twice"


def test_a_payment_is_published_in_time_and_claimed(sides: Sides) -> None:
    """The payer learns the key from the claim on the chain, and both from what the chain tells them."""
    channel = sides.channel
    sides.mine()
    assert channel.buy(MOVIE.manifest, 0)
    channel.ledger.mine(last_payment_height(channel) - channel.ledger.height)
    sides.look(Party.PAYEE)  # he publishes
    channel.ledger.mine()
    sides.look(Party.PAYEE)
    assert FundingSpent in sides.heard
    sides.look(Party.PAYEE)  # and claims
    channel.ledger.mine()
    sides.look(Party.PAYEE)
    assert PaymentSpent in sides.heard
    sides.look(Party.PAYER)
    assert FundingSpent in sides.heard
    assert phases(channel) == (Phase.CLOSED, Phase.CLOSED)
    assert not channel.faults


def test_a_reorganisation_undoes_the_funding_and_brings_it_again(sides: Sides) -> None:
    channel = sides.channel
    sides.look(Party.PAYEE)
    before = channel.payee_state.confirmations
    height = channel.ledger.height
    channel.ledger.reorganize(before + 1)
    sides.look(Party.PAYEE)
    assert channel.payee_state.confirmations < before, "it is in a later block"
    assert channel.ledger.height == height + 1


class Silent(LocalSource):
    """A source that has headers and fails when it is asked for transactions."""

    async def find(self, txid: bytes, since: int) -> MinedTransaction | None:
        raise SourceError(f"{self.name} has not answered in 30 seconds")

    async def spend(self, outpoint: OutPoint, since: int) -> MinedTransaction | None:
        raise SourceError(f"{self.name} has not answered in 30 seconds")


def test_a_source_that_fails_undoes_nothing(sides: Sides) -> None:
    """A funding that is mined, and a spend of it, are facts until their blocks are undone."""
    channel = sides.channel
    assert channel.buy(MOVIE.manifest, 1)
    sides.look(Party.PAYEE)
    channel.tell(Party.PAYER, Finish())
    channel.deliver()
    sides.mine()
    state, before = channel.payee_state, sides.known[Party.PAYEE]
    assert before.spend is not None
    channel.ledger.mine()
    sides.chain.sources = [Silent(channel.ledger)]
    sides.runner.run(sides.chain.look())
    now = sides.runner.run(facts_of(sides.chain, state, sides.began, before))
    assert (now.funding, now.spend) == (before.funding, before.spend)
    assert events_of(state, before, now, channel.ledger.height) == [Height(channel.ledger.height)]


def test_nothing_is_said_while_no_source_answers(sides: Sides) -> None:
    """Not known is not the same as not there."""
    sides.chain.sources = [Silent(sides.channel.ledger)]
    sides.runner.run(sides.chain.look())
    with pytest.raises(SourceError, match="no source has answered rightly"):
        sides.runner.run(facts_of(sides.chain, sides.channel.payee_state, sides.began))


def test_a_funding_that_is_gone_is_told(sides: Sides) -> None:
    state = sides.channel.payee_state
    assert state.funding is not None
    sides.look(Party.PAYEE)
    seen = sides.known[Party.PAYEE]
    assert seen.funding is not None
    assert events_of(state, seen, NOTHING, 300) == [
        FundingSeen(state.funding, funding_output(state.terms), 0),
        Height(300),
    ]
    assert events_of(state, NOTHING, NOTHING, 300) == [Height(300)]


def test_an_output_that_there_is_not_is_not_seen(sides: Sides) -> None:
    sides.look(Party.PAYEE)
    facts, state = sides.known[Party.PAYEE], sides.channel.payee_state
    assert state.funding is not None
    wrong = replace(state, funding=OutPoint(state.funding.txid, 7))
    assert events_of(wrong, NOTHING, facts, 300) == [Height(300)]
    change = replace(state, funding=OutPoint(state.funding.txid, 1))
    (seen, _) = events_of(change, NOTHING, facts, 300)
    assert isinstance(seen, FundingSeen)
    assert isinstance(seen.output, TxOut)
    assert seen.output != funding_output(state.terms), "the machine is told the output that it is"


def test_a_channel_without_a_funding_is_told_the_height(sides: Sides) -> None:
    state = replace(sides.channel.payee_state, funding=None)
    assert sides.runner.run(facts_of(sides.chain, state, 0)) == NOTHING
    assert events_of(state, NOTHING, NOTHING, 7) == [Height(7)]
