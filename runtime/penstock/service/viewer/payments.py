"""Payments of a viewer: her store, her keys, and the thread of her machines, in one folder.

Several processes may use one folder: each has channels of its own (`claimed`), the budget holds over all of them, and a
piece that one has bought is there for the others.
"""

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from filelock import FileLock, Timeout

from penstock.channel.safe.agreement.chains import Network
from penstock.channel.safe.agreement.margins import usual_margins
from penstock.channel.safe.messages.kinds import Offer
from penstock.channel.safe.protocol.payer import Payer
from penstock.channel.safe.protocol.states import PayerState, Phase
from penstock.channel.safe.transactions.outputs import key_script
from penstock.errors import hides_frames
from penstock.service.driver.driver import Driver
from penstock.service.driver.inputs import Input, Outcome
from penstock.service.driver.turns import Turns
from penstock.service.driver.worker import Worker
from penstock.service.seed.wallet import Wallet
from penstock.service.store.held import Held
from penstock.service.store.store import Store
from penstock.service.viewer.bought import ROOM, Bought
from penstock.service.viewer.errors import ProviderError
from penstock.service.viewer.notes import Notes
from penstock.tx.keys import PrivateKey

__tracebackhide__ = hides_frames

STORE: Final = "channels.db"
BURIAL: Final = 6
"""Blocks on top of a funding's spend after which a channel binds nothing of the budget any more."""

_MOST_RETURNED: Final = 64
"""Channels, from the newest on, whose rests are looked for."""


class Payments:
    """The payments in a folder; to be used in a `with` statement.

    Args:
        folder: the folder of the state; it is made if it is not there.
        wallet: the keys.
        network: the network.
        budget: satoshis that all channels of the folder bind at most on this network: payments, base and fees; None
            if nothing is bought.
        room: bytes of plaintexts that are kept.

    Raises:
        StoreError: the store cannot be opened.
        OSError: the folder cannot be used.
    """

    def __init__(self, folder: Path, wallet: Wallet, network: Network, budget: int | None, room: int = ROOM) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder = folder
        self.wallet = wallet
        self.network = network
        self.budget = 0 if budget is None else budget
        self._has_budget = budget is not None
        self.notes = Notes(folder / "channels")
        self._locks: dict[bytes, FileLock] = {}
        self._machines: dict[bytes, Payer] = {}
        self.bought = Bought(folder, room)
        try:
            self.store = Store.open(folder / STORE, create=True)
        except BaseException:
            self.bought.close()
            raise
        self.worker = Worker(Driver(self.store, "payer", self._machine_of, BURIAL, sink=self.bought.take))
        self._turns = Turns(self.worker)

    def __enter__(self) -> Self:
        if self._has_budget:
            self.store.limit("payer", self.network.name, self.budget)
        self.worker.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.worker.__exit__(kind, error, trace)
        self.store.close()
        self.bought.close()
        for lock in self._locks.values():
            lock.release()

    def claimed(self, channel: bytes) -> bool:
        """Return whether a channel is this process's: it is from now on, unless another process has it."""
        if channel in self._locks:
            return True
        folder = self.folder / "locks"
        folder.mkdir(mode=0o700, exist_ok=True)
        lock = FileLock(folder / f"{channel.hex()}.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return False
        self._locks[channel] = lock
        return True

    @property
    def own(self) -> list[bytes]:
        """The ids of the channels that are this process's."""
        return list(self._locks)

    def channels(self) -> list[bytes]:
        """Return the ids of all channels in which this side pays, the oldest first."""
        return [channel for channel, role in self.store.channels() if role == "payer"]

    def returned(self) -> dict[bytes, PrivateKey]:
        """Return the keys of what came back from closed channels, by the scripts of these coins.

        Raises:
            StoreError: a channel cannot be read.
        """
        found = {}
        for channel in self.channels()[-_MOST_RETURNED:]:
            state = self.store.load(channel, "payer").state
            if state.phase is Phase.CLOSED and state.terms.network == self.network:
                key = self.machine(channel).keys.payout
                found[key_script(state.terms, key.public_key)] = key
        return found

    async def state(self, channel: bytes) -> PayerState:
        """Return the state of a channel.

        Raises:
            StoreError: it cannot be read, or the worker has stopped.
        """
        found = await self._turns.call(lambda driver: driver.state(channel))
        assert isinstance(found, PayerState), "the driver is the payer's"
        return found

    async def feed(self, channel: bytes, given: Input) -> Outcome:
        """Hand an input to a channel's machine, and return the outcome once its state is on disk.

        Raises:
            StoppedError: the worker has stopped.
        """
        return await self._turns.submit(channel, given)

    async def feed_all(self, channel: bytes, inputs: Sequence[Input]) -> list[Outcome]:
        """Hand in inputs of a channel with no other in between. Errors as those of `feed`."""
        futures = [self._turns.submit(channel, each) for each in inputs]
        return [await each for each in futures]

    async def open(self, offer: Offer, capacity: int, expiry: int, height: int) -> Outcome:
        """Take an offer: the channel is on disk when this returns, and is this process's.

        Args:
            offer: the offer.
            capacity: satoshis of the funding output.
            expiry: T.
            height: the height of the newest block.

        Raises:
            ChannelTermsError: a number or key for which she must not sign, or an offer that is over.
            ProviderError: the offer is of another network, or sells chunks themselves.
        """
        if offer.network != self.network.name or offer.largest_chunk:
            raise ProviderError("the offer is of another network, or sells chunks by themselves")

        def opened(driver: Driver) -> Outcome:
            path = self.store.claim(self.network.name)
            machine = Payer(self.wallet.keys(self.network.name, "payer", path), self.budget)
            return driver.opened(path, machine.open(offer, capacity, expiry, usual_margins(self.network.rules), height))

        outcome = await self._turns.call(opened)
        self.claimed(outcome.channel)
        return outcome

    def machine(self, channel: bytes) -> Payer:
        """Return the machine of a channel, with its keys. Errors as those of `state`."""
        if channel not in self._machines:
            self._machine_of(self.store.load(channel, "payer"))
        return self._machines[channel]

    def _machine_of(self, held: Held) -> Payer:
        found = self._machines.get(held.channel)
        if found is None:
            found = self._machines[held.channel] = Payer(self.wallet.keys_of(held), self.budget)
        return found
