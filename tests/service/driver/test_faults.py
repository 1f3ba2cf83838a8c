"""Kills, torn writes and full disks: after a start no side has lost a chunk or a satoshi beyond the stated fees."""

import random
import shutil
import sqlite3
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from penstock.channel.safe.agreement.chains import BSV_REGTEST, BTC_REGTEST, Network
from penstock.channel.safe.protocol.events import Finish
from penstock.service.errors import StoreError
from penstock.service.store.held import Change, Held
from penstock.service.store.marker import Mark
from penstock.service.store.store import Store
from tests.support.channels.safe_machines import PRICE
from tests.support.channels.stored_stage import SIDES, streaming
from tests.support.faults.losses import Losses, losses
from tests.support.faults.points import Points, watched
from tests.support.faults.processes import Fault, ProcessStage, live
from tests.support.faults.schedules import CrashStage, FaultSchedule, Run, crash, run

NONE = Losses(0, 0, 0)
NETWORKS = [BSV_REGTEST, BTC_REGTEST]
FEW, MANY = 6, 40

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kills processes by signals")


# A process that is killed ---------------------------------------------------------------------------------------------


def with_fault(
    network: Network, folder: Path, victim: str, fault: Fault, *, settles: bool
) -> tuple[Losses, ProcessStage]:
    stage = ProcessStage(network, folder, victim, fault)
    try:
        lost = live(stage, settles=settles)
        assert stage.owned == {0, 1, 2}
        return lost, stage
    finally:
        stage.close()


@pytest.mark.parametrize("victim", SIDES)
@pytest.mark.parametrize(("kill_at", "settles"), [(20, True), (57, True), (75, True), (94, True), (110, False)])
def test_a_side_that_is_killed(tmp_path: Path, victim: str, kill_at: int, settles: bool) -> None:
    lost, stage = with_fault(BTC_REGTEST, tmp_path, victim, Fault(kill_at), settles=settles)
    assert lost == NONE
    assert stage.kills == 1


@pytest.mark.parametrize("kill_at", [9, 60, 106])
def test_a_side_that_is_killed_while_its_store_is_made(tmp_path: Path, kill_at: int) -> None:
    lost, stage = with_fault(BSV_REGTEST, tmp_path, "payee", Fault(kill_at, after_opening=False), settles=True)
    assert (lost, stage.kills) == (NONE, 1)


@pytest.mark.long
@pytest.mark.parametrize("victim", SIDES)
@pytest.mark.parametrize("settles", [True, False], ids=["settled", "forced"])
@pytest.mark.parametrize("part", range(2))
def test_a_side_that_is_killed_at_many_points(tmp_path: Path, victim: str, settles: bool, part: int) -> None:
    """Of a life with one chunk; `make channel-faults` has all of them."""
    network = NETWORKS[part % 2]
    step = 13 if settles else 61  # a life that ends by force is long: transactions are published again at each height
    for number, kill_at in enumerate(range(1 + 7 * part, 2_000, step)):
        (tmp_path / str(number)).mkdir()
        stage = ProcessStage(network, tmp_path / str(number), victim, Fault(kill_at))
        lost = live(stage, settles=settles, chunks=1)
        stage.close()
        assert lost == NONE
        if not stage.kills:
            assert number > 4
            return


# A disk that is full --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("victim", SIDES)
@pytest.mark.parametrize("bytes_more", [0, 20_000])
def test_a_disk_that_is_full(tmp_path: Path, victim: str, bytes_more: int) -> None:
    lost, stage = with_fault(BTC_REGTEST, tmp_path, victim, Fault(bytes_more=bytes_more), settles=True)
    assert lost == NONE
    assert stage.stops >= 1, "it was full"


# Writes that were torn ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Held]:
    """The files of a payee's store as they are on disk in the middle of a stream, and its newest state."""
    folder = tmp_path_factory.mktemp("written")
    stage = streaming(BSV_REGTEST, folder)
    for each in folder.glob("payee.db*"):
        shutil.copy(each, folder / f"copy{each.name.removeprefix('payee')}")
    newest = stage.held("payee")
    stage.close()
    return folder, newest


def opened(folder: Path, to: Path) -> tuple[str | None, Held | None]:
    """Open the copied files; return the sign of a restore, and the channel. No channel if the store refuses."""
    for each in ("copy.db", "copy.db-marker"):
        shutil.copy(folder / each, to / each)
    try:
        with Store.open(to / "copy.db") as store:
            ids = store.channels()
            return store.restored, store.load(*ids[0]) if ids else None
    except StoreError:
        return "refused", None


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.floats(0, 1), kind=st.sampled_from(["cut", "zeros", "noise"]), seed=st.integers(0, 255))
def test_a_log_that_was_torn(written: tuple[Path, Held], tmp_path: Path, place: float, kind: str, seed: int) -> None:
    """The newest state, or an older one that is known to be one, or none; never an older one in silence."""
    folder, newest = written
    for each in tmp_path.glob("copy.db*"):
        each.unlink()
    log = (folder / "copy.db-wal").read_bytes()
    cut = int(place * len(log))
    tail = {"cut": b"", "zeros": bytes(len(log) - cut), "noise": bytes((seed + i) % 256 for i in range(len(log) - cut))}
    (tmp_path / "copy.db-wal").write_bytes(log[:cut] + tail[kind])
    sign, held = opened(folder, tmp_path)
    if held is not None:
        assert held == newest or (sign is not None and held.close_only)
    else:
        assert sign is not None


def test_the_log_is_where_the_newest_state_is(written: tuple[Path, Held], tmp_path: Path) -> None:
    folder, newest = written
    shutil.copy(folder / "copy.db-wal", tmp_path / "copy.db-wal")
    assert opened(folder, tmp_path) == (None, newest)


# Random schedules -----------------------------------------------------------------------------------------------------


def runs(tmp_path: Path, seeds: range) -> list[Run]:
    found = []
    for seed in seeds:
        (tmp_path / str(seed)).mkdir()
        found.append(run(NETWORKS[seed % 2], tmp_path / str(seed), seed))
        assert found[-1].unexplained == NONE, seed
        shutil.rmtree(tmp_path / str(seed))
    return found


def test_no_side_loses_in_random_schedules(tmp_path: Path) -> None:
    found = runs(tmp_path, range(FEW))
    assert any(each.crashes for each in found)
    assert any("payee" in each.restores for each in found)
    assert {each.settled for each in found} == {True, False}


@pytest.mark.long
@pytest.mark.parametrize("part", range(4))
def test_no_side_loses_in_many_random_schedules(tmp_path: Path, part: int) -> None:
    runs(tmp_path, range(1_000 + part * MANY, 1_000 + (part + 1) * MANY))


def forget(self: Store, changes: list[Change]) -> list[Held]:
    """Tell of a save that was not made."""
    return [replace(each.held, state=each.state, version=each.held.version) for each in changes]


@pytest.mark.parametrize(
    ("fault", "first"), [("nothing is saved", 0), ("chunks are not kept", 18), ("copies are not noticed", 6)]
)
def test_the_schedules_find_planted_faults(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str, first: int
) -> None:
    """The first seed is the first that finds the fault, so that the search is short."""
    if fault == "nothing is saved":
        monkeypatch.setattr(Store, "save", forget)
    elif fault == "chunks are not kept":
        original = Store.save
        monkeypatch.setattr(
            Store, "save", lambda self, changes: original(self, [replace(each, parcels=()) for each in changes])
        )
    else:
        monkeypatch.setattr(Mark, "fault", lambda *_: None)

    def find() -> None:
        runs(tmp_path, range(first, first + 60))

    with pytest.raises(AssertionError):
        find()


def put_back_after_a_sale(folder: Path, *roles: str) -> tuple[CrashStage, Losses]:
    """Sell one chunk, put back copies of some sides from before it, and close by an agreement."""
    points = Points(None, crash)
    with watched(points):
        stage = CrashStage(BTC_REGTEST, folder, points)
        schedule = FaultSchedule(stage, random.Random(1))
        for role in SIDES:
            schedule.copy_of(role)
        stage.ask(0)
        stage.run()
        for role in roles:
            stage.to_payer.clear()  # the line breaks before they tell each other
            stage.to_payee.clear()
            stage.put_back(role, schedule.copies[role])
        stage.run()
        stage.tell_payer(Finish())
        stage.run()
        stage.publish()
        stage.mine(2)
        found = losses(stage, stage.owned)
        stage.close()
    return stage, found


@pytest.mark.parametrize("role", SIDES)
def test_a_payment_that_is_in_one_store_is_not_lost(tmp_path: Path, role: str) -> None:
    stage, found = put_back_after_a_sale(tmp_path, role)
    assert (found.payee, stage.in_no_store) == (0, 0)


def test_a_payment_that_is_in_no_store_is_lost(tmp_path: Path) -> None:
    """Older copies of both were put back: it is counted, so that it is not taken for a fault of the program."""
    stage, found = put_back_after_a_sale(tmp_path, "payee", "payer")
    assert found.payee == stage.in_no_store == stage.b.terms.base + PRICE


def test_a_copy_that_sqlite_makes_of_a_store_in_use_is_whole(tmp_path: Path) -> None:
    stage = streaming(BTC_REGTEST, tmp_path)
    with closing(sqlite3.connect(stage.file("payee"))) as one, closing(sqlite3.connect(tmp_path / "copy.db")) as other:
        one.backup(other)
    with Store.open(tmp_path / "copy.db") as store:
        assert store.load(stage.b.channel, "payee").state == stage.on_disk("payee")
        assert "marker is missing" in str(store.restored)
