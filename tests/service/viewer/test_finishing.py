"""Ends of channels from the payer's side, by the commands: settled with the provider, or refunded without."""

import asyncio
import json
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any

import pytest

from penstock.channel.safe.agreement.chains import Network
from penstock.service.chain.local import LocalSource
from penstock.service.chain.loop import ChainLoop
from penstock.service.chain.source import ChainSource
from penstock.service.seed.wallet import Wallet
from penstock.service.viewer.errors import ViewerError
from penstock.service.viewer.finishing import Choice, refunded, settled
from penstock.service.viewer.viewing import Parts, closed
from tests.support.shops.processes import run as run_command
from tests.support.shops.serving import Serving, served
from tests.support.shops.shop import Shop
from tests.support.shops.viewers import Events, watched


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(work, 60))


def parts_of(shop: Shop) -> Parts:
    def sources(_network: Network, _trial: str | None) -> Sequence[ChainSource]:
        return [LocalSource(shop.ledger)]

    return Parts(lambda _: Wallet(bytes(32)), sources, Events().tell)


def choice(folder: Path, seconds: float = 10.0) -> Choice:
    return Choice(folder / "state", lambda _: True, seconds)


async def bought(serving: Serving, folder: Path, pieces: int) -> None:
    async with watched(serving, folder) as buyer:
        for index in range(pieces):
            await buyer.segment(0, index)


@pytest.mark.parametrize("pieces", [1, 3])
def test_it_is_settled_with_the_provider(title: Path, tmp_path: Path, pieces: int) -> None:
    async def main() -> None:
        shop = Shop(title)
        async with served(shop) as serving:
            await bought(serving, tmp_path, pieces)
            (ended,) = await settled(choice(tmp_path), parts_of(shop))
            assert (ended.is_over, ended.text) == (True, f"closed: {100 * pieces + 2} satoshis paid")
            assert await settled(choice(tmp_path), parts_of(shop)) == []
        (state,) = shop.states.values()
        assert state.funding is not None
        spend = shop.ledger.spender(state.funding)
        assert spend is not None
        assert spend.outputs[0].value == 100 * pieces + 2

    run(main())


def test_a_provider_who_is_away_and_the_refund_after_the_last_block(title: Path, tmp_path: Path) -> None:
    """She paid once; he never publishes it, so all of it comes back."""

    async def main() -> None:
        shop = Shop(title)
        async with served(shop) as serving:
            await bought(serving, tmp_path, 1)
            await serving.stop()
            (ended,) = await settled(choice(tmp_path), parts_of(shop))
            assert not ended.is_over
            assert "does not answer" in ended.text
            assert "comes back after block" in ended.text
            (early,) = await refunded(choice(tmp_path), parts_of(shop))
            assert not early.is_over
            assert "no block before" in early.text
            (state,) = shop.states.values()
            shop.states.clear()  # he sleeps
            shop.ledger.mine(state.terms.expiry - shop.ledger.height)
            (late,) = await refunded(choice(tmp_path), parts_of(shop))
            assert late.is_over
            assert state.funding is not None
            spend = shop.ledger.spender(state.funding)
            assert spend is not None
            assert spend.outputs[0].value > 9_900

    run(main())


def test_a_folder_without_such_a_channel(title: Path, tmp_path: Path) -> None:
    async def main() -> None:
        shop = Shop(title)
        async with served(shop) as serving:
            await bought(serving, tmp_path, 1)
            nothing = Choice(tmp_path / "state", lambda _: False, 1)
            for work in (settled, refunded):
                with pytest.raises(ViewerError, match="no such channel"):
                    await work(nothing, parts_of(shop))

    run(main())


def test_the_address_by_the_command(tmp_path: Path) -> None:
    done = run_command(tmp_path, "channel", "address", "bsv:regtest", "--json")
    assert done.returncode == 0, done.stderr
    facts = json.loads(done.stdout)
    assert facts["network"] == "bsv:regtest"
    assert facts["address"][0] in "mn"
    refused = run_command(tmp_path, "channel", "address", "bsv:mainnet")
    assert refused.returncode == 2
    assert "new-seed" in refused.stderr
    missing = run_command(tmp_path, "channel", "finish", "--state", str(tmp_path / "nothing"))
    assert missing.returncode == 2
    assert missing.stderr.startswith("error: ")


def test_a_settlement_is_seen_though_the_chain_is_told_slowly(
    title: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The height is known before the channel is told of the spend, and no other block comes."""
    original = ChainLoop._watched

    async def slow(self: ChainLoop, *arguments: Any) -> None:
        await asyncio.sleep(1)
        await original(self, *arguments)

    async def main() -> None:
        async with served(Shop(title)) as serving, watched(serving, tmp_path) as buyer:
            await buyer.segment(0, 0)
            monkeypatch.setattr(ChainLoop, "_watched", slow)
            assert await closed(buyer.session, 8)

    run(main())
