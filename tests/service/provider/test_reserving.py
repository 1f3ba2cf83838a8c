"""The reserve of a provider: coins that are counted, and late closes that they lift."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from penstock.channel.safe.agreement.chains import BTC_REGTEST
from penstock.channel.safe.protocol.events import Finish, Height
from penstock.channel.safe.protocol.states import PayeeState
from penstock.channel.safe.transactions.bumping import close_cost
from penstock.ledger.coins import Coin
from penstock.ledger.fees import FeeRate
from penstock.service.errors import SourceError
from penstock.service.provider.reserving import PATIENCE, Reserving, reserving_of, script_of
from penstock.service.provider.selling import Selling
from penstock.service.seed.wallet import Wallet
from penstock.tx.transaction import OutPoint, TxOut
from tests.support.channels.safe_machines import MARGINS
from tests.support.channels.stored_stage import StoredStage, streaming

RATE = FeeRate(40_000)
WALLET = Wallet(bytes(32))
KEY = WALLET.reserve_key(BTC_REGTEST.name)
SCRIPT = script_of(KEY, BTC_REGTEST)


class Told:
    """A source that tells coins; None while it is away."""

    def __init__(self) -> None:
        self.found: list[Coin] | None = []

    async def coins(self, script: bytes) -> Sequence[Coin]:
        if self.found is None:
            raise SourceError("away")
        return self.found if script == SCRIPT else []


def coin(value: int, number: int = 0, script: bytes = SCRIPT) -> Coin:
    return Coin(OutPoint(bytes([number]) * 32, 0), TxOut(value, script))


def reserving(source: Told, closes: int = 5) -> Reserving:
    found = reserving_of(Selling.usual(BTC_REGTEST), WALLET, [source], closes, RATE)
    assert found is not None
    return found


def closing(stage: StoredStage) -> int:
    """Let the payee publish his newest payment; return the height."""
    height = stage.a.terms.expiry - MARGINS.margin
    stage.tell_payee(Height(height))
    assert stage.bob.published
    return height


def test_none_is_kept_unless_it_is_asked_for() -> None:
    assert reserving_of(Selling.usual(BTC_REGTEST), WALLET, [], 0, RATE) is None
    with pytest.raises(SourceError, match="no source can tell"):
        reserving_of(Selling.usual(BTC_REGTEST), WALLET, [object()], 1, RATE)


def test_coins_are_counted_for_the_open_channels_and_one_more(tmp_path: Path) -> None:
    stage, source = streaming(BTC_REGTEST, tmp_path, 1), Told()
    found, terms = reserving(source), [stage.b.terms]
    assert found.lacking == found.lacking_for_more == "no source has told the coins of the reserve"
    assert asyncio.run(found.count(terms))
    assert found.lacking is not None
    assert found.address in found.lacking
    source.found = [coin(close_cost(stage.b.terms, RATE)), coin(10_000_000, 1, b"\x51")]
    assert asyncio.run(found.count(terms))
    assert found.lacking is None, "one coin for one channel"
    assert found.lacking_for_more is not None
    assert "of 2 coins" in found.lacking_for_more
    source.found = None
    assert not asyncio.run(found.count(terms))
    assert found.lacking is None, "those of before count while the source is away"


def test_a_close_that_is_not_mined_is_lifted_once_a_block(tmp_path: Path) -> None:
    stage, source = streaming(BTC_REGTEST, tmp_path, 2), Told()
    cost = close_cost(stage.b.terms, RATE)
    script_coin = Coin(stage.ledger.fund(SCRIPT, cost).outpoint, TxOut(cost, SCRIPT))
    source.found = [coin(cost - 1, 1), script_coin, coin(cost * 9, 2)]
    found = reserving(source)
    asyncio.run(found.count([stage.b.terms]))
    assert found.bumps([stage.b], 1) == [], "it is open"
    height = closing(stage)
    for later in range(PATIENCE):
        assert found.bumps([stage.b], height + later) == []
    ((channel, bump),) = found.bumps([stage.b], height + PATIENCE)
    assert (channel, bump.coins, bump.rate) == (stage.b.channel, (script_coin,), RATE), "the smallest that is enough"
    assert found.bumps([stage.b], height + PATIENCE) == [], "this block was told"
    ((_, again),) = found.bumps([stage.b], height + PATIENCE + 1)
    assert again.coins == bump.coins, "the same coin again: another one is for another close"
    stage.ledger.mine(101)
    stage.bob.published.clear()
    stage.tell_payee(bump)
    paid, claim = stage.bob.published
    assert claim.inputs[0].outpoint == OutPoint(paid.txid, 0)
    assert claim.inputs[1].outpoint == script_coin.outpoint
    assert stage.publish() == []


def test_each_close_has_a_coin_of_its_own(tmp_path: Path) -> None:
    """The third finds none, and waits for one."""
    stage, source = streaming(BTC_REGTEST, tmp_path, 2), Told()
    cost = close_cost(stage.b.terms, RATE)
    source.found = [coin(cost, 1), coin(cost, 2)]
    found, height = reserving(source), closing(stage)
    states = [stage.b, *(replace(stage.b, channel=bytes([number]) * 32) for number in (1, 2))]
    asyncio.run(found.count([each.terms for each in states]))
    found.bumps(states, height)
    bumps = found.bumps(states, height + PATIENCE)
    assert len({bump.coins for _, bump in bumps}) == len(bumps) == 2
    source.found = [coin(cost, 1), coin(cost, 2), coin(cost, 3)]
    asyncio.run(found.count([each.terms for each in states]))
    assert len(found.bumps(states, height + PATIENCE)) == 1


def test_processes_that_see_other_closes_choose_the_same_coin_for_one(tmp_path: Path) -> None:
    """One sees all closes, the others one each: a coin that two of them take would lift one close alone."""
    stage, source = streaming(BTC_REGTEST, tmp_path, 2), Told()
    cost, height = close_cost(stage.b.terms, RATE), closing(stage)
    states = [replace(stage.b, channel=bytes([number]) * 32) for number in range(3)]
    source.found = [coin(cost, number) for number in range(40)]

    def chosen(seen: Sequence[PayeeState]) -> dict[bytes, Coin]:
        found = reserving(source)
        asyncio.run(found.count([each.terms for each in seen]))
        found.bumps(seen, height)
        return {channel: bump.coins[0] for channel, bump in found.bumps(seen, height + PATIENCE)}

    of_all = chosen(states)
    assert len(set(of_all.values())) == len(states)
    assert all(chosen([state]) == {state.channel: of_all[state.channel]} for state in states)


def test_a_settlement_is_not_lifted(tmp_path: Path) -> None:
    stage, source = streaming(BTC_REGTEST, tmp_path, 2), Told()
    source.found = [coin(10_000_000)]
    found = reserving(source)
    asyncio.run(found.count([stage.b.terms]))
    stage.tell_payer(Finish())
    stage.run()
    assert all(found.bumps([stage.b], height) == [] for height in range(10))
