"""A viewer and a provider over real sockets: a file is sold chunk by chunk, and the channel is closed."""

from dataclasses import replace
from pathlib import Path

import pytest

from penstock.channel.safe.agreement.chains import BSV_REGTEST, Network
from penstock.channel.safe.messages.kinds import Accept, Chunk, Error, Get, Key, PlainChunk, Resume, Update
from penstock.channel.safe.protocol.states import Phase
from penstock.channel.safe.transactions.payment import settlement_fee
from penstock.service.connection.frames import Fault
from tests.support.provider.shop import Running, selling
from tests.support.provider.viewer import watching


def test_a_file_is_sold_chunk_by_chunk(shop: Running) -> None:
    with watching(shop.url, shop.ledger) as viewer:
        viewer.open()
        count = viewer.title.qualities[0].manifest.chunks
        for chunk in range(count):
            viewer.buy(chunk)
        assert b"".join(each.plaintext for each in viewer.delivered) == shop.content
        held = shop.provider.store.load(viewer.state.channel, "payee")
        assert held.state.newest == count == viewer.state.held
        assert held.bound == viewer.state.paid == viewer.facts["terms"]["base"] + 100 * count
        assert not viewer.faults
        assert not viewer.refused


def test_a_channel_is_settled_on_the_chain(shop: Running) -> None:
    """The chunk is paid once, the rest comes back, and the provider earns what she has signed."""
    with watching(shop.url, shop.ledger) as viewer:
        viewer.open()
        for chunk in (3, 1):
            viewer.buy(chunk)
        spend = viewer.close()
        earned, change = (each.value for each in spend.outputs)
        assert earned == viewer.state.paid
        assert earned + change == viewer.state.terms.capacity - settlement_fee(viewer.state.terms)
        shop.wait_for(viewer.state.channel, Phase.CLOSED)


def test_ciphertexts_come_as_messages_where_she_wants_them(shop: Running) -> None:
    with watching(shop.url, shop.ledger) as viewer:
        viewer.open(ciphertexts=True)
        viewer.ask(2)
        viewer.until(Chunk)
        viewer.until(Key)
        assert viewer.delivered[0].plaintext == shop.content[8_000:12_000]


def test_a_stream_goes_on_after_a_break(shop: Running) -> None:
    """The Update was on its way: on the next connection the same one gets its key, and the chunk is paid once."""
    with watching(shop.url, shop.ledger) as viewer:
        viewer.open()
        viewer.buy(0)
        viewer.ask(1)
        viewer.take(viewer.chunk(1))
        viewer.reconnect()
        viewer.attach()
        viewer.until(Key)
        viewer.buy(2)
        assert [each.chunk for each in viewer.delivered] == [0, 1, 2]
        assert shop.provider.store.load(viewer.state.channel, "payee").state.newest == 3


def test_a_stream_goes_on_with_another_process(network: Network, tmp_path: Path) -> None:
    """The store is all that a provider keeps: another one with the same store and seed goes on."""
    with selling(tmp_path, network) as first:
        place = int(first.url.rpartition(":")[2])
        with watching(first.url, first.ledger) as viewer:
            viewer.open()
            viewer.buy(0)
    ledger = first.ledger
    with selling(tmp_path, network, ledger=ledger, port=place), viewer.stack:
        viewer.reconnect()
        viewer.attach()
        viewer.until(Resume)
        viewer.buy(1)
        assert [each.chunk for each in viewer.delivered] == [0, 1]


def test_an_offer_outlives_the_process_that_made_it(tmp_path: Path) -> None:
    """Nothing was kept of it; the token tells all."""
    with selling(tmp_path, BSV_REGTEST) as first:
        place = int(first.url.rpartition(":")[2])
        with watching(first.url, first.ledger) as viewer:
            viewer.agree()
            assert first.provider.store.channels() == []
            viewer.fund()
    with selling(tmp_path, BSV_REGTEST, ledger=first.ledger, port=place) as second, viewer.stack:
        viewer.reconnect()
        assert isinstance(viewer.name_funding(), Accept)
        assert [each for each, _ in second.provider.store.channels()] == [viewer.state.channel]


def test_a_price_that_has_changed_is_quoted_from_the_next_state_on(tmp_path: Path) -> None:
    with selling(tmp_path, BSV_REGTEST) as first:
        place = int(first.url.rpartition(":")[2])
        with watching(first.url, first.ledger) as viewer:
            viewer.open()
            viewer.buy(0)
    with (
        selling(
            tmp_path, BSV_REGTEST, numbers=lambda usual: replace(usual, price=150), ledger=first.ledger, port=place
        ),
        viewer.stack,
    ):
        viewer.reconnect()
        viewer.attach()
        viewer.until(Resume)
        before = viewer.state.paid
        viewer.price(150)
        viewer.buy(1)
        assert viewer.state.paid == before + 150


@pytest.mark.parametrize("chunk", [10, 4_000_000_000 - 1])
def test_a_chunk_that_there_is_not_is_refused(shop: Running, chunk: int) -> None:
    with watching(shop.url, shop.ledger) as viewer:
        viewer.open()
        answer = viewer.asked(Get(viewer.state.channel, viewer.movie, min(chunk, 2**31)))
        assert isinstance(answer, Error | Fault)
        viewer.buy(0)


def test_a_forged_update_gets_no_key(shop: Running) -> None:
    """The forged one first: with another amount's signature, another state, and then the real one."""
    with watching(shop.url, shop.ledger) as viewer:
        viewer.open()
        viewer.buy(0)
        signed = viewer.state.signed
        assert signed is not None
        channel, movie = viewer.state.channel, viewer.movie
        for forged in (
            Update(channel, 2, movie, 1, signed.signature),
            Update(channel, 3, movie, 1, signed.signature),
            Update(channel, 2, bytes(32), 1, signed.signature),
            Update(channel, 1, movie, 1, signed.signature),
        ):
            answer = viewer.asked(forged)
            assert isinstance(answer, Error), answer
            assert not isinstance(answer, Key | PlainChunk)
        assert shop.provider.store.load(channel, "payee").state.newest == 1
        assert isinstance(viewer.asked(Update(channel, 1, movie, 0, signed.signature)), Key)
        viewer.buy(1)
