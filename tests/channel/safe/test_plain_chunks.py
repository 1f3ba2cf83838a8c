"""The raw form: payments with the hash of a chunk, sold by the same machines; and nothing is sold in the other form."""

from dataclasses import replace
from io import BytesIO

import pytest

from penstock.channel.safe.agreement.chains import BSV_REGTEST, BTC_REGTEST
from penstock.channel.safe.agreement.errors import ChannelTermsError
from penstock.channel.safe.messages.kinds import Chunk, Error, Get, Key, Message, PlainChunk, Update
from penstock.channel.safe.messages.wire import from_wire
from penstock.channel.safe.protocol.events import Finish, Received
from penstock.channel.safe.protocol.states import Phase
from penstock.channel.safe.transactions.claim import claim_fee, key_shown
from penstock.channel.safe.transactions.outputs import State, key_script
from penstock.channel.safe.transactions.payment import least_base, payment
from penstock.channel.sealed.keys import Keys
from penstock.channel.sealed.movie import SealedMovie
from penstock.channel.sealed.shelf import MovieShelf
from penstock.testing import key
from tests.support.channels.safe_machines import FILM, MARGINS, PRICE, Stage


def raw(chunks: int = 3, largest_chunk: int = 100) -> Stage:
    stage = Stage(BSV_REGTEST, largest_chunk=largest_chunk)
    stage.fund()
    stage.quote()
    for chunk in range(chunks):
        stage.buy(chunk)
    return stage


def payee_got(stage: Stage) -> int:
    return stage.value_of(key_script(stage.b.terms, stage.b.terms.payee.payout))


def test_chunks_are_bought_in_any_order_and_settled() -> None:
    stage = raw(0)
    for chunk in (5, 0, 10):
        stage.buy(chunk)
    assert {chunk: FILM[100 * chunk :][:100] for chunk in (5, 0, 10)} == stage.delivered
    sent = [each for each in stage.bob.sent if isinstance(each, Chunk | PlainChunk)]
    assert [len(each.ciphertext) for each in sent if isinstance(each, Chunk)] == [0, 0, 0], "nothing before it is paid"
    assert not any(isinstance(each, Key) for each in stage.bob.sent)
    stage.tell_payer(Finish())
    stage.run()
    assert stage.publish() == []
    stage.mine()
    assert (stage.a.phase, stage.b.phase) == (Phase.CLOSED, Phase.CLOSED)
    assert payee_got(stage) == stage.base + 3 * PRICE


def test_a_forced_close_shows_the_chunk_and_the_base_pays_for_it() -> None:
    stage = raw()
    stage.mine(stage.a.terms.expiry - MARGINS.margin - stage.ledger.height)
    assert stage.publish() == []
    stage.mine()
    claim = stage.bob.published[-1]
    assert stage.b.mined is not None
    assert key_shown(claim, stage.b.mined.outpoint, stage.b.mined.state.digest) == FILM[200:300]
    assert stage.publish() == []
    stage.mine()
    fee = stage.base + 3 * PRICE - payee_got(stage)
    assert 0 < fee <= claim_fee(stage.b.terms, 100) <= stage.base


def test_a_base_below_the_fee_of_the_largest_chunk_opens_no_channel() -> None:
    terms = replace(Stage(BSV_REGTEST, largest_chunk=100).a.terms, largest_chunk=5_000)
    assert least_base(terms) > Stage(BSV_REGTEST).base
    with pytest.raises(ChannelTermsError, match="base is 2; it must be 7 satoshis or more"):
        Stage(BSV_REGTEST, largest_chunk=5_000)


def test_the_form_is_not_for_btc() -> None:
    with pytest.raises(ChannelTermsError, match="largest_chunk is 100; it must be 0 bytes"):
        Stage(BTC_REGTEST, largest_chunk=100)


def test_another_chunk_or_a_key_is_refused() -> None:
    stage = raw(1)
    stage.ask(1)
    stage.tell_payee(Received(from_wire(stage.to_payee.popleft())))
    stage.tell_payer(Received(from_wire(stage.to_payer.popleft())))
    name, before = stage.a.channel, stage.a
    wrong: list[Message] = [PlainChunk(name, 2, data) for data in (FILM[200:300], FILM[100:199], b"")]
    wrong += [PlainChunk(name, 1, FILM[100:200]), Key(name, 2, stage.movie.leaves[1].key)]
    for message in wrong:
        stage.tell_payer(Received(message))
        assert stage.a == before
        assert stage.alice.refused
    stage.tell_payer(Received(PlainChunk(name, 2, FILM[100:200])))
    assert stage.delivered[1] == FILM[100:200]


def test_a_chunk_is_no_key_in_a_channel_of_keys() -> None:
    stage = Stage(BSV_REGTEST)
    stage.fund()
    stage.quote()
    stage.ask(0)
    stage.tell_payee(Received(from_wire(stage.to_payee.popleft())))
    stage.tell_payer(Received(from_wire(stage.to_payer.popleft())))
    before = stage.a
    stage.tell_payer(Received(PlainChunk(stage.a.channel, 1, stage.movie.key(0))))
    assert stage.a == before
    assert stage.alice.refused[-1] == "the chunk of state 1 is not awaited"


def both_forms(largest_chunk: int) -> tuple[Stage, SealedMovie]:
    """A channel of one form, whose payee has a movie of the other form besides."""
    stage = Stage(BSV_REGTEST, largest_chunk=largest_chunk)
    keys = Keys(bytes(32)) if largest_chunk else None
    other = SealedMovie.cut(BytesIO(FILM), 32, key("publisher").private, keys)
    stage.payee = replace(stage.payee, shelf=MovieShelf.of(stage.movie, other))
    stage.fund()
    stage.quote()
    stage.b, actions = stage.payee.quote(stage.b, other.manifest.movie, PRICE, 10_000)
    stage.do(stage.bob, actions)
    stage.run()
    return stage, other


@pytest.mark.parametrize("largest_chunk", [0, 100])
def test_a_payee_sells_nothing_in_the_other_form(largest_chunk: int) -> None:
    """Of a chunk of 32 bytes too, whose claim the contract of a key would take."""
    stage, other = both_forms(largest_chunk)
    movie, leaf, before = other.manifest.movie, other.leaves[0], stage.b
    stage.tell_payee(Received(Get(stage.b.channel, movie, 0)))
    assert isinstance(stage.bob.sent[-1], Error)
    assert stage.b.funding is not None
    signature = payment(stage.b.terms, stage.b.funding, State(1, stage.base + PRICE, leaf.key)).sign(
        stage.payer.keys.funding
    )
    stage.tell_payee(Received(Update(stage.b.channel, 1, movie, 0, signature)))
    assert isinstance(stage.bob.sent[-1], Error)
    assert stage.b == before


@pytest.mark.parametrize("largest_chunk", [0, 100])
def test_a_payer_signs_for_nothing_in_the_other_form(largest_chunk: int) -> None:
    stage, other = both_forms(largest_chunk)
    stage.a, _ = stage.payer.ask(stage.a, other.manifest, 0)
    before = stage.a
    leaf, path = other.leaves[0].to_bytes(), other.proof(0).path
    stage.tell_payer(Received(Chunk(stage.a.channel, leaf, path, other.ciphertext(0))))
    assert stage.a == before
    assert stage.alice.refused[-1] == "chunk 0 is not sold as this channel sells"
    assert not any(isinstance(each, Update) for each in stage.alice.sent)


def test_a_chunk_larger_than_the_base_pays_for_is_not_sold() -> None:
    stage = raw(0, largest_chunk=99)
    stage.ask(0)
    stage.run()
    assert stage.bob.refused == ["there is no such chunk"]
    stage.buy(10)
    assert stage.delivered == {10: FILM[1_000:]}, "the last one is short"


def test_a_file_that_changed_sells_nothing_new() -> None:
    stage = raw(1)
    source = stage.movie.source
    assert isinstance(source, BytesIO)
    source.seek(100)
    source.write(b"?" * 100)
    stage.ask(1)
    stage.tell_payee(Received(from_wire(stage.to_payee.popleft())))
    stage.tell_payer(Received(from_wire(stage.to_payer.popleft())))
    update = from_wire(stage.to_payee.popleft())
    before = stage.b
    with pytest.raises(ValueError, match="chunk 1 is not the same as when it was sealed: the file has changed"):
        stage.tell_payee(Received(update))
    assert stage.b == before
