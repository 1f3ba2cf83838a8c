"""Server of the page: on this machine alone, until the user stops it, or its channel is closed."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import uvicorn

from penstock.service.requests import BoundedProtocol
from penstock.service.viewer.loopback.app import Page
from penstock.service.viewer.loopback.guard import Guard
from penstock.service.viewer.loopback.place import Place
from penstock.service.viewer.viewing import closed

CLOSE_PATIENCE: Final = 60.0
"""Seconds for a settlement to be mined, while the page shows it."""
_LAST: Final = 1.0
"""Seconds for the page to show the end."""


class _Server(uvicorn.Server):
    """A server that leaves signals to its caller."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take no signals."""
        yield


async def serve_page(page: Page, place: Place, listening: socket.socket) -> None:
    """Serve a page until the user stops it or closes the channel, or this is cancelled.

    Args:
        page: the page.
        place: its port and token.
        listening: the socket that listens there; it is closed at the end.
    """
    config = uvicorn.Config(
        Guard(page, place.port, place.token),
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="off",
        http=BoundedProtocol,
        ws="none",
        timeout_keep_alive=75,
        timeout_graceful_shutdown=1,
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    wishing = asyncio.create_task(_until_stopped(page))
    try:
        await asyncio.wait({serving, wishing}, return_when=asyncio.FIRST_COMPLETED)
        if wishing.done():
            wishing.result()
    finally:
        page.is_stopped = True
        page.buyer.session.bell.ring()
        server.should_exit = True
        wishing.cancel()
        await asyncio.gather(serving, wishing, return_exceptions=True)
        listening.close()


async def _until_stopped(page: Page) -> None:
    """Return once the user has stopped the viewer, or the channel is closed as she wished."""
    while not page.is_stopped:
        await page.bell.wait()
        if page.wants_close:
            if page.buyer.session.channel is not None:
                await closed(page.buyer.session, CLOSE_PATIENCE)
            page.is_stopped = True
            page.buyer.session.bell.ring()
    await asyncio.sleep(_LAST)
