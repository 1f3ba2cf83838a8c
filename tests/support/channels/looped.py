"""Both sides of a safe channel in stores of their own, told of a trial chain by their loops alone, over HTTP."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from penstock.channel.safe.agreement.chains import Network
from penstock.channel.safe.agreement.margins import Margins
from penstock.channel.safe.messages.kinds import Offer, Open
from penstock.channel.safe.messages.wire import from_wire, to_wire
from penstock.channel.safe.protocol.events import Connected, Deliver, FundingSeen, Received, Send
from penstock.channel.safe.protocol.identity import keys_of
from penstock.channel.safe.protocol.payee import Payee
from penstock.channel.safe.protocol.payer import Payer
from penstock.channel.safe.protocol.states import OwnKeys, PayeeState, PayerState
from penstock.channel.safe.transactions.outputs import funding_output
from penstock.channel.sealed.keys import Keys
from penstock.channel.sealed.movie import SealedMovie
from penstock.channel.sealed.shelf import MovieShelf
from penstock.service.chain.alarms import Alarm, AlarmKind
from penstock.service.chain.esplora import EsploraSource
from penstock.service.chain.followed import FollowedChain
from penstock.service.chain.loop import ChainLoop, LoopSettings
from penstock.service.chain.source import ChainSource
from penstock.service.driver.driver import Driver
from penstock.service.driver.inputs import Ask, Input, Outcome, SetPrice
from penstock.service.driver.worker import Worker
from penstock.service.store.held import Held, KeyPath
from penstock.service.store.store import Store
from penstock.testing import key
from penstock.tx.transaction import OutPoint, Transaction
from tests.support.chain_servers.trial import Trial
from tests.support.channels.safe_machines import BASES, FILM, PRICE, own_keys

MARGINS = Margins(waiting=1, reorganisations=1, alarm=6, longest_life=2_000, longest_delay=500)
"""M is 4 blocks."""
BURIAL = 3
LIFE = 60
DELAY = 20
SETTINGS = LoopSettings(interval=0.05, patience=None, burial=BURIAL, margins=MARGINS)


@dataclass
class LoopedSide:
    """One side: its store, worker and loop. `sent` has the messages that wait for the other side."""

    role: str
    file: Path
    sources: list[ChainSource]
    network: Network
    settings: LoopSettings = SETTINGS
    sent: list[bytes] = field(default_factory=list)
    delivered: dict[int, bytes] = field(default_factory=dict)
    alarms: list[Alarm] = field(default_factory=list)
    errors: list[Exception] = field(default_factory=list)
    machines: dict[bytes, Payer | Payee] = field(default_factory=dict)
    clock: Callable[[], float] | None = None
    _open: ExitStack = field(default_factory=ExitStack)

    def start(self) -> None:
        """Open the store as a new process does, with a loop that knows nothing."""
        self.store = self._open.enter_context(Store.open(self.file, create=True))
        self.driver = Driver(self.store, self.role, self.machine_of, BURIAL)
        self.worker = self._open.enter_context(Worker(self.driver))
        self.loop = self.new_loop()

    def new_loop(self) -> ChainLoop:
        return ChainLoop(
            FollowedChain(self.network, self.sources),
            self.store,
            self.worker,
            self.role,
            on_outcome=self.take,
            on_alarm=self.alarms.append,
            settings=self.settings,
            clock=self.clock or time.monotonic,
            now=self.clock or time.time,
        )

    def machine_of(self, held: Held) -> Payer | Payee:
        return self.machines[held.channel]

    def stop(self) -> None:
        self._open.close()

    def restart(self) -> None:
        self.stop()
        self.start()

    def take(self, outcome: Outcome) -> None:
        if outcome.error is not None:
            self.errors.append(outcome.error)
        for action in outcome.actions:
            if isinstance(action, Send):
                self.sent.append(to_wire(action.message))
            elif isinstance(action, Deliver):
                self.delivered[action.chunk] = action.plaintext

    async def give(self, channel: bytes, given: Input) -> None:
        await self.loop.carry_out(await asyncio.wrap_future(self.worker.submit(channel, given)))

    def held(self, channel: bytes) -> Held:
        return self.store.load(channel, self.role)

    def told(self, kind: AlarmKind) -> list[str]:
        return [each.text for each in self.alarms if each.kind is kind]


def movie() -> SealedMovie:
    return SealedMovie.cut(BytesIO(FILM), 100, key("publisher").private, Keys(bytes(range(32))))


class Looped:
    """A channel between a payer and a payee on a trial chain."""

    margins, life, delay = MARGINS, LIFE, DELAY

    def __init__(self, network: Network, folder: Path, trial: Trial) -> None:
        self.network, self.trial = network, trial
        self.lost: tuple[type, ...] = ()
        self.movie = movie()
        self.payer = LoopedSide("payer", folder / "payer.db", [self.source()], network)
        self.payee = LoopedSide("payee", folder / "payee.db", [self.source()], network)
        self.sides = (self.payer, self.payee)

    def keys_of(self, side: str, path: KeyPath) -> OwnKeys:
        """The keys of a new channel."""
        return own_keys(f"{side}{path.counter or ''}")

    def machine_of(self, side: str, path: KeyPath) -> Payer | Payee:
        keys = self.keys_of(side, path)
        if side == "payer":
            return Payer(keys, 1 << 40)
        return Payee(keys, MovieShelf.of(self.movie), self.margins, depth=2, most=1 << 40)

    def source(self) -> EsploraSource:
        return EsploraSource(self.trial.url, has_witness=self.network.rules.chain.has_witness, timeout=20)

    def open(self, capacity: int = 100_000) -> bytes:
        """Agree on a channel, as messages would; it is in both stores then."""
        rules, height = self.network.rules, self.trial.height
        base, rate = BASES[rules.chain.name]
        paths = [each.store.claim(self.network.name) for each in self.sides]
        payer, payee = (self.machine_of(each.role, path) for each, path in zip(self.sides, paths, strict=True))
        assert isinstance(payer, Payer)
        assert isinstance(payee, Payee)
        version, keys = rules.payment_versions[1], keys_of(payee.keys.public)
        offer = Offer(self.network.name, 1, keys, base, self.delay, version, rate, rate, 0, height + 100)
        step = payer.open(offer, capacity, height + self.life, self.margins, height)
        (opened,) = [each.message for each in step[1] if isinstance(each, Send)]
        assert isinstance(opened, Open)
        answer = payee.accept(offer, opened, height)
        self.payer.machines[answer[0].channel], self.payee.machines[answer[0].channel] = payer, payee
        self.payer.driver.opened(paths[0], step)
        outcome = self.payee.driver.opened(paths[1], answer)
        self.payee.take(outcome)
        self.channel = outcome.channel
        return self.channel

    async def fund(self) -> OutPoint:
        """Have the faucet pay the funding output, and name it to the payee."""
        await self.run()
        output = funding_output(self.state(self.payer).terms)
        coin = self.trial.post("/coins", script=output.script.hex(), satoshis=output.value)
        outpoint = OutPoint(bytes.fromhex(coin["txid"])[::-1], coin["output"])
        await self.payer.give(self.channel, FundingSeen(outpoint, output, 0))
        await self.run()
        return outpoint

    def transaction(self, raw: bytes) -> Transaction:
        return Transaction.parse(raw, segwit=self.network.rules.chain.has_witness)

    def state(self, side: LoopedSide) -> PayerState | PayeeState:
        return side.held(self.channel).state

    async def run(self) -> None:
        """Deliver messages until none is left."""
        while self.payer.sent or self.payee.sent:
            for one, other in ((self.payer, self.payee), (self.payee, self.payer)):
                waiting, one.sent = one.sent, []
                for raw in waiting:
                    if isinstance(from_wire(raw), self.lost):
                        continue
                    await other.give(self.channel, Received(from_wire(raw)))

    async def connect(self, number: int) -> None:
        """Connect both, as after a start of either."""
        one, two = (bytes([side, number]) * 16 for side in (1, 2))
        await self.payer.give(self.channel, Connected(one, two))
        await self.payee.give(self.channel, Connected(two, one))
        await self.run()

    async def look(self, *sides: LoopedSide) -> None:
        for each in sides or self.sides:
            await each.loop.look()
        await self.run()

    async def mine(self, blocks: int = 1, *sides: LoopedSide) -> None:
        """Mine blocks one by one, with a look of each side after each of them."""
        for _ in range(blocks):
            self.trial.mine()
            await self.look(*sides)

    async def buy(self, chunk: int) -> None:
        await self.payer.give(self.channel, Ask(self.movie.manifest, chunk))
        await self.run()

    async def stream(self, chunks: int = 3) -> OutPoint:
        """Open, fund, and buy chunks."""
        self.open()
        outpoint = await self.fund()
        await self.mine(2)
        await self.payee.give(self.channel, SetPrice(self.movie.manifest.movie, PRICE, 10_000))
        await self.run()
        for chunk in range(chunks):
            await self.buy(chunk)
        return outpoint


@asynccontextmanager
async def looped(network: Network, folder: Path, trial: Trial, kind: type[Looped] = Looped) -> AsyncIterator[Looped]:
    """Start both sides, and stop them at the end."""
    made = kind(network, folder, trial)
    for each in made.sides:
        each.start()
    try:
        yield made
    finally:
        for each in made.sides:
            each.stop()
            for source in each.sources:
                if isinstance(source, EsploraSource):
                    await source.close()
