"""The page of a viewer on a real port, and a browser that looks at it."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from penstock.service.viewer.buyer import Buyer
from penstock.service.viewer.loopback.app import Page
from penstock.service.viewer.loopback.place import Place, placed
from penstock.service.viewer.loopback.serving import serve_page
from tests.support.shops.serving import Serving
from tests.support.shops.viewers import Events, watched

if TYPE_CHECKING:
    from playwright.async_api import Page as Tab

CHROMIUM = Path("/usr/bin/chromium")


@dataclass
class Shown:
    """A page that is served."""

    buyer: Buyer
    page: Page
    place: Place
    task: "asyncio.Task[None]"


@asynccontextmanager
async def shown(serving: Serving, folder: Path, events: Events | None = None, **changes: Any) -> AsyncIterator[Shown]:
    """Serve the page of a viewer."""
    async with watched(serving, folder, events, **changes) as buyer:
        page = Page(buyer, "A film of tests")
        place, listening = placed(folder / "state" / "page.json", None)
        task = asyncio.create_task(serve_page(page, place, listening))
        try:
            yield Shown(buyer, page, place, task)
        finally:
            page.is_stopped = True
            page.bell.ring()
            await asyncio.wait_for(task, 20)


def demand_chromium() -> None:
    """Skip a test without Chromium; it fails instead with PENSTOCK_REQUIRE_CHROMIUM=1."""
    if CHROMIUM.exists():
        return
    reason = f"{CHROMIUM} is not there: apt-get install chromium"
    if os.environ.get("PENSTOCK_REQUIRE_CHROMIUM"):
        pytest.fail(reason)
    pytest.skip(reason)


@asynccontextmanager
async def browsing(
    width: int = 1100, height: int = 900, scheme: str = "light", arguments: Sequence[str] = ()
) -> AsyncIterator["Tab"]:
    """Give a tab of the system's Chromium; faults on the console of our page fail the test."""
    demand_chromium()
    from playwright.async_api import async_playwright  # noqa: PLC0415 - it takes a second

    faults: list[str] = []
    async with async_playwright() as play:
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = await play.chromium.launch(executable_path=str(CHROMIUM), args=[*sandbox, *arguments])
        tab = await browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)  # type: ignore[arg-type] # light or dark
        tab.on("pageerror", lambda error: faults.append(str(error)))
        tab.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
        try:
            yield tab
        finally:
            await browser.close()
    if arguments:
        return  # the page is another one
    unexpected = [each for each in faults if "503" not in each and "ERR_" not in each]
    assert not unexpected, unexpected


async def until(check: Callable[[], Awaitable[bool]], seconds: float = 20.0, what: str = "it") -> None:
    """Wait until something holds."""
    end = asyncio.get_running_loop().time() + seconds
    while not await check():
        assert asyncio.get_running_loop().time() < end, f"{what} has not come in {seconds} seconds"
        await asyncio.sleep(0.1)


async def time_of(tab: "Tab") -> float:
    return float(await tab.evaluate("document.getElementById('video').currentTime"))


async def text_of(tab: "Tab", name: str) -> str:
    return str(await tab.evaluate(f"document.getElementById('{name}').textContent"))
