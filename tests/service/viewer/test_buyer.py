"""The buyer against a small provider over real sockets: each piece is paid once, whatever breaks."""

import asyncio
from pathlib import Path

import pytest

from penstock.channel.safe.agreement.chains import BSV_REGTEST, BTC_REGTEST, Network
from penstock.service.media.sources import Pieces
from penstock.service.viewer.viewing import closed
from tests.support.films import prepared
from tests.support.shops.serving import served
from tests.support.shops.shop import Shop
from tests.support.shops.viewers import Events, watched

CONTENT = bytes(range(256)) * 20


@pytest.fixture
def title(tmp_path: Path) -> Path:
    """A file in six pieces."""
    (tmp_path / "file.bin").write_bytes(CONTENT)
    prepared(tmp_path / "title", Pieces(tmp_path / "file.bin", 1_000))
    return tmp_path / "title"


@pytest.mark.parametrize("network", [BSV_REGTEST, BTC_REGTEST], ids=str)
def test_a_whole_file_is_bought_and_settled(title: Path, tmp_path: Path, network: Network) -> None:
    async def main() -> None:
        shop, events = Shop(title, network), Events()
        async with served(shop) as serving, watched(serving, tmp_path, events) as buyer:
            found = [await buyer.segment(0, index) for index in range(6)]
            assert b"".join(found) == CONTENT
            again = [await buyer.segment(0, index) for index in range(6)]
            assert again == found
            movie = shop.prepared.qualities[0].manifest.movie
            assert shop.sold == [(movie, index) for index in range(6)]
            assert [buyer.cost(0, index) for index in range(6)] == [100] * 6
            state = buyer.session.state
            assert state is not None
            assert state.paid == 600 + shop.base
            assert await closed(buyer, 10)
            assert not events.named("trouble")
            assert not events.named("refused")
        spent = shop.ledger.spender(state.funding) if state.funding else None
        assert spent is not None
        assert spent.outputs[0].value == state.paid

    asyncio.run(asyncio.wait_for(main(), 60))
