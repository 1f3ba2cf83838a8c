"""Turns of a loop: inputs of many tasks are one batch of the worker, and each task gets its own outcome."""

import asyncio
from pathlib import Path

import pytest

from penstock.channel.safe.agreement.chains import BSV_REGTEST
from penstock.channel.safe.protocol.events import Finish, Height
from penstock.service.driver.driver import Driver
from penstock.service.driver.inputs import Outcome
from penstock.service.driver.turns import Turns
from penstock.service.driver.worker import Worker
from penstock.service.errors import StoppedError, UnknownChannelError
from penstock.service.store.store import Store
from tests.support.channels.safe_machines import MARGINS
from tests.support.channels.stored_stage import BURIAL, StoredStage


@pytest.fixture
def many(tmp_path: Path) -> tuple[Driver, list[bytes]]:
    """A driver with twenty channels."""
    store = Store.open(tmp_path / "many.db", create=True)
    stage = StoredStage(BSV_REGTEST, tmp_path)
    driver = Driver(store, "payer", stage.machine_of, BURIAL)
    opened = [stage.payer.open(stage.offer, 90_000 + each, 700, MARGINS, 100) for each in range(20)]
    return driver, [driver.opened(store.claim(BSV_REGTEST.name), each).channel for each in opened]


def test_inputs_of_one_turn_are_one_batch(many: tuple[Driver, list[bytes]], monkeypatch: pytest.MonkeyPatch) -> None:
    driver, channels = many
    batches: list[int] = []
    original = Driver.handle

    def counted(self: Driver, inputs: list[object]) -> list[Outcome]:
        batches.append(len(inputs))
        return original(self, inputs)  # type: ignore[arg-type] # the same inputs

    monkeypatch.setattr(Driver, "handle", counted)

    async def run() -> list[Outcome]:
        turns = Turns(worker)

        async def told(channel: bytes) -> Outcome:
            return await turns.submit(channel, Height(101))

        first = await asyncio.gather(*map(told, channels))
        return [*first, await told(channels[0])]

    with Worker(driver) as worker:
        outcomes = asyncio.run(run())
    assert batches == [20, 1]
    assert [each.channel for each in outcomes] == [*channels, channels[0]]


def test_an_error_of_one_is_not_that_of_others(many: tuple[Driver, list[bytes]]) -> None:
    driver, channels = many

    async def run() -> list[Outcome]:
        turns = Turns(worker)
        return [await each for each in (turns.submit(bytes(32), Finish()), turns.submit(channels[1], Height(101)))]

    with Worker(driver) as worker:
        wrong, right = asyncio.run(run())
    assert isinstance(wrong.error, UnknownChannelError)
    assert right.error is None
    assert driver.state(channels[1]).height == 101


def test_a_task_that_was_cancelled_holds_no_other_up(many: tuple[Driver, list[bytes]]) -> None:
    driver, channels = many

    async def run() -> Outcome:
        turns = Turns(worker)
        first, second = turns.submit(channels[0], Height(101)), turns.submit(channels[1], Height(101))
        first.cancel()
        return await second

    with Worker(driver) as worker:
        assert asyncio.run(run()).error is None


def test_all_get_the_error_of_a_worker_that_has_ended(many: tuple[Driver, list[bytes]]) -> None:
    driver, channels = many

    async def run() -> list[object]:
        turns = Turns(worker)
        return await asyncio.gather(*(turns.submit(each, Height(101)) for each in channels[:3]), return_exceptions=True)

    with Worker(driver) as worker:
        pass
    assert [type(each) for each in asyncio.run(run())] == [StoppedError] * 3


def test_a_loop_that_has_ended_is_not_called(many: tuple[Driver, list[bytes]]) -> None:
    """The outcome comes after the end of the loop that has asked for it: the worker goes on."""
    driver, channels = many

    async def leave() -> None:
        Turns(worker).submit(channels[0], Height(101))
        await asyncio.sleep(0)

    with Worker(driver) as worker:
        asyncio.run(leave())
        assert worker.submit(channels[1], Height(101)).result(10).error is None
