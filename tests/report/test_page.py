"""The page: well formed, self-contained, and its numbers are those of the stream."""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest

from penstock.channel.agreement.movie import Movie
from penstock.channel.agreement.terms import LeafDelivery, Terms
from penstock.channel.simulation.costs import compare
from penstock.channel.simulation.stream import StreamResult, screen
from penstock.channel.transactions.closing import Closing
from penstock.channel.transactions.fields import fields
from penstock.ledger.fees import FeeRate
from penstock.report.page import render
from penstock.report.rows import Gap, claim_rows, diagram_rows, payment_rows, update_rows
from tests.support.channels.channel_stage import ALICE, BOB, DEFAULT_TERMS, movie_of, streaming
from tests.support.pages.page_reader import PageReader


@cache
def screening(
    chunks: int = 12, closing: Closing = Closing.TWO_WAY, terms: Terms = DEFAULT_TERMS, size: int = 500
) -> StreamResult:
    movie = movie_of(chunks, size)
    return screen(streaming(), movie, terms, ALICE, BOB, closing=closing, on_chunk=lambda index, data: None)


def read(shown: StreamResult, name: str = "movie.mp4") -> PageReader:
    return PageReader.of(render(shown, name=name, version="1.2.3"))


def not_claimed() -> StreamResult:
    """A stream that nobody claimed: its 1-way claim costs more than it earned."""
    closed = screening(terms=Terms(price=3, fee_rate=FeeRate(100)))
    return replace(closed, chosen=closed.other, other=replace(closed.other, closing=Closing.TWO_WAY))


CASES: dict[str, Callable[[], StreamResult]] = {
    "2-way": screening,
    "1-way": lambda: screening(closing=Closing.ONE_WAY),
    "proofs": lambda: screening(terms=Terms(delivery=LeafDelivery.PROOFS)),
    "one payment": lambda: screening(chunks=2),
    "nothing paid": lambda: screening(chunks=1),
    "not claimed": not_claimed,
    "large": lambda: screening(chunks=300, size=20),
}


@pytest.mark.parametrize("case", CASES)
def test_every_page_is_well_formed_and_needs_nothing_else(case: str) -> None:
    reader = read(CASES[case]())
    assert reader.references == []
    assert {"svg", "style", "h1", "h2"} <= reader.tags
    assert not {"script", "link", "img", "iframe"} & reader.tags
    assert not re.search(r"@import|url\(|https?://", "".join(reader.texts))
    assert "Not for real money" in reader.text


def test_a_files_name_is_only_text() -> None:
    name = "<script>alert('x')</script>&amp;.mp4"
    reader = read(screening(), name)
    assert name in reader.text
    assert "script" not in reader.tags


@pytest.mark.parametrize("closing", Closing)
def test_the_numbers_are_those_of_the_stream(closing: Closing) -> None:
    shown = screening(closing=closing)
    text = read(shown).text
    comparison = compare(shown)
    assert comparison is not None
    chosen = comparison.of(closing)
    assert f"{chosen.payout:,} sat" in text
    assert shown.agreement.title.root.hex() in text
    for transaction in shown.chosen.ledger.transactions:
        assert transaction.txid_hex in text
    for ending in (comparison.one_way, comparison.two_way):
        assert f"TXp of {ending.claim_size:,} bytes, fee {ending.claim_fee:,} sat" in text
    assert f"{comparison.ratio:,.0f} \N{MULTIPLICATION SIGN}" in text


def test_what_was_not_claimed_is_said() -> None:
    text = read(CASES["not claimed"]()).text
    assert "Bob was warned" in text
    assert "no claim was worth its fee" in text


def test_what_was_not_paid_has_no_transactions() -> None:
    assert "On the chain" not in read(CASES["nothing paid"]()).text


def test_one_of_a_thing_is_no_plural() -> None:
    movie = Movie.cut(io.BytesIO(b"!"), 64)
    text = read(screen(streaming(), movie, Terms(), ALICE, BOB, on_chunk=lambda index, data: None)).text
    assert "1 byte in 1 chunk of 64," in text
    assert "1chunk reached Alice" in text
    assert "the only leaf" in text
    assert "No transaction goes to the ledger." in text
    assert not re.search(r"\b1 (bytes|chunks|leaves|hashes|satoshis)", text)


def test_the_tree_of_a_single_chunk_shows_the_root_that_the_page_names() -> None:
    shown = screening(chunks=1)
    boxes = re.findall(r'class="digest">([0-9a-f]{8})…', render(shown, name="a", version="1"))
    root, leaf = shown.agreement.title.root, shown.movie.leaf(0)
    assert boxes == [root.hex()[:8], leaf.hex()[:8]]
    assert "its proof" not in read(shown).text


@pytest.mark.parametrize("case", ["2-way", "large"])
def test_a_narrow_page_begins_at_the_root_of_the_tree(case: str) -> None:
    """The marker for scrolling is at the box of T_0."""
    page = render(CASES[case](), name="a", version="1")
    left, width, box = (
        float(found[1])
        for pattern in (r'<i style="left: ([\d.]+)%">', r'viewBox="0 0 ([\d.]+) ', r'<rect x="([\d.]+)"')
        if (found := re.search(pattern, page))
    )
    assert left == pytest.approx(100 * (box + 46) / width, abs=0.01)
    assert "scroll-snap-align: center" in page


def test_the_rows_of_a_transaction_are_all_its_fields() -> None:
    shown = screening()
    payment, claim = shown.chosen.payment, shown.chosen.claim
    assert payment is not None
    assert claim is not None
    for transaction, rows in [
        (payment, payment_rows(payment, shown.last)),
        (claim, claim_rows(claim, shown.last, Closing.TWO_WAY)),
    ]:
        raw = transaction.serialize()
        assert [row.place for row in rows] == [part.place for part in fields(transaction)]
        assert sum(row.size for row in rows) == len(raw)
        for row in rows:
            field_bytes = raw[row.offset : row.offset + row.size].hex()
            head, _, tail = row.raw.partition(" … ")
            assert field_bytes.startswith(head)
            assert field_bytes.endswith(tail)
            assert row.meaning


def test_the_step_from_one_payment_to_the_next_has_three_rows() -> None:
    shown = screening()
    rows = update_rows(shown, shown.last)
    assert [row.place for row in rows] == ["output 0 value", "output 0 script", "output 1 value"]
    script = rows[1]
    for leaf, part in ((shown.last - 1, script.before), (shown.last, script.after)):
        assert part.strip("… ") in shown.movie.leaf(leaf).hex()
        assert len(part.strip("… ")) >= 2 * 28


def test_a_long_conversation_is_cut_in_the_middle() -> None:
    long, short = diagram_rows(screening(chunks=300, size=20)), diagram_rows(screening(chunks=4))
    gaps = [row for row in long if isinstance(row, Gap)]
    assert len(gaps) == 1
    assert gaps[0].count + len(long) - 1 == 1 + 2 * 299 + 1 + len(screening(chunks=300, size=20).chosen.lines)
    assert not any(isinstance(row, Gap) for row in short)


def test_equal_streams_make_equal_pages() -> None:
    movie = movie_of(12, 500)
    again = screen(streaming(), movie, Terms(), ALICE, BOB, on_chunk=lambda index, data: None)
    assert render(again, name="a", version="1") == render(screening(), name="a", version="1")
