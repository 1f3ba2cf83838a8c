"""Store of channels: saves states in one transaction for many channels, before anything leaves.

    store = Store.open("channels.db", create=True)
    held = store.load(channel, "payee")
    (saved,) = store.save([Change(held, state, bound=1_200)])     # on disk, or an error: then nothing may leave

Each save names the version of the state that it follows, and is written if no other worker was first. All writes are in
the epoch of the store; once another worker has raised it, this one has stopped.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

from sqlalchemy import Connection, select, update

from penstock.channel.safe.protocol.events import Accuse, Deliver
from penstock.errors import hides_frames
from penstock.service.errors import StoreError
from penstock.service.store.connecting import place_of
from penstock.service.store.encoding import ChannelState
from penstock.service.store.held import Change, Held, KeyPath, Parcel, parcel_name
from penstock.service.store.opening import Identity, prepare, restrict
from penstock.service.store.reading import channel_ids, channel_versions, held_channel, parcels_of
from penstock.service.store.schema import CHANNEL, STATE, STORE
from penstock.service.store.transactions import Transactions
from penstock.service.store.writing import claim_counters, delete_parcels, limit_budget, write_changes, write_channel

__tracebackhide__ = hides_frames


class Store:
    """The store of one worker; it is made by `open`. Several threads may use it."""

    def __init__(self, transactions: Transactions, identity: Identity) -> None:
        self._transactions = transactions
        self._identity = identity
        self._taken: list[tuple[int, str]] = []

    @classmethod
    def open(cls, where: str | Path, *, create: bool = False) -> Self:
        """Open a store and bring its tables to the newest revision.

        A store that was restored from a copy, or whose standby was promoted, is close-only then: `restored` has the
        sign of it.

        Args:
            where: the path of an SQLite database, or the URL of one of PostgreSQL.
            create: whether a file that is missing is made.

        Raises:
            UnknownVersionError: the store is of a newer revision.
            DamagedError: the file is not a sound database.
            StoreError: the database cannot be opened.
        """
        transactions = Transactions(place_of(where), create=create)
        try:
            return cls(transactions, prepare(transactions))
        except BaseException:
            transactions.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection to the database; the worker has stopped then."""
        try:
            if self._taken and self.stopped is None:
                self.save(())
        finally:
            self._transactions.close()

    @property
    def stopped(self) -> str | None:
        """Why the worker has stopped; None while it runs. Then nothing is saved, and nothing may leave."""
        return self._transactions.stopped

    def demand_running(self) -> None:
        """Check that the worker has not stopped.

        Raises:
            StoppedError: it has.
        """
        self._transactions.demand_running()

    @property
    def restored(self) -> str | None:
        """The sign that the store was restored, found when it was opened; None for none."""
        return self._identity.restored

    @property
    def epoch(self) -> int:
        """The epoch in which this worker writes."""
        return self._identity.epoch

    # Channels ---------------------------------------------------------------------------------------------------------

    def load(self, channel: bytes, role: str) -> Held:
        """Return a channel.

        Args:
            channel: its id.
            role: the side that this is, `payer` or `payee`.

        Raises:
            UnknownChannelError: it is not in the store.
            DamagedError: its rows have changed since they were written.
            UnknownVersionError: they are of another version.
        """
        with self._transactions.reading() as connection:
            return held_channel(connection, channel, role)

    def channels(self) -> Sequence[tuple[bytes, str]]:
        """Return the ids of all channels with the side that this is, in the order in which they were opened."""
        with self._transactions.reading() as connection:
            return channel_ids(connection)

    def versions(self, role: str, network: str) -> Mapping[bytes, int]:
        """Return how often the state of each channel was saved: those that have changed are loaded again.

        Args:
            role: the side that this is, `payer` or `payee`.
            network: the name of the network.
        """
        with self._transactions.reading() as connection:
            return channel_versions(connection, role, network)

    def claim(self, network: str) -> KeyPath:
        """Take the path of a channel's keys; it is on disk before it is returned, and never returned again."""
        (path,) = self.claim_many(network, 1)
        return path

    def claim_many(self, network: str, count: int) -> Sequence[KeyPath]:
        """Take several paths in one commit, as `claim` does. Those that are not used are lost, which does no harm."""
        with self._transactions.writing(self.epoch) as connection:
            return claim_counters(connection, self._identity.device, network, count)

    @property
    def device(self) -> int:
        """The device in the paths of new keys: another one after the store was restored."""
        return self._identity.device

    def create(
        self,
        path: KeyPath,
        state: ChannelState,
        bound: int = 0,
        *,
        close_only: bool = False,
        sold_key: bytes | None = None,
    ) -> Held:
        """Save a channel that was opened.

        Args:
            path: the path of its keys.
            state: its first state.
            bound: satoshis that it binds.
            close_only: whether nothing may be sold in it.
            sold_key: the key of its newest state; None if it is not known.

        Raises:
            LostRaceError: it is in the store already, or its keys are those of another.
            BudgetError: it binds too much.
        """
        with self._transactions.writing(self.epoch) as connection:
            change = Change(Held(0, path, state, 0, close_only=close_only), state, bound, sold_key=sold_key)
            return write_channel(connection, self.epoch, change)

    def save(self, changes: Sequence[Change]) -> list[Held | StoreError]:
        """Save states in one transaction, and return each channel as it is on disk then, or why it was not saved.

        Args:
            changes: the states, at most one of each channel.

        Raises:
            StoppedError: the worker has stopped, or stops now, as the outcome is not known.
            StoreError: nothing was saved.
        """
        taken, self._taken = self._taken, []
        with self._transactions.writing(self.epoch) as connection:
            if taken:
                delete_parcels(connection, taken)
            return write_changes(connection, self.epoch, changes)

    # Parcels ----------------------------------------------------------------------------------------------------------

    def parcels(self) -> Sequence[Parcel]:
        """Return the chunks that were paid for and the proofs of fraud that wait to be taken, the oldest first."""
        with self._transactions.reading() as connection:
            return parcels_of(connection)

    def take(self, held: Held, content: Deliver | Accuse) -> None:
        """Forget a parcel of a channel, which is in safe hands; that is on disk with the next save."""
        self._taken.append((held.number, parcel_name(content)))

    # The operator -----------------------------------------------------------------------------------------------------

    def limit(self, role: str, network: str, most: int | None) -> None:
        """Set the satoshis that all channels of a side bind at most on a network; None for no limit."""
        with self._transactions.writing(self.epoch) as connection:
            connection.execute(select(STORE).with_for_update())  # no save meanwhile
            limit_budget(connection, role, network, most)

    def restrict(self, reason: str) -> None:
        """Tell that the store was restored: the payee's channels are close-only, and other workers are fenced off."""
        with self._transactions.writing(self.epoch) as connection:
            identity = restrict(connection, reason)
        self._identity = identity

    def trust(self) -> None:
        """Tell that no row was lost: the payee's channels may sell again."""
        with self._transactions.writing(self.epoch) as connection:
            trusted = update(STATE).where(STATE.c.close_only)
            connection.execute(trusted.values(close_only=False, version=STATE.c.version + 1))

    def force_close(self, channels: Sequence[bytes] = ()) -> int:
        """Have the newest payment published at the next height, and return the number of channels.

        Args:
            channels: their ids; none for all that are close-only.
        """
        with self._transactions.writing(self.epoch) as connection:
            return _mark_closing(connection, channels)


def _mark_closing(connection: Connection, channels: Sequence[bytes]) -> int:
    payees = select(CHANNEL.c.number).where(CHANNEL.c.role == "payee")
    chosen = payees.where(CHANNEL.c.id.in_(channels)) if channels else payees
    marked = update(STATE).where(STATE.c.channel.in_(chosen))
    if not channels:
        marked = marked.where(STATE.c.close_only)
    return connection.execute(marked.values(force_close=True, version=STATE.c.version + 1)).rowcount
