"""The reserve of the payee: without coins for many closes at once no channel is accepted and nothing is sold."""

from dataclasses import replace
from pathlib import Path

import pytest

from penstock.channel.safe.agreement.chains import BSV_REGTEST, BTC_REGTEST, Network
from penstock.channel.safe.messages.kinds import Error
from penstock.channel.safe.protocol.events import Bump, Finish, Height, Refuse
from penstock.channel.safe.protocol.states import Phase
from penstock.channel.safe.transactions.bumping import close_cost
from penstock.channel.safe.transactions.outputs import key_script
from penstock.ledger.coins import Coin
from penstock.ledger.fees import FeeRate
from penstock.service.driver.reserve import Reserve
from penstock.service.errors import LostRaceError, ReserveError
from penstock.testing import key
from penstock.tx.transaction import OutPoint, TxOut
from tests.support.channels.safe_machines import MARGINS, PRICE, own_keys
from tests.support.channels.stored_stage import StoredStage, rows_of, streaming

RATE = FeeRate(40_000)
OWN = key("reserve").private


def with_reserve(folder: Path, closes: int, coins: list[int], network: Network = BTC_REGTEST) -> StoredStage:
    """A stage in the middle of a stream; the coins that are held back may change afterwards."""
    stage = streaming(network, folder, 2)
    stage.reserves[network.name] = Reserve(closes, RATE, lambda: coins)
    return stage


def cost(stage: StoredStage) -> int:
    return close_cost(stage.a.terms, RATE)


def test_nothing_is_sold_without_the_coins(tmp_path: Path) -> None:
    coins: list[int] = []
    stage = with_reserve(tmp_path, 5, coins)
    stage.mine()
    stage.buy(2)
    error = stage.errors.pop()
    assert isinstance(error, ReserveError)
    assert str(error) == (
        "the reserve lacks 1 of 1 coins: to close at 40,000 satoshis per 1,000 bytes hold back a mined coin of"
        f" {cost(stage):,} satoshis for each close"
    )
    told = stage.bob.sent[-1]
    assert isinstance(told, Error)
    assert told.text == "this side sells or buys no more now"
    coins.append(cost(stage) - 1)
    stage.mine()
    stage.buy(2)
    assert isinstance(stage.errors.pop(), ReserveError)
    coins.append(cost(stage))
    stage.mine()
    stage.buy(2)
    assert (stage.b.newest, stage.errors) == (3, [])


def test_a_close_goes_on_without_the_coins(tmp_path: Path) -> None:
    stage = with_reserve(tmp_path, 1, [])
    stage.mine()
    stage.tell_payer(Finish())
    stage.run()
    assert stage.publish() == []
    stage.mine()
    assert (stage.b.phase, stage.errors) == (Phase.CLOSED, [])


def test_no_channel_more_is_accepted_than_coins_are_held_back(tmp_path: Path) -> None:
    coins: list[int] = []
    stage = with_reserve(tmp_path, 2, coins)
    coins += [cost(stage)]
    stage.mine()
    stage.buy(2)
    path = stage.stores["payee"].claim(BTC_REGTEST.name)
    other = replace(stage.b, channel=bytes(32), terms=replace(stage.b.terms, payee=own_keys("another").public))
    with pytest.raises(ReserveError, match="lacks 1 of 2 coins"):
        stage.drivers["payee"].opened(path, (other, ()))
    assert len(stage.stores["payee"].channels()) == 1
    stage.buy(3)
    assert stage.b.newest == 4, "the channel that is open goes on"
    coins += [cost(stage)]
    stage.drivers["payee"].opened(path, (other, ()))
    third = replace(other, channel=bytes([1]) * 32, terms=replace(other.terms, payee=own_keys("third").public))
    stage.drivers["payee"].opened(stage.stores["payee"].claim(BTC_REGTEST.name), (third, ()))
    assert len(stage.stores["payee"].channels()) == 3, "for two closes two coins are enough"


def test_a_channel_that_is_told_again_needs_no_second_coin(tmp_path: Path) -> None:
    """A viewer tells her funding until the provider has seen its block."""
    coins: list[int] = []
    stage = with_reserve(tmp_path, 5, coins)
    coins += [cost(stage)]
    stage.mine()
    path = stage.stores["payee"].claim(BTC_REGTEST.name)
    with pytest.raises(LostRaceError):
        stage.drivers["payee"].opened(path, (stage.b, ()))
    stage.buy(2)
    assert (stage.b.newest, stage.errors) == (3, [])


def test_there_is_none_by_default_and_none_for_the_payer(tmp_path: Path) -> None:
    stage = with_reserve(tmp_path, 5, [], BSV_REGTEST)
    stage.reserves[BTC_REGTEST.name] = stage.reserves.pop(BSV_REGTEST.name)
    stage.mine()
    stage.buy(2)
    assert (stage.a.newest, stage.errors) == (3, [])


def test_closed_and_damaged_channels_need_no_coins(tmp_path: Path) -> None:
    stage = with_reserve(tmp_path, 5, [])
    path = stage.stores["payee"].claim(BTC_REGTEST.name)
    other = replace(stage.b, channel=bytes(32), terms=replace(stage.b.terms, payee=own_keys("another").public))
    rows_of(stage.file("payee"), "UPDATE state SET data = x'00'")
    stage.open("payee")
    with pytest.raises(ReserveError, match="lacks 1 of 1 coins"):
        stage.drivers["payee"].opened(path, (other, ()))
    closed = replace(other, phase=Phase.CLOSED)
    stage.reserves.clear()
    stage.drivers["payee"].opened(path, (closed, ()))
    stage.reserves[BTC_REGTEST.name] = Reserve(5, RATE, list)
    assert not list(stage.drivers["payee"]._open_terms(BTC_REGTEST.name))


# The close itself -----------------------------------------------------------------------------------------------------


def bumping(stage: StoredStage, value: int, rate: FeeRate = RATE) -> Bump:
    script = key_script(stage.a.terms, OWN.public_key)
    mined = stage.ledger.fund(script, value)
    stage.ledger.mine(101)
    return Bump((Coin(mined.outpoint, TxOut(value, script)),), OWN, rate)


def test_a_forced_close_takes_the_coin_and_pays_the_rate(tmp_path: Path) -> None:
    stage = streaming(BTC_REGTEST, tmp_path, 2)
    wish = bumping(stage, cost(stage))
    stage.tell_payee(wish)
    assert stage.bob.refused.pop() == "no payment is published that is not mined"
    stage.tell_payee(Height(stage.a.terms.expiry - MARGINS.margin))
    stage.bob.published.clear()
    stage.tell_payee(wish)
    paid, claim = stage.bob.published
    assert claim.inputs[0].outpoint == OutPoint(paid.txid, 0)
    assert claim.inputs[1].outpoint == wish.coins[0].outpoint
    fees = stage.a.terms.capacity + wish.coins[0].value - claim.outputs[0].value - paid.outputs[1].value
    size = sum(3 * len(tx.serialize(witness=False)) + len(tx.serialize()) for tx in (paid, claim))
    assert fees >= RATE.fee(size // 4)
    assert stage.publish() == []
    stage.ledger.mine()
    assert {paid, claim} <= set(stage.ledger.blocks[-1].transactions)
    got = stage.value_of(key_script(stage.b.terms, stage.b.terms.payee.payout))
    assert got == claim.outputs[0].value > 2 * PRICE


def test_coins_that_are_not_enough_are_told(tmp_path: Path) -> None:
    stage = streaming(BTC_REGTEST, tmp_path, 2)
    stage.tell_payee(Height(stage.a.terms.expiry - MARGINS.margin))
    stage.bob.published.clear()
    wish = Bump((), OWN, RATE)
    stage.tell_payee(wish)
    assert stage.bob.refused[-1].startswith("rate is so high that")
    assert stage.bob.published == []
    stage.tell_payee(Height(stage.a.terms.expiry))
    stage.tell_payee(wish)
    assert stage.bob.refused[-1] == "no payment is published that is not mined", "the key is not shown from T on"
    assert stage.payer.step(stage.a, wish) == (stage.a, ())
    assert not [each for each in stage.payer.step(stage.a, wish)[1] if isinstance(each, Refuse)]
