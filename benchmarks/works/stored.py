"""The safe channel on disk: many channels, both sides driven from stores of their own, saved together.

The floor is that of the safe form in memory: the payer hashes, opens, hashes and signs, the payee verifies; nothing of
it is written. The stores are SQLite files with `synchronous=FULL`; each step of all channels is one commit, three for a
chunk: her signature with the ciphertext, his state before the key, her state with the key. Time that a process waits
for the disk is not CPU time.
"""

from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.harness import OURS, Contender, Work
from benchmarks.result import Demand, Target
from benchmarks.works.channel import CHUNK, ReadyShelf, Sale, floor_of, movie_of
from benchmarks.works.contest import FLOOR
from penstock.channel.safe.protocol.events import Height, Received, Send
from penstock.script.chains import BSV, BTC, Chain
from penstock.service.driver.driver import Driver, Machine
from penstock.service.driver.inputs import Ask, Input, Outcome
from penstock.service.store.held import Held
from penstock.service.store.store import Store

_CHANNELS: Final = 64
_CHUNKS: Final = 64
_BURIAL: Final = 6


class StoredSale:
    """Funded channels on which a chunk is sold at a time on each, with both sides on disk."""

    def __init__(self, chain: Chain, channels: int, folder: Path) -> None:
        self.folder = folder
        self.stores: list[Store] = []
        shelf = ReadyShelf.of(movie_of(_CHUNKS, CHUNK))
        self.sales = {sale.a.channel: sale for sale in (Sale(chain, shelf=shelf) for _ in range(channels))}
        self.opened: list[bytes] = []
        self.payer, self.payee = (self._driver(role) for role in ("payer", "payee"))
        self.next = count()

    def _driver(self, role: str) -> Driver:
        store = Store.open(self.folder / f"{role}.db", create=True)
        self.stores.append(store)
        driver = Driver(store, role, self._machine, _BURIAL, lambda _, chunk: self.opened.append(chunk.plaintext))
        for sale in self.sales.values():
            state = sale.a if role == "payer" else sale.b
            driver.opened(store.claim(state.terms.network.name), (state, ()))
            driver.handle([(state.channel, Height(state.height))])
        return driver

    def _machine(self, held: Held) -> Machine:
        sale = self.sales[held.channel]
        return sale.channel.payer if held.role == "payer" else sale.payee

    def sell(self) -> list[bytes]:
        """Sell the next chunk on each channel; return what was opened."""
        chunk = next(self.next) % _CHUNKS
        if not chunk:
            self._begin_again()
        manifest = next(iter(self.sales.values())).movie.manifest
        asked = self.payer.handle([(channel, Ask(manifest, chunk)) for channel in self.sales])
        answered = self.payee.handle(_arrived(asked))
        signed = self.payer.handle(_arrived(answered))
        keyed = self.payee.handle(_arrived(signed))
        self.opened.clear()
        self.payer.handle(_arrived(keyed))
        return self.opened

    def close(self) -> None:
        """Close the stores."""
        for store in self.stores:
            store.close()

    def _begin_again(self) -> None:
        """Let new viewers begin, with the rows of the old ones."""
        for driver, name in ((self.payer, "a"), (self.payee, "b")):
            for channel, sale in self.sales.items():
                held, _ = driver._live[channel]  # noqa: SLF001 - no user begins a channel again
                driver._live[channel] = held, getattr(sale, name)  # noqa: SLF001


def _arrived(outcomes: Sequence[Outcome]) -> list[tuple[bytes, Input]]:
    """Return the last message of each outcome as the other side is told of it."""
    told: list[tuple[bytes, Input]] = []
    for outcome in outcomes:
        sent = outcome.actions[-1]
        assert isinstance(sent, Send), outcome
        told.append((outcome.channel, Received(sent.message)))
    return told


def works(channels: int = _CHANNELS) -> Iterator[Work]:
    """On each chain."""
    for chain in (BSV, BTC):
        with TemporaryDirectory() as folder:
            stored = StoredSale(chain, channels, Path(folder))
            yield _work(stored, chain, channels)
            stored.close()


def _work(stored: StoredSale, chain: Chain, channels: int) -> Work:
    memory = Sale(chain)

    def run() -> None:
        stored.sell()

    def run_in_memory() -> None:
        for _ in range(channels):
            memory.sell(as_bytes=False)

    leaf = memory.movie.leaves[0]
    ours = Contender(OURS, run, lambda: [len(each) for each in stored.sell()] == [leaf.length] * channels, channels)
    unsaved = Contender("in memory", run_in_memory, lambda: len(memory.sell()) == leaf.length, channels)
    floor = Contender(FLOOR, *floor_of(memory.shelf, channels), channels)
    name = f"safe channel on {chain} with stores, {channels} channels, chunks of {CHUNK:,} bytes, both sides"
    return Work(name, "chunk", (floor, unsaved, ours), (Target(FLOOR, 0.3, Demand.AIM),))
