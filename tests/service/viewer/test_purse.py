"""Coins of a viewer: paid in by the user, found through sources, spent once; and sources that lie about them."""

import asyncio
import json
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from penstock.channel.safe.agreement.chains import BSV_MAIN, BSV_REGTEST, BTC_MAIN, BTC_REGTEST, Network
from penstock.ledger.coins import Coin
from penstock.ledger.ledger import Ledger
from penstock.service.chain.bitcoin_core import BitcoinCoreSource
from penstock.service.chain.esplora import EsploraSource
from penstock.service.chain.local import LocalSource
from penstock.service.errors import SourceError
from penstock.service.seed.wallet import Wallet
from penstock.service.viewer import viewing as viewing_module
from penstock.service.viewer.buyer import Buyer
from penstock.service.viewer.errors import FundsError
from penstock.service.viewer.purse import Purse
from penstock.service.viewer.viewing import Parts, closed, viewing
from penstock.tx.transaction import OutPoint, TxOut
from tests.support.chain_servers.serving import Answer, core, esplora
from tests.support.chain_servers.serving import serving as serving_chain
from tests.support.shops.serving import Serving, served
from tests.support.shops.shop import Shop
from tests.support.shops.viewers import Events, wish_of

WALLET = Wallet(bytes(32))


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at the chain as often as at one for trying out."""
    monkeypatch.setattr(viewing_module, "_EVERY", {True: 0.2, False: 0.2})


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(work, 60))


class CoinLedger(LocalSource):
    """A ledger that tells coins; a test may let it lie."""

    lies: Sequence[Coin] = ()

    async def coins(self, script: bytes) -> Sequence[Coin]:
        found = [coin.coin for coin in self.ledger._coins.values() if coin.coin.script == script]
        return [*self.lies, *found]


@dataclass
class Silent:
    """A source that does not answer for coins."""

    async def coins(self, script: bytes) -> Sequence[Coin]:
        raise SourceError(f"no answer for {len(script)} bytes")


@asynccontextmanager
async def watched(serving: Serving, folder: Path, source: LocalSource, **changes: Any) -> AsyncIterator[Buyer]:
    """A viewer whose coins are her own: the provider has no chain for trying out."""
    parts = Parts(lambda _: WALLET, lambda *_: [source], Events().tell)
    async with viewing(wish_of(serving, folder, **changes), parts) as buyer:
        yield buyer


def without_trials(shop: Shop) -> None:
    whole = shop.catalogue
    shop.catalogue = lambda: whole() | {"trial_chain": None}  # type: ignore[method-assign] # he has none


@pytest.mark.parametrize("network", [BSV_REGTEST, BTC_REGTEST], ids=str)
def test_a_channel_from_coins_that_were_paid_in(title: Path, tmp_path: Path, network: Network) -> None:
    async def main() -> None:
        shop = Shop(title, network)
        without_trials(shop)
        purse = Purse.of(WALLET, network)
        for value in (4_000, 30_000, 5_000):
            shop.ledger.fund(purse.script, value)
        source = CoinLedger(shop.ledger)
        async with served(shop) as serving, watched(serving, tmp_path, source) as buyer:
            await buyer.segment(0, 0)
            assert await closed(buyer.session, 20)
            state = buyer.session.state
            assert state is not None
            assert state.funding is not None
        funding = shop.ledger.find(state.funding.txid)
        assert funding is not None
        assert len(funding.inputs) == 1  # the largest is enough
        change = [coin.value for coin in await source.coins(purse.script)]
        assert len(change) == 3
        assert sum(change) > 27_500

    run(main())


@pytest.mark.parametrize("network", [BSV_REGTEST, BTC_REGTEST], ids=str)
def test_the_rest_of_a_closed_channel_funds_the_next(title: Path, tmp_path: Path, network: Network) -> None:
    async def main() -> None:
        shop = Shop(title, network)
        without_trials(shop)
        shop.ledger.fund(Purse.of(WALLET, network).script, 30_000)
        source = CoinLedger(shop.ledger)
        for index, budget in enumerate((25_000, 22_000)):  # the second is more than the change of the first
            async with served(shop) as serving, watched(serving, tmp_path, source, budget=budget) as buyer:
                await buyer.segment(0, index)
                assert await closed(buyer.session, 20)

    run(main())


def test_several_coins_if_it_takes_them(title: Path, tmp_path: Path) -> None:
    async def main() -> None:
        shop = Shop(title)
        without_trials(shop)
        for value in (4_000, 4_000, 4_000):
            shop.ledger.fund(Purse.of(WALLET, shop.network).script, value)
        async with served(shop) as serving, watched(serving, tmp_path, CoinLedger(shop.ledger)) as buyer:
            await buyer.segment(0, 0)
            state = buyer.session.state
            assert state is not None
            assert state.funding is not None
            funding = shop.ledger.find(state.funding.txid)
            assert funding is not None
            assert len(funding.inputs) == 3

    run(main())


def test_too_little_names_the_address(title: Path, tmp_path: Path) -> None:
    async def main() -> None:
        shop = Shop(title)
        without_trials(shop)
        purse = Purse.of(WALLET, shop.network)
        shop.ledger.fund(purse.script, 5_000)
        async with served(shop) as serving, watched(serving, tmp_path, CoinLedger(shop.ledger)) as buyer:
            with pytest.raises(FundsError, match=f"has 5,000 satoshis.*pay in to {purse.address}"):
                await buyer.segment(0, 0)
        async with served(shop) as serving, watched(serving, tmp_path, LocalSource(shop.ledger)) as buyer:
            with pytest.raises(FundsError, match="no source of the chain can tell coins"):
                await buyer.segment(0, 0)

    run(main())


@pytest.mark.parametrize("network", [BSV_REGTEST, BTC_REGTEST], ids=str)
def test_a_coin_that_is_not_there_or_worth_less_funds_nothing(title: Path, tmp_path: Path, network: Network) -> None:
    async def main() -> None:
        shop = Shop(title, network)
        without_trials(shop)
        purse = Purse.of(WALLET, network)
        real = shop.ledger.fund(purse.script, 5_000)
        source = CoinLedger(shop.ledger)
        before = len(shop.ledger.transactions)
        for lie in (
            Coin(OutPoint(bytes(31) + b"\x01", 0), TxOut(90_000, purse.script)),
            Coin(real.outpoint, TxOut(90_000, purse.script)),
        ):
            source.lies = [lie]
            async with served(shop) as serving, watched(serving, tmp_path, source) as buyer:
                with pytest.raises(FundsError):
                    await buyer.segment(0, 0)
        assert len(shop.ledger.transactions) == before
        assert shop.ledger.spender(real.outpoint) is None

    run(main())


def test_keys_and_addresses_are_of_their_network() -> None:
    purses = [Purse.of(WALLET, network) for network in (BSV_MAIN, BSV_REGTEST, BTC_MAIN, BTC_REGTEST)]
    assert len({purse.key.secret for purse in purses}) == 4
    assert [purse.address[:1] for purse in purses[:1]] == ["1"]
    assert purses[2].address.startswith("bc1q")
    assert purses[3].address.startswith("bcrt1q")
    assert replace(purses[0]) == Purse.of(Wallet(bytes(32)), BSV_MAIN)


def test_one_source_that_answers_is_enough() -> None:
    ledger = Ledger("bsv")
    purse = Purse.of(WALLET, BSV_REGTEST)
    ledger.fund(purse.script, 1_000)

    async def main() -> None:
        assert len(await purse.coins([Silent(), CoinLedger(ledger)])) == 1
        with pytest.raises(SourceError, match="no answer"):
            await purse.coins([Silent()])

    run(main())


ROW = {"txid": "ab" * 32, "vout": 3, "value": 7_000, "status": {"confirmed": True}}
UNSPENT = {"txid": "ab" * 32, "vout": 3, "amount": 0.00007}
COIN = Coin(OutPoint(bytes.fromhex("ab" * 32), 3), TxOut(7_000, b"\x51"))


@pytest.mark.parametrize("kind", ["esplora", "core"])
@pytest.mark.parametrize(
    ("rows", "error"),
    [
        pytest.param([{}], None, id="right"),
        pytest.param([], None, id="none"),
        pytest.param([{"txid": "zz"}], "32 bytes", id="no id"),
        pytest.param([{"txid": None}], "32 bytes", id="an id that is none"),
        pytest.param([{"vout": -1}], "a number", id="a negative output"),
        pytest.param([{"vout": "3"}], "a number", id="an output in words"),
        pytest.param([{"value": 1 << 60, "amount": 1e20}], "a number", id="more than all money"),
        pytest.param([{"value": None, "amount": "0.1"}], "a number", id="an amount in words"),
        pytest.param(["coin"], "other than coins", id="another row"),
        pytest.param({"coins": []}, "other than coins", id="another form"),
    ],
)
def test_coins_of_servers(kind: str, rows: Any, error: str | None) -> None:
    usual = ROW if kind == "esplora" else UNSPENT
    told = [usual | row if isinstance(row, dict) else row for row in rows] if isinstance(rows, list) else rows
    content = told if kind == "esplora" else {"result": {"unspents": told}, "error": None}

    def change(asked: str, answer: Answer) -> Answer:
        is_it = asked.startswith("/scripthash/") or "scantxoutset" in asked
        return (200, json.dumps(content).encode()) if is_it else answer

    async def main() -> None:
        with serving_chain(Ledger("btc"), esplora if kind == "esplora" else core) as server:
            server.change = change
            source = EsploraSource(server.url) if kind == "esplora" else BitcoinCoreSource(server.url)
            if error is None:
                assert list(await source.coins(b"\x51")) == [COIN] * len(rows)
            else:
                with pytest.raises(SourceError, match=error):
                    await source.coins(b"\x51")
            await source.close()

    run(main())


def test_a_coin_that_is_not_mined_is_left_out() -> None:
    waiting = ROW | {"status": {"confirmed": False}}

    async def main() -> None:
        with serving_chain(Ledger("btc"), esplora) as server:
            server.change = lambda *_: (200, json.dumps([ROW, waiting, ROW | {"status": None}]).encode())
            source = EsploraSource(server.url)
            assert list(await source.coins(b"\x51")) == [COIN]
            await source.close()

    run(main())
