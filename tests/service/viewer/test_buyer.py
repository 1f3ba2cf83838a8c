"""The buyer against a small provider over real sockets: each piece is paid once, whatever breaks."""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest

from penstock.channel.safe.agreement.chains import BSV_REGTEST, BTC_REGTEST, Network
from penstock.service.viewer.buyer import Buyer
from penstock.service.viewer.errors import ChannelOverError, PriceError, RefusedError, SpentError, ViewerError
from penstock.service.viewer.viewing import closed
from tests.support.shops.serving import served
from tests.support.shops.shop import Shop
from tests.support.shops.viewers import Events, watched

CONTENT = bytes(range(256)) * 20


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(work, 60))


def paid(buyer: Buyer) -> int:
    """Satoshis that are paid above the base."""
    state = buyer.session.state
    assert state is not None
    return 0 if state.signed is None else state.signed.state.amount - state.terms.base


def sold(shop: Shop) -> list[int]:
    return [index for _, index in shop.sold]


@pytest.mark.parametrize("network", [BSV_REGTEST, BTC_REGTEST], ids=str)
def test_a_whole_file_is_bought_and_settled(title: Path, tmp_path: Path, network: Network) -> None:
    async def main() -> None:
        shop, events = Shop(title, network), Events()
        async with served(shop) as serving, watched(serving, tmp_path, events) as buyer:
            found = [await buyer.segment(0, index) for index in range(6)]
            assert b"".join(found) == CONTENT
            assert [await buyer.segment(0, index) for index in range(6)] == found
            assert sold(shop) == list(range(6))
            assert [buyer.cost(0, index) for index in range(6)] == [100] * 6
            state = buyer.session.state
            assert state is not None
            assert state.paid == 600 + shop.base
            assert await closed(buyer.session, 60)
            assert not events.named("trouble")
            assert not events.named("refused")
            with pytest.raises(ViewerError, match="no piece 6"):
                await buyer.segment(0, 6)
        spent = shop.ledger.spender(state.funding) if state.funding else None
        assert spent is not None
        assert spent.outputs[0].value == state.paid

    run(main())


def test_pieces_in_any_order_and_askers_at_once(title: Path, tmp_path: Path) -> None:
    """Only what is asked for is paid, and once."""

    async def main() -> None:
        shop = Shop(title)
        async with served(shop) as serving, watched(serving, tmp_path) as buyer:
            found = await asyncio.gather(*(buyer.segment(0, index) for index in (4, 1, 4, 4, 1)))
            assert found[0] == found[2] == CONTENT[4_000:5_000]
            assert sorted(sold(shop)) == [1, 4]
            assert paid(buyer) == 200

    run(main())


def test_a_piece_whose_asker_has_gone_before_its_turn_is_not_bought(title: Path, tmp_path: Path) -> None:
    async def main() -> None:
        shop = Shop(title)
        async with served(shop) as serving, watched(serving, tmp_path) as buyer:
            first = asyncio.create_task(buyer.segment(0, 0))
            gone = asyncio.create_task(buyer.segment(0, 1))
            await asyncio.sleep(0)
            gone.cancel()
            await first
            await buyer.segment(0, 2)
            assert sold(shop) == [0, 2]

    run(main())


def test_a_second_viewing_uses_the_channel_and_pays_nothing_twice(title: Path, tmp_path: Path) -> None:
    async def main() -> None:
        shop = Shop(title)
        async with served(shop) as serving:
            async with watched(serving, tmp_path) as buyer:
                await buyer.segment(0, 0)
            async with watched(serving, tmp_path) as buyer:
                await buyer.segment(0, 0)
                assert buyer.session.state is None or paid(buyer) == 100
                await buyer.segment(0, 1)
                assert paid(buyer) == 200
            assert len(shop.states) == 1
            assert sold(shop) == [0, 1]

    run(main())


def test_a_provider_who_goes_away_is_waited_for(title: Path, tmp_path: Path) -> None:
    async def main() -> None:
        shop, events = Shop(title), Events()
        async with served(shop) as serving, watched(serving, tmp_path, events) as buyer:
            await buyer.segment(0, 0)
            await serving.stop()
            asked = asyncio.create_task(buyer.segment(0, 1))
            await asyncio.sleep(1)
            assert not asked.done()
            assert events.named("trouble")[0]["code"] == "provider-away"
            await serving.start()
            assert await asked == CONTENT[1_000:2_000]
            assert sold(shop) == [0, 1]

    run(main())


def test_a_provider_who_has_lost_his_rows_is_told_the_channel_again(title: Path, tmp_path: Path) -> None:
    async def main() -> None:
        shop, events = Shop(title), Events()
        async with served(shop) as serving, watched(serving, tmp_path, events) as buyer:
            await buyer.segment(0, 0)
            await serving.stop()
            shop.states.clear()
            await serving.start()
            assert await buyer.segment(0, 1) == CONTENT[1_000:2_000]
            assert paid(buyer) == 200

    run(main())


@pytest.mark.usefixtures("impatient")
def test_a_key_that_is_withheld_costs_one_price_and_no_more(title: Path, tmp_path: Path) -> None:
    async def main() -> None:
        shop = Shop(title)
        async with served(shop) as serving, watched(serving, tmp_path) as buyer:
            await buyer.segment(0, 0)
            shop.is_deaf = True
            with pytest.raises(RefusedError, match="does not answer a payment"):
                await buyer.segment(0, 1)
            with pytest.raises(RefusedError, match="does not answer a payment"):
                await buyer.segment(0, 2)
            assert paid(buyer) == 200
            shop.is_deaf = False
            assert await buyer.segment(0, 1) == CONTENT[1_000:2_000]
            assert await buyer.segment(0, 2) == CONTENT[2_000:3_000]
            assert paid(buyer) == 300

    run(main())


def test_a_price_above_the_limit_is_not_paid(title: Path, tmp_path: Path) -> None:
    async def main() -> None:
        shop = Shop(title)
        async with served(shop) as serving, watched(serving, tmp_path, most_price=150) as buyer:
            await buyer.segment(0, 0)
            shop.set_price(150)
            await asyncio.sleep(0.1)
            await buyer.segment(0, 1)
            assert (buyer.cost(0, 1), paid(buyer)) == (150, 250)
            shop.set_price(151)
            await asyncio.sleep(0.1)
            with pytest.raises(PriceError, match=r"costs 151 satoshis, and you allow 150.*--most-price 151"):
                await buyer.segment(0, 2)
            assert paid(buyer) == 250
            assert sold(shop) == [0, 1]
            shop.set_price(80)
            await asyncio.sleep(0.1)
            await buyer.segment(0, 2)
            assert paid(buyer) == 330

    run(main())


@pytest.mark.usefixtures("impatient")
def test_a_provider_without_a_price_sells_nothing(title: Path, tmp_path: Path) -> None:
    async def main() -> None:
        shop = Shop(title)
        shop.quoted = lambda _: []  # type: ignore[method-assign, assignment] # the fault
        async with served(shop) as serving, watched(serving, tmp_path) as buyer:
            with pytest.raises(PriceError, match="no price"):
                await buyer.segment(0, 0)
            assert paid(buyer) == 0

    run(main())


def test_the_budget_holds(title: Path, tmp_path: Path) -> None:
    """Two hundred satoshis for prices, and what base and fee take."""

    async def main() -> None:
        shop = Shop(title)
        async with served(shop) as serving, watched(serving, tmp_path, budget=205) as buyer:
            await buyer.segment(0, 0)
            await buyer.segment(0, 1)
            with pytest.raises(SpentError, match=r"2 satoshis left, and the next piece costs 100.*--budget 410"):
                await buyer.segment(0, 2)
            assert sold(shop) == [0, 1]
        async with served(shop) as serving, watched(serving, tmp_path / "other", budget=2) as buyer:
            with pytest.raises(SpentError, match="pays for no channel"):
                await buyer.segment(0, 0)

    run(main())


def test_a_provider_lets_a_channel_owe_less_than_the_budget(title: Path, tmp_path: Path) -> None:
    async def main() -> None:
        shop = Shop(title, most=250)
        async with served(shop) as serving, watched(serving, tmp_path) as buyer:
            await buyer.segment(0, 0)
            await buyer.segment(0, 1)
            with pytest.raises(SpentError, match="the channel has 48 satoshis left"):
                await buyer.segment(0, 2)

    run(main())


def test_a_plaintext_that_was_dropped_is_opened_again(title: Path, tmp_path: Path) -> None:
    async def main() -> None:
        shop = Shop(title)
        async with served(shop) as serving, watched(serving, tmp_path, room=2_500) as buyer:
            for _ in range(2):
                assert b"".join([await buyer.segment(0, index) for index in range(6)]) == CONTENT
            assert sold(shop) == list(range(6))
            kept = [path.stat().st_size for path in (tmp_path / "state" / "pieces").glob("*/*.bin")]
            assert sum(kept) <= 2_500
            for path in (tmp_path / "state" / "pieces").glob("*/*.bin"):
                path.write_bytes(b"damaged")
            assert b"".join([await buyer.segment(0, index) for index in range(6)]) == CONTENT
            assert sold(shop) == list(range(6))

    run(main())


def test_a_channel_that_was_closed_buys_nothing(title: Path, tmp_path: Path) -> None:
    async def main() -> None:
        shop = Shop(title)
        async with served(shop) as serving:
            async with watched(serving, tmp_path) as buyer:
                await buyer.segment(0, 0)
                await buyer.session.close()
                with pytest.raises(ChannelOverError, match="start again"):
                    await buyer.segment(0, 1)
                assert await closed(buyer.session, 60)
            async with watched(serving, tmp_path) as buyer:
                await buyer.segment(0, 1)
            assert len(shop.states) == 2
            assert sold(shop) == [0, 1]

    run(main())
