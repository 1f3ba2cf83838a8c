"""Random schedules on stores: crashes at any point of persistence, older copies put back, lost and repeated messages.

Both sides are honest. The faults are in the machine that a side runs on, never in the messages of the other.
"""

import random
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

from penstock.channel.safe.agreement.chains import Network
from penstock.channel.safe.messages.kinds import Key
from penstock.channel.safe.messages.wire import from_wire
from penstock.channel.safe.protocol.events import Deliver, Finish, Received
from penstock.channel.safe.protocol.payee import Payee
from penstock.channel.safe.protocol.states import Phase
from penstock.service.driver.inputs import Input, Outcome
from penstock.service.errors import StoppedError
from penstock.service.store.held import Held
from tests.support.channels.safe_machines import MARGINS
from tests.support.channels.stored_stage import BURIAL, SIDES, StoredStage, rows_of
from tests.support.faults.losses import Losses, losses, owed, sold, watch
from tests.support.faults.points import Points, watched

_LONGEST_WAIT = 25
"""Points until an armed crash."""
_LAST_POINTS = ("before connection.commit", "after connection.commit", "after marker.write")
"""Points at which a crash tells what is on disk from what has left."""


class SimulatedCrash(BaseException):
    """The process ends here: nothing after it is done, and its memory is gone."""


def crash(name: str) -> None:
    raise SimulatedCrash(name)


class CrashStage(StoredStage):
    """A stage on which each side may crash while it handles an input; it starts again, and both connect."""

    def __init__(self, network: Network, folder: Path, points: Points, kind: type[Payee] = Payee) -> None:
        self.points = points
        self.crashes: list[str] = []
        self.restores: list[str] = []
        self.in_no_store = 0
        """Satoshis of payments that were in none of both stores once older copies of both had been put back."""
        super().__init__(network, folder)
        payee = self.payee
        self.payee = kind(payee.keys, payee.shelf, payee.margins, payee.depth, payee.most)
        self.funding = self.fund()
        self.mine(0)
        self.quote()

    def give(self, role: str, given: Input) -> Outcome:
        try:
            return super().give(role, given)
        except SimulatedCrash as error:
            self.crashes.append(f"{role}: {error}")
        except StoppedError as error:
            self.crashes.append(f"{role}: {error}")
        self.begin_again(role)
        return Outcome(self.a.channel, ())

    def begin_again(self, role: str) -> None:
        self.points.is_looking = True  # a crash in a start is one of the next input
        self.restart(role)
        if role == "payer":
            self.take_parcels()
        watch(self, self.funding)
        self.connect(len(self.crashes))
        self.points.is_looking = False

    def take_parcels(self) -> None:
        """Take what was delivered and waits in the store, as an application does at its start."""
        for each in self.stores["payer"].parcels():
            if isinstance(each.content, Deliver):
                self.delivered[each.content.chunk] = each.content.plaintext

    def held(self, role: str) -> Held:
        self.points.is_looking = True
        held = super().held(role)
        self.points.is_looking = False
        return held

    def put_back(self, role: str, copy: Path) -> None:
        """Put an older copy of a store in its place, as an operator does from a backup: the marker stays."""
        self.stores.pop(role).close()
        before = rows_of(self.file(role), "SELECT commits FROM store")
        for each in ("-wal", "-shm"):
            self.file(role).with_name(self.file(role).name + each).unlink(missing_ok=True)
        self.file(role).write_bytes(copy.read_bytes())
        is_older = rows_of(self.file(role), "SELECT commits FROM store") < before
        self.restores.append(role)
        self.begin_again(role)
        newest = max(self.held(each).state.newest for each in SIDES)
        self.in_no_store = max(self.in_no_store, owed(self, sold(self)) - owed(self, newest))
        assert not is_older or self.held(role).close_only == (role == "payee"), "an older copy may only be closed"

    @property
    def owned(self) -> set[int]:
        """The chunks that the payer has, delivered or waiting in her store."""
        parcels = self.stores["payer"].parcels()
        return set(self.delivered) | {each.content.chunk for each in parcels if isinstance(each.content, Deliver)}


@dataclass
class FaultSchedule:
    """One run: a stage, and random choices."""

    stage: CrashStage
    choose: random.Random
    next_chunk: int = 0
    copies: dict[str, Path] = field(default_factory=dict)

    def step(self) -> None:
        """Do one thing."""
        weights = {
            self.ask: 4,
            self.buy: 4,
            self.deliver: 12,
            self.lose: 1,
            self.repeat: 1,
            self.connect: 2,
            self.mine: 1,
            self.stage.publish: 1,
            self.restart: 1,
            self.arm: 4,
            self.copy: 1.5,
            self.put_back: 1,
        }
        self.choose.choices(list(weights), list(weights.values()))[0]()

    def ask(self) -> None:
        if self.next_chunk < self.stage.movie.manifest.chunks:
            self.stage.ask(self.next_chunk)
            self.next_chunk += self.choose.choice((0, 1, 1))

    def buy(self) -> None:
        """Ask, and deliver all messages; a crash may come with any of them, with a Key more often: it is the last."""
        self.ask()
        while self.stage.to_payer or self.stage.to_payee:
            is_key = bool(self.stage.to_payer) and isinstance(from_wire(self.stage.to_payer[0]), Key)
            if self.choose.random() < (0.3 if is_key else 0.06):
                self.stage.points.next_name = self.choose.choice(_LAST_POINTS)
            self.deliver()

    def lose(self) -> None:
        self.choose.choice((self.stage.to_payer, self.stage.to_payee)).clear()

    def repeat(self) -> None:
        for queue in (self.stage.to_payer, self.stage.to_payee):
            if queue:
                queue.append(self.choose.choice(queue))

    def connect(self) -> None:
        self.stage.connect(self.choose.randrange(256))

    def mine(self) -> None:
        self.stage.mine(self.choose.choice((1, 1, 2, 5)))

    def restart(self) -> None:
        self.stage.begin_again(self.choose.choice(SIDES))

    def arm(self) -> None:
        points = self.stage.points
        if self.choose.random() < 0.5:
            points.at = len(points.names) + self.choose.randint(1, _LONGEST_WAIT)
        else:
            points.next_name = self.choose.choice(_LAST_POINTS)

    def put_back(self) -> None:
        if self.copies:
            role = self.choose.choice(sorted(self.copies))
            self.stage.put_back(role, self.copies[role])

    def deliver(self) -> None:
        stage = self.stage
        both = [(stage.to_payer, stage.tell_payer), (stage.to_payee, stage.tell_payee)]
        self.choose.shuffle(both)
        for queue, tell in both:
            if queue:
                tell(Received(from_wire(queue.popleft())))

    def copy(self) -> None:
        self.copy_of(self.choose.choice(SIDES))

    def copy_of(self, role: str) -> None:
        """Make a backup, as SQLite's own tool does while the store is in use."""
        to = self.stage.folder / f"{role}.copy"
        to.unlink(missing_ok=True)
        with closing(sqlite3.connect(self.stage.file(role))) as one, closing(sqlite3.connect(to)) as other:
            one.backup(other)
        self.copies[role] = to

    def end(self) -> Losses:
        """Close together or by force, and let the chain go on until nothing is due any more."""
        stage = self.stage
        stage.points.at = stage.points.next_name = None
        stage.begin_again("payee")  # both meet once more: an honest payer gives lost rows back
        stage.run()
        if self.choose.random() < 0.5:
            stage.tell_payer(Finish())
            stage.run()
        terms = stage.a.terms
        near, last = terms.expiry - MARGINS.margin - 2, terms.expiry + terms.delay + BURIAL
        if stage.b.phase is Phase.CLOSED or stage.b.settling is None:
            stage.ledger.mine(max(near - stage.ledger.height, 0))
        else:
            last = stage.ledger.height + BURIAL + 2
        while stage.ledger.height < last:
            if self.choose.random() < 0.5 or stage.ledger.height % (MARGINS.waiting + 1):
                stage.publish()
            stage.mine()
        assert stage.ledger.coin(stage.funding) is None, "the funding is spent in the end"
        return losses(stage, stage.owned)


@dataclass(frozen=True)
class Run:
    """The result of a schedule."""

    losses: Losses
    crashes: tuple[str, ...]
    restores: tuple[str, ...]
    settled: bool
    in_no_store: int

    @property
    def unexplained(self) -> Losses:
        """The losses without those that an operator causes who puts older copies back.

        A payer loses the chunk whose key was on its way. The payee loses a payment that was only in the two stores, if
        both are replaced by copies from before it: with one of them left the payer gives it back.
        """
        chunks = max(self.losses.chunks - self.restores.count("payer"), 0)
        return replace(self.losses, chunks=chunks, payee=max(self.losses.payee - self.in_no_store, 0))


def run(network: Network, folder: Path, seed: int, kind: type[Payee] = Payee) -> Run:
    """Run one schedule in an empty folder."""
    points = Points(None, crash)
    with watched(points):
        stage = CrashStage(network, folder, points, kind)
        try:
            schedule = FaultSchedule(stage, random.Random(seed))
            for _ in range(schedule.choose.choice((10, 30, 80))):
                schedule.step()
            lost = schedule.end()
            settled = stage.b.settling is not None
            return Run(lost, tuple(stage.crashes), tuple(stage.restores), settled, stage.in_no_store)
        finally:
            stage.close()
