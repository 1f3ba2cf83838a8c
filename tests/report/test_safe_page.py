"""The page of a stream over the safe channel: well formed, self-contained, with the numbers of the stream."""

import io
from functools import cache

import pytest

from penstock.channel.safe.simulation.endings import SafeClosing
from penstock.channel.safe.simulation.opening import Deal
from penstock.channel.safe.simulation.stream import SafeStreamResult, stream
from penstock.channel.sealed.keys import Keys
from penstock.channel.sealed.movie import SealedMovie
from penstock.report.safe_page import render
from penstock.script.chains import BSV, BTC, Chain
from penstock.testing import key
from tests.support.pages.page_reader import PageReader

both_chains = pytest.mark.parametrize("chain", [BSV, BTC], ids=str)


@cache
def streamed(chain: Chain, closing: SafeClosing, chunks: int = 12) -> SafeStreamResult:
    source = io.BytesIO(bytes(range(100)) * chunks)
    movie = SealedMovie.cut(source, 100, key("publisher").private, Keys(bytes(range(32))))
    return stream(movie, Deal(chain, 70), closing, lambda _index, _data: None)


def read(result: SafeStreamResult, name: str = "movie.mp4") -> PageReader:
    return PageReader.of(render(result, name=name, version="1.2.3"))


@both_chains
@pytest.mark.parametrize("closing", SafeClosing)
def test_every_page_is_well_formed_and_has_the_numbers(chain: Chain, closing: SafeClosing) -> None:
    result = streamed(chain, closing)
    reader = read(result)
    assert reader.references == []
    assert not {"script", "link", "img", "iframe"} & reader.tags
    for transaction in (result.funding, *result.chosen.transactions):
        assert transaction.transaction.txid_hex in reader.text
        assert (
            f"{transaction.size:,} {'virtual bytes' if chain is BTC else 'bytes'}, fee {transaction.fee:,} sat"
            in reader.text
        )
    for ending in result.endings:
        assert f"{ending.to_payee:,}" in reader.text
        assert f"{ending.to_payer:,}" in reader.text
    assert result.movie.manifest.root.hex() in reader.text
    assert f"from block {result.terms.expiry + 1:,} on" in reader.text
    assert "could lose 0 satoshis" in reader.text
    assert "docs/threats.md" in reader.text


def test_a_short_stream_hides_no_messages() -> None:
    assert "more messages" not in read(streamed(BSV, SafeClosing.COOPERATIVE, 1)).text
    assert "more messages" in read(streamed(BSV, SafeClosing.COOPERATIVE)).text


def test_a_files_name_is_only_text() -> None:
    name = "<script>alert('x')</script>&amp;.mp4"
    reader = read(streamed(BSV, SafeClosing.COOPERATIVE), name)
    assert name in reader.text
    assert "script" not in reader.tags


def test_waiting_is_explained() -> None:
    assert "not in a block up to" in read(streamed(BSV, SafeClosing.REFUND)).text
    assert "not final: the lock time counts" in read(streamed(BTC, SafeClosing.REFUND)).text
    assert "a higher fee may replace it (BIP125)" in read(streamed(BTC, SafeClosing.COOPERATIVE)).text
