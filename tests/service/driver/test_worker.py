"""The worker: many threads hand inputs in, and each gets its outcome once its state is on disk."""

from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import Connection

from penstock.channel.safe.agreement.chains import BSV_REGTEST
from penstock.channel.safe.messages.kinds import Key, Update
from penstock.channel.safe.messages.wire import from_wire
from penstock.channel.safe.protocol.events import Finish, Height, Received, Send
from penstock.service.driver.driver import Driver
from penstock.service.driver.inputs import Outcome
from penstock.service.driver.worker import Worker
from penstock.service.errors import StoppedError, UnknownChannelError, UnknownCommitError
from penstock.service.store.store import Store
from tests.support.channels.safe_machines import MARGINS
from tests.support.channels.stored_stage import BURIAL, StoredStage, streaming


def stream(folder: Path) -> tuple[StoredStage, Update]:
    """A stream, and an Update that the payee has not got yet."""
    stage = streaming(BSV_REGTEST, folder, 1)
    stage.ask(3)
    stage.tell_payee(Received(from_wire(stage.to_payee.popleft())))
    stage.tell_payer(Received(from_wire(stage.to_payer.popleft())))
    update = from_wire(stage.to_payee.popleft())
    assert isinstance(update, Update)
    return stage, update


def test_an_outcome_comes_once_its_state_is_on_disk(tmp_path: Path) -> None:
    stage, update = stream(tmp_path)
    with Worker(stage.drivers["payee"]) as worker:
        outcome = worker.submit(stage.b.channel, Received(update)).result(10)
        assert stage.held("payee").state.newest == 2
    (sent,) = outcome.actions
    assert isinstance(sent, Send)
    assert isinstance(sent.message, Key)


def test_inputs_that_come_meanwhile_are_one_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many channels, one commit."""
    store = Store.open(tmp_path / "many.db", create=True)
    stage = StoredStage(BSV_REGTEST, tmp_path)
    driver = Driver(store, "payer", stage.machine_of, BURIAL)
    channels = [
        driver.opened(
            store.claim(BSV_REGTEST.name), stage.payer.open(stage.offer, 90_000 + each, 700, MARGINS, 100)
        ).channel
        for each in range(20)
    ]
    commits: list[int] = []
    entered, go_on = Event(), Event()
    original = Driver.handle

    def slow(self: Driver, inputs: list[object]) -> list[Outcome]:
        commits.append(len(inputs))
        entered.set()
        go_on.wait(10)
        return original(self, inputs)  # type: ignore[arg-type] # handed on

    monkeypatch.setattr(Driver, "handle", slow)
    with Worker(driver, most=15) as worker, ThreadPoolExecutor(8) as pool:
        first = worker.submit(channels[0], Height(101))
        assert entered.wait(10)
        futures = list(pool.map(lambda channel: worker.submit(channel, Height(102)), channels))
        go_on.set()
        assert [future.result(10).channel for future in futures] == channels
        assert first.result(10).error is None
    assert commits == [1, 15, 5]


def test_a_worker_takes_what_waits_before_it_ends(tmp_path: Path) -> None:
    stage, update = stream(tmp_path)
    with Worker(stage.drivers["payee"]) as worker:
        futures = [worker.submit(stage.b.channel, Received(update)) for _ in range(5)]
    assert all(future.result(0).error is None for future in futures)
    with pytest.raises(StoppedError, match="the worker was ended"):
        worker.submit(stage.b.channel, Finish()).result(0)


def test_a_commit_that_is_not_known_stops_all_that_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stage, update = stream(tmp_path)

    def fail(_: Connection) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Connection, "commit", fail)
    with Worker(stage.drivers["payee"], most=1) as worker:
        futures = [worker.submit(stage.b.channel, Received(update)) for _ in range(3)]
        with pytest.raises(UnknownCommitError):
            futures[0].result(10)
        for future in futures[1:]:
            with pytest.raises(StoppedError):
                future.result(10)
        with pytest.raises(StoppedError):
            worker.submit(stage.b.channel, Finish()).result(10)


def test_an_input_that_was_cancelled_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stage, update = stream(tmp_path)
    go_on = Event()
    original = Driver.handle
    taken: list[int] = []

    def slow(self: Driver, inputs: list[object]) -> list[Outcome]:
        taken.append(len(inputs))
        go_on.wait(10)
        return original(self, inputs)  # type: ignore[arg-type] # handed on

    monkeypatch.setattr(Driver, "handle", slow)
    with Worker(stage.drivers["payee"], most=1) as worker:
        first: Future[Outcome] = worker.submit(stage.b.channel, Finish())
        second = worker.submit(stage.b.channel, Received(update))
        while not first.running():
            pass
        assert second.cancel()
        go_on.set()
    assert first.result(0).error is None
    assert taken == [1, 0]
    assert stage.held("payee").state.newest == 1


def test_a_call_runs_in_the_thread_of_the_driver(tmp_path: Path) -> None:
    stage, update = stream(tmp_path)
    with Worker(stage.drivers["payee"]) as worker:
        state = worker.call(lambda driver: driver.state(stage.b.channel)).result(10)
        worker.submit(stage.b.channel, Received(update)).result(10)
        later = worker.call(lambda driver: driver.state(stage.b.channel)).result(10)
    assert (state.newest, later.newest) == (1, 2)


def test_an_error_of_a_call_is_the_caller_s_and_the_worker_goes_on(tmp_path: Path) -> None:
    stage, update = stream(tmp_path)
    with Worker(stage.drivers["payee"]) as worker:
        with pytest.raises(UnknownChannelError):
            worker.call(lambda driver: driver.state(bytes(32))).result(10)
        assert worker.submit(stage.b.channel, Received(update)).result(10).error is None


def test_a_call_that_stops_the_driver_stops_the_worker(tmp_path: Path) -> None:
    def stopped(_: Driver) -> None:
        raise StoppedError("fenced")

    stage, update = stream(tmp_path)
    with Worker(stage.drivers["payee"]) as worker:
        with pytest.raises(StoppedError, match="fenced"):
            worker.call(stopped).result(10)
        with pytest.raises(StoppedError, match="fenced"):
            worker.submit(stage.b.channel, Received(update)).result(10)
        with pytest.raises(StoppedError, match="fenced"):
            worker.call(stopped).result(10)
