"""Many channels at once in one process: memory does not grow with what is sold, but for what was bought."""

import gc
import tracemalloc

import pytest

pytest.importorskip("benchmarks", reason="the benchmarks lie in the checkout only")

from benchmarks.works.channel import ReadyShelf, Sale, movie_of

from penstock.script.chains import BSV


def memory(sales: list[Sale], chunks: int) -> int:
    """Sell so many chunks on each channel in turn; return the traced bytes."""
    for _ in range(chunks):
        for sale in sales:
            sale.sell()
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


@pytest.mark.parametrize("count", [50, pytest.param(1_000, marks=pytest.mark.long)])
def test_memory_stays_flat(count: int) -> None:
    shelf = ReadyShelf.of(movie_of(64, 256))
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        sales = [Sale(BSV, shelf=shelf) for _ in range(count)]
        first = memory(sales, 4)
        later = memory(sales, 40)
    finally:
        tracemalloc.stop()
    assert all(sale.a.held == 44 for sale in sales)
    assert (first - before) / count < 100_000, "bytes for each channel, with a ledger of its own"
    assert (later - first) / count / 40 < 500, "bytes for each chunk that was bought: its place, its state and its hash"
