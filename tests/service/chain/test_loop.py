"""The loop: both sides in stores of their own, told of a real trial chain over HTTP by their loops alone."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from penstock.channel.safe.agreement.chains import BSV_REGTEST, BTC_REGTEST, Network
from penstock.channel.safe.messages.kinds import Key
from penstock.channel.safe.protocol.events import Finish
from penstock.channel.safe.protocol.states import Phase
from penstock.channel.safe.transactions.claim import claim_fee
from penstock.service.chain.alarms import AlarmKind
from tests.support.chain_servers.trial import trial_at
from tests.support.channels.looped import BURIAL, MARGINS, Looped, looped
from tests.support.channels.outputs_of import earned, owed
from tests.support.channels.safe_machines import FILM, PRICE

Story = Callable[[Looped], Awaitable[None]]


@pytest.fixture(params=[BSV_REGTEST, BTC_REGTEST], ids=lambda network: network.name)
def network(request: pytest.FixtureRequest) -> Network:
    found: Network = request.param
    return found


@pytest.fixture
def tell(network: Network, tmp_path: Path) -> Iterator[Callable[[Story], None]]:
    """Run a story with a channel on a trial chain."""
    with trial_at(network) as trial:

        async def told(story: Story) -> None:
            async with looped(network, tmp_path, trial) as channel:
                await story(channel)

        yield lambda story: asyncio.run(told(story))


def phases(channel: Looped) -> tuple[Phase, ...]:
    return tuple(channel.state(each).phase for each in channel.sides)


async def until_finished(channel: Looped, most: int = 12) -> None:
    for _ in range(most):
        if not any(each.loop.open_channels for each in channel.sides):
            return
        await channel.mine()
    raise AssertionError([each.loop.open_channels for each in channel.sides])


def assert_quiet(channel: Looped, *but: AlarmKind) -> None:
    for side in channel.sides:
        assert [each for each in side.alarms if each.kind not in but] == []
        assert side.errors == []


# Endings --------------------------------------------------------------------------------------------------------------


def test_a_settlement(tell: Callable[[Story], None]) -> None:
    async def story(channel: Looped) -> None:
        await channel.stream(3)
        assert {chunk: FILM[100 * chunk :][:100] for chunk in range(3)} == channel.payer.delivered
        await channel.payer.give(channel.channel, Finish())
        await channel.run()
        await channel.mine()
        assert phases(channel) == (Phase.CLOSED, Phase.CLOSED)
        assert [each.loop.open_channels for each in channel.sides] == [1, 1], "it is not buried"
        await channel.mine(BURIAL - 1)
        assert [each.loop.open_channels for each in channel.sides] == [0, 0]
        assert [each.held(channel.channel).bound for each in channel.sides] == [0, 0]
        assert earned(channel) == owed(channel)
        assert owed(channel) > 3 * PRICE - 1
        assert_quiet(channel)

    tell(story)


def test_a_payee_closes_alone_in_time_and_claims(tell: Callable[[Story], None]) -> None:
    async def story(channel: Looped) -> None:
        await channel.stream(2)
        terms = channel.state(channel.payee).terms
        channel.trial.mine(terms.expiry - MARGINS.margin - channel.trial.height - 1)
        await channel.look(channel.payee)
        assert channel.state(channel.payee).phase is Phase.OPEN
        await channel.mine(1, channel.payee)
        assert channel.state(channel.payee).phase is Phase.CLOSING
        await channel.mine(1, channel.payee)
        assert channel.state(channel.payee).phase is Phase.CLOSED
        await until_finished(channel)
        fee = claim_fee(terms, 72)
        assert 0 < owed(channel) - earned(channel) <= fee
        assert_quiet(channel)

    tell(story)


def test_a_payer_learns_the_last_key_from_the_claim(tell: Callable[[Story], None]) -> None:
    async def story(channel: Looped) -> None:
        await channel.stream(1)
        channel.lost = (Key,)
        await channel.buy(1)
        assert channel.state(channel.payer).newest == 2
        assert 1 not in channel.payer.delivered
        terms = channel.state(channel.payee).terms
        channel.trial.mine(terms.expiry - MARGINS.margin - channel.trial.height)
        await channel.look()
        await until_finished(channel)
        assert channel.payer.delivered[1] == FILM[100:200]
        assert_quiet(channel)

    tell(story)


def test_a_payer_alone_takes_the_funding_back(tell: Callable[[Story], None]) -> None:
    async def story(channel: Looped) -> None:
        await channel.stream(0)
        terms = channel.state(channel.payer).terms
        channel.trial.mine(terms.expiry - channel.trial.height)
        await channel.look(channel.payer)
        await until_finished(channel)
        assert channel.state(channel.payer).phase is Phase.CLOSED
        assert earned(channel) == 0
        assert_quiet(channel)

    tell(story)


def test_a_payer_takes_an_unclaimed_payment_back(tell: Callable[[Story], None]) -> None:
    """The payee publishes, and is away from then on. He is told what he has lost when he comes back."""

    async def story(channel: Looped) -> None:
        await channel.stream(2)
        terms = channel.state(channel.payee).terms
        channel.trial.mine(terms.expiry - MARGINS.margin - channel.trial.height)
        await channel.look(channel.payee)
        for _ in range(2 * terms.delay + 10):
            await channel.mine(1, channel.payer)
        assert channel.payer.loop.open_channels == 0
        await until_finished(channel)
        assert earned(channel) == 0
        assert len(channel.payee.told(AlarmKind.LOST)) == 1
        assert "pays nothing to this side" in channel.payee.told(AlarmKind.LOST)[0]

    tell(story)


def test_a_refund_while_money_was_owed_is_told(tell: Callable[[Story], None]) -> None:
    async def story(channel: Looped) -> None:
        await channel.stream(2)
        terms = channel.state(channel.payee).terms
        channel.trial.mine(terms.expiry - channel.trial.height)
        await channel.look(channel.payer)
        await channel.mine(BURIAL, channel.payer)
        await until_finished(channel)
        (text,) = channel.payee.told(AlarmKind.LOST)
        assert f"and {owed(channel):,} satoshis were owed" in text

    tell(story)


# Reorganisations ------------------------------------------------------------------------------------------------------


def test_a_funding_that_is_undone_stops_the_sale(tell: Callable[[Story], None]) -> None:
    async def story(channel: Looped) -> None:
        await channel.stream(1)
        channel.trial.post("/reorganize", depth=5)  # the faucet's coin is in the pool again
        await channel.look(channel.payee)
        await channel.buy(1)
        assert 1 not in channel.payer.delivered, "the funding is not mined"
        await channel.mine(2)
        await channel.connect(1)
        await channel.buy(1)
        assert 1 in channel.payer.delivered
        assert_quiet(channel)

    tell(story)


def test_a_funding_that_was_undone_while_the_payee_was_away(tell: Callable[[Story], None]) -> None:
    """On his disk it is buried. Nothing may be sold before he has asked."""

    async def story(channel: Looped) -> None:
        await channel.stream(1)
        channel.payee.stop()
        channel.trial.post("/reorganize", depth=5, resubmit=False)
        channel.payee.start()
        await channel.look(channel.payee)
        await channel.connect(1)
        await channel.buy(1)
        assert 1 not in channel.payer.delivered
        assert getattr(channel.state(channel.payee), "confirmations", None) is not None

    tell(story)


@pytest.mark.parametrize("resubmit", [True, False])
def test_a_close_that_is_undone_is_published_again(tell: Callable[[Story], None], resubmit: bool) -> None:
    async def story(channel: Looped) -> None:
        await channel.stream(2)
        await channel.payer.give(channel.channel, Finish())
        await channel.run()
        await channel.mine()
        assert phases(channel) == (Phase.CLOSED, Phase.CLOSED)
        channel.trial.post("/reorganize", depth=1, resubmit=resubmit)
        await channel.look()
        assert phases(channel) == (Phase.CLOSING, Phase.CLOSING)
        await until_finished(channel)
        assert phases(channel) == (Phase.CLOSED, Phase.CLOSED)
        assert earned(channel) == owed(channel)
        assert_quiet(channel)

    tell(story)


def test_a_claim_that_is_undone_while_the_payee_was_away(tell: Callable[[Story], None]) -> None:
    async def story(channel: Looped) -> None:
        await channel.stream(2)
        terms = channel.state(channel.payee).terms
        channel.trial.mine(terms.expiry - MARGINS.margin - channel.trial.height)
        await channel.look(channel.payee)
        await channel.mine(2, channel.payee)
        assert earned(channel) > 0, "claimed, and not buried"
        channel.payee.stop()
        channel.trial.post("/reorganize", depth=2, resubmit=False)
        channel.payee.start()
        await channel.look(channel.payee)
        await until_finished(channel)
        assert 0 < owed(channel) - earned(channel) <= claim_fee(terms, 72)
        assert_quiet(channel, AlarmKind.CLOSE_IS_LATE)
        assert "are owed, no close is mined" in channel.payee.told(AlarmKind.CLOSE_IS_LATE)[0], "T is two blocks away"

    tell(story)


@pytest.mark.long
def test_both_start_again_after_each_block_of_a_close(tell: Callable[[Story], None]) -> None:
    """A loop that knows nothing asks the chain for all, and publishes what has to be published."""

    async def story(channel: Looped) -> None:
        await channel.stream(2)
        terms = channel.state(channel.payee).terms
        channel.trial.mine(terms.expiry - MARGINS.margin - channel.trial.height)
        for _ in range(12):
            for each in channel.sides:
                each.restart()
            await channel.look()
            channel.trial.mine()
        assert 0 < owed(channel) - earned(channel) <= claim_fee(terms, 72)
        for each in channel.sides:
            each.restart()
        await channel.look()
        assert [each.loop.open_channels for each in channel.sides] == [0, 0]
        assert_quiet(channel)

    tell(story)


def test_a_channel_that_was_closed_long_ago_is_left(tmp_path: Path) -> None:
    """Its block is deeper than those that are followed: no proof of it can be checked, and none is asked for."""

    async def story(channel: Looped) -> None:
        await channel.stream(1)
        await channel.payer.give(channel.channel, Finish())
        await channel.run()
        await channel.mine(1)
        for _ in range(2):
            channel.trial.mine(2_100)
        for each in channel.sides:
            each.restart()
        await channel.look()
        assert [each.loop.open_channels for each in channel.sides] == [0, 0]
        assert_quiet(channel)

    async def told() -> None:
        with trial_at(BSV_REGTEST) as trial:
            async with looped(BSV_REGTEST, tmp_path, trial) as channel:
                await story(channel)

    asyncio.run(told())


def test_a_channel_below_the_newest_blocks_is_found_after_a_start(tmp_path: Path) -> None:
    """The chain begins at the newest blocks. Headers below them are taken when a transaction is there."""

    async def story(channel: Looped) -> None:
        await channel.stream(2)
        terms = channel.state(channel.payee).terms
        for each in channel.sides:
            each.stop()
        channel.trial.mine(terms.expiry - MARGINS.margin - channel.trial.height)
        for each in channel.sides:
            each.start()
        await channel.look()
        await until_finished(channel)
        assert 0 < owed(channel) - earned(channel) <= claim_fee(terms, 72)
        branch = channel.payee.loop._chain.branch
        assert branch is not None
        assert branch.first < channel.trial.height - 40
        assert_quiet(channel)

    async def told() -> None:
        with trial_at(BSV_REGTEST) as trial:
            async with looped(BSV_REGTEST, tmp_path, trial) as channel:
                await story(channel)

    asyncio.run(told())
