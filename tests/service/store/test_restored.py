"""A store that is older than what has left already: an older copy, one elsewhere, one that lost its last commit."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from penstock.channel.safe.agreement.chains import BTC_REGTEST
from penstock.service.errors import DamagedError, StoppedError, StoreError
from penstock.service.store.held import Change, Held
from penstock.service.store.marker import Mark, Marker, marker_of
from penstock.service.store.store import Store
from tests.support.channels.safe_machines import Stage


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "store").mkdir()
    return tmp_path / "store"


@pytest.fixture
def store(folder: Path) -> Store:
    """A store with both sides of a channel."""
    stage = Stage(BTC_REGTEST)
    store = Store.open(folder / "channels.db", create=True)
    for state in (stage.a, stage.b):
        store.create(store.claim(BTC_REGTEST.name), state)
    return store


def held(store: Store, role: str) -> Held:
    return next(store.load(channel, each) for channel, each in store.channels() if each == role)


def go_on(store: Store) -> None:
    payee = held(store, "payee")
    store.save([Change(payee, payee.state, 1)])


def copy_all(folder: Path, to: Path) -> None:
    """A backup of a store that is closed."""
    shutil.copytree(folder, to)


def test_an_older_copy_is_close_only_for_the_payee(folder: Path, store: Store, tmp_path: Path) -> None:
    store.close()
    shutil.copy(folder / "channels.db", tmp_path / "backup.db")
    with Store.open(folder / "channels.db") as again:
        go_on(again)
    shutil.copy(tmp_path / "backup.db", folder / "channels.db")
    restored = Store.open(folder / "channels.db")
    assert restored.restored == "it has 5 commits, and its marker 6: it is an older copy"
    assert (held(restored, "payee").close_only, held(restored, "payer").close_only) == (True, False)
    assert restored.epoch == 2


def test_it_stays_close_only_until_the_operator_says_otherwise(folder: Path, store: Store) -> None:
    store.close()
    marker_of(folder / "channels.db").unlink()
    for _ in range(2):
        with Store.open(folder / "channels.db") as again:
            assert held(again, "payee").close_only
    with Store.open(folder / "channels.db") as again:
        assert again.restored is None, "it was told once"
        again.trust()
        assert not held(again, "payee").close_only
        assert again.epoch == 2


def change_marker(folder: Path) -> None:
    marker_of(folder / "channels.db").write_bytes(bytes(32))


def cut_marker(folder: Path) -> None:
    marker_of(folder / "channels.db").write_bytes(b"")


def take_marker_of_another(folder: Path) -> None:
    with Store.open(folder / "other.db", create=True):
        shutil.copy(marker_of(folder / "other.db"), marker_of(folder / "channels.db"))


@pytest.mark.parametrize(
    ("change", "sign"),
    [
        (change_marker, "missing or damaged"),
        (cut_marker, "missing or damaged"),
        (take_marker_of_another, "another store"),
    ],
)
def test_a_marker_that_is_not_its_own(folder: Path, store: Store, change: Callable[[Path], None], sign: str) -> None:
    store.close()
    change(folder)
    with Store.open(folder / "channels.db") as again:
        assert sign in str(again.restored)
        assert held(again, "payee").close_only


def test_a_store_that_goes_on_is_not_taken_for_a_restored_one(folder: Path, store: Store) -> None:
    for _ in range(3):
        go_on(store)
        store.close()
        store = Store.open(folder / "channels.db")
        assert store.restored is None
    store.close()
    copy_all(folder, folder.parent / "moved")
    assert Store.open(folder.parent / "moved" / "channels.db").restored is None, "with its marker it is the newest"


def test_a_marker_that_is_older_than_its_database_is_no_sign(folder: Path, store: Store) -> None:
    """After a power cut the marker may be the older one: the database was forced to the disk, and it was not."""
    old = marker_of(folder / "channels.db").read_bytes()
    go_on(store)
    store.close()
    marker_of(folder / "channels.db").write_bytes(old)
    assert Store.open(folder / "channels.db").restored is None


def test_a_lost_write_ahead_log_is_found(folder: Path, store: Store) -> None:
    """A disk that has told of a commit and then lost it."""
    other = folder.parent / "other"
    go_on(store)
    log = folder / "channels.db-wal"
    assert log.exists()
    copy_all(folder, other)
    (other / log.name).write_bytes(log.read_bytes()[: log.stat().st_size - 4096])
    (other / "channels.db-shm").unlink()
    restored = Store.open(other / "channels.db")
    assert "older copy" in str(restored.restored)
    assert held(restored, "payee").close_only


@pytest.mark.parametrize("is_gone", [False, True])
def test_a_database_that_is_empty_beside_a_marker_is_not_a_new_one(folder: Path, store: Store, is_gone: bool) -> None:
    store.close()
    place = folder / "channels.db"
    place.unlink()
    if not is_gone:
        place.touch()
    with pytest.raises(DamagedError, match="the database is empty, and a marker beside it tells of another"):
        Store.open(place, create=True)
    marker_of(place).unlink()
    assert not Store.open(place, create=True).channels()


def test_the_operator_tells_of_a_copy_that_has_its_marker(folder: Path, store: Store) -> None:
    stale = Store.open(folder / "channels.db")
    store.restrict("the operator says so")
    assert (store.restored, store.epoch) == ("the operator says so", 2)
    assert held(store, "payee").close_only
    with pytest.raises(StoppedError):
        go_on(stale)


def test_a_forced_close_is_noted_for_payees_alone(store: Store) -> None:
    assert store.force_close() == 0, "none is close-only"
    assert store.force_close([held(store, "payee").channel]) == 1
    assert (held(store, "payee").force_close, held(store, "payer").force_close) == (True, False)
    store.restrict("a test")
    assert store.force_close() == 1


def test_a_marker_that_cannot_be_written_stops_the_worker(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_marker: Marker, _mark: Mark) -> None:
        raise OSError(28, "No space left on device")

    payee = held(store, "payee")
    monkeypatch.setattr(Marker, "write", full)
    with pytest.raises(StoppedError, match="the marker cannot be written: No space left on device"):
        store.save([Change(payee, payee.state, 1)])
    assert store.stopped


def test_a_marker_that_cannot_be_made(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_marker: Marker, _mark: Mark) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Marker, "write", full)
    with pytest.raises(StoreError, match="the marker cannot be written: No space left on device"):
        Store.open(folder / "channels.db", create=True)


def test_the_form_of_a_mark(tmp_path: Path) -> None:
    marker = Marker(tmp_path / "mark")
    marker.write(Mark(bytes(16), 5))
    assert marker.read() == Mark(bytes(16), 5)
    assert (tmp_path / "mark").stat().st_size == 32
    marker.close()
    data = bytearray((tmp_path / "mark").read_bytes())
    for place in range(32):
        damaged = data.copy()
        damaged[place] ^= 1
        (tmp_path / "mark").write_bytes(damaged)
        assert marker.read() is None
