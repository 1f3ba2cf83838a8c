"""Till: charges for routes of any ASGI application, by a provider in the same process.

    app.add_middleware(Till, prices={"/weather": 100}, folder="till")

Below `/penstock` the till answers as a provider: there clients open channels. It begins with the application's
lifespan, or with the first request where the server tells of none.
"""

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from penstock.channel.safe.agreement.chains import BSV_REGTEST, Network
from penstock.errors import hides_frames
from penstock.service.connection.frames import CHANNEL_PATH
from penstock.service.errors import ServiceError
from penstock.service.provider.app import app_of, peer_of
from penstock.service.provider.files import too_many
from penstock.service.provider.library import Library
from penstock.service.provider.limits import Limits
from penstock.service.provider.running import Opened, Settings, opened
from penstock.service.provider.selling import Selling
from penstock.service.provider.x402.charging import NotChargedError, charged, costs
from penstock.service.provider.x402.served import Served, ServedRequests
from penstock.service.provider.x402.tickets import STEPS, Tickets, all_sets
from penstock.service.seed.trial_seed import check_for_trials, trial_entropy
from penstock.service.seed.wallet import Wallet
from penstock.service.x402.binding import Charged, Item, item_of, receipt, requirement, update_of
from penstock.service.x402.headers import (
    RESPONSE,
    SIGNATURE,
    HeaderError,
    Payment,
    Requirement,
    Resource,
    read_payment,
    receipt_header,
)

__tracebackhide__ = hides_frames

PATH: Final = "/penstock"
"""The path below which a till answers as a provider."""


class Till:
    """ASGI middleware that charges for routes.

    Args:
        app: the application.
        prices: satoshis of a request, by the path of its route.
        folder: the folder of channels and tickets; it is made if it is not there.
        network: the network on which clients pay.
        entropy: that of the provider's seed; None for a seed for trying out, in the folder.
        sources: addresses of sources of the chain; none for a chain for trying out.
        steps: tickets of a set: as many requests as a client can pay for before the next set.

    Raises:
        SeedError: a seed is needed on this network.
        CatalogueError: the number of sets in the folder, or the list of served requests, is damaged.
    """

    def __init__(  # noqa: PLR0913 - the settings of a till
        self,
        app: ASGIApp,
        *,
        prices: Mapping[str, int],
        folder: str | Path,
        network: Network = BSV_REGTEST,
        entropy: bytes | None = None,
        sources: tuple[str, ...] = (),
        steps: int = STEPS,
    ) -> None:
        self._app = app
        place = Path(folder)
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        if entropy is None:
            check_for_trials(network)
            entropy = trial_entropy(place)
        wallet = Wallet(entropy)
        self._tickets = {path: Tickets(path, price, place, wallet, steps) for path, price in prices.items()}
        self._library = Library.of(all_sets(tuple(self._tickets.values())), wallet.film_secret, 1 << 20)
        self._settings = Settings(
            titles=(),
            state=place,
            store=str(place / "channels.db"),
            entropy=entropy,
            selling=replace(Selling.usual(network), prices=self._prices()),
            sources=sources,
            limits=Limits(),
        )
        self._served = ServedRequests(place / "served")
        self._stack = contextlib.AsyncExitStack()
        self._opened: Opened | None = None
        self._shop: ASGIApp | None = None
        self._starting = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as a provider, charge for a route, or let the application answer."""
        if scope["type"] == "lifespan":
            await self._app(scope, self._with_start(receive), self._with_end(send))
            return
        path: str = scope["path"]
        if path == PATH or path.startswith(PATH + "/"):
            below = dict(scope) | {"root_path": scope.get("root_path", "") + PATH}
            await (await self._provider())(below, receive, send)
        elif scope["type"] == "http" and path in self._tickets:
            await self._charge(Request(scope, receive), self._tickets[path], send)
        else:
            await self._app(scope, receive, send)

    # Charging ---------------------------------------------------------------------------------------------------------

    async def _charge(self, request: Request, tickets: Tickets, send: Send) -> None:
        """Let the application answer a request that is paid, and tell what another one costs."""
        await self._provider()
        assert self._opened is not None, "as started"
        shop = self._opened.shop
        asked = self._asked(request, tickets)
        resource, header = Resource(str(request.url).partition("?")[0]), request.headers.get(SIGNATURE)
        if header is None:
            await costs(resource, asked, "")(request.scope, request.receive, send)
            return
        try:
            done = await self._paid(tickets, asked, read_payment(header))
        except (HeaderError, NotChargedError) as error:
            if not shop.gate.wrong(peer_of(request.scope)):
                await too_many()(request.scope, request.receive, send)
                return
            await costs(resource, asked, str(error))(request.scope, request.receive, send)
            return
        told = receipt_header(receipt(shop.provider.selling.network, done))

        async def with_receipt(message: Message) -> None:
            if message["type"] == "http.response.start":
                more = ((RESPONSE.lower().encode(), told.encode()), (b"cache-control", b"private, no-store"))
                message["headers"] = [*(each for each in message["headers"] if each[0] != b"cache-control"), *more]
            await send(message)

        await self._app(request.scope, request.receive, with_receipt)

    async def _paid(self, tickets: Tickets, asked: Requirement, paid: Payment) -> Charged:
        """Return what was charged for a request, which is the only one that its payment is for.

        Raises:
            NotChargedError: the payment is not taken, or another request has had it.
            HeaderError: the payload is not in its form.
        """
        assert self._opened is not None, "as started"
        item = item_of(paid.accepted)
        movies = {each.root: each.prepared.qualities[0].manifest for each in tickets.sets}
        if item.title not in movies or item.movie != movies[item.title].movie or item.chunk >= tickets.steps:
            raise NotChargedError("accepted: not a ticket of this route")
        expected = replace(asked, extra=dict(asked.extra) | _of_item(item))
        update, identifier = update_of(paid)
        done = await charged(self._opened.shop.provider, expected, paid)
        known = self._served.get(update.channel)
        if known is not None and done.state <= known.state and identifier != known.identifier:
            raise NotChargedError(f"the payment of state {done.state} is that of another request")
        if known is None or done.state > known.state:
            served = Served(done.state, identifier)
            self._served.remember(update.channel, served)  # before anything waits: another request must not have it too
            await asyncio.to_thread(self._served.write, update.channel, served)
        if item.title == tickets.newest.root and 2 * item.chunk >= tickets.steps:
            await self._more(tickets)
        return done

    async def _more(self, tickets: Tickets) -> None:
        """Offer a further set of tickets."""
        assert self._opened is not None, "as started"
        made = await asyncio.to_thread(tickets.more)
        self._library.add(made)
        provider = self._opened.shop.provider
        provider.selling = replace(provider.selling, prices=self._prices())

    def _asked(self, request: Request, tickets: Tickets) -> Requirement:
        """Return what a request costs: any ticket of the newest set."""
        assert self._opened is not None, "as started"
        shop, named = self._opened.shop, tickets.newest
        manifest = named.prepared.qualities[0].manifest
        url = str(request.base_url).rstrip("/") + PATH + CHANNEL_PATH
        item = Item(named.root, manifest.movie, 0)
        payee, network = manifest.publisher, shop.provider.selling.network
        return requirement(network, payee, item, tickets.price, shop.opening.base, url)

    def _prices(self) -> dict[bytes, int]:
        return {each.root: one.price for one in self._tickets.values() for each in one.sets}

    # Start and end ----------------------------------------------------------------------------------------------------

    def _with_start(self, receive: Receive) -> Receive:
        """Start the till before the application."""

        async def received() -> Message:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await self._provider()
            return message

        return received

    def _with_end(self, send: Send) -> Send:
        """End the till after the application; the server ends all tasks once it is told."""

        async def sent(message: Message) -> None:
            if message["type"] in ("lifespan.shutdown.complete", "lifespan.shutdown.failed"):
                await self._stop()
            await send(message)

        return sent

    async def _provider(self) -> ASGIApp:
        """Return the provider's application; it is started if it is not."""
        async with self._starting:
            if self._shop is None:
                found = await self._stack.enter_async_context(opened(self._settings, self._library))
                for work in found.works():
                    self._stack.push_async_callback(_ended, work)
                self._opened, self._shop = found, app_of(found.shop, *found.routes())
            elif self._opened is not None and self._opened.shop.provider.store.stopped is not None:
                raise ServiceError(f"the till has stopped: {self._opened.shop.provider.store.stopped}; start it again")
            return self._shop

    async def _stop(self) -> None:
        await self._stack.aclose()
        self._opened = self._shop = None


async def _ended(work: "asyncio.Task[None]") -> None:
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)


def _of_item(item: Item) -> dict[str, object]:
    return {"title": item.title.hex(), "movie": item.movie.hex(), "chunk": item.chunk}
