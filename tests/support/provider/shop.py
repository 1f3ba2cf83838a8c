"""A provider in this process, on a real socket: a thread with uvicorn, a store on disk, a ledger as the chain."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from penstock.channel.safe.agreement.chains import Network
from penstock.channel.safe.protocol.states import Phase
from penstock.ledger.fees import FeeRate
from penstock.ledger.ledger import Ledger
from penstock.service.catalogue.prepared import PreparedTitle
from penstock.service.chain.followed import FollowedChain
from penstock.service.chain.local import LocalSource
from penstock.service.chain.loop import LoopSettings
from penstock.service.connection.frames import LARGEST_REQUEST
from penstock.service.media.preparing import Maker
from penstock.service.media.sources import Pieces
from penstock.service.provider.app import Shop, app_of
from penstock.service.provider.library import Library, Named
from penstock.service.provider.limits import Limits, Rate
from penstock.service.provider.provider import Provider
from penstock.service.provider.selling import Selling
from penstock.service.provider.x402.keys import key_routes
from penstock.service.seed.wallet import Wallet
from penstock.service.serving import serve
from penstock.service.store.store import Store
from tests.support.films import prepared

ENTROPY = bytes(range(32))
CONTENT = bytes(each % 251 for each in range(40_000))
CHUNK = 4_000
_ALL = Rate(1e9, 1e9)
UNLIMITED = Limits(_ALL, _ALL, _ALL, 1 << 30, 1 << 30, 1 << 50, 1 << 50, _ALL, _ALL)


@dataclass(slots=True)
class Running:
    """A provider that runs.

    Attributes:
        url: its address.
        shop: the provider with what its connections share.
        ledger: its chain.
        content: the bytes of its first title.
    """

    url: str
    shop: Shop
    ledger: Ledger
    content: bytes

    @property
    def provider(self) -> Provider:
        return self.shop.provider

    def wait_for_height(self) -> None:
        """Wait until the provider has seen the newest block."""
        for _ in range(400):
            if self.provider.height == self.ledger.height:
                return
            time.sleep(0.025)
        raise AssertionError(self.provider.height)

    def wait_for(self, channel: bytes, phase: Phase) -> None:
        """Wait until a channel is in a phase on disk."""
        for _ in range(400):
            found = self.provider.store.load(channel, "payee").state.phase
            if found is phase:
                return
            time.sleep(0.025)
        raise AssertionError(found)


@contextmanager
def selling(  # noqa: PLR0917 - the numbers of a provider, each with a usual value
    folder: Path,
    network: Network,
    limits: Limits = UNLIMITED,
    numbers: Callable[[Selling], Selling] = lambda usual: usual,
    ledger: Ledger | None = None,
    port: int = 0,
) -> Iterator[Running]:
    """A provider of one file, whose store is in a folder: again in the same folder after a stop."""
    wallet, title = Wallet(ENTROPY), folder / "title"
    if not title.exists():
        (folder / "file.bin").write_bytes(CONTENT)
        prepared(title, Pieces(folder / "file.bin", CHUNK), maker=Maker(wallet.publisher_key, wallet.film_secret))
    chain = network.rules.chain
    ledger = Ledger(chain, FeeRate(network.rules.least_fee_rate)) if ledger is None else ledger
    ledger.mine(max(0, 110 - ledger.height))
    library = Library.of([Named("file", PreparedTitle.open(title))], wallet.film_secret, 1 << 20)
    with Store.open(folder / "payee.db", create=True) as store:
        followed = FollowedChain(network, [LocalSource(ledger)])
        usual = numbers(replace(Selling.usual(network), most=1_000_000))
        provider = Provider(usual, wallet, store, library, followed, LoopSettings(0.05, None))
        shop = Shop(provider, limits)
        with _served(shop, port) as place:
            yield Running(f"http://127.0.0.1:{place}", shop, ledger, CONTENT)


@contextmanager
def _served(shop: Shop, port: int) -> Iterator[int]:
    """Serve a shop in a thread with its own loop, which looks at the chain too; yield the port."""
    listening = socket.create_server(("127.0.0.1", port))
    place: int = listening.getsockname()[1]
    loops: list[asyncio.AbstractEventLoop] = []
    ready, end = threading.Event(), asyncio.Event()

    async def main() -> None:
        loops.append(asyncio.get_running_loop())
        await shop.provider.loop.look()
        await shop.provider.restarted()
        works = [
            asyncio.ensure_future(serve(app_of(shop, *key_routes(shop)), listening, largest_frame=LARGEST_REQUEST)),
            asyncio.ensure_future(shop.provider.loop.run()),
            asyncio.ensure_future(end.wait()),
        ]
        ready.set()
        await asyncio.wait(works, return_when=asyncio.FIRST_COMPLETED)
        shop.provider.stop_selling()
        for each in works:
            each.cancel()
        await asyncio.gather(*works, return_exceptions=True)

    with shop.provider.worker:
        thread = threading.Thread(target=lambda: asyncio.run(main()), daemon=True)
        thread.start()
        assert ready.wait(20)
        try:
            yield place
        finally:
            with suppress(RuntimeError):  # the provider has ended by himself, and his loop with him
                loops[0].call_soon_threadsafe(end.set)
            thread.join(20)
            listening.close()
