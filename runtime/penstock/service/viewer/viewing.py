"""Viewing of a title: the catalogue, the signed title, the chain, the channel and the buyer, from start to end."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from penstock.channel.safe.agreement.chains import Network
from penstock.channel.safe.protocol.states import Phase
from penstock.errors import hides_frames
from penstock.service.catalogue.prepared import PreparedTitle
from penstock.service.chain.alarms import Alarm
from penstock.service.chain.source import ChainSource
from penstock.service.errors import CatalogueError
from penstock.service.seed.trial_seed import is_for_trials
from penstock.service.seed.wallet import Wallet
from penstock.service.viewer.bought import ROOM
from penstock.service.viewer.buyer import Buyer
from penstock.service.viewer.errors import ProviderError, ViewerError
from penstock.service.viewer.opening import Order
from penstock.service.viewer.payments import Payments
from penstock.service.viewer.remote.shop import Shop, ShopTitle, shop_of
from penstock.service.viewer.remote.web import Web, WebFolder
from penstock.service.viewer.session import Session, Tell
from penstock.service.viewer.watching import Watching

__tracebackhide__ = hides_frames

TRIAL_BUDGET: Final = 75_000
"""Satoshis of budget on a trial chain, if the user names none."""
SETTLING_PATIENCE: Final = 15.0
"""Seconds for a settlement to be mined after it was sent; then it is sent again on another connection."""
_EVERY: Final = {True: 0.5, False: 20.0}
"""Seconds between two looks at the chain: of a network for trying out, and of any other."""


@dataclass(frozen=True, slots=True)
class Wish:
    """The wishes of the user.

    Attributes:
        url: the provider's address.
        title: the digits in front of the root of the title; None for the only one.
        budget: satoshis of all payments at most; None for the usual on a trial chain.
        most_price: satoshis of a piece at most; None for any.
        folder: the folder of the state.
        room: bytes of plaintexts that are kept.
    """

    url: str
    title: str | None
    budget: int | None
    most_price: int | None
    folder: Path
    room: int = ROOM

    def budget_on(self, shop: Shop, title: ShopTitle) -> int:
        """Return the budget in satoshis.

        Raises:
            ViewerError: none is named, on a network whose coins have a value.
        """
        if self.budget is not None:
            return self.budget
        if is_for_trials(shop.network):
            return TRIAL_BUDGET
        cost = title.chunks * title.price
        raise ViewerError(
            f"{shop.network} has coins with a value, and no budget is named",
            f"name one: --budget SATOSHIS; the whole title costs about {cost:,}",
        )


@dataclass(frozen=True, slots=True)
class Parts:
    """Parts that the command line gives: keys and sources for a network.

    Attributes:
        wallet: returns the keys for a network.
        sources: returns the sources of its chain; the argument after the network is the address of a trial chain.
        tell: takes the events.
    """

    wallet: Callable[[Network], Wallet]
    sources: Callable[[Network, str | None], Sequence[ChainSource]]
    tell: Tell

    def alarmed(self, alarm: Alarm) -> None:
        """Tell an alarm of the chain as an event."""
        self.tell("alarm", {"reason": str(alarm)})


@asynccontextmanager
async def viewing(wish: Wish, parts: Parts) -> AsyncIterator[Buyer]:
    """Give a buyer of the wished title; its channel is opened once something is bought.

    Raises:
        ViewerError: the provider is away, or his title is not the one that its publisher has signed.
        ServiceError: the state cannot be used.
    """
    web = Web(wish.url)
    try:
        shop = await shop_of(web)
        row = shop.title(wish.title)
        title = await _title(web, row)
        sources = parts.sources(shop.network, shop.trial_chain)
        wallet = await asyncio.to_thread(parts.wallet, shop.network)
        with Payments(wish.folder, wallet, shop.network, wish.budget_on(shop, row), wish.room) as payments:
            every = _EVERY[is_for_trials(shop.network)]
            watching = Watching(payments, sources, every, parts.alarmed)
            session = Session(payments, Order(shop, row.root, sources), watching, parts.tell)
            buyer = Buyer(title, session, wish.most_price)
            async with running(watching, session):
                try:
                    yield buyer
                finally:
                    await buyer.end()
    finally:
        await web.close()


async def closed(session: Session, seconds: float) -> bool:
    """Close the channel of a session, and wait until its settlement is mined; return whether it is.

    The provider does not answer her signature: he publishes. So a line that has swallowed it is left after a while,
    even if it does not look broken.

    Args:
        session: the session, which runs.
        seconds: the time to wait at most.
    """
    loop = asyncio.get_running_loop()
    end, again = loop.time() + seconds, None
    while (left := end - loop.time()) > 0 and session.failure is None:
        phase = None if session.state is None else session.state.phase
        if phase is Phase.CLOSED:
            return True
        if phase not in (Phase.OPEN, Phase.CLOSING):
            await session.bell.wait(left)
        elif again is None:
            again = loop.time() + SETTLING_PATIENCE
            await session.close()
        elif loop.time() >= again:
            again = loop.time() + SETTLING_PATIENCE
            await session.reconnect()
        else:
            await session.bell.wait(min(left, again - loop.time()))
    return session.state is not None and session.state.phase is Phase.CLOSED


@asynccontextmanager
async def running(watching: Watching, session: Session | None = None) -> AsyncIterator[None]:
    """Run the loops of the chain and of a session meanwhile, and close the sources at the end.

    An error of the loops ends in the session's failure.
    """
    tasks = [asyncio.create_task(watching.run())]
    if session is not None:
        tasks.append(asyncio.create_task(session.run()))
        for task in tasks:
            task.add_done_callback(session.note_end)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError, Exception):
                await task
        await watching.close()


async def _title(web: Web, row: ShopTitle) -> PreparedTitle:
    """Return the title, read and checked, of the publisher and with the root of the catalogue.

    Raises:
        ProviderError: it is another, or not signed.
    """
    place = WebFolder(web, f"/v1/titles/{row.root.hex()}")
    try:
        found = await asyncio.to_thread(PreparedTitle.at, place, row.publisher)
    except CatalogueError as error:
        raise ProviderError(f"the title is not the one that its publisher has signed: {error}") from None
    if found.title.root != row.root:
        raise ProviderError("the provider gives another title than the one that was asked for")
    return found
