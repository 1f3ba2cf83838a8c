"""The store on SQLite: what was saved is there, one of two writers wins, and a budget holds over all channels."""

import os
import stat
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier

import cbor2
import pytest
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from penstock.channel.safe.agreement.chains import BSV_REGTEST, BTC_REGTEST
from penstock.channel.safe.protocol.append_only import AppendOnly
from penstock.channel.safe.protocol.events import Deliver
from penstock.channel.safe.protocol.states import PayeeState, PayerState
from penstock.channel.safe.transactions.outputs import State
from penstock.service.errors import (
    BudgetError,
    DamagedError,
    FencedError,
    LostRaceError,
    StoppedError,
    StoreError,
    UnknownChannelError,
    UnknownVersionError,
)
from penstock.service.store.held import Change, Held, Parcel, bound_by, parcel_from_bytes
from penstock.service.store.store import Store
from tests.support.channels.safe_machines import PRICE, Stage
from tests.support.channels.stored_stage import rows_of

_THREADS = 8


@pytest.fixture(scope="module")
def stage() -> Stage:
    stage = Stage(BTC_REGTEST)
    stage.fund()
    stage.quote()
    for chunk in range(4):
        stage.buy(chunk)
    return stage


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "channels.db"


@pytest.fixture
def store(place: Path) -> Store:
    return Store.open(place, create=True)


def created(store: Store, state: PayerState | PayeeState) -> Held:
    return store.create(store.claim(state.terms.network.name), state)


def test_each_state_that_was_saved_is_there(store: Store, stage: Stage) -> None:
    for role, side in (("payer", stage.alice), ("payee", stage.bob)):
        held = created(store, side.saved[0])
        for state in side.saved:
            (saved,) = store.save([Change(held, state, bound_by(state, None, 100, 6))])
            assert isinstance(saved, Held)
            held = saved
            assert store.load(state.channel, role) == held
        assert held.version == len(side.saved) + 1
        assert held.state == (stage.a if role == "payer" else replace(stage.b, ahead=None))
    assert [role for _, role in store.channels()] == ["payer", "payee"]


def test_it_is_there_for_another_process_and_for_no_other_user(store: Store, place: Path, stage: Stage) -> None:
    held = created(store, stage.b)
    again = Store.open(place)
    assert again.load(stage.b.channel, "payee") == held
    assert (again.restored, again.epoch) == (None, store.epoch)
    if os.name == "posix":
        assert {stat.S_IMODE(each.stat().st_mode) for each in place.parent.iterdir()} == {0o600}
    assert rows_of(place, "PRAGMA journal_mode") == [("wal",)]


def test_lists_that_shrink_or_change_come_back(store: Store, stage: Stage) -> None:
    held = created(store, stage.a)
    one, two, three = (bytes([number]) * 32 for number in (1, 2, 3))
    for digests in ([one, two], [two], [two, three], [], [one]):
        state = replace(stage.a, digests=AppendOnly(digests))
        (saved,) = store.save([Change(held, state, 0)])
        assert isinstance(saved, Held)
        held = saved
        assert store.load(stage.a.channel, "payer").state == state


def test_a_list_that_grows_is_cut_or_changes_comes_back(store: Store, stage: Stage) -> None:
    held = created(store, stage.a)
    states = [State(number, 1_200 + number, bytes([number]) * 32) for number in range(1, 6)]
    for before in (states[:2], states[:4], states[:1], [states[0], states[4]], states[1:], []):
        state = replace(stage.a, before=AppendOnly(before))
        (saved,) = store.save([Change(held, state, 0)])
        assert isinstance(saved, Held)
        held = saved
        assert store.load(stage.a.channel, "payer").state == state


def test_of_two_writers_one_wins_and_the_other_is_told(store: Store, place: Path, stage: Stage) -> None:
    held = created(store, stage.bob.saved[0])
    other = Store.open(place)
    (won,) = store.save([Change(held, stage.b, 1)])
    (lost,) = other.save([Change(held, stage.bob.saved[1], 2)])
    assert isinstance(lost, LostRaceError)
    assert stage.b.channel.hex() in str(lost)
    assert other.load(stage.b.channel, "payee") == won
    assert other.stopped is None, "it loads the channel and goes on"


def test_one_lost_race_does_not_hold_up_the_other_channels(store: Store, stage: Stage) -> None:
    payee, payer = created(store, stage.bob.saved[0]), created(store, stage.alice.saved[0])
    stale = replace(payee, version=7)
    lost, saved = store.save([Change(stale, stage.b, 1), Change(payer, stage.a, 2)])
    assert isinstance(lost, LostRaceError)
    assert store.load(stage.a.channel, "payer") == saved
    assert store.load(stage.b.channel, "payee") == payee


def test_a_worker_of_an_older_epoch_is_fenced_off(store: Store, place: Path, stage: Stage) -> None:
    held = created(store, stage.b)
    other = Store.open(place)
    other.restrict("a test")
    assert other.epoch == store.epoch + 1
    with pytest.raises(FencedError, match="another worker has raised the epoch"):
        store.save([Change(held, stage.b, 1)])
    for again in (
        lambda: store.save([]),
        lambda: store.claim("bsv:regtest"),
        lambda: store.load(held.channel, "payee"),
    ):
        with pytest.raises(StoppedError, match="open the store again"):
            again()
    assert other.load(stage.b.channel, "payee").close_only


def test_a_channel_is_created_once_and_keys_are_used_once(store: Store, place: Path, stage: Stage) -> None:
    path = store.claim(BTC_REGTEST.name)
    store.create(path, stage.a)
    with pytest.raises(LostRaceError, match="in the store already"):
        store.create(store.claim(BTC_REGTEST.name), stage.a)
    with pytest.raises(LostRaceError, match="the same keys"):
        store.create(path, replace(stage.a, channel=bytes(32)))
    other = Store.open(place)
    paths = [each.claim(network.name) for each in (store, other) for network in (BTC_REGTEST, BSV_REGTEST)]
    assert [each.counter for each in paths] == [2, 0, 3, 1]
    other.restrict("a test")
    assert other.claim(BTC_REGTEST.name).device != path.device, "counters after the copy was made are not known"


def test_a_channel_that_is_not_there(store: Store, stage: Stage) -> None:
    created(store, stage.a)
    with pytest.raises(UnknownChannelError, match=r"^channel 0000.* is not in the store"):
        store.load(bytes(32), "payer")
    with pytest.raises(UnknownChannelError):
        store.load(stage.a.channel, "payee")


def test_a_budget_over_all_channels(store: Store, place: Path, stage: Stage) -> None:
    one, two = created(store, stage.a), created(store, replace(stage.a, channel=bytes(32)))
    (saved,) = store.save([Change(one, stage.a, 600)])
    assert isinstance(saved, Held)
    store.limit("payer", BTC_REGTEST.name, 1_000)
    store.limit("payer", BSV_REGTEST.name, 1)
    refused, more = store.save([Change(two, two.state, 401), Change(saved, stage.a, 599)])
    assert isinstance(refused, BudgetError)
    assert "would bind 401 satoshis more, and of the budget of the payer, 1,000, 400 are left" in str(refused)
    assert isinstance(more, Held)
    (fits,) = Store.open(place).save([Change(two, two.state, 401)])
    assert isinstance(fits, Held)
    with pytest.raises(BudgetError, match="0 are left"):
        store.create(store.claim(BTC_REGTEST.name), replace(stage.a, channel=bytes([1]) * 32), 1)
    store.limit("payer", BTC_REGTEST.name, None)
    assert not isinstance(store.save([Change(fits, two.state, 1 << 40)])[0], StoreError)


def test_what_a_channel_binds_until_its_end_is_buried(stage: Stage) -> None:
    owed = stage.base + 4 * PRICE
    assert bound_by(stage.b, None, 1_000, 6) == owed
    assert bound_by(stage.a, None, 1_000, 6) == owed + 920, "with the fee of the payment"
    assert [bound_by(stage.b, 100, height, 6) for height in (99, 104, 105, 200)] == [owed, owed, 0, 0]
    assert bound_by(stage.bob.saved[0], None, 100, 6) == bound_by(stage.alice.saved[0], None, 100, 6) == 0


def test_a_parcel_waits_until_it_is_taken(store: Store, place: Path, stage: Stage) -> None:
    held = created(store, stage.a)
    chunks = [Deliver(bytes(32), number, b"film", bytes(32)) for number in range(3)]
    (saved,) = store.save([Change(held, stage.a, 0, parcels=tuple(chunks))])
    assert isinstance(saved, Held)
    assert Store.open(place).parcels() == [Parcel(stage.a.channel, each) for each in chunks]
    store.take(saved, chunks[1])
    store.save([])
    assert [each.content for each in store.parcels()] == [chunks[0], chunks[2]]
    store.take(saved, chunks[0])
    store.close()
    assert [each.content for each in Store.open(place).parcels()] == [chunks[2]]


# Damage ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE state SET data = zeroblob(length(data))",
        "UPDATE state SET data = x''",
        "UPDATE channel SET terms = x'80'",
        "UPDATE channel SET role = 'thief'",
        "DELETE FROM member WHERE field = 'items'",
        "UPDATE member SET data = substr(data, 2) WHERE field = 'digests'",
    ],
)
def test_a_damaged_row_is_told_and_not_used(store: Store, place: Path, stage: Stage, statement: str) -> None:
    created(store, stage.a)
    rows_of(place, statement)
    with pytest.raises((DamagedError, UnknownChannelError)):
        store.load(stage.a.channel, "payer")


def test_a_side_that_is_not_one(store: Store, place: Path, stage: Stage) -> None:
    created(store, stage.a)
    rows_of(place, "UPDATE channel SET role = 'thief'")
    with pytest.raises(DamagedError, match="a side named 'thief'"):
        store.load(stage.a.channel, "thief")


def test_a_write_that_is_swallowed_is_no_save(store: Store, place: Path, stage: Stage) -> None:
    held = created(store, stage.bob.saved[0])
    rows_of(place, "CREATE TRIGGER swallow BEFORE UPDATE ON state BEGIN SELECT RAISE(IGNORE); END")
    with pytest.raises(StoreError, match="0 rows were written, and not 1"):
        store.save([Change(held, stage.b, 1)])
    assert store.load(stage.b.channel, "payee") == held


def test_a_transaction_that_cannot_be_rolled_back_stops_the_worker(
    store: Store, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = created(store, stage.b)

    def fail(*_: object, **__: object) -> None:
        raise OperationalError("x", {}, Exception("disk I/O error"))

    monkeypatch.setattr(Connection, "execute", fail)
    monkeypatch.setattr(Connection, "rollback", fail)
    with pytest.raises(StoreError, match="disk I/O error"):
        store.save([Change(held, stage.b, 1)])
    monkeypatch.undo()
    with pytest.raises(StoppedError, match="could not be rolled back: disk I/O error"):
        store.save([Change(held, stage.b, 1)])


def test_a_damaged_parcel_is_told(store: Store, place: Path, stage: Stage) -> None:
    held = created(store, stage.a)
    store.save([Change(held, stage.a, 0, parcels=(Deliver(bytes(32), 1, b"film", bytes(32)),))])
    for statement in (
        "UPDATE outbox SET data = x'00'",
        "UPDATE outbox SET name = 'fraud'",
        "UPDATE outbox SET name = '00/1', data = x'83410001410a'",
    ):
        rows_of(place, statement)
        with pytest.raises(DamagedError, match="is damaged"):
            store.parcels()


def test_a_channel_of_another_protocol_is_refused(store: Store, place: Path, stage: Stage) -> None:
    created(store, stage.a)
    rows_of(place, "UPDATE channel SET protocol = 2")
    with pytest.raises(UnknownVersionError, match=r"version 2 of the protocol.*close it with the version of Penstock"):
        store.load(stage.a.channel, "payer")


@pytest.mark.parametrize("content", [b"no database" * 100, b"SQLite format 3\0" + bytes(84)], ids=["text", "header"])
def test_a_file_that_is_not_a_store(place: Path, content: bytes) -> None:
    place.write_bytes(content)
    with pytest.raises(StoreError, match=r"channels\.db"):
        Store.open(place)


def test_a_file_that_lost_its_middle_is_not_opened(store: Store, place: Path, stage: Stage) -> None:
    created(store, stage.a)
    store.close()
    content = place.read_bytes()
    place.write_bytes(content[:8192] + bytes(len(content) - 8192))
    with pytest.raises(StoreError, match=r"is damaged|cannot be opened"):
        Store.open(place)


@pytest.mark.parametrize(
    ("where", "reason"),
    [
        ("none.db", "the store does not exist"),
        ("none/none.db", "the store does not exist"),
        ("mysql://user:secret@host/name", r"mysql://user:\*\*\*@host/name: a store is a file of SQLite, or"),
        ("sqlite://", "a store is a file of SQLite"),
        ("://", "not the URL of a database"),
        ("postgresql://nobody:secret@127.0.0.1:1/none", r"\*\*\*@127.0.0.1:1/none: the store cannot be opened"),
    ],
)
def test_a_place_without_a_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str, reason: str) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StoreError, match=reason) as raised:
        Store.open(where)
    assert "secret" not in str(raised.value)
    assert not list(tmp_path.iterdir())


def test_threads_open_stores_at_the_same_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Alembic has its context in globals of the process, which another thread could take away."""
    together = Barrier(_THREADS)
    right = MigrationContext.run_migrations

    def slowly(self: MigrationContext, **more: object) -> None:
        time.sleep(0.01)
        right(self, **more)

    def opened(number: int) -> int:
        together.wait()
        with Store.open(tmp_path / f"{number}.db", create=True) as store:
            return store.epoch

    monkeypatch.setattr(MigrationContext, "run_migrations", slowly)
    with ThreadPoolExecutor(_THREADS) as pool:
        assert list(pool.map(opened, range(_THREADS))) == [1] * _THREADS


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="the store cannot be made: No such file"):
        Store.open(tmp_path / "none" / "channels.db", create=True)


def test_a_url_of_a_file(place: Path, stage: Stage) -> None:
    created(Store.open(f"sqlite:///{place}", create=True), stage.a)
    assert len(Store.open(place).channels()) == 1


@pytest.mark.parametrize(
    "content",
    [
        [1, 1, b"", b""],
        ["a", 1, b"", b""],
        [bytes(32), True, b"", b""],
        [bytes(32), 1 << 20_000, b"", b""],
        [bytes(32), 1, "text", b""],
        [bytes(32), 1, b"", None],
        [bytes(32), 1, b""],
        {},
        7,
    ],
    ids=range(9),
)
def test_a_parcel_of_another_form_is_damaged(content: object) -> None:
    with pytest.raises(DamagedError, match="is damaged"):
        parcel_from_bytes(f"{bytes(32).hex()}/1", cbor2.dumps(content))


@pytest.mark.parametrize("data", [b"", b"\xff", b"\xc1\x80", b"\x81" * 5_000, b"\x9b" + b"\xff" * 8])
def test_a_parcel_that_is_not_cbor_is_damaged(data: bytes) -> None:
    with pytest.raises(DamagedError, match="is damaged"):
        parcel_from_bytes(f"{bytes(32).hex()}/1", data)
