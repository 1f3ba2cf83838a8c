"""Watching of the channels in a store: the same machines and loop as in a server, which sells nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from penstock.channel.safe.agreement.margins import BSV_MARGINS, BTC_MARGINS
from penstock.channel.safe.protocol.items import Shelf
from penstock.channel.safe.protocol.payee import Payee
from penstock.channel.safe.protocol.payer import Payer
from penstock.channel.sealed.keys import Keys
from penstock.channel.sealed.shelf import MovieShelf
from penstock.service.chain.alarms import OnAlarm
from penstock.service.chain.followed import FollowedChain
from penstock.service.chain.loop import ChainLoop, LoopSettings
from penstock.service.chain.publishing import OnPublished
from penstock.service.driver.driver import Driver, Machine
from penstock.service.driver.inputs import Outcome
from penstock.service.driver.worker import Worker
from penstock.service.seed.wallet import Wallet
from penstock.service.store.held import Held
from penstock.service.store.store import Store
from penstock.service.watching.shelf import WatchedShelf

NO_TITLES: Shelf = MovieShelf({})
"""A shelf without titles: the keys of newest states are found without one."""


@dataclass(frozen=True, slots=True)
class StoreWatch:
    """The channels of one side in a store, for a watcher.

    Attributes:
        store: the store.
        wallet: the keys of the channels.
        side: `payer` or `payee`.
        titles: titles of which payments of older states may be.
        patience: blocks after the payment was mined for which the payee's claim waits for the payer's signature. A
            watcher talks to no payer, so that is for a server that runs beside it.
    """

    store: Store
    wallet: Wallet
    side: str
    titles: Shelf = field(default=NO_TITLES)
    patience: int = 0

    def machine_of(self, held: Held) -> Machine:
        """Return the machine of a channel: it closes, claims and refunds, and nothing is sold or bought.

        Raises:
            SeedError: the channel has keys of another seed.
        """
        keys = self.wallet.keys_of(held)
        if self.side == "payer":
            return Payer(keys, budget=0)
        margins = BTC_MARGINS if held.state.terms.rules.chain.has_witness else BSV_MARGINS
        return Payee(keys, self.shelf_of(held), margins, depth=1, most=0, patience=self.patience)

    def shelf_of(self, held: Held) -> WatchedShelf:
        """Return the keys for the claims of a channel."""
        return WatchedShelf(held, Keys(self.wallet.film_secret), self.titles)

    def lacking(self, network: str) -> Iterator[bytes]:
        """Yield the payee's channels whose newest payment could not be claimed: its key is not here.

        Args:
            network: the name of the network.
        """
        for channel in self.store.versions(self.side, network):
            held = self.store.load(channel, self.side)
            if held.spent is None and self.side == "payee" and self.shelf_of(held).lacks_key:
                yield channel

    @contextmanager
    def loop(
        self, chain: FollowedChain, settings: LoopSettings, on_alarm: OnAlarm, on_published: OnPublished
    ) -> Iterator[ChainLoop]:
        """Yield the loop of these channels, with a worker of its own until the end of the statement."""
        with Worker(Driver(self.store, self.side, self.machine_of, settings.burial)) as worker:
            yield ChainLoop(
                chain,
                self.store,
                worker,
                self.side,
                on_outcome=_left,
                on_alarm=on_alarm,
                on_published=on_published,
                settings=settings,
            )


def _left(_: Outcome) -> None:
    """Leave messages to the server or the viewer: they are told again when it connects; parcels stay in the store."""
