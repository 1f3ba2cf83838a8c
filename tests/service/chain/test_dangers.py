"""Dangers of a channel that are told: ends that are late, or wrong."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from penstock.channel.safe.agreement.chains import BSV_REGTEST, BTC_REGTEST, Network
from penstock.channel.safe.protocol.states import PayeeState, PayerState
from penstock.channel.safe.transactions.outputs import State
from penstock.service.chain.alarms import AlarmKind
from penstock.service.chain.dangers import dangers
from penstock.service.chain.facts import Facts
from penstock.service.chain.inclusion import Inclusion, MinedTransaction
from tests.support.chain_servers.trial import trial_at
from tests.support.channels.looped import MARGINS, looped
from tests.support.channels.moody import Moody, MoodyLooped
from tests.support.channels.safe_machines import PRICE


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


# Dangers --------------------------------------------------------------------------------------------------------------


def test_an_older_payment_is_told(tell: Tell) -> None:
    """A payee that was restored publishes an older payment than the newest: both are told."""

    async def story(channel: MoodyLooped) -> None:
        await channel.stream(2)
        terms = channel.state(channel.payee).terms
        channel.trial.mine(terms.expiry - MARGINS.margin - channel.trial.height)
        await channel.look()
        await channel.mine(1)
        payee, payer = channel.state(channel.payee), channel.state(channel.payer)
        assert isinstance(payee, PayeeState)
        assert isinstance(payer, PayerState)
        assert payee.mined is not None
        assert payee.best is not None
        mined = MinedTransaction(channel.moody.published[0], channel.trial.height, Inclusion(0, ()))
        facts = Facts(mined, mined)
        found = [each.kind for each in dangers(payee, facts, channel.trial.height, MARGINS)]
        assert found == []
        newer = replace(payee.best, state=replace(payee.best.state, index=3, amount=payee.best.state.amount + PRICE))
        (alarm,) = dangers(replace(payee, best=newer), facts, channel.trial.height, MARGINS)
        assert alarm.kind is AlarmKind.STALE_PAYMENT
        assert f"and {newer.state.amount:,} are owed" in alarm.text
        older = replace(payee.mined, state=State(1, payee.mined.state.amount, payee.mined.state.digest))
        (alarm,) = dangers(replace(payer, mined=older), facts, channel.trial.height, MARGINS)
        assert alarm.kind is AlarmKind.STALE_PAYMENT

    tell(story)


def test_claims_and_refunds_that_are_late_are_told(tell: Tell) -> None:
    async def story(channel: MoodyLooped) -> None:
        await channel.stream(2)
        terms = channel.state(channel.payee).terms
        channel.trial.mine(terms.expiry - MARGINS.margin - channel.trial.height)
        await channel.look(channel.payee)
        channel.moody.swallows = True
        for _ in range(2 * terms.delay + 8):
            await channel.mine(1, channel.payee)
        (text,) = channel.payee.told(AlarmKind.CLAIM_IS_LATE)
        assert "is not mined; the payer may take them from block" in text

    tell(story)


def test_a_refund_that_is_late_is_told(tell: Tell) -> None:
    async def story(channel: MoodyLooped) -> None:
        await channel.stream(0)
        terms = channel.state(channel.payer).terms
        assert isinstance(channel.payer.sources[0], Moody)
        channel.payer.sources[0].swallows = True
        channel.trial.mine(terms.expiry + MARGINS.margin - channel.trial.height)
        await channel.look(channel.payer)
        (text,) = channel.payer.told(AlarmKind.REFUND_IS_LATE)
        assert "can be taken back since block" in text

    tell(story)
