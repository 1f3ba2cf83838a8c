"""Cases of `make channel-faults`: each kind of fault on a channel's life, and what was lost."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from penstock.channel.safe.agreement.chains import BSV_REGTEST, BTC_REGTEST
from tests.support.channels.stored_stage import SIDES
from tests.support.faults.losses import Losses
from tests.support.faults.processes import Fault, ProcessStage, live
from tests.support.faults.schedules import Run, run

NETWORKS = (BSV_REGTEST, BTC_REGTEST)


@dataclass(frozen=True)
class Found:
    """The result of one case: the losses, and the faults that came."""

    losses: Losses
    faults: int


def killed(case: tuple[int, str, bool, int]) -> Found:
    """A life of a channel with one chunk, in which one side is killed at a point."""
    network, victim, settles, kill_at = case
    return _live(network, victim, settles, Fault(kill_at))


def filled(case: tuple[int, str, bool, int]) -> Found:
    """The same with a disk that is full after so many bytes."""
    network, victim, settles, bytes_more = case
    return _live(network, victim, settles, Fault(bytes_more=bytes_more))


def scheduled(seed: int) -> Found:
    """A random schedule."""
    with _folder() as folder:
        found: Run = run(NETWORKS[seed % 2], folder, seed)
    return Found(found.unexplained, len(found.crashes) + len(found.restores))


def _live(network: int, victim: str, settles: bool, fault: Fault) -> Found:
    with _folder() as folder:
        stage = ProcessStage(NETWORKS[network], folder, victim, fault)
        try:
            lost = live(stage, settles=settles, chunks=1)
        finally:
            stage.close()
    return Found(lost, stage.kills + stage.stops)


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder in memory if there is one: nothing here depends on a power cut."""
    memory = Path("/dev/shm")
    path = Path(tempfile.mkdtemp(dir=memory if memory.is_dir() else None))
    try:
        yield path
    finally:
        shutil.rmtree(path)


def rows(schedules: int, points: int) -> Iterator[tuple[str, Callable[..., Found], list[object]]]:
    """The kinds of faults with their cases."""
    for victim, settles in product(SIDES, (True, False)):
        cases: list[object] = [(number % 2, victim, settles, number) for number in range(1, points + 1)]
        yield f"{victim} killed at each point, {'settled' if settles else 'forced'}", killed, cases
    for victim in SIDES:
        full: list[object] = [(number % 2, victim, True, number * 1_500) for number in range(30)]
        yield f"disk of the {victim} full", filled, full
    yield "random schedules with crashes and older copies", scheduled, list(range(schedules))
