"""Each message is lost once, with all that follows on its connection: after another one the channel goes on."""

from dataclasses import replace
from io import BytesIO

import pytest

from penstock.channel.safe.agreement.chains import BSV_REGTEST, BTC_REGTEST, Network
from penstock.channel.safe.messages.kinds import (
    Accept,
    Chunk,
    ClaimSig,
    Close,
    CloseSig,
    Error,
    Funded,
    Get,
    Key,
    Message,
    Open,
    PlainChunk,
    Quote,
    Resume,
    Update,
)
from penstock.channel.safe.messages.wire import from_wire
from penstock.channel.safe.protocol.events import Action, Connected, Finish, Received, Send
from penstock.channel.safe.protocol.prices import Prices
from penstock.channel.safe.protocol.states import Phase
from penstock.channel.safe.transactions.claim import key_shown
from penstock.channel.safe.transactions.outputs import key_script
from penstock.channel.sealed.keys import Keys
from penstock.channel.sealed.movie import SealedMovie
from penstock.channel.sealed.shelf import MovieShelf
from penstock.testing import key
from tests.support.channels.safe_machines import FILM, MARGINS, PRICE, Side, Stage

NETWORKS = pytest.mark.parametrize("network", [BSV_REGTEST, BTC_REGTEST], ids=lambda network: network.name)


class LossyStage(Stage):
    """A stage on which the first message of a kind is lost with its connection; another connection follows."""

    def __init__(self, network: Network, lost: type[Message], *, number: int = 1, **options: int) -> None:
        self.lost, self.number, self.broken, self.connections = lost, number, False, 0
        super().__init__(network, **options)

    def do(self, side: Side, actions: tuple[Action, ...]) -> None:
        super().do(side, actions)
        for each in actions:
            if isinstance(each, Send) and type(each.message) is self.lost and self.number:
                self.number -= 1
                self.broken = self.number == 0

    def run(self) -> None:
        while self.to_payer or self.to_payee or self.broken:
            if self.broken:
                self.broken = False
                self.connections += 1
                self.connect(self.connections)
            if self.to_payee:
                self.tell_payee(Received(from_wire(self.to_payee.popleft())))
            if self.to_payer and not self.broken:
                self.tell_payer(Received(from_wire(self.to_payer.popleft())))


def payee_got(stage: Stage) -> int:
    return stage.value_of(key_script(stage.b.terms, stage.b.terms.payee.payout))


@NETWORKS
@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize("lost", [Accept, Funded, Quote, Get, Chunk, Update, Key, CloseSig])
def test_the_channel_goes_on_to_its_settlement(lost: type[Message], number: int, network: Network) -> None:
    stage = LossyStage(network, lost, number=number)
    stage.fund()
    stage.quote()
    for chunk in range(3):
        stage.buy(chunk)
    stage.tell_payer(Finish())
    stage.run()
    assert stage.connections == (number == 1 or lost in {Get, Chunk, Update, Key})
    assert stage.publish() == []
    stage.mine()
    assert (stage.a.phase, stage.b.phase) == (Phase.CLOSED, Phase.CLOSED)
    assert sorted(stage.delivered) == [0, 1, 2]
    assert payee_got(stage) == stage.base + 3 * PRICE == stage.a.paid
    assert not [each for each in stage.alice.refused + stage.bob.refused if "margin" not in each]


def test_a_lost_chunk_that_is_sold_by_itself() -> None:
    stage = LossyStage(BSV_REGTEST, PlainChunk, largest_chunk=100)
    stage.fund()
    stage.quote()
    stage.buy(0)
    stage.buy(1)
    assert (stage.connections, sorted(stage.delivered)) == (1, [0, 1])


def test_a_lost_wish_to_close_costs_nothing() -> None:
    """It is not kept: chunks are sold until he asks again."""
    stage = LossyStage(BSV_REGTEST, Close)
    stage.fund()
    stage.quote()
    stage.buy(0)
    stage.tell_payee(Finish())
    stage.run()
    stage.buy(1)
    stage.tell_payee(Finish())
    stage.run()
    assert (stage.connections, stage.b.phase) == (1, Phase.CLOSING)
    assert stage.publish() == []


def test_a_lost_resume_is_made_anew_on_the_next_connection() -> None:
    stage = LossyStage(BSV_REGTEST, Resume)
    stage.fund()
    stage.quote()
    stage.buy(0)
    stage.connect(100)
    stage.run()
    stage.buy(1)
    assert (stage.connections, stage.b.newest) == (1, 2)


@NETWORKS
def test_a_lost_signature_for_the_claim(network: Network) -> None:
    stage = LossyStage(network, ClaimSig, patience=4)
    stage.fund()
    stage.quote()
    stage.buy(0)
    stage.mine(stage.a.terms.expiry - MARGINS.margin - stage.ledger.height)
    assert stage.publish() == []
    stage.mine(2)
    stage.publish()
    stage.mine()
    assert stage.b.mined is not None
    spender = stage.ledger.spender(stage.b.mined.outpoint)
    assert spender is not None
    assert key_shown(spender, stage.b.mined.outpoint, stage.b.mined.state.digest) is None
    assert stage.connections == 1


def test_a_lost_open_is_sent_again_and_another_is_refused() -> None:
    stage = Stage(BSV_REGTEST)
    opened = stage.alice.sent[0]
    assert isinstance(opened, Open)
    first = stage.alice.saved[0]
    again, actions = stage.payer.step(first, Connected(bytes(32), bytes(32)))  # type: ignore[arg-type] # the payer's
    assert actions == (Send(opened),)
    assert again.phase is Phase.OPENING
    before = stage.b
    stage.tell_payee(Received(opened))
    assert (stage.b, stage.bob.refused) == (before, [])
    for other in (replace(opened, capacity=5), replace(opened, expiry=5), replace(opened, keys=opened.keys[::-1])):
        stage.tell_payee(Received(other))
        assert stage.b == before
        assert isinstance(stage.bob.sent[-1], Error)


def test_a_state_from_before_the_offer_was_kept_sends_no_open() -> None:
    stage = Stage(BSV_REGTEST)
    first = replace(stage.alice.saved[0], offer=b"")  # type: ignore[arg-type] # the payer's
    assert stage.payer.step(first, Connected(bytes(32), bytes(32)))[1] == ()  # type: ignore[arg-type] # as above


# Accepts and quotes that come twice -----------------------------------------------------------------------------------


def test_an_accept_is_sent_until_the_funding_is_named() -> None:
    stage = Stage(BSV_REGTEST)
    accepts = [each for each in stage.bob.sent if isinstance(each, Accept)]
    stage.connect()
    assert [each for each in stage.bob.sent if isinstance(each, Accept)] == accepts * 2
    before = stage.a
    stage.run()
    assert stage.a == before
    stage.tell_payer(Received(replace(accepts[0], signature=bytes(64))))
    assert (stage.a, stage.alice.refused) == (before, ["the Accept is not signed by the payee"])
    stage.fund()
    stage.connect(1)
    assert [each for each in stage.bob.sent if isinstance(each, Accept)] == accepts * 2


def test_a_quote_that_she_has_changes_nothing_however_often_it_comes() -> None:
    stage = Stage(BSV_REGTEST)
    stage.fund()
    stage.quote()
    stage.buy(0)
    before = stage.a.prices
    saved = len(stage.alice.saved)
    for number in range(5):
        stage.connect(number)
        stage.run()
    assert stage.a.prices == before
    assert len(stage.alice.saved) == saved
    assert not stage.alice.refused


def test_a_lost_rise_of_the_price_is_told_before_she_asks_again() -> None:
    stage = Stage(BSV_REGTEST)
    stage.fund()
    stage.quote()
    stage.buy(0)
    stage.payee_quotes(price=250)
    stage.connect()  # the quote is lost
    stage.run()
    stage.buy(1)
    assert stage.a.paid == stage.base + PRICE + 250
    assert (stage.a.newest, stage.b.newest) == (2, 2)


def two_movies() -> tuple[Stage, SealedMovie]:
    stage = Stage(BSV_REGTEST)
    other = SealedMovie.cut(BytesIO(FILM[::-1]), 100, key("publisher").private, Keys(bytes(32)))
    stage.payee = replace(stage.payee, shelf=MovieShelf.of(stage.movie, other))
    stage.fund()
    stage.quote()
    return stage, other


def quote_other(stage: Stage, other: SealedMovie, price: int) -> None:
    stage.b, actions = stage.payee.quote(stage.b, other.manifest.movie, price, 10_000)
    stage.do(stage.bob, actions)


def test_a_lost_quote_for_a_movie_is_told_after_chunks_of_another_were_bought() -> None:
    """It was for a state that is paid by now; it comes again for the next one."""
    stage, other = two_movies()
    quote_other(stage, other, 30)
    stage.to_payer.clear()
    stage.buy(0)
    stage.connect()
    stage.run()
    stage.a, actions = stage.payer.ask(stage.a, other.manifest, 3)
    stage.do(stage.alice, actions)
    stage.run()
    assert stage.a.paid == stage.base + PRICE + 30
    assert (stage.a.newest, stage.b.newest) == (2, 2)


def test_a_quote_for_another_movie_is_taken_while_a_key_is_on_its_way() -> None:
    """The payee has not got the update: he quotes for its state."""
    stage, other = two_movies()
    quote_other(stage, other, 30)
    stage.to_payer.clear()
    stage.ask(0)
    stage.tell_payee(Received(from_wire(stage.to_payee.popleft())))
    stage.tell_payer(Received(from_wire(stage.to_payer.popleft())))
    assert (stage.a.newest, stage.b.newest) == (1, 0)
    stage.connect()  # the update is lost
    for _ in range(3):
        stage.tell_payer(Received(from_wire(stage.to_payer.popleft())))
    assert stage.a.prices.price(other.manifest.movie, 2, stage.a.height) == 30
    stage.run()
    assert (stage.a.held, stage.b.newest) == (1, 1)
    own = stage.payee._signed(Quote(stage.a.channel, stage.movie.manifest.movie, 999, 1, 10_000, b""))
    stage.tell_payer(Received(own))
    assert stage.alice.refused[-1] == "a quote for state 1, which is sold already"


def test_one_quote_holds_for_a_movie() -> None:
    def quote(movie: int, price: int, state: int, until: int) -> Quote:
        return Quote(bytes(32), bytes([movie]) * 32, price, state, until, bytes(64))

    first, later, other, over = quote(1, 100, 1, 900), quote(1, 120, 2, 500), quote(2, 7, 3, 900), quote(3, 9, 1, 50)
    prices = Prices((first, later, other, over))
    assert prices.holding(3, 100) == (later, other)
    assert prices.holding(3, 501) == (first, other)
    assert prices.holding(1, 50) == (first, over)
    assert prices.holding(3, 901) == ()
