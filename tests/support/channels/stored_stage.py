"""Both machines of a safe channel on a stage, each driven from a store of its own on disk."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from penstock.channel.safe.agreement.chains import Network
from penstock.channel.safe.protocol.events import Event
from penstock.channel.safe.protocol.payee import Payee
from penstock.channel.safe.protocol.payer import Payer
from penstock.channel.safe.protocol.states import PayeeState, PayerState
from penstock.service.driver.driver import Driver
from penstock.service.driver.inputs import Ask, Input, Outcome, SetPrice
from penstock.service.driver.reserve import Reserve
from penstock.service.store.held import Held, KeyPath
from penstock.service.store.store import Store
from tests.support.channels.safe_machines import PRICE, Side, Stage

BURIAL = 6
SIDES = ("payer", "payee")


class StoredStage(Stage):
    """A stage whose machines run in drivers; `folder` has the two stores."""

    def __init__(
        self, network: Network, folder: Path, paths: Mapping[str, KeyPath] | None = None, **options: int
    ) -> None:
        self.folder = folder
        self.drivers: dict[str, Driver] = {}
        self.stores: dict[str, Store] = {}
        self.errors: list[Exception] = []
        self.reserves: dict[str, Reserve] = {}
        super().__init__(network, **options)
        for role, state in (("payer", self.a), ("payee", self.b)):
            self.open(role, create=True)
            if not self.has_channel(role):
                path = self.stores[role].claim(network.name) if paths is None else paths[role]
                self.drivers[role].opened(path, (state, ()))

    def has_channel(self, role: str) -> bool:
        return bool(self.stores[role].channels())

    def where(self, role: str) -> str | Path:
        return self.file(role)

    def file(self, role: str) -> Path:
        return self.folder / f"{role}.db"

    def open(self, role: str, *, create: bool = False) -> None:
        """Open the store of a side, as after a start of its process."""
        if role in self.stores:
            self.stores.pop(role).close()
        self.stores[role] = Store.open(self.where(role), create=create)
        self.drivers[role] = Driver(self.stores[role], role, self.machine_of, BURIAL, reserves=self.reserves)

    def machine_of(self, held: Held) -> Payer | Payee:
        return self.payer if held.role == "payer" else self.payee

    def restart(self, role: str) -> None:
        """Start a side again: all that was not on disk is gone, and so are messages on the way to it."""
        self.open(role)
        (self.to_payer if role == "payer" else self.to_payee).clear()
        for outcome in self.drivers[role].restarted():
            self.take(role, outcome)

    def close(self) -> None:
        for store in self.stores.values():
            store.close()

    # The machines, driven ---------------------------------------------------------------------------------------------

    def give(self, role: str, given: Input) -> Outcome:
        (outcome,) = self.drivers[role].handle([(self.a.channel, given)])
        self.take(role, outcome)
        return outcome

    def take(self, role: str, outcome: Outcome) -> None:
        state = self.drivers[role].state(outcome.channel)
        if isinstance(state, PayerState):
            self.a = state
        else:
            self.b = state
        if outcome.error is not None:
            self.errors.append(outcome.error)
        self.do(self.side(role), outcome.actions)

    def side(self, role: str) -> Side:
        return self.alice if role == "payer" else self.bob

    def tell_payer(self, event: Event) -> None:
        if self.drivers:
            self.give("payer", event)
        else:
            super().tell_payer(event)

    def tell_payee(self, event: Event) -> None:
        if self.drivers:
            self.give("payee", event)
        else:
            super().tell_payee(event)

    def payee_quotes(self, price: int = PRICE, until: int = 10_000) -> None:
        self.give("payee", SetPrice(self.movie.manifest.movie, price, until))

    def ask(self, chunk: int) -> None:
        self.give("payer", Ask(self.movie.manifest, chunk))

    # For tests --------------------------------------------------------------------------------------------------------

    def held(self, role: str) -> Held:
        return self.stores[role].load(self.a.channel, role)

    def on_disk(self, role: str) -> PayerState | PayeeState:
        return self.held(role).state


def streaming(network: Network, folder: Path, chunks: int = 3, **options: int) -> StoredStage:
    """A stage on which some chunks have been bought."""
    stage = StoredStage(network, folder, None, **options)
    stream(stage, chunks)
    return stage


def stream(stage: StoredStage, chunks: int) -> None:
    """Fund the channel, and buy some chunks."""
    stage.fund()
    stage.mine(0)
    stage.quote()
    for chunk in range(chunks):
        stage.buy(chunk)


def rows_of(place: Path, statement: str, *values: object) -> list[tuple[object, ...]]:
    """Let another program look at a database, or change it."""
    with closing(sqlite3.connect(place)) as connection, connection:
        return connection.execute(statement, values).fetchall()
