"""Pictures of the page of `penstock watch`: a film that plays in Chromium, light and dark.

The film is sold by a provider in this process, over sockets; the pictures are of the ninth second.
"""

import asyncio
import tempfile
from pathlib import Path
from typing import Final

from penstock.service.media.cutting import FilmSource
from tests.support.films import COMMITTED, prepared
from tests.support.shops.pages import browsing, shown, time_of, until
from tests.support.shops.serving import served
from tests.support.shops.shop import Shop

SECOND: Final = 9.0
SCHEMES: Final = ("light", "dark")
SIZE: Final = (800, 720)
"""Pixels."""


def pictures(folder: Path) -> None:
    """Write the pictures into a folder."""
    with tempfile.TemporaryDirectory() as name:
        asyncio.run(_pictures(Path(name), folder))


async def _pictures(place: Path, folder: Path) -> None:
    prepared(place / "title", FilmSource(COMMITTED, 2))
    async with served(Shop(place / "title")) as serving, shown(serving, place) as view, browsing(*SIZE) as tab:
        await tab.goto(view.place.url)
        await tab.click("#start")

        async def is_there() -> bool:
            return await time_of(tab) > SECOND

        await until(is_there, 60, f"second {SECOND}")
        await tab.keyboard.press("Space")
        for scheme in SCHEMES:
            await tab.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            await tab.screenshot(path=folder / f"watch-{scheme}.png", full_page=True)
