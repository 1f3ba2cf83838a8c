"""The page in the system's Firefox: it plays, pays, seeks, and changes quality."""

import asyncio
from pathlib import Path

import pytest

from penstock.service.media.cutting import FilmSource
from tests.support.films import COMMITTED, film, prepared
from tests.support.pages.firefox import firefox
from tests.support.shops.pages import shown, until
from tests.support.shops.serving import served
from tests.support.shops.shop import Shop

pytestmark = pytest.mark.long

HOME = "\ue011"


@pytest.fixture
def title(tmp_path: Path) -> Path:
    """24 seconds in twelve segments, and a smaller quality."""
    low = film(tmp_path / "low.mp4", seconds=24, size="64x48", rate=25, key_frames=50)
    prepared(tmp_path / "title", FilmSource(COMMITTED, 2), FilmSource(low, 2))
    return tmp_path / "title"


def test_it_plays_pays_seeks_and_changes_quality(title: Path, tmp_path: Path) -> None:
    async def main() -> None:
        shop = Shop(title)
        high, low = (each.manifest.movie for each in shop.prepared.qualities)
        async with served(shop) as serving, shown(serving, tmp_path) as view, firefox(tmp_path / "profile") as tab:

            async def holds(expression: str) -> None:
                async def is_so() -> bool:
                    return bool(await tab.evaluate(expression))

                await until(is_so, 30, expression)

            await tab.goto(view.place.url)
            await asyncio.sleep(0.5)
            assert shop.sold == []  # nothing before the click
            await tab.click("#start")
            await holds("video.currentTime > 2.5 && video.videoWidth === 256")
            assert shop.sold == [(high, index) for index in range(len(shop.sold))]
            await tab.evaluate("video.currentTime = 17")
            await holds("video.currentTime > 18.5")
            assert {8, 9} <= {index for _, index in shop.sold} <= {0, 1, 2, 3, 4, 8, 9, 10, 11}
            await tab.evaluate("quality.value = '1', quality.dispatchEvent(new Event('change')), 0")
            await tab.press(HOME)
            await holds("video.videoWidth === 64 && video.currentTime < 10")
            assert any(movie == low for movie, _ in shop.sold)
            await tab.click("#play")

            async def is_equal() -> bool:
                state = view.buyer.session.state
                paid = int(await tab.evaluate("paid.dataset.satoshis"))
                return state is not None and state.paid == paid == 2 + 100 * len(shop.sold)

            await until(is_equal)
            assert len({*shop.sold}) == len(shop.sold)

    asyncio.run(asyncio.wait_for(main(), 120))
