"""The store on PostgreSQL: several workers, a standby that commits wait for, cancelled commits, a promotion."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread

import psycopg
import pytest

from penstock.channel.safe.agreement.chains import BSV_REGTEST, BTC_REGTEST
from penstock.channel.safe.messages.kinds import Key, Update
from penstock.channel.safe.protocol.events import Finish, Height, Received, Send
from penstock.channel.safe.transactions.outputs import key_script
from penstock.service.driver.driver import Driver
from penstock.service.errors import (
    BudgetError,
    FencedError,
    LostRaceError,
    StoppedError,
    StoreError,
    UnknownCommitError,
    UnknownVersionError,
)
from penstock.service.store import connecting
from penstock.service.store.held import Change, Held
from penstock.service.store.store import Store
from tests.support.channels.driven import offered_update
from tests.support.channels.safe_machines import PRICE, Stage
from tests.support.channels.stored_stage import BURIAL, StoredStage, stream
from tests.support.engines.postgres import Server, primary, standby_of

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the servers are those of Debian's package")


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    with primary() as server:
        yield server


@pytest.fixture
def server(running: Server) -> Server:
    running.empty()
    return running


class OnPostgres(StoredStage):
    """A stage whose payee has a store on PostgreSQL."""

    server: Server

    def where(self, role: str) -> str | Path:
        return self.server.url if role == "payee" else super().where(role)


def staged(server: Server, folder: Path, chunks: int) -> OnPostgres:
    OnPostgres.server = server
    stage = OnPostgres(BTC_REGTEST, folder)
    stream(stage, chunks)
    return stage


def keys_sent(stage: StoredStage) -> list[int]:
    return [each.state for each in stage.bob.sent if isinstance(each, Key)]


def test_a_stream_and_its_end(server: Server, tmp_path: Path) -> None:
    stage = staged(server, tmp_path, 2)
    stage.restart("payee")
    assert stage.stores["payee"].restored is None
    stage.mine(0)
    stage.connect(1)
    stage.run()
    stage.buy(5)
    assert (stage.a.held, stage.held("payee").state.newest) == (3, 3)
    stage.tell_payer(Finish())
    stage.run()
    assert stage.publish() == []
    stage.mine()
    assert stage.value_of(key_script(stage.a.terms, stage.a.terms.payee.payout)) == stage.base + 3 * PRICE
    assert not stage.errors


def test_any_of_two_workers_answers(server: Server, tmp_path: Path) -> None:
    stage = staged(server, tmp_path, 1)
    drivers = [stage.drivers["payee"], Driver(Store.open(server.url), "payee", stage.machine_of, BURIAL)]
    for driver in drivers:
        driver.handle([(stage.b.channel, Height(stage.ledger.height))])
    lost = 0
    for number, chunk in enumerate((2, 3, 4, 5)):
        driver = drivers[number % 2]
        stage.drivers["payee"] = driver
        stage.ask(chunk)
        for _ in range(4):
            stage.run()
            if stage.a.held < stage.a.newest:  # the other worker was first: she sends it again
                lost += 1
                stage.connect(number)
    assert (stage.a.held, stage.b.newest) == (5, 5)
    assert lost == len(stage.errors) > 0
    assert all(isinstance(error, LostRaceError) for error in stage.errors)


def test_many_workers_keep_to_one_budget(server: Server) -> None:
    stage = Stage(BSV_REGTEST)
    first = Store.open(server.url)
    ids = [bytes([number]) * 32 for number in range(8)]
    for channel in ids:
        first.create(first.claim(BSV_REGTEST.name), replace(stage.b, channel=channel))
    first.limit("payee", BSV_REGTEST.name, 50)

    def sell(channel: bytes) -> int:
        sold = 0
        with Store.open(server.url) as store:
            held = store.load(channel, "payee")
            for bound in range(1, 11):
                (result,) = store.save([Change(held, held.state, bound)])
                if isinstance(result, BudgetError):
                    break
                assert isinstance(result, Held)
                held, sold = result, sold + 1
        return sold

    with ThreadPoolExecutor(len(ids)) as pool:
        sold = list(pool.map(sell, ids))
    assert sum(sold) == 50
    assert server.execute("SELECT most, used FROM budget") == [(50, 50)]


def many(store: Store, count: int) -> list[Held]:
    """Channels, as one store has them."""
    stage = Stage(BSV_REGTEST)
    ids = [bytes([number]) * 32 for number in range(count)]
    return [store.create(store.claim(BSV_REGTEST.name), replace(stage.b, channel=each)) for each in ids]


@pytest.mark.parametrize("has_budget", [False, True])
def test_of_many_channels_those_are_told_that_another_worker_has_saved(server: Server, has_budget: bool) -> None:
    with Store.open(server.url) as store, Store.open(server.url) as other:
        held = many(store, 9)
        if has_budget:
            store.limit("payee", BSV_REGTEST.name, 1_000)
        other.save([Change(held[number], held[number].state, 7, 4, bytes([9]) * 32) for number in (2, 5)])
        results = store.save([Change(each, each.state, 5) for each in reversed(held)])
        lost = [8 - place for place, each in enumerate(results) if isinstance(each, LostRaceError)]
        assert lost == [5, 2]
        again = [store.load(each.channel, "payee") for each in held]
        assert [each.bound for each in again] == [5, 5, 7, 5, 5, 7, 5, 5, 5]
        assert [each.spent for each in again] == [None, None, 4, None, None, 4, None, None, None]
        assert [each.sold_key for each in again] == [bytes([9]) * 32 if n in (2, 5) else None for n in range(9)]
        assert {each.version for each in again} == {2}


def test_workers_with_the_same_channels_never_wait_for_each_other_both(server: Server) -> None:
    """Batches in opposite orders: one of two is first for each channel, and no transaction is ended by the server."""
    with Store.open(server.url) as store:
        held = many(store, 12)

    def save(order: int) -> int:
        won = 0
        with Store.open(server.url) as mine:
            for _ in range(12):
                loaded = [mine.load(each.channel, "payee") for each in held][::order]
                results = mine.save([Change(each, each.state, each.bound + 1) for each in loaded])
                assert all(isinstance(each, Held | LostRaceError) for each in results)
                won += sum(isinstance(each, Held) for each in results)
        return won

    with ThreadPoolExecutor(4) as pool:
        won = sum(pool.map(save, (1, -1, 1, -1)))
    with Store.open(server.url) as store:
        assert sum(store.load(each.channel, "payee").bound for each in held) == won > 0


def test_workers_that_open_at_once_make_one_store(server: Server) -> None:
    with ThreadPoolExecutor(6) as pool:
        stores = list(pool.map(Store.open, [server.url] * 6))
    paths = [store.claim(BSV_REGTEST.name) for store in stores]
    assert sorted(path.counter for path in paths) == list(range(6))
    assert len({path.device for path in paths}) == 1


def test_workers_that_claim_their_first_keys_at_once_have_others_each(server: Server) -> None:
    stores = [Store.open(server.url) for _ in range(6)]
    for network in ("a", "b", "c", "d"):
        with ThreadPoolExecutor(6) as pool:
            claimed = list(pool.map(lambda store: store.claim_many(network, 5), stores))  # noqa: B023 - used at once
        assert sorted(path.counter for paths in claimed for path in paths) == list(range(30))


def test_an_older_worker_is_fenced_off(server: Server, tmp_path: Path) -> None:
    stage = staged(server, tmp_path, 1)
    with Store.open(server.url) as other:
        other.restrict("a test")
    update = offered_update_or_none(stage)
    with pytest.raises(FencedError):
        stage.drivers["payee"].handle([(stage.b.channel, Received(update))])
    assert keys_sent(stage) == [1]


def offered_update_or_none(stage: StoredStage) -> Update:
    """An Update by her, for a chunk that she was sent before."""
    return next(each for each in reversed(stage.alice.sent) if isinstance(each, Update))


# A standby ------------------------------------------------------------------------------------------------------------


@contextmanager
def cancelling(server: Server) -> Iterator[None]:
    """Cancel each commit that waits for the standby, as an operator or a timeout does."""
    ended = Event()

    def cancel() -> None:
        with psycopg.connect(server.url, autocommit=True) as connection:
            while not ended.wait(0.05):
                connection.execute(
                    "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
                ).fetchall()

    thread = Thread(target=cancel)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def test_no_key_is_left_for_a_row_that_a_failover_loses(tmp_path: Path) -> None:
    with primary() as server, standby_of(server) as standby:
        stage = staged(server, tmp_path, 2)
        second = Driver(Store.open(server.url), "payee", stage.machine_of, BURIAL)
        second.handle([(stage.b.channel, Height(stage.ledger.height))])
        update = offered_update(stage, 2)
        standby.stop()
        with cancelling(server):
            with pytest.raises(UnknownCommitError, match="canceling wait for synchronous replication"):
                stage.drivers["payee"].handle([(stage.b.channel, Received(update))])
            assert server.execute("SELECT newest FROM state WHERE newest = 3") == [(3,)], "it is visible, and not safe"
            with pytest.raises(UnknownCommitError):
                second.handle([(stage.b.channel, Received(update))])
        for driver in (stage.drivers["payee"], second):
            with pytest.raises(StoppedError):
                driver.handle([(stage.b.channel, Received(update))])
        assert keys_sent(stage) == [1, 2]
        server.stop()
        standby.start()
        standby.promote()
        OnPostgres.server = standby
        stage.restart("payee")
        assert "a standby was promoted" in str(stage.stores["payee"].restored)
        assert (stage.b.newest, stage.held("payee").close_only) == (2, True)
        stage.mine(0)
        stage.connect(1)
        stage.run()
        assert keys_sent(stage) == [1, 2]
        assert stage.held("payee").state.newest == 3, "an honest payer has given it back"
        stage.stores["payee"].close()
        server.start()  # for its end


def test_a_server_that_is_gone_in_a_commit_stops_the_worker(tmp_path: Path) -> None:
    with primary() as server:
        stage = staged(server, tmp_path, 1)
        update = offered_update(stage, 1)
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
        outcomes = []
        with suppress(StoppedError):
            outcomes = stage.drivers["payee"].handle([(stage.b.channel, Received(update))])
        assert not [each for each in outcomes for action in each.actions if isinstance(action, Send)]
        with pytest.raises(StoppedError):
            stage.drivers["payee"].handle([(stage.b.channel, Received(update))])
        stage.restart("payee")
        stage.mine(0)
        stage.tell_payee(Received(update))
        assert keys_sent(stage) == [1, 2]


# Settings and errors --------------------------------------------------------------------------------------------------


def test_a_role_without_rights_of_its_own_and_with_a_weak_setting(server: Server) -> None:
    server.execute("DROP ROLE IF EXISTS app")
    server.execute("CREATE ROLE app LOGIN")
    server.execute("GRANT ALL ON SCHEMA public TO app")
    server.execute("ALTER ROLE app SET synchronous_commit = off")
    store = Store.open(server.url.replace("penstock@", "app@"))
    assert store.claim(BSV_REGTEST.name).counter == 0
    with store._transactions.reading() as connection:
        setting = connection.exec_driver_sql("SHOW synchronous_commit").scalar_one()
    assert setting == "on"
    store.close()
    server.execute("DROP OWNED BY app")
    server.execute("DROP ROLE app")


def test_a_newer_revision_and_a_server_that_refuses(server: Server) -> None:
    Store.open(server.url).close()
    server.execute("UPDATE alembic_version SET version_num = '77'")
    with pytest.raises(UnknownVersionError, match="77"):
        Store.open(server.url)
    with pytest.raises(StoreError, match="the store cannot be opened"):
        Store.open(server.url.replace("/channels", "/none"))


def test_the_driver_is_named_if_it_is_not_installed(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connecting, "create_engine", lambda *_, **__: __import__("no_such_driver"))
    with pytest.raises(StoreError, match=r"psycopg is not installed: pip install 'penstock\[postgres\]'"):
        Store.open(server.url)
