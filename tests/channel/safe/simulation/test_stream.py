"""A whole stream over the safe channel: every ending on both chains, its money, heights and losses; memory."""

import io
import tracemalloc
from dataclasses import replace
from functools import cache
from typing import BinaryIO

import pytest

from penstock.channel.agreement.terms import TermsError
from penstock.channel.safe.agreement.errors import ChannelTermsError
from penstock.channel.safe.messages.kinds import (
    Chunk,
    ClaimSig,
    Close,
    CloseSig,
    Error,
    Get,
    Key,
    PlainChunk,
    Resume,
    Update,
)
from penstock.channel.safe.messages.wire import to_wire
from penstock.channel.safe.protocol.events import Finish, Publish, Received
from penstock.channel.safe.protocol.states import Phase
from penstock.channel.safe.simulation.endings import SafeClosing, ended
from penstock.channel.safe.simulation.opening import DELAY, PLACES, Deal, opened
from penstock.channel.safe.simulation.stream import SafeStreamResult, exposure, stream
from penstock.channel.safe.simulation.transcript import Party, SentLine, Transcript, describe
from penstock.channel.sealed.keys import Keys
from penstock.channel.sealed.manifest import signed_manifest
from penstock.channel.sealed.movie import SealedMovie, SealedMovieError
from penstock.ledger.ledger import LedgerError
from penstock.script.chains import BSV, BTC, Chain
from penstock.testing import key

FILM = bytes(range(256)) * 8
CHUNKS, PRICE = 21, 100
both_chains = pytest.mark.parametrize("chain", [BSV, BTC], ids=str)


def movie_of(film: bytes | BinaryIO, size: int = 100) -> SealedMovie:
    source = io.BytesIO(film) if isinstance(film, bytes) else film
    return SealedMovie.cut(source, size, key("publisher").private, Keys(bytes(range(32))))


@cache
def streamed(chain: Chain, closing: SafeClosing = SafeClosing.COOPERATIVE) -> tuple[SafeStreamResult, bytes]:
    got: list[bytes] = []
    result = stream(movie_of(FILM), Deal(chain, PRICE), closing, lambda _index, data: got.append(data))
    return result, b"".join(got)


@both_chains
def test_the_payer_gets_the_film_and_both_are_honest(chain: Chain) -> None:
    result, got = streamed(chain)
    assert (got, result.sold, result.faults) == (FILM, CHUNKS, ())
    assert all(ending.faults == () and ending.is_closed for ending in result.endings)


@both_chains
@pytest.mark.parametrize("closing", SafeClosing)
def test_money_is_neither_made_nor_lost(chain: Chain, closing: SafeClosing) -> None:
    result, _ = streamed(chain)
    (ending,) = (each for each in result.endings if each.closing is closing)
    assert ending.to_payee + ending.to_payer + ending.fee == result.terms.capacity
    earned = result.terms.base + CHUNKS * PRICE
    match closing:
        case SafeClosing.COOPERATIVE:
            assert ending.to_payee == earned
        case SafeClosing.REFUND:
            assert ending.to_payee == 0
        case _:
            assert earned > ending.to_payee >= CHUNKS * PRICE, "the base pays the fee of the claim"


@both_chains
def test_the_cooperative_ending_is_the_best_for_both(chain: Chain) -> None:
    result, _ = streamed(chain)
    together, *others = (each for each in result.endings if each.closing is not SafeClosing.REFUND)
    assert together.closing is SafeClosing.COOPERATIVE
    for other in others:
        assert (together.to_payee, together.to_payer) >= (other.to_payee, other.to_payer)
        assert (together.fee, together.size) < (other.fee, other.size)


@both_chains
def test_each_ending_is_mined_at_its_height(chain: Chain) -> None:
    result, _ = streamed(chain)
    terms, margin = result.terms, PLACES[chain].margins.margin
    heights = {each.closing: [tx.height for tx in each.transactions] for each in result.endings}
    assert heights[SafeClosing.COOPERATIVE] == [result.funding.height + 1]
    for forced in (SafeClosing.ONE_WAY, SafeClosing.TWO_WAY):
        assert heights[forced] == [terms.expiry - margin + 1, terms.expiry - margin + 2]
    assert heights[SafeClosing.REFUND] == [terms.expiry + 1]
    assert result.refunds_from == (terms.expiry + 1, terms.expiry + DELAY + 1 if chain is BSV else None)


@both_chains
def test_the_last_key_stays_unknown_if_she_helps(chain: Chain) -> None:
    result, _ = streamed(chain)
    claims = {each.closing: each.transactions[-1].transaction.serialize() for each in result.endings}
    last = result.movie.key(CHUNKS - 1)
    assert last in claims[SafeClosing.ONE_WAY]
    assert last not in claims[SafeClosing.TWO_WAY]


def test_the_raw_form_sells_chunks_by_themselves() -> None:
    got: list[bytes] = []
    movie = SealedMovie.cut(io.BytesIO(FILM), 1_000, key("publisher").private, None)
    result = stream(movie, Deal(BSV, PRICE), SafeClosing.TWO_WAY, lambda _index, data: got.append(data))
    assert b"".join(got) == FILM
    assert (result.sold, result.sold_as, result.faults) == (3, "chunk", ())
    claims = {each.closing: each.transactions[-1].transaction.serialize() for each in result.endings}
    assert FILM[2_000:] in claims[SafeClosing.ONE_WAY]
    assert FILM[2_000:] not in claims[SafeClosing.TWO_WAY]
    with pytest.raises(ChannelTermsError, match="largest_chunk is 1000; it must be 0 bytes"):
        stream(movie, Deal(BTC, PRICE), SafeClosing.TWO_WAY, lambda _index, _data: None)


@both_chains
def test_nothing_can_be_lost_when_the_channel_is_closed(chain: Chain) -> None:
    risk = streamed(chain)[0].exposure
    assert (risk.payer, risk.payee) == (0, 0)
    assert risk.payee_if_away == CHUNKS * PRICE + streamed(chain)[0].terms.base
    assert risk.article == CHUNKS * PRICE


def test_a_signature_whose_key_does_not_come_is_a_possible_loss() -> None:
    channel = opened(movie_of(FILM), Deal(BSV, PRICE), lambda _index, _data: None)
    manifest = channel.payee.shelf.movies[channel.payer_state.prices.quotes[0].movie].manifest  # type: ignore[attr-defined] # a MovieShelf
    channel.buy(manifest, 0)
    before = exposure(channel, PRICE)
    held = channel.payer_state
    channel.buy(manifest, 1)
    signed = channel.payer_state.signed
    channel.payer_state = replace(held, signed=signed)
    after = exposure(channel, PRICE)
    assert (before.payer, after.payer) == (0, PRICE)
    assert after.payer <= after.payer_on_the_way


def test_the_endings_leave_the_channel_as_it_is() -> None:
    channel = opened(movie_of(FILM), Deal(BSV, PRICE), lambda _index, _data: None)
    before = channel.payer_state, channel.payee_state, channel.ledger.height, channel.transcript.count
    for closing in SafeClosing:
        ended(channel, closing)
    assert (channel.payer_state, channel.payee_state, channel.ledger.height, channel.transcript.count) == before


def test_a_message_that_does_not_fit_is_a_fault() -> None:
    channel = opened(movie_of(FILM), Deal(BSV, PRICE), lambda _index, _data: None)
    channel.tell(Party.PAYER, Received(Key(channel.payer_state.channel, 1, bytes(32))))
    assert channel.faults == ["the payer refused: the key of state 1 is not awaited"]


def test_a_side_that_is_away_hears_nothing() -> None:
    channel = opened(movie_of(FILM), Deal(BSV, PRICE), lambda _index, _data: None)
    channel.away = Party.PAYEE
    channel.tell(Party.PAYER, Finish())
    channel.deliver()
    channel.mine()
    assert channel.payer_state.phase is Phase.CLOSING
    assert channel.payee_state.phase is Phase.OPEN
    assert len(channel.published) == 1, "the funding alone"


@pytest.mark.parametrize(
    ("deal", "error", "words"),
    [
        ((BSV, 0), TermsError, "the price is 0 satoshis a chunk"),
        ((BSV, 10**9), LedgerError, "the payer needs it for 21 chunks at 1,000,000,000 satoshis each"),
        ((BTC, 100, 999), ChannelTermsError, "payment_rate is 999"),
        ((BSV, 100, 10_000_001), ChannelTermsError, "payment_rate is 10000001"),
    ],
)
def test_a_deal_that_is_impossible(deal: tuple[Chain, int], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        stream(movie_of(FILM), Deal(*deal), SafeClosing.COOPERATIVE, lambda _index, _data: None)


def test_a_file_that_changes_on_the_way_is_not_sold() -> None:
    source = io.BytesIO(FILM)
    movie = movie_of(source)

    def change(index: int, _data: bytes) -> None:
        source.seek(0)
        source.write(b"!" * (index + 1) * 100 + b"!" * 100)

    with pytest.raises(SealedMovieError, match="the file has changed"):
        stream(movie, Deal(BSV, PRICE), SafeClosing.COOPERATIVE, change)


class Zeros(io.RawIOBase):
    """A large file of zeros that takes no memory."""

    def __init__(self, size: int) -> None:
        self.size, self.at = size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        self.at = offset if whence == 0 else self.size + offset
        return self.at

    def read(self, size: int = -1) -> bytes:
        count = self.size - self.at if size < 0 else min(size, self.size - self.at)
        self.at += count
        return bytes(count)


def test_memory_holds_one_chunk_and_not_the_file() -> None:
    size, chunk = 64 << 20, 1 << 20
    tracemalloc.start()
    try:
        movie = movie_of(Zeros(size), chunk)  # type: ignore[arg-type] # a raw stream is enough
        result = stream(movie, Deal(BSV, PRICE), SafeClosing.COOPERATIVE, lambda _index, _data: None)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert result.sold == 64
    assert peak < 12 * chunk


def test_the_transcript_keeps_both_ends() -> None:
    transcript = Transcript()
    for number in range(100):
        transcript.add(SentLine(Party.PAYER, str(number), 10, 7 if number == 50 else None))
    lines = [each if isinstance(each, int) else each.text for each in transcript]
    assert lines == [*map(str, range(13)), 79, *map(str, range(92, 100))]
    assert (transcript.count, transcript.messages, transcript.size, transcript.hidden) == (100, 99, 990, 79)


def test_sizes_of_the_transcript_are_those_of_the_messages() -> None:
    channel = opened(movie_of(FILM), Deal(BSV, PRICE), lambda _index, _data: None)
    before = channel.transcript.size
    movie = channel.payee.shelf.movies[channel.payer_state.prices.quotes[0].movie]  # type: ignore[attr-defined] # a MovieShelf
    channel.buy(movie.manifest, 3)
    name, of = channel.payer_state.channel, movie.manifest.movie
    signed = channel.payer_state.signed
    assert signed is not None
    sent = (
        Get(name, of, 3),
        Chunk(name, movie.leaves[3].to_bytes(), movie.proof(3).path, movie.ciphertext(3)),
        Update(name, 1, of, 3, signed.signature),
        Key(name, 1, movie.key(3)),
    )
    assert channel.transcript.size - before == sum(len(to_wire(message)) for message in sent)


def test_each_message_is_described_by_its_name() -> None:
    name, texts = bytes(32), set()
    for message in (
        Close(name, 3),
        Resume(name, name, 3, 400, name, name, 2, b"", bytes(64)),
        Error(name, 1, "there is no such chunk"),
        PlainChunk(name, 3, b"data"),
        ClaimSig(name, b""),
        CloseSig(name, 3, 1, b""),
    ):
        text = describe(message)
        assert text.startswith(type(message).__name__)
        texts.add(text)
    assert len(texts) == 6


def test_a_publisher_who_cheats_is_a_fault() -> None:
    """The key opens the promised ciphertext to other bytes than were promised."""
    honest = movie_of(FILM)
    leaves = [replace(leaf, plaintext=b"\x01" * 32) if leaf.index == 2 else leaf for leaf in honest.leaves]
    manifest, tree = signed_manifest(key("publisher").private, honest.manifest.movie, leaves)
    cheating = replace(honest, manifest=manifest, tree=tree, leaves=tuple(leaves))
    got: list[int] = []
    result = stream(cheating, Deal(BSV, PRICE), SafeClosing.COOPERATIVE, lambda index, _data: got.append(index))
    assert got == [0, 1]
    assert result.faults[0] == "the publisher has signed for a chunk that does not open"
    assert result.sold == 3, "she has paid for the chunk that shows it, and buys nothing more"
    assert len(result.faults) == 1 + CHUNKS - 3
    assert result.exposure.payer == 0


def test_a_transaction_that_the_ledger_refuses_is_a_fault() -> None:
    channel = opened(movie_of(FILM), Deal(BSV, PRICE), lambda _index, _data: None)
    forged = channel.published[0]._replace(lock_time=1)
    channel.carry_out(Party.PAYER, (Publish(forged),))
    assert channel.faults[0].startswith("the ledger refused a transaction of the payer: ")
    channel.faults.clear()
    channel.carry_out(Party.PAYER, (Publish(channel.published[0]),))
    assert channel.faults == [], "it is known already"


def test_a_payment_that_is_never_claimed_goes_back_to_the_payer() -> None:
    """The payee has published his payment and is away: her refund of it has a name, and its height."""
    channel = opened(movie_of(FILM), Deal(BSV, PRICE), lambda _index, _data: None)
    channel.buy(channel.payee.shelf.movies[channel.payer_state.prices.quotes[0].movie].manifest, 0)  # type: ignore[attr-defined] # a MovieShelf
    terms = channel.payer_state.terms
    channel.mine(terms.expiry - PLACES[BSV].margins.margin - channel.ledger.height)
    channel.away = Party.PAYEE
    channel.mine(terms.expiry + DELAY - channel.ledger.height + 1)
    lines = [line for line in channel.transcript if not isinstance(line, int) and line.height is not None]
    assert (lines[-1].text, lines[-1].height) == ("refund of TX_1", terms.expiry + DELAY)
