"""The loop when things go wrong: servers that fail and lie, blocks that stay away, other workers, damaged rows."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from penstock.channel.safe.agreement.chains import BSV_REGTEST, BTC_REGTEST, Network
from penstock.channel.safe.protocol.events import Finish
from penstock.channel.safe.protocol.states import Phase
from penstock.service.chain.alarms import AlarmKind
from penstock.service.chain.esplora import EsploraSource
from penstock.service.errors import FencedError
from penstock.service.store.held import Change
from penstock.service.store.store import Store
from tests.support.chain_servers.trial import trial_at
from tests.support.channels.looped import MARGINS, SETTINGS, Looped, LoopedSide, looped
from tests.support.channels.moody import Clock, MoodyLooped
from tests.support.channels.stored_stage import rows_of


@pytest.fixture(params=[BSV_REGTEST, BTC_REGTEST], ids=lambda network: network.name)
def network(request: pytest.FixtureRequest) -> Network:
    found: Network = request.param
    return found


@pytest.fixture
def tell(network: Network, tmp_path: Path) -> Iterator[Callable[[Callable[[MoodyLooped], Awaitable[None]]], None]]:
    """Run a story with a channel on a trial chain."""
    with trial_at(network) as trial:

        async def told(story: Callable[[MoodyLooped], Awaitable[None]]) -> None:
            async with looped(network, tmp_path, trial, kind=MoodyLooped) as channel:
                assert isinstance(channel, MoodyLooped)
                await story(channel)

        yield lambda story: asyncio.run(told(story))


Tell = Callable[[Callable[[MoodyLooped], Awaitable[None]]], None]


async def may_buy(channel: Looped, chunk: int) -> bool:
    await channel.connect(chunk)
    await channel.buy(chunk)
    return chunk in channel.payer.delivered


def with_clock(side: LoopedSide, patience: float) -> Clock:
    """Start a side again with a clock of the test's."""
    side.clock, side.settings = Clock(), replace(SETTINGS, patience=patience)
    side.restart()
    return side.clock


# Blocks that stay away ------------------------------------------------------------------------------------------------


def test_nothing_is_sold_while_no_block_comes(tell: Tell) -> None:
    async def story(channel: MoodyLooped) -> None:
        await channel.stream(1)
        clock = with_clock(channel.payee, 100)
        await channel.look(channel.payee)
        clock.seconds = 100
        await channel.look(channel.payee)
        assert await may_buy(channel, 1)
        clock.seconds = 101
        for _ in range(3):
            await channel.look(channel.payee)
        assert not await may_buy(channel, 2)
        assert channel.payee.loop.is_stalled
        assert channel.payee.told(AlarmKind.NO_BLOCK) == ["no new block has come for 100 seconds: nothing is sold"]
        await channel.mine()
        assert not channel.payee.loop.is_stalled
        assert await may_buy(channel, 2)

    tell(story)


def test_an_old_block_at_the_start_is_not_a_new_one(tell: Tell) -> None:
    """A server that shows blocks of yesterday to a payee that was away: the times in their headers tell that."""

    async def story(channel: MoodyLooped) -> None:
        await channel.stream(1)
        channel.payee.clock, channel.payee.settings = Clock(1 << 33), replace(SETTINGS, patience=7_200)
        channel.payee.restart()
        await channel.look(channel.payee)
        assert not await may_buy(channel, 1)
        assert channel.payee.told(AlarmKind.NO_BLOCK)

    tell(story)


def test_it_closes_in_time_though_it_is_stalled(tell: Tell) -> None:
    async def story(channel: MoodyLooped) -> None:
        await channel.stream(1)
        terms = channel.state(channel.payee).terms
        channel.trial.mine(terms.expiry - MARGINS.margin - channel.trial.height)
        channel.payee.clock, channel.payee.settings = Clock(1 << 33), replace(SETTINGS, patience=7_200)
        channel.payee.restart()
        await channel.look(channel.payee)
        assert channel.payee.loop.is_stalled
        channel.trial.mine()
        assert channel.trial.asked("/")[1]["waiting"] == 0
        await channel.look(channel.payee)
        assert channel.state(channel.payee).phase is Phase.CLOSED

    tell(story)


# Servers --------------------------------------------------------------------------------------------------------------


def test_a_source_that_fails_is_told_once_each_time(tell: Tell) -> None:
    async def story(channel: MoodyLooped) -> None:
        await channel.stream(1)
        for _ in range(2):
            channel.moody.is_silent = True
            for _ in range(3):
                await channel.look(channel.payee)
            channel.moody.is_silent = False
            await channel.mine()
        assert channel.payee.told(AlarmKind.SOURCE_FAILS) == [f"{channel.moody.name} is silent"] * 2
        assert len(channel.payee.told(AlarmKind.NO_SOURCE)) == 2
        assert await may_buy(channel, 1)

    tell(story)


def test_nothing_is_sold_before_the_funding_is_seen_again(tell: Tell) -> None:
    """After a start the funding on disk is believed no more until a source shows it."""

    async def story(channel: MoodyLooped) -> None:
        await channel.stream(1)
        channel.payee.restart()
        channel.moody.finds_nothing = True
        for _ in range(3):
            await channel.look(channel.payee)
            assert not await may_buy(channel, 1)
            channel.trial.mine()
        channel.moody.finds_nothing = False
        await channel.look(channel.payee)
        assert await may_buy(channel, 1)

    tell(story)


def test_nothing_is_sold_when_the_block_of_the_funding_was_undone_and_no_source_answers(tell: Tell) -> None:
    """The headers show that the block is gone. Whether the funding is in another one is not known."""

    async def story(channel: MoodyLooped) -> None:
        await channel.stream(1)
        channel.moody.finds_nothing = True
        await channel.mine(2, channel.payee)
        assert await may_buy(channel, 1), "its block is in the branch"
        channel.trial.post("/reorganize", depth=8, resubmit=False)
        for _ in range(2):
            await channel.look(channel.payee)
            assert not await may_buy(channel, 2)
        channel.moody.finds_nothing = False
        await channel.look(channel.payee)
        assert not await may_buy(channel, 2), "it is not mined"

    tell(story)


def test_a_close_is_published_though_no_source_finds_anything(tell: Tell) -> None:
    async def story(channel: MoodyLooped) -> None:
        await channel.stream(1)
        channel.moody.finds_nothing = True
        terms = channel.state(channel.payee).terms
        channel.trial.mine(terms.expiry - MARGINS.margin - channel.trial.height)
        await channel.look(channel.payee)
        assert channel.trial.asked("/")[1]["waiting"] == 1

    tell(story)


def test_a_single_source_of_two_is_told(tell: Tell) -> None:
    async def story(channel: MoodyLooped) -> None:
        second = EsploraSource("http://127.0.0.1:9")
        channel.payee.sources.append(second)
        await channel.stream(1)
        assert len(channel.payee.told(AlarmKind.ONE_SOURCE)) == 1
        assert len(set(channel.payee.told(AlarmKind.SOURCE_FAILS))) == 1
        assert not channel.payee.errors

    tell(story)


def test_a_transaction_that_was_swallowed_is_published_with_each_block(tell: Tell) -> None:
    async def story(channel: MoodyLooped) -> None:
        await channel.stream(2)
        channel.moody.swallows = True
        await channel.payer.give(channel.channel, Finish())
        await channel.run()
        for _ in range(3):
            await channel.look(channel.payee)
        assert len(channel.moody.published) == 1, "with new blocks alone"
        await channel.mine(2)
        assert len(channel.moody.published) == 3
        channel.moody.swallows = False
        await channel.mine(2)
        assert channel.state(channel.payee).phase is Phase.CLOSED
        count = len(channel.moody.published)
        await channel.mine(1)
        assert len(channel.moody.published) == count, "it is mined"
        assert channel.payee.alarms == []

    tell(story)


def test_a_refusal_is_told_once_and_tried_with_each_look(tell: Tell) -> None:
    async def story(channel: MoodyLooped) -> None:
        await channel.stream(2)
        channel.moody.refusal = "mempool is full"
        await channel.payer.give(channel.channel, Finish())
        await channel.run()
        for _ in range(3):
            await channel.look(channel.payee)
        await channel.mine(1)
        assert len(channel.moody.published) == 5
        (text,) = channel.payee.told(AlarmKind.NOT_TAKEN)
        assert text.endswith(f"was not taken: {channel.moody.name}: mempool is full")
        channel.moody.refusal = None
        await channel.look(channel.payee)
        await channel.mine(1)
        assert channel.state(channel.payee).phase is Phase.CLOSED

    tell(story)


def test_an_alarm_that_cannot_be_told_ends_nothing(tell: Tell) -> None:
    async def story(channel: MoodyLooped) -> None:
        await channel.stream(1)

        def broken(_: object) -> None:
            raise OSError("the pager is full")

        channel.payee.loop._alarms._tell = broken
        channel.moody.height_fault = ZeroDivisionError("a fault")
        running = asyncio.ensure_future(channel.payee.loop.run())
        await asyncio.sleep(0.3)
        assert not running.done()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    tell(story)


# Other workers --------------------------------------------------------------------------------------------------------


def test_a_worker_that_was_replaced_ends_the_loop(tell: Tell) -> None:
    async def story(channel: MoodyLooped) -> None:
        await channel.stream(1)
        with Store.open(channel.payee.file) as other:
            other.restrict("another server has taken over")
        terms = channel.state(channel.payee).terms
        channel.trial.mine(terms.expiry - MARGINS.margin - channel.trial.height)
        with pytest.raises(FencedError):
            await asyncio.wait_for(channel.payee.loop.run(), 20)
        assert channel.moody.published == [], "the one that took over publishes"

    tell(story)


def test_an_event_that_lost_a_race_is_told_again(tell: Tell) -> None:
    async def story(channel: MoodyLooped) -> None:
        await channel.stream(2)
        await channel.payer.give(channel.channel, Finish())
        await channel.run()
        with Store.open(channel.payee.file) as other:
            held = other.load(channel.channel, "payee")
            (saved,) = other.save([Change(held, held.state, held.bound, held.spent)])
            assert not isinstance(saved, Exception)
        await channel.mine(3)
        assert channel.state(channel.payee).phase is Phase.CLOSED
        assert channel.payee.loop.open_channels == 0
        assert channel.payee.alarms == []

    tell(story)


def test_a_close_that_an_operator_wants_is_noticed(tell: Tell) -> None:
    """`penstock channel close` is another program; the server has the channel in its memory."""

    async def story(channel: MoodyLooped) -> None:
        await channel.stream(2)
        await channel.look(channel.payee)
        with Store.open(channel.payee.file) as other:
            assert other.force_close([channel.channel]) == 1
        await channel.mine(1, channel.payee)
        await channel.mine(1, channel.payee)
        assert channel.state(channel.payee).phase is Phase.CLOSED
        assert channel.payee.alarms == []

    tell(story)


def test_a_channel_that_an_operator_trusts_again_sells(tell: Tell) -> None:
    """`penstock channel trust` beside a server that runs."""

    async def story(channel: MoodyLooped) -> None:
        await channel.stream(1)
        channel.payee.stop()
        with Store.open(channel.payee.file) as store:
            store.restrict("put back from a copy")
        channel.payee.start()
        await channel.look(channel.payee)
        assert not await may_buy(channel, 1)
        with Store.open(channel.payee.file) as other:
            other.trust()
        await channel.mine(1, channel.payee)
        assert await may_buy(channel, 1)

    tell(story)


def test_a_damaged_row_is_told_and_the_others_go_on(tell: Tell) -> None:
    async def story(channel: MoodyLooped) -> None:
        await channel.stream(1)
        first = channel.channel
        await channel.stream(1)
        channel.payee.stop()
        number = rows_of(channel.payee.file, "SELECT number FROM channel WHERE id = ?", first)[0][0]
        rows_of(channel.payee.file, "UPDATE state SET data = x'00' WHERE channel = ?", number)
        channel.payee.start()
        await channel.look(channel.payee)
        assert [each.channel for each in channel.payee.alarms] == [first]
        assert channel.payee.alarms[0].kind is AlarmKind.CHANNEL_FAILS
        assert await may_buy(channel, 1)

    tell(story)


def test_an_error_of_this_program_is_told_and_the_loop_goes_on(tell: Tell, caplog: pytest.LogCaptureFixture) -> None:
    async def story(channel: MoodyLooped) -> None:
        await channel.stream(1)
        channel.moody.fault = ZeroDivisionError("a fault")
        await channel.mine()
        assert channel.payee.told(AlarmKind.UNEXPECTED) == ["ZeroDivisionError: a fault"]
        assert "Traceback" in caplog.text
        running = asyncio.ensure_future(channel.payee.loop.run())
        channel.moody.height_fault = ZeroDivisionError("another fault")
        await asyncio.sleep(0.5)
        assert not running.done()
        assert channel.payee.told(AlarmKind.UNEXPECTED)[1:] == ["ZeroDivisionError: another fault"]
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        channel.moody.fault = channel.moody.height_fault = None
        await channel.look(channel.payee)
        assert await may_buy(channel, 1)

    tell(story)
