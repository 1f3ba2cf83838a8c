"""Paying for requests with httpx: a 402 of our scheme is paid through a channel, and the request is sent again.

    async with purse(folder, budget=5_000) as paying, httpx.AsyncClient(auth=paying) as client:
        answer = await client.get("https://api.example/weather")

A channel is opened with the first request to a provider, and used again by later ones, also after a restart.
"""

import asyncio
import secrets
from collections.abc import AsyncGenerator, AsyncIterator, Generator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import httpx

from penstock.channel.safe.agreement.chains import NETWORKS, Network
from penstock.channel.safe.messages.kinds import Update
from penstock.errors import hides_frames
from penstock.service.chain.esplora import EsploraSource
from penstock.service.chain.source import ChainSource
from penstock.service.chain.sources import servers_of
from penstock.service.connection.frames import CHANNEL_PATH
from penstock.service.seed.trial_seed import check_for_trials, trial_entropy
from penstock.service.seed.wallet import Wallet
from penstock.service.viewer.buyer import Buyer
from penstock.service.viewer.errors import PriceError, ViewerError
from penstock.service.viewer.viewing import Parts, Wish, viewing
from penstock.service.x402.binding import PROTOCOL, SCHEME, Item, item_of, payment
from penstock.service.x402.headers import REQUIRED, SIGNATURE, HeaderError, Requirement, payment_header, read_required

__tracebackhide__ = hides_frames

_COSTS: Final = 402


@dataclass(frozen=True, slots=True)
class PurseSettings:
    """Settings of a purse.

    Attributes:
        folder: the folder of channels; it is made if it is not there.
        budget: satoshis that all channels bind at most.
        most_price: satoshis of a request at most; None for any.
        entropy: that of the seed; None for a seed for trying out, in the folder.
        sources: addresses of sources of the chain; none for the trial chain of the provider.
    """

    folder: Path
    budget: int
    most_price: int | None = None
    entropy: bytes | None = None
    sources: tuple[str, ...] = ()


class Paying(httpx.Auth):
    """Authentication of httpx that pays; it is made by `purse`. Requests are paid one after the other.

    Args:
        settings: the settings.
        stack: what is open until the purse is closed.
    """

    def __init__(self, settings: PurseSettings, stack: AsyncExitStack) -> None:
        self._settings, self._stack = settings, stack
        self._buyers: dict[tuple[str, bytes], Buyer] = {}
        self._turn = asyncio.Lock()

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Refuse: channels need a loop.

        Raises:
            ViewerError: always.
        """
        raise ViewerError("payments need httpx.AsyncClient", f"send {request.method} {request.url} with it")

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Send a request; if it costs something, pay for it and send it again.

        Raises:
            ViewerError: it costs more than is allowed, or cannot be paid: nothing was paid for it.
        """
        response = yield request
        if response.status_code != _COSTS or REQUIRED not in response.headers:
            return
        async with self._turn:
            accepted = _ours(response.headers[REQUIRED])
            if accepted is None:
                return
            _demand_same_origin(request.url, accepted)
            paid, update = await self._paid(accepted)
            request.headers[SIGNATURE] = payment_header(payment(paid, update, secrets.token_hex(16)))
            yield request

    @property
    def paid(self) -> int:
        """Satoshis that were paid for requests since the purse was opened, without bases and fees."""
        states = (each.session.state for each in self._buyers.values())
        return sum(each.paid - each.terms.base for each in states if each is not None and each.paid)

    async def _paid(self, accepted: Requirement) -> tuple[Requirement, Update]:
        """Buy a ticket; return the requirement with its name, and the Update that has paid for it."""
        most = self._settings.most_price
        if most is not None and accepted.amount > most:
            raise PriceError(
                f"a request costs {accepted.amount:,} satoshis, and you allow {most:,}", "allow more with most_price"
            )
        buyer = await self._buyer(accepted)
        quality = buyer.qualities[0]
        index = await asyncio.to_thread(_unused, buyer)
        if index is None:
            raise ViewerError("all tickets of this provider are used", "try again once he offers more")
        await buyer.segment(0, index)
        state = buyer.session.state
        assert state is not None, "a ticket was bought"
        assert state.signed is not None, "as above"
        update = Update(state.channel, state.newest, *state.signed.item, state.signed.signature)
        item = Item(buyer.title.title.root, quality.manifest.movie, index)
        extra = dict(accepted.extra) | {"title": item.title.hex(), "movie": item.movie.hex(), "chunk": item.chunk}
        return replace(accepted, extra=extra), update

    async def _buyer(self, accepted: Requirement) -> Buyer:
        """Return the buyer of the tickets of a requirement; his channel is opened with the first purchase."""
        url, title = str(accepted.extra["channel"]).removesuffix(CHANNEL_PATH), item_of(accepted).title
        found = self._buyers.get((url, title))
        if found is None:
            settings = self._settings
            wish = Wish(url, title.hex(), settings.budget, settings.most_price, settings.folder)
            parts = Parts(self._wallet, self._sources, lambda _name, _facts: None)
            found = await self._stack.enter_async_context(viewing(wish, parts))
            self._buyers[url, title] = found
        return found

    def _wallet(self, network: Network) -> Wallet:
        entropy = self._settings.entropy
        if entropy is None:
            check_for_trials(network)
            entropy = trial_entropy(self._settings.folder)
        return Wallet(entropy)

    def _sources(self, network: Network, trial: str | None) -> Sequence[ChainSource]:
        if self._settings.sources:
            servers = servers_of(self._settings.sources, network)
            self._stack.push_async_callback(servers.close)
            return servers.sources
        if trial is None:
            raise ViewerError(f"{network} has no chain for trying out", "name a source of it with sources=")
        source = EsploraSource(trial, has_witness=network.rules.chain.has_witness)
        self._stack.push_async_callback(source.close)
        return (source,)


@asynccontextmanager
async def purse(settings: PurseSettings) -> AsyncIterator[Paying]:
    """Give the authentication that pays; its channels stay open at the end, and are used again.

    Raises:
        OSError: the folder cannot be used.
    """
    settings.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    async with AsyncExitStack() as stack:
        yield Paying(settings, stack)


def _ours(header: str) -> Requirement | None:
    """Return the requirement of our scheme, if there is one on a network that is known."""
    try:
        accepts = read_required(header).accepts
    except HeaderError as error:
        raise ViewerError(f"the provider asks for a payment in another form: {error}") from None
    for each in accepts:
        is_ours = each.scheme == SCHEME and each.extra.get("protocol") == PROTOCOL and each.network in NETWORKS
        if is_ours and isinstance(each.extra.get("channel"), str):
            return each
    return None


def _demand_same_origin(url: httpx.URL, accepted: Requirement) -> None:
    """Check that a channel is opened with the server that was asked: an answer must not send this side elsewhere.

    Raises:
        ViewerError: it names another.
    """
    other = httpx.URL(accepted.extra["channel"])
    if (url.scheme, url.host, url.port) != (other.scheme, other.host, other.port) or not other.path.endswith(
        CHANNEL_PATH
    ):
        raise ViewerError(f"{url.host} wants to be paid at another address, {other.host}", "ask its operator")


def _unused(buyer: Buyer) -> int | None:
    """Return the first ticket that was not bought."""
    chunks = range(buyer.qualities[0].manifest.chunks)
    return next((index for index in chunks if buyer.cost(0, index) is None), None)
