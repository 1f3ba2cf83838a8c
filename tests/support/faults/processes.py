"""One side of a channel in a process of its own, which is killed, or whose disk is full; the other side is here."""

import os
import signal
from collections.abc import Sequence
from dataclasses import dataclass, replace
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from penstock.channel.safe.agreement.chains import NETWORKS, Network
from penstock.channel.safe.protocol.events import Deliver, Finish
from penstock.channel.safe.protocol.states import Phase
from penstock.channel.safe.transactions.outputs import funding_output
from penstock.service.driver.driver import Driver
from penstock.service.driver.inputs import Input, Outcome
from penstock.service.errors import StoppedError, StoreError
from penstock.service.store.encoding import ChannelState
from penstock.service.store.held import Parcel
from penstock.service.store.store import Store
from penstock.tx.transaction import OutPoint
from tests.support.channels.safe_machines import MARGINS, Stage
from tests.support.channels.stored_stage import BURIAL, StoredStage
from tests.support.faults.losses import Losses, losses, watch
from tests.support.faults.points import Points, watched

CONTEXT = get_context("forkserver")
CONTEXT.set_forkserver_preload([__name__])


@dataclass(frozen=True)
class Fault:
    """A fault of a side's process.

    Attributes:
        kill_at: the number of the point at which it is killed; None for none.
        after_opening: whether points are counted from the opening of the store on.
        bytes_more: bytes by which its files may still grow; None for any.
    """

    kill_at: int | None = None
    after_opening: bool = True
    bytes_more: int | None = None


NO_FAULT = Fault()


class KilledError(Exception):
    """The process of a side has ended without an answer."""


def serve(answers: Connection, file: Path, state: ChannelState, fault: Fault) -> None:
    """Run one side: inputs come in, outcomes go out, until the pipe is closed."""
    stage = Stage(NETWORKS[state.terms.network.name])
    points = Points(fault.kill_at, lambda _: os.kill(os.getpid(), signal.SIGKILL))
    with watched(points):
        store = Store.open(file, create=True)
        driver = Driver(store, file.stem, lambda held: stage.payer if held.role == "payer" else stage.payee, BURIAL)
        if not store.channels():
            driver.opened(store.claim(state.terms.network.name), (state, ()))
        if fault.after_opening:
            points.names.clear()
        if fault.bytes_more is not None:
            fill_disk(file, fault.bytes_more)
        while True:
            try:
                inputs = answers.recv()
            except EOFError:
                return
            try:
                outcomes = driver.restarted() if inputs is None else driver.handle(inputs)
                points.is_looking = True
                facts = driver.state(state.channel), store.parcels(), len(points.names)
                points.is_looking = False
                answers.send((list(map(plain, outcomes)), *facts))
            except StoreError as error:
                answers.send(str(error))


def plain(outcome: Outcome) -> Outcome:
    """An outcome whose error can be sent to another process."""
    return replace(outcome, error=None if outcome.error is None else RuntimeError(str(outcome.error)))


def fill_disk(file: Path, bytes_more: int) -> None:
    """Let no file grow beyond the largest of the store and so many bytes."""
    import resource  # noqa: PLC0415 - POSIX alone has it

    largest = max(each.stat().st_size for each in file.parent.glob(f"{file.name}*"))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest + bytes_more, resource.RLIM_INFINITY))


class Process:
    """The process of a side, with the part of a driver that a stage uses."""

    def __init__(self, file: Path, state: ChannelState, fault: Fault) -> None:
        self._pipe, theirs = CONTEXT.Pipe()
        self._process = CONTEXT.Process(target=serve, args=(theirs, file, state, fault), daemon=True)
        self._process.start()
        theirs.close()
        self._state = state
        self.parcels: Sequence[Parcel] = ()
        self.points = 0

    def handle(self, inputs: Sequence[tuple[bytes, Input]] | None) -> list[Outcome]:
        try:
            self._pipe.send(inputs)
            answer = self._pipe.recv()
        except (EOFError, BrokenPipeError, ConnectionResetError):
            self._process.join()
            raise KilledError(self._process.exitcode) from None
        if isinstance(answer, str):
            raise StoppedError(answer)
        outcomes, self._state, self.parcels, self.points = answer
        return list(outcomes)

    def restarted(self) -> list[Outcome]:
        return self.handle(None)

    def state(self, _: bytes) -> ChannelState:
        return self._state

    def close(self) -> None:
        self._pipe.close()
        self._process.join()


class ProcessStage(StoredStage):
    """A stage with one side, the victim, in a process; after a fault it is started again, without one."""

    def __init__(self, network: Network, folder: Path, victim: str, fault: Fault = NO_FAULT) -> None:
        self.victim = victim
        self.fault = fault
        self.kills = 0
        self.stops = 0
        self.funding: OutPoint | None = None
        super().__init__(network, folder)

    def open(self, role: str, *, create: bool = False) -> None:
        if role != self.victim:
            super().open(role, create=create)
            return
        if role in self.drivers:
            self.process.close()
        else:
            self.first = self.a if role == "payer" else self.b
        self.drivers[role] = Process(self.file(role), self.first, self.fault)  # type: ignore[assignment] # as a stage uses it

    def has_channel(self, role: str) -> bool:
        return role == self.victim or super().has_channel(role)

    @property
    def process(self) -> Process:
        process = self.drivers[self.victim]
        assert isinstance(process, Process)
        return process

    def give(self, role: str, given: Input) -> Outcome:
        try:
            outcome = super().give(role, given)
        except KilledError:
            self.kills += 1
        except StoppedError:
            self.stops += 1
        else:
            if role != self.victim or outcome.error is None or self.fault.bytes_more is None:
                return outcome
            self.stops += 1  # the operator makes room on the disk
        self.begin_again()
        return Outcome(self.a.channel, ())

    def begin_again(self) -> None:
        """Start the victim again, and connect both: what was on the way is lost."""
        self.fault = NO_FAULT
        self.restart(self.victim)
        if self.funding is not None:
            watch(self, self.funding)
        self.connect(self.kills)
        self.run()

    def fund(self) -> OutPoint:
        output = funding_output(self.a.terms)
        self.funding = self.ledger.fund(output.script, output.value).outpoint
        for _ in range(2):  # she is told, and names it to him; he finds it on the chain
            watch(self, self.funding)
        return self.funding

    def buy(self, chunk: int) -> None:
        """Buy a chunk, as a viewer does who asks again until it comes."""
        for _ in range(3):
            if chunk in self.owned:
                return
            if not self.a.prices.quotes or not self.b.prices.quotes:
                self.quote()
            super().buy(chunk)

    @property
    def owned(self) -> set[int]:
        """The chunks that the payer has, delivered or waiting in her store."""
        parcels = self.process.parcels if self.victim == "payer" else self.stores["payer"].parcels()
        return set(self.delivered) | {each.content.chunk for each in parcels if isinstance(each.content, Deliver)}

    def close(self) -> None:
        self.process.close()
        super().close()


def live(stage: ProcessStage, *, settles: bool, chunks: int = 3) -> Losses:
    """Let a channel live from its funding to its burial, closed together or by force, and return the losses."""
    stage.fund()
    stage.quote()
    for chunk in range(chunks):
        stage.buy(chunk)
    for _ in range(2 * settles):  # again if the first was lost
        if stage.b.phase is Phase.OPEN:
            stage.tell_payer(Finish())
            stage.run()
    terms = stage.a.terms
    last = (
        stage.ledger.height + BURIAL + 3
        if settles and stage.b.phase is Phase.CLOSING
        else terms.expiry + terms.delay + 9
    )
    near = terms.expiry - MARGINS.margin - 2
    if last > near:
        stage.ledger.mine(near - stage.ledger.height)  # nothing happens up to there
    while stage.ledger.height < last:
        stage.publish()
        stage.mine()
    assert stage.funding is not None
    assert stage.ledger.coin(stage.funding) is None, "the funding is spent in the end"
    return losses(stage, stage.owned)
