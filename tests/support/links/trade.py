"""A provider as `penstock serve` runs it, on a port of this process, and a viewer who buys his file over a bad line."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from penstock.channel.safe.agreement.chains import Network
from penstock.channel.safe.protocol.states import PayeeState, Phase
from penstock.channel.safe.transactions.payment import settlement_fee
from penstock.service.chain.esplora import EsploraSource
from penstock.service.media.preparing import Maker
from penstock.service.media.sources import Pieces
from penstock.service.provider import running
from penstock.service.provider.app import Shop
from penstock.service.provider.running import Settings
from penstock.service.provider.selling import Selling
from penstock.service.seed.wallet import Wallet
from penstock.service.serving import listening_at
from penstock.service.store.store import Store
from penstock.service.trial.chain import TrialChain
from penstock.service.viewer.errors import ViewerError
from penstock.service.viewer.finishing import Choice, settled
from penstock.service.viewer.output import Progress, written
from penstock.service.viewer.viewing import Parts, Wish, closed, viewing
from tests.support.films import prepared
from tests.support.shops.viewers import Events

ENTROPY: Final = bytes(range(32))
CHUNKS: Final = 8
CHUNK: Final = 1_000
CONTENT: Final = bytes(each * 7 % 251 for each in range(CHUNKS * CHUNK))
TRIES: Final = 12


@dataclass
class Trade:
    """A provider and what a viewer has seen of him.

    Attributes:
        network: the network.
        folder: the folder of both sides.
        port: his port.
        shop: the provider.
        events: the events of the viewer.
        errors: the errors with which she has ended, before she was started again.
        began: set with the first piece.
        when_whole: called once the file is whole, before the channel is closed.
    """

    network: Network
    folder: Path
    port: int
    shop: Shop
    events: Events = field(default_factory=Events)
    errors: list[ViewerError] = field(default_factory=list)
    began: asyncio.Event = field(default_factory=asyncio.Event)
    when_whole: Callable[[], None] = lambda: None

    @property
    def output(self) -> Path:
        return self.folder / "got.bin"

    async def bought(self, url: str, tries: int = TRIES) -> None:
        """Buy the file and settle; after an error the viewer is started again, as a user does.

        Once the file is whole, `penstock channel finish` is started again in its place.
        """
        for _ in range(tries):
            try:
                if await self._bought_at_once(url):
                    await self._until_he_knows()
                    return
            except ViewerError as error:
                self.errors.append(error)
        raise AssertionError([*self.errors, *self.events.rows[-20:]])

    async def _bought_at_once(self, url: str) -> bool:
        has_witness = self.network.rules.chain.has_witness
        source = EsploraSource(f"http://127.0.0.1:{self.port}/chain", has_witness=has_witness)
        parts = Parts(lambda _: Wallet(bytes(32)), lambda *_: [source], self.events.tell)
        folder = self.folder / "viewer"
        try:
            if self.output.exists():
                return all(each.is_over for each in await settled(Choice(folder, lambda _: True, 20), parts))
            async with viewing(Wish(url, None, 10_000, None, folder), parts) as buyer:
                await written(buyer, 0, self.output, self._told)
                self.when_whole()
                return await closed(buyer.session, 20)
        finally:
            await source.close()

    async def _until_he_knows(self) -> None:
        """Wait until he has seen the block with the settlement: he may look later than she does."""
        store = self.shop.provider.store
        for _ in range(400):
            if all(store.load(channel, role).state.phase is Phase.CLOSED for channel, role in store.channels()):
                return
            await asyncio.sleep(0.05)
        raise AssertionError("he does not see the settlement")

    def _told(self, _: Progress) -> None:
        self.began.set()

    def check(self) -> None:
        """Hold the file and both stores against each other: each piece was paid once, and the channel is closed."""
        assert self.output.read_bytes() == CONTENT
        with Store.open(self.folder / "provider.db") as store:
            found = [store.load(channel, role).state for channel, role in store.channels()]
        (his,) = [each for each in found if isinstance(each, PayeeState)]
        assert (his.newest, his.phase) == (CHUNKS, Phase.CLOSED)
        assert his.best is not None
        assert his.best.state.amount == his.terms.base + 100 * CHUNKS
        (paid,) = {each["satoshis"] for each in self.events.named("closed")}
        assert paid == his.best.state.amount
        self._check_chain(his)

    def _check_chain(self, his: PayeeState) -> None:
        assert his.funding is not None
        assert his.best is not None
        with TrialChain(self.network, self.folder / "trial-chain.jsonl") as chain:
            spend = chain.ledger.spender(his.funding)
        assert spend is not None
        values = [each.value for each in spend.outputs]
        amount = his.best.state.amount
        assert values == [amount, his.terms.capacity - amount - settlement_fee(his.terms)]


@asynccontextmanager
async def trading(network: Network, folder: Path) -> AsyncIterator[Trade]:
    """Run a provider of one file with a trial chain of his own."""
    wallet, title = Wallet(ENTROPY), folder / "title"
    (folder / "file.bin").write_bytes(CONTENT)
    prepared(title, Pieces(folder / "file.bin", CHUNK), maker=Maker(wallet.publisher_key, wallet.film_secret))
    selling = replace(Selling.usual(network), price=100)
    settings = Settings((str(title),), folder, str(folder / "provider.db"), ENTROPY, selling)
    listening = listening_at("127.0.0.1", 0)
    port: int = listening.getsockname()[1]
    started: asyncio.Future[Shop] = asyncio.get_running_loop().create_future()
    provider = asyncio.create_task(running.run(settings, listening, started=started.set_result))
    try:
        yield Trade(network, folder, port, await asyncio.wait_for(started, 30))
    finally:
        has_ended = provider.done()
        provider.cancel()
        (result,) = await asyncio.gather(provider, return_exceptions=True)
        assert not has_ended, f"the provider has ended by himself: {result!r}"
