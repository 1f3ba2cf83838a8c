"""Running of a provider: store, chain, loop and server of one process, until it is told to end or its worker stops."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount, Route

from penstock.errors import hides_frames
from penstock.ledger.fees import FeeRate
from penstock.service.catalogue.prepared import PreparedTitle
from penstock.service.chain.followed import FollowedChain
from penstock.service.chain.loop import LoopSettings
from penstock.service.chain.sources import servers_of
from penstock.service.connection.frames import LARGEST_REQUEST
from penstock.service.errors import StoppedError
from penstock.service.provider.app import Shop, app_of
from penstock.service.provider.library import Library, Named
from penstock.service.provider.limits import Limits
from penstock.service.provider.metrics import Metrics
from penstock.service.provider.provider import Provider
from penstock.service.provider.reserving import reserving_of
from penstock.service.provider.selling import Selling
from penstock.service.provider.x402.keys import key_routes
from penstock.service.seed.trial_seed import is_for_trials
from penstock.service.seed.wallet import Wallet
from penstock.service.serving import serve
from penstock.service.store.store import Store
from penstock.service.trial.app import trial_app
from penstock.service.trial.chain import TrialChain
from penstock.service.trial.running import mine_by_itself

__tracebackhide__ = hides_frames

LOG: Final = logging.getLogger("penstock.provider")
MEMORY: Final = 512 << 20
"""Bytes of ciphertexts in memory."""
_TRIAL_PATH: Final = "/chain"
_TRIAL_INTERVAL: Final = 0.5
_INTERVAL: Final = 10.0
"""Seconds between two looks at the chain: of a network for trying out, and of any other."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of a provider.

    Attributes:
        titles: folders of prepared titles, or URLs that fsspec opens.
        state: the folder of what this provider keeps.
        store: the path of an SQLite database, or the URL of one of PostgreSQL.
        entropy: that of his seed.
        selling: his numbers.
        sources: URLs of sources of the chain; none for a chain of his own, for trying out.
        limits: the limits of peers.
        memory: bytes of ciphertexts in memory.
        proxies: addresses of proxies whose word on the address of a peer is taken, with commas; None for none.
        bury: empty blocks of a chain for trying out after the last transaction.
        closes: closes by force at once for which coins are held back (btc); 0 for none.
        close_rate: satoshis per 1,000 bytes that a payment and its claim pay then.
    """

    titles: tuple[str, ...]
    state: Path
    store: str = field(repr=False)
    entropy: bytes = field(repr=False)
    selling: Selling = field(default_factory=Selling)
    sources: tuple[str, ...] = field(default=(), repr=False)
    limits: Limits = field(default_factory=Limits)
    memory: int = MEMORY
    proxies: str | None = None
    bury: int = 6
    closes: int = 0
    close_rate: int = 0


def opened_library(settings: Settings) -> Library:
    """Open the titles, each with its signature, leaves and initialization segments checked.

    Raises:
        CatalogueError: one is missing, damaged or forged, or was prepared with another seed.
    """
    places = settings.titles
    titles = [Named(place.rstrip("/").rpartition("/")[2] or "title", PreparedTitle.open(place)) for place in places]
    return Library.of(titles, Wallet(settings.entropy).film_secret, settings.memory)


async def run(
    settings: Settings,
    listening: socket.socket,
    metrics: socket.socket | None = None,
    started: Callable[[Shop], None] = lambda _: None,
) -> None:
    """Run a provider until the process gets SIGINT or SIGTERM.

    Args:
        settings: his settings.
        listening: the socket of viewers; it is closed at the end.
        metrics: the socket of Prometheus; None for none.
        started: called once he answers.

    Raises:
        CatalogueError: a title cannot be read, or was prepared with another seed.
        StoreError: the store cannot be opened.
        SourceError: an address of a source is not one.
        StoppedError: the worker has stopped: start again.
    """
    async with opened(settings, opened_library(settings)) as found:
        await _tasks(settings, found, listening, metrics, started)


@dataclass(frozen=True, slots=True)
class Opened:
    """A provider whose store and chain are open.

    Attributes:
        shop: the provider, with what his connections share.
        trial: the chain for trying out; None on any other.
        bury: empty blocks of that chain after the last transaction.
    """

    shop: Shop
    trial: TrialChain | None
    bury: int

    def routes(self) -> list[BaseRoute]:
        """Return the paths besides those of the shop."""
        chain: list[BaseRoute] = [] if self.trial is None else [Mount(_TRIAL_PATH, app=trial_app(self.trial))]
        return [*chain, *key_routes(self.shop)]

    def works(self) -> "list[asyncio.Task[None]]":
        """Begin what runs beside the server: the chain's loop, and the blocks of a chain for trying out."""
        provider = self.shop.provider
        works = [asyncio.create_task(provider.loop.run())]
        if provider.reserving is not None:
            works.append(asyncio.create_task(provider.keep_reserve()))
        if self.trial is not None:
            works.append(asyncio.create_task(mine_by_itself(self.trial, bury=self.bury)))
        return works


@asynccontextmanager
async def opened(settings: Settings, library: Library) -> AsyncIterator[Opened]:
    """Open the store and the chain of a provider, and start the thread of his machines. Errors as those of `run`."""
    async with AsyncExitStack() as stack:
        wallet, network = Wallet(settings.entropy), settings.selling.network
        store = stack.enter_context(Store.open(settings.store, create=True))
        if store.restored is not None:
            LOG.error("the store was restored: its channels may only be closed", extra={"reason": store.restored})
        trial = stack.enter_context(_trial(settings))
        if trial is None:
            servers = servers_of(settings.sources, network)
            stack.push_async_callback(servers.close)
            chain = servers.chain(network)
        else:
            chain = FollowedChain(network, [trial.source])
        interval = _TRIAL_INTERVAL if is_for_trials(network) else _INTERVAL
        patience = None if trial is not None else settings.selling.patience
        loop = LoopSettings(interval, patience, settings.selling.burial, settings.selling.margins)
        rate = FeeRate(settings.close_rate)
        reserving = reserving_of(settings.selling, wallet, chain.sources, settings.closes, rate)
        provider = Provider(settings.selling, wallet, store, library, chain, loop, reserving=reserving)
        stack.enter_context(provider.worker)
        await provider.restarted()
        shop = Shop(provider, settings.limits, None if trial is None else _TRIAL_PATH)
        yield Opened(shop, trial, settings.bury)


async def _tasks(
    settings: Settings,
    found: Opened,
    listening: socket.socket,
    metrics: socket.socket | None,
    started: Callable[[Shop], None],
) -> None:
    """Run the chain's loop and the servers; the end of one is the end of all."""
    shop, provider = found.shop, found.shop.provider
    app, ending = app_of(shop, *found.routes()), provider.stop_selling
    serving = serve(app, listening, largest_frame=LARGEST_REQUEST, proxies=settings.proxies, ending=ending)
    works = [asyncio.create_task(serving), *found.works()]
    if metrics is not None:
        measured = Metrics(shop)
        routes = [Route("/metrics", measured.answer), Route("/health", shop.health), Route("/ready", shop.ready)]
        works.append(asyncio.create_task(serve(Starlette(routes=routes), metrics)))
    LOG.info("serving", extra={"titles": len(provider.library.titles), "epoch": provider.store.epoch})
    started(shop)
    try:
        done, _ = await asyncio.wait(works, return_when=asyncio.FIRST_COMPLETED)
        for each in done:
            each.result()
    except StoppedError as error:
        LOG.error("the worker has stopped: nothing leaves any more", extra={"reason": str(error)})  # noqa: TRY400 - a reason, not a fault
        raise
    finally:
        for each in works:
            each.cancel()
        await asyncio.gather(*works, return_exceptions=True)
        LOG.info("ended")


@contextmanager
def _trial(settings: Settings) -> Iterator[TrialChain | None]:
    """Open the chain for trying out, unless sources are named."""
    with ExitStack() as stack:
        trial = None
        if not settings.sources:
            trial = TrialChain(settings.selling.network, settings.state / "trial-chain.jsonl")
            stack.enter_context(trial)
        yield trial
