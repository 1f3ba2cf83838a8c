"""The page in the system's Chromium: it plays, pays, seeks, waits, closes; and pages from elsewhere get nothing."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from penstock.channel.safe.protocol.states import Phase
from penstock.service.media.cutting import FilmSource
from penstock.service.viewer.loopback.guard import Guard
from tests.support.films import COMMITTED, film, prepared
from tests.support.shops.evil import evil_page
from tests.support.shops.pages import Shown, browsing, shown, text_of, time_of, until
from tests.support.shops.serving import Serving, served
from tests.support.shops.shop import Shop

if TYPE_CHECKING:
    from playwright.async_api import Page as Tab

pytestmark = pytest.mark.long


@pytest.fixture
def title(tmp_path: Path) -> Path:
    """24 seconds in twelve segments, and a smaller quality."""
    low = film(tmp_path / "low.mp4", seconds=24, size="64x48", rate=25, key_frames=50)
    prepared(tmp_path / "title", FilmSource(COMMITTED, 2), FilmSource(low, 2))
    return tmp_path / "title"


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(work, 120))


@asynccontextmanager
async def opened(title: Path, folder: Path, **changes: Any) -> AsyncIterator[tuple[Shop, Serving, Shown, "Tab"]]:
    shop = Shop(title)
    async with served(shop) as serving, shown(serving, folder, **changes) as view, browsing() as tab:
        await tab.goto(view.place.url)
        yield shop, serving, view, tab


def sold(shop: Shop, quality: int = 0) -> list[int]:
    movie = shop.prepared.qualities[quality].manifest.movie
    return [index for found, index in shop.sold if found == movie]


async def is_past(tab: "Tab", seconds: float) -> None:
    async def is_there() -> bool:
        return await time_of(tab) > seconds

    await until(is_there, 30, f"second {seconds}")


async def paid_on_page(tab: "Tab") -> int:
    return int(await tab.evaluate("document.getElementById('paid').dataset.satoshis"))


def test_it_plays_and_shows_what_is_paid(title: Path, tmp_path: Path) -> None:
    async def main() -> None:
        async with opened(title, tmp_path) as (shop, _, view, tab):
            await asyncio.sleep(1)
            assert shop.sold == []  # nothing before the click
            await tab.click("#start")
            await is_past(tab, 4.5)
            assert await tab.evaluate("document.getElementById('video').videoWidth") == 256
            assert sold(shop) == list(range(len(shop.sold)))
            assert len(shop.sold) <= 7  # six seconds ahead
            await tab.keyboard.press("Space")

            async def is_equal() -> bool:
                state = view.buyer.session.state
                return state is not None and state.paid == await paid_on_page(tab) == 2 + 100 * len(shop.sold)

            await until(is_equal)
            assert await tab.locator("#list li").count() == len(shop.sold)
            assert "0:02" in await text_of(tab, "list")
            stood = await time_of(tab)
            await asyncio.sleep(1)
            assert await time_of(tab) == stood

    run(main())


def test_it_plays_to_the_end_and_again_without_paying(title: Path, tmp_path: Path) -> None:
    async def main() -> None:
        async with opened(title, tmp_path) as (shop, _, _view, tab):
            await tab.evaluate("document.getElementById('video').playbackRate = 4")
            await tab.click("#start")

            async def is_over() -> bool:
                return bool(await tab.evaluate("document.getElementById('video').ended"))

            await until(is_over, 40)
            assert sold(shop) == list(range(12))
            assert await text_of(tab, "now") == "0:24"
            await tab.keyboard.press("Home")
            await tab.click("#play")
            await is_past(tab, 2)
            assert len(shop.sold) == 12

    run(main())


def test_a_seek_pays_for_what_is_watched(title: Path, tmp_path: Path) -> None:
    async def main() -> None:
        async with opened(title, tmp_path) as (shop, _, _view, tab):
            await tab.click("#start")
            await is_past(tab, 1)
            box = await tab.locator("#strip").bounding_box()
            assert box is not None
            await tab.mouse.click(box["x"] + box["width"] * 16.5 / 24, box["y"] + box["height"] / 2)
            await is_past(tab, 17.5)
            assert set(sold(shop)) <= {0, 1, 2, 3, 8, 9, 10, 11}
            assert {8, 9} <= set(sold(shop))
            count = len(shop.sold)
            await tab.focus("#strip")
            for _ in range(3):
                await tab.keyboard.press("ArrowLeft")
            await tab.keyboard.press("Home")
            await is_past(tab, 0.5)
            assert 4 not in sold(shop)[:count]
            assert len(set(sold(shop))) == len(sold(shop))

    run(main())


def test_another_quality(title: Path, tmp_path: Path) -> None:
    async def main() -> None:
        async with opened(title, tmp_path) as (shop, _, _view, tab):
            await tab.click("#start")
            await is_past(tab, 1)
            await tab.select_option("#quality", "1")

            async def is_small() -> bool:
                return bool(await tab.evaluate("document.getElementById('video').videoWidth == 64"))

            await until(is_small)
            await is_past(tab, 5)
            assert sold(shop, 1)
            assert len({*shop.sold}) == len(shop.sold)

    run(main())


def test_a_provider_who_is_killed_and_comes_back(title: Path, tmp_path: Path) -> None:
    async def main() -> None:
        async with opened(title, tmp_path) as (shop, serving, _view, tab):
            await tab.click("#start")
            await is_past(tab, 1)
            await serving.stop()

            async def is_told() -> bool:
                return await tab.locator("#notice").is_visible()

            await until(is_told)
            assert "provider" in (await text_of(tab, "reason")).lower() or "reached" in await text_of(tab, "reason")
            assert await text_of(tab, "phase") == "Waiting"
            await asyncio.sleep(8)
            stood = await time_of(tab)
            await serving.start()
            await is_past(tab, stood + 2)

            async def is_well() -> bool:
                return not await tab.locator("#notice").is_visible() and await text_of(tab, "phase") == "Open"

            await until(is_well)
            assert sold(shop) == list(range(len(shop.sold)))

    run(main())


def test_why_nothing_is_paid_and_what_helps(title: Path, tmp_path: Path) -> None:
    async def main() -> None:
        async with opened(title, tmp_path, budget=310) as (shop, _, _view, tab):
            await tab.click("#start")

            async def is_told() -> bool:
                return await tab.locator("#notice").is_visible()

            await until(is_told)
            assert await text_of(tab, "reason") == "The budget has 7 satoshis left, and the next piece costs 100."
            assert "--budget 620" in await text_of(tab, "remedy")
            assert len(shop.sold) == 3

    run(main())


def test_stop_and_close(title: Path, tmp_path: Path) -> None:
    async def main() -> None:
        async with opened(title, tmp_path) as (shop, _, view, tab):
            await tab.click("#start")
            await is_past(tab, 1)
            await tab.click("#close")
            assert "The provider gets" in await text_of(tab, "sure-words")
            await tab.click("#sure-no")
            assert not view.page.wants_close
            await tab.click("#close")
            await tab.click("#sure-yes")
            await asyncio.wait_for(view.task, 30)
            state = view.buyer.session.state
            assert state is not None
            assert state.phase is Phase.CLOSED
            assert "closed" in await text_of(tab, "reason")
            assert shop.ledger.spender(state.funding) if state.funding else False
        async with opened(title, tmp_path) as (_, _, view, tab):
            await tab.click("#stop")
            await asyncio.wait_for(view.task, 30)
            assert "stopped" in await text_of(tab, "reason")

    run(main())


@pytest.mark.parametrize("width", [340, 700, 1600])
def test_it_fits(title: Path, tmp_path: Path, width: int) -> None:
    async def main() -> None:
        async with served(Shop(title)) as serving, shown(serving, tmp_path) as view, browsing(width, 800) as tab:
            await tab.goto(view.place.url)
            await asyncio.sleep(0.5)
            assert await tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
            unnamed = """[...document.querySelectorAll('button, select, [role]')].filter(
                (each) => !(each.ariaLabel || each.textContent.trim() || each.labels?.length)
            ).map((each) => each.id)"""
            assert await tab.evaluate(unnamed) == ["notice"]

    run(main())


def test_pages_from_elsewhere_get_nothing(title: Path, tmp_path: Path) -> None:
    """The worst case: the other page knows the token."""

    async def main() -> None:
        shop = Shop(title)
        async with served(shop) as serving, shown(serving, tmp_path) as view:
            async with evil_page(view.place) as evil, browsing(arguments=[evil.resolver]) as tab:
                await tab.goto(evil.url)
                await until(evil.is_done, 20)
                assert evil.reached == []
                rebound = await tab.goto(f"http://rebind.example:{view.place.port}/{view.place.token}/state")
                assert rebound is not None
                assert rebound.status == 403
            assert shop.sold == []
            assert not view.page.is_stopped
            assert not view.page.wants_close

    run(main())


def test_without_the_guard_they_would(title: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Guard, "_refusal", lambda self, scope: None)

    async def main() -> None:
        shop = Shop(title)
        async with served(shop) as serving, shown(serving, tmp_path) as view:
            async with evil_page(view.place) as evil, browsing(arguments=[evil.resolver]) as tab:
                await tab.goto(evil.url)
                await until(evil.is_done, 20)
            assert shop.sold
            assert view.page.is_stopped or view.page.wants_close

    run(main())
